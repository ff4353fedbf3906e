"""Figures of a built place: the first simulated year beside the data, and what of the unknown matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from . import words
from .place_words import times
from .shares import KIND_NAMES, RING_NAMES
from .style import BLUE, BODY, INK, RULE, SMALL, SOFT, VERMILLION, Picture, Units, bare, blank, styled

if TYPE_CHECKING:
    from ..experiments.place_check import PlaceCheck, Row
    from ..experiments.place_sensitivity import Effect, Sensitivity
    from ..places.building import Built

NAMES = KIND_NAMES | RING_NAMES | {"public": "public bodies"}
SECTOR_NAMES = {"public": "public services", "ict": "ICT"}
MOVES = {
    "least_local": "least with local suppliers",
    "most_local": "most with local suppliers",
    "least_region": "least with suppliers of the region",
    "most_region": "most with suppliers of the region",
    "least_money": "least money a year",
    "most_money": "most money a year",
    "all_suppliers_small": "all of unknown size are SMEs",
    "all_suppliers_large": "all of unknown size are large",
    "least_voluntary": "fewest voluntary bodies",
    "most_voluntary": "most voluntary bodies",
    "least_public": "least with public bodies",
    "most_public": "most with public bodies",
}
SECTOR_MOVE = "unknown_sector_"
PANELS = {"kind": "By kind of provider", "ring": "By where the provider is", "sector": "By sector"}
SIZES = {"supplier": "What a supplier gets in a year", "award": "Value of a contract or award"}
ROW = 0.3  # inches


def group_name(group: str, what: str = "") -> str:
    """What figures and tables call a kind, a ring or, where `what` says so, a sector."""
    return SECTOR_NAMES.get(group, group) if what == "sector" else NAMES.get(group, group)


@styled
def check_figure(found: PlaceCheck) -> Picture:
    """By kind, ring and sector: bars where the data allow the share to lie, dots where the first simulated year put it; sizes below."""
    parts = {what: [row for row in found.rows if row.what == what] for what in PANELS}
    parts = {what: rows for what, rows in parts.items() if rows}
    height = 0.95 + sum(0.75 + ROW * len(rows) for rows in parts.values()) + (2.6 if found.sizes else 0.0)
    figure = blank(
        9.5, height, f"{found.council}: the first simulated year beside the data",
        f"Bars: where the data allow a share to lie. Dots: simulated, mean and span of {words.count(found.seeds, 'seed')}.",
    )  # fmt: skip
    top = height - 0.85
    for what, rows in parts.items():
        tall = ROW * len(rows)
        axes = figure.add_axes((0.24, (top - 0.3 - tall) / height, 0.7, tall / height))
        _shares(axes, rows)
        far = found.distances[what]
        axes.set_title(f"{PANELS[what]}: {_moved(far)}", fontsize=BODY, fontweight="bold", pad=4)
        top -= 0.75 + tall
    if found.sizes:
        axes = figure.add_axes((0.24, 0.62 / height, 0.5, 1.6 / height))
        _sizes(axes, found)
    figure.alt = alternative(found)
    return figure


def _moved(share: float) -> str:
    return "within what the data allow" if share < 0.0005 else f"{share:.1%} of the money lies elsewhere than in the data"


def _shares(axes: Any, rows: list[Row]) -> None:
    for y, row in enumerate(rows):
        axes.barh(y, max(row.high - row.low, 0.004), left=row.low, height=0.62, color=RULE, zorder=1)
        axes.hlines(y, row.least, row.most, color=BLUE, linewidth=2, zorder=2)
        inside = row.least <= row.high and row.low <= row.most
        axes.plot(row.mean, y, marker="o" if inside else "D", color=BLUE if inside else VERMILLION, markersize=6, zorder=3)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(np.arange(len(rows)), [group_name(row.group, row.what) for row in rows], color=INK, fontsize=BODY - 1)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(Units("share"))
    axes.tick_params(axis="x", colors=SOFT)
    axes.grid(axis="x")
    bare(axes, ("bottom",))


def _sizes(axes: Any, found: PlaceCheck) -> None:
    """Quantiles of size on a logarithmic scale."""
    steps = [f"{row.quantile:.0%}" for row in found.sizes]
    series = (
        ("data", SOFT, "s", [row.data for row in found.sizes], [row.data_by_money for row in found.sizes]),
        ("simulated", BLUE, "o", [row.simulated for row in found.sizes], [row.simulated_by_money for row in found.sizes]),
    )
    for name, colour, marker, once, by_money in series:
        axes.plot(np.arange(len(steps)), by_money, marker=marker, color=colour, linewidth=1.8, label=f"{name}, by money")
        axes.plot(
            np.arange(len(steps)), once, marker=marker, color=colour, linewidth=1.0, linestyle=":", markersize=4, label=f"{name}, each once"
        )
    axes.set_yscale("log")
    axes.set_xticks(np.arange(len(steps)), steps)
    axes.set_xlim(-0.3, len(steps) - 0.7)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0,)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    low, high = axes.get_ylim()
    axes.set_ylim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.amount(value, "£")))
    axes.legend(loc="upper left", frameon=False, fontsize=SMALL, bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    axes.grid(axis="y")
    axes.set_xlabel("share of the money, or of them, that lies below")
    far = found.distances["size by money"]
    title = f"{SIZES[found.sizes_of]}: {times(far)}{' off by money' if np.isfinite(far) else ''}"
    axes.set_title(title, fontsize=BODY, fontweight="bold", pad=6)
    bare(axes, ("bottom", "left"))


def alternative(found: PlaceCheck) -> str:
    """The figure in words."""
    told = [
        f"{group_name(row.group, row.what)} {row.mean:.0%} simulated, {row.low:.0%} to {row.high:.0%} in the data" for row in found.rows
    ]
    return f"First simulated year of {found.council} beside its data: {'; '.join(told)}."


@styled
def known_figure(built: Built) -> Picture:
    """What the files say of where the money goes: bars from the least to the most that a share can be."""
    parts = [(title, lines) for title, lines in shares_of(built) if lines]
    height = 0.95 + sum(0.8 + ROW * len(lines) for _, lines in parts)
    subtitle = "Bars: from the least to the most that it can be. Dark: certain."
    figure = blank(9.5, height, "Where the council's money goes", subtitle)
    top, told = height - 0.95, []
    for title, lines in parts:
        tall = ROW * len(lines)
        axes = figure.add_axes((0.24, (top - 0.3 - tall) / height, 0.7, tall / height))
        for y, (_, low, high) in enumerate(lines):
            axes.barh(y, max(high - low, 0.004), left=low, height=0.62, color=RULE, zorder=1)
            axes.barh(y, low, height=0.62, color=BLUE, zorder=2)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        what = "sector" if title == PANELS["sector"] else ""
        axes.set_yticks(np.arange(len(lines)), [group_name(group, what) for group, _, _ in lines], color=INK, fontsize=BODY - 1)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(Units("share"))
        axes.tick_params(axis="x", colors=SOFT)
        axes.grid(axis="x")
        axes.set_title(title, fontsize=BODY, fontweight="bold", pad=4)
        bare(axes, ("bottom",))
        told.append(f"{title}: " + ", ".join(f"{group_name(g, what)} {low:.0%} to {high:.0%}" for g, low, high in lines))
        top -= 0.8 + tall
    figure.alt = "; ".join(told) + "."
    return figure


def shares_of(built: Built) -> list[tuple[str, list[tuple[str, float, float]]]]:
    """Shares of the council's money by kind, ring and sector as bounds, the largest sector first."""
    buyer = built.facts.buyers.get(built.council.gss)
    if buyer is None:
        return []
    unknown = 1 - buyer.known
    sectors = [(s, part * buyer.known, min(1.0, part * buyer.known + unknown)) for s, part in buyer.sectors.items()]
    return [
        (PANELS["kind"], [(kind, *bounds) for kind, bounds in buyer.kinds.items()]),
        (PANELS["ring"], [("local", *buyer.local), ("region", *buyer.region)]),
        (PANELS["sector"], sorted(sectors, key=lambda row: -row[1])),
    ]


MOST_MOVES = 12


@styled
def matters_figure(found: Sensitivity) -> Picture:
    """A panel a measure: what moves it most, as a share of what it was, up or down."""
    from ..experiments.place_sensitivity import MEASURES

    rows = {measure: moving(found.ranked(measure)) for measure in MEASURES[:3]}
    height = 0.95 + sum(0.85 + 0.26 * len(effects) for effects in rows.values())
    subtitle = (
        f"Each unknown or assumption alone, half-way to the end of its range (unknowns: to the end); {found.months} months, "
        f"{words.count(found.seeds, 'seed')}. Thin: 95% interval."
    )
    figure = blank(11.0, height, "What matters", subtitle)
    top, told = height - 0.95, []
    for measure, effects in rows.items():
        known, tall = words.known(measure), 0.26 * len(effects)
        axes = figure.add_axes((0.42, (top - 0.3 - tall) / height, 0.54, tall / height))
        for y, effect in enumerate(effects):
            mean, low, high = effect.change
            colour = BLUE if effect.clear else RULE
            axes.barh(y, mean, height=0.6, color=colour, zorder=1)
            axes.hlines(y, low, high, color=SOFT, linewidth=1, zorder=2)
        axes.axvline(0, color=SOFT, linewidth=1)
        spread = max((abs(e.change[0]) for e in effects), default=1.0) or 1.0
        axes.set_xlim(-1.6 * spread, 1.6 * spread)
        axes.set_ylim(len(effects) - 0.5, -0.5)
        axes.set_yticks(np.arange(len(effects)), [short_name(e.what, e.side) for e in effects], color=INK, fontsize=SMALL)
        axes.xaxis.set_major_formatter(Units(known.unit, sign=True))
        axes.locator_params(axis="x", nbins=5)
        axes.tick_params(axis="x", colors=SOFT)
        base = effects[0].base if effects else 0.0
        axes.set_title(f"{known.label}: {words.amount(base, known.unit)} as built", fontsize=BODY, fontweight="bold", pad=4)
        bare(axes, ("bottom",))
        first = ", ".join(short_name(e.what, e.side) for e in effects[:3])
        told.append(f"{known.label} is moved most by {first}")
        top -= 0.85 + tall
    figure.alt = "; ".join(told) + "."
    return figure


def moving(ranked: list[Effect]) -> list[Effect]:
    """The first of ranked effects that move a measure at all, beside the first."""
    least = 0.02 * abs(ranked[0].change[0]) if ranked else 0.0
    return [effect for effect in ranked[:MOST_MOVES] if abs(effect.change[0]) > least]


def short_name(what: str, side: str) -> str:
    """What tables and figures call a thing that was moved: the first and last parts of its key, and which way."""
    if what in MOVES:
        return MOVES[what]
    if what.startswith(SECTOR_MOVE):
        return f"what is of no known sector is {group_name(what.removeprefix(SECTOR_MOVE), 'sector')}"
    parts = [part for part in what.replace("_", " ").split(".") if part not in ("*", "lines")]
    name = parts[0] if len(parts) == 1 else f"{parts[-2] if parts[0] == 'commissioners' and len(parts) > 2 else parts[0]}: {parts[-1]}"
    return f"{name}{', ' + side if side else ''}"
