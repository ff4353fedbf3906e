"""What a council's payments say of it as a buyer, and of the market that it buys from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..suppliers.kinds import kind_of
from . import assumptions as assumed
from .facts import KINDS, Bounds, BuyerFacts, MarketFacts

if TYPE_CHECKING:
    from ..figures.figure import Figure
    from ..figures.ledger import Ledger
    from ..suppliers.facts import Facts as Supplier

LEAST_MONTH = 0.02  # of the rows: a month below this is a slip of dates, not a month that was read


@dataclass(frozen=True)
class Spent:
    """The payments of one council and the figures drawn from them. `by_ring` is None when nothing says what is local."""

    ledger: Ledger
    suppliers: Mapping[str, Supplier]
    by_kind: Figure
    by_sector: Figure
    by_ring: Figure | None
    cite: str
    is_public: Callable[[str], bool] | None = None


def months_covered(ledger: Ledger) -> int:
    """How many months the payments cover: those with at least 2% of the rows; 0 without dates."""
    dated = ledger.month[ledger.month >= 0]
    if not len(dated):
        return 0
    counts = np.unique(dated, return_counts=True)[1]
    return int((counts >= LEAST_MONTH * len(dated)).sum())


def slipped(ledger: Ledger) -> str:
    """Which rows are dated so far from the others that their month is not counted, as a note; "" for none."""
    if not len(ledger.slipped):
        return ""
    shown = ledger.rows.take(ledger.slipped[:6]).select(["file", "row", "date"]).to_pylist()
    told = [f"{row['file']} row {row['row']}: {row['date']}" for row in shown]
    more = f" and {len(ledger.slipped) - len(shown):,} more" if len(ledger.slipped) > len(shown) else ""
    return f"dated more than a year apart from all others, so taken for slips and in no month: {'; '.join(told)}{more}"


def buyer_facts(name: str, spent: Spent, months: float = 0.0) -> BuyerFacts:
    """What the payments say of the council. `months` is what they cover, worked out from their dates if 0; a year if they have none."""
    ledger = spent.ledger
    covered = months or months_covered(ledger) or 12
    pounds = ledger.total / 100 * 12 / covered
    sectors, known = known_shares(spent.by_sector)
    spread = assumed.BUDGET_RANGE if covered < 12 else assumed.BUDGET_RANGE / 3
    local, region = (0.0, 1.0), (0.0, 1.0)
    if spent.by_ring is not None:
        local, region = share_of(spent.by_ring, "local"), share_of(spent.by_ring, "region")
    return BuyerFacts(
        name=name,
        sectors=sectors,
        known=known,
        contracts={sector: equal_suppliers(spent, sector) for sector in sectors},
        cite=spent.cite,
        pounds=pounds,
        pounds_range=(round(pounds * (1 - spread), -3), round(pounds * (1 + spread), -3)),
        local=local,
        region=region,
        kinds={kind: share_of(spent.by_kind, kind) for kind in (*KINDS, "public")},
        sizes=tuple(sorted(float(net) / 100 * 12 / covered for net in ledger.net if net > 0)),
        rings_asked=spent.by_ring is not None,
    )


def share_of(figure: Figure, group: str) -> Bounds:
    """A group's share of the money, low and high, within 0 to 1 (credits can carry a sum past them)."""
    found = [line for line in figure.lines if line.group == group and line.measure == "share"]
    if not found:
        return (0.0, 0.0)
    low, high = found[0].low, found[0].high
    return max(0.0, min(1.0, low or 0.0)), max(0.0, min(1.0, 1.0 if high is None else high))


def known_shares(figure: Figure) -> tuple[dict[str, float], float]:
    """Shares of the groups in the money that surely belongs to one, and how much of all the money that is."""
    sums = {line.group: max(0.0, line.known or 0.0) for line in figure.lines if line.measure == "spend"}
    known = sum(sums.values())
    if known <= 0 or figure.total <= 0:
        return {}, 0.0
    return {group: amount / known for group, amount in sums.items() if amount > 0}, min(1.0, known / figure.total)


def rows_of(figure: Figure, group: str) -> np.ndarray:
    """Which rows surely belong to a group."""
    return np.isin(figure.units, np.asarray(figure.line(group, "spend").certain, dtype=figure.units.dtype))


def equal_suppliers(spent: Spent, sector: str) -> float:
    """How many suppliers of equal weight would be as concentrated as those of a sector: one over the Herfindahl–Hirschman index."""
    rows = rows_of(spent.by_sector, sector)
    net = np.zeros(len(spent.ledger.suppliers))
    np.add.at(net, spent.ledger.supplier[rows], spent.ledger.pence[rows].astype(float))
    net = net[net > 0]
    return float(net.sum() ** 2 / (net**2).sum()) if len(net) else 1.0


def market_facts(spent: Spent) -> MarketFacts:
    """Different suppliers by sector and kind. A supplier counts in each sector in which it was paid."""
    kinds = {key: kind_of(facts, spent.is_public).possible for key, facts in spent.suppliers.items()}
    suppliers: dict[str, dict[str, int]] = {}
    unknown: dict[str, int] = {}
    for sector in known_shares(spent.by_sector)[0]:
        keys = {spent.ledger.suppliers[i] for i in np.unique(spent.ledger.supplier[rows_of(spent.by_sector, sector)])}
        found = [kind for key in sorted(keys & kinds.keys()) if (kind := told(kinds[key])) != "public"]
        suppliers[sector] = {kind: found.count(kind) for kind in KINDS if kind in found}
        unknown[sector] = found.count("")
    return MarketFacts(suppliers, unknown, spent.cite)


def told(possible: frozenset[str]) -> str:
    """The kind a supplier is counted as: the only one it can be; between SMEs and voluntary bodies, or between large firms, voluntary
    and public bodies, the firm, since firms are by far the more; "" while it may be large or small.
    """
    if len(possible) == 1:
        return next(iter(possible))
    if {"sme", "large"} <= possible:
        return ""
    return next((kind for kind in ("sme", "large") if kind in possible), "")
