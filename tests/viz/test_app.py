"""The app without a browser: recordings, trials, what is told of them, and a visitor who looks at it."""

from __future__ import annotations

import json
import os
import re
import signal
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from app_trials import finished

import changemaking as cm
from changemaking.experiments.recording import record_run
from changemaking.model.ecosystem import Ecosystem, simulate
from changemaking.model.measures import INDEX
from changemaking.scenarios.loading import load_scenario
from changemaking.viz.app import packing, session, stores, telling
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.bars import bars
from changemaking.viz.app.controls import controls
from changemaking.viz.app.engine import Engine, Trial
from changemaking.viz.app.flows import flows

# --- recordings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tiny", "bundled_financed"])
def test_recording_changes_nothing_and_its_money_is_the_contracts(name: str) -> None:
    scenario = load_scenario(name, {"horizon.months": 36})
    plain, film = simulate(scenario, 3), record_run(scenario, 3)
    np.testing.assert_array_equal(plain.series, film.outcome.series)
    assert plain.totals == film.outcome.totals or all(
        a == b or (np.isnan(a) and np.isnan(b)) for a, b in zip(plain.totals.values(), film.outcome.totals.values(), strict=True)
    )
    assert plain.events == film.outcome.events and repr(plain.contracts) == repr(film.outcome.contracts)
    np.testing.assert_allclose(film.ends.sum(axis=2), film.paid, atol=1e-6)
    assert sum(link.months for link in film.links) == len(film.value) == len(film.trust)
    assert film.alive.shape == (36, len(film.institutions))
    with pytest.raises(ValueError, match="read-only"):
        film.value[0] = 1.0


def test_what_commissioners_pay_in_the_film_is_the_measure() -> None:
    """But for what is late: the film shows what reached providers, the measure what fell due."""
    on_time = record_run(load_scenario("tiny", {"horizon.months": 24, "switches.late_payment": False}), 1)
    assert on_time.paid.sum() == pytest.approx(on_time.outcome.totals["spend"], rel=1e-9)
    scenario = load_scenario("tiny", {"horizon.months": 24})
    film = record_run(scenario, 1)
    owed = film.outcome.totals["spend"] - film.paid.sum()
    last_month = film.outcome.series[-1, INDEX["spend"]]
    assert 0 < owed <= scenario.parameters.late_share * last_month


# --- trials ---------------------------------------------------------------------------------------------------------------


def test_a_trial_gives_what_compare_gives(done: Trial) -> None:
    found = done.comparison()
    assert found is not None and found.seeds == [1, 2, 3, 4]
    expected = cm.compare([load_scenario("tiny", {"policy.lots": 4}).model_copy(update={"name": "other"})], 4, "tiny", workers=1)
    columns = ["difference", "low", "high"]
    pd.testing.assert_frame_equal(found.effects[columns], expected.effects[columns], check_exact=True)


def test_known_runs_are_not_made_again(engine: Engine, done: Trial) -> None:
    start = time.perf_counter()
    again = finished(engine.start(done.baseline, done.policy, 4))
    assert time.perf_counter() - start < 0.5 and again.films[0] is done.films[0]  # type: ignore[index]


def test_a_trial_that_is_cancelled_or_left_alone_stops(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    arms = Asked("phased").arms()
    trial = engine.start(*arms, seeds=60, first=100)
    trial.cancel()
    trial.thread.join(20)
    assert not trial.running and len(trial.pairs) < 60
    monkeypatch.setattr("changemaking.viz.app.engine.LEFT_ALONE", 0.3)
    trial = engine.start(*arms, seeds=60, first=300)
    trial.thread.join(20)
    assert not trial.running and len(trial.pairs) < 60 and not trial.problem


def test_a_worker_that_is_killed_is_replaced(engine: Engine) -> None:
    trial = engine.start(*Asked("phased", set={"lots": 2}).arms(), seeds=6)
    end = time.monotonic() + 60
    while not trial.progress().films and time.monotonic() < end:
        time.sleep(0.02)
    for process in list(engine._pool._processes.values()):  # type: ignore[union-attr]
        os.kill(process.pid, signal.SIGKILL)
    finished(trial)
    assert len(trial.pairs) == 6


# --- what is told ---------------------------------------------------------------------------------------------------------


def test_nothing_is_told_beyond_the_results(engine: Engine, done: Trial) -> None:
    same = finished(engine.start(*Asked("tiny").arms(), seeds=3)).comparison()
    text = telling.explain(same, 3, [])
    assert "Nothing is changed" in text and "the same in every pair" in text
    assert "better" not in text.lower() and "Ways by which" not in text
    assert "cannot tell a difference from chance" in telling.explain(first_pair(done), 4, ["Lots"])
    text = telling.explain(done.comparison(), 4, ["<script>alert(1)</script>"])
    assert "<script>" not in text and "4 pairs of runs" in text
    strong = finished(engine.start(*Asked("preston").arms(), seeds=3)).comparison()
    assert "(HHI)" in telling.explain(strong, 3, []), "capitals of names stay"


def first_pair(trial: Trial) -> object:
    one = Trial(trial.engine, trial.baseline, trial.policy, [1])
    one.pairs = {1: trial.pairs[1]}
    return one.comparison()


def test_drawings_have_text_alternatives_that_hold_the_numbers(done: Trial) -> None:
    assert done.films is not None
    money = flows(done.films, telling.ARMS)
    assert money.count('role="img"') == 2 and money.count("aria-label=") == 2
    shares = [int(n) for n in re.findall(r"(\d+)% (?:people|firms|rest|elsewhere|kept)", money.split("</figure>")[0])]
    assert 96 <= sum(shares) <= 102
    rows = [row for row in done.comparison().effects.itertuples() if row.measure in telling.PRINCIPLES]  # type: ignore[union-attr]
    for row in rows:  # a difference that is clear is to be seen in the figures: two places would hide it
        assert f">{row.baseline_mean:.3g} → {row.policy_mean:.3g} " in telling.spokes(done.comparison()), row.measure
    assert len(rows) == 5 and "Collaborative" in telling.spokes(done.comparison()) and 'role="img"' in bars(done.films, telling.ARMS)


@pytest.mark.parametrize(
    ("name", "changes"),
    [("tiny", {"policy.lots": 4}), ("tiny", {"policy.discretion": True, "policy.forms": ["pfi", "alliance", "grant"]})],
    ids=["lots", "project companies"],
)
def test_links_hold_what_is_read_contract_by_contract(name: str, changes: dict[str, Any]) -> None:
    """The slow twin: each contract's months one by one, until it pauses or ends; not what a project company passes on."""
    scenario = load_scenario(name, changes)
    film, world, seen = record_run(scenario, 3), Ecosystem(scenario, 3), {}
    for month in range(scenario.horizon.months):
        world.step()
        for contract in world.contracts.at.values():
            if not hasattr(contract.buyer, "table"):
                continue
            first, rows = seen.setdefault(contract.number, (month, []))
            if len(rows) == month - first:
                pounds = np.float32(12.0 * (contract.price + contract.finance) / 100.0)
                rows.append((pounds, np.float32(contract.trust), np.float32(contract.quality), contract.phase))
    assert [link.number for link in film.links] == list(seen) and len(seen) > 5
    for link in film.links:
        first, rows = seen[link.number]
        at = slice(link.offset, link.offset + link.months)
        told = list(zip(film.value[at], film.trust[at], film.quality[at], film.phase[at], strict=True))
        assert (link.first, told) == (first, rows)


def test_films_are_packed_whole(done: Trial) -> None:
    assert done.films is not None
    film = done.films[0]
    arm = packing.film(film, telling.ARMS[0])
    assert len(arm["alive"]) == film.months * len(film.institutions) and len(arm["value"]) == 4 * len(film.value)
    assert all(-1 <= x <= 1 and -1 <= y <= 1 for *_, x, y, _ in arm["who"])
    assert all(text.endswith(".") and "{" not in text for *_, text in json.loads(zlib.decompress(arm["events"])))
    numbers = packing.numbers(done.comparison(), telling.ARMS)  # type: ignore[arg-type]
    assert [m["name"] for m in numbers["measures"]] == list(packing.SHOWN)


# --- a visitor ------------------------------------------------------------------------------------------------------------


def test_a_visitor_who_asks_nonsense_keeps_the_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tody")
    assert "did you mean 'today'" in visitor.problems[0] and visitor.trial is not None
    visitor.move({"key": "clauses.guaranteed_return", "value": True})
    refusal = visitor.panel()["refusal"]
    assert refusal["key"] == "clauses.guaranteed_return" and refusal["times"] == 1 and not visitor.panel()["problems"]
    [said] = refusal["texts"]
    assert said.startswith("“Guaranteed return” cannot stand alone; it needs “Equity share” or") and "_" not in said
    assert not visitor.asked.set
    visitor.move({"key": "world.budget", "value": 9})
    assert visitor.panel()["refusal"]["key"] == "world.budget" and "from −0.5 to 1" in visitor.panel()["refusal"]["texts"][0]
    visitor.choose({"since": 24})
    assert not visitor.changed, "nothing begins then"
    visitor.move({"key": "lots", "value": 4})
    assert (
        visitor.changed == ["from April 2014, today’s policy until then", "Lots 1 lot → 4 lots"] and not visitor.panel()["refusal"]["key"]
    )
    assert next(c for c in visitor.now if c.key == "lots").value == 4, "controls show what is wanted, not what holds at the start"
    visitor.choose({"reset": True})
    assert not visitor.asked.since and not visitor.changed
    visitor.move({"key": "no.such", "value": 1}), visitor.again({"index": 7}), visitor.turn({"tab": "x"}), visitor.play({"key": "1:a"})
    visitor.handed({"name": "../../x.toml", "text": "", "size": 0})
    assert visitor.problems == ["x.toml: is empty"] and visitor.tab == "explain"
    visitor.move({"key": "lots", "value": 4})
    assert not visitor.problems and visitor.changed == ["Lots 1 lot → 4 lots"]
    visitor.choose({"form": "pfi"})
    assert visitor.changed[0].startswith("under the form") and visitor.policy.sha256 != visitor.baseline.sha256
    visitor.stop({})


def test_the_points_of_a_sweep_are_named_as_its_file_or_the_page_names_what_is_varied() -> None:
    from changemaking.experiments.sweeps.design import design_of
    from changemaking.viz.app.points import points, told

    vary = {
        "parameters.overrun": {"values": [0.1], "label": "What building costs <more>"},
        "policy.turnover_ratio": {"values": [2.0]},
        "policy.clauses.break_clause.settings.first": {"values": [24]},
        "parameters.thin_margin": {"values": [0.02]},
    }
    arm = {"scenario": "tiny", "set": {"policy.clauses": [{"name": "break_clause"}]}}
    design = design_of({"title": "Names", "arms": {"one": arm}, "vary": vary}, "names")
    page, controls_of = points(design), {c.key: c for c in controls(load_scenario("tiny"))}
    setting = f"Break clause: {controls_of['clauses.break_clause.first'].title}"
    for named in ("What building costs &lt;more&gt;", "Turnover asked of bidders", setting, "thin margin"):
        assert f'<th scope="col">{named}</th>' in page
    assert told(design, 0, "one").startswith("one at what building costs <more> 0.1, turnover asked of bidders 2, break clause: ")


def test_every_place_that_is_offered_can_be_chosen(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tiny&seeds=2")
    assert {"value": "trafford", "label": "Trafford in Greater Manchester"} in visitor.panel()["places"], "by their titles"
    for place in [option["value"] for option in visitor.panel()["places"]]:
        visitor.choose({"place": place})
        shown_ = visitor.panel()
        assert not visitor.problems and visitor.policy.place.name == shown_["place"] == place
        assert shown_["scenario"] in [option["value"] for option in shown_["scenarios"]]
    visitor.choose({"place": "trafford"})
    visitor.choose({"scenario": "preston"})
    visitor.move({"key": "lots", "value": 3})
    visitor.choose({"reset": True})
    assert not visitor.problems and visitor.policy.place.name == "trafford" and "scenario=preston&place=trafford" in visitor.link()
    visitor.stop({})


@pytest.mark.parametrize("kind", ["regimes", "sensitivity", "robustness", "none"])
def test_a_sweep_is_shown_with_the_figures_of_its_analysis(tmp_path: Path, kind: str) -> None:
    from changemaking.experiments.sweeps.design import design_of
    from changemaking.experiments.sweeps.sweep import sweep

    vary = {
        "policy.local_preference": {"low": 0.0, "high": 0.6, "steps": 3},
        "policy.turnover_ratio": {"low": 0.5, "high": 3.0, "steps": 3},
    }
    asked: dict[str, object] = {"design": "grid"}
    analysis: dict[str, object] = {"kind": kind, "measure": "quality", **({"arm": "four", "against": "one"} if kind == "regimes" else {})}
    if kind == "sensitivity":
        vary = {name: {"low": v["low"], "high": v["high"]} for name, v in vary.items()}
        asked, analysis["arm"] = {"design": "morris", "samples": 4}, "four"
    arms = {"one": {"scenario": "tiny"}, "four": {"scenario": "tiny", "set": {"policy.lots": 4}}}
    text = {"title": kind, "seeds": 2, "months": 12, "measures": ["quality"], "arms": arms, "vary": vary, **asked}
    design = design_of({**text, **({"analysis": analysis} if kind != "none" else {})}, kind)
    sweep(design, tmp_path / "store", workers=1, progress=False)
    stores.allow([tmp_path / "store"])
    [which] = stores.names()
    page = stores.shown(which)
    assert page.count("<img") == (2 if kind == "none" else 3)  # effects and convergence, and what the analysis found
    assert page.count("data-play") >= 2 and str(tmp_path) not in page
    assert stores.point(which, "0:four").policy.policy.lots == 4  # type: ignore[union-attr]
    assert stores.point(which, "0:none") is stores.point(which, "999:four") is stores.point(which, "0:one") is None
    (next((tmp_path / "store" / "runs").glob("*.parquet"))).unlink()
    assert "still missing" in stores.shown(which)
