"""Where the money goes, and the five principles: one small picture per scenario or comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from . import words
from .reading import pairs, rows, title, wrapped
from .style import BASELINE, BLUE, BODY, COLOURS, INK, KINDS, PAPER, RINGS, RULE, SMALL, SOFT, Picture, blank, styled

PRINCIPLES = ("collaborative", "creative", "adaptable", "accountable", "place_based")
RING_NAMES = {"local": "the district", "region": "rest of the region", "elsewhere": "elsewhere"}
KIND_NAMES = {
    "large": "large firms",
    "sme": "small and medium firms",
    "vcs": "voluntary bodies",
    "in_house": "in-house teams",
    "other": "others",
}


def means(comparison: Any, scenario: str) -> dict[str, float]:
    """The mean over all seeds of each measure of a scenario."""
    frame = comparison.runs
    here = frame[frame["scenario"] == scenario]
    return {str(name): float(value) for name, value in here.groupby("measure", sort=False)["value"].mean().items()}


def rings(values: Mapping[str, float]) -> dict[str, float]:
    """Shares of contract payments by home of the provider; they add up to 1. Empty if not measured."""
    local, region = values.get("share_local", math.nan), values.get("share_region", math.nan)
    if not (math.isfinite(local) and math.isfinite(region)):
        return {}
    return {"local": local, "region": max(0.0, region - local), "elsewhere": max(0.0, 1 - max(region, local))}


def kinds(values: Mapping[str, float]) -> dict[str, float]:
    """Shares of all spend by kind of provider, own staff included; they add up to 1. Empty if not measured.

    What is left belongs to others, such as project companies.
    """
    parts = {k: values.get(f"share_{k}", math.nan) for k in ("large", "sme", "vcs")}
    if not all(math.isfinite(v) for v in parts.values()):
        return {}
    own = values.get("share_in_house", math.nan)
    own = own if math.isfinite(own) else 0.0
    out = parts | {"in_house": own}
    out["other"] = max(0.0, 1 - sum(out.values()))
    return out


def _ink(colour: str) -> str:
    """Black or white, whichever reads better on that colour."""
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return PAPER if 0.2126 * r**2.2 + 0.7152 * g**2.2 + 0.0722 * b**2.2 < 0.22 else INK


def _bars(axes: Axes, scenarios: Sequence[dict[str, float]], places: Sequence[float], colours: Mapping[str, str]) -> None:
    for parts, y in zip(scenarios, places, strict=True):
        left = 0.0
        for key, share in parts.items():
            axes.add_patch(Rectangle((left, y - 0.34), share, 0.68, facecolor=colours[key], edgecolor=PAPER, linewidth=1.2))
            if share >= 0.055:
                axes.text(left + share / 2, y, f"{100 * share:.0f}%", ha="center", va="center", fontsize=SMALL, color=_ink(colours[key]))
            left += share


def _key(axes: Axes, names: Mapping[str, str], colours: Mapping[str, str], used: set[str], inches: float) -> None:
    """Squares and names above the bars, broken into lines that fit the width."""
    axes.set(xlim=(0, inches), ylim=(0.5, 0))
    axes.axis("off")
    x, y = 0.0, 0.1
    for key, name in names.items():
        if key not in used:
            continue
        size = 0.24 + 0.07 * len(name)
        if x + size > inches:
            x, y = 0.0, y + 0.21
        axes.add_patch(Rectangle((x, y - 0.055), 0.11, 0.11, facecolor=colours[key], linewidth=0))
        axes.text(x + 0.17, y, name, fontsize=SMALL, color=SOFT, va="center")
        x += size + 0.12


@styled
def money_figure(comparison: Any) -> Picture:
    """Shares of the commissioners' spend by home and by kind of provider, a row per scenario, means over all seeds."""
    order = list(dict.fromkeys(name for s, b in pairs(comparison) for name in (b, s)))
    values = {name: means(comparison, name) for name in order}
    by_ring, by_kind = {n: rings(values[n]) for n in order}, {n: kinds(values[n]) for n in order}
    label, panel, gap, right = 2.3, 3.7, 0.4, 1.05
    width = label + 2 * panel + gap + right
    top, inner = 1.72, 0.42 * len(order)
    height = top + inner + 0.2
    figure = blank(
        width,
        height,
        "Where the money goes",
        "Shares of what the district’s commissioners spend on services, the whole run, means over all seeds",
    )
    for i, (heading, table, names, colours) in enumerate(
        (
            ("By home of the provider", by_ring, RING_NAMES, RINGS),
            ("By kind of provider", by_kind, KIND_NAMES, KINDS),
        )
    ):
        left = label + i * (panel + gap)
        axes = figure.add_axes((left / width, 0.2 / height, panel / width, inner / height))
        axes.set(xlim=(0, 1), ylim=(len(order) - 0.5, -0.5))
        axes.axis("off")
        _bars(axes, list(table.values()), range(len(order)), colours)
        used = {k for parts in table.values() for k, v in parts.items() if v >= 0.005}
        figure.text(left / width, (height - 1.0) / height, heading, fontweight="bold", fontsize=BODY, va="center")
        _key(figure.add_axes((left / width, (0.2 + inner + 0.06) / height, panel / width, 0.5 / height)), names, colours, used, panel)
        if i == 0:
            for y, name in enumerate(order):
                axes.text(
                    -0.03, y, wrapped(title(comparison, name), 26), transform=axes.transData, ha="right", va="center", fontsize=SMALL + 0.5
                )
        elif any("spend" in v for v in values.values()):
            figure.text((left + panel + 0.12) / width, (height - 1.0) / height, "Contracts", fontweight="bold", fontsize=BODY, va="center")
            for y, name in enumerate(order):
                axes.text(1.03, y, words.money(values[name].get("spend", math.nan)), va="center", fontsize=SMALL + 0.5)
    told = []
    for name in order:
        said = [f"{100 * v:.0f}% {RING_NAMES[k]}" for k, v in by_ring[name].items()] + [
            f"{100 * v:.0f}% {KIND_NAMES[k]}" for k, v in by_kind[name].items() if v >= 0.005
        ]
        told.append(f"{title(comparison, name)}: {words.listed(said) if said else 'not measured'}.")
    figure.alt = "Stacked bars of where the spend goes, by home and by kind of provider. " + " ".join(told)
    return figure


def _corner(i: int, radius: float = 1.0) -> tuple[float, float]:
    angle = math.pi / 2 - 2 * math.pi * i / len(PRINCIPLES)
    return radius * math.cos(angle), radius * math.sin(angle)


def _radar(axes: Axes, found: Mapping[str, Any], colour: str) -> None:
    """Baseline as an outline, policy filled, each spoke labelled with both values and the verdict's symbol."""
    axes.set(xlim=(-2.0, 2.0), ylim=(-1.25, 1.5), aspect="equal")
    axes.axis("off")
    for ring in (0.25, 0.5, 0.75, 1.0):
        axes.add_patch(Polygon([_corner(i, ring) for i in range(5)], fill=False, edgecolor=RULE, linewidth=1.0 if ring == 1 else 0.6))
    for i in range(5):
        axes.plot(*zip((0, 0), _corner(i), strict=True), color=RULE, linewidth=0.6)
    for ring in (0.5, 1.0):
        axes.text(0.03, ring - 0.02, f"{ring:g}", fontsize=6.5, color=SOFT, va="top")
    shapes = {
        which: [float(getattr(found[p], which)) if p in found else math.nan for p in PRINCIPLES]
        for which in ("baseline_mean", "policy_mean")
    }
    points = {k: [_corner(i, v) for i, v in enumerate(np.nan_to_num(values))] for k, values in shapes.items()}
    axes.add_patch(Polygon(points["policy_mean"], facecolor=colour, alpha=0.16, linewidth=0))
    axes.add_patch(Polygon(points["policy_mean"], fill=False, edgecolor=colour, linewidth=2, joinstyle="round"))
    axes.add_patch(
        Polygon(points["baseline_mean"], fill=False, edgecolor=BASELINE, linewidth=1.5, linestyle=(0, (3, 2)), joinstyle="round")
    )
    for i, name in enumerate(PRINCIPLES):
        if name not in found:
            continue
        e, m = found[name], words.known(name)
        what = words.verdict(float(e.low), float(e.high), m.better)
        x, y = _corner(i, 1.1)
        align = "center" if abs(x) < 0.1 else "left" if x > 0 else "right"
        y += 0.2 if y > 1 else -0.12 if y < 0 else 0.1
        axes.text(x, y, m.label, ha=align, va="center", fontsize=SMALL + 0.5, fontweight="bold")
        before, after = _told_apart(float(e.baseline_mean), float(e.policy_mean), what in ("better", "worse"))
        line = f"{before} → {after}  {words.SIGN[what]}"
        axes.text(x, y - 0.16, line, ha=align, va="center", fontsize=SMALL, color=COLOURS[what] if what in ("better", "worse") else SOFT)


def _told_apart(a: float, b: float, clear: bool) -> tuple[str, str]:
    """Two levels between 0 and 1 with two decimals; with up to four if they clearly differ and that takes so many to show."""
    told = [(f"{a:.{n}f}", f"{b:.{n}f}") for n in (2, 3, 4)]
    return next((pair for pair in told if pair[0] != pair[1]), told[0]) if clear else told[0]


@styled
def principles_figure(comparison: Any) -> Picture:
    """Five spokes per comparison, 0 at the centre and 1 at the rim: baseline dashed, policy filled; means over all seeds."""
    every = pairs(comparison)
    across = min(3, max(1, len(every)))
    down = -(-len(every) // across)
    cell, tall = 4.5, 3.85
    width, top = max(across * cell + 0.2, 6.2), 0.85
    height = top + down * tall
    figure = blank(width, height, "The five principles", "▲ better   ▼ worse   ○ no clear difference   (0 at the centre, 1 at the rim)")
    told = []
    for i, (scenario, baseline) in enumerate(every):
        r, c = divmod(i, across)
        found = rows(comparison, scenario, baseline)
        bottom = height - top - (r + 1) * tall
        axes = figure.add_axes(((0.1 + c * cell) / width, (bottom + 0.05) / height, cell / width, (tall - 0.75) / height))
        _radar(axes, found, BLUE)
        middle = (0.1 + (c + 0.5) * cell) / width
        figure.text(
            middle,
            (bottom + tall - 0.24) / height,
            wrapped(title(comparison, scenario), 40, 2),
            color=BLUE,
            fontweight="bold",
            ha="center",
            va="center",
        )
        figure.text(
            middle,
            (bottom + tall - 0.54) / height,
            wrapped(f"dashed: {title(comparison, baseline)}", 46, 1),
            color=SOFT,
            fontsize=SMALL,
            ha="center",
            va="center",
        )
        said = [words.sentence(found[p], title(comparison, scenario), title(comparison, baseline)) for p in PRINCIPLES if p in found]
        told += said
    figure.alt = "Five-spoke charts of the principles, 0 to 1. " + " ".join(told)
    return figure
