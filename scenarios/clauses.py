"""The contract rules there are, and the settings of each: value, unit, accepted range and the one source it rests on.

A rule is a class in a file of model/clauses/, or an entry point of the group `changemaking.clauses`; it declares its
settings in the class attribute `numbers`. Scenarios stand below the model, so the files are read as text, not imported;
an entry point is loaded only when a scenario names it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

from .defaults import ShippedParameter
from .errors import Problem, ScenarioError, nearest

FOLDER = Path(__file__).parent.parent / "model" / "clauses"
BASE = FOLDER / "__init__.py"  # where the class Clause is
GROUP = "changemaking.clauses"
GIVEN = ("declared", "defaults", "name")  # attributes of a clause that its author does not write
COMPANY = "company"  # in `needs`: a project company between buyer and provider


class Setting(ShippedParameter):
    """A number of a clause: its usual value, the range a scenario may choose from, and its source as for a parameter.

    `title` is what people call it, `help` a sentence on what it does, for pages; a clause without them is shown by its names.
    """

    title: str = ""
    help: str = ""
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
    if not isinstance(numbers, Mapping):
        raise ValueError(f"numbers must be a table of settings, {{name: {{...}}}}, got {numbers!r}")
    for name, row in numbers.items():
        if not isinstance(row, Mapping | Setting):
            raise ValueError(f"numbers.{name}: must be a table with value, unit, accepts, note, and evidence or assumed, got {row!r}")
        try:
            found[name] = Setting.model_validate(row)
        except ValidationError as error:
            said = "; ".join(f"{'.'.join(map(str, e['loc']))} {e['msg'].removeprefix('Value error, ')}".strip() for e in error.errors())
            raise ValueError(f"numbers.{name}: {said}") from None
    return MappingProxyType(found)


def check_names(methods: Iterable[str], attributes: Iterable[str], settings: Iterable[str]) -> None:
    """Refuse names in a clause that nothing would ever look at, or that stand for two things. Raises ValueError for the first."""
    hooks, known, helpers = _base()
    written = [name for name in known if name not in GIVEN]
    methods, attributes = list(methods), list(attributes)
    for name in (*methods, *attributes):
        if name.startswith("on_") and name not in hooks:
            raise ValueError(f"{name} is no hook, and would never be called; hooks are: {', '.join(hooks)}{_meant(name, hooks)}")
    for name in attributes:
        if not name.startswith(("_", "on_")) and name not in known:
            raise ValueError(
                f"{name} is no attribute of a clause; a number belongs in numbers, and a constant of your own outside the class or under "
                f"the name _{name}; attributes are: {', '.join(written)}{_meant(name, written)}"
            )
    for name in settings:
        if name in (*hooks, *known, *helpers, *methods, *attributes, "settings"):
            kind = "a hook" if name in hooks else "an attribute" if name in (*known, *attributes, "settings") else "a method"
            raise ValueError(f"numbers.{name}: {name} is {kind} of the clause already; give the setting another name")


def _meant(name: str, choices: Iterable[str]) -> str:
    hint = nearest(name, choices)
    return f"; did you mean {hint!r}?" if hint else ""


@cache
def _base() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What the class Clause has, read from its text, so that a clause need not be run to be checked: hooks, attributes, other methods."""
    body = next(node.body for node in _parsed(BASE).body if isinstance(node, ast.ClassDef) and node.name == "Clause")
    methods = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    attributes = [node.target.id for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    hooks = tuple(name for name in methods if name.startswith("on_"))
    return hooks, tuple(attributes), tuple(name for name in methods if name not in hooks)


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path.name)


@cache
def clause_names() -> tuple[str, ...]:
    """The names of all clauses there are, in the order of the alphabet."""
    files = {path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_")}
    return tuple(sorted(files | {entry.name for entry in entry_points(group=GROUP)}))


@dataclass(frozen=True)
class Company:
    """What a clause may stand with, as its class declares it; scenarios/contradictions.py holds policies to it.

    One of `needs` must be named too (a clause, or "company": a project company between buyer and provider); none of
    `excludes` may be; `share` of all clauses of a `pot` may add to 1 at most; settings `within_term` are months that must
    leave part of the term; `needs_residents` wants people who take part; contracts that run no service are without one that is
    `operation_only`. What follows is noted, not refused: contracts paid by none of its `payments` are without it; it does something
    only with one of the settings `any_of` above 0, and hardly with the first of `no_more` above the second; what it does by the month
    it does after each `every` months of delivery.
    """

    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    pot: str = ""
    within_term: tuple[str, ...] = ()
    needs_residents: bool = False
    operation_only: bool = False
    payments: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    no_more: tuple[str, ...] = ()
    every: int = 0


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
    entries = [entry for entry in entry_points(group=GROUP) if entry.name == name]
    entry = None if path.is_file() else entries[0]
    wanted = ("numbers", *(f.name for f in fields(Company)))
    try:
        if len(places := [*([path.name] if path.is_file() else []), *sorted({each.value for each in entries})]) > 1:
            raise ValueError(f"it is there more than once, as {' and as '.join(places)}; give one of your own another name")
        if entry is None:
            found = _literals(_class_in(_parsed(path)), wanted)
        else:
            loaded = entry.load()
            if not hasattr(loaded, "declared"):  # which only the class Clause gives; it cannot be imported from here
                raise ValueError(f"the entry point {entry.value} is no subclass of Clause, got {loaded!r}")
            found = {attribute: getattr(loaded, attribute) for attribute in wanted if hasattr(loaded, attribute)}
        settings, company = declared(found.pop("numbers", {})), Company(**found)
        for attribute in ("needs", "excludes", "within_term", "payments", "any_of", "no_more"):
            if not isinstance(value := getattr(company, attribute), tuple) or not all(isinstance(word, str) for word in value):
                raise ValueError(f"{attribute} must be a tuple of names, got {value!r}")
        named = (*company.within_term, *company.any_of, *company.no_more, *(["share"] if company.pot else []))
        if missing := [word for word in named if word not in settings]:
            raise ValueError(f"numbers has no {', '.join(missing)}")
        if len(company.no_more) not in (0, 2):
            raise ValueError(f"no_more must name two settings, got {company.no_more!r}")
        _check_others("needs", company.needs, (*clause_names(), COMPANY))
        _check_others("excludes", company.excludes, clause_names())
    except Exception as error:  # what another package does when it is loaded may fail in any way
        raise ScenarioError(
            [Problem(str(path) if entry is None else entry.value, "", f"the clause {name} is faulty: {told(error)}")]
        ) from None
    return settings, company


def told(error: Exception) -> str:
    """An error in words; its kind too, unless it is one that we word ourselves."""
    return str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"


def _check_others(attribute: str, names: tuple[str, ...], choices: tuple[str, ...]) -> None:
    for name in names:
        if name not in choices:
            takes = "names of clauses, or company" if COMPANY in choices else "names of clauses"
            raise ValueError(f"{attribute} names {name!r}, which is no clause; takes {takes}{_meant(name, choices)}")


def _class_in(tree: ast.Module) -> ast.ClassDef:
    """The clause of a file. Of classes that extend something else we cannot tell, without running the file, whether they are clauses."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.bases]
    ours = [node for node in classes if any(ast.unparse(base).rpartition(".")[2] == "Clause" for base in node.bases)] or classes
    check_one([node.name for node in ours])
    names = [(target.id, value) for target, value in _assigned(ours[0])]
    literal = [name for name, value in names if _is_literal(value)]  # what else it is, a function perhaps, only running it tells
    methods = [node.name for node in ours[0].body if isinstance(node, ast.FunctionDef)]
    numbers = next((value for name, value in names if name == "numbers"), None)
    keys = numbers.keys if isinstance(numbers, ast.Dict) else []
    check_names(methods, literal, [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)])
    return ours[0]


def check_one(classes: list[str]) -> None:
    """A file of model/clauses holds one clause. Raises ValueError."""
    if len(classes) != 1:
        found = ", ".join(classes) or "no subclass of Clause"
        raise ValueError(f"the file has {found}; takes one class, written: class {(*classes, 'MyClause')[0]}(Clause):")


def _assigned(body: ast.ClassDef) -> list[tuple[ast.Name, ast.expr]]:
    found = []
    for node in body.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            found += [(target, node.value) for target in targets if isinstance(target, ast.Name)]
    return found


def _literals(body: ast.ClassDef, wanted: tuple[str, ...]) -> dict[str, Any]:
    """What a class assigns to these names. Raises ValueError if it is more than numbers and text."""
    found: dict[str, Any] = {}
    for target, value in _assigned(body):
        if target.id in wanted:
            if not _is_literal(value):
                worked_out = _worked_out(value)
                raise ValueError(
                    f"{target.id}: line {worked_out.lineno}: write out the value of `{ast.unparse(worked_out)}`: "
                    "scenarios read the file without running it, so only numbers, text, tuples and tables of them can stand here"
                )
            found[target.id] = ast.literal_eval(value)
    return found


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True


def _worked_out(node: ast.expr) -> ast.expr:
    """The smallest part of a table or tuple that is no literal."""
    if isinstance(node, ast.Dict | ast.Tuple | ast.List | ast.Set):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr) and not _is_literal(part):
                return _worked_out(part)
    return node
