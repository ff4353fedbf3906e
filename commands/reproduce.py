"""changemaking reproduce: the shipped experiments, made again and compared with their stored results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import Json, Workers, folder, guarded, print_json, print_table, say, tell

if TYPE_CHECKING:
    from ..experiments.sweeps.results import Sweep


@guarded
def command(
    name: Annotated[str | None, typer.Argument(help="A shipped experiment; without one they are listed.")] = None,
    seeds: Annotated[int | None, typer.Option("--seeds", min=1, help="Only so many seeds, the first.")] = None,
    store: Annotated[Path | None, typer.Option("--store", metavar="DIR", parser=folder, help="Keep the runs there.")] = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Run a shipped experiment again and say whether every run gives the stored bits."""
    from ..experiments.reproduction import reproduce

    if name is None:
        _list(json)
        return
    found = reproduce(name, seeds, store, workers, True)
    differ = [list(map(str, run)) for run in found.other]
    if json:
        print_json(
            {"experiment": name, "ok": found.ok, "runs": found.runs, "other": differ, "changed": found.changed, "partial": found.partial}
        )
    elif not found.partial:
        _print(found.sweep, seeds)
        if found.ok:
            tell(f"{name}: all {found.runs:,} runs give the stored bits.")
        else:
            tell(f"{name}: {len(found.other):,} of {found.runs:,} runs give other numbers than those stored.")
            if found.changed:
                tell(f"{found.changed:,} of them run another scenario than then: its file, its place or the parameters have changed.")
    if found.partial:
        say("Stopped early" + (f"; finished runs are in {store}" if store else "; give --store to keep them") + ".")
        raise typer.Exit(130)
    if not found.ok:
        raise typer.Exit(1)


def _list(json: bool) -> None:
    from ..experiments.reproduction import experiment, experiments, stored

    found = []
    for name in experiments():
        design, was = experiment(name), stored(name)
        seconds = float(was["seconds"].sum())
        found.append({"name": name, "title": design.file.title, "question": design.file.question, "runs": len(was), "seconds": seconds})
    if json:
        print_json(found)
        return
    rows = [[str(e["name"]), str(e["title"]), f"{e['runs']:,}", f"{e['seconds'] / 120:.1f} min"] for e in found]  # type: ignore[operator]
    print_table([("Name", "left"), ("Title", "left"), ("Runs", "right"), ("On two cores", "right")], rows)
    tell("changemaking reproduce NAME runs one again; its question and design are in experiments/library/NAME.toml.")


def _print(made: Sweep, seeds: int | None) -> None:
    from ..experiments.analyses.effects import arm_effects
    from ..model.measures import measure
    from ..viz.words import amount, change, interval

    file = made.design.file
    tell(f"{file.title}. {file.question}")
    typer.echo()
    table = arm_effects(made)
    for name in file.measures:
        known, rows = measure(name), []
        for row in table[table["measure"] == name].to_dict("records"):
            if row["arm"] == row["baseline"]:
                rows.append([row["arm"], amount(row["mean"], known.unit), "", ""])
                continue
            difference = change(row["difference"], known.unit, row["low"], row["high"])
            rows.append([row["arm"], amount(row["mean"], known.unit), difference, interval(row["low"], row["high"], known.unit)])
        columns = [("", "left"), ("Mean", "right"), (f"Against {made.arms[0]}", "right"), ("95% interval", "right")]
        print_table(columns, rows, known.label)
    over = f"over {len(made.design.points)} points and {len(made.seeds)} seeds" if made.design.factors else f"over {len(made.seeds)} seeds"
    tell(f"Means {over}, differences paired by seed.")
