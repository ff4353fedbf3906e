"""Whether the seeds are enough, and how long the start is felt: figures and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.statistics import FEWEST_MONTHS, MOST_FORESEEN
from . import words
from .style import BLUE, BODY, COLOURS, INK, RULE, SMALL, SOFT, Picture, Units, bare, blank, styled

if TYPE_CHECKING:
    from ..experiments.analyses.convergence import Convergence


def pictures(found: Convergence) -> dict[str, Picture]:
    """The figures by file name: how intervals settle, and how differences move over the months if those are kept."""
    drawn = {"convergence": convergence_figure(found)}
    return drawn | ({"months": months_figure(found)} if found.months else {})


@styled
def convergence_figure(found: Convergence) -> Picture:
    """How the difference of each arm settles as seeds are added, with its 95% interval, and when that is as narrow as asked."""
    known = words.known(found.measure)
    what = "mean difference" if found.baseline else "mean"
    asked = "; dashed: as narrow as asked, dotted: the seeds at which it first was" if found.given else ""
    about = f"{known.label}{_against(found)}: {what} and 95% interval by seeds{asked}"
    figure = blank(11.0, _tall(found), "Are there enough seeds?", about)
    for row, axes in _panels(figure, found):
        path = found.paths[row["arm"]]
        _band(axes, np.arange(2, 2 + len(path)), path, known.unit, "seeds", found.baseline is not None)
        if len(path) > 4:  # the first intervals are so wide that they would hide the rest
            shown = path[min(3, len(path) // 4) :, 1:]
            shown = np.append(shown, 0.0) if found.baseline else shown
            axes.set_ylim(float(np.nanmin(shown)), float(np.nanmax(shown)))
        if found.given:
            for end in (row["mean"] - row["asked"], row["mean"] + row["asked"]):
                axes.axhline(end, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
            if row["enough"] is not None:
                axes.axvline(row["enough"], color=INK, linewidth=1.1, linestyle=":")
        axes.text(0.0, 1.03, _short(row, known.unit), transform=axes.transAxes, fontsize=SMALL, color=SOFT, va="bottom")
    figure.alt = " ".join(sentences(found))
    return figure


@styled
def months_figure(found: Convergence) -> Picture:
    """How the difference of each arm moves over the run: means of the year up to each month. Until it has settled, the start is felt."""
    assert found.monthly is not None
    known = words.known(found.monthly)
    what = "monthly difference" if found.baseline else "by month"
    about = f"{known.label}{_against(found)}: {what}, mean of the year up to it, with its 95% interval"
    last = []
    figure = blank(11.0, _tall(found), "How long is the start felt?", about)
    for row, axes in _panels(figure, found):
        path = found.months[row["arm"]]
        _band(axes, np.arange(len(path)) / 12.0, path, known.unit, "years from the start", found.baseline is not None)
        write = words.change if found.baseline else words.amount
        half, whole = (write(float(path[i, 0]), known.unit) for i in (len(path) // 2, -1))
        last.append(f"{row['arm']} {half} half-way and {whole} at the end")
    figure.alt = f"{known.label}{_against(found)} month by month: {'; '.join(last)}."
    return figure


def sentences(found: Convergence) -> list[str]:
    """For each arm how wide its interval is, and how many seeds it takes to be as narrow as asked."""
    unit = words.known(found.measure).unit
    return [f"{row['arm']}{_against(found)}: {_answer(row, unit, found.given)}" for row in records(found)]


def warm_up(found: Convergence) -> list[str]:
    """For each arm when what is kept by month has settled; nothing if no months are kept."""
    if not found.months or found.monthly is None:
        return []
    label, told = words.known(found.monthly).label, []
    for row in records(found):
        if row["alike"] == len(found.months[row["arm"]]):
            told.append(f"{row['arm']}{_against(found)}, {label} by month: there is no difference in any month.")
            continue
        if row["settled"] is not None:
            what = f"the first {row['settled']:,} months" if row["settled"] else "nothing at the beginning"
            when = f"MSER-5 would leave out {what}"
        elif len(found.months[row["arm"]]) < FEWEST_MONTHS:
            when = f"whether it has settled (MSER-5) takes {FEWEST_MONTHS} months to tell"
        else:
            when = "not settled within the horizon, says MSER-5"
        alike = f"; for {words.count(row['alike'], 'month')} at the beginning there is no difference at all" if row["alike"] else ""
        told.append(f"{row['arm']}{_against(found)}, {label} by month: {when}{alike}.")
    return told


def records(found: Convergence) -> list[dict[str, Any]]:
    """The rows of the table, with None for what cannot be told."""
    import pandas as pd

    return [{name: None if value is pd.NA else value for name, value in row.items()} for row in found.table.to_dict("records")]


def width(half: float, unit: str) -> str:
    """A half-width: ±£1.2m, ±0.004."""
    return f"±{words.change(half, unit, sign=False)}" if half == half else "–"


def _answer(row: Mapping[str, Any], unit: str, given: bool) -> str:
    seeds = words.count(int(row["seeds"]), "seed")
    if row["half_width"] != row["half_width"]:
        return f"after {seeds} that could be measured nobody can tell; two are the least."
    if not row["half_width"] > 0:
        return f"all {seeds} gave the same, which does not say how much others would vary."
    now = f"after {seeds} the half-width of the 95% interval is {width(row['half_width'], unit)[1:]}"
    if not given:
        return f"{now}; half of that would take some {words.foreseen(row['needed'])} in all, {more(row)} more."
    asked = width(row["asked"], unit)
    if row["enough"] is None:
        return f"{now}, not yet {asked}, which would take some {words.foreseen(row['needed'])} seeds in all, {more(row)} more."
    wider = ", though later ones widened it again" if row["half_width"] > row["asked"] else ""
    return f"{now}; {asked} was reached at {row['enough']:,}{wider}."


def more(row: Mapping[str, Any]) -> str:
    """How many seeds more than those that were measured."""
    needed = int(row["needed"])
    return words.foreseen(needed - int(row["seeds"]) if needed < MOST_FORESEEN else needed)


def _short(row: Mapping[str, Any], unit: str) -> str:
    if row["enough"] is not None:
        return f"{width(row['asked'], unit)} reached at {row['enough']:,} seeds"
    if row["needed"] is not None:
        return f"now {width(row['half_width'], unit)}; {width(row['asked'], unit)} takes some {words.foreseen(row['needed'])}"
    return "how much it varies is not known"


def _against(found: Convergence) -> str:
    return f" against {found.baseline}" if found.baseline else ""


def _tall(found: Convergence) -> float:
    """Height of a figure with a panel an arm, in inches."""
    return 1.1 + 2.1 * -(-len(found.table) // 3)


def _panels(figure: Any, found: Convergence) -> Iterator[tuple[dict[str, Any], Any]]:
    """A panel for each row of the table, three in a line."""
    rows, height = records(found), _tall(found)
    each = 0.94 / min(3, len(rows))
    for i, row in enumerate(rows):
        line, column = divmod(i, 3)
        axes = figure.add_axes((0.07 + column * each, 1 - (2.6 + 2.1 * line) / height, each - 0.07, 1.15 / height))
        axes.set_title(row["arm"], fontsize=BODY, fontweight="bold", pad=18)
        yield row, axes


def _band(axes: Any, x: np.ndarray, rows: np.ndarray, unit: str, along: str, difference: bool) -> None:
    """Mean, low and high [x, 3] as a line in a band."""
    if difference:
        axes.axhline(0, color=RULE, linewidth=1.2)
    axes.fill_between(x, rows[:, 1], rows[:, 2], color=COLOURS["better"], alpha=0.18, linewidth=0)
    axes.plot(x, rows[:, 0], color=BLUE, linewidth=1.6)
    axes.yaxis.set_major_formatter(Units(unit, sign=difference))
    axes.locator_params(axis="y", nbins=4)
    axes.locator_params(axis="x", nbins=4, integer=True)
    axes.set_xlabel(along, color=SOFT)
    bare(axes, ("left", "bottom"))
