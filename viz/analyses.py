"""Figures of what was learnt from a sweep: which factors matter, where a policy succeeds, which is least sorry."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from . import convergence, words
from .regimes import regime_map
from .style import BLUE, BODY, INK, POLICIES, RULE, SMALL, SOFT, UNCLEAR, WORSE, Picture, Units, bare, blank, save, styled

if TYPE_CHECKING:
    from ..experiments.analyses.analysis import Analysis
    from ..experiments.analyses.calibration import Calibration
    from ..experiments.analyses.discovery import Discovery
    from ..experiments.analyses.regimes import RegimeMap
    from ..experiments.analyses.robustness import Robustness
    from ..experiments.analyses.sensitivity import Sensitivity

NAMED = {"mu_star": "Mean size of elementary effects", "ST": "Share of variance, with all interactions", "S1": "Share of variance, alone"}


def save_figures(analysis: Analysis, folder: str | os.PathLike[str], record: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Write the figures of an analysis as PNG and SVG, of a report the page as well; returns (path of the SVG, text alternative)."""
    if analysis.kind == "report":
        from .sweep_report import save_report

        return save_report(analysis, folder, record)
    pictures = convergence.pictures(analysis.result) if analysis.kind == "convergence" else {analysis.kind: figure_of(analysis)}
    return [(save(picture, folder, name, str(record["fingerprint"]))[1], picture.alt) for name, picture in pictures.items()]


def figure_of(analysis: Analysis) -> Picture:
    """The figure of an analysis."""
    return DRAW[analysis.kind](analysis.result)


def _bars(count: int, title: str, subtitle: str, extra: float = 0.0) -> tuple[Picture, Any]:
    """A picture with room for that many horizontal bars and long names at their left."""
    width, height = 8.6, 1.75 + 0.42 * count + extra
    figure = blank(width, height, title, subtitle)
    axes = figure.add_axes((3.0 / width, 0.6 / height, 5.3 / width, 0.42 * count / height))
    axes.set_ylim(count - 0.5, -0.5)
    axes.grid(axis="x")
    bare(axes)
    return figure, axes


def _short(name: str, most: int = 38) -> str:
    return name if len(name) <= most else f"…{name[-most + 1 :]}"


@styled
def sensitivity_figure(found: Sensitivity) -> Picture:
    """A bar a factor, the most important first; the lines are 95% intervals from points and seeds together."""
    table, r = found.table, found.response
    noise = "" if np.isnan(found.noise.share) else f"; of the variance of the means {found.noise.share:.0%} is the seeds' doing"
    figure, axes = _bars(len(table), f"What moves {words.lower_first(r.measure.label)}", f"{r.title}{noise}")
    rows = np.arange(len(table))
    bars = [("mu_star", BLUE, 0.0)] if found.method == "morris" else [("ST", BLUE, -0.18), ("S1", POLICIES[4], 0.18)]
    for name, colour, shift in bars:
        axes.barh(rows + shift, table[name], height=0.34, color=colour, label=NAMED[name])
        axes.hlines(rows + shift, table[f"{name}_low"], table[f"{name}_high"], color=INK, linewidth=1.1)
    if found.method == "morris" and not table["mu_star_chance"].isna().all():
        axes.plot(
            table["mu_star_chance"], rows, "|", color=WORSE, markersize=13, markeredgewidth=2, label="what the seeds alone would give"
        )
        figure.legend(loc="upper right", bbox_to_anchor=(0.98, 1 - 0.66 / figure.get_figheight()), frameon=False, fontsize=SMALL)
    axes.axvline(0, color=RULE, linewidth=1)
    axes.set_yticks(rows, [_short(label) for label in table["label"]], fontsize=SMALL + 0.5, color=INK)
    axes.set_xlabel(NAMED[found.main] + (f" ({r.measure.unit})" if found.method == "morris" else ""))
    if found.method == "morris":
        axes.xaxis.set_major_formatter(Units(r.measure.unit))
    if len(bars) > 1:
        figure.legend(loc="upper right", bbox_to_anchor=(0.98, 1 - 0.66 / figure.get_figheight()), ncols=2, frameon=False, fontsize=SMALL)
    first = table.iloc[0]
    named, size = words.lower_first(NAMED[found.main]), f"{first[found.main]:.3g}"
    figure.alt = f"{r.title}: {len(table)} factors by {named}; the first is {first['label']} with {size}."
    return figure


@styled
def discovery_figure(found: Discovery) -> Picture:
    """The points by success over the two factors that the best box limits most, and PRIM's trajectory beside."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    r = found.response
    rule = found.boxes[0].rule if found.boxes else found.nothing or "no box holds more than the rest"
    lines = wrap(rule, 110)
    width, height = 9.6, 5.2 + 0.2 * len(lines)
    figure = blank(width, height, f"When is {words.lower_first(found.condition)}?", "\n".join(lines))
    inputs = r.sweep.inputs()
    limited = list(found.boxes[0].limits) if found.boxes else []
    numeric = [name for name in inputs.columns if is_numeric_dtype(inputs[name]) and not is_bool_dtype(inputs[name])]
    shown = ([name for name in limited if name in numeric] + [name for name in numeric if name not in limited])[:2]
    axes = figure.add_axes((0.8 / width, 0.75 / height, 4.6 / width, 3.4 / height))
    x = inputs[shown[0]].to_numpy() if shown else np.arange(len(inputs))
    y = inputs[shown[1]].to_numpy() if len(shown) > 1 else r.means
    for state, colour, mark, label in ((True, BLUE, "o", "succeeds"), (False, WORSE, "x", "does not")):
        at = found.success == state
        axes.scatter(x[at], y[at], s=18, c=colour, marker=mark, linewidths=1.0, label=label)
    if found.boxes and shown:
        for name, line, span in ((shown[0], axes.axvline, x), (shown[1] if len(shown) > 1 else "", axes.axhline, y)):
            for edge in found.boxes[0].limits.get(name, ()):
                if isinstance(edge, float) and min(span) < edge < max(span):
                    line(edge, color=INK, linewidth=1.4)
    axes.set_xlabel(r.sweep.design.label(shown[0]) if shown else "point", color=INK)
    axes.set_ylabel(r.sweep.design.label(shown[1]) if len(shown) > 1 else r.title, color=INK)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=SMALL)
    bare(axes, ("left", "bottom"))
    if found.nothing:
        figure.alt = found.nothing
        return figure
    side = figure.add_axes((6.35 / width, 0.75 / height, 2.95 / width, 3.4 / height))
    if found.trajectory is not None:
        side.plot(found.trajectory["coverage"], found.trajectory["density"], color=UNCLEAR, marker="o", markersize=3.5, linewidth=1)
    for box in found.boxes[:1] if found.trajectory is not None else found.boxes:
        side.plot(box.coverage, box.density, marker="o", markersize=9, color=BLUE)
        side.hlines(box.density, *box.coverage_interval, color=BLUE, linewidth=1.4)
        side.vlines(box.coverage, *box.density_interval, color=BLUE, linewidth=1.4)
    if found.boxes:
        side.plot(found.trial.coverage, found.trial.density, marker="D", markersize=7, markerfacecolor="none", color=BLUE)
        side.axhline(found.trial.base, color=RULE, linewidth=1)
        told = "● best rule, 95% intervals   ◇ where it was\nnot sought   line: without a rule"
        side.set_title(told, fontsize=SMALL, color=SOFT, loc="left")
    side.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    side.set_xlabel("Coverage: share of successes in the box", color=INK)
    side.set_ylabel("Density: share of the box that succeeds", color=INK)
    bare(side, ("left", "bottom"))
    best = (
        f"The best rule: {rule}, with coverage {found.boxes[0].coverage:.0%} and density {found.boxes[0].density:.0%}; "
        f"on points and under seeds it was not sought with {found.trial.coverage:.0%} and {found.trial.density:.0%}."
        if found.boxes
        else ""
    )
    figure.alt = f"{found.condition} at {int(found.success.sum())} of {len(found.success)} points. {best}"
    return figure


@styled
def robustness_figure(found: Robustness) -> Picture:
    """The greatest and the mean regret of each policy, with 95% intervals from resampled seeds."""
    from ..model.measures import measure

    table, known = found.table, measure(found.measure)
    title = f"How sorry might one be: regret in {words.lower_first(known.label)}"
    figure, axes = _bars(
        len(table), title, "What each falls short of the best policy, over all futures; lines: 95% intervals from the seeds"
    )
    rows = np.arange(len(table))
    for name, colour, label, shift in (("max_regret", BLUE, "greatest", -0.18), ("mean_regret", POLICIES[4], "mean", 0.18)):
        axes.barh(rows + shift, table[name], height=0.34, color=colour, label=label)
        axes.hlines(rows + shift, table[f"{name}_low"], table[f"{name}_high"], color=INK, linewidth=1.1)
    axes.set_yticks(rows, [_short(arm) for arm in table["arm"]], fontsize=BODY, color=INK)
    axes.xaxis.set_major_formatter(Units(known.unit))
    axes.set_xlabel("Regret", color=SOFT)
    figure.legend(loc="upper right", bbox_to_anchor=(0.98, 1 - 0.66 / figure.get_figheight()), ncols=2, frameon=False, fontsize=SMALL)
    least = table.iloc[0]
    figure.alt = f"{title}: {least['arm']} has the least greatest regret, {words.amount(float(least['max_regret']), known.unit)}."
    return figure


def regimes_figure(found: RegimeMap) -> Picture:
    """The map of a difference over two factors."""
    r = found.response
    label = r.sweep.design.label
    named = {
        "title": f"{r.arm} less {r.against}: {words.lower_first(r.measure.label)}", "x": label(found.x), "y": label(found.y),
        "subtitle": "Mean over paired runs; hatched where the 95% interval holds zero",
        "value": r.title, "unit": r.measure.unit, "positive": f"{r.arm} has more", "negative": f"{r.against} has more",
    }  # fmt: skip
    return regime_map(found.mean, found.low, found.high, found.xs, found.ys, named)


@styled
def calibration_figure(found: Calibration) -> Picture:
    """Left what is known of each factor after fitting (its range is the whole width), right what the fitted model says of each target."""
    posterior, predictive = found.posterior, found.predictive
    lines = max(len(posterior), len(predictive))
    width, height = 11.0, 2.0 + 0.42 * lines
    title = "What the targets say of the factors, and the factors of the targets"
    reached = not found.out_of_reach
    missed = "" if reached else f"Nothing is learnt: no values of these factors come near {words.listed(found.out_of_reach)}"
    told = (
        "90% intervals; dots: medians and means; diamonds: published figures, hollow if they were held out\n"
        "Right, thick: what the model says on the mean; thin: what would be published of it, with the tolerance and what other seeds might "
        "do (orange: missed)"
    )
    figure = blank(width, height, title, "\n".join(filter(None, (missed, told))))
    left = figure.add_axes((2.6 / width, 0.6 / height, 2.5 / width, 0.42 * len(posterior) / height))
    for y, row in enumerate(posterior.to_dict("records")):
        ends = np.array([row[name] for name in ("prior_low", "prior_high", "low", "median", "high")], dtype=float)
        ends = np.log(ends) if row["log"] else ends
        low, middle, high = (ends[2:] - ends[0]) / (ends[1] - ends[0])
        left.hlines(y, 0, 1, color=RULE, linewidth=6)
        if reached:
            left.hlines(y, low, high, color=BLUE, linewidth=6)
            left.plot(middle, y, "o", color=INK, markersize=4)
        for x, side, end in zip((0, 1), ("left", "right"), words.told_apart([row["prior_low"], row["prior_high"]]), strict=True):
            left.text(x, y - 0.18, end, ha=side, va="bottom", fontsize=SMALL - 0.5, color=SOFT)
    left.set_ylim(len(posterior) - 0.5, -0.5)
    left.set_yticks(range(len(posterior)), [_short(label, 30) for label in posterior["label"]], fontsize=SMALL + 0.5, color=INK)
    left.set_xticks([])
    left.set_xlabel("over the range that was tried", color=SOFT)
    bare(left)
    right = figure.add_axes((7.6 / width, 0.6 / height, 3.0 / width, 0.42 * len(predictive) / height))
    for y, row in enumerate(predictive.to_dict("records")):
        names = ("low", "mean", "high", "told_low", "told_high")
        low, mean, high, *told_ends = ((row[name] - row["published"]) / row["tolerance"] for name in names)
        colour = BLUE if row["met"] else WORSE
        right.hlines(y, *told_ends, color=colour, linewidth=1.2)
        right.hlines(y, low, high, color=colour, linewidth=4)
        right.plot(mean, y, "o", color=INK, markersize=4)
        right.plot(0, y, "D", color=INK, markersize=7, markerfacecolor="none" if row["held_out"] else INK)
    right.axvspan(-1, 1, color=RULE, alpha=0.5, linewidth=0)
    right.set_ylim(len(predictive) - 0.5, -0.5)
    right.set_yticks(range(len(predictive)), [_short(name, 26) for name in predictive["target"]], fontsize=SMALL + 0.5, color=INK)
    right.set_xlabel("off the published figure, in tolerances", color=SOFT)
    bare(right)
    met = [int(predictive.loc[predictive["held_out"] == out, "met"].sum()) for out in (False, True)]
    of = [int((predictive["held_out"] == out).sum()) for out in (False, True)]
    figure.alt = f"{met[0]} of {of[0]} fitted and {met[1]} of {of[1]} held-out targets are met.{f' {missed}.' if missed else ''}"
    return figure


DRAW: dict[str, Callable[..., Picture]] = {
    "sensitivity": sensitivity_figure,
    "discovery": discovery_figure,
    "robustness": robustness_figure,
    "regimes": regimes_figure,
    "calibration": calibration_figure,
    "convergence": convergence.convergence_figure,
}
