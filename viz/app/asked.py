"""What a visitor asks: where to start from, what is changed, and the two scenarios it comes to. It fits into a link and back."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...experiments.scenario_sets import difference
from ...scenarios.errors import Problem, ScenarioError
from ...scenarios.files import shipped_only, standing_in
from ...scenarios.loading import layers_of, load_scenario
from ...scenarios.schema import Change, Scenario, month_after
from . import stores
from .dated import befallen, begun, lacking, moved_to, same_future
from .stores import Point

VERSION = 1
MINE = "your_policy"
MOST_BYTES = 100_000  # of a scenario file that is dropped in
MOST_SEEDS = 100
SHOCK_AFTER = 12  # months until a change of money or demand comes
OF_WORLD = {"budget": (-0.5, 1.0), "demand": (-0.5, 1.0), "seeds": (2, MOST_SEEDS)}  # ends of what both arms live with
WHOLE = ("seeds", "month", "since")
IN_LINKS = {**OF_WORLD, "month": (0, 600), "since": (0, 600)}
CALLED = {  # on the page
    "budget": "Budgets, a year on", "demand": "Demand, a year on", "seeds": "Pairs of runs", "month": "Month",
    "since": "Your policy holds",
}  # fmt: skip


class LinkError(ValueError):
    """A link that cannot be followed, in words for the page."""


@dataclass(frozen=True)
class Asked:
    """A question: a scenario (shipped, or the text of a file), a partnership form laid over it, what is set, what befalls both arms.

    `place` is a shipped place that the scenario is taken to, if it is not to be where it is at home.
    `month` is the one that is looked at, `since` the one from which the policy holds, both counted from the start of the run.
    `sweep` is the one that is looked at, and `point` that of its points which is played in place of all this, if one is.
    """

    scenario: str = "tiny"
    form: str = ""
    place: str = ""
    set: Mapping[str, Any] = field(default_factory=dict, hash=False)
    budget: float = 0.0
    demand: float = 0.0
    seeds: int = 20
    month: int = 0
    since: int = 0
    file: str = ""
    sweep: str = ""
    point: str = ""

    def __post_init__(self) -> None:
        if self.file:  # whatever it is called, it is taken for no shipped scenario
            object.__setattr__(self, "scenario", file_name(self.scenario))

    def arms(self) -> tuple[Scenario, Scenario]:
        """What is played: a point's two arms, or today's policy and yours. Raises ScenarioError, LinkError."""
        return (played.baseline, played.policy) if (played := self.played) else self.own()

    def own(self) -> tuple[Scenario, Scenario]:
        """Today's policy and yours, in the same world and future. Raises ScenarioError, LinkError for a number out of range."""
        self._check_numbers()
        base, mine = same_future(*(self._befall(arm) for arm in self._pair))
        if self.since:
            mine = begun(base, mine, self.since)
        return base, mine.model_copy(update={"name": MINE, "title": "Your policy"})

    def wanted(self) -> Scenario:
        """The scenario with its form and all that is set, as if that held from the start. Raises ScenarioError."""
        return self._pair[1]

    def brought(self) -> list[Change]:
        """The shocks that the scenario brings along and that are laid over its baseline too. Raises ScenarioError."""
        return lacking(*self._pair)

    @cached_property
    def played(self) -> Point | None:
        """The point of a sweep that is played. Raises LinkError if it cannot be."""
        if not self.point:
            return None
        if not self.sweep:
            raise LinkError("This link names a point of a sweep, but no sweep.")
        if self.sweep not in stores.names():
            raise LinkError(f"A point of the sweep “{plainly(self.sweep)}” cannot be played: no such sweep is open here.")
        if (found := stores.point(self.sweep, self.point)) is None:
            raise LinkError(
                "That point cannot be played: the sweep has no such point, or its store has lost the scenario, "
                "which running the sweep again mends."
            )
        return found

    @cached_property
    def _pair(self) -> tuple[Scenario, Scenario]:
        """The baseline and what is wanted, each as it is written."""
        with shipped_only():
            mine = self._load({f"policy.{key}": value for key, value in self.set.items()}) if self.set else self.start()
        plain, base = _start(self._bare("")), _baseline(self._bare(""))
        if mine.neighbours is None and not self.file:  # those it does not apply to go on as they were, as under a file that extends it
            mine = mine.model_copy(update={"neighbours": plain.policy})
        if why := difference(mine, base):
            raise ScenarioError([Problem(self.scenario, "baseline", f"cannot be compared with {base.name}: {why}")])
        return base, mine

    def _check_numbers(self) -> None:
        for key, (low, high) in IN_LINKS.items():
            if not low <= (value := getattr(self, key)) <= high:  # what is no number is not in between either
                raise _out_of_range(key, str(value))

    def start(self) -> Scenario:
        """The scenario with its form, before anything is set. Raises ScenarioError."""
        return _start(self._bare(self.form))

    def _bare(self, form: str) -> Asked:
        """Where the question starts from, by itself."""
        return Asked(self.scenario, form, self.place, file=self.file)

    @property
    def _elsewhere(self) -> dict[str, Any]:
        return {"place": self.place} if self.place else {}

    def _load(self, overrides: Mapping[str, Any]) -> Scenario:
        changes = {**self._elsewhere, **overrides, **({"form": self.form} if self.form else {})}
        try:
            return from_text(self.file, self.scenario, changes) if self.file else load_scenario(self.scenario, changes)
        except RecursionError:
            raise ScenarioError([Problem(self.scenario, "", "is nested too deeply to be a scenario")]) from None

    def _befall(self, scenario: Scenario) -> Scenario:
        month = month_after(scenario.horizon.start, min(SHOCK_AFTER, scenario.horizon.months - 1))
        shocks = [Change(month=month, shock=kind, size=size) for kind, size in (("budget", self.budget), ("demand", self.demand)) if size]
        return befallen(scenario, shocks)

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
        """What a link asks. Raises LinkError with what is wrong, ScenarioError if it names a scenario or a setting there is not.

        Whether its point can be played is seen when it is: stores come and go.
        """
        said = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))
        if not said:
            return cls()
        version = said.pop("v", str(VERSION))
        if version != str(VERSION):
            raise LinkError(
                f"This link was made by another version of the app (its version is {version[:20] or 'empty'}, this one's {VERSION})."
            )
        said = {key: value for key, value in said.items() if key in {f.name for f in fields(cls)}}  # a chat adds its own words to links
        try:
            found: dict[str, Any] = dict(said)
            if "set" in found:
                found["set"] = json.loads(found["set"])
                if not isinstance(found["set"], dict):
                    raise ValueError
            for key in IN_LINKS:
                if key in found:
                    found[key] = _number(key, found[key])
            if "file" in found:
                unpacker = zlib.decompressobj()
                found["file"] = unpacker.decompress(base64.urlsafe_b64decode(found["file"]), MOST_BYTES).decode()
        except LinkError:
            raise
        except (ValueError, zlib.error, RecursionError):
            raise LinkError("This link is damaged: part of it cannot be read.") from None
        asked = cls(**found)
        asked.own()
        return asked


@lru_cache(maxsize=32)  # whoever moves a control asks for these again and again
def _start(bare: Asked) -> Scenario:
    with shipped_only():
        return bare._load({})


@lru_cache(maxsize=32)
def _baseline(bare: Asked) -> Scenario:
    """The baseline that is named; for a file that names none that of what it extends, or that itself, in its place and months."""
    plain = _start(bare)
    with shipped_only():
        if not bare.file:
            return load_scenario(plain.baseline, bare._elsewhere) if plain.baseline else plain
        with standing_in({bare.scenario: bare.file}):
            own, *more = layers_of(bare.scenario)
        parents = [layer.name for layer in more if not layer.form]
        name = plain.baseline or (parents[0] if parents else "")
        found = load_scenario(name) if name else plain
        return found if "baseline" in own.raw or not difference(plain, found) else moved_to(plain, found)


def plainly(name: str) -> str:
    """A stranger's name for something, short and without what cannot be read."""
    return "".join(letter for letter in name if letter.isprintable())[:80]


def _number(key: str, text: str) -> float:
    try:
        return int(text) if key in WHOLE else float(text)
    except ValueError:
        raise _out_of_range(key, text) from None


def _out_of_range(key: str, text: str) -> LinkError:
    """By the name that the page has for it."""
    low, high = IN_LINKS[key]
    what = f"a whole number from {low:g} to {high:g}" if key in WHOLE else f"a share from {low:g} to {high:g} ({low:+.0%} to {high:+.0%})"
    return LinkError(f"“{CALLED[key]}” cannot be {text[:20] or 'left empty'}; takes {what.replace('-', '−')}")


def from_text(text: str, name: str, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """A scenario from the text of a file that somebody gave us: it may name shipped scenarios, places and forms, no files of ours.

    Raises ScenarioError, in which the file goes by `name`.
    """
    if len(text.encode()) > MOST_BYTES:
        raise ScenarioError([Problem(name, "", "is too large for a scenario", f"{len(text.encode()):,} bytes", f"{MOST_BYTES:,} at most")])
    with shipped_only(), standing_in({(file := file_name(name)): text}):
        return load_scenario(file, overrides)


def file_name(name: str) -> str:
    """What a file that was handed in goes by: with its ending it is no shipped name."""
    return re.sub(r"[^\w .-]", "_", Path(name).stem) + ".toml"
