"""Small versions of the patterns on what officers say."""

from __future__ import annotations

import numpy as np
import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns
from changemaking.experiments.patterns.officers import ISSUES, rank_correlation


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(["P27", "P37"], seeds=6, workers=1, progress=False)}


def test_shading_makes_private_partnerships_disappoint(results: dict[str, PatternResult]) -> None:
    """The sign; some thirty seeds show it clearly."""
    found = results["P27"]
    assert found.effect > 0 and found.effect > found.ablated_effect, found
    assert set(found.details["published"]) == {"private", "vcs", "public"}


def test_complaints_do_not_come_in_the_published_order(results: dict[str, PatternResult]) -> None:
    found = results["P37"]
    assert found.verdict == "does not emerge" and found.high < 0.8 and found.reason, found
    assert found.details["published"]["unforeseen"]["published"] == 0.667


def test_each_complaint_falls_without_its_own_mechanism(results: dict[str, PatternResult]) -> None:
    own = results["P37"].details["own_mechanism"]
    for issue in ("inflexible", "weak_management"):
        assert own[issue]["without"] < own[issue]["with"], (issue, own)


def test_rank_correlation_is_spearmans() -> None:
    published = [share for _, share, _ in ISSUES.values()]
    assert rank_correlation(published, published) == pytest.approx(1.0)
    assert rank_correlation(published[::-1], published) == pytest.approx(-1.0)
    assert rank_correlation([0.0] * 6, published) == 0.0, "what is all the same orders nothing"
    assert rank_correlation([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(float(np.corrcoef([1, 2.5, 2.5, 4], [1, 2, 3, 4])[0, 1]))
