"""Dotted keys into nested tables: `services.leisure.volatility` finds the service named leisure in a list.

Items of a list are addressed by name (or by position from 0). An item without a name of its own goes by what tells it
apart: a firm group `sme/Preston/construction`, supply shares `large/local`, a budget line by its service, a dated change
by its month. `*` stands for any name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .errors import Flaw, choice_of, nearest

Loc = tuple[str | int, ...]


def item_name(item: object) -> str | None:
    """What an item of a list is called in a dotted key; None when only its position tells."""
    if not isinstance(item, Mapping):
        return None
    for keys in (("name",), ("service",), ("kind", "home", "sector"), ("kind", "home"), ("month",)):
        if all(isinstance(item.get(key), str) for key in keys):
            return "/".join(item[key] for key in keys)
    return None


def label(raw: object, loc: Loc) -> str:
    """The dotted key of a location, list items by name."""
    parts: list[str] = []
    here = raw
    for step in loc:
        try:
            here = here[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            here = None
        parts.append(item_name(here) or str(step) if isinstance(step, int) else str(step))
    return ".".join(parts)


def bare(kind: Any) -> tuple[Any, list[Any]]:
    """A type without Annotated and without `| None`, and the constraints that came with it."""
    rules: list[Any] = []
    while True:
        if isinstance(kind, FieldInfo):
            rules += [kind, *kind.metadata]
            kind = kind.annotation
        elif get_origin(kind) is Annotated:
            for rule in kind.__metadata__:
                rules += [rule, *rule.metadata] if isinstance(rule, FieldInfo) else [rule]
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, UnionType):
            kind = next(arg for arg in get_args(kind) if arg is not NoneType)
        else:
            return kind, rules


def is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def below(kind: Any, step: str | int) -> Any:
    """The type one step further down, or None where the schema has nothing."""
    kind, _ = bare(kind)
    if is_table(kind):
        return kind.model_fields.get(str(step))
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) in (tuple, list):
        args = get_args(kind)
        return args[step] if isinstance(step, int) and Ellipsis not in args and step < len(args) else args[0]
    return None


def at(kind: Any, loc: Loc) -> Any:
    """The type at a location, or None."""
    for step in loc:
        kind = below(kind, step) if kind is not None else None
    return kind


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", text)))


def fits(pattern: str, key: str) -> bool:
    """Whether a key matches a pattern in which `*` stands for anything."""
    return _pattern(pattern).fullmatch(key) is not None


def best(patterns: Mapping[str, Any], key: str) -> str | None:
    """The most specific pattern that matches a key: the one with the most literal characters."""
    found = [pattern for pattern in patterns if fits(pattern, key)]
    return max(found, key=lambda p: (len(p.replace("*", "")), -p.count("*"), p), default=None)


class NotThere(LookupError):
    """A dotted key that leads nowhere; `flaw` says where it stopped and what stands there."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.text)
        self.flaw = flaw


def find(raw: Any, kind: Any, key: str, done: Loc = ()) -> list[Loc]:
    """Every location a dotted key means. Raises NotThere when it means none."""
    if not key:
        return [done]
    kind, _ = bare(kind)
    step, _, rest = key.partition(".")
    if is_table(kind):
        names = list(kind.model_fields)
        steps = [(name, rest) for name in names if fits(step, name)]
    elif get_origin(kind) is dict:
        names, steps = [], [(key, "")]
    elif get_origin(kind) in (tuple, list) and isinstance(raw, list):
        names = [item_name(item) or str(i) for i, item in enumerate(raw)]
        whole = [(i, key[len(name) + 1 :]) for i, name in enumerate(names) if key == name or key.startswith(name + ".")]
        steps = whole or [(i, rest) for i, name in enumerate(names) if fits(step, name) or step == str(i)]
    else:
        raise NotThere(Flaw(done, f"has no key {step!r} below it"))
    if not steps:
        hint = nearest(step, names)
        raise NotThere(Flaw(done, f"has no {step!r}", None, choice_of(names, hint), hint))
    found: list[Loc] = []
    missed: NotThere | None = None
    for name, left in steps:
        inner = raw.get(name) if isinstance(raw, Mapping) else raw[name] if isinstance(raw, list) else None
        try:
            found += find(inner, below(kind, name), left, (*done, name))
        except NotThere as error:
            missed = error
    if not found and missed:
        raise missed
    return found


def assign(raw: dict, kind: Any, key: str, value: object) -> list[Loc]:
    """Set a dotted key, in place, and say which locations were set. Raises NotThere."""
    locations = find(raw, kind, key)
    for loc in locations:
        here: Any = raw
        for step in loc[:-1]:
            if isinstance(here, dict) and not isinstance(here.get(step), dict | list):
                here[step] = {}
            here = here[step]
        if isinstance(here, dict | list):  # else it is of the wrong kind, which validation will say
            here[loc[-1]] = deepcopy(value)  # type: ignore[index]
    return locations


def broad_first(keys: Mapping[str, object]) -> list[str]:
    """Keys in the order in which to apply them: the broad before the narrow, so that the order of writing never matters."""
    return sorted(keys, key=lambda key: (key.count("."), -key.count("*"), key))


def flat(table: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested tables as dotted keys."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            found.update(flat(value, f"{before}{key}."))
        else:
            found[f"{before}{key}"] = value
    return found


def numbers(raw: object, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every number in nested tables with its dotted key; a list of numbers counts as one."""
    if isinstance(raw, bool) or raw is None or isinstance(raw, str):
        return
    if isinstance(raw, int | float):
        yield before, raw
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from numbers(value, f"{before}.{key}" if before else str(key))
    elif isinstance(raw, list | tuple):
        if raw and all(isinstance(item, int | float) and not isinstance(item, bool) for item in raw):
            yield before, raw
        else:
            for i, item in enumerate(raw):
                yield from numbers(item, f"{before}.{item_name(item) or i}")


def copied(raw: Any) -> Any:
    """Tables and lists anew, as `deepcopy` would, but faster: what TOML holds has no loops, and its values do not change."""
    if isinstance(raw, dict):
        return {key: copied(value) for key, value in raw.items()}
    return [copied(value) for value in raw] if isinstance(raw, list) else raw


def merge(into: dict[str, Any], table: Mapping[str, Any]) -> None:
    """Lay a table over another, in place and deeply; lists are replaced."""
    for key, value in table.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = deepcopy(value)


def has(raw: Any, key: str) -> bool:
    """Whether a table gives a dotted key (a list counts for all that is in it)."""
    for step in key.split("."):
        if isinstance(raw, list):
            return True
        if not isinstance(raw, dict) or step not in raw:
            return False
        raw = raw[step]
    return True
