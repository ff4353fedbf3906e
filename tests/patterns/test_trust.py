"""Small versions of the patterns on trust, disclosure, review, breaks and residents' say."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns

CHOSEN = ["P06", "P07", "P08", "P09", "P14", "P23", "P26", "P38"]


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(CHOSEN, seeds=4, workers=1, progress=False)}


@pytest.mark.parametrize("name", ["P06", "P08", "P23", "P38"])
def test_emerges_and_goes_with_its_mechanism(results: dict[str, PatternResult], name: str) -> None:
    found = results[name]
    assert found.verdict == "emerges" and abs(found.ablated_effect) < abs(found.effect) / 2, found


def test_rights_to_break_cost_a_premium_and_breaking_for_poor_work_pays(results: dict[str, PatternResult]) -> None:
    """A few seeds show the sign of the loss, not yet that it is there."""
    found = results["P07"]
    assert found.effect < 0 and abs(found.ablated_effect) < abs(found.effect) / 2, found
    assert found.details["moved"]["price"]["low"] > 0 and found.details["moved_without"]["breaks"]["mean"] == 0.0
    alone = found.details["moved_by_one_right"]
    assert alone["for performance"]["lost"]["mean"] < alone["by date"]["lost"]["mean"]


def test_capable_clients_see_more_and_pay_less_and_can_be_too_dear(results: dict[str, PatternResult]) -> None:
    found = results["P09"]
    assert found.effect < 0 and found.details["moved"]["seen"]["low"] > 0, found
    worth = [row["mean"] for row in found.details["value_by_spending"].values()]
    assert worth[0] < max(worth[1:-1]) > worth[-1] and worth[-1] < 0


def test_openness_lowers_the_mark_up_and_hardly_reaches_residents(results: dict[str, PatternResult]) -> None:
    found = results["P14"]
    assert found.high < 0 and abs(found.ablated_effect) < abs(found.effect) / 2, found
    moved = found.details["moved_by_threshold"]["a million"]
    assert moved["shading"]["high"] < 0 and moved["trust"]["mean"] > 0 and moved["unit_cost"]["mean"] > 0
    assert 0 < moved["resident_trust"]["mean"] < 0.005, "as long as nobody fails of it, as in these few worlds"


def test_residents_in_all_stages_trust_more_than_those_asked_once() -> None:
    [found] = run_patterns(["P25"], seeds=10, workers=1, progress=False)  # a small effect: four seeds do not tell it
    assert found.low > 0 and abs(found.ablated_effect) < found.effect / 2, found
    assert found.details["moved"]["misfit"]["high"] < 0
    start = found.details["moved_by_the_start_alone"]["resident_trust"]["mean"]
    assert start < found.effect / 2


def test_reports_that_are_too_good_come_out(results: dict[str, PatternResult]) -> None:
    moved, without = (results["P38"].details[name] for name in ("moved", "moved_without"))
    assert moved["overstated"]["high"] < 0 and without["overstated"]["mean"] == 0.0
    assert moved["disputes"]["high"] < 0


def test_smaller_contracts_build_trust_and_fail_no_less(results: dict[str, PatternResult]) -> None:
    found = results["P26"]
    assert found.verdict == "does not emerge" and found.reason, found
    six, without = found.details["moved_by_lots"]["6 lots"], found.details["moved_without"]
    assert six["trust"]["low"] > 0 and abs(without["trust"]["mean"]) < six["trust"]["mean"] / 2
