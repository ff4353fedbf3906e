"""What stands below the play, without a browser: events in words, what is kept, points of sweeps, drawings, links as pictures."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

import changemaking
from changemaking.commands import app as command_line
from changemaking.experiments.recording import Recording, record_run
from changemaking.experiments.sweeps.design import design_of
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.model.outcome import Event
from changemaking.scenarios.loading import load_scenario
from changemaking.viz.app import event_words, kept, session, stores, telling
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.bars import bars
from changemaking.viz.app.engine import Engine
from changemaking.viz.app.flows import flows

ROOT = Path(changemaking.__file__).parent


@pytest.fixture(scope="module")
def film() -> Recording:
    return record_run(load_scenario("tiny"), 1)


def settled(visitor: session.Session) -> None:
    """Ask as the page does until all runs are there."""
    end = time.monotonic() + 300
    while visitor.trial.progress().done < len(visitor.trial.seeds) and time.monotonic() < end:
        visitor.tick()
        time.sleep(0.05)
    visitor.tick()
    assert visitor.found is not None and len(visitor.found.seeds) == len(visitor.trial.seeds)


@pytest.fixture(scope="module")
def visitor() -> Iterator[session.Session]:
    """Somebody who tried four lots, with all runs done."""
    own = Engine(2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_engine", own)
        found = session.Session("?scenario=tiny&seeds=3&set=%7B%22lots%22%3A4%7D")
        settled(found)
        yield found
    own.close()


# --- events in words ------------------------------------------------------------------------------------------------------


def kinds_of_events() -> set[str]:
    """The kinds of all events that the model notes, read off its code."""
    found = set()
    for path in (*(ROOT / "agents").rglob("*.py"), *(ROOT / "model").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "event" and node.args:
                assert isinstance(node.args[0], ast.Constant), f"{path.name}: a kind that cannot be read off the code"
                found.add(str(node.args[0].value))
    return found


def test_there_is_a_sentence_for_every_kind_of_event_that_the_model_notes() -> None:
    assert kinds_of_events() == set(event_words.SENTENCES)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (("intention", "Mill Council", "", "", -0.24, "less; client capacity 0.497; result 0.772"),
         "Mill Council means to outsource less in the years to come."),
        (("change", "Mill Council", "elsewhere care large 4", "home care", 1.2e8, ""),
         "Mill Council asked a large care firm from elsewhere (4) to change the home care contract, for £1.20m."),
        (("takeover", "", "Mill care vcs 2 (3)", "", 1e6, "bought by elsewhere adult care sme 1"),
         "A voluntary care body of Mill (2, the 3rd in its place) was bought by a small adult care firm from elsewhere (1), for £10.0k."),
        (("no bid", "Mill Council", "", "waste", 1.0, "attempt 1: all 1 bids are dearer than the buyer takes"),
         "The tender of Mill Council for waste found too few takers: the one bid is dearer than the buyer takes."),
        (("shock", "", "", "", -0.2, "budget"), "From outside: budgets fell by 20%."),
        (("policy", "", "", "", 0.0, "lots, local_preference"), "The policy changed: lots and local preference."),
        (("practice", "Mill Council", "", "", 0.1, "takes up open_book"),
         "Mill Council takes up the clause “Open book”, after what it saw of it."),
        (("consortium", "Mill Council", "a", "waste", 0.25, "with Mill waste sme 1"),
         "A won waste of Mill Council together with a small waste firm of Mill (1), which does 25% of it."),
        (("odd {x}", "", "", "waste", 0.0, "of a plugin"), "Odd (x): waste, of a plugin."),
    ],
)  # fmt: skip
def test_events_are_told_in_words(event: tuple[str, str, str, str, float, str], said: str) -> None:
    kind, buyer, provider, service, value, detail = event
    sectors = frozenset({"care", "adult care", "waste"})
    assert event_words.sentence(Event(3, kind, 1, buyer, provider, service, value, detail), sectors) == said


def test_a_break_says_how_long_the_contract_had_run() -> None:
    event = Event(30, "break", 1, "Mill Council", "Mill Council team", "waste", 0.0)
    assert event_words.sentence(event, months=27) == (
        "Mill Council broke the waste contract with Mill Council’s own team after 2 years and 3 months."
    )


def test_no_sentence_of_a_run_holds_a_key_of_the_model(film: Recording) -> None:
    told = [text for _, _, text in event_words.happened(film)]
    assert len(told) > 50
    assert not [text for text in told if re.search(r"elsewhere \w+ (large|sme|vcs)|\b(sme|vcs)\b|[{}_;]|nan|\d\.\d{3}", text)]


# --- kept ---------------------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_after_a_reload_and_goes_home_as_a_table(visitor: session.Session) -> None:
    visitor.history.clear()
    visitor.keep({"note": "=cmd|our first try"})
    [row] = visitor.history
    assert all(re.search(r"\d.* to |the same|not known", cell) for cell in row["cells"]), "each figure has its interval"
    browser = json.loads(json.dumps(visitor.history))
    fresh = session.Session("?scenario=tiny&seeds=2")
    fresh.restore({"history": browser})
    assert fresh.history == visitor.history
    fresh.restore({"history": []})
    assert fresh.history == visitor.history, "what is kept here already stays"
    fresh.take({"kind": "history"})
    assert fresh.parcel is not None and fresh.parcel["name"].endswith(".csv")
    heads, told = csv.reader(io.StringIO(fresh.parcel["data"].decode("utf-8-sig")))
    table = dict(zip(heads, told, strict=True))
    assert table["Note"] == "'=cmd|our first try" and table["Pairs of runs"] == "3" and table["Link"].startswith("v=1")
    effects = {e.measure: e for e in visitor.found.effects.itertuples()}  # type: ignore[union-attr]
    assert float(table["Quality of service, 0-1: 95% high"]) == pytest.approx(float(effects["quality"].high), rel=1e-12)
    fresh.stop({})


def test_what_a_browser_hands_back_is_checked(visitor: session.Session) -> None:
    visitor.keep({"note": ""})
    good = json.loads(json.dumps(visitor.history[-1]))
    bad = [
        None, 3, {}, {**good, "figures": [[1, 2]]}, {**good, "figures": "x"}, {**good, "pairs": "many"},
        {**good, "figures": [[1, 2, 3]] * 9}, {**good, "pairs": float("inf")},
    ]  # fmt: skip
    assert kept.again(bad) == kept.again("x") == kept.again(None) == []
    [row] = kept.again([{**good, "link": "v=1&scenario=tody", "title": "t" * 9999, "cells": ["<b>made up"], "note": "n" * 999}])
    assert (
        row["link"] == ""
        and row["cells"] == good["cells"]
        and len(row["note"]) == kept.MOST_LETTERS
        and len(row["title"]) == kept.MOST_TITLE
    )
    assert len(kept.again([good] * 99)) == kept.MOST


# --- links --------------------------------------------------------------------------------------------------------------


def test_a_link_opens_the_tab_that_was_open_and_is_a_picture_for_cameras(visitor: session.Session) -> None:
    visitor.turn({"tab": "money"})
    assert session.Session(visitor.link()).tab == "money"
    visitor.turn({"tab": "explain"})
    assert "tab" not in visitor.link() and session.Session(visitor.link() + "&tab=no_such").tab == "explain"
    at = "http://192.0.2.7:8765/?" + visitor.link()
    visitor.encode({"at": at})
    assert visitor.code["at"] == at and visitor.code["source"].startswith("data:image/svg+xml")
    visitor.encode({"at": at + "x" * 5000})
    assert visitor.code["source"] == ""


@pytest.mark.parametrize(("room", "opened"), [(["--room"], "http://192.0.2.7:8799"), ([], "http://127.0.0.1:8799")])
def test_in_a_room_the_browser_opens_the_address_that_others_can_open(
    monkeypatch: pytest.MonkeyPatch, room: list[str], opened: str
) -> None:
    seen: list[str] = []
    opens = threading.Event()

    def serve(*_: object, ready: Callable[[], None]) -> None:
        assert not seen, "not before there is anything to open"
        ready()
        assert opens.wait(20)

    monkeypatch.setattr("changemaking.viz.app.server.address", lambda: "192.0.2.7")
    monkeypatch.setattr("changemaking.viz.app.server.serve", serve)
    monkeypatch.setattr(webbrowser, "open", lambda at: (seen.append(at), opens.set()))
    done = CliRunner().invoke(command_line, ["app", "--port", "8799", *room])
    assert done.exit_code == 0, done.output
    assert seen == [opened] and done.output.index("Starting") < done.output.index(opened)


def test_the_address_is_told_once_the_server_answers() -> None:
    """In a process of its own: the server changes the settings of whoever runs it."""
    text = """
import socket, sys, urllib.request
from changemaking.viz.app import server
server.first_picture = lambda: None
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
def ready():
    import threading
    def ask():
        print(urllib.request.urlopen(f"http://127.0.0.1:{port}/").status, flush=True)
        import os, signal
        os.kill(os.getpid(), signal.SIGINT)
    with socket.create_connection(("127.0.0.1", port), 5):
        print("accepts", flush=True)
    threading.Thread(target=ask).start()
server.serve(port, ready=ready)
print("ended", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["accepts", "200", "ended"], done.stderr


# --- points of sweeps ---------------------------------------------------------------------------------------------------


def test_a_point_that_is_played_says_what_is_shown(tmp_path: Path, visitor: session.Session) -> None:
    arms = {"one": {"scenario": "tiny"}, "four": {"scenario": "tiny", "set": {"policy.lots": 4}}, "six": {"scenario": "tiny"}}
    vary = {"policy.local_preference": {"values": [0.0, 0.25]}, "policy.turnover_ratio": {"values": [0.5, 3.0]}}
    asked = {"title": "Lots", "seeds": 2, "months": 6, "measures": ["quality"], "arms": arms, "vary": vary, "design": "grid"}
    sweep(design_of(asked, "lots"), tmp_path / "store", workers=1, progress=False)
    stores.allow([tmp_path / "store"])
    [which] = stores.names()
    page = stores.shown(which)
    assert page.count('<g role="button" tabindex="0" data-play=') == 4 and "four against one at local preference 0.25" in page
    assert "policy." not in page and 'data-play="0:one"' not in page, "the first arm is what others are set against"
    visitor.look({"sweep": which})
    visitor.play({"key": "3:four"})
    place = " at local preference 0.25 and turnover asked of bidders 3"
    assert visitor.changed == [visitor.point] == [f"four against one{place} (sweep store / lots)"]
    assert [(a.name, a.title) for a in (visitor.baseline, visitor.policy)] == [("one", f"one{place}"), ("four", f"four{place}")]
    other = session.Session(visitor.link())
    assert (other.point, other.sweep, other.titles) == (visitor.point, which, ("one", "four")), "its link opens the same"
    assert [a.sha256 for a in (other.baseline, other.policy)] == [a.sha256 for a in (visitor.baseline, visitor.policy)]
    other.stop({})
    assert not visitor.problems and "four against one" in visitor.panel()["playing"], "no mistake"
    settled(visitor)
    assert [a and a["title"] for a in visitor.film] == ["one", "four"]
    for tab in ("explain", "table", "money", "principles", "contracts"):
        visitor.turn({"tab": tab})
        text = visitor.html()
        assert not re.search("(?i)your policy|today’s policy|>yours", text) and "four" in text
    assert "four" in json.dumps([m["sentence"] for m in visitor.numbers["measures"]], ensure_ascii=False)  # type: ignore[index]
    visitor.turn({"tab": "explain"})
    visitor.move({"key": "lots", "value": 4})
    settled(visitor)
    assert [a and a["title"] for a in visitor.film] == list(telling.ARMS) and "turnover" not in visitor.html()
    assert not visitor.panel()["playing"] and "point=" not in visitor.link() and "sweep=" in visitor.link()


def test_a_kept_point_comes_back_from_the_history_unless_its_store_is_gone(tmp_path: Path, visitor: session.Session) -> None:
    asked = {"seeds": 2, "months": 3, "measures": ["quality"], "scenarios": ["tiny"], "vary": {"policy.lots": {"values": [1, 4]}}}
    sweep(design_of(asked, "lots"), tmp_path / "store", workers=1, progress=False)
    stores.allow([tmp_path / "store"])
    visitor.look({"sweep": "store / lots"})
    visitor.play({"key": "1:tiny"})
    point = visitor.point
    settled(visitor)
    visitor.keep({"note": ""})
    visitor.move({"key": "lots", "value": 2})
    assert not visitor.point
    row = {"index": len(visitor.history) - 1}
    visitor.again(row)
    assert visitor.point == point and not visitor.problems
    visitor.move({"key": "lots", "value": 3})
    link = visitor.history[-1]["link"]
    stores.allow([])
    gone = "A point of the sweep “store / lots” cannot be played: no such sweep is open here."
    visitor.again(row)
    assert visitor.problems == [gone] and not visitor.point
    visitor.look({"sweep": ""})
    settled(visitor)
    other = session.Session(link + "&set=" + quote('{"lots": 4}') + "&tab=money&month=2")
    assert other.problems == [gone] and not other.point and other.tab == "money"
    assert other.asked == Asked(set={"lots": 4}, month=2, seeds=visitor.asked.seeds), "the visitor's own policy is followed all the same"
    other.restore({"history": visitor.history})
    assert other.history[-1]["link"] == link, "a row keeps its link: the store may come back"
    other.stop({})
    other = session.Session("tab=sweeps&sweep=store / lots")
    assert other.problems == ["The sweep “store / lots” is not open here."] and other.sweep == "" and not other.point
    other.stop({})
    bad = {
        "sweep=../../etc%00&point=0:tiny": "../../etc”",
        "sweep=store / lots&point=-1:x": "lots”",
        "point=0:tiny": "names a point of a sweep, but no sweep",
    }
    for query, said in bad.items():
        other = session.Session("scenario=tiny&" + query)
        assert said in other.problems[0] and "\0" not in other.problems[0] and not other.asked.point
        other.stop({})


@pytest.mark.parametrize("own", ["set=" + quote('{"old_rule": 4}'), "scenario=nothing", "form=zzz", "place=zzz", "since=-5"])
def test_a_point_with_an_own_policy_that_cannot_be_followed_opens_the_page(tmp_path: Path, own: str) -> None:
    asked = {"seeds": 2, "months": 3, "measures": ["quality"], "scenarios": ["tiny"], "vary": {"policy.lots": {"values": [1, 4]}}}
    sweep(design_of(asked, "lots"), tmp_path / "store", workers=1, progress=False)
    stores.allow([tmp_path / "store"])
    other = session.Session(f"{own}&sweep=store / lots&point=1:tiny")
    assert len(other.problems) > 1 and other.problems[-1].startswith("The page starts with") and other.panel() and other.stage()
    other.stop({})


def test_a_played_point_leaves_the_own_policy_as_it_was_and_its_report_names_the_arms(tmp_path: Path, engine: Engine) -> None:
    arms = {"one": {"scenario": "tiny"}, "four": {"scenario": "tiny", "set": {"policy.lots": 4}}}
    asked = {"seeds": 2, "months": 14, "measures": ["quality"], "arms": arms, "vary": {"policy.local_preference": {"values": [0.0, 0.25]}}}
    sweep(design_of(asked, "lots"), tmp_path / "store", workers=1, progress=False)
    stores.allow([tmp_path / "store"])
    other = session.Session("scenario=tiny&seeds=2&since=48&set=" + quote('{"lots": 3}'))
    own = other.asked
    other.look({"sweep": "store / lots"})
    other.play({"key": "1:four"})
    settled(other)
    assert 48 in [date["value"] for date in other.panel()["dates"]], "of the own policy, not of the point's fourteen months"
    other.take({"kind": "html"})
    report = other.parcel["data"].decode()  # type: ignore[index]
    assert "one at local preference 0.25" in report and "four at local preference 0.25" in report
    other.take({"kind": "csv"})
    assert {"one", "four"} <= set(other.parcel["data"].decode().replace("\n", ",").split(","))  # type: ignore[index]
    other.choose({"own": True})
    assert replace(other.asked, sweep="") == own and not other.point
    other.stop({})


def test_a_lonely_arm_is_told_from_itself(tmp_path: Path) -> None:
    asked = {"seeds": 2, "months": 3, "measures": ["quality"], "scenarios": ["tiny"], "vary": {"policy.lots": {"values": [1, 4]}}}
    sweep(design_of(asked, "lots"), tmp_path / "store", workers=1, progress=False)
    stores.allow([tmp_path / "store"])
    point = stores.point("store / lots", "1:tiny")
    assert point is not None and (point.baseline.name, point.policy.name) == ("tiny", "tiny_again")


# --- drawings -----------------------------------------------------------------------------------------------------------


def test_both_arms_flow_on_one_scale_and_say_what_they_are(film: Recording) -> None:
    half = Recording(**{**film.__dict__, "paid": film.paid / 2, "ends": film.ends / 2})
    page = flows((film, half), ("A <b>", "B"), futures=20)
    one, other = (float(h) for h in re.findall(r'<rect x="80.0" y="22.0" width="10.0" height="([\d.]+)"', page))
    assert one == pytest.approx(2 * other, abs=0.2)
    assert "the first of 20" in page and "over the whole run" in page and "A &lt;b&gt;" in page and "small and medium firms</span>" in page


def test_bars_are_cut_where_phases_change_and_bad_ends_are_orange(film: Recording) -> None:
    page = bars((film, film), telling.ARMS, futures=3)
    assert "designed" in page and "the first of 3" in page
    drawn = {float(x) for x in re.findall(r'fill-opacity="([\d.]+)"><title>', page)}
    some = {int(p) for row in film.outcome.contracts if row.focal and row.operated for k in film.links if k.number == row.number
            for p in film.phase[k.offset : k.offset + k.months]}  # fmt: skip
    assert drawn == {(0.35, 0.65, 1.0)[p] for p in some}
    assert page.count("✕</text>") == page.count('style="fill:var(--worse)"'), "a style, since the page colours all text"


# --- why ----------------------------------------------------------------------------------------------------------------


def test_every_measure_tells_its_formula_where_it_is_named(visitor: session.Session) -> None:
    page = telling.table(visitor.found)
    assert page.count("why?</summary>") == page.count('<th scope="row">') > 60 and "Σ weight · quality / Σ weight" in page
    assert all("Each month: " in m["formula"] for m in visitor.numbers["measures"])  # type: ignore[index]
    text = telling.explain(visitor.found, 3, [])
    assert "Herfindahl-Hirschman index: 1 if" in text and "Effort withheld" in text
