"""Draw what is ranked beside the positives, once for all rankers. One row per context."""

from dmc12.knobs import knobs_of
from dmc12.spark import sample_evaluation_candidates


def model(dbt, session):
    return sample_evaluation_candidates(
        dbt.ref("contexts_sampled"),
        history=dbt.ref("profile_history"),
        titles=dbt.ref("titles"),
        knobs=knobs_of(dbt.vars),
    )
