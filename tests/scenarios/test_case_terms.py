"""Every term that a case states moves the run: with it as its baseline has it, some bit differs. Or the case says that it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from changemaking.model.ecosystem import simulate
from changemaking.scenarios import list_cases, load_scenario
from changemaking.scenarios.clauses import clause_settings
from changemaking.scenarios.loading import layers_of
from changemaking.scenarios.schema import Scenario, plain_clauses

CASES = list_cases()
PLACES = ({"place": "tiny", "horizon.months": 150}, {"horizon.months": 120})
"""Where each term is tried: the small place, and for what finds no occasion there the one that cases are set in."""
IDLE = {("b_corporation", "clauses.accreditation.above"): "All contracts of this place are worth more than £200,000"}
"""Terms that move nothing, and the words in which the case says so."""


def stated(name: str) -> Iterator[str]:
    """What the file of a case states: keys of its policy, its clauses one by one with their numbers, parameters, what a dated change sets.

    A clause that the baseline has too is no term of the case: it is repeated since a list takes the place of the whole list.
    """
    raw = layers_of(name)[0].raw
    shared = [use.model_dump() for use in load_scenario(load_scenario(name).baseline or "").policy.clauses]
    dated = {key: value for entry in raw.get("timeline", ()) for key, value in entry.get("set", {}).items()}
    policy = {**raw.get("policy", {}), **dated}
    uses: Any = plain_clauses(policy.pop("clauses", []))
    yield from policy
    for use in uses:
        if {"above": 0.0, "settings": {}, **use} in shared:
            continue
        yield f"clauses.{use['name']}"
        yield from (f"clauses.{use['name']}.above" for _ in ["above"] if "above" in use)
        yield from (f"clauses.{use['name']}.settings.{setting}" for setting in use.get("settings", {}))
    yield from (f"parameters.{key}" for key in raw.get("parameters", ()))


def table(scenario: Scenario) -> dict[str, Any]:
    return json.loads(scenario.canonical())


def without(case: Scenario, baseline: Scenario, term: str) -> Scenario:
    """The case with one of its terms as the baseline has it; with the usual number of a clause that the baseline has not."""
    raw, base = table(case), table(baseline)
    kind, _, key = term.partition(".")
    if kind == "parameters":
        raw[kind][key] = base[kind][key]
        return Scenario.from_canonical(json.dumps(raw))
    dated = next((entry["set"] for entry in raw["timeline"] if kind in entry["set"]), None)
    policy = raw["policy"] if dated is None else dated
    if kind == "clauses":
        name, *number = key.split(".")
        uses = policy["clauses"] = plain_clauses(policy["clauses"])
        use = next(use for use in uses if use["name"] == name)
        usual = {setting: number.value for setting, number in clause_settings(name).items()}
        theirs = next((use for use in base["policy"]["clauses"] if use["name"] == name), None)
        if not number:
            uses[:] = [one for one in uses if one is not use] + ([theirs] if theirs else [])
        elif number == ["above"]:
            use["above"] = theirs["above"] if theirs else 0.0
        else:
            use["settings"][number[1]] = (usual | (theirs["settings"] if theirs else {}))[number[1]]
    else:
        policy[kind] = base["policy"][kind]
    return Scenario.from_canonical(json.dumps(raw))


def bits(scenario: Scenario) -> bytes:
    return simulate(scenario, 1).series.tobytes()


@cache
def pair(name: str, place: int) -> tuple[Scenario, Scenario, bytes]:
    """A case, its baseline and the bits of its run."""
    case = load_scenario(name, PLACES[place])
    assert case.baseline is not None
    return case, load_scenario(case.baseline, PLACES[place]), bits(case)


def moves(name: str, term: str, place: int) -> bool:
    case, baseline, run = pair(name, place)
    return bits(without(case, baseline, term)) != run


@pytest.mark.parametrize(("name", "term"), [(name, term) for name in CASES for term in stated(name)])
def test_a_stated_term_moves_the_run_or_the_case_says_that_it_does_not(name: str, term: str) -> None:
    moving = any(moves(name, term, place) for place in range(len(PLACES)))
    words = IDLE.get((name, term))
    if words is None:
        assert moving, f"{name} states {term}, which moves nothing: leave it out, or give it a baseline from which it differs"
    else:
        assert not moving and words in " ".join(CASES[name].left_out.split())


@pytest.mark.parametrize("name", CASES)
def test_a_case_differs_from_its_baseline_in_what_it_does(name: str) -> None:
    case, baseline, run = pair(name, 0)
    assert bits(baseline) != run
    assert [c for c in case.timeline if c.shock] == [c for c in baseline.timeline if c.shock], "both must live through the same"
    for same in ("place", "horizon", "switches", "rules"):
        assert getattr(case, same) == getattr(baseline, same)
