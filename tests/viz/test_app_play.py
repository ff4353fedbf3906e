"""What the page plays, without a browser: trials that stop and go on, the first picture, wards, figures beside the lines."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import changemaking as cm
from changemaking.experiments.recording import PROVIDERS
from changemaking.model.measures import INDEX, measure
from changemaking.scenarios.loading import load_scenario
from changemaking.scenarios.schema import Scenario
from changemaking.viz.app import packing, server, session, telling
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.engine import Engine, numbers
from changemaking.viz.app.film import film as filmed


def wait(until: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


# --- trials ---------------------------------------------------------------------------------------------------------------


def test_visitors_who_look_at_the_same_share_its_film(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)

    def visitor() -> session.Session:
        found = session.Session("?scenario=tiny&seeds=2&set=%7B%22lots%22%3A2%7D")
        wait(lambda: found.tick() and None not in found.film)
        return found

    one, other = visitor(), visitor()
    assert all(a is b for a, b in zip(one.film, other.film, strict=True))
    assert one.panel() is not other.panel() and one.history is not other.history, "and nothing else"
    one.stop({}), other.stop({})


def test_who_asks_the_same_meanwhile_waits_for_the_same_runs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    arms = Asked("tiny", set={"lots": 9}).arms()
    sent: list[tuple[str, int]] = []
    submit = ProcessPoolExecutor.submit

    def noted(pool: ProcessPoolExecutor, work: Any, scenario: Scenario, seed: int) -> Future:
        sent.append((scenario.sha256, seed))
        return submit(pool, work, scenario, seed)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", noted)
    trials = [engine.start(*arms, seeds=4, first=500) for _ in range(5)]
    wait(lambda: all(len(trial.progress().films or ()) and not trial.running for trial in trials))
    assert all(len(trial.pairs) == 4 and not trial.problem for trial in trials)
    assert len(sent) == len(set(sent)) == 8, "two arms under four seeds, once"


def test_a_run_that_one_of_two_leaves_goes_on_for_the_other_and_is_not_begun_for_nobody(engine: Engine) -> None:
    scenario = load_scenario("phased")
    ahead = [engine.submit(numbers, scenario, seed) for seed in range(600, 604)]  # the one worker is busy
    one, other = (engine.submit(numbers, scenario, 700) for _ in range(2))
    assert one is other
    engine.leave(one)
    assert not other.cancelled()
    engine.leave(other)
    assert other.cancelled()
    again = engine.submit(numbers, scenario, 700)
    assert again is not other
    for future in [*ahead, again]:
        engine.leave(future)


def test_what_is_known_is_there_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    query = "?scenario=tiny&seeds=3"
    first = session.Session(query)
    wait(lambda: first.tick() and first.stage()["state"] == "3 of 3 pairs of runs")
    monkeypatch.setattr(engine, "submit", lambda *what: pytest.fail("nothing is to be done"))
    visitor = session.Session(query)
    assert visitor.tick() and None not in visitor.film and visitor.stage()["state"] == "3 of 3 pairs of runs"
    assert visitor.numbers == first.numbers


def test_runs_that_stopped_because_nobody_looked_go_on_when_somebody_does(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    monkeypatch.setattr("changemaking.viz.app.engine.LEFT_ALONE", 0.0)
    visitor = session.Session("?scenario=tiny&seeds=6&set=%7B%22lots%22%3A7%7D")
    trial = visitor.trial
    wait(lambda: not trial.running)
    assert len(trial.pairs) < 6
    monkeypatch.setattr("changemaking.viz.app.engine.LEFT_ALONE", 60.0)
    done = dict(trial.pairs)
    wait(lambda: visitor.tick() and visitor.stage()["state"] == "6 of 6 pairs of runs")
    assert visitor.trial is trial and all(trial.pairs[seed] is pair for seed, pair in done.items())
    assert not visitor.stage()["short"]


def test_runs_that_were_stopped_stay_so_until_told_to_go_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tiny&seeds=40&set=%7B%22lots%22%3A8%7D")
    wait(lambda: visitor.tick() and bool(visitor.trial.pairs))
    visitor.stop({})
    assert visitor.stage()["state"] in ("Stopping …", f"Stopped at {len(visitor.trial.pairs)} of 40 pairs of runs")
    wait(lambda: not visitor.trial.running)
    visitor.tick()
    stopped = len(visitor.trial.pairs)
    shown = visitor.stage()
    assert stopped < 40 and shown["state"] == f"Stopped at {stopped} of 40 pairs of runs" and shown["short"] and not shown["running"]
    time.sleep(0.2)
    assert not visitor.tick() and len(visitor.trial.pairs) == stopped
    visitor.resume({})
    shown = visitor.stage()
    assert shown["running"] and not shown["short"] and shown["state"].endswith("so far")
    wait(lambda: visitor.tick() and visitor.stage()["state"] == "40 of 40 pairs of runs")
    expected = cm.compare([visitor.policy], 40, visitor.baseline, workers=1).effects
    found = visitor.found.effects  # type: ignore[union-attr]
    assert found["difference"].tolist() == pytest.approx(expected["difference"].tolist(), nan_ok=True)


def test_the_first_picture_is_there_before_anybody_asks(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    server.first_picture()
    made = [key for key in engine._kept if key[0] == "film"]
    assert made
    visitor = session.Session("")
    wait(lambda: (visitor.tick(), None not in visitor.film)[1])
    assert None not in visitor.film and [key for key in engine._kept if key[0] == "film"] == made, "none was made for the visitor"
    visitor.stop({})


# --- what is drawn --------------------------------------------------------------------------------------------------------


def test_wards_are_recorded_as_residents_feel() -> None:
    film = filmed(load_scenario("tiny", {"horizon.months": 12}), 2)
    residents = np.array([w.residents for w in film.wards])
    assert film.ward_trust.shape == (12, 3) and [w.name for w in film.wards] == ["Canalside", "Old Town", "Hill Top"]
    everybody = (film.ward_trust * residents).sum(axis=1) / residents.sum()
    np.testing.assert_allclose(everybody, film.outcome.series[:, INDEX["resident_trust"]], rtol=1e-6)
    arm = packing.film(film, telling.ARMS[0])
    assert (
        arm["wards"][0][1] == 0.0
        and arm["wards"][-1][2] == 1.0
        and all(a[2] == b[1] for a, b in zip(arm["wards"], arm["wards"][1:], strict=False))
    )
    assert [w[2] - w[1] for w in arm["wards"]] == pytest.approx(list(residents / residents.sum()), abs=1e-3)
    assert np.frombuffer(arm["wardTrust"], "<f4").reshape(12, 3).tolist() == film.ward_trust.tolist()


def test_every_kind_of_institution_has_a_mark_and_a_word() -> None:
    text = (Path(packing.__file__).parent / "stage.vue").read_text(encoding="utf-8")
    named = re.search(r"const NAMES = \{(.*?)\};", text, re.S)
    assert named is not None
    kinds = re.findall(r'"?(\w[\w -]*)"?: "', named.group(1))
    assert set(kinds) == {"council", "anchor", *PROVIDERS}


def test_figures_beside_the_lines_are_those_of_the_effects(engine: Engine) -> None:
    trial = engine.start(*Asked("tiny", set={"lots": 4}).arms(), seeds=4)
    wait(lambda: not trial.progress().running)
    comparison = trial.comparison()
    assert comparison is not None
    effects = {row.measure: row for row in comparison.effects.itertuples()}
    told = {m["name"]: m["level"] for m in packing.numbers(comparison, ("Today's policy", "Your policy"))["measures"]}
    row = effects["transaction_cost"]
    was, now, by = re.fullmatch(r"£([\d.]+)k → £([\d.]+)k \(\+£([\d.]+)k\)", told["transaction_cost"]).groups()  # type: ignore[union-attr]
    assert float(was) == pytest.approx(row.baseline_mean / 1e3, rel=0.005) and float(now) == pytest.approx(row.policy_mean / 1e3, rel=0.005)
    assert float(by) == pytest.approx(row.difference / 1e3, rel=0.05)
    same = engine.start(*Asked("tiny").arms(), seeds=2)
    wait(lambda: not same.progress().running)
    level = {m["name"]: m["level"] for m in packing.numbers(same.comparison(), ("a", "b"))["measures"]}["quality"]  # type: ignore[arg-type]
    assert re.fullmatch(r"0\.\d+", level) and measure("quality").unit == "0-1"
