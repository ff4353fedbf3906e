"""Who bears which risk, as the principle *collaborative* counts it: exact answers for places, contracts and phases."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import column, outcome_of, town

from changemaking.model.outcome import Outcome
from changemaking.model.risk import placed_of

CARE = town().parameters.care_calamity
CALM = {"place.services.*.asset_intensity": 0.0, "policy.operate_months": 12, "policy.extension_months": 0}


def third(outcome: Outcome) -> np.ndarray:
    """What is left of the principle beside trust and disputes, month by month."""
    changes, disputes = column(outcome, "changes"), column(outcome, "disputes")
    settled = 1.0 - disputes / np.maximum(1.0, changes + disputes)
    return 3.0 * column(outcome, "collaborative") - column(outcome, "trust") - settled


def shared(**shares: float) -> dict[str, object]:
    return {"policy.clauses": [{"name": "risk_share", "settings": shares}]}


@pytest.mark.parametrize(
    ("building", "moved", "volume", "calamity", "care", "expected"),
    [
        (False, 1.0, 1.0, 1.0, 0.3, (1.0 + 0.0 + 0.3) / 3),  # a fixed price: the provider bears all
        (False, 0.0, 0.0, 0.0, 0.3, (0.0 + 1.0 + 0.7) / 3),  # cost-plus: the buyer does
        (False, 1.0, 0.0, 0.0, 0.3, (1.0 + 1.0 + 0.7) / 3),  # each with whoever can do something about it
        (True, 1.0, 1.0, 0.0, 0.3, (1.0 + 0.7) / 2),  # volume is no risk of building
        (True, 0.5, 0.0, 0.5, 0.3, 0.5),
    ],
)
def test_the_rule(building: bool, moved: float, volume: float, calamity: float, care: float, expected: float) -> None:
    assert placed_of(building, moved, volume, calamity, care) == pytest.approx(expected)


@pytest.mark.parametrize(("payment", "market"), [("fixed price", (1.0 + CARE) / 3), ("cost-plus", (1.0 + 1.0 - CARE) / 3)])
def test_a_place_by_who_is_paid(payment: str, market: float) -> None:
    """At the start all is at a fixed price; a team counts as one with its council."""
    start = outcome_of({**CALM, "policy.payment": payment, "switches.learning": False}, 1)
    team = column(start, "share_in_house")
    assert third(start) == pytest.approx(team + (1.0 - team) * (1.0 + CARE) / 3)
    later = outcome_of({**CALM, "policy.payment": payment, "parameters.start_term": 1.0, "parameters.start_term_spread": 1.0}, 60)
    focal = [row for row in later.contracts if row.focal and row.first > 0 and row.operated]
    assert {row.payment for row in focal if row.kind != "in-house"} == {payment}
    for row in focal:
        settled = 1.0 - row.disputes / max(1, row.changes + row.disputes)
        expected = 1.0 if row.kind == "in-house" else market
        assert 3.0 * row.collaborative - row.trust - settled == pytest.approx(expected)


def test_shares_as_clauses_set_them_move_it_the_right_way() -> None:
    base = {**CALM, "parameters.start_term": 1.0, "parameters.start_term_spread": 1.0}
    all_with_provider = {"construction": 1.0, "running": 1.0, "volume": 1.0, "calamity": 1.0}
    found = {
        name: third(outcome_of({**base, **shared(**{**all_with_provider, **given})}, 60))[-12:].mean()
        for name, given in (("all", {}), ("volume", {"volume": 0.0}), ("running", {"running": 0.0}), ("calamity", {"calamity": 0.0}))
    }
    assert found["running"] < found["all"] < found["volume"]
    assert bool(found["calamity"] > found["all"]) is (CARE < 0.5)


def test_building_counts_by_who_bears_construction() -> None:
    rows = {
        share: [
            row
            for row in outcome_of({"policy.packages": [["design", "build", "operate"]], "place.services.*.asset_life_months": 48,
                                   **shared(construction=share, running=1.0, volume=1.0, calamity=1.0)}, 60).contracts
            if row.focal and row.phases == "design+build+operate" and row.operated
        ]
        for share in (0.0, 1.0)
    }  # fmt: skip
    for share, expected in ((0.0, (CARE / 2 + (1.0 + CARE) / 3) / 2), (1.0, ((1.0 + CARE) / 2 + (1.0 + CARE) / 3) / 2)):
        assert rows[share]
        for row in rows[share]:
            settled = 1.0 - row.disputes / max(1, row.changes + row.disputes)
            assert 3.0 * row.collaborative - row.trust - settled == pytest.approx(expected)
