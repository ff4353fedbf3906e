"""changemaking sensitivity, discover, robustness, regimes, convergence, calibrate and report: what is learnt from a sweep that was run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, Out, folder, guarded, print_json, print_table, say, tell, words

if TYPE_CHECKING:
    from ..experiments.analyses.analysis import Analysis

StoreFolder = Annotated[Path, typer.Argument(metavar="STORE", help="Folder of the store that the sweep was run into.")]
Name = Annotated[str | None, typer.Option("--sweep", help="Which sweep, if the store has several.")]
MeasureName = Annotated[str | None, typer.Option("--measure", help="What is explained; the first that the sweep's file names.")]
ArmName = Annotated[str | None, typer.Option("--arm", help="Of which arm, if there are several.")]
HalfWidth = Annotated[
    float | None,
    typer.Option("--half-width", help="How narrow an interval is to be: ± this much, in the measure's unit, shares as fractions."),
]
Against = Annotated[str | None, typer.Option("--against", help="Explain the difference from this arm instead.")]


def _analyse(kind: str, store: Path, sweep: str | None, out: Path | None, arguments: dict[str, Any]) -> Analysis:
    from ..experiments import open_store
    from ..experiments.analyses.analysis import analyse, refuse_other
    from ..experiments.store import check_target

    earlier = check_target(out) if out is not None else False
    found = open_store(store).sweep(sweep)
    if out is not None:
        refuse_other(out, kind, found.name)
    in_file = found.design.file.analysis
    if in_file is not None and in_file.kind == kind:  # what the command line does not say the sweep's file may
        ends = {"above", "below"} if arguments.get("above") is not None or arguments.get("below") is not None else set()
        arguments = {k: getattr(in_file, k, None) if v is None and k not in ends else v for k, v in arguments.items()}
    if found.stale:
        say(f"{found.name} was run by other code of the model than is installed now; to bring it up to date, run the sweep again.")
    made = analyse(kind, found, arguments)
    if out is not None:
        made.save(out, words())
        say(f"{'Replaced the earlier results in' if earlier else 'Written to'} {out}: {len(list(out.iterdir()))} files")
    return made


def _content(made: Analysis) -> dict[str, Any]:
    tables = {name: frame.to_dict("records") for name, frame in made.frames().items()}
    return {"analysis": made.kind, "sweep": made.sweep.name, "arguments": made.arguments, "fingerprint": made.fingerprint, **tables}


def _about(made: Analysis) -> str:
    return f"{made.result.response.title}; {_size(made)}"


def _size(made: Analysis) -> str:
    from ..viz.words import count

    return f"{count(len(made.sweep.design.points), 'point')}, {count(len(made.sweep.seeds), 'seed')}"


@guarded
def sensitivity(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None, arm: ArmName = None, against: Against = None, out: Out = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say which factors matter: Morris's effects or Sobol's indices, as the sweep's design allows."""
    from ..experiments.analyses.sensitivity import FEWEST

    made = _analyse("sensitivity", store, sweep, out, {"measure": measure, "arm": arm, "against": against})
    found, share = made.result, made.result.noise.share
    if json:
        print_json({**_content(made), "noise_share": share})
        return
    morris = found.method == "morris"
    heads = {"mu_star": "Mean size", "mu_star_chance": "By chance", "mu": "Mean"} if morris else {"ST": "Total", "S1": "Alone"}
    columns = [("Factor", "left"), *((head, "right") for head in heads.values()), ("95% interval", "right")]
    first = found.main
    rows = [
        [row["label"], *(_number(row[name]) for name in heads), _between(row[first + "_low"], row[first + "_high"])]
        for row in found.table.to_dict("records")
    ]
    what = f"Elementary effects, in {found.response.measure.unit}" if morris else "Sobol indices, shares of the variance"
    print_table(columns, rows, f"{what}: {_about(made)}", keys="Factor")
    if len(made.sweep.seeds) > 2:
        tell("The interval is of the first number: points drawn and seeds drawn together.")
    else:
        tell("The interval is of the first number, for the points that were drawn; what other seeds would give takes three seeds to tell.")
    if found.table[first + "_points"].isna().all():
        few = "trajectories" if morris else "samples"
        tell(f"There is no interval: {FEWEST} {few} are needed at least, better some dozens.")
    elif len(made.sweep.seeds) > 2 and found.table[first + "_seeds"].isna().any():
        tell("There is no interval: without one of the seeds no variance would be left to share out.")
    if not morris and found.table[["S1", "ST"]].max().max() > 1.05:
        tell("Shares above 1 cannot be: they say that the samples are too few to tell.")
    if share == share and morris:
        tell("By chance: what the seeds alone would give a factor that does nothing but change which draws are made.")
    elif share == share:
        more = " With so much of it, take more seeds." if share > 0.5 else ""
        tell(f"Of the variance of the means over seeds {share:.0%} is the doing of the seeds; it is taken off the indices.{more}")


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3g}"


def _between(low: float, high: float) -> str:
    return "–" if low != low else f"{low:.3g} to {high:.3g}"


def _share(value: float) -> str:
    return "–" if value != value else f"{value:.0%}"


def _shares(share: float, ends: tuple[float, float]) -> str:
    return f"{share:.0%}" + (f" ({ends[0]:.0%} to {ends[1]:.0%})" if ends[0] == ends[0] else "")


@guarded
def discover(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None, arm: ArmName = None, against: Against = None,
    above: Annotated[float | None, typer.Option("--above", help="Success: a mean above this; a difference better than 0.")] = None,
    below: Annotated[float | None, typer.Option("--below", help="Success is a mean below this.")] = None,
    method: Annotated[str, typer.Option("--method", help="prim (boxes) or tree.")] = "prim",
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Say when it holds: boxes (PRIM) or a tree over the factors in which a policy succeeds."""
    asked = {"measure": measure, "arm": arm, "against": against, "above": above, "below": below, "method": method}
    from ..experiments.analyses.discovery import FEWEST_SEEDS, HALVES

    made = _analyse("discovery", store, sweep, out, asked)
    found = made.result
    if json:
        print_json({**_content(made), "condition": found.condition, "unsure": found.unsure})
        return
    if found.nothing:
        tell(found.nothing)
        return
    tell(f"{found.condition}: at {int(found.success.sum()):,} of {len(found.success):,} points")
    if not found.boxes:
        tell("No box or leaf holds successes for the most part.")
    rows = [
        [box.rule, _shares(box.coverage, box.coverage_interval), _shares(box.density, box.density_interval), f"{box.mass:.0%}"]
        for box in found.boxes[:5]
    ]
    print_table([("Where", "left"), ("Coverage", "right"), ("Density", "right"), ("Points", "right")], rows)
    tell("Coverage: share of the successes that lie there. Density: share of the points there that succeed. With 95% intervals.")
    if len(made.sweep.seeds) < FEWEST_SEEDS:
        tell(f"There is no interval: what other seeds would give takes {FEWEST_SEEDS} seeds to tell.")
    tried, halved = found.trial, " under half of the seeds" if len(made.sweep.seeds) > 1 else ""
    tell(
        f"Sought on half of the points{halved}, the best rule has density {tried.density:.0%} and coverage {tried.coverage:.0%} on the "
        f"others{' under the others' if halved else ''}, where {tried.base:.0%} succeed anyway"
        + (": it may be chance." if found.chance else f"; it was better than none {tried.better} times of {tried.better}.")
    )
    if tried.found < HALVES:
        tell(f"(A rule was found in {tried.found} of {HALVES} halves; in the others that share stands for its density.)")
    if found.unsure == found.unsure and found.unsure > 0:
        tell(f"At {found.unsure:.0%} of the points the 95% interval over seeds leaves open whether it succeeds.")


@guarded
def robustness(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None,
    threshold: Annotated[float | None, typer.Option("--threshold", help="Count the points at which each arm reaches this.")] = None,
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Say which arm is least sorry over all points: regret, and the share of points at which it is good enough."""
    from ..experiments.analyses.robustness import FEWEST

    made = _analyse("robustness", store, sweep, out, {"measure": measure, "threshold": threshold})
    if json:
        print_json(_content(made))
        return
    from ..model.measures import measure as measure_of
    from ..viz.words import amount

    known = measure_of(made.result.measure)
    rows = []
    for row in made.result.table.to_dict("records"):
        between = f"{amount(row['max_regret_low'], known.unit)} to {amount(row['max_regret_high'], known.unit)}"
        share = "satisfices" if made.result.threshold is not None else "best"
        good = _shares(row[share], (row[f"{share}_low"], row[f"{share}_high"]))
        means = [amount(row[name], known.unit) for name in ("mean", "mean_regret", "max_regret")]
        known_seeds = row["max_regret_low"] == row["max_regret_low"]
        rows.append([row["arm"], *means, between if known_seeds else "–", good, f"{row['first']:.0%}" if known_seeds else "–"])
    last = "Good enough" if made.result.threshold is not None else "Best"
    heads = ["Mean", "Mean regret", "Greatest", "95% interval", last, "First"]
    title = f"{known.label} over {_size(made)}"
    print_table([("", "left"), *((head, "right") for head in heads)], rows, title)
    tell(
        f"{last}: share of the points, with its 95% interval. First: in what share of draws of the seeds its greatest regret is the least; "
        "no probability."
    )
    if len(made.sweep.seeds) < FEWEST:
        tell(f"What other seeds would give takes {FEWEST} seeds to tell; until then chance pushes regret up unseen.")
    else:
        tell("What chance pushes up a greatest of means is taken off as far as the seeds show it; of arms that hardly differ some is left.")
        if made.result.contrary:
            tell(made.result.contrary)


@guarded
def regimes(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None, arm: ArmName = None, against: Against = None, out: Out = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Map which of two arms does better over two factors, and where nobody can tell."""
    made = _analyse("regimes", store, sweep, out, {"measure": measure, "arm": arm, "against": against})
    found, unit = made.result, made.result.response.measure.unit
    if json:
        print_json({**_content(made), **found.clear})
        return
    from ..viz.words import changes, told_apart

    told = iter(changes(found.mean.ravel(), unit, found.low.ravel(), found.high.ravel()))
    unclear = (found.low <= 0) & (found.high >= 0)
    cells = [[next(told) + (" ○" if open_ else "") for open_ in row] for row in unclear]
    rows = [[name, *row] for name, row in reversed(list(zip(told_apart(found.ys), cells, strict=True)))]
    print_table([("", "left"), *((name, "right") for name in told_apart(found.xs))], rows, _about(made))
    label = made.sweep.design.label
    tell(f"Across: {label(found.x)}. Up: {label(found.y)}. ○ the 95% interval holds zero.")
    if len(made.sweep.seeds) < 2:
        tell("With one seed there is no interval, and nobody can tell chance from a difference: run it with more seeds.")
        return
    tell(
        "Each interval is for its point alone: were there no difference at all, one point in twenty would leave zero out even so, and, as "
        "all points have the same seeds, many would do so together."
    )


@guarded
def convergence(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None,
    arm: Annotated[str | None, typer.Option("--arm", help="Of which arm; all but the one they are set against.")] = None,
    against: Annotated[str | None, typer.Option("--against", help="Against which arm; the first.")] = None,
    half_width: HalfWidth = None, out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Say whether the seeds are enough: how wide intervals are, and at how many seeds they are as narrow as asked."""
    from ..experiments.analyses.convergence import LEAST

    asked = {"measure": measure, "arm": arm, "against": against, "half_width": half_width}
    made = _analyse("convergence", store, sweep, out, asked)
    from ..viz.convergence import more, records, sentences, warm_up, width
    from ..viz.words import amount, change, foreseen, known

    if json:
        print_json({**_content(made), "convergence": records(made.result)})
        return
    found, unit = made.result, known(made.result.measure).unit
    rows = []
    for row in records(found):
        mean = change(row["mean"], unit, row["low"], row["high"]) if found.baseline else amount(row["mean"], unit)
        when = [foreseen(row[name]) if row[name] is not None else "–" for name in ("enough", "needed")]
        further = more(row) if row["needed"] is not None else "–"
        rows.append([row["arm"], f"{row['seeds']:,}", mean, width(row["half_width"], unit), width(row["asked"], unit), *when, further])
    heads = ("Seeds", "Difference" if found.baseline else "Mean", "Now", "Asked" if found.given else "Half", "Reached at", "Takes", "More")
    title = f"{known(found.measure).label}{f' against {found.baseline}' if found.baseline else ''}; {_size(made)}"
    print_table([("", "left"), *((head, "right") for head in heads)], rows, title)
    for row, text in zip(records(found), sentences(found), strict=True):
        if row["needed"] is None and not row["half_width"] <= row["asked"]:  # what the table does not tell
            tell(text)
    for text in warm_up(found):
        tell(text)
    tell(
        f"Half-widths of 95% intervals. Reached at: the first number of seeds, {LEAST} at least, with one so narrow (a sequential rule). "
        "Takes: what the spread so far foresees, in all."
        + ("" if found.given else " --half-width says how narrow it is to be; without it half of what there is stands for that.")
    )
    if missing := int(found.table["missing"].max()):
        tell(f"Where the measure could not be taken, pairs of runs are left out, {missing:,} at most.")


@guarded
def calibrate(
    store: StoreFolder, sweep: Name = None,
    accept: Annotated[float, typer.Option("--accept", help="Share of the points that is kept.")] = 0.1,
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Fit the factors of a sweep to the targets its file names (approximate Bayesian computation), and look at those held out."""
    from ..experiments.analyses.calibration import FEWEST_SEEDS
    from ..viz.words import listed

    made = _analyse("calibration", store, sweep, out, {"accept": accept})
    if json:
        print_json(_content(made))
        return
    found = made.result
    rows = [
        [r["label"], f"{r['prior_low']:g} to {r['prior_high']:g}", f"{r['median']:.3g}", f"{r['low']:.3g} to {r['high']:.3g}",
         _share(max(0.0, r["learnt"]) if r["learnt"] == r["learnt"] else r["learnt"]), _share(r["coverage"])]
        for r in found.posterior.to_dict("records")
    ]  # fmt: skip
    heads = ("Range", "Median", "90% interval", "Learnt", "Coverage")
    print_table(
        [("Factor", "left"), *((head, "right") for head in heads)],
        rows,
        f"{len(found.draws):,} of {len(made.sweep.design.points):,} points",
        keys="Factor",
    )
    if found.out_of_reach:
        few = "is a target" if len(found.out_of_reach) == 1 else "are targets"
        tell(f"{', '.join(found.out_of_reach)} {few} that no values of these factors come near, so what is printed of them says nothing.")
    arms, targets = made.sweep.arms, made.sweep.design.file.targets
    if len(arms) > 1:
        fitted = list(dict.fromkeys(target.arm or arms[0] for target in targets.values()))
        tell(f"Fitted to the targets: the arm {', '.join(fitted)} (of {', '.join(arms)}; a target's `arm` names another).")
    tell("Learnt: how much narrower than before. Coverage: how often such intervals hold a truth that is known; it should be 90%.")
    if len(made.sweep.seeds) < FEWEST_SEEDS:
        tell(f"Coverage takes {FEWEST_SEEDS} seeds: some for the truths, others for the points they are looked for with.")
    typer.echo()
    rows = [
        [r["target"], f"{r['published']:.3g} ± {r['tolerance']:.2g}", f"{r['mean']:.3g}", _between(r["low"], r["high"]),
         "held out" if r["held_out"] else "fitted", "met" if r["met"] else "missed"]
        for r in found.predictive.sort_values(["held_out", "met"], ascending=[False, True]).to_dict("records")
    ]  # fmt: skip
    heads = ("Published", "Mean", "90% interval", "", "")
    print_table([("Target", "left"), *((head, "right") for head in heads)], rows, keys="Target")
    tell(
        "Mean, interval: what the model says on the mean. Met: the published figure lies within the 90% that its tolerance, and what other "
        "seeds might do to the mean, then leave it."
    )
    if found.loose:
        tell(
            f"Of {listed(found.loose)} the seeds leave more open than the tolerance does, so that to meet it says little: take more seeds."
        )


@guarded
def report(
    store: StoreFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", parser=folder, help="Folder to write the report to, with a record.")],
    sweep: Name = None, half_width: HalfWidth = None,
) -> None:  # fmt: skip
    """Write a report of a sweep: one page to read, its figures for print, its tables, its record."""
    made = _analyse("report", store, sweep, out, {"half_width": half_width})
    from ..viz.words import count

    tell(f"{made.sweep.design.file.title or made.sweep.name}: {count(len(made.result.effects), 'effect')}.")
    say(f"Open {out / 'report.html'} in a browser to read it.")
