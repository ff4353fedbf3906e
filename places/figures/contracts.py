"""How large contracts are and how long they live, from award notices; values and durations that are not published stay unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .bounds import quantile_bounds
from .figure import Figure, Line

if TYPE_CHECKING:
    import pyarrow as pa

QUANTILES = (0.25, 0.5, 0.75)
SHOWN = ("file", "row", "ocid", "award", "buyer", "title", "supplier", "suppliers", "pence", "currency", "date", "months", "framework")


def contracts(awards: pa.Table, currency: str = "GBP") -> Figure:
    """Quantiles of the value (pence) and the life (months) of awards, each award once however many suppliers share it.

    An award to one supplier is told apart from those to several and from frameworks, whose value is a ceiling for all of them. A value
    of nothing is one that was not published. Bounds hold whatever the unpublished are; `likely` is the quantile of the published.
    """
    rows = awards.select([name for name in SHOWN if name in awards.column_names])
    records = rows.to_pylist()
    first: dict[tuple[object, ...], int] = {}
    units = np.array([first.setdefault(_award(record), len(first)) for record in records], dtype=np.int64)
    each: dict[int, dict] = {}
    for unit, record in zip(units, records, strict=True):
        each.setdefault(int(unit), record)
    groups = {
        "single supplier": [u for u, r in each.items() if (r.get("suppliers") or 1) <= 1 and not r.get("framework")],
        "several suppliers": [u for u, r in each.items() if (r.get("suppliers") or 1) > 1 and not r.get("framework")],
        "framework": [u for u, r in each.items() if r.get("framework")],
    }
    lines = []
    for group, members in groups.items():
        if not members:
            continue
        behind = tuple(members)
        lines.append(Line.exact(group, "awards", "count", len(members), behind))
        values = [
            r["pence"] for r in (each[u] for u in members) if r["pence"] and r["pence"] > 0 and r.get("currency") in (None, "", currency)
        ]
        lives = [r["months"] for r in (each[u] for u in members) if r.get("months") is not None and r["months"] >= 0]
        for measure, unit_name, known in (("value", "pence", values), ("life", "months", lives)):
            lines.append(Line.exact(group, f"{measure} known", "count", len(known), behind))
            for q in QUANTILES:
                low, high = quantile_bounds(known, len(members) - len(known), q)
                likely = quantile_bounds(known, 0, q)[0]
                lines.append(Line(group, f"{measure} q{q:g}", unit_name, low, high, None, likely, behind))
    total = sum(int(r["pence"]) for r in each.values() if r["pence"] and r.get("currency") in (None, "", currency))
    notes = ("a value shared by several suppliers is counted once and not divided",)
    return Figure("contracts", f"awards in {currency}; value of nothing is unpublished", tuple(lines), rows, units, total, notes)


def _award(record: dict) -> tuple[object, ...]:
    """What makes rows one award."""
    named = (record.get("ocid"), record.get("award"))
    return named if any(named) else (record["file"], record["row"])
