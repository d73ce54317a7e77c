"""DMC-12 contexts with their history, from a few literal rows."""

from datetime import UTC, datetime

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def contexts(*rows: dict) -> pa.RecordBatch:
    """DMC-12 contexts with their history: each row gives context_at, items and plays.

    A play is (played_at, show_title_id, strength), moments as ISO text.
    """
    plays = pa.list_(
        pa.struct(
            [("played_at", MOMENT), ("show_title_id", pa.int64()), ("strength", pa.float64())]
        )
    )
    items = pa.list_(
        pa.struct(
            [("show_title_id", pa.int64()), ("label", pa.float64()), ("weight", pa.float64())]
        )
    )
    return pa.RecordBatch.from_arrays(
        [
            pa.array([row.get("profile_id", 1) for row in rows], pa.int64()),
            pa.array([row.get("country", "US") for row in rows]),
            pa.array([at(row["context_at"]) for row in rows], MOMENT),
            pa.array(
                [
                    [{"show_title_id": item, "label": 0.0, "weight": 1.0} for item in row["items"]]
                    for row in rows
                ],
                items,
            ),
            pa.array([at(row.get("signed_up_at", "2026-06-01")) for row in rows], MOMENT),
            pa.array(
                [
                    [
                        {"played_at": at(moment), "show_title_id": title, "strength": strength}
                        for moment, title, strength in row.get("plays", [])
                    ]
                    for row in rows
                ],
                plays,
            ),
        ],
        names=["profile_id", "country_iso_code", "context_at", "items", "signed_up_at", "plays"],
    )
