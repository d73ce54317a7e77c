"""The library's one door to Spark: DataFrames in, DataFrames out, all logic elsewhere.

Only the DataFrame API is used, so everything here runs over Spark Connect as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pyarrow as pa
from pyspark.ml.recommendation import ALS
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.pandas.types import from_arrow_schema, from_arrow_type
from pyspark.sql.types import ArrayType, DoubleType, StructField, StructType

from dmc12 import feature_statistics as statistics
from dmc12.columns import local_path
from dmc12.comparison import DIFFERENCE_SCHEMA, PARTIAL_SCHEMA, Comparison
from dmc12.coplays import coplay_cosines
from dmc12.feature_manifest import feature_manifest
from dmc12.featurize import HISTORY_COLUMNS, Sources, featurize_batch
from dmc12.knobs import Knobs, bundled_rankers
from dmc12.metrics import compared, slice_tags
from dmc12.negatives import draw
from dmc12.negatives.mix import quotas
from dmc12.online import load
from dmc12.online.build import BUNDLES_SCHEMA, PARITY, SERVING, write_bundles
from dmc12.online.pointer import release, sweep
from dmc12.online.rank_contexts import RANKED_SCHEMA, rank_contexts
from dmc12.rankers import ranker_specs
from dmc12.sampling import apportioned
from dmc12.scoring import Rankers, score_batch
from dmc12.training import REGISTRY_SCHEMA, train_rankers

Batches = Iterator[pa.RecordBatch]


def fit_coplays(plays: DataFrame, knobs: Knobs) -> DataFrame:
    """Fit the co-play cosines on the facts visible before each fit date, one task a date."""
    dates = [F.lit(moment) for moment in knobs.coplay_fit_dates]
    neighbours = knobs.coplay_neighbours

    def fit(key: tuple[pa.Scalar, ...], group: pa.Table) -> pa.Table:
        cosines = coplay_cosines(group, neighbours)
        fitted_at = pa.array([key[0].as_py()] * len(cosines), pa.timestamp("us", tz="UTC"))
        return cosines.add_column(0, "fitted_at", fitted_at)

    return (
        plays.withColumn("fitted_at", F.explode(F.array(*dates)))
        .where(F.col("played_at") < F.col("fitted_at") - _publish_delay(knobs))
        .select("fitted_at", "profile_id", "show_title_id")
        .distinct()
        .groupBy("fitted_at")
        .applyInArrow(
            fit, "fitted_at timestamp, show_title_id bigint, neighbour_id bigint, cosine double"
        )
    )


def apportion(strata: DataFrame, knobs: Knobs) -> DataFrame:
    """Give each stratum its target; only the strata's counts come to the driver."""
    table = apportioned(strata.toArrow(), knobs.sampling, knobs.strata)
    return strata.sparkSession.createDataFrame(table)


def fit_factors(plays: DataFrame, knobs: Knobs) -> DataFrame:
    """Fit the titles' factors by ALS on the facts visible before each fit date.

    ALS sums in the order of its input and of its blocks, so there is one block, in order: the same
    facts give the same bytes. Its ids are ints: places among the sorted ids.
    """
    schema = (
        "fitted_at timestamp, show_title_id bigint, factors array<double>, alpha double, "
        "regularisation double"
    )
    fits = [plays.sparkSession.createDataFrame([], schema)]
    for fitted_at in knobs.als_fit_dates:
        visible = F.col("played_at") < F.lit(fitted_at) - _publish_delay(knobs)
        ratings = (
            plays.where(visible)
            .groupBy("profile_id", "show_title_id")
            .agg(F.count("*").cast("float").alias("plays"))
            .withColumn("profile", F.expr("dense_rank() over (order by profile_id)"))
            .withColumn("title", F.expr("dense_rank() over (order by show_title_id)"))
            .repartition(1)
            .sortWithinPartitions("profile", "title")
        )
        if ratings.isEmpty():
            continue
        als = ALS(
            userCol="profile",
            itemCol="title",
            ratingCol="plays",
            implicitPrefs=True,
            rank=knobs.als.rank,
            maxIter=knobs.als.iterations,
            regParam=knobs.als.regularisation,
            alpha=knobs.als.alpha,
            seed=12,
            numUserBlocks=1,
            numItemBlocks=1,
        )
        model = als.fit(ratings)
        fits.append(
            ratings.select("show_title_id", "title").distinct()
            .join(model.itemFactors, F.col("title") == F.col("id"))
            .select(
                F.lit(fitted_at).alias("fitted_at"),
                "show_title_id",
                F.col("features").cast("array<double>").alias("factors"),
                F.lit(knobs.als.alpha).alias("alpha"),
                F.lit(knobs.als.regularisation).alias("regularisation"),
            )
        )  # fmt: skip
    return reduce(lambda one, other: one.unionByName(other), fits)


@dataclass(frozen=True)
class Lookups:
    """The tables that encoders look up, as DataFrames."""

    titles: DataFrame
    popularity: DataFrame
    coplays: DataFrame
    factors: DataFrame
    completeness: DataFrame

    def sources(self, knobs: Knobs) -> Sources:
        """Name the tables' files, which each worker reads itself, once."""
        return Sources(
            titles=tuple(self.titles.inputFiles()),
            popularity=tuple(self.popularity.inputFiles()),
            coplays=tuple(self.coplays.inputFiles()),
            factors=tuple(self.factors.inputFiles()),
            world=knobs.world,
            publish_delay_hours=knobs.publish_delay_hours,
            facts_from=self.completeness.agg(F.min("day")).first()[0],
        )


def sample_negatives(
    contexts: DataFrame,
    *,
    history: DataFrame,
    impressions: DataFrame,
    titles: DataFrame,
    weights: DataFrame,
    coplays: DataFrame,
    knobs: Knobs,
) -> DataFrame:
    """Draw the negatives of the train contexts among `contexts_sampled`."""
    wanted = quotas(knobs.negatives_per_context, knobs.negative_shares)
    sources = draw.Sources(
        titles=tuple(titles.inputFiles()),
        weights=tuple(weights.inputFiles()) if "popularity" in wanted else (),
        coplays=tuple(coplays.inputFiles()) if "hard" in wanted else (),
    )
    plan = draw.Plan(
        quotas=wanted,
        excludes_past=knobs.negatives_exclude_played,
        horizon=_horizon(knobs),
        salt=knobs.sampling_salt,
    )
    seen = history.select("profile_id", "plays")
    shown = impressions.select("profile_id", "impressions")
    train = contexts.where("split = 'train'").select(*draw.KEY_COLUMNS).join(seen, "profile_id")
    if "impressions" in wanted:
        nothing = F.array().cast(shown.schema["impressions"].dataType)
        train = train.join(shown, "profile_id", "left").withColumn(
            "impressions", F.coalesce("impressions", nothing)
        )
    return draw_negatives(train, sources, plan)


def sample_evaluation_candidates(
    contexts: DataFrame, *, history: DataFrame, titles: DataFrame, knobs: Knobs
) -> DataFrame:
    """Draw what the contexts of some splits rank beside their positives, uniformly."""
    sources = draw.Sources(titles=tuple(titles.inputFiles()))
    seen = contexts.select(*draw.KEY_COLUMNS).join(
        history.select("profile_id", "plays"), "profile_id"
    )
    parts = [
        draw_negatives(
            seen.where(F.col("split") == split),
            sources,
            draw.Plan(
                quotas={"uniform": 0 if wanted == "all" else int(wanted)},
                excludes_past=False,
                horizon=_horizon(knobs),
                salt=knobs.evaluation_salt,
            ),
        ).where(F.lit(wanted != "all"))
        for split, wanted in knobs.evaluation_candidates.items()
    ]
    return reduce(DataFrame.union, parts).withColumn("salt", F.lit(knobs.evaluation_salt))


def draw_negatives(contexts: DataFrame, sources: draw.Sources, plan: draw.Plan) -> DataFrame:
    """Draw a plan's quotas in each context; each worker reads the look-ups once."""

    def apply(batches: Batches) -> Batches:
        state = sources.state()
        for batch in batches:
            yield draw.draw_batch(batch, state, plan)

    keys = [contexts.schema[name] for name in draw.KEY_COLUMNS]
    return contexts.mapInArrow(
        apply,
        StructType(
            [
                *keys,
                StructField("negatives", ArrayType(from_arrow_type(draw.NEGATIVE))),
                StructField("quotas", ArrayType(from_arrow_type(draw.QUOTA))),
            ]
        ),
    )


def _horizon(knobs: Knobs) -> int:
    """Give the label window's length in microseconds; SQL counts it in whole seconds."""
    return int(knobs.label_horizon_hours * 3600) * 1_000_000


def featurize(
    contexts: DataFrame, *, history: DataFrame, lookups: Lookups, knobs: Knobs
) -> DataFrame:
    """Give each item of `dmc12_labeled` its features.

    Contexts meet their profile's history in one join, by the buckets that both lie in: the hint
    keeps Spark from sending all histories to all tasks where they are few.
    """
    return _featurized(contexts, contexts.columns, history, lookups, knobs)


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
    return _featurized(perturbed, columns, history, lookups, knobs, F.expr(_future(knobs)))


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


def _featurized(
    contexts: DataFrame,
    columns: list[str],
    history: DataFrame,
    lookups: Lookups,
    knobs: Knobs,
    plays: Column | None = None,
) -> DataFrame:
    sources = lookups.sources(knobs)
    features = knobs.features

    def encode(batches: Batches) -> Batches:
        state = sources.state()
        for batch in batches:
            yield featurize_batch(batch, state, features)

    seen = history.select("profile_id", *HISTORY_COLUMNS).hint("shuffle_hash")
    joined = contexts.join(seen, "profile_id")
    if plays is not None:
        joined = joined.withColumn("plays", plays)
    schema = _with_item_struct(contexts.select(*columns).schema, "features", features)
    return joined.select(*columns, *HISTORY_COLUMNS).mapInArrow(encode, schema)


def manifest(session: SparkSession, knobs: Knobs) -> DataFrame:
    """List the declared features: encoder, data, window, missing value."""
    return session.createDataFrame(feature_manifest(knobs.features))


def feature_statistics(featurized: DataFrame, knobs: Knobs) -> DataFrame:
    """Describe each feature by split and day, and compare it with the train split.

    One pass over the items, in Arrow batches; what is merged is a row a batch, split and day.
    """
    features = list(knobs.features)

    def count(batches: Batches) -> Batches:
        for batch in batches:
            yield statistics.count_batch(batch, features)

    counted = featurized.select(
        "split", "context_at", F.col("items.features").alias("features")
    ).mapInArrow(count, from_arrow_schema(statistics.COUNTED))
    merged = counted.groupBy("split", "day").applyInArrow(
        lambda group: statistics.merge(group, features), from_arrow_schema(statistics.MERGED)
    )
    return merged.groupBy().applyInArrow(
        lambda group: statistics.describe(group, features), from_arrow_schema(statistics.DESCRIBED)
    )


def _publish_delay(knobs: Knobs) -> Column:
    return F.expr(f"make_dt_interval(0, 0, 0, {knobs.publish_delay_hours * 3600})")


def train(featurized: DataFrame, knobs: Knobs) -> DataFrame:
    """Train the declared rankers in one task, which streams the Parquet files itself."""
    files = list(featurized.inputFiles())
    specs = ranker_specs(knobs.rankers, knobs.features)
    threads = knobs.training_threads

    def fit(batches: Batches) -> Batches:
        for _ in batches:
            yield from train_rankers(specs, files, threads=threads).to_batches()

    return _one_task(featurized.sparkSession).mapInArrow(fit, from_arrow_schema(REGISTRY_SCHEMA))


def score(featurized: DataFrame, rankers: DataFrame, knobs: Knobs) -> DataFrame:
    """Give each item the scores of all rankers, in one pass over the contexts of scored splits."""
    rows = [row.asDict(recursive=True) for row in rankers.orderBy("ranker").collect()]
    by_name = {row["ranker"]: row for row in rows}
    declared = [by_name[name] for name in knobs.rankers]

    def apply(batches: Batches) -> Batches:
        loaded = Rankers.load(declared)
        for batch in batches:
            yield score_batch(batch, loaded)

    return featurized.where(F.col("split").isin(knobs.scored_splits)).mapInArrow(
        apply, _with_item_struct(featurized.schema, "scores", list(knobs.rankers))
    )


def compare(metrics_by_context: DataFrame, knobs: Knobs) -> DataFrame:
    """Compare every ranker with the control by bootstrapping profiles; no context is collected.

    Only a profile's metrics move, to where its other contexts are; sums of replicates then meet
    slice by slice.
    """
    slices = slice_tags(knobs.metric_slices)
    comparison = Comparison(
        control=knobs.control_ranker,
        metrics=tuple(compared(knobs.metrics, knobs.metric_ks, knobs.compared_metrics).values()),
        slices=("all", *slices),
        replicates=knobs.bootstrap_replicates,
        significance=knobs.significance,
        power=knobs.test_power,
    )

    def sum_up(batches: Batches) -> Batches:
        rows = list(batches)
        if rows:
            yield from comparison.partial_sums(pa.Table.from_batches(rows)).to_batches()

    def subtract(partials: pa.Table) -> pa.Table:
        return comparison.differences(partials)

    has_metrics = F.col("metrics").isNotNull()
    rows = metrics_by_context.repartition("profile_id").select(
        "split",
        "ranker",
        F.xxhash64("profile_id", F.lit("bootstrap")).alias("seed"),
        (1 / F.col("inclusion_probability")).alias("weight"),
        (has_metrics & F.expr("n_positives > 0")).alias("has_positive"),
        (has_metrics & F.expr("n_positives between 1 and n_items - 1")).alias("has_both"),
        F.lit("all").alias("slice_all"),
        *[_joined(tags).alias(f"slice_{name}") for name, tags in slices.items()],
        *[F.col(f"metrics.{metric.column}") for metric in comparison.metrics],
    )
    return (
        rows.mapInArrow(sum_up, from_arrow_schema(PARTIAL_SCHEMA))
        .groupBy("split", "slice", "slice_value")
        .applyInArrow(subtract, from_arrow_schema(DIFFERENCE_SCHEMA))
    )


def _joined(tags: list[str]) -> Column:
    """Return the value of a slice: its tags' values as a/b."""
    return F.concat_ws("/", *[F.col(f"tags.{tag}").cast("string") for tag in tags])


def bundle(
    rankers: DataFrame, *, sample: DataFrame, lookups: Lookups, schema: str, knobs: Knobs
) -> DataFrame:
    """Write the bundles, in one task, which reads the tables' Parquet files itself.

    They lie in the warehouse, under `bundles/<schema>`: a file system that all workers see.
    """
    by_name = {row["ranker"]: row.asDict(recursive=True) for row in rankers.collect()}
    rows = [by_name[name] for name in bundled_rankers(knobs)]
    days = [
        row.day for row in sample.select(F.to_date("context_at").alias("day")).distinct().collect()
    ]
    sources = lookups.sources(knobs)
    root = _bundles_of(rankers.sparkSession, schema)
    latest_days = knobs.bundle_days

    def write(batches: Batches) -> Batches:
        for _ in batches:
            yield from write_bundles(
                root, sources, rows, latest_days=latest_days, parity_days=days
            ).to_batches()

    return _one_task(rankers.sparkSession).mapInArrow(write, from_arrow_schema(BUNDLES_SCHEMA))


def rank_online(sample: DataFrame, *, history: DataFrame, bundles: DataFrame) -> DataFrame:
    """Rank the sampled contexts by the parity bundle, loaded from its directory, one at a time."""
    rows = bundles.where(F.col("bundle") == PARITY).collect()

    def rank(batches: Batches) -> Batches:
        loaded = [load(row.path, row.fingerprint) for row in rows]
        for batch in batches:
            for one in loaded:
                yield rank_contexts(batch, one)

    seen = history.select("profile_id", *HISTORY_COLUMNS)
    return sample.join(seen, "profile_id").mapInArrow(rank, from_arrow_schema(RANKED_SCHEMA))


def release_bundle(bundles: DataFrame, *, parity: DataFrame, knobs: Knobs) -> DataFrame:
    """Let the serving bundle be served, unless one sampled context was ranked otherwise online.

    Raise ValueError for that, and where contexts were to be compared and none was.
    """
    unequal = F.count_if(~F.col("is_equal")).alias("unequal")
    compared = parity.agg(F.count("*").alias("all"), unequal).collect()[0]
    if compared.unequal or (knobs.parity_contexts and not compared["all"]):
        raise ValueError(
            f"the bundle is not released: of {compared['all']} comparisons with the offline tables "
            f"{compared.unequal} fail; see online_offline_parity"
        )
    kept = knobs.bundles_kept

    def move(batches: Batches) -> Batches:
        for batch in batches:
            for row in batch.to_pylist():
                release(Path(row["path"]), row["fingerprint"])
                sweep(Path(row["path"]).parent, kept)
            yield batch

    served = bundles.where(F.col("bundle") == SERVING).select("bundle", "path", "fingerprint")
    return served.mapInArrow(move, served.schema)


def _bundles_of(session: SparkSession, schema: str) -> Path:
    """Return the directory of a schema's bundles."""
    return Path(local_path(session.conf.get("spark.sql.warehouse.dir"))) / "bundles" / schema


def _one_task(session: SparkSession) -> DataFrame:
    """Return one row, hence one task, for work that reads its files itself."""
    return session.range(0, 1, numPartitions=1)


def _with_item_struct(schema: StructType, name: str, fields: list[str]) -> StructType:
    """Append a struct of doubles to the items of a DMC-12 schema."""
    item = schema["items"].dataType.elementType
    struct = StructType([StructField(field, DoubleType()) for field in fields])
    widened = ArrayType(StructType([*item.fields, StructField(name, struct)]))
    return StructType(
        [StructField("items", widened) if field.name == "items" else field for field in schema]
    )
