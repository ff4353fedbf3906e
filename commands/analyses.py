"""changemaking sensitivity, discover, robustness and regimes: what is learnt from a sweep that was run."""

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
Against = Annotated[str | None, typer.Option("--against", help="Explain the difference from this arm instead.")]


def _analyse(kind: str, store: Path, sweep: str | None, out: Path | None, arguments: dict[str, Any]) -> Analysis:
    from ..experiments import open_store
    from ..experiments.analyses.analysis import analyse
    from ..experiments.store import check_target

    earlier = check_target(out) if out is not None else False
    found = open_store(store).sweep(sweep)
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
    made = _analyse("sensitivity", store, sweep, out, {"measure": measure, "arm": arm, "against": against})
    found, share = made.result, made.result.noise.share
    if json:
        print_json({**_content(made), "noise_share": share})
        return
    morris = found.method == "morris"
    heads = {"mu_star": "Mean size", "mu": "Mean", "sigma": "Spread"} if morris else {"ST": "Total", "S1": "Alone"}
    columns = [("Factor", "left"), *((head, "right") for head in heads.values()), ("95% interval", "right")]
    first = found.main
    rows = [
        [row["label"], *(f"{row[name]:.3g}" for name in heads), f"{row[first + '_low']:.3g} to {row[first + '_high']:.3g}"]
        for row in found.table.to_dict("records")
    ]
    what = f"Elementary effects, in {found.response.measure.unit}" if morris else "Sobol indices, shares of the variance"
    print_table(columns, rows, f"{what}: {_about(made)}")
    if len(made.sweep.seeds) > 2:
        tell("The interval is of the first number: points drawn and seeds drawn together.")
    else:
        tell("The interval is of the first number, for the points that were drawn; what other seeds would give takes three seeds to tell.")
    if share == share:
        may = "the effect of a factor may be" if morris else "an index no larger may be"
        tell(f"Of the variance of the means over seeds {share:.0%} is the doing of the seeds that were drawn; {may} that alone.")


@guarded
def discover(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None, arm: ArmName = None, against: Against = None,
    above: Annotated[float | None, typer.Option("--above", help="Success is a mean above this; 0 for a difference.")] = None,
    below: Annotated[float | None, typer.Option("--below", help="Success is a mean below this.")] = None,
    method: Annotated[str, typer.Option("--method", help="prim (boxes) or tree.")] = "prim",
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Say when it holds: boxes (PRIM) or a tree over the factors in which a policy succeeds."""
    asked = {"measure": measure, "arm": arm, "against": against, "above": above, "below": below, "method": method}
    made = _analyse("discovery", store, sweep, out, asked)
    found = made.result
    if json:
        print_json({**_content(made), "condition": found.condition, "unsure": found.unsure})
        return
    tell(f"{found.condition}: at {int(found.success.sum()):,} of {len(found.success):,} points")
    if not found.boxes:
        tell("No box or leaf holds successes for the most part.")
    rows = [[box.rule, f"{box.coverage:.0%}", f"{box.density:.0%}", f"{box.mass:.0%}"] for box in found.boxes[:5]]
    print_table([("Where", "left"), ("Coverage", "right"), ("Density", "right"), ("Points", "right")], rows)
    tell("Coverage: share of the successes that lie there. Density: share of the points there that succeed.")
    if found.unsure == found.unsure and found.unsure > 0:
        tell(f"At {found.unsure:.0%} of the points the 95% interval over seeds leaves open whether it succeeds.")


@guarded
def robustness(
    store: StoreFolder, sweep: Name = None, measure: MeasureName = None,
    threshold: Annotated[float | None, typer.Option("--threshold", help="Count the points at which each arm reaches this.")] = None,
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Say which arm is least sorry over all points: regret, and the share of points at which it is good enough."""
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
        good = f"{row['satisfices']:.0%}" if threshold is not None else f"{row['best']:.0%}"
        means = [amount(row[name], known.unit) for name in ("mean", "mean_regret", "max_regret")]
        rows.append([row["arm"], *means, between, good, f"{row['first']:.0%}"])
    last = "Good enough" if threshold is not None else "Best"
    heads = ["Mean", "Mean regret", "Greatest", "95% interval", last, "First"]
    title = f"{known.label} over {_size(made)}"
    print_table([("", "left"), *((head, "right") for head in heads)], rows, title)
    tell(f"{last}: share of the points. First: how often it has the least greatest regret when seeds are drawn again.")
    tell("Regret is a maximum of means that chance moves, so it and its interval lie too high, the more so the fewer the seeds.")


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
    from ..viz.words import change

    def cell(j: int, i: int) -> str:
        low, high = float(found.low[j, i]), float(found.high[j, i])
        return change(float(found.mean[j, i]), unit, low, high) + ("" if low > 0 or high < 0 else " ○")

    rows = [[f"{y:g}", *(cell(j, i) for i in range(len(found.xs)))] for j, y in reversed(list(enumerate(found.ys)))]
    print_table([("", "left"), *((f"{x:g}", "right") for x in found.xs)], rows, _about(made))
    label = made.sweep.design.label
    tell(f"Across: {label(found.x)}. Up: {label(found.y)}. ○ the 95% interval holds zero.")


@guarded
def calibrate(
    store: StoreFolder, sweep: Name = None,
    accept: Annotated[float, typer.Option("--accept", help="Share of the points that is kept.")] = 0.1,
    out: Out = None, json: Json = False,
) -> None:  # fmt: skip
    """Fit the factors of a sweep to the targets its file names (approximate Bayesian computation), and look at those held out."""
    made = _analyse("calibration", store, sweep, out, {"accept": accept})
    if json:
        print_json(_content(made))
        return
    found = made.result
    rows = [
        [r["label"], f"{r['prior_low']:g} to {r['prior_high']:g}", f"{r['median']:.3g}", f"{r['low']:.3g} to {r['high']:.3g}",
         f"{max(0.0, r['learnt']):.0%}", f"{r['coverage']:.0%}"]
        for r in found.posterior.to_dict("records")
    ]  # fmt: skip
    heads = ("Range", "Median", "90% interval", "Learnt", "Coverage")
    print_table(
        [("Factor", "left"), *((head, "right") for head in heads)],
        rows,
        f"{len(found.draws):,} of {len(made.sweep.design.points):,} points",
    )
    tell("Learnt: how much narrower than before. Coverage: how often such intervals hold a truth that is known; it should be 90%.")
    tell("Tolerances do not widen the intervals, and coverage is tried under the same seeds, which flatters it (docs/sweeps.md).")
    typer.echo()
    rows = [
        [r["target"], f"{r['published']:.3g} ± {r['tolerance']:.2g}", f"{r['mean']:.3g}", f"{r['low']:.3g} to {r['high']:.3g}",
         "held out" if r["held_out"] else "fitted", "met" if r["met"] else "missed"]
        for r in found.predictive.sort_values(["held_out", "met"], ascending=[False, True]).to_dict("records")
    ]  # fmt: skip
    heads = ("Published", "Mean", "90% interval", "", "")
    print_table([("Target", "left"), *((head, "right") for head in heads)], rows)


@guarded
def report(
    store: StoreFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", parser=folder, help="Folder to write the report to, with a record.")],
    sweep: Name = None,
) -> None:
    """Write a report of a sweep: one page to read, its figures for print, its tables, its record."""
    made = _analyse("report", store, sweep, out, {})
    from ..viz.words import count

    tell(f"{made.sweep.design.file.title or made.sweep.name}: {count(len(made.result.effects), 'effect')}.")
    say(f"Open {out / 'report.html'} in a browser to read it.")
