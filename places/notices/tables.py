"""Two tables beside the awards: what award criteria weigh, lot by lot, and what was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def tenders_schema() -> pa.Schema:
    """One row for each lot of a tender, one for a tender without lots; weights in percent, null where none or no sum of 100 is told."""
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [
            ("file", text),
            ("row", pa.int64()),
            ("ocid", text),
            ("lot", text),
            ("lots", pa.int32()),
            ("buyer", text),
            ("pence", pa.int64()),
            ("currency", text),
            ("months", pa.float64()),
            ("procedure", text),
            ("framework", pa.bool_()),
            ("price_weight", pa.float64()),
            ("quality_weight", pa.float64()),
            ("social_weight", pa.float64()),
            ("weights", text),  # "told", "none", or why the weights told were not taken
        ]
    )


def rejects_schema() -> pa.Schema:
    """One row for each release, line or award that could not be read: where, which field, why."""
    import pyarrow as pa

    return pa.schema([("file", pa.string()), ("row", pa.int64()), ("field", pa.string()), ("reason", pa.string())])
