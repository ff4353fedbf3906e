"""What a visitor asks: where to start from, what is changed, and the two scenarios it comes to. It fits into a link and back."""

from __future__ import annotations

import base64
import json
import tempfile
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...scenarios.errors import Problem, ScenarioError, nearest, shown
from ...scenarios.files import shipped
from ...scenarios.loading import load_scenario
from ...scenarios.schema import Change, Scenario, month_after

VERSION = 1
MINE = "your_policy"
MOST_BYTES = 100_000  # of a scenario file that is dropped in
SEEDS = (2, 10, 20, 50, 100)
SHOCK_AFTER = 12  # months until a change of money or demand comes


class LinkError(ValueError):
    """A link that cannot be followed, in words for the page."""


@dataclass(frozen=True)
class Asked:
    """A question: a scenario (shipped, or the text of a file), a partnership form laid over it, what is set, what befalls both arms."""

    scenario: str = "tiny"
    form: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    budget: float = 0.0
    demand: float = 0.0
    seeds: int = 20
    month: int = 0
    file: str = ""

    def arms(self) -> tuple[Scenario, Scenario]:
        """Today's policy and yours, in the same world. Raises ScenarioError."""
        overrides: dict[str, Any] = {f"policy.{key}": value for key, value in self.set.items()}
        if self.form:
            overrides["form"] = self.form
        mine = self._load(overrides)
        base = self._load({})
        if base.baseline:
            base = load_scenario(base.baseline)
        return self._befall(base), self._befall(mine).model_copy(update={"name": MINE, "title": "Your policy"})

    def start(self) -> Scenario:
        """The scenario before anything is set. Raises ScenarioError."""
        return self._load({"form": self.form} if self.form else {})

    def _load(self, overrides: Mapping[str, Any]) -> Scenario:
        forms = self.set.get("forms", ())
        for kind, names in (("scenario", [] if self.file else [self.scenario]), ("form", [*([self.form] if self.form else []), *forms])):
            known = shipped(kind) | (shipped("case") if kind == "scenario" else {})  # type: ignore[arg-type]
            for name in names if isinstance(forms, list | tuple) else ():
                if name not in known:  # a path would make us open files of this machine
                    text = f"no such {kind}"
                    raise ScenarioError(
                        [Problem(str(name)[:80], "", text, accepts=f"the name of a shipped {kind}", nearest=nearest(str(name), known))]
                    )
        return from_text(self.file, self.scenario, overrides) if self.file else load_scenario(self.scenario, overrides)

    def _befall(self, scenario: Scenario) -> Scenario:
        month = month_after(scenario.horizon.start, min(SHOCK_AFTER, scenario.horizon.months - 1))
        shocks = [Change(month=month, shock=kind, size=size) for kind, size in (("budget", self.budget), ("demand", self.demand)) if size]
        if not shocks:
            return scenario
        return scenario.model_copy(update={"timeline": tuple(sorted((*scenario.timeline, *shocks), key=lambda c: c.month))})

    # --- as a link ----------------------------------------------------------------------------------------------------

    def link(self) -> str:
        """The query part of a link that asks the same."""
        usual = asdict(Asked())
        said = {key: value for key, value in asdict(self).items() if value != usual[key] or key == "scenario"}
        if "set" in said:
            said["set"] = json.dumps(dict(said["set"]), separators=(",", ":"), sort_keys=True)
        if "file" in said:
            said["file"] = base64.urlsafe_b64encode(zlib.compress(self.file.encode(), 9)).decode()
        return urlencode({"v": VERSION, **said})

    @classmethod
    def of_link(cls, query: str) -> Asked:
        """What a link asks. Raises LinkError with what is wrong, ScenarioError if it names a scenario or a setting there is not."""
        said = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))
        if not said:
            return cls()
        version = said.pop("v", str(VERSION))
        if version != str(VERSION):
            raise LinkError(f"This link was made by another version of the app (its version is {version[:20]}, this one's {VERSION}).")
        said = {key: value for key, value in said.items() if key in {f.name for f in fields(cls)}}  # a chat adds its own words to links
        try:
            found: dict[str, Any] = dict(said)
            if "set" in found:
                found["set"] = json.loads(found["set"])
                if not isinstance(found["set"], dict):
                    raise ValueError
            for key in ("budget", "demand"):
                if key in found:
                    found[key] = min(1.0, max(-0.5, float(found[key])))
                    if found[key] != found[key]:
                        raise ValueError
            for key, most in (("seeds", SEEDS[-1]), ("month", 600)):
                if key in found:
                    found[key] = min(most, max(0, int(found[key])))
            if "file" in found:
                unpacker = zlib.decompressobj()
                found["file"] = unpacker.decompress(base64.urlsafe_b64decode(found["file"]), MOST_BYTES).decode()
        except (ValueError, zlib.error, RecursionError):
            raise LinkError("This link is damaged: part of it cannot be read.") from None
        asked = cls(**found)
        asked.arms()
        return asked

    def with_(self, **changes: Any) -> Asked:
        return replace(self, **changes)


def from_text(text: str, name: str, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """A scenario from the text of a file that somebody gave us: it may name shipped scenarios, places and forms, no files of ours.

    Raises ScenarioError, in which the file goes by `name`.
    """
    if len(text.encode()) > MOST_BYTES:
        raise ScenarioError([Problem(name, "", "is too large for a scenario", f"{len(text.encode()):,} bytes", f"{MOST_BYTES:,} at most")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{Path(name).stem or 'scenario'}.toml"
        try:
            refuse_paths(text, name)
            path.write_text(text, encoding="utf-8")
            return load_scenario(path, overrides)
        except ScenarioError as error:
            raise ScenarioError([replace(p, where=p.where.replace(str(path), name).replace(folder, "")) for p in error.problems]) from None


def refuse_paths(text: str, name: str) -> None:
    """A file that was handed in may not make us open other files. Raises ScenarioError."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return  # the reader says it better
    policy = raw.get("policy")
    named = [("extends", raw.get("extends")), ("baseline", raw.get("baseline")), ("place", raw.get("place")), ("form", raw.get("form"))]
    forms = policy.get("forms") if isinstance(policy, dict) else None
    named += [("policy.forms", form) for form in forms] if isinstance(forms, list) else []
    for entry in raw.get("timeline", []) if isinstance(raw.get("timeline"), list) else []:
        changed = entry.get("set") if isinstance(entry, dict) else None
        forms = changed.get("forms") if isinstance(changed, dict) else None
        named += [("timeline.set.forms", form) for form in forms] if isinstance(forms, list) else []
    known = {file for kind in ("scenario", "case", "form", "place") for file in shipped(kind)}
    problems = [
        Problem(
            name, key, "names a file that is not here", shown(value), "the name of a shipped scenario, form or place", nearest(value, known)
        )
        for key, value in named
        if isinstance(value, str) and value not in known
    ]
    if problems:
        raise ScenarioError(problems)
