"""changemaking verify: is a folder of results still what its record says?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from .common import Json, Workers, guarded, print_json


@guarded
def command(
    folder: Annotated[Path, typer.Argument(help="A folder with a record: of run, compare, or an analysis of a sweep.")],
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Run the results in a folder again from their record and say whether every bit matches."""
    from ..experiments import verify

    found = verify(folder, workers, progress=True)
    if json:
        print_json({"ok": found.ok, **asdict(found)})
    else:
        typer.echo(str(found))
    if not found.ok:
        raise typer.Exit(1)
