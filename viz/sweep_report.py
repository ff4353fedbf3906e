"""The report of a sweep: the answer on its first page, the method and the record on its last. One HTML file that needs nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import convergence, words
from .page import write_page
from .report import contents, embedded, facts, source_text, sources
from .style import BODY, COLOURS, INK, MARKERS, RULE, SOFT, Picture, Units, bare, blank, save, styled

if TYPE_CHECKING:
    from ..experiments.analyses.analysis import Analysis
    from ..experiments.analyses.reporting import Report

CAPTIONS = {
    "arms": "What each arm changes against the first",
    "convergence": "How the first measure settles as seeds are added",
    "months": "How it moves over the run: until it has settled, the start is still felt",
    "sensitivity": "What matters",
    "discovery": "When it holds",
    "robustness": "How sorry one might be",
    "regimes": "Who does better where",
}
CITATION = "changemaking contributors: changemaking, an agent-based laboratory of public–private partnership ecosystems, version {}."


@styled
def arms_figure(found: Report) -> Picture:
    """A panel a measure: every arm's difference from the first with its 95% interval."""
    table = found.effects
    names, arms = list(dict.fromkeys(table["measure"])), [arm for arm in found.sweep.arms if arm != table["baseline"].iloc[0]]
    columns = min(3, len(names))
    lines = -(-len(names) // columns)
    width, height = 11.0, 1.2 + lines * (0.95 + 0.3 * len(arms))
    base = table["baseline"].iloc[0]
    figure = blank(width, height, f"Against {base}", "Mean difference over all points, paired by seed, with its 95% interval")
    for i, name in enumerate(names):
        column, line = i % columns, i // columns
        left, each = 0.16, (1 - 0.18) / columns
        tall = 0.3 * len(arms) / height
        bottom = 1 - (1.35 + line * (0.95 + 0.3 * len(arms)) + 0.3 * len(arms)) / height
        axes = figure.add_axes((left + column * each, bottom, each - 0.03, tall))
        known = words.known(name)
        rows = table[table["measure"] == name].set_index("arm")
        axes.axvline(0, color=RULE, linewidth=1.2)
        for y, arm in enumerate(arms):
            e = rows.loc[arm]
            what = words.verdict(float(e["low"]), float(e["high"]), known.better)
            axes.hlines(y, e["low"], e["high"], color=COLOURS[what], linewidth=2)
            axes.plot(e["difference"], y, marker=MARKERS[what], color=COLOURS[what], markersize=6)
        axes.set_ylim(len(arms) - 0.5, -0.5)
        axes.set_yticks(np.arange(len(arms)), arms if column == 0 else [""] * len(arms), color=INK, fontsize=BODY - 1)
        axes.set_title(known.label, fontsize=BODY, fontweight="bold", pad=4)
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(Units(known.unit, sign=True))
        axes.tick_params(axis="x", colors=SOFT)
        bare(axes, ("bottom",))
    told = [row for row in table.to_dict("records") if row["measure"] == names[0] and row["arm"] != row["baseline"]]
    figure.alt = " ".join(_sentence(row) for row in told)
    return figure


def _sentence(row: Mapping[str, Any]) -> str:
    """One effect in words that go no further than its interval."""
    known = words.known(str(row["measure"]))
    low, high = float(row["low"]), float(row["high"])
    between = words.interval(low, high, known.unit)
    label = words.lower_first(known.label)
    if words.verdict(low, high, known.better) == "unknown":
        return f"{row['arm']}: what it does to {label} against {row['baseline']} is not known: too few runs could be measured."
    if not (low > 0 or high < 0):
        return f"{row['arm']}: the runs show no clear difference in {label} from {row['baseline']} ({between})."
    size = words.change(abs(float(row["difference"])), known.unit, low, high).lstrip("+")
    return f"{row['arm']}: {label} is {'higher' if low > 0 else 'lower'} than under {row['baseline']} by {size} ({between})."


def save_report(analysis: Analysis, folder: str | os.PathLike[str], record: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Write report.html and its figures. Raises OSError."""
    found: Report = analysis.result
    pictures = drawn(found)
    written = [(save(picture, folder, name, str(record["fingerprint"]))[1], picture.alt) for name, picture in pictures.items()]
    told: dict[str, list[str]] = (
        {"convergence": convergence.sentences(found.settled) + convergence.warm_up(found.settled)} if found.settled else {}
    )
    write_page(
        "sweep.html", Path(folder) / "report.html", **about(found),
        figures=[
            {"source": embedded(path), "alt": alt, "caption": CAPTIONS[path.stem], "told": told.get(path.stem, [])} for path, alt in written
        ],
        tables=tables(found), scenarios=contents(record), facts=facts(record), citation=CITATION.format(record["version"]),
        fingerprint=record["fingerprint"], sources=sources(found.sweep.design.scenario(0, found.sweep.arms[0])),
    )  # fmt: skip
    return written


def drawn(found: Report) -> dict[str, Picture]:
    """The figures of a report by name."""
    from .analyses import DRAW

    pictures = {"arms": arms_figure(found)} if len(found.sweep.arms) > 1 else {}
    pictures |= convergence.pictures(found.settled) if found.settled else {}
    if found.answer:
        pictures[found.answer[0]] = DRAW[found.answer[0]](found.answer[1])
    return pictures


def about(found: Report) -> dict[str, Any]:
    """What was asked, what came of it in sentences, and how it was done."""
    design = found.sweep.design
    file = design.file
    first = found.effects["measure"].iloc[0]
    rows = [row for row in found.effects.to_dict("records") if row["arm"] != row["baseline"]]
    told = []
    for row in (row for row in rows if row["measure"] == first):
        what = words.verdict(float(row["low"]), float(row["high"]), words.known(first).better)
        told.append({"verdict": what, "sign": words.SIGN[what], "text": _sentence(row)})
    missing = int(found.effects["missing"].max())
    arms = [{"name": name, "scenario": arm.scenario, "set": json.dumps(arm.set, ensure_ascii=False)} for name, arm in file.all_arms.items()]
    return {
        "title": file.title or design.name, "question": file.question, "told": told,
        "answer": answer(found), "factors": factors(found), "arms": arms, "points": len(design.points), "seeds": len(design.seeds),
        "design": file.design, "months": file.months, "tested": len(rows), "by_chance": words.by_chance(len(rows)),
        "mapped": found.answer[1].mean.size if found.answer and found.answer[0] == "regimes" and len(found.sweep.seeds) > 1 else 0,
        "missing": f"Where a measure could not be taken, pairs of runs are left out, {missing:,} at most." if missing else "",
        "alone": len(found.sweep.arms) == 1,
        "everywhere": json.dumps(file.set, ensure_ascii=False) if file.set else "",
    }  # fmt: skip


def answer(found: Report) -> str:
    """What the analysis says, in a sentence."""
    if found.answer is None:
        return found.silent
    kind, result = found.answer
    if kind == "regimes":
        clear = result.clear
        if len(found.sweep.seeds) < 2:
            return f"{result.response.title}: with one seed nobody can tell chance from a difference; run it with more seeds."
        counts = f"clearly above zero at {clear['positive']} of {result.mean.size} points of the map, below at {clear['negative']}"
        return f"{result.response.title}: {counts}, unclear at {clear['unclear']}."
    if kind == "robustness":
        least = result.table.iloc[0]
        unit = words.known(result.measure).unit
        known = least["first"] == least["first"]
        sure = (
            f"with the seeds drawn again it is first in {least['first']:.0%} of draws, which is no probability"
            if known
            else "how sure that is takes more seeds"
        )
        within = f" (95% interval {words.between(float(least['max_regret_low']), float(least['max_regret_high']), unit)})" if known else ""
        return (
            f"Least sorry, whatever the point: {least['arm']}. Where it falls furthest short of the best, it does by some "
            f"{words.amount(float(least['max_regret']), unit)}{within} in {words.lower_first(words.known(result.measure).label)}; "
            f"{sure}.{' ' * bool(result.contrary)}{result.contrary}"
        )
    if kind == "discovery":
        box = result.boxes[0] if result.boxes else None
        open_ = f" (at {result.unsure:.0%} of the points the seeds leave open whether)" if result.unsure > 0 else ""
        chance = "; on points and under seeds it was not sought with it may do no better than chance" if result.chance else ""
        where = "no rule tells where"
        if box:
            told = (("coverage", box.coverage, box.coverage_interval), ("density", box.density, box.density_interval))
            sure = ", ".join(
                f"{name} {value:.0%}" + (f", 95% interval {low:.0%} to {high:.0%}" if low == low else "")
                for name, value, (low, high) in told
            )
            sure += "" if told[0][2][0] == told[0][2][0] else "; how sure that is takes three seeds to tell"
            where = f"best told by: {box.rule} ({sure}{chance})"
        return f"{result.condition} at {int(result.success.sum())} of {len(result.success)} points{open_}; {where}."
    first, main = result.table.iloc[0], result.main
    by_chance, low = float(np.nan_to_num(first.get(f"{main}_chance", 0.0))), float(first[f"{main}_low"])
    if low != low:
        beside = ", though chance alone would give as much" if first[main] <= by_chance else ""
        return f"{result.response.title}: {first['label']} comes first{beside}; how sure that is takes more samples or seeds."
    if low <= by_chance:
        untold = "comes first, but is not told from what chance alone would give; take more seeds or samples"
        return f"{result.response.title}: {first['label']} {untold}."
    clear = len(result.table) == 1 or first[f"{main}_low"] > result.table[f"{main}_high"].iloc[1]
    most = "matters most" if clear else "seems to matter most, but its interval and that of the next one overlap"
    return f"{result.response.title}: {first['label']} {most}."


def factors(found: Report) -> list[dict[str, str]]:
    """What was varied: label, keys, range, and where the usual value comes from."""
    from ..scenarios.loading import load_scenario
    from ..scenarios.paths import fits
    from ..scenarios.provenance import parameter_sources

    design = found.sweep.design
    rows = parameter_sources(design.scenario(0, design.arms[0]), every_number=True)
    usual = {row.key: row for row in parameter_sources(load_scenario("today"), every_number=True)}
    out = []
    for name in found.sweep.design.factors:
        factor = found.sweep.design.file.vary.get(name)
        keys = (factor.keys if factor else ()) or (name,)
        span = ""
        if factor is not None:
            tried = list(dict.fromkeys(point[design.factors.index(name)] for point in design.points))
            span = f"{factor.low:g} to {factor.high:g}, " if factor.low is not None else ""
            span += words.count(len(tried), "value") if span else ", ".join(str(value) for value in factor.values or tried)
            span += ", evenly in the logarithm" if factor.log else ""
        row = next((usual.get(row.key, row) for row in rows if any(fits(key, row.key) for key in keys)), None)
        source = "" if row is None or row.kind == "none" else source_text(row)
        out.append({"label": design.label(name), "keys": ", ".join(keys), "range": span, "source": source})
    return out


def tables(found: Report) -> list[dict[str, Any]]:
    """A table a measure: every arm, its mean, its difference, the interval and what that means."""
    out, alone = [], len(found.sweep.arms) == 1
    for name in dict.fromkeys(found.effects["measure"]):
        known, rows = words.known(name), []
        for row in found.effects[found.effects["measure"] == name].to_dict("records"):
            low, high = float(row["low"]), float(row["high"])
            is_base = row["arm"] == row["baseline"]
            what = words.verdict(low, high, known.better)
            rows.append({
                "arm": row["arm"], "mean": words.amount(float(row["mean"]), known.unit), "base": is_base,
                "difference": "" if is_base else words.change(float(row["difference"]), known.unit, low, high),
                "interval": _of_mean(row, known.unit) if alone else "" if is_base else words.interval(low, high, known.unit),
                "verdict": what, "sign": "" if is_base else words.SIGN[what],
                "meaning": "" if alone else "the baseline" if is_base else words.MEANING[what],
            })  # fmt: skip
        out.append({"id": f"table-{name}", "label": known.label, "about": known.meaning, "rows": rows})
    return out


def _of_mean(row: Mapping[str, Any], unit: str) -> str:
    return words.interval(float(row["mean_low"]), float(row["mean_high"]), unit)
