"""What award notices say about contracts: sizes, lives, who wins, how they are let, what price weighs. Unknowns are intervals.

Sizes are of contracts with one supplier that set up no framework: the value of an award that several share belongs to none
of them, and that of a framework is a ceiling. Both are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .reading import Notices

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
Row = dict[str, Any]
Place = tuple[str, int]  # file and row


@dataclass(frozen=True)
class Quantiles:
    """How many values, and those at `QUANTILES` of them (none if there are no values), with where they stand."""

    count: int
    values: tuple[float, ...]
    rows: tuple[Place, ...] = field(repr=False, default=())


@dataclass(frozen=True)
class Share:
    """A share as an interval: everything unknown out, everything unknown in. NaN where there is nothing to share."""

    low: float
    high: float
    total: float
    rows: tuple[Place, ...] = field(repr=False, default=())


@dataclass(frozen=True)
class NoticeFigures:
    """Figures of notices. Amounts in pence of `currency`; shares are fractions; lives in months; weights in percent, tender by tender."""

    currency: str
    awards: int
    other_currencies: int
    without_value: int
    shared: int
    frameworks: int
    sizes: Quantiles
    months: Quantiles
    sme_by_count: Share
    sme_by_value: Share
    vcse_by_count: Share
    vcse_by_value: Share
    procedures: dict[str, int]
    bidders: Quantiles
    price_weight: Quantiles
    quality_weight: Quantiles
    social_weight: Quantiles


def notice_figures(notices: Notices, currency: str = "GBP") -> NoticeFigures:
    """The figures of all awards in one currency, those without a value included."""
    everything = _by_award(notices.awards.to_pylist())
    awards = [rows for rows in everything if rows[0]["currency"] in (currency, None)]
    heads = [rows[0] for rows in awards]
    sized = [one for one in heads if one["pence"] is not None and one["suppliers"] <= 1 and one["framework"] is not True]
    tenders = _by_process(notices.tenders.to_pylist())
    return NoticeFigures(
        currency=currency,
        awards=len(awards),
        other_currencies=len(everything) - len(awards),
        without_value=sum(one["pence"] is None for one in heads),
        shared=sum(one["suppliers"] > 1 for one in heads),
        frameworks=sum(one["framework"] is True for one in heads),
        sizes=quantiles((one["pence"], one) for one in sized),
        months=quantiles((one["months"], one) for one in heads),
        sme_by_count=share(awards, "sme", lambda one: 1),
        sme_by_value=share(awards, "sme", _worth),
        vcse_by_count=share(awards, "vcse", lambda one: 1),
        vcse_by_value=share(awards, "vcse", _worth),
        procedures=dict(Counter(one["procedure"] or "unknown" for one in heads).most_common()),
        bidders=quantiles((one["bidders"], one) for one in heads),
        price_weight=_weight(tenders, "price_weight"),
        quality_weight=_weight(tenders, "quality_weight"),
        social_weight=_weight(tenders, "social_weight"),
    )


def quantiles(values: Iterable[tuple[float | None, Row]]) -> Quantiles:
    """Of the values that are told."""
    import numpy as np

    told = [(value, (row["file"], row["row"])) for value, row in values if value is not None]
    if not told:
        return Quantiles(0, ())
    found = np.quantile(np.array([float(value) for value, _ in told]), QUANTILES)
    return Quantiles(len(told), tuple(found.tolist()), tuple(place for _, place in told))


def share(awards: Sequence[list[Row]], flag: str, worth: Callable[[Row], float]) -> Share:
    """Part of the awards whose winners bear a flag. Of an award that several share, only what all of them are is known.

    Its winners may split it in any way, so that it counts as nothing in the low end and as a whole in the high end unless all agree.
    """
    low = high = total = 0.0
    for rows in awards:
        weight = worth(rows[0])
        flags = {row[flag] for row in rows}
        total += weight
        low += weight * (flags == {True})
        high += weight * (flags != {False})
    places = tuple((rows[0]["file"], rows[0]["row"]) for rows in awards if worth(rows[0]))
    return Share(low / total, high / total, total, places) if total else Share(float("nan"), float("nan"), 0.0)


def _worth(row: Row) -> float:
    """What an award weighs by value: nothing for a framework, whose value is a ceiling that may never be spent."""
    return 0 if row["framework"] is True or row["pence"] is None else row["pence"]


def _by_award(rows: Iterable[Row]) -> list[list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault((row["file"], row["row"], row["ocid"], row["award"]), []).append(row)
    return list(found.values())


def _by_process(rows: Iterable[Row]) -> list[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["ocid"], []).append(row)
    return list(found.values())


def _weight(tenders: Sequence[list[Row]], column: str) -> Quantiles:
    """Of tenders, not lots, since one tender of 80 lots would outweigh all others: the mean over its lots that tell a weight."""
    told = ([row[column] for row in lots if row[column] is not None] for lots in tenders)
    return quantiles((sum(values) / len(values), lots[0]) for values, lots in zip(told, tenders, strict=True) if values)
