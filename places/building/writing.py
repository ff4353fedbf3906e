"""A built place on the disk: its file, the sweep over what is unknown, and the tables behind its figures, in one folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..safe_csv import write_csv
from .build import Built
from .unknowns import sweep_text

FIGURE_COLUMNS = (*("figure", "definition", "group", "measure", "unit", "low", "high", "known", "likely", "rows", "rows_perhaps"),)


def write(built: Built, out: Path, tables: bool = True) -> list[Path]:
    """Write NAME.toml and, with `tables`, NAME.unknowns.toml, figures.csv, payments, suppliers and rejects; the paths that were written."""
    out.mkdir(parents=True, exist_ok=True)
    place, sweep = out / f"{built.name}.toml", out / f"{built.name}.unknowns.toml"
    written = [put(place, built.text)]
    if tables:
        written.append(put(sweep, sweep_text(place.name, built.place["title"], built.place, built.data.unknown)))
        path = out / "figures.csv"
        write_csv(path, FIGURE_COLUMNS, figure_rows(built))
        written.append(path)
        written += copied(built, out)
        if built.read.suppliers:
            path = out / "suppliers.csv"
            write_csv(path, SUPPLIER_COLUMNS, supplier_rows(built))
            written.append(path)
    return written


def copied(built: Built, out: Path) -> list[Path]:
    """The payments as they were read, and what was rejected of payments and of notices."""
    written = []
    if built.read.spending is not None:
        for name in ("payments.parquet", "rejects.csv"):
            source = built.read.spending.path.parent / name
            if source.is_file():
                shutil.copyfile(source, out / name)
                written.append(out / name)
    if built.read.notices is not None and built.read.notices.rejects.num_rows:
        table = built.read.notices.rejects
        write_csv(out / "rejected_notices.csv", table.column_names, (list(row.values()) for row in table.to_pylist()))
        written.append(out / "rejected_notices.csv")
    return written


def put(path: Path, text: str) -> Path:
    """Write a text whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def figure_rows(built: Built) -> Iterable[list[object]]:
    """Every line of every figure."""
    for figure in built.figures:
        table = figure.table()
        table = table.astype(object).where(table.notna(), None)
        yield from table[list(FIGURE_COLUMNS)].to_numpy().tolist()


SUPPLIER_COLUMNS = ("supplier", "kinds", "kind_by", "company_number", "charity_number", "postcode", "matched_by", "score", "matched_row")


def supplier_rows(built: Built) -> Iterable[list[object]]:
    """Every supplier, what it may be and how that is known; persons are under the names that they were given."""
    from ..suppliers.kinds import kind_of

    matched = {match.key: match for match in built.matches.matched} if built.matches else {}
    for key, facts in sorted(built.read.suppliers.items()):
        judged, match = kind_of(facts), matched.get(key)
        how: list[object] = [match.method, match.score, match.source] if match else [None, None, None]
        postcode = facts.registered_postcode or facts.paid_postcode
        yield [facts.name, "|".join(sorted(judged.possible)), judged.by, facts.company_number, facts.charity_number, postcode, *how]
