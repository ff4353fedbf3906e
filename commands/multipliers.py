"""changemaking multipliers: Type I output multipliers of a published input-output table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Json, guarded, print_json, print_table


@guarded
def command(
    table: Annotated[Path, typer.Argument(help="An industry-by-industry table as CSV, as published for Scotland or by the ONS.")],
    json: Json = False,
) -> None:
    """Print how much output of all industries a pound of final demand for each brings about."""
    from ..experiments.errors import UsageError
    from ..model.io_tables import table_multipliers

    if not table.is_file():
        raise UsageError(f"table: {table} is a folder; give a CSV file" if table.is_dir() else f"table: there is no file {table}")
    try:
        found = table_multipliers(table).sort_values("type_i", ascending=False)
    except (ValueError, KeyError, UnicodeDecodeError) as problem:
        raise UsageError(f"{table}: {problem}") from None
    rows = list(zip(found.index.astype(str), found["name"], found["output"].tolist(), found["type_i"].tolist(), strict=True))
    if json:
        print_json([{"code": c, "name": n, "output": o, "type_i": m} for c, n, o, m in rows])
    else:
        columns = [("Code", "left"), ("Industry", "left"), ("Output, £m", "right"), ("Type I", "right")]
        print_table(columns, [[c, n[:44], f"{o:,.0f}", f"{m:.3f}"] for c, n, o, m in rows], f"Type I output multipliers of {table.name}")
