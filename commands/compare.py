"""changemaking compare: scenarios against their baselines, paired by seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, Months, Out, Seeds, Set, Workers, guarded, overrides, print_json, print_table, say, tell, words

if TYPE_CHECKING:
    from ..experiments import Comparison


@guarded
def command(
    scenarios: Annotated[list[str], typer.Argument(help="Shipped scenarios, cases or partnership forms, or paths of files.")],
    seeds: Seeds = 100,
    baseline: Annotated[str | None, typer.Option("--baseline", help="Compare with this one, not with each one's own.")] = None,
    workers: Workers = None,
    set_: Set = None,
    months: Months = None,
    half_width: Annotated[
        list[str] | None,
        typer.Option("--half-width", metavar="MEASURE=X", help="Say how many seeds make the interval ± X wide; repeatable."),
    ] = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Run scenarios and their baselines under the same seeds and say what differs; a form (compare pfi) is set against today."""
    from ..experiments import compare, store

    wanted = [_half_width(text) for text in half_width or ()]
    earlier = store.check_target(out) if out is not None else False
    made = compare(scenarios, seeds, baseline, workers, overrides(set_, months), progress=True)
    needed, untold = _needed(made, wanted)
    if out:
        made.report(out, words())
    if json:
        print_json(_content(made, needed, out))
    else:
        _print(made, needed)
    _say(made, out, earlier)
    for why in untold:
        say(why)
    if made.partial:
        raise typer.Exit(130)
    if made.failures or untold:
        raise typer.Exit(1 if made.failures else 2)


def _needed(made: Comparison, wanted: list[tuple[str, float]]) -> tuple[list[dict[str, Any]], list[str]]:
    """How many seeds each half-width takes, and of which that cannot be told: runs that were made are not thrown away for it."""
    from ..experiments.errors import UsageError

    needed: list[dict[str, Any]] = []
    untold = []
    for name, half in wanted:
        try:
            found = made.seeds_needed(name, half)
        except UsageError as error:
            untold.append(f"--half-width: {error}")
            continue
        needed += [
            {"measure": name, "half_width": half, "scenario": policy, "baseline": base, "seeds": n} for (policy, base), n in found.items()
        ]
    return needed, untold


def _half_width(text: str) -> tuple[str, float]:
    from ..experiments.compare import known_measure
    from ..experiments.errors import UsageError

    name, _, number = text.partition("=")
    try:
        half = float(number)
    except ValueError:
        half = 0.0
    if not 0 < half < float("inf"):
        raise UsageError(f"--half-width: takes MEASURE=X with a positive number, for example quality=0.01, got {text!r}")
    return known_measure(name.strip()).name, half


def _content(made: Comparison, needed: list[dict[str, Any]], out: Path | None) -> dict[str, Any]:
    from dataclasses import asdict

    effects = made.effects.to_dict("records")
    table = made.table().set_index(["scenario", "baseline", "measure"])
    for row in effects:
        row |= table.loc[(row["scenario"], row["baseline"], row["measure"]), ["label", "unit"]].to_dict()
    return {
        "interval": made.interval,
        "seeds": made.seeds,
        "partial": made.partial,
        "comparisons": [
            {
                "scenario": policy,
                "baseline": base,
                "seeds": len(made.common(policy, base)),
                "same": made.same(policy, base),
                "effects": [
                    {k: v for k, v in row.items() if k not in ("scenario", "baseline")}
                    for row in effects
                    if (row["scenario"], row["baseline"]) == (policy, base)
                ],
            }
            for policy, base in made.pairs
        ],
        "seeds_needed": needed,
        "failures": [asdict(failure) for failure in made.failures],
        "files": sorted(str(p) for p in out.iterdir()) if out else [],
    }


def _print(made: Comparison, needed: list[dict[str, Any]]) -> None:
    from ..viz.words import MAIN, SIGN, amount, change, count, foreseen, interval, known, too_few, verdict

    columns = [("", "left"), ("Baseline", "right"), ("Policy", "right"), ("Difference", "right"), ("95% interval", "right"), ("", "left")]
    for policy, base in made.pairs:
        rows = []
        for row in made.table(MAIN).itertuples():
            if (row.scenario, row.baseline) == (policy, base):
                sign = SIGN[verdict(row.low, row.high, known(row.measure).better)]
                difference = change(row.difference, row.unit, row.low, row.high).replace(" points", "pp")
                between = interval(row.low, row.high, row.unit).replace(" points", "pp")
                rows.append([row.label, amount(row.baseline_mean, row.unit), amount(row.policy_mean, row.unit), difference, between, sign])
        print_table(
            columns, rows, f"{policy} (policy) against {base} (baseline), {count(len(made.common(policy, base)), 'seed')}, whole run"
        )
        if said := made.same(policy, base):
            tell(said)
            typer.echo()
    typer.echo(f"{made.interval}.\n▲ better, ▼ worse, ◆ moved, ○ no clear difference; pp = percentage points.")
    if said := too_few(len(made.seeds)):
        typer.echo(said)
    else:
        typer.echo("Each interval stands alone: of 18 measures that do not move, about one will seem to.")
        ratios = made.effects.loc[made.effects["measure"].isin(MAIN), "variance_ratio"]
        if len(known_ratios := ratios[(ratios > 0) & (ratios < float("inf"))]):
            typer.echo(f"Without pairing by seed, half of these differences would need {known_ratios.median():.1f} times the runs or more.")
    for n in needed:
        typer.echo(f"{n['measure']} ± {n['half_width']:g}, {n['scenario']} against {n['baseline']}: {foreseen(n['seeds'])} seeds")


def _say(made: Comparison, out: Path | None, earlier: bool) -> None:
    if made.failures:
        first = made.failures[0]
        say(f"{len(made.failures)} runs failed and are left out; the first: {first.scenario}, seed {first.seed}: {first.error}")
    if made.partial:
        kept = min(len(made.common(*pair)) for pair in made.pairs)
        say(f"Stopped early: {kept} of {len(made.seeds)} seeds were kept" + (f", in {out}" if out else "; give --out to keep them on disk"))
    elif out:
        say(f"{'Replaced the earlier results in' if earlier else 'Written to'} {out}: {len(list(out.iterdir()))} files")
        if (out / "report.html").exists():
            say(f"Open {out / 'report.html'} in a browser to read it.")
    else:
        say("Nothing was written; give --out DIR for tables, figures, a report and a record.")
