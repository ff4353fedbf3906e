"""changemaking multipliers: type I and II output multipliers of a published input-output table, of its nation or of a region of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, guarded, print_json, print_table, tell

if TYPE_CHECKING:
    import pandas as pd

TYPES = {"i": ("I",), "1": ("I",), "ii": ("II",), "2": ("II",), "both": ("I", "II")}


def types(text: str) -> tuple[str, ...]:
    """The types as named on the command line."""
    if text.lower() not in TYPES:
        raise typer.BadParameter(f"got {text!r}, expected I, II or both")
    return TYPES[text.lower()]


@guarded
def command(
    table: Annotated[Path, typer.Argument(help="An industry-by-industry table as CSV, as published for Scotland or by the ONS.")],
    type: Annotated[
        Any, typer.Option("--type", metavar="I|II|both", parser=types, help="I follows purchases, II the spending of wages as well.")
    ] = "I",
    jobs: Annotated[
        Path | None,
        typer.Option("--jobs", metavar="CSV", help="Jobs by industry (code, jobs, national_jobs): multipliers of the region they are in."),
    ] = None,
    delta: Annotated[
        float | None, typer.Option("--delta", help="Exponent δ of Flegg's location quotient, with --jobs; 0.3 if not given.")
    ] = None,
    income: Annotated[
        float | None,
        typer.Option(
            "--income", metavar="MILLION", help="Households' income from all sources, £ million, for type II; their pay if not given."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Print how much output of all industries a pound of final demand for each brings about."""
    from ..experiments.errors import UsageError
    from ..model.io_tables import published_table
    from ..places.regional import DELTA, RegionalError, multipliers, read_jobs, span

    for name, file in (("table", table), ("--jobs", jobs)):
        if file is not None and not file.is_file():
            raise UsageError(f"{name}: {file} is a folder; give a CSV file" if file.is_dir() else f"{name}: there is no file {file}")
    if delta is not None and jobs is None:
        raise UsageError("--delta: only with --jobs, by which a national table is brought down to a region")
    if income is not None and "II" not in type:
        raise UsageError("--income: only with --type II, which follows what households spend")
    delta = DELTA if delta is None else delta
    try:
        published = published_table(table)
        region = None if jobs is None else read_jobs(jobs, published.codes)
    except (ValueError, KeyError, UnicodeDecodeError) as problem:
        raise UsageError(str(problem)) from None
    try:
        found = multipliers(published, type, region, delta, income)
    except RegionalError as problem:
        raise UsageError(f"--{problem}" if str(problem).startswith(("delta", "income")) else f"{table}: {problem}") from None
    except ValueError as problem:
        raise UsageError(f"{table}: {problem}") from None
    _print(found, type, table.name, jobs is not None, delta, json)
    if jobs is not None and len(type) == 1 and not json:
        low, high = span(delta)
        tell(f"Over δ: from {low:g}, which buys least here, to {high:g}: what is plausible, since nobody knows δ.")
    if "II" in type and income is None and not json:
        tell("Type II takes wages for all of households' income, for want of --income, and so comes out at its highest.")


def _print(found: pd.DataFrame, types: tuple[str, ...], name: str, regional: bool, delta: float, json: bool) -> None:
    wanted = [("regional_" if regional else "") + f"type_{kind.lower()}" for kind in types]
    found = found.sort_values(wanted[0], ascending=False)
    if json:
        print_json([{"code": code, **{str(key): value for key, value in row.items()}} for code, row in found.iterrows()])
        return
    columns, rows = _regional(found, types) if regional else _national(found, types)
    print_table(columns, rows, _title(types, name, delta if regional else None), cut="Industry")


def _title(types: tuple[str, ...], name: str, delta: float | None) -> str:
    title = f"Type {' and '.join(types)} output multipliers of {name}"
    return title if delta is None else f"{title}, brought down by location quotients (δ = {delta:g})"


def _national(found: pd.DataFrame, types: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[list[str]]]:
    columns = [("Code", "left"), ("Industry", "left"), ("Output, £m", "right"), *((f"Type {kind}", "right") for kind in types)]
    values = zip(found.index.astype(str), found["name"], found["output"], *(found[f"type_{kind.lower()}"] for kind in types), strict=True)
    return columns, [[code, name, f"{output:,.0f}", *(f"{value:.3f}" for value in numbers)] for code, name, output, *numbers in values]


def _regional(found: pd.DataFrame, types: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """Multipliers of the nation and of the region; for one type alone also how far δ moves it."""
    spans = len(types) == 1
    columns = [("Code", "left"), ("Industry", "left"), ("SLQ", "right")]
    for kind in types:
        columns += [(f"Type {kind}", "right"), ("here", "right"), *([("over δ", "right")] if spans else [])]
    rows = []
    for code, row in found.iterrows():
        cells = [str(code), row["name"], f"{row['slq']:.2f}"]
        for kind in types:
            column = f"type_{kind.lower()}"
            here, low, high = (row[f"regional_{column}{end}"] for end in ("", "_low", "_high"))
            there = here == here  # the region has such an industry
            cells += [f"{row[column]:.3f}", f"{here:.3f}" if there else "–"]
            cells += [f"{low:.3f}–{high:.3f}" if there else "–"] if spans else []
        rows.append(cells)
    return columns, rows
