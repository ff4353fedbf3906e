"""The app's controls without a browser: a slider, a switch or a choice for all that can be set, and what is said beside it."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from changemaking.scenarios.clauses import clause_names, clause_settings
from changemaking.scenarios.errors import ScenarioError
from changemaking.scenarios.evidence import ids
from changemaking.scenarios.loading import list_cases, list_scenarios, load_scenario
from changemaking.scenarios.policy import Policy
from changemaking.viz.app import packing, telling
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.bars import bars
from changemaking.viz.app.controls import changed, controls, shown
from changemaking.viz.app.film import film as filmed
from changemaking.viz.app.flows import flows
from changemaking.viz.app.sliders import step_of, written


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
                film = filmed(arm, 1)
                packing.film(film, telling.ARMS[0])
                assert flows((film, film), telling.ARMS) and bars((film, film), telling.ARMS)
                lived += 1
    assert lived > 200


@given(st.sampled_from(["price", "quality", "social", "community"]), st.floats(0, 1))
@example("social", 0.05)  # where it stands
@settings(max_examples=50, deadline=None)
def test_weights_make_room_for_each_other(part: str, value: float) -> None:
    start = load_scenario("tiny")
    weights = changed(start, {}, f"weights.{part}", value).get("weights", start.policy.weights.model_dump())  # not set where it stood
    assert sum(weights.values()) == pytest.approx(1.0, abs=1e-9) and weights[part] == pytest.approx(value, abs=1e-4)
    Asked("tiny", set={"weights": weights}).arms()


@pytest.mark.parametrize("name", ["today", "preston", "phased_codesign"])
@pytest.mark.parametrize("far", [1.0, 0.97, 0.9, 0.0])
def test_a_weight_that_comes_back_brings_the_others_back(name: str, far: float) -> None:
    start = load_scenario(name)
    for part, weight in start.policy.weights.model_dump().items():
        away = changed(start, {}, f"weights.{part}", far, start.policy)
        if far == weight:
            assert not away
            continue
        moved = Asked(name, set=away).wanted()
        back = changed(moved, away, f"weights.{part}", weight, start.policy)
        assert back == {}, "as it was, with nothing set"
        between = changed(moved, away, f"weights.{part}", 0.5, start.policy)["weights"]
        assert between == changed(start, {}, f"weights.{part}", 0.5)["weights"], "whichever way it went"


def test_weights_set_by_hand_share_as_they_were_set() -> None:
    start = load_scenario("today")
    sets = changed(start, {}, "weights.social", 0.3, start.policy)
    by_hand = Asked("today", set=sets).wanted()
    sets = changed(by_hand, sets, "weights.price", 0.2, start.policy)
    weights = by_hand.policy.weights
    assert sets["weights"]["social"] == pytest.approx(0.8 * weights.social / (1 - weights.price), abs=0.011)
    assert "share 100%" in {c.key: c.help for c in controls(start)}["weights.price"]


def test_forms_to_choose_among_and_packages_are_told_by_what_the_page_calls_them() -> None:
    scenario = load_scenario("tiny")
    found = {c.key: c for c in controls(Asked("tiny", set=changed(scenario, {}, "forms", ("pfi", "alliance"))).wanted())}
    titles = dict(found["forms"].choices)
    assert shown(found["forms"]) == f"{titles['pfi']}, {titles['alliance']}" and titles["pfi"] != "pfi"
    assert shown(found["packages"]) == "design + build, then operate"


@pytest.mark.parametrize("name", ["today", "preston", "tiny"])
def test_nothing_said_beside_a_control_is_a_key_to_type(name: str) -> None:
    for c in controls(load_scenario(name)):
        assert not re.search(r"\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]+\.[a-z_]+|\bpath\b| = ", f"{c.help}\n{c.source}"), (c.key, c.help, c.source)
