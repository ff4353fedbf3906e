"""Place files as validated places, and the sources they cite."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from .checks import validate
from .errors import Problem, ScenarioError, nearest, shown
from .evidence import table as evidence_table
from .files import File, locate, read
from .place_data import PlaceData
from .schema import Place

DATA = "data"  # the table that says what a place was built from, which is no part of the place


@lru_cache(maxsize=16)
def validated_place(path: Path, where: str, stamp: tuple[int, int]) -> tuple[Place | None, tuple[Problem, ...]]:
    """A place file as a place, or None and what is wrong with it; `stamp` tells a changed file from the one remembered."""
    raw = read(path).raw
    place, problems = validate(Place, without_data(raw), lambda key: (where, key))
    problems += source_problems(raw.get("sources"), where)
    problems += place_data(raw, where)[1] if DATA in raw else []
    return (None if problems else place), tuple(problems)


def without_data(raw: dict[str, Any]) -> dict[str, Any]:
    """A place file's tables without [data]."""
    return {key: value for key, value in raw.items() if key != DATA}


def place_data(raw: dict[str, Any], where: str) -> tuple[PlaceData | None, list[Problem]]:
    """The [data] of a place file, or None and what is wrong with it."""
    table = raw.get(DATA)
    if not isinstance(table, dict):
        got = None if table is None else shown(table)
        return None, [Problem(where, DATA, "missing" if table is None else "is not accepted", got, "a table, written [data]")]
    return validate(PlaceData, table, lambda key: (where, f"{DATA}.{key}" if key else DATA))


def load_place_data(name_or_path: str | Path) -> tuple[File, PlaceData]:
    """A place file, by shipped name or path, as read, and its [data]. Raises ScenarioError with every mistake in that table."""
    file = read(locate("place", name_or_path))
    made, problems = place_data(file.raw, file.where)
    if made is None:
        raise ScenarioError(problems)
    return file, made


def source_problems(raw: object, where: str) -> list[Problem]:
    """Sources that cite evidence there is not, or that cannot be cited."""
    found = []
    for key, note in raw.items() if isinstance(raw, dict) else ():
        cited = note.get("evidence") if isinstance(note, dict) else None
        if not isinstance(cited, str):
            continue
        at = f"sources.{key}.evidence"
        if cited not in evidence_table():
            found.append(Problem(where, at, "is not an evidence id", shown(cited), None, nearest(cited, evidence_table())))
        elif not evidence_table()[cited].citable:
            text = "is a number from memory, which cannot be cited as a fact: give an assumed range and name it in the note"
            found.append(Problem(where, at, text, shown(cited)))
    return found
