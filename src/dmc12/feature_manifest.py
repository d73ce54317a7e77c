"""The declared features as a table: what makes each, of what, over which window."""

from collections.abc import Sequence

import pyarrow as pa

from dmc12.encoders import FEATURES

SCHEMA = pa.schema(
    [
        pa.field("feature", pa.string(), nullable=False),
        pa.field("place", pa.int32(), nullable=False),
        pa.field("encoder", pa.string(), nullable=False),
        pa.field("family", pa.string(), nullable=False),
        pa.field("data", pa.list_(pa.string()), nullable=False),
        pa.field("data_type", pa.string(), nullable=False),
        pa.field("time_window", pa.string(), nullable=False),
        pa.field("missing_value", pa.float64()),
        pa.field("is_fitted", pa.bool_(), nullable=False),
        pa.field("meaning", pa.string(), nullable=False),
    ]
)


def feature_manifest(names: Sequence[str]) -> pa.Table:
    """Return one row a feature, in the order named."""
    rows = []
    for place, name in enumerate(names, start=1):
        encoder = FEATURES[name]
        feature = encoder.features[name]
        rows.append(
            {
                "feature": name,
                "place": place,
                "encoder": encoder.name,
                "family": encoder.family,
                "data": list(encoder.needs),
                "data_type": "double",
                "time_window": feature.window,
                "missing_value": None if feature.missing is None else float(feature.missing),
                "is_fitted": encoder.fitted,
                "meaning": feature.meaning,
            }
        )
    return pa.Table.from_pylist(rows, SCHEMA)
