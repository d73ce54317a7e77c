"""Let services load the latest bundle, now that it is known to rank as the offline tables do."""

from dmc12.knobs import knobs_of
from dmc12.spark import release_bundle


def model(dbt, session):
    return release_bundle(
        dbt.ref("ranking_bundles"),
        parity=dbt.ref("online_offline_parity"),
        knobs=knobs_of(dbt.vars),
    )
