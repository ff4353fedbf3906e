"""How concentrated spending is: the Herfindahl–Hirschman index and the share of the largest suppliers."""

from __future__ import annotations

import numpy as np

from .figure import Figure, Line
from .ledger import Ledger

TOP = (1, 5, 10)


def concentration(ledger: Ledger) -> Figure:
    """The Herfindahl–Hirschman index (sum of squared shares, 1/n to 1) and the share of the largest one, five and ten suppliers.

    Shares are of what suppliers got net of credits; those whose credits exceed their payments are left out. Payments without a
    name may be all of one supplier, even the largest, or each of another: both bounds are reached.
    """
    net = ledger.net.copy()
    alone = ledger.pence[ledger.unnamed]
    unnamed = alone[alone > 0]
    for place, key in enumerate(ledger.suppliers):
        if key == "":
            net[place] = 0
    order = np.argsort(-net, kind="stable")
    named = net[order][net[order] > 0].astype(float)
    total = float(named.sum() + unnamed.sum())
    everyone = tuple(int(unit) for unit in np.unique(ledger.supplier))
    if total <= 0:
        return Figure(
            "concentration", _DEFINITION, (), ledger.rows, ledger.supplier, ledger.total, ("no supplier was paid anything on balance",)
        )
    together = named.copy() if len(named) else np.zeros(1)
    together[0] += unnamed.sum()
    apart = np.sort(np.concatenate([named, unnamed.astype(float)]))[::-1]
    lines = [
        Line("all suppliers", "hhi", "0-1", _squares(apart, total), _squares(together, total), None, None, everyone),
        Line("all suppliers", "suppliers", "count", len(named), len(named) + len(unnamed), len(named), None, everyone),
    ]
    for top in TOP:
        largest = tuple(int(unit) for unit in order[:top] if net[unit] > 0)
        lines.append(Line(f"top {top}", "share", "share", *_top_bounds(named, unnamed.astype(float), top, total), None, None, largest))
        lines.append(
            Line(
                f"top {top}", "spend", "pence", *_top_bounds(named, unnamed.astype(float), top, 1.0), int(named[:top].sum()), None, largest
            )
        )
    left_out = int((net < 0).sum())
    notes: tuple[str, ...] = ("companies of one group count as suppliers of their own",)
    if left_out:
        notes += (f"left out: {left_out} suppliers with more credits than payments",)
    return Figure("concentration", _DEFINITION, tuple(lines), ledger.rows, ledger.supplier, ledger.total, notes)


_DEFINITION = "shares of spending net of credits, suppliers told apart by their cleaned names"


def _squares(amounts: np.ndarray, total: float) -> float:
    return float(np.square(amounts / total).sum())


def _top_bounds(named: np.ndarray, unnamed: np.ndarray, top: int, total: float) -> tuple[float, float]:
    """The least and the most that the `top` largest got: unnamed payments spread as evenly as rows allow, or all with the largest."""
    apart = np.sort(np.concatenate([named, unnamed]))[::-1]
    high = float(named[:top].sum() + unnamed.sum())
    return float(apart[:top].sum()) / total, high / total
