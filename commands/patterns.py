"""changemaking patterns: what must emerge, and whether it does."""

from __future__ import annotations

from typing import Annotated

import typer

from .common import Json, Out, Seeds, Workers, guarded, print_json, print_table, say, words


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
    from ..viz.words import change, interval

    earlier = store.check_target(out) if out else False
    made = pattern_table(only.split(",") if only else None, seeds, workers, progress=True)
    if out:
        made.save(out, words())
        say(f"{'Replaced the earlier results in' if earlier else 'Written to'} {out}: {len(list(out.iterdir()))} files")
    if json:
        print_json(made.content)
        return
    rows = []
    for r in made.results:
        rows.append([r.id, r.title, change(r.effect, r.unit, r.low, r.high), interval(r.low, r.high, r.unit), r.verdict])
        low, high = r.ablated_low, r.ablated_high
        rows.append(["", "  without its mechanism", change(r.ablated_effect, r.unit, low, high), interval(low, high, r.unit), ""])
    print_table([("", "left"), ("Claim", "left"), ("Effect", "right"), ("95% interval", "right"), ("Verdict", "left")], rows)
