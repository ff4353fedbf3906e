"""Payments made up for tests, in the shape of `places.tables.payments_schema`."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa

from changemaking.places.tables import awards_schema, payments_schema


def payments(*rows: dict[str, Any]) -> pa.Table:
    """A table of rows, each with what it names; unnamed ones get a file, a row number, a supplier, a date and the status used."""
    filled = [
        {"file": "a.csv", "row": i + 2, "supplier": "Bird Ltd", "pence": 100, "date": datetime.date(2026, 5, 1), "status": "used", **row}
        for i, row in enumerate(rows)
    ]
    schema = payments_schema()
    columns = []
    for field in schema:
        values = [row.get(field.name) for row in filled]
        if pa.types.is_dictionary(field.type):
            columns.append(pa.array(values, pa.string()).dictionary_encode().cast(field.type))
        else:
            columns.append(pa.array(values, field.type))
    return pa.table(columns, schema=schema)


def awards(*rows: dict[str, Any]) -> pa.Table:
    """A table of awards, each with what it names; unnamed ones get a file, a row, an award, one supplier and pounds."""
    filled = [
        {"file": "n.json", "row": i + 1, "award": f"a{i}", "supplier": "Bird Ltd", "suppliers": 1, "currency": "GBP", **row}
        for i, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(filled, schema=awards_schema())
