"""Which numbers a source can name, set or not: a key that none can have is a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from .clauses import clause_names, clause_settings
from .errors import ScenarioError
from .parameters import Parameters
from .paths import bare, fits, is_table
from .policy import Policy
from .rules import Rules


def can_name(pattern: str, months: Iterable[str]) -> bool:
    """Whether a key of [sources] fits some number. Those of the place are passed over: an override may ask for another one."""
    if pattern.startswith("place.") or _names_fixed(pattern, months := tuple(months)):
        return True
    return any(fits(pattern, key) for key in _of_policy(_of_clauses(), _dates(months)))


@lru_cache(maxsize=4096)
def _names_fixed(pattern: str, months: tuple[str, ...]) -> bool:
    """The same for numbers that do not hang on which clauses there are: a sweep asks of every point."""
    return any(fits(pattern, key) for key in _fixed(_dates(months)))


def source_keys(months: Iterable[str]) -> Iterator[str]:
    """The keys; those of clauses come last, since their files must be read for them."""
    dates = _dates(months)
    yield from _fixed(dates)
    yield from _of_policy(_of_clauses(), dates)


def _dates(months: Iterable[str]) -> list[str]:
    return [f"timeline.{month}" for month in dict.fromkeys(months)]


def _fixed(dates: list[str]) -> Iterator[str]:
    yield from (f"parameters.{name}" for name in Parameters.model_fields)
    yield from (f"rules.{name}" for name in Rules.model_fields)
    yield from (f"{date}.size" for date in dates)
    yield from _of_policy(_plain(), dates)


def _of_policy(keys: Iterable[str], dates: list[str]) -> Iterator[str]:
    for key in keys:
        yield from (f"{before}.{key}" for before in ("policy", *dates))


def _plain() -> Iterator[str]:
    for name, field in Policy.model_fields.items():
        kind, _ = bare(field)
        yield from (f"{name}.{inner}" for inner in kind.model_fields) if is_table(kind) else [name]


def _of_clauses() -> Iterator[str]:
    for name in clause_names():
        yield f"clauses.{name}.above"
        try:
            yield from (f"clauses.{name}.settings.{setting}" for setting in clause_settings(name))
        except ScenarioError:  # a clause declared wrongly is told to who uses it
            continue
