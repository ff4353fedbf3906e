"""Mistakes in scenario and place files and in clauses, worded for the person who wrote them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake: the file it stands in, the key, what was found there and what is accepted."""

    where: str
    key: str
    text: str
    got: str | None = None
    accepts: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        line = f"{self.where}: {self.key}: {self.text}" if self.key else f"{self.where}: {self.text}"
        if self.got is not None:
            line += f", got {self.got}"
        if self.accepts:
            line += f"; takes {self.accepts}"
        if self.nearest:
            line += f"; did you mean {self.nearest!r}?"
        return " ".join(line.split())


class ScenarioError(Exception):
    """A scenario or place that cannot be used. `problems` lists every mistake found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple:
        return type(self), (self.problems,)


class ClauseError(RuntimeError):
    """A clause that cannot be used, or one of its hooks that went wrong in a run; the error behind it is the cause."""


@dataclass(frozen=True)
class Flaw:
    """A mistake inside a table, found by the table itself: `loc` leads from the table to the value."""

    loc: tuple[str | int, ...]
    text: str
    got: str | None = None
    accepts: str | None = None
    nearest: str | None = None


class Inconsistent(ValueError):
    """Values that are each well formed but do not fit together; raised by the models with all the flaws they see."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws: tuple[Flaw, ...] = tuple(flaws)
        super().__init__("; ".join(f"{'.'.join(map(str, f.loc))}: {f.text}" if f.loc else f.text for f in self.flaws))


def nearest(name: object, choices: Iterable[str]) -> str | None:
    """The choice that looks most like `name`, or None when none comes near."""
    lowered, asked = {choice.lower(): choice for choice in choices}, str(name).lower()
    found = difflib.get_close_matches(asked, lowered, n=1, cutoff=0.6)
    swapped = [choice for choice in lowered if sorted(choice) == sorted(asked)]  # of short words difflib sees too little: tyni, tiny
    return lowered[(found or swapped)[0]] if found or swapped else None


def nearest_key(key: str, choices: Iterable[str]) -> str | None:
    """The dotted key most like `key` among those that begin as it does, or as it seems to mean to: a key that begins as none does is no
    slip of the pen."""
    known = list(choices)
    if key not in known and (ends := [choice for choice in known if choice.endswith(f".{key}")]):
        return ends[0]  # it lacks the name of its table
    first, _, rest = key.partition(".")
    roots = dict.fromkeys(choice.partition(".")[0] for choice in known)
    root = first if first in roots else nearest(first, roots)
    below = [choice.partition(".")[2] for choice in known if choice.partition(".")[0] == root]
    found = nearest(rest, below)
    return f"{root}.{found}" if found else root if root != first else None


def listed(names: Iterable[object], most: int = 16) -> str:
    """Names as a list for a message; a long one is cut and counted."""
    texts = [str(name) for name in names]
    if len(texts) <= most:
        return ", ".join(texts)
    return f"{', '.join(texts[:most])} … ({len(texts)} in all)"


def choice_of(names: Iterable[object], hint: str | None = None) -> str | None:
    """`one of: …`; nothing when there are too many to read and a hint says enough."""
    texts = [str(name) for name in names]
    return None if not texts or (hint and len(texts) > 16) else f"one of: {listed(texts)}"


def shown(value: object, width: int = 60) -> str:
    """A value as the reader of a message should see it, on one line and not too long."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def unknown(loc: tuple[str | int, ...], what: str, name: str, choices: Iterable[str]) -> Flaw:
    """The flaw of a name that refers to nothing."""
    choices = list(choices)
    hint = nearest(name, choices)
    return Flaw(loc, f"is not a {what}", shown(name), choice_of(choices, hint), hint)
