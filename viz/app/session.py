"""One visitor: the question, the trial under way, what is shown and kept. Plain Python, which a page asks and tells; no Solara here."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

from ...scenarios.errors import ScenarioError
from ...scenarios.files import shipped
from ...scenarios.loading import list_cases, list_forms, list_scenarios, load_scenario
from .. import words
from . import exports, packing, stores, telling
from .asked import MINE, MOST_BYTES, Asked, LinkError
from .controls import changed as with_control
from .controls import controls
from .engine import Engine, Trial

TABS = {
    "explain": "Explain", "table": "All figures", "money": "Money", "principles": "Five principles", "contracts": "Contracts",
    "home": "Take home", "room": "Facilitate", "sweeps": "Experiments",
}  # fmt: skip
HEADS = ("whole_life_value", "quality", "share_local", "trust")
MOST_KEPT = 30
log = logging.getLogger(__name__)
_engine: Engine | None = None


def engine() -> Engine:
    """The one engine of this server."""
    global _engine
    if _engine is None:
        _engine = Engine()
    return _engine


class Session:
    """One visitor: the question, the trial under way, what was kept. Plain Python; the component redraws when told to."""

    def __init__(self, query: str) -> None:
        self.problems: list[str] = []
        self.asked = Asked()
        self.trial: Trial | None = None
        self.seen = -1
        self.tab, self.presenter, self.busy, self.sweep = "explain", False, "", ""
        self.parcel: dict[str, Any] | None = None
        self.history: list[dict[str, Any]] = []
        self.film: dict[str, Any] | None = None
        self.numbers: dict[str, Any] | None = None
        self.films: Any = None
        self._html: tuple[Any, str] = (None, "")
        try:
            self.asked = Asked.of_link(query)
        except (LinkError, ScenarioError) as error:
            self.problems = [*told(error), "The page starts with the small made-up town instead."]
        self.run()

    # --- asking -------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Ask the engine what the visitor asks, unless that cannot be asked."""
        self.baseline, self.policy = self.asked.arms()
        self.start = self.asked.start()
        self.before = {c.key: c for c in controls(self.start)}
        self.now = controls(self.policy)
        self.groups = groups(self)
        self.changed = self.changes()
        if self.trial is not None:
            self.trial.cancel()
        self.trial = engine().start(self.baseline, self.policy, max(2, self.asked.seeds))
        self.seen, self.numbers = -1, None

    def ask(self, new: Asked) -> None:
        """Ask something else; if it cannot be asked, say why and leave all as it was."""
        before, self.problems = self.asked, []
        try:
            self.asked = new
            self.run()
        except (ScenarioError, ValueError) as error:
            self.asked, self.problems = before, told(error)

    def choose(self, what: dict[str, Any]) -> None:
        if "place" in what:
            names = [name for name, place in scenarios_by_place() if place == what["place"]]
            self.ask(Asked(names[0], seeds=self.asked.seeds) if names else self.asked)
        elif "scenario" in what:
            self.ask(Asked(str(what["scenario"]), seeds=self.asked.seeds, budget=self.asked.budget, demand=self.asked.demand))
        elif "form" in what:
            self.ask(self.asked.with_(form=str(what["form"]), set={}))
        elif "reset" in what:
            self.ask(Asked(self.asked.scenario, seeds=self.asked.seeds, file=self.asked.file))

    def move(self, what: dict[str, Any]) -> None:
        key, value = str(what.get("key")), what.get("value")
        if key in ("world.budget", "world.demand"):
            self.ask(self.asked.with_(**{key.removeprefix("world."): float(value or 0.0)}))
        elif key == "world.seeds":
            self.ask(self.asked.with_(seeds=int(value or 20)))
        else:
            control = next((c for c in self.now if c.key == key), None)
            if control is None:
                return
            if control.kind == "whole":
                value = int(value or 0)
            self.ask(self.asked.with_(set=with_control(self.policy, self.asked.set, key, value)))

    def handed(self, what: dict[str, Any]) -> None:
        """A file that was dropped in."""
        name, text = Path(str(what.get("name", "file"))).name[:80], str(what.get("text", ""))
        if int(what.get("size", 0)) > MOST_BYTES or len(text) > MOST_BYTES:
            self.problems = [f"{name}: is too large for a scenario; takes {MOST_BYTES:,} bytes at most"]
        elif not text.strip():
            self.problems = [f"{name}: is empty"]
        else:
            self.ask(Asked(name, file=text, seeds=self.asked.seeds))

    def tick(self) -> bool:
        """Look how far the runs are; whether there is anything new."""
        if self.trial is None:
            return False
        p = self.trial.progress()
        if p.version == self.seen:
            return False
        self.seen = p.version
        if p.films is not None and p.films is not self.films:
            self.films = p.films
            self.film = packing.film(p.films, telling.ARMS)
        if (found := self.trial.comparison()) is not None:
            self.numbers = packing.numbers(found)
        if p.problem:
            self.problems = ["The runs could not be finished. What is shown is what was done before."]
            log.warning("a trial failed: %s", p.problem)
        return True

    # --- taking home, keeping -------------------------------------------------------------------------------------------

    def take(self, what: dict[str, Any]) -> None:
        """Make a file for the visitor's browser to keep."""
        found = self.trial.comparison() if self.trial else None
        if found is None or self.films is None:
            return
        try:
            self.parcel = exports.made(str(what.get("kind", "")), found, self.films, self.policy, self.asked)
        except Exception:
            log.exception("an export failed")
            self.problems = ["This could not be made. Another form of it may do."]

    def keep(self, what: dict[str, Any]) -> None:
        """Add what is shown to the history."""
        found = self.trial.comparison() if self.trial else None
        if found is None or len(self.history) >= MOST_KEPT:
            return
        effects = {row.measure: row for row in found.effects.itertuples()}
        cells = []
        for name in HEADS:
            e, m = effects[name], words.known(name)
            sign = words.SIGN[words.verdict(float(e.low), float(e.high), m.better)]
            cells.append(f"{sign} {words.change(float(e.difference), m.unit)}" if len(found.seeds) > 1 else "–")
        title = "; ".join(self.changed) or "No change"
        self.history.append({"title": title, "cells": cells, "note": str(what.get("note", ""))[:300], "link": self.asked.link()})

    def changes(self) -> list[str]:
        """What is changed, in words."""
        said = [f"starting from “{self.start.title}”"] if self.start.name != self.baseline.name else []
        before = self.before
        for c in self.now:
            if c.value != before[c.key].value and (not c.within or before[f"clauses.{c.within}"].value):
                said.append(f"{c.title} {shown(before[c.key])} → {shown(c)}")
        for name, size in (("budgets", self.asked.budget), ("demand", self.asked.demand)):
            if size:
                said.append(f"{name} {size:+.0%} for both after a year")
        return said

    def again(self, what: dict[str, Any]) -> None:
        """Show something from the history again."""
        index = what.get("index")
        if isinstance(index, int) and 0 <= index < len(self.history):
            self.ask(Asked.of_link(self.history[index]["link"]))

    def play(self, what: dict[str, Any]) -> None:
        """A point of a sweep, played: an arm of it against another."""
        found = stores.scenario(self.sweep, str(what.get("key", "")))
        if found is None:
            return
        if self.trial is not None:
            self.trial.cancel()
        self.baseline, self.policy = found[0], found[1].model_copy(update={"name": MINE})
        self.start, self.changed = found[0], [f"a point of the sweep {self.sweep}"]
        self.trial = engine().start(self.baseline, self.policy, max(2, self.asked.seeds))
        self.seen, self.numbers = -1, None
        self.problems = ["What is played is a point of a sweep. Moving a control goes back to your own policy."]

    def reached(self, what: dict[str, Any]) -> None:
        self.asked = self.asked.with_(month=max(0, min(600, int(what.get("month", 0)))))

    def turn(self, what: dict[str, Any]) -> None:
        self.tab = what["tab"] if what.get("tab") in TABS else self.tab

    def present(self, what: dict[str, Any]) -> None:
        self.presenter = bool(what.get("on"))

    def look(self, what: dict[str, Any]) -> None:
        self.sweep = str(what.get("sweep", ""))

    def stop(self, what: dict[str, Any]) -> None:
        if self.trial is not None:
            self.trial.cancel()

    # --- what the three parts of the page show --------------------------------------------------------------------------

    def panel(self) -> dict[str, Any]:
        asked, places = self.asked, dict(scenarios_by_place())
        place = places.get(asked.scenario, self.policy.place.name)
        here = [name for name, where in places.items() if where == place] if not asked.file else list(places)
        listed = dict.fromkeys([*here, *([] if asked.file else [asked.scenario]), *(list_cases() if place != "tiny" else [])])
        own = [{"value": asked.scenario, "label": f"{self.start.title} (your file)"}] if asked.file else []
        return {
            "place": place,
            "places": [{"value": name, "label": name.capitalize()} for name in shipped("place")],
            "scenario": asked.scenario,
            "scenarios": [*own, *({"value": name, "label": titles().get(name, name)} for name in listed)],
            "form": asked.form,
            "forms": [
                {"value": "", "label": "as the scenario has it"},
                *({"value": n, "label": str(r["title"])} for n, r in list_forms().items()),
            ],
            "about": self.start.description,
            "groups": self.groups,
            "problems": list(self.problems),
            "changed": bool(asked.set or asked.form or asked.budget or asked.demand),
            "most": MOST_BYTES,
        }

    def stage(self) -> dict[str, Any]:
        p = self.trial.progress() if self.trial else None
        state = ""
        if p is not None and p.films is None:
            state = "The two towns are being lived through …"
        elif p is not None:
            state = f"{p.done} of {p.wanted} pairs of runs" + (" so far" if p.running else "")
        running = p is not None and (p.running or p.version != self.seen)
        return {"film": self.film, "numbers": self.numbers, "running": running, "state": state, "opened": self.asked.month}

    def shelf(self) -> dict[str, Any]:
        return {
            "tabs": [{"id": name, "title": title} for name, title in TABS.items()],
            "tab": self.tab,
            "shown": self.tab,  # what the html belongs to: the browser may be a tab ahead
            "html": self.html(),
            "ready": self.numbers is not None,
            "offers": [{"kind": kind, "label": label} for kind, label in exports.OFFERS.items()],
            "busy": self.busy,
            "parcel": self.parcel,
            "link": self.asked.link(),
            "presenter": self.presenter,
            "history": list(self.history),
            "heads": [words.known(name).label for name in HEADS],
            "stores": stores.names() if self.tab == "sweeps" else [],
            "sweep": self.sweep,
        }

    def html(self) -> str:
        """The open tab; made again only when there is something new in it."""
        key = (self.tab, self.seen, self.sweep, id(self.trial))
        if self.tab == "sweeps" or self._html[0] != key:
            self._html = key, html_of(self)
        return self._html[1]


def told(error: Exception) -> list[str]:
    """An error in words for the page: what it says, and no path of this machine."""
    lines = [str(p) for p in error.problems] if isinstance(error, ScenarioError) else [str(error)]
    home = str(Path(__file__).parents[2])
    return [line.replace("override: ", "").replace(home, "") for line in lines][:8]


def shown(control: Any) -> str:
    """A control's value in words."""
    if control.kind == "switch":
        return "on" if control.value else "off"
    if control.kind in ("choice", "several"):
        labels = dict(control.choices)
        return labels.get(control.value, str(control.value)) if control.kind == "choice" else ", ".join(control.value) or "none"
    return f"{100 * control.value:.4g}%" if control.unit.startswith("share") else f"{control.value:g} {control.unit}".strip()


@cache
def scenarios_by_place() -> list[tuple[str, str]]:
    """Every shipped scenario and case with its place; of each place, the one without a baseline first."""
    found = [(info.name, info.place or "", info.baseline is not None) for info in list_scenarios()]
    return [(name, place) for name, place, _ in sorted(found, key=lambda row: (row[1] != "tiny", row[1], row[2], row[0]))]


@cache
def titles() -> dict[str, str]:
    """The title of every shipped scenario and case by name."""
    out = {info.name: info.title for info in list_scenarios()}
    return out | {name: load_scenario(name).title for name in list_cases() if name not in out}


def groups(session: Session) -> list[dict[str, Any]]:
    """The controls as the panel wants them."""
    out: dict[str, dict[str, Any]] = {}
    for c in session.now:
        moved = c.value != session.before[c.key].value
        group = out.setdefault(c.group, {"title": c.group, "changed": 0, "controls": []})
        group["changed"] += moved
        group["controls"].append(
            {
                **{k: getattr(c, k) for k in ("key", "title", "help", "kind", "unit", "low", "high", "step", "source", "within")},
                "value": list(c.value) if isinstance(c.value, tuple) else c.value,
                "choices": [{"value": value, "label": label} for value, label in c.choices],
                "moved": moved,
            }
        )
    money = list(out.values())[-1]
    for key, title, value, told_, unit, low, high, step in (
        ("budget", "Budgets, a year on", session.asked.budget, "budgets rise or fall by this share after a year", "share", -0.5, 1.0, 0.05),
        ("demand", "Demand, a year on", session.asked.demand, "demand rises or falls by this share after a year", "share", -0.5, 1.0, 0.05),
        ("seeds", "Pairs of runs", session.asked.seeds, "tried under so many futures; more pairs, narrower bands", "pairs", 2, 100, 1),
    ):
        moved = key != "seeds" and bool(value)
        money["controls"].append(
            {
                "key": f"world.{key}", "title": title, "help": f"Both policies live with it: {told_}.", "kind": "number", "unit": unit,
                "low": low, "high": high, "step": step, "value": value, "source": "", "within": "", "choices": [], "moved": moved,
            }
        )  # fmt: skip
        money["changed"] += moved
    return list(out.values())


def html_of(session: Session) -> str:
    """The open tab."""
    found = session.trial.comparison() if session.trial else None
    waiting = "<p>The first runs are under way.</p>"
    if session.tab == "explain":
        return telling.explain(found, len(session.trial.seeds) if session.trial else 0, session.changed)
    if session.tab == "table":
        return telling.table(found)
    if session.tab == "money":
        return telling.flows(session.films) if session.films else waiting
    if session.tab == "principles":
        return telling.spokes(found)
    if session.tab == "contracts":
        return telling.bars(session.films) if session.films else waiting
    if session.tab == "sweeps":
        return stores.shown(session.sweep)
    return ""
