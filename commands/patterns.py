"""changemaking patterns: what must emerge, and whether it does."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from .common import WIDTH, Json, Out, Seeds, Workers, guarded, print_json, print_table, say, words

if TYPE_CHECKING:
    from ..experiments.patterns.table import PatternTable


@guarded
def command(
    only: Annotated[str | None, typer.Option("--only", metavar="P01,P16", help="Only these patterns.")] = None,
    seeds: Seeds = 30,
    workers: Workers = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Put the claims about behaviour to the test, each with its mechanism and without."""
    from ..experiments import store
    from ..experiments.patterns.table import pattern_table
    from ..viz.words import too_few

    earlier = store.check_target(out) if out is not None else False
    made = pattern_table(only, seeds, workers, progress=True)
    if out is not None:
        made.save(out, words())
        say(f"{'Replaced the earlier results in' if earlier else 'Written to'} {out}: {len(list(out.iterdir()))} files")
        say(f"Open {out / 'patterns.html'} in a browser to read it.")
    caution = too_few(len(made.seeds))
    if json:
        print_json([{**row, "caution": caution} for row in made.content])
    else:
        _print(made, caution)
    if made.partial:
        kept = f"{len(made.results)} of {len(made.results) + len(made.left)} patterns and {len(made.seeds)} of {seeds} seeds were kept"
        say(f"Stopped early: {kept}" + (f", in {out}" if out is not None else "; give --out to keep them on disk"))
        raise typer.Exit(130)


def _print(made: PatternTable, caution: str) -> None:
    from ..viz.words import beside_published, change, interval, known_unit

    rows = []
    for r in made.results:
        unit = known_unit(r.unit)
        rows.append([r.id, r.title, change(r.effect, unit, r.low, r.high), interval(r.low, r.high, unit), r.verdict])
        low, high = r.ablated_low, r.ablated_high
        rows.append(["", "  without its mechanism", change(r.ablated_effect, unit, low, high), interval(low, high, unit), ""])
    columns = [("", "left"), ("Claim", "left"), ("Effect", "right"), ("95% interval", "right"), ("Verdict", "left")]
    print_table(columns, rows, f"Partial: stopped early, after {len(made.seeds)} seeds" if made.partial else "")
    if caution:
        typer.echo(f"{caution}\n")
    told = [line for r in made.results if r.reason for line in wrap(f"{r.id}: {r.reason}", WIDTH, subsequent_indent="     ")]
    typer.echo("\n".join([*told, ""]) if told else "", nl=bool(told))
    against = [[r.id, *cells] for r in made.results for cells in beside_published(r.details.get("published", {}).values())]
    if against:
        numbers = [("Mean", "right"), ("95% of runs", "right"), ("Published", "right")]
        print_table([("", "left"), ("Figure", "left"), *numbers, ("Fitted", "left")], against, "Simulated, beside what was published")
