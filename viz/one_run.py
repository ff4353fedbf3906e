"""One run on one page: its main measures month by month, and its events."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.measures import INDEX
from . import words
from .paths import _tidy, span
from .style import BLUE, BODY, GREEN, RULE, SMALL, SOFT, VERMILLION, Picture, blank, styled

MEASURES = ("spend", "quality", "misfit", "share_local", "share_sme", "trust", "lm3", "local_jobs", "resident_trust")
EVENTS = {
    "award": ("awards", BLUE),
    "no bid": ("no bid", SOFT),
    "change": ("changes", SOFT),
    "dispute": ("disputes", VERMILLION),
    "insourcing": ("insourcings", GREEN),
    "break": ("breaks", GREEN),
    "failure": ("contracts failed", VERMILLION),
    "insolvency": ("insolvencies", VERMILLION),
}


def months(start: str, n: int) -> np.ndarray:
    """n months from `start` (YYYY-MM) as years, float64 [n]."""
    year, month = int(start[:4]), int(start[5:7])
    return year + (month - 0.5 + np.arange(n)) / 12


@styled
def run_figure(run: Any) -> Picture:
    """Small multiples of one run: nine measures month by month; below, when contracts were awarded, changed, broken or failed.

    `run` is an `Outcome` or anything that holds one as `outcome`.
    """
    outcome = getattr(run, "outcome", run)
    series = np.asarray(outcome.series, float)
    x = months(outcome.start, len(series))
    cell, gap, tall, between, left = 2.7, 0.95, 1.2, 0.75, 1.2
    rows = -(-len(MEASURES) // 3)
    kinds = [k for k in EVENTS if any(e.kind == k for e in outcome.events)]
    strip = 0.27 * len(kinds) + (0.5 if kinds else 0)
    width = left + 3 * cell + 2 * gap + 0.5
    top = 1.1
    height = top + rows * (tall + between) + strip + 0.1
    title = str(getattr(run, "title", "") or outcome.scenario)
    figure = blank(width, height, title, f"One run, seed {outcome.seed}, month by month; {words.count(len(outcome.events), 'event')}")
    told = []
    for i, name in enumerate(MEASURES):
        r, c = divmod(i, 3)
        m, values = words.known(name), series[:, INDEX[name]]
        axes = figure.add_axes(
            ((left + c * (cell + gap)) / width, (height - top - r * (tall + between) - tall) / height, cell / width, tall / height)
        )
        axes.plot(x, values, color=BLUE, linewidth=1.6)
        axes.set_title(m.label + (", a month" if m.total in ("sum", "present") else ""), fontsize=BODY, fontweight="bold", pad=6)
        axes.set_xlim(*span(x, 0))
        _tidy(axes, m.unit, 4)
        axes.spines["bottom"].set_visible(True)
        axes.spines["bottom"].set_color(RULE)
        known = values[np.isfinite(values)]
        if len(known):
            told.append(f"{m.label} from {words.amount(float(known[0]), m.unit)} to {words.amount(float(known[-1]), m.unit)}")
    if kinds:
        axes = figure.add_axes((left / width, 0.45 / height, (3 * cell + 2 * gap) / width, (strip - 0.5) / height))
        for row, kind in enumerate(kinds):
            name, colour = EVENTS[kind]
            when = np.bincount([min(max(e.month, 0), len(x) - 1) for e in outcome.events if e.kind == kind], minlength=len(x))
            axes.bar(x, -0.8 * when / when.max(), width=1 / 12, bottom=row + 0.4, color=colour, linewidth=0, alpha=0.8)
            axes.text(-0.008, row, name, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=SMALL)
            axes.text(1.005, row, f"{int(when.sum()):,}", transform=axes.get_yaxis_transform(), va="center", fontsize=SMALL, color=SOFT)
            told.append(f"{int(when.sum()):,} {name}")
        _tidy(axes, "", 1)
        axes.set(ylim=(len(kinds) - 0.5, -0.5), xlim=span(x, 0), yticks=[])
        axes.grid(False)
    figure.alt = f"One run of {title} with seed {outcome.seed}, first to last month: {'; '.join(told)}."
    return figure
