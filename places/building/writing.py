"""A built place on the disk: its file, the sweep over what is unknown, and the tables behind its figures, in one folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..safe_csv import write_csv
from .build import Built
from .unknowns import sweep_text

if TYPE_CHECKING:
    from ..figures.figure import Figure

FIGURE_COLUMNS = ("figure", "definition", "group", "measure", "unit", "low", "high", "known", "likely", "rows", "rows_perhaps")
SUPPLIER_COLUMNS = ("supplier", "kinds", "kind_by", "company_number", "charity_number", "postcode", "matched_by", "score", "matched_row")


def write(built: Built, out: Path, tables: bool = True) -> list[Path]:
    """Write NAME.toml and, with `tables`, NAME.unknowns.toml, NAME.figures.csv and so on; the paths that were written."""
    out.mkdir(parents=True, exist_ok=True)
    place, sweep = (out / f"{built.name}.{end}" for end in ("toml", "unknowns.toml"))
    written = [put(place, built.text)]
    if tables:
        written.append(put(sweep, sweep_text(place.name, built.place["title"], built.place, built.data.unknown)))
        written.append(tabled(out / f"{built.name}.figures.csv", FIGURE_COLUMNS, figure_rows(built.figures)))
        written += copied(built, out)
        if built.read.suppliers:
            written.append(tabled(out / f"{built.name}.suppliers.csv", SUPPLIER_COLUMNS, supplier_rows(built)))
    return written


def tabled(path: Path, heading: tuple[str, ...], rows: Iterable[list[object]]) -> Path:
    write_csv(path, heading, rows)
    return path


def copied(built: Built, out: Path) -> list[Path]:
    """The payments as they were read, and what was rejected of payments and of notices."""
    written = []
    if built.read.spending is not None:
        for name in ("payments.parquet", "rejects.csv"):
            source = built.read.spending.path.parent / name
            if source.is_file():
                shutil.copyfile(source, out / f"{built.name}.{name}")
                written.append(out / f"{built.name}.{name}")
    if built.read.notices is not None and built.read.notices.rejects.num_rows:
        table = built.read.notices.rejects
        rows = (list(row.values()) for row in table.to_pylist())
        written.append(tabled(out / f"{built.name}.rejected_notices.csv", tuple(table.column_names), rows))
    return written


def put(path: Path, text: str) -> Path:
    """Write a text whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return path


def figure_rows(figures: Iterable[Figure]) -> Iterable[list[object]]:
    """Every line of every figure, with how many rows surely and perhaps stand behind it."""
    for figure in figures:
        behind = Counter(figure.units.tolist())
        for line in figure.lines:
            rows = [sum(behind[unit] for unit in units) for units in (line.certain, line.possible)]
            about = [figure.name, figure.definition, line.group, line.measure, line.unit]
            yield [*about, line.low, line.high, line.known, line.likely, *rows]


def supplier_rows(built: Built) -> Iterable[list[object]]:
    """Every supplier, what it may be and how that is known; persons are under the names that they were given."""
    from ..suppliers.kinds import kind_of

    matched = {match.key: match for match in built.matches.matched} if built.matches else {}
    for key, facts in sorted(built.read.suppliers.items()):
        judged, match = kind_of(facts), matched.get(key)
        how: list[object] = [match.method, match.score, match.source] if match else [None, None, None]
        postcode = facts.registered_postcode or facts.paid_postcode
        yield [facts.name, "|".join(sorted(judged.possible)), judged.by, facts.company_number, facts.charity_number, postcode, *how]
