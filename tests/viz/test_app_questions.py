"""What a visitor asks, without a browser: links, files that are dropped in, and the two scenarios they come to."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changemaking.model.ecosystem import simulate
from changemaking.scenarios.errors import ScenarioError
from changemaking.scenarios.loading import load_scenario
from changemaking.viz.app import exports
from changemaking.viz.app.asked import MOST_BYTES, Asked, LinkError, from_text


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
        ("budget=nan", "“Budgets, a year on” cannot be nan; takes a share from −0.5 to 1 (−50% to +100%)"),
        ("budget=9", "“Budgets, a year on” cannot be 9.0; takes a share from −0.5 to 1 (−50% to +100%)"),
        ("demand=-1", "from −0.5 to 1"),
        ("seeds=0", "“Pairs of runs” cannot be 0; takes a whole number from 2 to 100"),
        ("seeds=ten", "“Pairs of runs” cannot be ten; takes a whole number from 2 to 100"),
        ("seeds=", "“Pairs of runs” cannot be left empty"),
        ("month=-1", "from 0 to 600"),
        ("since=" + "9" * 400, "“Your policy holds” cannot be 99999999999999999999; takes a whole number from 0 to 600"),
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


def test_what_is_set_holds_where_the_policy_applies_and_those_around_go_on_as_they_were() -> None:
    for name in ("today", "tiny", "bundled"):
        asked = Asked(name, set={"lots": 6})
        base, mine = asked.arms()
        assert mine.neighbours is not None and mine.neighbours.lots == base.policy.lots == 1 and mine.policy.lots == 6
        assert from_text(exports.scenario_file(asked), "mine.toml").sha256 == mine.sha256
