"""Small versions of the patterns on councils: few seeds; the signs must hold, and what must go goes without its mechanism."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(["P28", "P32", "P34"], seeds=4, workers=1, progress=False)}


def test_failures_make_councils_mean_to_outsource_less(results: dict[str, PatternResult]) -> None:
    found = results["P28"]
    assert found.verdict == "emerges" and found.ablated_effect == 0.0, found
    rows = found.details["published"]
    assert {name: row["published"] for name, row in rows.items()} == {"more": 0.15, "same": 0.46, "less": 0.39}
    assert sum(row["mean"] for row in rows.values()) == pytest.approx(1.0) and all(row["fitted"] == "no" for row in rows.values())
    calm = found.details["without_failures"]
    assert calm["less"] < rows["less"]["mean"] and calm["more"] >= rows["more"]["mean"]


def test_with_peer_learning_practices_are_taken_up_and_without_it_they_are_not(results: dict[str, PatternResult]) -> None:
    found = results["P34"]
    assert found.effect > 0.2 and abs(found.ablated_effect) < found.effect / 4, found
    for part in (found.details, found.details["by_training_alone"], found.details["by_peer_learning_alone"]):
        assert part["spread_of_capacity"]["mean"] < 0, "client sides draw together by either alone"


def test_cuts_weaken_client_sides_and_leave_need_unmet_in_every_form(results: dict[str, PatternResult]) -> None:
    """Quality falls little: some thirty seeds are needed to see it in every form."""
    found = results["P32"]
    assert abs(found.ablated_effect) < 0.01 * abs(found.effect), "nothing is left but what a rounded penny may tip in one decision"
    for form, change in found.details["forms"].items():
        assert change["client_capacity"]["high"] < 0 < change["unmet_need"]["low"], form
        assert change["quality"]["low"] < 0, form


def test_each_circumstance_makes_in_house_better_against_buying() -> None:
    """Flexibility is the smallest of the four and takes some ten seeds to show."""
    (found,) = run_patterns(["P29"], seeds=3, workers=1, progress=False)
    assert found.effect > 0 and abs(found.ablated_effect) < found.effect / 4, found
    each = found.details["circumstances"]
    for name in ("weak market", "weak commercial skill", "gain from integration"):
        assert each[name]["with"]["mean"] > 2 * abs(each[name]["without_its_mechanism"]["mean"]), name
    assert each["need for flexibility"]["with"]["high"] > 0
