"""The forest plot: what each policy changes against its baseline, measure by measure, with 95% intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullLocator

from . import words
from .reading import pairs, rows, title, wrapped
from .style import BODY, COLOURS, INK, MARKERS, RULE, SMALL, SOFT, WASH, Picture, bare, blank, styled

LEGEND = (("better", "better"), ("worse", "worse"), ("higher", "moved, good or bad only by purpose"), ("unclear", "no clear difference"))
EDGE = 400.0  # per cent; whatever lies beyond is drawn at the edge, with an arrow


def legend(figure: Picture, items: Sequence[tuple[str, str]], left: float, top: float) -> None:
    """Symbols and what they mean, in one row at that height (inches from the top) and left edge (inches)."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 1 - (top + 0.25) / height, 1, 0.25 / height))
    axes.set(xlim=(0, width), ylim=(0, 1))
    axes.axis("off")
    x = left
    for what, text in items:
        axes.plot(x + 0.06, 0.5, **_marker(what), linestyle="none", clip_on=False)
        axes.text(x + 0.2, 0.48, text, fontsize=SMALL, color=SOFT, va="center")
        x += 0.5 + 0.068 * len(text)


def _marker(what: str) -> dict[str, Any]:
    hollow = what in ("unclear", "same", "unknown")
    colour = COLOURS[what]
    return {
        "marker": MARKERS[what],
        "color": colour,
        "markerfacecolor": "white" if hollow and MARKERS[what] != "x" else colour,
        "markeredgecolor": colour,
        "markersize": {"D": 5.2, "o": 5.4}.get(MARKERS[what], 7.0),
        "markeredgewidth": 1.3,
    }


def _relative(effect: Any) -> tuple[float, float, float]:
    """Difference, low and high in per cent of the baseline's size; NaN if the baseline is zero or unknown."""
    size = abs(float(effect.baseline_mean))
    if not size > 0:
        return (math.nan,) * 3
    return tuple(100 * float(x) / size for x in (effect.difference, effect.low, effect.high))  # type: ignore[return-value]


def _clip(x: float) -> float:
    return min(max(x, -EDGE), EDGE)


def _panel(axes: Axes, found: dict[str, Any], places: dict[str, float]) -> None:
    """One comparison: a dot with its interval per measure, the difference in its own unit at the right."""
    axes.set_xscale("symlog", linthresh=1, linscale=0.6)
    axes.patch.set_alpha(0)
    axes.set_xlim(-EDGE * 1.35, EDGE * 1.35)
    axes.xaxis.set_major_locator(FixedLocator([-100, -10, -1, 0, 1, 10, 100]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{words.MINUS}100", f"{words.MINUS}10", f"{words.MINUS}1", "0", "+1", "+10", "+100"])
    axes.grid(axis="x")
    axes.axvline(0, color=SOFT, linewidth=1)
    bare(axes, ("bottom",))
    axes.tick_params(axis="y", length=0, labelleft=False)
    for name, y in places.items():
        if name not in found:
            continue
        effect, m = found[name], words.known(name)
        what = words.verdict(float(effect.low), float(effect.high), m.better)
        text = words.change(float(effect.difference), m.unit, float(effect.low), float(effect.high))
        middle, low, high = _relative(effect)
        if math.isfinite(middle):
            axes.plot([_clip(low), _clip(high)], [y, y], color=COLOURS[what], linewidth=2.2, alpha=0.55)
            axes.plot(_clip(middle), y, linestyle="none", **_marker(what))
            for end in (low, high):
                if abs(end) > EDGE:
                    axes.annotate(
                        "",
                        (math.copysign(EDGE * 1.3, end), y),
                        (math.copysign(EDGE * 0.75, end), y),
                        arrowprops={"arrowstyle": "->", "color": COLOURS[what]},
                    )
        elif what != "unknown" and float(effect.difference) != 0:
            text += " from 0"
        axes.annotate(
            text,
            (1, y),
            (7, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=INK if what in ("better", "worse", "higher", "lower") else SOFT,
            fontweight="bold" if what in ("better", "worse") else "normal",
        )


@styled
def effects_figure(comparison: Any, measures: Sequence[str] = words.MAIN) -> Picture:
    """Differences in per cent of the baseline with 95% intervals, a panel per comparison, a row per measure.

    The symbol and the colour of a dot say whether the measure is better, worse, moved or not clearly different; the
    number at the right is the difference in the measure's own unit. The axis is logarithmic outside ±1%.
    """
    every = pairs(comparison)
    groups = words.sections([m for m in measures if m in set(comparison.effects["measure"])])
    places: dict[str, float] = {}
    headings: list[tuple[str, float]] = []
    y = 0.0
    for heading, names in groups:
        headings.append((heading, y))
        y += 0.95
        for name in names:
            places[name] = y
            y += 1.0
        y += 0.45
    across = min(3, max(1, len(every)))
    down = -(-len(every) // across)
    label, plot, number = 2.75, 2.75 if across < 3 else 2.45, 1.0
    width = max(label + across * (plot + number + 0.25) + 0.1, 7.6)
    top, head, inner, foot = 1.1, 0.86, 0.232 * (y + 0.2), 0.62
    height = top + down * (head + inner + foot)
    figure = blank(
        width,
        height,
        "What each policy changes",
        "Difference from the baseline and its 95% interval over paired runs; each step is ten times the last.",
    )
    legend(figure, LEGEND, 0.02 * width, 0.74)
    for i, (scenario, baseline) in enumerate(every):
        row, column = divmod(i, across)
        left = label + column * (plot + number + 0.25)
        bottom = height - top - (row + 1) * (head + inner) - row * foot
        axes = figure.add_axes((left / width, bottom / height, plot / width, inner / height))
        axes.set_ylim(y - 0.2, -0.4)
        axes.set_yticks([])
        _panel(axes, rows(comparison, scenario, baseline), places)
        characters = int((plot + number) / 0.088)
        name, against = (
            wrapped(title(comparison, scenario), characters - 4, 2),
            wrapped(f"against {title(comparison, baseline)}", characters + 6, 1),
        )
        figure.text(left / width, (bottom + inner + 0.3) / height, name, fontweight="bold", fontsize=BODY + 0.5, va="bottom")
        figure.text(left / width, (bottom + inner + 0.1) / height, against, color=SOFT, fontsize=SMALL, va="bottom")
        axes.set_xlabel("% of the baseline’s value", fontsize=SMALL)
        if column == 0:
            for heading, at in headings:
                middle = bottom + inner * (1 - (at + 0.4) / (y + 0.2))
                figure.add_artist(
                    Rectangle((0.012, (middle - 0.105) / height), 0.976, 0.21 / height, facecolor=WASH, linewidth=0, zorder=-5)
                )
                figure.text(0.02, middle / height, heading, va="center", fontsize=SMALL, color=SOFT, fontweight="bold")
            for measure, at in places.items():
                axes.text(
                    -0.03,
                    at,
                    words.known(measure).label,
                    transform=axes.get_yaxis_transform(),
                    va="center",
                    ha="right",
                    fontsize=SMALL + 0.5,
                )
        axes.spines["bottom"].set_color(RULE)
    told = [
        " ".join(text for _, text in words.summary(list(rows(comparison, s, b).values()), title(comparison, s), title(comparison, b)))
        for s, b in every
    ]
    figure.alt = "Forest plot of differences from the baseline with 95% intervals. " + " ".join(told)
    return figure
