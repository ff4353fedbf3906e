"""changemaking validation: the model held against everything published that it has an answer to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Seeds, Workers, guarded, say


@guarded
def command(
    seeds: Seeds = 30,
    workers: Workers = None,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The page to write, in Markdown.")] = Path("docs/validation.md"),
) -> None:
    """Hold the model against published figures and known answers, and write a page of it, misses first."""
    from ..experiments.errors import UsageError
    from ..experiments.validation import validate
    from ..viz.validation_page import report

    if not out.parent.is_dir():
        raise UsageError(f"--out: there is no folder {out.parent}; give a file in a folder that is there, such as --out validation.md")
    if out.is_dir():
        raise UsageError(f"--out: {out} is a folder; give the name of a file")
    made = validate(seeds, workers, progress=True)
    out.write_text(report(made), encoding="utf-8")
    free = [f for f in made.figures if f.fitted == "no"]
    typer.echo(f"{sum(f.hit for f in free)} of {len(free)} published figures not used to calibrate are met,")
    typer.echo(f"{sum(e.hit for e in made.exact)} of {len(made.exact)} known answers exactly.")
    for figure in (f for f in free if not f.hit):
        typer.echo(f"  missed: {figure.label} ({figure.origin})")
    say(f"Written to {out}")
