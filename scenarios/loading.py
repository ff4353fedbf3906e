"""Reading scenarios and places: `extends`, changes to the place, overrides, and every mistake reported at once.

A scenario is built from layers: the file it extends, that one's parent and so on, the file itself, and last the overrides
of the caller. Tables merge deeply and the later layer wins; dated changes ([[timeline]]) add up; lists are replaced.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .checks import validate
from .defaults import default_values
from .errors import Flaw, Problem, ScenarioError, listed, nearest, shown
from .evidence import table as evidence_table
from .files import File, chain, clause_names, locate, read, shipped
from .parameters import Parameters
from .paths import NotThere, assign, broad_first, find, flat, item_name, label
from .schema import Change, Horizon, Place, Policy, Scenario, SourceNote, Switches, plain_clauses

TABLES: dict[str, type[BaseModel]] = {"policy": Policy, "parameters": Parameters, "horizon": Horizon, "switches": Switches}
TEXTS = ("title", "description", "baseline", "extends", "place")
KEYS = (*TEXTS, "place_changes", *TABLES, "timeline", "sources")
OVERRIDE = "override"


@dataclass(frozen=True)
class ScenarioInfo:
    """What a list of scenarios shows of one."""

    name: str
    title: str
    description: str
    baseline: str | None
    extends: str | None
    place: str | None


def load_scenario(name_or_path: str | Path, overrides: Mapping[str, object] | None = None) -> Scenario:
    """A scenario by shipped name or by path, with dotted overrides such as {"policy.lots": 4, "place.services.*.volatility": 0.4}.

    Raises ScenarioError with every mistake in the files and the overrides.
    """
    files = list(chain(locate("scenario", name_or_path)))
    return _Builder(files, dict(overrides or {}), files[0].name).build()


def load_place(name_or_path: str | Path) -> Place:
    """A place by shipped name or by path. Raises ScenarioError with every mistake in it."""
    file = read(locate("place", name_or_path))
    place, problems = _place(file.path, file.where, file.stamp)
    if place is None:
        raise ScenarioError(problems)
    return place


def list_scenarios() -> list[ScenarioInfo]:
    """The shipped scenarios, by name."""
    found = []
    for name, path in shipped("scenario").items():
        layers = list(chain(path))
        first = {key: next((f.raw[key] for f in layers if key in f.raw), None) for key in ("baseline", "place")}
        own = layers[0].raw
        text = " ".join(str(own.get("description", "")).split())
        found.append(ScenarioInfo(name, str(own.get("title", name)), text, first["baseline"], own.get("extends"), first["place"]))
    return found


def list_places() -> list[str]:
    """The names of the shipped places."""
    return list(shipped("place"))


def check(name_or_path: str | Path, overrides: Mapping[str, object] | None = None) -> list[Problem]:
    """Every mistake in a scenario or place file; empty when it can be used."""
    try:
        known = shipped("place")
        if str(name_or_path) in known and str(name_or_path) not in shipped("scenario"):
            load_place(name_or_path)
        elif "districts" in read(path := locate("scenario", name_or_path)).raw:
            load_place(path)
        else:
            load_scenario(name_or_path, overrides)
    except ScenarioError as error:
        return list(error.problems)
    return []


def parse_override(text: str) -> tuple[str, object]:
    """`policy.lots=4` as key and value: the value is read as TOML, and as text when it is not TOML. Raises ScenarioError."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ScenarioError([Problem(OVERRIDE, "", "is not accepted", shown(text), "KEY=VALUE, for example policy.lots=4")])
    try:
        return key.strip(), tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


@lru_cache(maxsize=16)
def _place(path: Path, where: str, stamp: tuple[int, int]) -> tuple[Place | None, tuple[Problem, ...]]:
    raw = read(path).raw
    place, problems = validate(Place, raw, lambda key: (where, key))
    problems += _source_problems(raw.get("sources"), where)
    return (None if problems else place), tuple(problems)


def _source_problems(raw: object, where: str) -> list[Problem]:
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


def _merge(into: dict[str, Any], table: Mapping[str, Any]) -> None:
    for key, value in table.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = deepcopy(value)


def _has(raw: Any, key: str) -> bool:
    """Whether a table gives a dotted key (a list counts for all that is in it)."""
    for step in key.split("."):
        if isinstance(raw, list):
            return True
        if not isinstance(raw, dict) or step not in raw:
            return False
        raw = raw[step]
    return True


class _Builder:
    """One scenario being put together; `problems` gathers what is wrong on the way."""

    def __init__(self, files: list[File], overrides: dict[str, object], name: str) -> None:
        self.files = files  # the file itself first, then what it extends
        self.name = name
        self.where = files[0].where
        self.problems: list[Problem] = []
        self.overrides = overrides
        self.overridden: set[str] = set()

    def build(self) -> Scenario:
        texts, tables, changes, timeline, sources = self.layers()
        place = self.place(texts.get("place"), changes)
        parts: dict[str, Any] = {}
        for key, model in TABLES.items():
            raw = tables[key]
            if key == "policy":
                raw["clauses"] = plain_clauses(raw.get("clauses", []))
            if key == "horizon" and not raw:
                self.add("horizon", "missing", None, "a table with start, months")
                continue
            if key == "policy" and not raw.keys() - {"clauses"}:
                self.add("policy", "missing", None, f"a table with {listed(Policy.model_fields, 20)}")
                continue
            parts[key], found = validate(model, raw, lambda inner, key=key: self.origin(key, inner))
            self.problems += found
        if parts.get("policy"):
            self.clauses(parts["policy"], lambda key: self.origin("policy", key))
        dated = self.timeline(timeline, tables["policy"], parts.get("policy"), parts.get("horizon"), place)
        notes = self.sources(sources)
        baseline = self.baseline(texts.get("baseline"))
        if self.problems:
            raise ScenarioError(self.problems)
        title, description = texts.get("title", self.name), " ".join(texts.get("description", "").split())
        return Scenario(
            name=self.name, title=title, description=description, baseline=baseline, place=place, timeline=dated, sources=notes, **parts
        )

    # --- gathering -------------------------------------------------------------------------------------------

    def add(self, key: str, text: str, got: str | None = None, accepts: str | None = None, hint: str | None = None, where: str = "") -> None:
        self.problems.append(Problem(where or self.where, key, text, got, accepts, hint))

    def layers(self):
        """All layers merged: texts, tables, changes to the place layer by layer, dated changes, sources."""
        texts: dict[str, str] = {}
        tables: dict[str, dict] = {"policy": {}, "parameters": default_values(), "horizon": {}, "switches": {}}
        changes: list[tuple[str, dict[str, Any]]] = []
        timeline: list[tuple[str, str, Any]] = []
        sources: dict[str, tuple[str, Any]] = {}
        for file in reversed(self.files):
            where = file.where
            if file.raw.get("place", texts.get("place")) != texts.get("place"):
                changes.clear()  # they were meant for another place
            for key, value in file.raw.items():
                if key not in KEYS:
                    hint = nearest(key, KEYS)
                    self.add(key, "unknown key", None, f"one of: {listed(KEYS)}", hint, where)
                elif key in TEXTS:
                    if isinstance(value, str):
                        texts[key] = value
                    elif key != "extends":
                        self.add(key, "is not accepted", shown(value), "text", where=where)
                elif key == "timeline":
                    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
                        timeline += [(where, item_name(entry) or str(i), entry) for i, entry in enumerate(value)]
                    else:
                        self.add(key, "is not accepted", shown(value), "tables, each written [[timeline]]", where=where)
                elif not isinstance(value, dict):
                    self.add(key, "is not accepted", shown(value), f"a table, written [{key}]", where=where)
                elif key == "place_changes":
                    changes.append((where, flat(value)))
                elif key == "sources":
                    sources |= {pattern: (where, note) for pattern, note in value.items()}
                else:
                    _merge(tables[key], value)
        self.apply(texts, tables, changes)
        return texts, tables, changes, timeline, sources

    def apply(self, texts: dict, tables: dict, changes: list) -> None:
        """The overrides, on top of all files."""
        on_place: dict[str, Any] = {}
        given = flat(self.overrides)
        for key in broad_first(given):
            value = given[key]
            root, _, rest = key.partition(".")
            if root == "place" and rest:
                on_place[rest] = value
            elif root in ("place", "title", "description", "baseline") and not rest:
                if isinstance(value, str):
                    texts[root] = value
                    if root == "place":
                        changes.clear()
                else:
                    self.add(key, "is not accepted", shown(value), "text", where=OVERRIDE)
            elif root in TABLES and rest:
                value = plain_clauses(value) if key == "policy.clauses" else value
                try:
                    for loc in assign(tables[root], TABLES[root], rest, value):
                        self.overridden.add(f"{root}.{label(tables[root], loc)}")
                except NotThere as error:
                    self.astray(f"{root}.", tables[root], error.flaw, key, OVERRIDE)
            else:
                known = [f"{name}.{field}" for name, model in TABLES.items() for field in model.model_fields]
                whole = {full.rpartition(".")[2]: full for full in known}
                hint = whole.get(key) or nearest(key, known) or whole.get(nearest(key.rpartition(".")[2], whole) or "")
                takes = f"{', '.join(f'{name}.…' for name in TABLES)}, place, place.…, title, description, baseline"
                self.add(key, "unknown key", None, takes, hint, OVERRIDE)
        if on_place:
            changes.append((OVERRIDE, on_place))

    def astray(self, before: str, raw: object, flaw: Flaw, key: str, where: str) -> None:
        """A dotted key that leads nowhere."""
        at = label(raw, flaw.loc) if flaw.loc else before.rstrip(".") or "the place"
        self.add(key, f"unknown key: {at} {flaw.text}", flaw.got, flaw.accepts, flaw.nearest, where)

    def origin(self, table: str, key: str) -> tuple[str, str]:
        """The layer that gave a key, for a message, and the key as written there."""
        full = f"{table}.{key}" if key else table
        if any(full == done or full.startswith(f"{done}.") for done in self.overridden):
            return OVERRIDE, full
        return next((file.where for file in self.files if _has(file.raw, full)), self.where), full

    # --- the parts -------------------------------------------------------------------------------------------

    def place(self, name: str | None, changes: list[tuple[str, dict[str, Any]]]) -> Place | None:
        if name is None:
            self.add("place", "missing", None, f"the path of a place file, or a shipped place: {listed(shipped('place'))}")
            return None
        giver = next((file for file in self.files if file.raw.get("place") == name), None)
        said = (giver.where if giver else OVERRIDE, "place")
        try:
            file = read(locate("place", name, giver.path.parent if giver else None, said))
        except ScenarioError as error:
            self.problems += error.problems
            return None
        if not any(table for _, table in changes):
            place, problems = _place(file.path, file.where, file.stamp)
            self.problems += problems
            return place
        raw = deepcopy(file.raw)
        changed: dict[str, tuple[str, str]] = {}
        for where, table in changes:
            before = "place." if where == OVERRIDE else "place_changes."
            for key in broad_first(table):
                try:
                    for loc in assign(raw, Place, key, table[key]):
                        changed[label(raw, loc)] = (where, before + key)
                except NotThere as error:
                    self.astray("", raw, error.flaw, before + key, where)

        def origin(key: str) -> tuple[str, str]:
            return next((by for done, by in changed.items() if key == done or key.startswith(f"{done}.")), (file.where, key))

        place, problems = validate(Place, raw, origin)
        self.problems += problems + _source_problems(raw.get("sources"), file.where)
        return place

    def clauses(self, policy: Policy, origin) -> None:
        known = clause_names()
        for clause in policy.clauses:
            if known and clause.name not in known:
                where, key = origin("clauses")
                self.add(key, "is not a clause", shown(clause.name), f"one of: {listed(known)}", nearest(clause.name, known), where)

    def timeline(self, entries: list, policy_raw: dict, policy: Policy | None, horizon: Horizon | None, place: Place | None):
        dated: list[tuple[str, str, Change]] = []
        for where, name, entry in entries:
            key = f"timeline.{name}"
            change, found = validate(Change, entry, lambda inner, where=where, key=key: (where, f"{key}.{inner}" if inner else key))
            self.problems += found
            for field in flat(entry["set"]) if isinstance(entry.get("set"), dict) else ():
                try:
                    find(policy_raw, Policy, field)
                except NotThere as error:
                    self.astray("policy.", policy_raw, error.flaw, f"{key}.set.{field}", where)
                    change = None
            if change is None:
                continue
            if horizon and not 0 <= (index := _months(horizon.start, change.month)) < horizon.months:
                last = _month_after(horizon.start, horizon.months - 1)
                self.add(f"{key}.month", "lies outside the horizon", shown(change.month), f"a month from {horizon.start} to {last}", where=where)
            elif place and change.shock:
                self.struck(change, key, where, place)
            dated.append((where, key, change))
        dated.sort(key=lambda entry: entry[2].month)
        here = policy
        for where, key, change in dated:
            if here is None or not change.set:
                continue
            try:
                here = here.changed(change.set)
                if any(field.startswith("clauses") for field in change.set):
                    self.clauses(here, lambda inner, where=where, key=key: (where, f"{key}.set.{inner}"))
            except (ValidationError, NotThere):
                raw = here.model_dump(mode="json")
                changes = flat(change.set)
                for field in broad_first(changes):
                    assign(raw, Policy, field, plain_clauses(changes[field]) if field == "clauses" else changes[field])
                self.problems += validate(Policy, raw, lambda inner, where=where, key=key: (where, f"{key}.set.{inner}".rstrip(".")))[1]
        return tuple(change for _, _, change in dated)

    def struck(self, change: Change, key: str, where: str, place: Place) -> None:
        """A shock must strike something there is."""
        names = {
            "budget": [buyer.name for buyer in place.commissioners],
            "demand": [service.name for service in place.services],
            "need": [service.name for service in place.services],
            "price": [sector.name for sector in place.sectors],
            "failure": [f"{group.kind}/{group.home}/{group.sector}" for group in place.firms if group.count],
        }[change.shock or "budget"]
        what = {"budget": "commissioner", "price": "sector", "failure": "group of firms (kind/home/sector)"}.get(change.shock or "", "service")
        if change.on and change.on not in names:
            self.add(f"{key}.on", f"is not a {what}", shown(change.on), f"one of: {listed(names)}", nearest(change.on, names), where)

    def sources(self, raw: dict[str, tuple[str, Any]]) -> dict[str, SourceNote]:
        notes = {}
        for pattern, (where, note) in raw.items():
            if not isinstance(note, dict):
                self.add(f"sources.{pattern}", "is not accepted", shown(note), "a table with evidence, data or assumed", where=where)
                continue
            at = f"sources.{pattern}"
            made, found = validate(SourceNote, note, lambda inner, where=where, at=at: (where, f"{at}.{inner}" if inner else at))
            self.problems += found + _source_problems({pattern: note}, where)
            if made:
                notes[pattern] = made
        return notes

    def baseline(self, name: str | None) -> str | None:
        if name is None or name in shipped("scenario"):
            return name
        giver = next((file for file in self.files if file.raw.get("baseline") == name), None)
        try:
            return str(locate("scenario", name, giver.path.parent if giver else None, (giver.where if giver else OVERRIDE, "baseline")))
        except ScenarioError as error:
            self.problems += error.problems
            return None


def _months(start: str, month: str) -> int:
    years, months = (int(b) - int(a) for a, b in zip(start.split("-"), month.split("-"), strict=True))
    return 12 * years + months


def _month_after(start: str, months: int) -> str:
    year, month = map(int, start.split("-"))
    year, month = divmod(12 * year + month - 1 + months, 12)
    return f"{year:04d}-{month + 1:02d}"

