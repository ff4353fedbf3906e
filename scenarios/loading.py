"""Reading scenarios and places: `extends`, changes to the place, overrides, and every mistake reported at once.

A scenario is built from layers: the file it extends, that one's parent and so on, the file itself, and last the overrides
of the caller. Tables merge deeply and the later layer wins; dated changes ([[timeline]]) add up; lists are replaced.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .building import FORM_KEYS, OVERRIDE, Builder
from .case import Case
from .errors import Problem, ScenarioError, shown
from .files import File, chain, form_of, locate, read, shipped
from .place_files import validated_place
from .schema import Place, Scenario

TODAY = "today"  # what a partnership form by itself is laid over


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

    The name or path of a partnership form means `today` under that form, with `today` for its baseline.
    Raises ScenarioError with every mistake in the files and the overrides.
    """
    changes = dict(overrides or {})
    files, form = layers_of(name_or_path, changes), changes.pop("form", None)
    first = files[form is not None]
    made = Builder(files, changes, first.name).build()
    if not first.form:
        return made
    return made.model_copy(
        update={"title": first.raw["title"], "description": " ".join(first.raw.get("description", "").split()), "baseline": TODAY}
    )


def layers_of(name_or_path: str | Path, overrides: Mapping[str, object] | None = None) -> list[File]:
    """The files that a scenario is made of, the topmost first: a form asked for, the file itself, what it extends and names.

    A partnership form by itself is laid over `today`. Raises ScenarioError for a file that is not there or cannot be read.
    """
    form = [form_of(overrides["form"], OVERRIDE)] if overrides and "form" in overrides else []
    if name_or_path in shipped("form") and name_or_path not in shipped("scenario") | shipped("case"):
        return [*form, form_of(name_or_path, str(name_or_path)), *chain(locate("scenario", TODAY))]
    file = read(path := locate("scenario", name_or_path))
    if is_form(file.raw):
        return [*form, replace(file, form=True), *chain(locate("scenario", TODAY))]
    return [*form, *chain(path)]


def is_form(raw: Mapping[str, Any]) -> bool:
    """Whether a file is a partnership form: it says neither what it extends nor where it takes place, and has a source or only
    such keys as a form has."""
    return not {"extends", "place"} & raw.keys() and ("source" in raw or ("policy" in raw and raw.keys() <= set(FORM_KEYS)))


def load_place(name_or_path: str | Path) -> Place:
    """A place by shipped name or by path. Raises ScenarioError with every mistake in it."""
    file = read(locate("place", name_or_path))
    place, problems = validated_place(file.path, file.where, file.stamp)
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


def list_forms() -> dict[str, dict[str, Any]]:
    """The shipped partnership forms by name: what their files say (title, description, source, policy)."""
    return {name: read(path).raw for name, path in shipped("form").items()}


def list_cases() -> dict[str, Case]:
    """What each shipped scenario after a real partnership says of it, by name of the scenario: all cases, and some of the library."""
    files = {**shipped("scenario"), **shipped("case")}
    return {name: Case.model_validate(raw["case"]) for name, path in sorted(files.items()) if "case" in (raw := read(path).raw)}


def list_places() -> list[str]:
    """The names of the shipped places."""
    return list(shipped("place"))


def check(name_or_path: str | Path, overrides: Mapping[str, object] | None = None) -> list[Problem]:
    """Every mistake in a scenario, place or form file, or in the baseline that it names; empty when it can be used."""
    try:
        name, scenarios = str(name_or_path), shipped("scenario") | shipped("case")
        if name in shipped("place") and name not in scenarios:
            load_place(name_or_path)
        elif name in shipped("form") and name not in scenarios:
            load_scenario(name, overrides)
        elif "districts" in read(path := locate("scenario", name_or_path)).raw:
            load_place(path)
        elif baseline := load_scenario(name_or_path, overrides).baseline:
            load_scenario(baseline)
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
        if value.strip()[:1] in ("[", "{"):  # most often the shell has taken the quotes away
            takes = (
                """a list or table as in TOML, all of it in single quotes for the shell: 'policy.clauses=["open_book"]', """
                """or with settings 'policy.clauses=[{ name = "break_clause", settings = { first = 24 } }]'"""
            )
            raise ScenarioError([Problem(OVERRIDE, key.strip(), "cannot be read", value.strip(), takes)]) from None
        return key.strip(), value.strip()
