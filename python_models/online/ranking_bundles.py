"""Write the bundles that rank online: of the latest day, and of the parity sample's days."""

from dmc12.knobs import knobs_of
from dmc12.spark import Lookups, bundle


def model(dbt, session):
    return bundle(
        dbt.ref("rankers"),
        sample=dbt.ref("parity_contexts"),
        lookups=Lookups(
            titles=dbt.ref("titles"),
            popularity=dbt.ref("title_popularity_daily"),
            coplays=dbt.ref("title_coplays"),
            factors=dbt.ref("title_factors"),
            completeness=dbt.ref("fact_completeness_daily"),
            earlier_ranker=dbt.ref("earlier_ranker"),
        ),
        schema=dbt.this.schema,
        knobs=knobs_of(dbt.vars),
    )
