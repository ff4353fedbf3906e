"""changemaking sweep: many points under many seeds, kept in a store that can be added to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import Json, Set, Workers, folder, guarded, overrides, print_json, say, tell

if TYPE_CHECKING:
    from ..experiments.sweeps.design import Design
    from ..experiments.sweeps.planning import Plan
    from ..experiments.sweeps.sweep import Swept

StoreFolder = Annotated[
    Path, typer.Option("--store", metavar="DIR", parser=folder, help="Folder that keeps the runs; made if it is not there.")
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="WHERE", help='"dask" for a Dask cluster of this machine, or the address of one: tcp://HOST:PORT.'),
]
SweepSeeds = Annotated[int | None, typer.Option("--seeds", min=1, help="Seeds at every point, instead of the file's.")]
BASIS = {
    "scenarios": "a run as long as those of its scenarios in the store",
    "place": "a month as long as in the store's runs of its place, for there is none of its scenarios",
    "guess": "a guess: the store has no run of its scenarios or, by this code, of its place",
}


@guarded
def command(
    file: Annotated[str, typer.Argument(help="The sweep, a TOML file; or a shipped experiment by name.")],
    store: StoreFolder,
    set_: Set = None,
    seeds: SweepSeeds = None,
    workers: Workers = None,
    on: On = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and run nothing.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run again those that failed.")] = False,
    json: Json = False,
) -> None:
    """Run what is missing of a sweep into a store; stop it when you like and run it again."""
    from ..experiments.sweeps.sweep import plan_sweep, sweep

    design = _design(file, set_)
    if dry_run:
        plan = plan_sweep(design, store, seeds, workers, True, on=on, retry_failed=retry_failed)
        if json:
            print_json(_plan(plan))
        else:
            tell(_size(design.with_seeds(seeds) if seeds is not None else design))
            _print_plan(plan)
        return
    before = _seeds_before(design.name, store)
    try:
        made = sweep(design, store, seeds, workers, True, on=on, retry_failed=retry_failed)
    except KeyboardInterrupt:
        say(f"Stopped at once: runs that were finished are kept in {store}, if any; run the same again to go on.")
        raise typer.Exit(130) from None
    if json:
        print_json(_content(made))
    else:
        _print(made, store)
    if before > len(made.sweep.seeds):
        say(f"Analyses use {len(made.sweep.seeds)} seeds from now on, as asked; {before} were asked for before, and their runs are kept.")
    for why in made.damaged:
        say(f"Damaged, set aside, its runs made again: {why}")
    if made.partial:
        say(f"Stopped early: finished runs are in {store}; run the same again to go on.")
        raise typer.Exit(130)
    if made.failed or made.plan.failed:
        raise typer.Exit(1)


def _design(file: str, changes: list[str] | None) -> Design:
    """The sweep of a file or of a shipped experiment, with changes to all its arms."""
    from ..experiments.reproduction import experiment, experiments
    from ..experiments.sweeps.design import read_sweep

    named = not Path(file).exists() and (file in experiments() or not Path(file).suffix)
    design = experiment(file) if named else read_sweep(file)
    return design.with_changes(overrides(changes, None)) if changes else design


def _seeds_before(name: str, store: Path) -> int:
    """How many seeds the sweep of this name had when it was last asked for; 0 if it was not."""
    from ..experiments import open_store
    from ..experiments.errors import RunError, UsageError

    try:
        return len(open_store(store).sweep(name).seeds)
    except (RunError, UsageError):
        return 0


def _plan(plan: Plan) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(plan), "to_do": plan.to_do}


def _print_plan(plan: Plan) -> None:
    from ..viz.words import count

    tell(f"{plan.runs:,} runs in all: {plan.there:,} are in the store, {plan.failed:,} failed before, {plan.to_do:,} are to be made.")
    if plan.to_do:
        takes = f"About {_time(plan.seconds)} on {count(plan.workers, 'worker')}, starting and building scenarios counted in"
        tell(f"{takes} ({BASIS[plan.basis]}), and {plan.bytes / 1e6:.1f} MB of disk.")
    for why in plan.damaged:
        say(f"Damaged, would be set aside and its runs made again: {why}")


def _content(made: Swept) -> dict[str, object]:
    return {
        **_plan(made.plan), "sweep": made.sweep.name, "made": made.made, "failed_now": made.failed, "partial": made.partial,
        "took": made.seconds, "damaged": made.damaged,
    }  # fmt: skip


def _print(made: Swept, store: Path) -> None:
    tell(_size(made.sweep.design))
    tell(f"{made.plan.there:,} runs were there, {made.made:,} were made in {_time(made.seconds)}.")
    if made.failed or made.plan.failed:
        failures = made.sweep.failures()
        say(f"{len(failures)} runs failed; --retry-failed runs them again. The first: seed {failures['seed'][0]}: {failures['error'][0]}")
    elif not made.partial:
        tell(f"All runs are in {store}.")


def _size(design: Design) -> str:
    """What a sweep is made of; points that a design draws twice are run once."""
    from ..viz.words import count

    points, arms, seeds = (
        count(len(found), one) for found, one in ((design.points, "point"), (design.arms, "arm"), (design.seeds, "seed"))
    )
    different = len(set(design.points))
    points += f" ({different:,} different)" if different < len(design.points) else ""
    return f"{design.name}: {points}, {arms} ({', '.join(design.arms)}), {seeds}."


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
