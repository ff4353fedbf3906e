"""How large payments are: quantiles of single rows and of whole payments, and what was credited."""

from __future__ import annotations

import numpy as np

from .bounds import quantile_bounds
from .figure import Figure, Line
from .ledger import Ledger

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)


def payment_sizes(ledger: Ledger) -> Figure:
    """Quantiles of positive rows and of payments (rows of one supplier, day and reference added up), and the credits apart.

    Ledgers split a payment over several rows, some also give every row a reference of its own: both sizes are told.
    """
    rows = np.arange(len(ledger.pence))
    positive = rows[ledger.pence > 0]
    credits = rows[ledger.pence < 0]
    units = np.where(ledger.pence > 0, 1, np.where(ledger.pence < 0, 2, 0)).astype(np.int64)
    lines = [*_lines("row", ledger.pence[positive], (1,)), *_lines("payment", _payments(ledger), (1, 2))]
    paid, credited = int(ledger.pence[positive].sum()), int(ledger.pence[credits].sum())
    lines.append(Line.exact("payments", "spend", "pence", paid, (1,)))
    lines.append(Line.exact("credits", "spend", "pence", credited, (2,)))
    lines.append(Line.exact("credits", "rows", "count", len(credits), (2,)))
    return Figure("payment sizes", _DEFINITION, tuple(lines), ledger.rows, units, ledger.total)


_DEFINITION = "amounts above zero, net of VAT where the files say so; a quantile is an amount that was paid"


def _lines(what: str, amounts: np.ndarray, behind: tuple[int, ...]) -> list[Line]:
    lines = []
    for q in QUANTILES:
        size, _ = quantile_bounds(amounts, 0, q)
        if size is not None:
            lines.append(Line.exact(f"{what} q{q:g}", "size", "pence", size, behind))
    return lines


def _payments(ledger: Ledger) -> np.ndarray:
    """The amounts above zero of payments: rows of one supplier, day and reference together; rows without a reference stay single."""
    import pyarrow as pa

    if "reference" not in ledger.rows.column_names:
        return ledger.pence[ledger.pence > 0]
    reference = ledger.rows["reference"]
    single = (
        reference.is_null().to_numpy() if isinstance(reference, pa.ChunkedArray) else reference.is_null().to_numpy(zero_copy_only=False)
    )
    table = pa.table(
        {
            "supplier": ledger.supplier,
            "date": ledger.rows["date"],
            "reference": reference,
            "single": np.where(single, np.arange(len(single)), -1),
            "pence": ledger.pence,
        }
    )
    sums = (
        table.group_by(["supplier", "date", "reference", "single"], use_threads=False).aggregate([("pence", "sum")])["pence_sum"].to_numpy()
    )
    return sums[sums > 0]
