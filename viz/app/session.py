"""One visitor: the question, the trial under way, what is shown and kept. Plain Python, which a page asks and tells; no Solara here."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from ...scenarios.errors import ScenarioError
from ...scenarios.files import decoded
from ...scenarios.loading import TODAY, list_cases, list_forms
from .. import words
from . import exports, kept, packing, stores, telling
from .asked import MOST_BYTES, OF_WORLD, Asked, LinkError, plainly
from .bars import bars
from .changes import by_key, changes
from .controls import Control, controls, moves, refusals
from .controls import changed as with_control
from .engine import Engine, Trial
from .flows import flows
from .offered import dates, groups, scenarios_by_place, titles
from .offered import places as place_titles

if TYPE_CHECKING:
    from ...experiments.compare import Comparison
    from ...scenarios.schema import Scenario
    from .film import Film

TABS = {
    "explain": "Explain", "table": "All figures", "money": "Money", "principles": "Five principles", "contracts": "Contracts",
    "home": "Take home", "room": "Facilitate", "sweeps": "Experiments",
}  # fmt: skip
WRITTEN_AS = (".toml", ".txt", "")  # what a scenario file's name may end in: some mail programs change it
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

    trial: Trial
    start: Scenario
    before_that: Asked | None

    def __init__(self, query: str) -> None:
        self.problems: list[str] = []
        self.asked = Asked()
        self.before: dict[str, Control] = {}  # the controls where the visitor starts from
        self.seen = -1
        self.tab, self.presenter, self.sweep = "explain", False, ""
        self.parcel: dict[str, Any] | None = None
        self.history: list[dict[str, Any]] = []
        self.film: tuple[dict[str, Any] | None, dict[str, Any] | None] = None, None  # of the two arms
        self.numbers: dict[str, Any] | None = None
        self.films: tuple[Film, Film] | None = None
        self.found: Comparison | None = None  # what is known so far
        self.point = ""  # of a sweep, while one is played, in words
        self.titles = self.shown = telling.ARMS  # of the two arms that are asked for, and of those in the film
        self.parcels = 0
        self.code = {"at": "", "source": ""}
        self.refusal: tuple[str, list[str]] = "", []  # the control that was refused last, and why
        self.refused = self.answered = 0  # how often one was, and how much of what the browser sent has its answer
        self.left, self.before_that = "", None  # what was left behind by another choice, and the question it was of
        try:
            self.asked = Asked.of_link(query)
            self.turn(dict(parse_qsl(query.lstrip("?"))))
            if self.asked.sweep or self.asked.point:
                self.arrive_at_a_sweep()
        except (LinkError, ScenarioError) as error:
            self.problems = [*told(error), "The page starts with the small made-up town instead."]
        self.run()

    def arrive_at_a_sweep(self) -> None:
        """A store may be closed or damaged since the link was made; the visitor's own policy is followed all the same."""
        if self.asked.sweep in stores.names():
            self.sweep = self.asked.sweep
        elif self.asked.sweep:
            self.problems = [f"The sweep “{plainly(self.asked.sweep)}” is not open here."]
        try:
            self.asked.arms()
        except LinkError as error:
            self.problems, self.asked = told(error), self.own()

    # --- asking -------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Ask the engine what the visitor asks, unless that cannot be asked."""
        self.baseline, self.policy = self.asked.arms()
        start = self.asked.start()
        if not self.before or start is not self.start:
            self.start, self.before = start, by_key(start)
        self.now = controls(self.asked.wanted())
        self.groups = groups(self.now, self.before, self.asked)
        self.point, self.titles = "", telling.ARMS
        if played := self.asked.played:
            self.point, self.titles = played.told, played.titles
        self.changed = [self.point] if self.point else changes(self.asked, self.baseline, self.start, self.before, self.now)
        self.live()

    def live(self) -> None:
        """Let both arms be lived through; what was shown stays until there is something to show."""
        self.trial = engine().start(self.baseline, self.policy, max(2, self.asked.seeds))
        self.seen, self.found = -1, None

    def ask(self, new: Asked, moved: str = "", but: str = "") -> None:
        """Ask something else; if it cannot be asked, say why and leave all as it was: at the control that was `moved`, if one was.

        With `but` what is chosen takes the place of all that was set, which is said.
        """
        before, trial, self.problems = self.asked, self.trial, []
        left = self.lost(new, but) if but else ""
        try:
            self.asked = new
            self.run()
            trial.cancel()
            if left or not but:  # one choice after another that leaves nothing more behind: the way back stays
                self.left, self.before_that = left, before if left else None
        except (ScenarioError, ValueError) as error:
            self.asked, self.problems = before, refusals(error, self.now) if moved else told(error)
            self.refusal = moved, self.problems
            self.refused += 1

    def lost(self, new: Asked, but: str) -> str:
        """What of that which is asked now `new` is without, in words; the one that is chosen, `but`, is no loss."""
        old = self.asked
        moved = len(moves(self.now, self.before)) if old.set and old.set != new.set else 0
        moved += sum(getattr(old, key) not in (0, "", getattr(new, key)) for key in ("form", "budget", "demand", "since") if key != but)
        what = [*(["file"] if old.file not in ("", new.file) else []), *([words.count(moved, "change")] if moved else [])]
        return f"Your {words.listed(what)} {'was' if len(what) == 1 and moved < 2 else 'were'} left behind." if what else ""

    def back(self, what: dict[str, Any]) -> None:
        """To what was left behind."""
        if self.before_that is not None:
            self.ask(replace(self.before_that, month=self.asked.month))

    def anew(self, scenario: str, **more: Any) -> Asked:
        """Another scenario, with as many runs and at the month where the page stands."""
        return Asked(scenario, seeds=self.asked.seeds, month=self.asked.month, sweep=self.sweep, **more)

    def choose(self, what: dict[str, Any]) -> None:
        asked = self.asked
        if "place" in what:
            names = [name for name, place in scenarios_by_place() if place == what["place"]]
            self.ask(self.anew(names[0]) if names else self.anew(TODAY, place=str(what["place"])), but="place")
        elif "scenario" in what:
            new = self.anew(str(what["scenario"]), place=asked.place, budget=asked.budget, demand=asked.demand)
            self.ask(new, but="scenario")
        elif "form" in what:
            self.ask(self.own(form=str(what["form"]), set={}), but="form")
        elif "own" in what:
            self.ask(self.own())
        elif "reset" in what:
            self.ask(self.anew(asked.scenario, place=asked.place, file=asked.file))
        elif "since" in what:
            self.ask(self.own(since=int(what["since"] or 0)))

    def move(self, what: dict[str, Any]) -> None:
        key, value = str(what.get("key")), what.get("value")
        world, _, name = key.partition(".")
        control = next((c for c in self.now if c.key == key), None)
        if world == "world" and name in OF_WORLD:
            number = (int if name == "seeds" else float)(value or 0)
            self.ask(self.own(**{name: number}), key)
        elif control is not None:
            if control.kind == "whole":
                value = int(value or 0)
            self.ask(self.own(set=with_control(self.asked.wanted(), self.asked.set, key, value, self.start.policy)), key)

    def handed(self, what: dict[str, Any]) -> None:
        """A file that was dropped in."""
        name, text = Path(str(what.get("name", "file"))).name[:80], str(what.get("text", ""))
        if what.get("unread"):
            self.problems = [f"{name}: cannot be read; takes a file, no folder"]
        elif int(what.get("files", 1)) > 1:
            self.problems = [f"{what['files']} files came at once; takes one scenario file at a time"]
        elif Path(name).suffix.lower() not in WRITTEN_AS:
            self.problems = [f"{name}: is no scenario file; takes TOML, under a name that ends in .toml"]
        elif int(what.get("size", 0)) > MOST_BYTES or len(text) > MOST_BYTES:
            self.problems = [f"{name}: is too large for a scenario; takes {MOST_BYTES:,} bytes at most"]
        elif "bytes" in what:  # the browser could not read it as text
            try:
                decoded(str(what["bytes"]).encode("latin-1"), name)
            except ScenarioError as error:
                self.problems = told(error)
        elif not text.strip():
            self.problems = [f"{name}: is empty"]
        else:
            self.ask(self.anew(name, file=text), but="file")

    def tick(self) -> bool:
        """Look how far the runs are; whether there is anything new."""
        p = self.trial.progress()
        if p.version == self.seen:
            return False
        self.seen = p.version
        if p.films is not None and (p.films is not self.films or self.shown != self.titles):
            self.films, self.shown = p.films, self.titles
            self.film = packing.film(p.films[0], self.titles[0]), packing.film(p.films[1], self.titles[1])
        self.found = self.trial.comparison()
        if self.found is not None:
            self.numbers = packing.numbers(self.found, self.titles)
        if p.problem:
            self.problems = ["The runs could not be finished. What is shown is what was done before."]
            log.warning("a trial failed: %s", p.problem)
        return True

    # --- taking home, keeping -------------------------------------------------------------------------------------------

    def take(self, what: dict[str, Any]) -> None:
        """Make a file for the visitor's browser to keep."""
        kind = str(what.get("kind", ""))
        if kind != "history" and (self.found is None or self.films is None):
            return
        self.parcels += 1  # the same asked for twice is two parcels
        self.parcel = {"number": self.parcels}
        try:
            if kind == "history":
                self.parcel |= {"name": "changemaking-tried.csv", "mime": "text/csv", "data": kept.as_csv(self.history)}
            elif self.found is not None and self.films is not None:
                self.parcel |= exports.made(kind, self.found, self.films, self.policy, self.asked, self.point)
        except exports.UnsayableError as error:
            self.parcel["problem"] = str(error)
        except Exception:
            log.exception("an export failed")
            self.parcel["problem"] = "This could not be made. Another form of it may do."

    def keep(self, what: dict[str, Any]) -> None:
        """Add what is shown to the history."""
        if self.found is not None and len(self.history) < kept.MOST:
            title = "; ".join(self.changed) or "No change"
            self.history.append(kept.row(self.found, title, str(what.get("note", "")), self.asked.link()))

    def full(self) -> str:
        """That no more can be kept, and what to do then."""
        if len(self.history) < kept.MOST:
            return ""
        return f"{kept.MOST} are kept, and no more find room. Take this table home; a new window of the browser begins an empty one."

    def restore(self, what: dict[str, Any]) -> None:
        """Take back what the browser kept while the page was loaded anew; what was kept here since stays."""
        if not self.history:
            self.history = kept.again(what.get("history"))

    def again(self, what: dict[str, Any]) -> None:
        """Show something from the history again, with a way back to what is not in there."""
        index = what.get("index")
        if isinstance(index, int) and 0 <= index < len(self.history) and self.history[index]["link"]:
            new = replace(Asked.of_link(self.history[index]["link"]), month=self.asked.month)
            kept_too = _question(self.asked.link()) in [_question(row["link"]) for row in self.history]
            self.ask(new, but="" if kept_too else "history")

    def play(self, what: dict[str, Any]) -> None:
        """A point of a sweep, played: an arm of it against the first."""
        self.ask(replace(self.asked, sweep=self.sweep, point=str(what.get("key", ""))), but="point")

    def playing(self) -> str:
        """That a point of a sweep is played, while one is."""
        if not self.point:
            return ""
        return f"The towns show a point: {self.point}. The controls still hold your own policy; moving one goes back to it."

    def own(self, **changes: Any) -> Asked:
        """The visitor's own question, changed; no point of a sweep."""
        return replace(self.asked, sweep=self.sweep, point="", **changes)

    def link(self) -> str:
        """The link that opens what is shown, at the open tab."""
        return self.asked.link() + ("" if self.tab == "explain" else "&" + urlencode({"tab": self.tab}))

    def encode(self, what: dict[str, Any]) -> None:
        """The address under which the visitor's browser knows the link, as a picture for cameras."""
        import segno

        at = str(what.get("at", ""))
        try:
            source = segno.make(at, error="l", micro=False).svg_data_uri(scale=4, border=4, light="#fff")
        except ValueError:  # too long for any
            source = ""
        self.code = {"at": at, "source": source}

    def reached(self, what: dict[str, Any]) -> None:
        self.asked = replace(self.asked, month=max(0, min(600, int(what.get("month", 0)))))

    def turn(self, what: dict[str, Any]) -> None:
        self.tab = what["tab"] if what.get("tab") in TABS else self.tab

    def present(self, what: dict[str, Any]) -> None:
        self.presenter = bool(what.get("on"))

    def look(self, what: dict[str, Any]) -> None:
        self.sweep = str(what.get("sweep", ""))
        if not self.point:
            self.asked = self.own()

    def stop(self, what: dict[str, Any]) -> None:
        self.trial.cancel()

    def resume(self, what: dict[str, Any]) -> None:
        """Go on with runs that were stopped or broken off; what is done already is not done again."""
        self.problems = []
        self.trial.go_on()

    # --- what the three parts of the page show --------------------------------------------------------------------------

    def panel(self) -> dict[str, Any]:
        asked, places = self.asked, dict(scenarios_by_place())
        at = self.refusal[0] if self.refusal[1] is self.problems else ""  # whatever was said since stands above all controls
        place = asked.place or places.get(asked.scenario, self.start.place.name)
        home = places[TODAY] if asked.place else place  # what is played in a place without scenarios of its own
        here = [name for name, where in places.items() if where == home] if not asked.file else list(places)
        listed = dict.fromkeys([*here, *([] if asked.file else [asked.scenario]), *(list_cases() if place != "tiny" else [])])
        own = [{"value": asked.scenario, "label": f"{self.start.title} (your file)"}] if asked.file else []
        return {
            "place": place,
            "places": [{"value": name, "label": title} for name, title in place_titles().items()],
            "scenario": asked.scenario,
            "scenarios": [*own, *({"value": name, "label": titles().get(name, name)} for name in listed)],
            "form": asked.form,
            "forms": [
                {"value": "", "label": "as the scenario has it"},
                *({"value": n, "label": str(r["title"])} for n, r in list_forms().items()),
            ],
            "about": self.start.description,
            "groups": self.groups,
            "problems": [] if at else list(self.problems),
            "refusal": {"key": at, "texts": list(self.problems) if at else [], "times": self.refused},
            "answered": self.answered,
            "left": self.left,
            "playing": self.playing(),
            "changed": bool(asked.set or asked.form or asked.budget or asked.demand or asked.since),
            "since": asked.since,
            "dates": dates(self.start),
            "most": MOST_BYTES,
        }

    def stage(self) -> dict[str, Any]:
        p = self.trial.progress()
        running = p.running or p.version != self.seen
        short = not running and p.done < p.wanted
        state = f"{p.done} of {p.wanted} pairs of runs" + (" so far" if p.running else "")
        if p.running and p.cancelled:
            state = "Stopping …"
        elif short:
            state = f"{'Stopped' if p.cancelled else 'Broken off'} at {state}"
        elif p.films is None:
            state = "The two towns are being lived through …"
        return {
            "baseline": self.film[0], "policy": self.film[1], "numbers": self.numbers, "running": running, "going": p.running,
            "short": short, "state": state, "opened": self.asked.month,
        }  # fmt: skip

    def shelf(self) -> dict[str, Any]:
        return {
            "tabs": [{"id": name, "title": title} for name, title in TABS.items()],
            "tab": self.tab,
            "shown": self.tab,  # what the html belongs to: the browser may be a tab ahead
            "html": self.html(),
            "ready": self.found is not None,
            "offers": [{"kind": kind, "label": label} for kind, label in exports.OFFERS.items() if not (self.point and kind == "toml")],
            "parcel": self.parcel,
            "link": self.link(),
            "code": self.code,
            "presenter": self.presenter,
            "history": list(self.history),
            "full": self.full(),
            "heads": [words.known(name).label for name in kept.HEADS],
            "stores": stores.names() if self.tab == "sweeps" else [],
            "sweep": self.sweep,
        }

    def html(self) -> str:
        """The open tab."""
        if self.tab == "explain":
            return telling.explain(self.found, len(self.trial.seeds), self.changed, self.titles)
        if self.tab == "table":
            return telling.table(self.found, self.titles)
        if self.tab == "money":
            return flows(self.films, self.shown, len(self.trial.seeds)) if self.films else telling.WAITING
        if self.tab == "principles":
            return telling.spokes(self.found, self.titles)
        if self.tab == "contracts":
            return bars(self.films, self.shown, len(self.trial.seeds)) if self.films else telling.WAITING
        return stores.shown(self.sweep) if self.tab == "sweeps" else ""


def _question(link: str) -> dict[str, str]:
    """What a link asks, without the month, and the sweep, that are only looked at."""
    said = dict(parse_qsl(link))
    return {key: value for key, value in said.items() if key != "month" and (key != "sweep" or "point" in said)}


def told(error: Exception) -> list[str]:
    """An error in words for the page: what it says, and no path of this machine."""
    lines = [str(p) for p in error.problems] if isinstance(error, ScenarioError) else [str(error)]
    home = str(Path(__file__).parents[2])
    return [line.replace("override: ", "").replace(home, "") for line in lines][:8]
