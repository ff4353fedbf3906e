"""Putting a scenario together from its layers, and gathering what is wrong on the way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from math import isfinite
from typing import Any

from pydantic import BaseModel, ValidationError

from .case import Case
from .checks import Where, validate
from .clauses import clause_names, clause_settings
from .contradictions import contradictions
from .defaults import default_values
from .errors import Flaw, Problem, ScenarioError, choice_of, listed, nearest, nearest_key, shown
from .files import File, locate, read, shipped
from .parameters import Parameters
from .paths import NotThere, assign, broad_first, copied, find, flat, has, item_name, label, merge
from .place import provider_names
from .place_files import source_problems, validated_place, without_data
from .schema import (
    Change,
    Horizon,
    Place,
    Policy,
    Rules,
    Scenario,
    SourceNote,
    Switches,
    month_after,
    months_between,
    plain_clauses,
)
from .source_keys import can_name, source_keys
from .term_sheets import term_sheets

TABLES: dict[str, type[BaseModel]] = {"policy": Policy, "parameters": Parameters, "horizon": Horizon, "switches": Switches, "rules": Rules}
TEXTS = ("title", "description", "baseline", "extends", "form", "place")
KEYS = (*TEXTS, "case", "place_changes", *TABLES, "timeline", "sources")
PLAIN = ("place", "title", "description", "baseline")  # of TEXTS, what an override may set; the form is dealt with before
FORM_KEYS = ("title", "description", "source", "policy", "sources")
MEANT = {"months": "horizon.months", "start": "horizon.start", "clauses": "policy.clauses"}  # where what is often written at the top stands
OVERRIDE = "override"


def _in_case(where: str, key: str) -> tuple[str, str]:
    return where, f"case.{key}"


class Builder:
    """One scenario being put together; `problems` gathers what is wrong on the way."""

    def __init__(self, files: list[File], overrides: dict[str, object], name: str) -> None:
        self.files = files  # the file itself first, then what it extends
        self.name = name
        self.where = files[0].where
        self.problems: list[Problem] = []
        self.overrides = overrides
        self.overridden: set[str] = set()
        self.place_raw: dict[str, Any] = {}

    def build(self) -> Scenario:
        texts, tables, changes, timeline, sources = self.layers()
        place = self.place(texts.get("place"), changes)
        parts: dict[str, Any] = {}
        for key, model in TABLES.items():
            raw = tables[key]
            if key == "horizon" and not raw:
                self.add("horizon", "missing", None, "a table with start, months")
                continue
            if key == "policy" and not raw.keys() - {"clauses"}:
                self.add("policy", "missing", None, f"a table with {listed(Policy.model_fields, 20)}")
                continue
            parts[key], found = validate(model, raw, self.origin_in(key))
            self.problems += found
        self.clauses(tables["policy"]["clauses"], self.origin_in("policy"))
        self.together(tables["policy"], self.origin_in("policy"), place)
        sheets = term_sheets(self, tables["policy"], place)
        dated = self.timeline(timeline, tables["policy"], parts.get("policy"), parts.get("horizon"), place)
        notes = self.sources(sources, [month for _, _, entry in timeline if isinstance(month := entry.get("month"), str)])
        baseline = self.baseline(texts.get("baseline"))
        if self.problems:
            raise ScenarioError(self.problems)
        own = [file for file in self.files if not file.form]
        usual = own[-1].raw.get("policy", {}) if len(self.files) > 1 else {}
        parts["neighbours"] = validate(Policy, usual | {"clauses": plain_clauses(usual.get("clauses", []))}, self.origin_in("policy"))[0]
        title, description = texts.get("title", self.name), " ".join(texts.get("description", "").split())
        return Scenario(
            name=self.name,
            form=texts.get("form"),
            title=title,
            description=description,
            baseline=baseline,
            place=place,
            term_sheets=sheets,
            timeline=dated,
            sources=notes,
            **parts,
        )

    # --- gathering -------------------------------------------------------------------------------------------

    def add(
        self, key: str, text: str, got: str | None = None, accepts: str | None = None, hint: str | None = None, where: str = ""
    ) -> None:
        self.problems.append(Problem(where or self.where, key, text, got, accepts, hint))

    def layers(self) -> tuple[dict[str, str], dict[str, dict], list, list, dict]:
        """All layers merged: texts, tables, changes to the place layer by layer, dated changes, sources."""
        texts: dict[str, str] = {}
        tables: dict[str, dict] = {"policy": {}, "parameters": default_values(), "horizon": {}, "switches": {}, "rules": {}}
        changes: list[tuple[str, dict[str, Any]]] = []
        timeline: list[tuple[str, str, Any]] = []
        sources: dict[str, tuple[str, Any]] = {}
        for file in reversed(self.files):
            where = file.where
            if file.raw.get("place", texts.get("place")) != texts.get("place"):
                changes.clear()  # they were meant for another place
            keys = FORM_KEYS if file.form else KEYS
            for key in ("title", "source") if file.form else ():
                if not isinstance(file.raw.get(key), str) or not file.raw[key].strip():
                    takes = "text: a partnership form says what it is called and where it comes from"
                    if file.name == self.name and "source" not in file.raw:  # taken for a form by its shape alone
                        takes += " (a scenario says what it extends)"
                    self.add(key, "missing", None, takes, where=where)
            for key, value in file.raw.items():
                if key not in keys:
                    hint = MEANT.get(key) or nearest(key, keys)
                    self.add(key, "unknown key", None, f"one of: {listed(keys)}", hint, where)
                elif key in ("title", "description", "source") and file.form:
                    texts["form"] = file.name  # its own words are shown with the forms
                elif key in TEXTS:
                    if isinstance(value, str):
                        texts[key] = value
                    elif key == "place":
                        takes = (
                            'the name or path of a place; changes to it stand in [place_changes], as "population.participates_does" = 0.1'
                        )
                        self.add(key, "is not accepted", shown(value), takes, where=where)
                    elif key not in ("extends", "form"):
                        self.add(key, "is not accepted", shown(value), "text", where=where)
                elif key == "timeline":
                    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
                        timeline += [(where, item_name(entry) or str(i), entry) for i, entry in enumerate(value)]
                    else:
                        self.add(key, "is not accepted", shown(value), "tables, each written [[timeline]]", where=where)
                elif not isinstance(value, dict):
                    self.add(key, "is not accepted", shown(value), f"a table, written [{key}]", where=where)
                elif key == "case":
                    self.problems += validate(Case, value, partial(_in_case, where))[1]
                elif key == "place_changes":
                    changes.append((where, flat(value)))
                elif key == "sources":
                    sources |= {pattern: (where, note) for pattern, note in value.items()}
                else:
                    for name in [name for name in value if name in TEXTS]:  # TOML takes every line below a table's head for a part of it
                        self.add(f"{key}.{name}", "must stand at the top of the file, above all tables", where=where)
                    merge(tables[key], {name: inner for name, inner in value.items() if name not in TEXTS})
        tables["policy"]["clauses"] = plain_clauses(tables["policy"].get("clauses", []))
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
            elif root in PLAIN and not rest:
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
                    flaw = Flaw((), f"has no {rest!r}", None, None, rest) if rest in TEXTS else error.flaw
                    self.astray(f"{root}.", tables[root], flaw, key, OVERRIDE)
            else:
                known = [f"{name}.{field}" for name, model in TABLES.items() for field in model.model_fields]
                whole = {full.rpartition(".")[2]: full for full in reversed(known)}
                if rest:
                    hint = f"{whole[root]}.{rest}" if root in whole else nearest_key(key, [*known, *PLAIN])
                else:
                    hint = whole.get(key) or nearest(key, [*known, *PLAIN]) or whole.get(nearest(key, whole) or "")
                takes = f"{', '.join(f'{name}.…' for name in TABLES)}, place, place.…, form, title, description, baseline"
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
        if any(full == done or full.startswith(f"{done}.") or done.startswith(f"{full}.") for done in self.overridden):
            return OVERRIDE, full
        return next((file.where for file in self.files if has(file.raw, full)), self.where), full

    def origin_in(self, table: str) -> Where:
        return lambda key: self.origin(table, key)

    # --- the parts -------------------------------------------------------------------------------------------

    def place(self, name: str | None, changes: list[tuple[str, dict[str, Any]]]) -> Place | None:
        if name is None:
            self.add(
                "place",
                "missing",
                None,
                f"the path of a place file, or a shipped place: {listed(shipped('place'))} (a form has a source)",
            )
            return None
        giver = next((file for file in self.files if file.raw.get("place") == name), None)
        said = (giver.where if giver else OVERRIDE, "place")
        try:
            file = read(locate("place", name, giver.path.parent if giver else None, said))
        except ScenarioError as error:
            self.problems += error.problems
            return None
        self.place_raw = file.raw
        if not any(table for _, table in changes):
            ready, wrong = validated_place(file.path, file.where, file.stamp)
            self.problems += wrong
            return ready
        self.place_raw = raw = copied(without_data(file.raw))
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
        self.problems += problems + source_problems(raw.get("sources"), file.where)
        return place

    def clauses(self, clauses: object, origin: Where) -> None:
        """Clauses must be rules there are, their settings such as the rule has and accepts. Takes them as written."""
        for clause in clauses if isinstance(clauses, list) else ():
            name = clause.get("name") if isinstance(clause, dict) else None
            if not isinstance(name, str):
                continue  # said already
            where, key = origin("clauses")
            if name not in clause_names():
                hint = nearest(name, clause_names())
                self.add(key, "is not a clause", shown(name), choice_of(clause_names(), hint), hint, where)
                continue
            try:
                known = clause_settings(name)
            except ScenarioError as error:
                self.problems += error.problems
                continue
            given = clause.get("settings")
            for setting, value in given.items() if isinstance(given, dict) else ():
                at = f"{key}.{name}.settings.{setting}"
                if setting not in known:
                    self.add(at, "unknown key", None, choice_of(known) or "no settings", nearest(setting, known), where)
                elif _is_number(value) and not known[setting].takes(value):
                    self.add(at, "is not accepted", shown(value), known[setting].described, where=where)

    def together(self, policy: dict[str, Any], origin: Where, place: Place | None, known: Iterable[str] = ()) -> list[str]:
        """Clauses must be able to stand with each other, the term and the place. Returns what was said, for later dates not to repeat."""
        said = []
        for flaw in contradictions(policy, place):
            said.append(flaw.text)
            if flaw.text not in known:
                where, key = origin(".".join(map(str, flaw.loc)))
                self.add(key, flaw.text, flaw.got, flaw.accepts, where=where)
        return said

    def timeline(
        self, entries: list, policy_raw: dict, policy: Policy | None, horizon: Horizon | None, place: Place | None
    ) -> tuple[Change, ...]:
        dated: list[tuple[str, str, Change, dict[str, Any]]] = []
        for where, name, entry in entries:
            key = f"timeline.{name}"
            change, found = validate(Change, entry, _under(where, key))
            self.problems += found
            fields = flat(entry["set"]) if isinstance(entry.get("set"), dict) else {}
            if any(field.split(".")[0] == "forms" for field in fields):
                self.add(f"{key}.set.forms", "cannot be dated: what councils may choose among stands from the start", where=where)
            for field in list(fields):
                try:
                    find(policy_raw, Policy, field)
                except NotThere as error:
                    flaw, inner = error.flaw, field.removeprefix("policy.")
                    if inner != field and inner.partition(".")[0] in Policy.model_fields:
                        flaw = Flaw((), "keys stand here without 'policy.'", None, None, inner)
                    self.astray("policy.", policy_raw, flaw, f"{key}.set.{field}", where)
                    del fields[field]
            if change is None:
                continue
            if horizon and not 0 <= months_between(horizon.start, change.month) < horizon.months:
                reached = months_between(horizon.start, change.month) + 1
                if reached <= 0 and "horizon.start" in self.overridden:  # the file is right: blame who moved or shortened the run
                    text = f"too late for what {where} dates {change.month}"
                    self.add("horizon.start", text, horizon.start, f"{change.month} or earlier", where=OVERRIDE)
                elif reached > 0 and {"horizon.months", "horizon.start"} & self.overridden:
                    text = f"too few to reach what {where} dates {change.month}"
                    self.add("horizon.months", text, str(horizon.months), f"{reached} or more", where=OVERRIDE)
                else:
                    takes = f"a month from {horizon.start} to {month_after(horizon.start, horizon.months - 1)}"
                    self.add(f"{key}.month", "lies outside the horizon", shown(change.month), takes, where=where)
            if change.shock and change.on:
                self.struck(change, key, where)
            dated.append((where, key, change, fields))
        dated.sort(key=lambda entry: entry[2].month)
        here, said = policy, [flaw.text for flaw in contradictions(policy_raw, place)]
        for where, key, _, fields in dated:
            if not fields:
                continue
            if "clauses" in fields:
                self.clauses(plain_clauses(fields["clauses"]), _under(where, f"{key}.set"))
            if here is None:  # the policy itself is wrong: look at the new values alone
                new = validate(Policy, fields, _under(where, f"{key}.set"))[1]
                self.problems += [problem for problem in new if problem.got is not None and problem.accepts]
                continue
            try:
                here = here.changed(fields)
                if "clauses" not in fields and any(field.startswith("clauses.") for field in fields):
                    self.clauses(here.model_dump(mode="json")["clauses"], _under(where, f"{key}.set"))
                said += self.together(here.model_dump(mode="json"), _under(where, f"{key}.set"), place, said)
            except NotThere as error:  # a clause that an earlier change took away
                self.astray("policy.", here.model_dump(mode="json"), error.flaw, f"{key}.set", where)
            except ValidationError:
                self.problems += validate(Policy, here.raw_changed(fields), _under(where, f"{key}.set"))[1]
        return tuple(change for _, _, change, _ in dated)

    def struck(self, change: Change, key: str, where: str) -> None:
        """A shock must strike something there is in the place, which may itself be wrong elsewhere."""
        tables, what = {
            "budget": (("commissioners",), "commissioner"),
            "price": (("services", "sectors"), "service or sector"),
            "failure": (("firms",), "provider (home, sector, kind, number)"),
        }.get(change.shock or "", (("services",), "service"))
        items = [item for table in tables for item in self.place_raw.get(table, ()) if isinstance(item, dict)]
        if change.shock == "failure":
            names = [name for item in items for name in provider_names(item)]
        else:
            names = [name for item in items if (name := item_name(item))]
        if names and change.on not in names:
            hint = nearest(change.on, names)
            self.add(f"{key}.on", f"is not a {what}", shown(change.on), choice_of(names, hint), hint, where)

    def sources(self, raw: dict[str, tuple[str, Any]], months: list[str]) -> dict[str, SourceNote]:
        notes = {}
        for pattern, (where, note) in raw.items():
            if not can_name(pattern, months):
                self.add(f"sources.{pattern}", "names no number", None, None, nearest_key(pattern, source_keys(months)), where)
            if not isinstance(note, dict):
                self.add(f"sources.{pattern}", "is not accepted", shown(note), "a table with evidence, data or assumed", where=where)
                continue
            at = f"sources.{pattern}"
            made, found = validate(SourceNote, note, _under(where, at))
            self.problems += found + source_problems({pattern: note}, where)
            if made:
                notes[pattern] = made
        return notes

    def baseline(self, name: str | None) -> str | None:
        if name is None or name in shipped("scenario") | shipped("case"):
            return name
        giver = next((file for file in self.files if file.raw.get("baseline") == name), None)
        try:
            return str(locate("scenario", name, giver.path.parent if giver else None, (giver.where if giver else OVERRIDE, "baseline")))
        except ScenarioError as error:
            self.problems += error.problems
            return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _under(where: str, before: str) -> Where:
    """Where keys stand that lie below another key of one file."""
    return lambda key: (where, f"{before}.{key}" if key else before)
