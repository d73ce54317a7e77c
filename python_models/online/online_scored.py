"""Rank the sampled contexts online: one call each, by a bundle loaded from its directory."""

from dmc12.spark import rank_online


def model(dbt, session):
    return rank_online(
        dbt.ref("parity_contexts"),
        history=dbt.ref("profile_history"),
        bundles=dbt.ref("ranking_bundles"),
    )
