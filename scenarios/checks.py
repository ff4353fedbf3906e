"""From a table as read to a validated model, or to every mistake in it, worded for the person who wrote it.

Validation is strict: text is not a number and 1 is not true. A model looks at how its values fit together only when each
value alone is right; so that one bad value does not hide another mistake, the bad one is replaced and the table looked
at again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, Literal, TypeVar, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .errors import Flaw, Inconsistent, Problem, choice_of, listed, nearest, shown
from .paths import Loc, at, bare, is_table, label

Model = TypeVar("Model", bound=BaseModel)
Where = Callable[[str], tuple[str, str]]
"""From a dotted key inside a table to the file it stands in and the key as written there."""

REPAIRED = "(repaired)"  # stands in for a name that was refused; whatever is then said about it is not the writer's mistake


def validate(model: type[Model], raw: dict[str, Any], where: Where) -> tuple[Model | None, list[Problem]]:
    """The model made of a table, or None and every problem found in it."""
    data = raw
    problems: dict[Problem, None] = {}
    repaired: list[Loc] = []
    for _ in range(6):
        try:
            made = model.model_validate_json(json.dumps(data, default=_plain), strict=True)
            return (None if problems else made), list(problems)
        except ValidationError as error:
            errors = [found for found in error.errors(include_url=False) if not _only_counts_the_right(found)]
        data = deepcopy(raw) if data is raw else data  # only what is wrong is repaired, and so copied
        for found in errors:
            if not _follows_from(repaired, found):
                problems.update(dict.fromkeys(_problems(model, data, found, where, repaired)))
        fixed = [found["loc"] for found in errors if _repair(data, model, found)]
        if not fixed:
            break
        repaired += fixed
    if hasattr(model, "flaws"):
        seen = [*repaired, *(found["loc"] for found in errors)]
        flaws = [flaw for flaw in _loose(model, data).flaws() if not _said(flaw, seen)]
        problems.update(dict.fromkeys(_flawed(data, flaws, (), where)))
    return None, list(problems)


def _said(flaw: Flaw, seen: list[Loc]) -> bool:
    """Whether a flaw is about a value that was refused already, or shows one that was put in its place."""
    return any(loc == flaw.loc or (flaw.got is not None and loc[: len(flaw.loc)] == flaw.loc) for loc in seen)


def _loose(kind: Any, value: Any) -> Any:
    """A table as its model without any check; what is missing or of the wrong kind becomes something empty."""
    kind, _ = bare(kind)
    if is_table(kind):
        given = value if isinstance(value, dict) else {}
        fields = kind.model_fields.items()
        return kind.model_construct(**{name: _loose(field, given[name]) if name in given else _absent(field) for name, field in fields})
    if get_origin(kind) is tuple:
        return tuple(_loose(get_args(kind)[0], item) for item in value) if isinstance(value, list) else ()
    if get_origin(kind) is dict:
        return value if isinstance(value, dict) else {}
    if kind in (int, float):
        return value if isinstance(value, int | float) else 0
    return value if isinstance(value, str | bool) else REPAIRED


def _absent(field: FieldInfo) -> Any:
    return _loose(field, None) if field.is_required() else field.get_default(call_default_factory=True)


def _flawed(data: dict, flaws: Iterable[Flaw], loc: Loc, where: Where) -> list[Problem]:
    found = []
    for flaw in flaws:
        if REPAIRED not in f"{flaw.got} {flaw.text}":
            file, key = where(label(data, (*loc, *flaw.loc)))
            found.append(Problem(file, key, flaw.text, flaw.got, flaw.accepts, flaw.nearest))
    return found


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def _only_counts_the_right(error: Mapping[str, Any]) -> bool:
    """Whether a list is called too short though it is not: pydantic counts the right items, and says of the others what is wrong."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _follows_from(repaired: list[Loc], error: Mapping[str, Any]) -> bool:
    """Whether an error may be the doing of a repair: a sum over a table in which a value was replaced."""
    if error["type"] != "value_error" or _flaws(error):
        return False
    loc = error["loc"]
    return any(done[: len(loc)] == loc for done in repaired)


def _flaws(error: Mapping[str, Any]) -> tuple[Flaw, ...]:
    cause = error.get("ctx", {}).get("error")
    return cause.flaws if isinstance(cause, Inconsistent) else ()


def _problems(model: type[BaseModel], data: dict, error: Mapping[str, Any], where: Where, repaired: list[Loc]) -> list[Problem]:
    loc, kind = error["loc"], error["type"]
    if kind == "value_error":
        if flaws := _flaws(error):
            fresh = [flaw for flaw in flaws if not _said(Flaw((*loc, *flaw.loc), flaw.text, flaw.got), repaired)]
            return _flawed(data, fresh, loc, where)
        file, key = where(label(data, loc))
        return [Problem(file, key, str(error["ctx"]["error"]))]
    file, key = where(label(data, loc))
    if kind == "extra_forbidden":
        table, _ = bare(at(model, loc[:-1])) if loc[:-1] else (model, [])
        names = list(table.model_fields) if is_table(table) else []
        hint = nearest(loc[-1], names)
        return [Problem(file, key, "unknown key", None, choice_of(names, hint), hint)]
    field = at(model, loc)
    takes = describe(field)
    if isinstance(field, FieldInfo) and field.examples:
        takes += f", for example {shown(field.examples[0])}"
    if kind == "missing":
        return [Problem(file, key, "missing", None, takes)]
    got = error["input"]
    choices = choices_of(at(model, loc))
    return [Problem(file, key, "is not accepted", shown(got), takes, nearest(got, choices) if isinstance(got, str) else None)]


def choices_of(kind: Any) -> list[str]:
    """The words a field takes, when it takes only certain ones."""
    kind, _ = bare(kind)
    return [str(choice) for choice in get_args(kind)] if get_origin(kind) is Literal else []


def _bounds(rules: list[Any]) -> tuple[Any, Any]:
    low = next((r for r in rules if isinstance(r, Ge | Gt)), None)
    high = next((r for r in rules if isinstance(r, Le | Lt)), None)
    return low, high


def describe(kind: Any) -> str:
    """In words, what a field takes: `a number from 0 to 1`, `one of: fixed price, cost-plus`."""
    if kind is None:
        return ""
    kind, rules = bare(kind)
    if choices := choices_of(kind):
        return f"one of: {listed(choices)}"
    if kind in (int, float):
        low, high = _bounds(rules)
        text = "a whole number" if kind is int else "a number"
        if low is not None:
            text += f" from {low.ge:g}" if isinstance(low, Ge) else f" above {low.gt:g}"
        if high is not None:
            text += f" to {high.le:g}" if isinstance(high, Le) else f" below {high.lt:g}"
        return text
    if kind is bool:
        return "true or false"
    if kind is str:
        if any(getattr(rule, "pattern", None) for rule in rules):
            return "a month written as text, YYYY-MM"
        least = next((rule.min_length for rule in rules if isinstance(rule, MinLen)), 0)
        return f"text of at least {least} characters" if least > 1 else "text"
    if is_table(kind):
        return f"a table with {listed(kind.model_fields)}"
    if get_origin(kind) in (tuple, list):
        args = get_args(kind)
        if Ellipsis not in args and len(args) > 1:
            return f"{len(args)} values: {', '.join(describe(arg) for arg in args)}"
        least = next((r.min_length for r in rules if isinstance(r, MinLen | MaxLen) and hasattr(r, "min_length")), 0)
        text = describe(args[0])
        inner = text if text.startswith("one of") else text.removeprefix("a ")
        return f"a list of {f'at least {least} ' if least else ''}({inner})"
    return "a table" if get_origin(kind) is dict else "any value"


def _sample(kind: Any) -> Any:
    """A value that a field accepts; None when that is not for us to make up."""
    kind, rules = bare(kind)
    if choices := choices_of(kind):
        return choices[0]
    if kind is bool:
        return False
    if kind in (int, float):
        low, high = _bounds(rules)
        if low is not None:
            return low.ge if isinstance(low, Ge) else low.gt + 1
        return 0 if high is None else min(0, getattr(high, "le", 0))
    if kind is str:
        return "2000-01" if any(getattr(rule, "pattern", None) for rule in rules) else REPAIRED
    return None


def _repair(data: Any, model: type[BaseModel], error: Mapping[str, Any]) -> bool:
    """Put something acceptable in the place of a refused value, or take away an unknown key. True when done."""
    loc: Loc = error["loc"]
    if not loc or error["type"] == "value_error":
        return False
    here: Any = data
    for step in loc[:-1]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return False
    if error["type"] == "extra_forbidden":
        return isinstance(here, dict) and here.pop(loc[-1], REPAIRED) is not REPAIRED
    value = _sample(at(model, loc))
    if value is None or not isinstance(here, dict | list):
        field = at(model, loc)
        if isinstance(here, dict) and isinstance(field, FieldInfo) and not field.is_required() and loc[-1] in here:
            del here[loc[-1]]
            return True
        return False
    here[loc[-1]] = value  # type: ignore[index]
    return True
