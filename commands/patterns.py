"""changemaking patterns: what must emerge, and whether it does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .common import Json, Seeds, Workers, guarded, print_json, print_table


@guarded
def command(
    only: Annotated[str | None, typer.Option("--only", metavar="P01,P16", help="Only these patterns.")] = None,
    seeds: Seeds = 30,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Put the claims about behaviour to the test, each with its mechanism and without."""
    from ..experiments import patterns
    from ..viz.words import change, interval

    results = patterns(only.split(",") if only else None, seeds, workers, progress=True)
    if json:
        print_json([asdict(result) for result in results])
        return
    rows = []
    for r in results:
        rows.append([r.id, r.title, change(r.effect, r.unit, r.low, r.high), interval(r.low, r.high, r.unit), r.verdict])
        low, high = r.ablated_low, r.ablated_high
        rows.append(["", "  without its mechanism", change(r.ablated_effect, r.unit, low, high), interval(low, high, r.unit), ""])
    print_table([("", "left"), ("Claim", "left"), ("Effect", "right"), ("95% interval", "right"), ("Verdict", "left")], rows)
