"""Give items their features again, with another future each time."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from dmc12.knobs import Knobs
from dmc12.spark.features import featurized
from dmc12.spark.lookups import Lookups


def featurize_perturbed(
    contexts: DataFrame, *, history: DataFrame, lookups: Lookups, knobs: Knobs
) -> DataFrame:
    """Give a hash sample of contexts their features again, thrice, with another future each time.

    What was not visible by the context is deleted, scrambled, or kept and added to; the result has
    the column `perturbation`. The features must be those that `featurize` gives.
    """
    share = F.lit(round(knobs.leakage_share * 1_000_000))
    sampled = contexts.where(
        F.pmod(F.xxhash64("profile_id", "context_at", F.lit("leakage")), F.lit(1_000_000)) < share
    )
    columns = [*contexts.columns, "perturbation"]
    variants = F.array(*(F.lit(name) for name in FUTURES))
    perturbed = sampled.withColumn("perturbation", F.explode(variants))
    return featurized(perturbed, columns, history, lookups, knobs, F.expr(_future(knobs)))


FUTURES = ("deleted", "scrambled", "added")


def _future(knobs: Knobs) -> str:
    """The plays with another future, as SQL over a context's row: it strikes at the exact tie."""
    seconds = knobs.publish_delay_hours * 3600
    until = f"(context_at - make_dt_interval(0, 0, 0, {seconds}))"
    item = "items[pmod(xxhash64(context_at, {salt}), size(items))].show_title_id"
    return f"""
        case perturbation
            when 'deleted' then filter(plays, play -> play.played_at < {until})
            when 'scrambled' then transform(plays, play -> if(
                play.played_at < {until},
                play,
                named_struct(
                    'played_at', play.played_at,
                    'show_title_id', {item.format(salt="play.played_at")},
                    'strength', play.strength * 2 + 1,
                    'launched_at', play.launched_at
                )
            ))
            else array_sort(concat(plays, transform(sequence(0, 4), place -> named_struct(
                'played_at', {until} + make_dt_interval(0, 0, 0, place * place),
                'show_title_id', {item.format(salt="place")},
                'strength', 1D,
                'launched_at', context_at
            ))))
        end
    """
