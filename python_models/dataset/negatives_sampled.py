"""Draw the negatives of train contexts. One row per train context."""

from dmc12.knobs import knobs_of
from dmc12.spark import sample_negatives


def model(dbt, session):
    return sample_negatives(
        dbt.ref("contexts_sampled"),
        history=dbt.ref("profile_history"),
        impressions=dbt.ref("impression_history"),
        titles=dbt.ref("titles"),
        weights=dbt.ref("title_weights"),
        coplays=dbt.ref("title_coplays"),
        knobs=knobs_of(dbt.vars),
    )
