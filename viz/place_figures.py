"""Figures of a built place: the first simulated year beside the data, and what of the unknown matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter

from . import words
from .shares import KIND_NAMES, RING_NAMES
from .style import BLUE, BODY, INK, RULE, SMALL, SOFT, VERMILLION, Picture, Units, bare, blank, styled

if TYPE_CHECKING:
    from ..experiments.place_check import PlaceCheck, Row

NAMES = KIND_NAMES | RING_NAMES | {"public": "public bodies"}
PANELS = {"kind": "By kind of provider", "ring": "By where the provider is", "sector": "By sector"}
SIZES = {"supplier": "What a supplier gets in a year", "award": "Value of a contract or award"}
ROW = 0.3  # inches


def group_name(group: str) -> str:
    """What figures and tables call a kind, a ring or a sector."""
    return NAMES.get(group, group)


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
        axes = figure.add_axes((0.24, 0.62 / height, 0.7, 1.6 / height))
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
    axes.set_yticks(np.arange(len(rows)), [group_name(row.group) for row in rows], color=INK, fontsize=BODY - 1)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(Units("share"))
    axes.tick_params(axis="x", colors=SOFT)
    axes.grid(axis="x")
    bare(axes, ("bottom",))


def _sizes(axes: Any, found: PlaceCheck) -> None:
    """Quantiles of size on a logarithmic scale."""
    steps = [f"{row.quantile:.0%}" for row in found.sizes]
    for values, name, colour, marker in (
        ([row.data for row in found.sizes], "data", SOFT, "s"),
        ([row.simulated for row in found.sizes], "simulated", BLUE, "o"),
    ):
        axes.plot(np.arange(len(steps)), values, marker=marker, color=colour, linewidth=1.5, label=name)
        axes.annotate(
            name, (len(steps) - 1, values[-1]), xytext=(8, 0), textcoords="offset points", color=colour, fontsize=SMALL, va="center"
        )
    axes.set_yscale("log")
    axes.set_xticks(np.arange(len(steps)), steps)
    axes.set_xlim(-0.3, len(steps) - 0.2)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0,)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    low, high = axes.get_ylim()
    axes.set_ylim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high)))
    axes.yaxis.set_major_formatter(Units("£"))
    axes.grid(axis="y")
    axes.set_xlabel("share of them that are smaller")
    title = f"{SIZES[found.sizes_of]}: {found.distances['size']:.1f} times off on the average"
    axes.set_title(title, fontsize=BODY, fontweight="bold", pad=6)
    bare(axes, ("bottom", "left"))


def alternative(found: PlaceCheck) -> str:
    """The figure in words."""
    told = [f"{group_name(row.group)} {row.mean:.0%} simulated, {row.low:.0%} to {row.high:.0%} in the data" for row in found.rows]
    return f"First simulated year of {found.council} beside its data: {'; '.join(told)}."
