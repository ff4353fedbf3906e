"""The contract rules there are, and the settings of each: value, unit, accepted range and the one source it rests on.

A rule is a class in a file of model/clauses/, or an entry point of the group `changemaking.clauses`; it declares its
settings in the class attribute `numbers`. Scenarios stand below the model, so the files are read as text, not imported;
an entry point is loaded only when a scenario names it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
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


@cache
def clause_settings(name: str) -> Settings:
    """The settings of a clause by name. Raises KeyError for an unknown clause, ScenarioError for one declared wrongly."""
    path = FOLDER / f"{name}.py"
    if name not in clause_names():
        raise KeyError(name)
    entry = None if path.is_file() else next(entry for entry in entry_points(group=GROUP) if entry.name == name)
    try:
        return declared(_numbers(ast.parse(path.read_text(encoding="utf-8"))) if entry is None else entry.load().numbers)
    except (ValueError, TypeError, SyntaxError, ImportError, AttributeError) as error:
        raise ScenarioError([Problem(str(path) if entry is None else entry.value, "", f"the clause {name} is faulty: {error}")]) from None


def _numbers(tree: ast.Module) -> dict[str, Any]:
    """What a class of a file assigns to `numbers`; nothing if none does. Raises ValueError if it is more than numbers and text."""
    for node in (inner for outer in tree.body if isinstance(outer, ast.ClassDef) for inner in outer.body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id == "numbers":
                return dict(ast.literal_eval(node.value))
    return {}
