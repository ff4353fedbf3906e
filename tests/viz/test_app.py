"""The app without a browser: recordings, questions and links, controls, trials, what is told, exports, the guard."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import changemaking as cm
from changemaking.experiments.recording import record_run
from changemaking.model.ecosystem import simulate
from changemaking.scenarios.clauses import clause_names, clause_settings
from changemaking.scenarios.errors import ScenarioError
from changemaking.scenarios.loading import load_scenario
from changemaking.scenarios.policy import Policy
from changemaking.viz.app import exports, packing, session, stores, telling
from changemaking.viz.app.asked import MOST_BYTES, Asked, LinkError, from_text
from changemaking.viz.app.bars import bars
from changemaking.viz.app.controls import changed, controls
from changemaking.viz.app.engine import Engine, Trial
from changemaking.viz.app.flows import flows
from changemaking.viz.app.server import SETTINGS


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    found = Engine(2)
    yield found
    found.close()


@pytest.fixture(scope="module")
def done(engine: Engine) -> Trial:
    """A trial that is through: four lots against one, in the small town."""
    return finished(engine.start(*Asked("tiny", set={"lots": 4}).arms(), seeds=4))


def finished(trial: Trial) -> Trial:
    end = time.monotonic() + 120
    while trial.progress().running and time.monotonic() < end:
        time.sleep(0.02)
    assert not trial.running and not trial.problem
    return trial


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
    scenario = load_scenario("tiny", {"horizon.months": 24})
    film = record_run(scenario, 1)
    assert film.paid.sum() == pytest.approx(film.outcome.totals["spend"], rel=1e-9)


# --- questions and links --------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    lots=st.integers(1, 20),
    budget=st.floats(-0.5, 1.0),
    seeds=st.integers(2, 100),
    month=st.integers(0, 59),
    clauses=st.lists(st.sampled_from(["open_book", "living_wage", "local_supply"]), unique=True),
)
def test_a_link_asks_what_it_was_made_of(lots: int, budget: float, seeds: int, month: int, clauses: list[str]) -> None:
    asked = Asked("tiny", set={"lots": lots, "clauses": clauses}, budget=budget, seeds=seeds, month=month)
    assert Asked.of_link(asked.link()) == asked
    a, b = Asked.of_link(asked.link()).arms()
    assert b.policy.lots == lots and [c.size for c in a.timeline] == [c.size for c in b.timeline] == ([budget] if budget else [])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_link_breaks_anything(text: str) -> None:
    for query in (text, f"scenario={text}", f"scenario=tiny&set={text}", f"scenario=tiny&seeds={text}", f"file={text}", f"form={text}"):
        with suppress(LinkError, ScenarioError):
            Asked.of_link(query)


def test_links_and_files_open_no_other_files(tmp_path: Path) -> None:
    """Whatever a stranger names, nothing but shipped files is opened: the one gate is `locate`."""
    secret = str(tmp_path / "secret.toml")
    Path(secret).write_text('extends = "tiny"\ntitle = "secret"\n')
    dated = f'[[timeline]]\nmonth = "2013-01"\nset = {{ discretion = true, forms = ["{secret}"] }}\n'
    for asked in (
        *(Asked(secret, set=said) for said in ({}, {"forms": "x"}, {"forms": 3})),
        Asked("tiny", form=secret),
        Asked("tiny", set={"discretion": True, "forms": [secret]}),
        Asked("tiny", set={"clauses": ["../secret"]}),
        *(Asked("mine", file=f'{start}extends = "{secret}"\n') for start in ("", "\ufeff")),
        *(Asked("mine", file=f'extends = "tiny"\n{key} = "{secret}"\n') for key in ("form", "place", "baseline")),
        Asked("mine", file=f'extends = "tiny"\n[policy]\ndiscretion = true\nforms = ["{secret}"]\n'),
        Asked("mine", file=f'extends = "tiny"\n{dated}'),
    ):
        with pytest.raises(ScenarioError) as caught:
            asked.arms()
        assert "secret" not in str(caught.value).replace(secret, "").replace("../secret", "")
    assert load_scenario(secret).title == "secret", "others may"


def test_a_file_is_set_against_its_baseline_what_it_extends_or_itself() -> None:
    for text, against in (
        ('extends = "phased"\n', "today"),
        ('extends = "tiny"\n[policy]\nlots = 3\n', "tiny"),
        ('extends = "tiny"\n[horizon]\nmonths = 12\n', "mine"),
        ('extends = "today"\nbaseline = "bundled"\n', "bundled"),
    ):
        base, mine = Asked("mine.toml", file=text).arms()
        assert base.name == against and mine.horizon == base.horizon
    with pytest.raises(ScenarioError, match="cannot be compared with today: the months differ"):
        Asked("mine.toml", file='extends = "today"\nbaseline = "today"\n[horizon]\nmonths = 12\n').arms()


def test_a_file_is_checked_as_on_the_command_line_and_named_as_it_was() -> None:
    with pytest.raises(ScenarioError) as caught:
        from_text('extends = "tiny"\n[policy]\nlotz = 4\n', "mine.toml")
    assert str(caught.value).startswith("mine.toml: policy.lotz: unknown key") and "/tmp" not in str(caught.value)
    with pytest.raises(ScenarioError, match="too large"):
        from_text("#" * (MOST_BYTES + 1), "mine.toml")


# --- controls -------------------------------------------------------------------------------------------------------------


def test_everything_that_can_be_set_has_a_control_with_a_name_and_a_group() -> None:
    found = {c.key: c for c in controls(load_scenario("tiny"))}
    fields = {f for f in Policy.model_fields if f not in ("applies_to", "clauses", "weights")}
    settings_ = {f"clauses.{c}.{s}" for c in clause_names() for s in clause_settings(c)}
    weights = {f"weights.{w}" for w in ("price", "quality", "social", "community")}
    assert set(found) == fields | weights | settings_ | {f"clauses.{c}" for c in clause_names()}
    assert all(c.title and c.group != "More" and c.help for c in found.values())


@pytest.mark.parametrize("name", ["tiny", "preston"])
def test_every_control_at_its_ends_gives_a_scenario_or_words(name: str) -> None:
    scenario, refused = load_scenario(name), 0
    for c in controls(scenario):
        ends = [c.low, c.high] if c.kind in ("number", "whole") else [v for v, _ in c.choices] if c.kind == "choice" else [not c.value]
        for value in ends if c.kind != "several" else [(v,) for v, _ in c.choices]:
            given = int(value) if c.kind == "whole" else value
            try:
                made = Asked(name, set=changed(scenario, {}, c.key, given)).arms()[1]
            except ScenarioError as error:
                refused += 1
                assert re.search("takes|cannot", str(error))
            else:
                back = {x.key: x.value for x in controls(made)}[c.key]
                assert back == given or c.key.startswith("weights.") or abs(back - given) < 1e-9
    assert refused < 12


@pytest.mark.slow
def test_every_control_at_its_ends_can_be_lived_through_and_told() -> None:
    scenario, lived = load_scenario("tiny"), 0
    for c in controls(scenario):
        ends = [c.low, c.high] if c.kind in ("number", "whole") else [v for v, _ in c.choices] if c.kind == "choice" else [not c.value]
        for value in ends if c.kind != "several" else []:
            with suppress(ScenarioError):
                arm = Asked("tiny", set=changed(scenario, {}, c.key, int(value) if c.kind == "whole" else value)).arms()[1]
                film = record_run(arm, 1)
                packing.film((film, film), telling.ARMS)
                assert flows((film, film), telling.ARMS) and bars((film, film), telling.ARMS)
                lived += 1
    assert lived > 200


@given(st.sampled_from(["price", "quality", "social", "community"]), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_weights_make_room_for_each_other(part: str, value: float) -> None:
    weights = changed(load_scenario("tiny"), {}, f"weights.{part}", value)["weights"]
    assert sum(weights.values()) == pytest.approx(1.0, abs=1e-9) and weights[part] == pytest.approx(value, abs=1e-4)
    Asked("tiny", set={"weights": weights}).arms()


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
    assert "Collaborative" in telling.spokes(done.comparison()) and 'role="img"' in bars(done.films, telling.ARMS)


def test_films_are_packed_whole(done: Trial) -> None:
    assert done.films is not None
    packed = packing.film(done.films, telling.ARMS)
    arm, film = packed["arms"][0], done.films[0]
    assert len(arm["alive"]) == film.months * len(film.institutions) and len(arm["value"]) == 4 * len(film.value)
    assert all(-1 <= x <= 1 and -1 <= y <= 1 for *_, x, y, _ in arm["who"])
    assert all(text.endswith(".") and "{" not in text for *_, text in packed["events"])
    numbers = packing.numbers(done.comparison(), telling.ARMS)  # type: ignore[arg-type]
    assert [m["name"] for m in numbers["measures"]] == list(packing.SHOWN)


# --- taking home ----------------------------------------------------------------------------------------------------------


def test_a_policy_taken_home_is_the_same_scenario(tmp_path: Path) -> None:
    weights = {"price": 0.4, "quality": 0.4, "social": 0.1, "community": 0.1}
    clauses = [{"name": "local_supply", "above": 0.0, "settings": {"share": 0.4}}]
    sets = {"lots": 3, "weights": weights, "packages": [["design", "build", "operate"]], "clauses": clauses}
    file = Asked("mine", file='extends = "tiny"\n', set={"lots": 5})
    for asked in (Asked("tiny", set=sets), Asked("tiny", set={"lots": 2}, budget=-0.2), file):
        text = exports.scenario_file(asked)
        tomllib.loads(text)
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        assert load_scenario(tmp_path / "mine.toml").sha256 == asked.arms()[1].sha256
        assert from_text(text, "mine.toml").sha256 == asked.arms()[1].sha256


def test_every_export_can_be_opened(done: Trial) -> None:
    asked, found = Asked("tiny", set={"lots": 4}), done.comparison()
    assert found is not None and done.films is not None
    made = {kind: exports.made(kind, found, done.films, done.policy, asked)["data"] for kind in exports.OFFERS}
    assert len(pd.read_csv(io.BytesIO(made["csv"]))) == len(found.table())
    assert len(pd.read_parquet(io.BytesIO(made["parquet"]))) == len(found.monthly)
    assert made["png"].startswith(b"\x89PNG") and b"<svg" in made["svg"] and b"<html" in made["html"]
    assert not re.search(rb'(?:src|href)="https?://', made["html"])


# --- a visitor ------------------------------------------------------------------------------------------------------------


def test_a_visitor_who_asks_nonsense_keeps_the_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tody")
    assert "did you mean 'today'" in visitor.problems[0] and visitor.trial is not None
    visitor.move({"key": "clauses.guaranteed_return", "value": True})
    assert "cannot stand alone" in visitor.problems[0] and not visitor.asked.set
    visitor.move({"key": "no.such", "value": 1}), visitor.again({"index": 7}), visitor.turn({"tab": "x"}), visitor.play({"key": "1:a"})
    visitor.handed({"name": "../../x.toml", "text": "", "size": 0})
    assert visitor.problems == ["x.toml: is empty"] and visitor.tab == "explain"
    visitor.move({"key": "lots", "value": 4})
    assert not visitor.problems and visitor.changed == ["Lots 1 lot → 4 lots"]
    visitor.choose({"form": "pfi"})
    assert visitor.changed[0].startswith("under the form") and visitor.policy.sha256 != visitor.baseline.sha256
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
    assert page.count("<img") == (1 if kind == "none" else 2) and page.count("data-play") >= 2 and str(tmp_path) not in page
    assert stores.point(which, "0:four").policy.policy.lots == 4  # type: ignore[union-attr]
    assert stores.point(which, "0:none") is stores.point(which, "999:four") is stores.point(which, "0:one") is None
    (next((tmp_path / "store" / "runs").glob("*.parquet"))).unlink()
    assert "still missing" in stores.shown(which)


def test_the_page_is_drawn_without_a_browser(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    import solara

    from changemaking.viz.app import page

    monkeypatch.setattr(session, "_engine", engine)
    box, context = solara.render(page._Town(), handle_error=False)  # raises what goes wrong
    waiting, parts = list(box.children), {}
    while waiting:
        widget = waiting.pop()
        waiting += list(getattr(widget, "children", None) or [])
        parts |= {name: widget for name in ("groups", "film", "tabs") if name in widget.trait_names()}
    assert parts["groups"].scenario == "tiny" and len(parts["groups"].groups) == 5 and parts["tabs"].link.startswith("v=1")
    assert parts["film"].running in (True, False)
    context.close()


def test_solara_understands_that_it_is_to_keep_to_itself() -> None:
    """Names of settings change: asked of Solara itself, in a process that starts as the server does."""
    ask = (
        "import json, solara.settings as own; from solara.server import settings as s; "
        "print(json.dumps([s.telemetry.mixpanel_enable, own.assets.cdn, s.main.mode, s.kernel.cull_timeout, s.theme.show_banner]))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=120, env={**os.environ, **SETTINGS})
    assert json.loads(done.stdout) == [False, "http://127.0.0.1:9", "production", "10m", False], done.stderr
