"""Give every DMC-12 item its features. One row per context, the same items as `dmc12_labeled`."""

from dmc12.knobs import knobs_of
from dmc12.spark import Lookups, featurize


def model(dbt, session):
    return featurize(
        dbt.ref("dmc12_labeled"),
        history=dbt.ref("profile_history"),
        lookups=Lookups(
            titles=dbt.ref("titles"),
            popularity=dbt.ref("title_popularity_daily"),
            coplays=dbt.ref("title_coplays"),
            factors=dbt.ref("title_factors"),
            completeness=dbt.ref("fact_completeness_daily"),
            earlier_ranker=dbt.ref("earlier_ranker"),
        ),
        knobs=knobs_of(dbt.vars),
    )
