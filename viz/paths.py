"""Month by month: baseline and policy over time, and the difference between them with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator

from . import words
from .reading import rolling_year, title, wrapped
from .style import BASELINE, BLUE, BODY, COLOURS, RULE, SMALL, SOFT, Picture, Units, bare, blank, styled

MEASURES = ("whole_life_cost", "quality", "unforeseen_cost", "share_local", "share_sme", "trust")

FEW_YEARS = 4  # below this, ticks are months


def years(months: Sequence[str]) -> np.ndarray:
    """Months written YYYY-MM as years, float64 [months]; the middle of the month."""
    return np.array([int(m[:4]) + (int(m[5:7]) - 0.5) / 12 for m in months])


def span(x: np.ndarray, margin: float = 0.05) -> tuple[float, float]:
    """Ends of an axis over years x [months], at least a month wide; `margin` as a share of its length."""
    pad = max(margin * (x[-1] - x[0]), 1 / 24)
    return x[0] - pad, x[-1] + pad


class Calendar(Locator):
    """Ticks at years or, where fewer than four are in view, at months; positions as `years` gives them."""

    axis: Any

    def __call__(self) -> Sequence[float]:
        return self.tick_values(*sorted(self.axis.get_view_interval()))

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        if vmax - vmin >= FEW_YEARS:
            return MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]).tick_values(vmin, vmax)
        first, last = math.ceil(12 * vmin - 0.5 - 1e-6), math.floor(12 * vmax - 0.5 + 1e-6)
        step = next((s for s in (1, 2, 3, 6) if last - first < 4 * s), 12)
        return [(month + 0.5) / 12 for month in range(first, last + 1) if month % step == 0] or [(first + 0.5) / 12]

    def label(self, value: float, place: int | None = None) -> str:
        low, high = self.axis.get_view_interval()
        month = round(12 * value - 0.5)
        return f"{value:.0f}" if abs(high - low) >= FEW_YEARS else f"{month // 12}-{month % 12 + 1:02d}"


def _tidy(axes: Axes, unit: str, ticks: int, difference: bool = False) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(Units(unit, difference))
    axes.xaxis.set_major_locator(calendar := Calendar())
    axes.xaxis.set_major_formatter(FuncFormatter(calendar.label))
    axes.grid(axis="y")
    bare(axes)


def _band(axes: Axes, x: np.ndarray, middle: np.ndarray, low: np.ndarray, high: np.ndarray, better: int) -> None:
    """The difference with its interval: grey where the interval holds zero, coloured where it does not."""
    what = np.array([words.verdict(a, b, better) for a, b in zip(low, high, strict=True)])
    axes.axhline(0, color=SOFT, linewidth=1)
    axes.fill_between(x, low, high, color=COLOURS["unclear"], alpha=0.22, linewidth=0)
    axes.plot(x, middle, color=COLOURS["unclear"], linewidth=1.2)
    for kind in ("better", "worse", "higher", "lower"):
        here = what == kind
        if here.any():
            axes.fill_between(x, low, high, where=here, color=COLOURS[kind], alpha=0.28, linewidth=0)
            axes.plot(x, np.where(here, middle, np.nan), color=COLOURS[kind], linewidth=1.8)


def _counts(here: Any, better: int) -> dict[words.Verdict, int]:
    """In how many months the difference was clear, by verdict."""
    what = [words.verdict(a, b, better) for a, b in zip(here["low"], here["high"], strict=True)]
    return {v: what.count(v) for v in ("better", "worse", "higher", "lower") if v in what}  # type: ignore[misc]


def _lines(figure: Picture, lines: Sequence[tuple[str, str]], top: float) -> None:
    """What the two lines are, each in its colour, that many inches from the top."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 1 - (top + 0.25) / height, 1, 0.25 / height))
    axes.set(xlim=(0, width), ylim=(0, 1))
    axes.axis("off")
    x = 0.02 * width
    for text, colour in lines:
        axes.plot([x, x + 0.28], [0.5, 0.5], color=colour, linewidth=2.4)
        axes.text(x + 0.36, 0.48, text, va="center", fontsize=BODY, fontweight="bold", color=BLUE if colour == BLUE else SOFT)
        x += 0.75 + 0.096 * len(text)


@styled
def paths_figure(comparison: Any, scenario: str, baseline: str, measures: Sequence[str] = MEASURES) -> Picture:
    """Small multiples for one comparison: above, the means over the seeds month by month; below, their difference.

    The band is the 95% interval of the paired difference in each single month; for flows, if the runs are at hand, in the
    twelve months that end there.
    """
    frame = comparison.monthly
    frame = frame[(frame["scenario"] == scenario) & (frame["baseline"] == baseline)]
    shown = [m for m in measures if m in set(frame["measure"])]
    across = min(3, max(1, len(shown)))
    down = -(-len(shown) // across)
    policy, base = title(comparison, scenario), title(comparison, baseline)
    cell, gap, left, right = 2.75, 0.95, 0.9, 0.4
    width = max(left + across * cell + (across - 1) * gap + right, 7.6)
    upper, lower, between = 1.35, 0.85, 0.36
    top, row = 1.5, upper + lower + between + 0.85
    height = top + down * row - 0.35
    figure = blank(
        width,
        height,
        "Month by month",
        "Above, means over all seeds (flows: of twelve months); below, the difference with its 95% interval, grey where it holds zero",
    )
    _lines(figure, [(wrapped(policy, int(width / 0.22), 1), BLUE), (wrapped(base, int(width / 0.22), 1), BASELINE)], 0.76)
    told = []
    for i, name in enumerate(shown):
        r, c = divmod(i, across)
        m = words.known(name)
        flow = m.total in ("sum", "present")
        year = rolling_year(comparison, scenario, baseline, name) if flow else None
        here = frame[frame["measure"] == name].sort_values("month") if year is None else year
        x = years(list(here["month"]))
        x0, y0 = left + c * (cell + gap), height - top - r * row - upper
        above = figure.add_axes((x0 / width, y0 / height, cell / width, upper / height))
        below = figure.add_axes((x0 / width, (y0 - between - lower) / height, cell / width, lower / height), sharex=above)
        above.set_xlim(*span(x))
        above.plot(x, here["baseline_mean"], color=BASELINE, linewidth=1.5)
        above.plot(x, here["policy_mean"], color=BLUE, linewidth=1.8)
        _band(below, x, here["difference"].to_numpy(float), here["low"].to_numpy(float), here["high"].to_numpy(float), m.better)
        _tidy(above, m.unit, 4)
        _tidy(below, m.unit, 3, difference=True)
        above.tick_params(axis="x", labelbottom=False, length=0)
        below.spines["bottom"].set_visible(True)
        below.spines["bottom"].set_color(RULE)
        above.set_title(
            m.label + (", a month" if flow and year is None else ", a year" if flow else ""), fontsize=BODY, fontweight="bold", pad=8
        )
        counts = _counts(here, m.better)
        parts = [(f"{words.SIGN[v]} {v} in {n} of {words.count(len(here), 'month')}", COLOURS[v]) for v, n in counts.items()]
        for k, (text, colour) in enumerate(parts[:2] or [("○ no clear difference in any month", SOFT)]):
            last = k == 1
            below.text(
                1.0 if last else 0.0,
                1.07,
                text if len(parts) < 2 else text.removesuffix(" months"),
                transform=below.transAxes,
                ha="right" if last else "left",
                va="bottom",
                fontsize=SMALL,
                color=colour,
            )
        said = words.listed([f"{v} in {n}" for v, n in counts.items()])
        told.append(f"{m.label}: {said + f' of {len(here)} months' if said else 'no clear difference in any month'}.")
    figure.alt = f"Monthly means of {policy} and of {base}, and their difference. {policy} against {base}: " + " ".join(told)
    return figure
