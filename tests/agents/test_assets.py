"""Buildings that councils sell and the right to bid for them: the rule, its effect in paired runs, gone with its mechanism."""

from __future__ import annotations

import numpy as np
import pytest
from paired import difference, moves, runs
from worlds import events, living, outcome_of, town

from changemaking.agents import assets
from changemaking.agents.community import bodies
from changemaking.model.ledger import CATEGORIES

SELLS = {"policy.asset_sales": 1.0, "parameters.asset_price": 20_000.0}
RIGHT = {"policy.right_to_bid": True}
SURE = {"parameters.purchase_fails": 0.0}


def sale(e: np.void) -> bool:
    return CATEGORIES[e["category"]] == "asset sale"


def test_without_sales_nothing_is_sold_and_without_the_right_the_market_buys_all() -> None:
    assert not any(events(o, kind) for o in runs({}, 36) for kind in ("sale", "community bid", "community purchase"))
    for outcome in runs(SELLS, 36):
        assert len(events(outcome, "sale")) >= 3 and not events(outcome, "community bid")


@pytest.mark.parametrize("fails", [0.0, 1.0])
def test_a_bid_is_settled_when_its_time_is_up_by_purchase_or_by_the_market(fails: float) -> None:
    for outcome in runs({**SELLS, **RIGHT, "parameters.purchase_fails": fails, "parameters.moratorium_months": 5.0}, 36):
        asked, ended = events(outcome, "community bid"), events(outcome, "sale" if fails else "community purchase")
        assert asked and {(e.month + 5, e.buyer) for e in asked} <= {(e.month, e.buyer) for e in ended}
        assert not fails or not events(outcome, "community purchase")


def test_about_half_of_purchases_fail_as_evidence_says() -> None:
    easy = {**SELLS, **RIGHT, "parameters.moratorium_months": 0.0, "parameters.asset_price": 1_000.0}
    found = [outcome_of(easy, 240, seed) for seed in range(4)]
    asked, bought = (sum(len(events(o, kind)) for o in found) for kind in ("community bid", "community purchase"))
    assert asked >= 60 and abs(bought / asked - 0.5) < 3 * 0.5 / asked**0.5


def test_the_council_gets_the_price_once_and_the_body_pays_its_own_part() -> None:
    with living(town({**SELLS, **RIGHT, **SURE, "parameters.purchase_own": 0.25}, 24), 1, journal=True) as world:
        world.run()
        entries = np.concatenate(world.ledger.pages)
        sales = [e for e in entries if sale(e)]
        bought = [e for e in world.events if e.kind == "community purchase"]
        assert bought and {int(e["pence"]) for e in sales} == {2_000_000}
        assert len(sales) == len(bought) + sum(e.kind == "sale" for e in world.events)
        gathered = [e for e in entries if CATEGORIES[e["category"]] == "voluntary grant" and e["payer"] == world.nation.world]
        assert [int(e["pence"]) for e in gathered] == [1_500_000] * len(bought)
        assert int(world.ledger.balance.sum()) == 0


def test_a_body_without_its_part_of_the_price_cannot_bid() -> None:
    with living(town({**SELLS, **RIGHT}, 24), 1) as world:
        poor = bodies(world, 0)
        price = 1 + 5 * max(int(world.ledger.balance[a.account]) for a in poor)
        assert all(not assets.can_pay(a, price + 5) for a in poor)
        assets.put_up(world, world.council, price + 5)
        assert [e.kind for e in world.events[-1:]] == ["sale"]
        assets.put_up(world, world.council, price - 1)
        assert world.events[-1].kind == "community bid"


def test_what_is_bought_strengthens_the_voluntary_sector_and_not_where_capacity_cannot_be_built() -> None:
    before, after = {**SELLS, **SURE}, {**SELLS, **SURE, **RIGHT}
    moves(before, after, "vcs_capacity", +1)
    off = {"switches.capacity_building": False, "switches.prevention": False}
    assert np.all(difference({**before, **off}, {**after, **off}, "vcs_capacity") == 0.0)
