"""Place files as validated places, and the sources they cite."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from .checks import validate
from .errors import Problem, nearest, shown
from .evidence import table as evidence_table
from .files import read
from .schema import Place


@lru_cache(maxsize=16)
def validated_place(path: Path, where: str, stamp: tuple[int, int]) -> tuple[Place | None, tuple[Problem, ...]]:
    """A place file as a place, or None and what is wrong with it; `stamp` tells a changed file from the one remembered."""
    raw = read(path).raw
    place, problems = validate(Place, raw, lambda key: (where, key))
    problems += source_problems(raw.get("sources"), where)
    return (None if problems else place), tuple(problems)


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
