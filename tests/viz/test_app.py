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
from changemaking.model.measures import INDEX
from changemaking.scenarios.clauses import clause_names, clause_settings
from changemaking.scenarios.errors import ScenarioError
from changemaking.scenarios.evidence import ids
from changemaking.scenarios.loading import list_cases, list_scenarios, load_scenario
from changemaking.scenarios.policy import Policy
from changemaking.viz.app import exports, packing, session, stores, telling
from changemaking.viz.app.asked import MOST_BYTES, Asked, LinkError, from_text
from changemaking.viz.app.bars import bars
from changemaking.viz.app.controls import changed, controls, shown
from changemaking.viz.app.engine import Engine, Trial
from changemaking.viz.app.flows import flows
from changemaking.viz.app.server import SETTINGS
from changemaking.viz.app.sliders import step_of, written


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
    """But for what is late: the film shows what reached providers, the measure what fell due."""
    on_time = record_run(load_scenario("tiny", {"horizon.months": 24, "switches.late_payment": False}), 1)
    assert on_time.paid.sum() == pytest.approx(on_time.outcome.totals["spend"], rel=1e-9)
    scenario = load_scenario("tiny", {"horizon.months": 24})
    film = record_run(scenario, 1)
    owed = film.outcome.totals["spend"] - film.paid.sum()
    last_month = film.outcome.series[-1, INDEX["spend"]]
    assert 0 < owed <= scenario.parameters.late_share * last_month


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


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("budget=nan", "budget is not accepted, got nan; takes a number from -0.5 to 1"),
        ("budget=9", "budget is not accepted, got 9.0; takes a number from -0.5 to 1"),
        ("demand=-1", "from -0.5 to 1"),
        ("seeds=0", "seeds is not accepted, got 0; takes a number from 2 to 100"),
        ("seeds=ten", "seeds is not accepted, got ten; takes a whole number from 2 to 100"),
        ("month=-1", "from 0 to 600"),
        ("since=" + "9" * 400, "from 0 to 600"),
    ],
)
def test_a_number_of_a_link_out_of_range_is_refused_with_both_ends(query: str, said: str) -> None:
    with pytest.raises(LinkError, match=re.escape(said)):
        Asked.of_link(f"scenario=tiny&{query}")


def test_what_is_nested_without_end_is_refused_in_words(tmp_path: Path) -> None:
    for deep in (400, 5000):
        nested = "[" * deep + "]" * deep
        with pytest.raises(ScenarioError):
            Asked("deep.toml", file=f'extends = "tiny"\n[policy]\nlots = {nested}\n').arms()
        with suppress(LinkError), pytest.raises(ScenarioError):
            Asked.of_link(f'scenario=tiny&set={{"lots":{nested}}}')
    (tmp_path / "deep.toml").write_text(f"lots = {nested}\n")
    with pytest.raises(ScenarioError, match="nested too deeply"):
        load_scenario(tmp_path / "deep.toml")


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
        Asked(place=secret),
        *(Asked("mine", file=f'extends = "tiny"\n{key} = "{secret}"\n') for key in ("form", "place", "baseline")),
        Asked("mine", file=f'extends = "tiny"\n[policy]\ndiscretion = true\nforms = ["{secret}"]\n'),
        Asked("mine", file=f'extends = "tiny"\n{dated}'),
    ):
        with pytest.raises(ScenarioError) as caught:
            asked.arms()
        assert "secret" not in str(caught.value).replace(secret, "").replace("../secret", "")
    assert load_scenario(secret).title == "secret", "others may"


def test_a_file_is_set_against_its_baseline_or_what_it_extends() -> None:
    for text, against in (
        ('extends = "phased"\n', "today"),
        ('extends = "tiny"\n[policy]\nlots = 3\n', "tiny"),
        ('extends = "tiny"\n[horizon]\nmonths = 12\n', "tiny"),
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


def test_sources_are_told_in_words_and_never_by_their_ids() -> None:
    known = re.compile(r"\b(?:" + "|".join(map(re.escape, ids())) + r")\b")
    for name in [*(info.name for info in list_scenarios()), *list_cases()]:
        for c in controls(load_scenario(name)):
            assert not known.search(c.source), (name, c.key)
    told = {c.key: c.source for c in controls(load_scenario("today"))}
    assert told["operate_months"].startswith("assumed, after Future service partnerships, 2012, LGiU with John Laing, ch.6. Seven years")
    assert "split into lots (FSB/CLES 2013), not how far" in told["lots"]
    assert told["clauses.value_engineering"].startswith(
        "A waste contract reviewed together (LGiU; Future service partnerships, 2012, LGiU with John Laing, ch.6); Baker"
    ), "two of one source are told once"


def test_everything_that_can_be_set_has_a_control_with_a_name_and_a_group() -> None:
    found = {c.key: c for c in controls(load_scenario("tiny"))}
    fields = {f for f in Policy.model_fields if f not in ("applies_to", "clauses", "weights")}
    settings_ = {f"clauses.{c}.{s}" for c in clause_names() for s in clause_settings(c)}
    weights = {f"weights.{w}" for w in ("price", "quality", "social", "community")}
    assert set(found) == fields | weights | settings_ | {f"clauses.{c}" for c in clause_names()}
    assert all(c.title and c.group != "More" and c.help for c in found.values())


@pytest.mark.parametrize("name", ["tiny", "today", "preston", "phased_codesign", "alliance", "pfi"])
def test_every_slider_can_stand_at_its_value_and_prints_it(name: str) -> None:
    for c in [c for c in controls(load_scenario(name)) if c.kind in ("number", "whole")]:
        assert c.step and (c.value - c.low) / c.step == pytest.approx(round((c.value - c.low) / c.step), abs=1e-6), c.key
        assert c.low <= c.value <= c.high and (c.high - c.low) / c.step >= (1 if c.kind == "whole" else 20), c.key
        [figure] = re.findall(r"[\d,.]+\d|\d", shown(c))
        assert float(figure.replace(",", "")) / (100 if "%" in shown(c) else 1) == pytest.approx(c.value, abs=1e-12), (c.key, shown(c))


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(1e-3, 1e3))
def test_a_slider_meets_any_value_or_goes_without_steps(part: float, high: float) -> None:
    value = part * high
    step = step_of(0.0, high, value)
    assert step == 0 or value / step == pytest.approx(round(value / step), abs=1e-5)
    assert step_of(0.0, high, round(value, 4)) > 0


def test_units_are_said_as_people_say_them() -> None:
    for unit, value, said in (
        ("lots", 1, "1 lot"), ("lots", 2, "2 lots"), ("breaches within a year", 1, "1 breach"), ("chance a year", 0.5, "50% a year"),
        ("share", -0.05, "−5%"), ("£ a meeting", 2000.0, "£2,000 a meeting"), ("pounds each, beyond what they earn", 5.0, "£5 each"),
        ("trust of the pair, 0-1", 0.4, "0.4"), ("times what was due", 2.0, "2 times"), ("share of a year's price", 0.002, "0.2%"),
    ):  # fmt: skip
        assert written(unit, 10.0 ** -max(0, len(repr(value).partition(".")[2].rstrip("0"))), value)(value) == said


def test_clauses_and_their_settings_are_called_and_told_in_plain_words() -> None:
    found = {c.key: c for c in controls(load_scenario("tiny"))}
    for name in clause_names():
        titles = [row.title for row in clause_settings(name).values()]
        assert all(" " in title for title in titles), f"{name}: a title says more than a name of the code"
        assert len(set(titles)) == len(titles)
        told = found[f"clauses.{name}"].help + found[f"clauses.{name}"].title
        assert not re.search(r"[`*_]|parameter|\.py", told), told
    assert "takes 50% off the mark-up" in found["clauses.open_book"].help
    assert "36 months after delivery began" in found["clauses.break_clause"].help
    assert "(KPIs)" in found["clauses.kpi_deductions"].title and "Voluntary" in found["clauses.vcs_share"].title
    assert found["clauses.steering_group.design"].kind == "switch", "who sits where is no number"
    uses = changed(load_scenario("tiny"), {}, "clauses.steering_group.design", False)["clauses"]
    assert Asked("tiny", set={"clauses": uses}).arms()[1].policy.clauses[0].settings == {"design": 0.0}


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
    rows = [row for row in done.comparison().effects.itertuples() if row.measure in telling.PRINCIPLES]  # type: ignore[union-attr]
    for row in rows:  # a difference that is clear is to be seen in the figures: two places would hide it
        assert f">{row.baseline_mean:.3g} → {row.policy_mean:.3g} " in telling.spokes(done.comparison()), row.measure
    assert len(rows) == 5 and "Collaborative" in telling.spokes(done.comparison()) and 'role="img"' in bars(done.films, telling.ARMS)


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


OWN = (
    'title = "Ours"\nextends = "tiny"\n[policy]\nlots = 3\n[switches]\ntrust = false\n'
    '[[timeline]]\nmonth = "2014-01"\nshock = "budget"\nsize = -0.1\n[[timeline]]\nmonth = "2015-01"\nset = { lots = 5 }\n'
)


@pytest.mark.parametrize(
    "asked",
    [
        Asked("tiny", set={"lots": 2}, budget=-0.2),
        Asked("tiny", set={"lots": 2}, budget=-0.2, demand=0.1, since=24),
        Asked("phased", set={"lots": 2}, since=24),
        Asked("preston", since=36),
        Asked("tiny", form="pfi", since=12),
        Asked("ours", file=OWN, set={"lots": 4}, demand=0.1),
        Asked("ours", file=OWN, set={"lots": 8}, since=24),
        Asked("probation"),
    ],
    ids=lambda a: f"{a.scenario} {a.since}",
)
def test_a_policy_taken_home_and_dropped_back_gives_the_same_two_arms(asked: Asked) -> None:
    """Else a cut that both lived with would be put down to the policy."""
    back = Asked("mine.toml", file=exports.scenario_file(asked))
    assert [arm.sha256 for arm in back.arms()] == [arm.sha256 for arm in asked.arms()]


def test_what_a_file_brings_along_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tiny&seeds=2")
    visitor.handed({"name": "ours.toml", "text": OWN, "size": len(OWN)})
    assert visitor.changed == [
        "starting from “Ours” (your file)", "Lots 1 lot → 3 lots", "switches.trust on → off", "from January 2015: Lots 3 lots → 5 lots",
        "budgets −10% for both from January 2014",
    ]  # fmt: skip
    assert [c.size for c in visitor.baseline.timeline if c.shock] == [-0.1]
    visitor.stop({})


def test_a_policy_may_begin_in_the_middle_of_a_run() -> None:
    plain, mine = Asked("tiny").arms()[0], Asked("tiny", set={"lots": 4}, since=24)
    base, later = mine.arms()
    assert base.sha256 == plain.sha256 and Asked.of_link(mine.link()) == mine
    assert [(at, policy.lots) for at, policy in later.policies] == [(0, 1), (24, 4)]
    assert later.policies[1][1] == Asked("tiny", set={"lots": 4}).arms()[1].policy
    a, b, c = (simulate(scenario, 1) for scenario in (base, later, Asked("tiny", set={"lots": 4}).arms()[1]))
    np.testing.assert_array_equal(a.series[:24], b.series[:24], "as today until then")
    assert not np.array_equal(a.series[24:], b.series[24:], equal_nan=True)
    assert not np.array_equal(a.series[:24], c.series[:24], equal_nan=True), "the same from the start is something else"
    assert [e.month for e in b.events if e.kind == "policy"] == [24], "and it is told"
    with pytest.raises(ScenarioError, match="would never begin, got 60; takes a month of the run, 0 to 59"):
        Asked("tiny", set={"lots": 4}, since=60).arms()
    with pytest.raises(ScenarioError, match="stands from the start"):
        Asked("tiny", set={"discretion": True, "forms": ["pfi"]}, since=12).arms()


def test_today_until_then_is_today_whatever_one_starts_from() -> None:
    base, later = Asked("phased", set={"lots": 3}, since=24).arms()
    assert later.policy == base.policy and later.policies[-1][1] == Asked("phased", set={"lots": 3}).arms()[1].policy


def test_a_copy_of_a_scenario_has_a_hash_of_its_own() -> None:
    scenario = load_scenario("tiny")
    before, policies = scenario.sha256, scenario.policies
    copy = scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"lots": 4})})
    assert copy.sha256 != before and copy.policies != policies
    assert scenario.model_copy(update={"title": "another"}).sha256 == before


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
    refusal = visitor.panel()["refusal"]
    assert refusal["key"] == "clauses.guaranteed_return" and refusal["times"] == 1 and not visitor.panel()["problems"]
    [said] = refusal["texts"]
    assert said.startswith("“Guaranteed return” cannot stand alone; it needs “Equity share” or") and "_" not in said
    assert not visitor.asked.set
    visitor.move({"key": "world.budget", "value": 9})
    assert visitor.panel()["refusal"]["key"] == "world.budget" and "from -0.5 to 1" in visitor.panel()["refusal"]["texts"][0]
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


def test_what_is_set_holds_where_the_policy_applies_and_those_around_go_on_as_they_were() -> None:
    for name in ("today", "tiny", "bundled"):
        asked = Asked(name, set={"lots": 6})
        base, mine = asked.arms()
        assert mine.neighbours is not None and mine.neighbours.lots == base.policy.lots == 1 and mine.policy.lots == 6
        assert from_text(exports.scenario_file(asked), "mine.toml").sha256 == mine.sha256


@pytest.mark.parametrize(
    "asked",
    [
        Asked("today", place="trafford", set={"lots": 4}),
        Asked("today", place="preston_notices", set={"lots": 4}, since=24),
        Asked("preston", place="trafford"),
        Asked("bundled", place="trafford", form="pfi", budget=-0.1),
        Asked("mine.toml", file='extends = "today"\n[horizon]\nmonths = 24\n[policy]\nlots = 4\n', set={"operate_months": 60}),
        Asked("mine.toml", file='extends = "tiny"\nplace = "trafford"\n[policy]\nlots = 4\n', since=12),
    ],
    ids=["set", "later", "inherited", "form", "months", "file"],
)
def test_what_is_played_at_another_place_or_time_than_at_home_keeps_its_baseline(asked: Asked) -> None:
    base, mine = asked.arms()
    assert base.place.name == mine.place.name and base.horizon == mine.horizon and base.policy.lots == 1
    assert Asked.of_link(asked.link()) == asked
    text = exports.scenario_file(asked)
    told = text.partition("\n")[0]
    assert f" --baseline {base.name} --set place={base.place.name} --set horizon.start=2012-04 --set horizon.months=" in told
    again = Asked("taken.toml", file=text)
    assert [arm.sha256 for arm in again.arms()] == [base.sha256, mine.sha256], "taken home and dropped in it is the same comparison"


def test_every_place_that_is_offered_can_be_chosen(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_engine", engine)
    visitor = session.Session("?scenario=tiny&seeds=2")
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
