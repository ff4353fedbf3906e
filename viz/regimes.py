"""The regime map: where over two parameters one policy does better than the other, and where nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from . import words
from .style import BLUE, BODY, INK, PAPER, SMALL, SOFT, UNCLEAR, WORSE, Picture, Units, bare, blank, styled

FRONTIER: dict[str, Any] = {"linewidth": 1.8, "linestyle": "solid"}
EDGE: dict[str, Any] = {"linewidth": 0.9, "linestyle": "dashed"}
DIVERGING = LinearSegmentedColormap.from_list("regimes", [WORSE, "#E9A97C", "#F7F5F2", "#86B9DB", BLUE])


def _edges(points: np.ndarray) -> np.ndarray:
    """Borders of cells halfway between the points, the outer ones mirrored."""
    if len(points) == 1:
        return np.array([points[0] - 0.5, points[0] + 0.5])
    middle = (points[1:] + points[:-1]) / 2
    return np.concatenate([[2 * points[0] - middle[0]], middle, [2 * points[-1] - middle[-1]]])


def _grid(points: Sequence[float]) -> tuple[np.ndarray, bool]:
    """Where to draw the points, and whether that is at their own values: very uneven ones are drawn evenly."""
    own = np.asarray(points, float)
    steps = np.diff(own)
    if len(own) > 1 and not (steps > 0).all():
        raise ValueError("x and y must increase")
    even = len(own) < 3 or steps.max() <= 3 * steps.min()
    return (own if even else np.arange(len(own), dtype=float)), bool(even)


def _crosses_zero(grid: np.ndarray) -> bool:
    """Whether a line where it is zero can be drawn over a grid."""
    known = grid[np.isfinite(grid)]
    return min(grid.shape) > 1 and known.size > 0 and bool(known.min() < 0 < known.max())


@styled
def regime_map(
    values: np.ndarray, low: np.ndarray, high: np.ndarray, x: Sequence[float], y: Sequence[float], labels: Mapping[str, str] | None = None
) -> Picture:
    """A difference over two parameters: colour for its sign and size, a line where it is zero, hatching where unclear.

    Two thin dashed lines beside it, where the ends of the interval are zero, show how far the first might lie elsewhere.

    `values`, `low` and `high` are [len(y), len(x)]: the mean paired difference and the ends of its interval; NaN where
    there is none. `labels` may give title, subtitle, x, y, value (what the difference is of), unit (as in `Measure`),
    positive and negative (what a value above or below zero means). Raises ValueError if shapes differ.
    """
    words_ = {
        "title": "Who does better where",
        "subtitle": "",
        "x": "x",
        "y": "y",
        "value": "Difference",
        "unit": "",
        "positive": "above zero",
        "negative": "below zero",
    }
    words_ |= dict(labels or {})
    values, low, high = (np.asarray(a, float) for a in (values, low, high))
    if not values.shape == low.shape == high.shape == (len(y), len(x)):
        raise ValueError(f"values, low and high must be [{len(y)}, {len(x)}], got {values.shape}, {low.shape}, {high.shape}")
    across, x_even = _grid(x)
    up, y_even = _grid(y)
    width, height = 8.2, 6.5
    figure = blank(
        width,
        height,
        words_["title"],
        words_["subtitle"] or f"{words_['value']}\nMean over paired runs; hatched where the 95% interval holds zero",
    )
    axes = figure.add_axes((0.95 / width, 0.75 / height, 5.35 / width, 4.55 / height))
    span = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 0.0
    span = span or 1.0
    norm = Normalize(-span, span)
    edges_x, edges_y = _edges(across), _edges(up)
    axes.pcolormesh(edges_x, edges_y, np.ma.masked_invalid(values), cmap=DIVERGING, norm=norm, edgecolors=PAPER, linewidth=0.8)
    unclear = np.isfinite(values) & ~((low > 0) | (high < 0))
    for j, i in zip(*np.nonzero(unclear), strict=True):
        line = PAPER if abs(values[j, i]) > span / 2 else UNCLEAR  # grey is hardly seen on a full colour
        axes.fill_between(edges_x[i : i + 2], edges_y[j], edges_y[j + 1], facecolor="none", edgecolor=line, hatch="////", linewidth=0)
    legend: list[Artist] = []
    if unclear.any():
        legend.append(Patch(facecolor="white", edgecolor=UNCLEAR, hatch="////", linewidth=0.5, label="no clear difference"))
    for grids, label, look in (([values], "mean is zero", FRONTIER), ([low, high], "95% interval has\nan end at zero", EDGE)):
        crossed = [grid for grid in grids if _crosses_zero(grid)]
        for grid in crossed:
            axes.contour(across, up, np.ma.masked_invalid(grid), levels=[0], colors=[INK], **{f"{name}s": of for name, of in look.items()})
        legend += [Line2D([], [], color=INK, label=label, **look)] if crossed else []
    for axis, points, places, even in ((axes.xaxis, x, across, x_even), (axes.yaxis, y, up, y_even)):
        axis.set_ticks(places, words.told_apart([float(p) for p in points])) if len(points) <= 12 or not even else None
    axes.tick_params(length=0)
    axes.set_xlabel(words_["x"], fontsize=BODY, color=INK, labelpad=8)
    axes.set_ylabel(words_["y"], fontsize=BODY, color=INK, labelpad=8)
    bare(axes)
    bar = figure.add_axes((6.6 / width, 1.5 / height, 0.16 / width, 3.4 / height))
    bar.pcolormesh(
        [0, 1],
        np.linspace(-span, span, 129),
        np.linspace(-span, span, 128)[:, None],
        cmap=DIVERGING,
        norm=norm,
        edgecolors="face",
    )
    bar.axhline(0, color=INK, linewidth=1.8)
    bar.set_xticks([])
    bar.yaxis.tick_right()
    bar.yaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    bar.yaxis.set_major_formatter(Units(words_["unit"], sign=True))
    bare(bar)
    right = 6.6 / width
    figure.text(right, 5.0 / height, "▲ " + words_["positive"], color=BLUE, fontsize=SMALL, fontweight="bold", va="bottom", wrap=True)
    figure.text(right, 1.38 / height, "▼ " + words_["negative"], color=WORSE, fontsize=SMALL, fontweight="bold", va="top", wrap=True)
    if legend:
        figure.legend(
            handles=legend,
            loc="lower left",
            bbox_to_anchor=(right - 0.01, 0.0),
            frameon=False,
            fontsize=SMALL,
            labelcolor=SOFT,
            handlelength=1.6,
        )
    cells, plus, minus = int(np.isfinite(values).sum()), int((low > 0).sum()), int((high < 0).sum())
    figure.alt = (
        f"Map of {words.lower_first(words_['value'])} over {words_['x']} (across, {min(x):g} to {max(x):g}) "
        f"and {words_['y']} (up, {min(y):g} to {max(y):g}). Of {cells} cells, {plus} are clearly {words_['positive']}, "
        f"{minus} clearly {words_['negative']}, {int(unclear.sum())} without a clear difference."
    )
    return figure
