"""The contract rules there are, and the settings of each: value, unit, accepted range and the one source it rests on.

A rule is a class in a file of model/clauses/, or an entry point of the group `changemaking.clauses`; it declares its
settings in the class attribute `numbers`. Scenarios stand below the model, so the files are read as text, not imported;
an entry point is loaded only when a scenario names it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

from .defaults import ShippedParameter
from .errors import Problem, ScenarioError

FOLDER = Path(__file__).parent.parent / "model" / "clauses"
GROUP = "changemaking.clauses"


class Setting(ShippedParameter):
    """A number of a clause: its usual value, the range a scenario may choose from, and its source as for a parameter."""

    unit: str = Field(min_length=1)
    accepts: tuple[float, float] = Field(description="Lowest and highest value that a scenario may give")
    whole: bool = Field(default=False, description="Whole numbers only, such as months")

    @model_validator(mode="after")
    def _accepts_what_is_plausible(self) -> Setting:
        for value in (self.value, *(self.plausible or ())):
            if not self.takes(value):
                raise ValueError(f"{value:g} lies outside what it accepts: {self.described}")
        return self

    def takes(self, value: float) -> bool:
        low, high = self.accepts
        return low <= value <= high and (not self.whole or value == int(value))

    @property
    def described(self) -> str:
        """In words, what it takes."""
        return f"a {'whole ' if self.whole else ''}number from {self.accepts[0]:g} to {self.accepts[1]:g}"


Settings = Mapping[str, Setting]


def declared(numbers: Mapping[str, Any]) -> Settings:
    """The settings that a clause declares, checked. Raises ValueError, worded for the author of the clause."""
    found = {}
    for name, row in numbers.items():
        try:
            found[name] = Setting.model_validate(row)
        except ValidationError as error:
            said = "; ".join(f"{'.'.join(map(str, e['loc']))} {e['msg'].removeprefix('Value error, ')}".strip() for e in error.errors())
            raise ValueError(f"numbers.{name}: {said}") from None
    return MappingProxyType(found)


@cache
def clause_names() -> tuple[str, ...]:
    """The names of all clauses there are, in the order of the alphabet."""
    files = {path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_")}
    return tuple(sorted(files | {entry.name for entry in entry_points(group=GROUP)}))


@dataclass(frozen=True)
class Company:
    """What a clause may stand with, as its class declares it; scenarios/contradictions.py holds policies to it.

    One of `needs` must be named too (a clause, or "company": a project company between buyer and provider); none of
    `excludes` may be; `share` of all clauses of a `pot` may add to 1 at most; settings `within_term` are months of the term;
    `needs_residents` wants people who take part.
    """

    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    pot: str = ""
    within_term: tuple[str, ...] = ()
    needs_residents: bool = False


def clause_settings(name: str) -> Settings:
    """The settings of a clause by name. Raises KeyError for an unknown clause, ScenarioError for one declared wrongly."""
    return _declared(name)[0]


def clause_company(name: str) -> Company:
    """What a clause may stand with. Raises as `clause_settings` does."""
    return _declared(name)[1]


@cache
def _declared(name: str) -> tuple[Settings, Company]:
    path = FOLDER / f"{name}.py"
    if name not in clause_names():
        raise KeyError(name)
    entry = None if path.is_file() else next(entry for entry in entry_points(group=GROUP) if entry.name == name)
    wanted = ("numbers", *(f.name for f in fields(Company)))
    try:
        if entry is None:
            found = _literals(ast.parse(path.read_text(encoding="utf-8")), wanted)
        else:
            loaded = entry.load()
            found = {attribute: getattr(loaded, attribute) for attribute in wanted if hasattr(loaded, attribute)}
        settings, company = declared(found.pop("numbers", {})), Company(**found)
        for attribute in ("needs", "excludes", "within_term"):
            if not isinstance(value := getattr(company, attribute), tuple) or not all(isinstance(word, str) for word in value):
                raise ValueError(f"{attribute} must be a tuple of names, got {value!r}")
        if missing := [word for word in (*company.within_term, *(["share"] if company.pot else [])) if word not in settings]:
            raise ValueError(f"numbers has no {', '.join(missing)}")
    except (ValueError, TypeError, SyntaxError, ImportError, AttributeError) as error:
        raise ScenarioError([Problem(str(path) if entry is None else entry.value, "", f"the clause {name} is faulty: {error}")]) from None
    return settings, company


def _literals(tree: ast.Module, wanted: tuple[str, ...]) -> dict[str, Any]:
    """What a class of a file assigns to these names. Raises ValueError if it is more than numbers and text."""
    found: dict[str, Any] = {}
    for node in (inner for outer in tree.body if isinstance(outer, ast.ClassDef) for inner in outer.body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id in wanted:
                found[target.id] = ast.literal_eval(node.value)
    return found
