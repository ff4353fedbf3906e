"""Type I and type II output multipliers of a published table, of its nation and of a region of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.io_tables import Table
from ...model.multipliers import closed_multipliers, coefficients, output_multipliers
from .errors import RegionalError
from .jobs import Jobs
from .quotients import DELTA, Floats, regional_coefficients, regional_spending, size, span

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("I", "II")


def multipliers(
    table: Table, types: tuple[str, ...] = ("I",), jobs: Jobs | None = None, delta: float = DELTA, income: float | None = None
) -> pd.DataFrame:
    """Output multipliers by industry code: columns name, output (£ million), type_i, type_ii as asked for.

    With `jobs` also jobs, national_jobs, slq, and for each type regional_type_i, and with _low and _high its ends
    over the `span` of δ. NaN for industries the region has not. `income`: households' income from all sources in £ million, of which
    their spending is a share; without it their pay is taken for all their income, so that type II comes out at its highest.

    RegionalError if the table does not tell what type II needs, or a number is out of range.
    """
    import pandas as pd

    if unknown := [name for name in types if name not in TYPES]:
        raise RegionalError(f"type: got {unknown[0]!r}, expected I or II")
    a = coefficients(table.flows, table.output)
    frame = pd.DataFrame({"name": table.names, "output": table.output}, index=pd.Index(table.codes, name="code"))
    pay, spending = household_shares(table, income) if "II" in types else (None, None)
    for name in types:
        frame[f"type_{name.lower()}"] = _of(name, a, pay, spending, table.names)
    if jobs is None:
        return frame
    frame["jobs"], frame["national_jobs"], frame["slq"] = jobs.here, jobs.nation, jobs.slq
    for name in types:
        column = f"regional_type_{name.lower()}"
        for at, suffix in zip((delta, *span(delta)), ("", "_low", "_high"), strict=True):
            frame[column + suffix] = _regional(name, a, pay, spending, jobs, at, table.names)
    return frame


def household_shares(table: Table, income: float | None = None) -> tuple[Floats, Floats]:
    """Pay per pound of output [n], and what a pound of households' income buys at home from each industry [n]."""
    if table.pay is None or table.households is None:
        raise RegionalError(
            "type II needs what industries pay (CoE or D1) and what households buy (HOUSEHOLD or P3 S14); the table has not both"
        )
    total = float(table.pay.sum()) if income is None else income
    if not np.isfinite(total) or total < table.households.sum() or total < table.pay.sum():
        least = max(table.households.sum(), table.pay.sum())
        raise RegionalError(
            f"income: got {total:,.0f}, expected at least {least:,.0f} (£ million), what households spend at home or are paid"
        )
    pay = np.divide(table.pay, table.output, out=np.zeros_like(table.pay), where=table.output > 0)
    return pay, np.maximum(table.households, 0.0) / total


def _of(name: str, a: Floats, pay: Floats | None, spending: Floats | None, names: tuple[str, ...]) -> Floats:
    if name == "I" or pay is None or spending is None:
        return output_multipliers(a, names)
    return closed_multipliers(a, pay, spending, names)


def _regional(
    name: str, a: Floats, pay: Floats | None, spending: Floats | None, jobs: Jobs, delta: float, names: tuple[str, ...]
) -> Floats:
    slq, lam = jobs.slq, size(*jobs.totals, delta=delta)
    bought = None if spending is None else regional_spending(spending, slq, lam)
    found = _of(name, regional_coefficients(a, slq, lam), pay, bought, names)
    return np.where(slq > 0, found, np.nan)
