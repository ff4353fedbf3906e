"""Whatever is asked of a scenario within its bounds: order of writing never matters, nothing is lost on the way to text and back."""

from __future__ import annotations

import json
from functools import cache
from itertools import combinations

from annotated_types import Ge, Le
from hypothesis import given, settings
from hypothesis import strategies as st

from changemaking.scenarios import Scenario, check, load_scenario
from changemaking.scenarios.parameters import Parameters
from changemaking.scenarios.paths import best, broad_first, fits, flat, numbers
from changemaking.scenarios.schema import Switches


@cache
def tiny() -> Scenario:
    return load_scenario("tiny")


def within(name: str) -> st.SearchStrategy[float]:
    rules = Parameters.model_fields[name].metadata
    low, high = (next(r.ge for r in rules if isinstance(r, Ge)), next(r.le for r in rules if isinstance(r, Le)))
    if name.startswith("household_"):
        high = 0.5  # the two must not exceed 1 together
    return st.floats(low, high)


parameters = st.sampled_from(list(Parameters.model_fields)).flatmap(lambda name: st.tuples(st.just(f"parameters.{name}"), within(name)))
switches = st.tuples(st.sampled_from([f"switches.{name}" for name in Switches.model_fields]), st.booleans())
policies = st.one_of(
    st.tuples(st.just("policy.lots"), st.integers(1, 20)),
    st.tuples(st.just("policy.operate_months"), st.integers(48, 360)),  # as a break clause needs
    st.tuples(st.just("policy.co_design"), st.floats(0, 1)),
    st.tuples(st.just("policy.clauses"), st.lists(st.sampled_from(["open_book", "break_clause", "living_wage"]), unique=True)),
)
places = st.tuples(
    st.sampled_from(
        ["*.volatility", "leisure.volatility", "day centre.volatility", "l*.volatility", "leisure.measurability", "*.measurability"]
    ),
    st.floats(0, 1),
).map(lambda pair: (f"place.services.{pair[0]}", pair[1]))
overrides = st.lists(st.one_of(parameters, switches, policies, places), max_size=8, unique_by=lambda pair: pair[0])


@settings(max_examples=60, deadline=None)
@given(overrides, st.randoms(use_true_random=False))
def test_the_order_of_overrides_never_matters(pairs: list, chance) -> None:
    first = load_scenario("tiny", dict(pairs))
    chance.shuffle(pairs)
    assert load_scenario("tiny", dict(pairs)).canonical() == first.canonical()
    for key, value in pairs:
        if "*" not in key and key.startswith("parameters."):
            assert getattr(first.parameters, key.removeprefix("parameters.")) == value


@settings(max_examples=60, deadline=None)
@given(overrides)
def test_to_text_and_back(pairs: list) -> None:
    scenario = load_scenario("tiny", dict(pairs))
    again = Scenario.from_canonical(scenario.canonical())
    assert again == scenario and again.canonical() == scenario.canonical() and again.sha256 == scenario.sha256
    changed = json.loads(scenario.canonical()) != json.loads(tiny().canonical())
    assert (scenario.sha256 != tiny().sha256) == changed


def test_the_narrow_key_wins_over_the_broad_one() -> None:
    for first, second in combinations(["*.volatility", "l*.volatility", "leisure.volatility"], 2):
        given_ = {f"place.services.{second}": 0.2, f"place.services.{first}": 0.4}
        assert next(s for s in load_scenario("tiny", given_).place.services if s.name == "leisure").volatility == 0.2


values = st.one_of(st.none(), st.booleans(), st.integers(-100, 100), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=3))
keys = st.one_of(
    st.sampled_from(
        ["policy.lots", "policy.packages", "policy.weights", "policy.clauses", "horizon.start", "horizon.months", "place", "title"]
    ),
    st.sampled_from(["place.services", "place.districts", "place.services.*.volatility", "place.population.age_bands", "switches.trust"]),
    st.text(max_size=12),
    st.text("policyarmetsx.*", max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(keys, st.one_of(values, st.dictionaries(st.text(max_size=5), values, max_size=2)), max_size=4))
def test_no_override_whatsoever_makes_a_traceback(given_: dict) -> None:
    for problem in check("tiny", given_):
        assert str(problem).strip() and "\n" not in str(problem)


@given(st.text("ab.*", max_size=8), st.text("ab.", max_size=8))
def test_patterns(pattern: str, key: str) -> None:
    assert fits(key, key) and fits("*", key) and fits(f"{key}*", key)
    assert best({"*": 0, key: 1}, key) == key
    assert fits(pattern, key) <= fits(f"*{pattern}*", key)


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(st.integers(), st.dictionaries(st.sampled_from("de"), st.integers(), min_size=1))))
def test_flat_keeps_every_number(table: dict) -> None:
    assert dict(numbers(table)) == flat(table)
    assert sorted(broad_first(flat(table))) == sorted(flat(table))
