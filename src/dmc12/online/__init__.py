"""Ranking online: load a bundle without Spark or dbt, rank a context as the offline tables did."""

from dmc12.online.bundle import Bundle, Ranking
from dmc12.online.context import Context, Play, Profile
from dmc12.online.errors import (
    BundleDamagedError,
    BundleError,
    BundleFeatureError,
    BundleMissingError,
    BundleVersionError,
    ContextError,
)
from dmc12.online.load import load

__all__ = [
    "Bundle",
    "BundleDamagedError",
    "BundleError",
    "BundleFeatureError",
    "BundleMissingError",
    "BundleVersionError",
    "Context",
    "ContextError",
    "Play",
    "Profile",
    "Ranking",
    "load",
]
