"""Late payment (mechanism 7): part of what buyers owe comes a month late; not a penny is lost, providers lack the money, trust falls."""

from __future__ import annotations

import numpy as np
import pytest
from paired import difference, moves
from worlds import living, town

from changemaking.model.delivery import IN_HOUSE, PAID, PAID_BY_BUYER, SPV
from changemaking.model.ecosystem import Ecosystem
from changemaking.model.ledger import CONTRACT
from changemaking.model.ledger import IN_HOUSE as IN_HOUSE_PAYMENT

HALF = {"parameters.late_share": 0.5}
YEARLY = {"policy.operate_months": 12, "policy.extension_months": 0, "place.services.*.asset_life_months": 48}
FINANCED = {"policy.packages": [["design", "build", "finance", "operate"]], "policy.payment": "availability payment"}


def paid_by_focal(world: Ecosystem) -> int:
    """Pence paid under contracts by the focal commissioners, as the ledger has it."""
    entries = np.concatenate(world.ledger.pages)
    focal = [b.account for b in world.commissioners if b.focal]
    return int(entries["pence"][np.isin(entries["category"], (CONTRACT, IN_HOUSE_PAYMENT)) & np.isin(entries["payer"], focal)].sum())


@pytest.mark.parametrize("more", [{}, {"parameters.credit": 0.0, "parameters.start_cash": 0.1}, FINANCED])
def test_what_is_late_comes_a_month_later_or_when_a_contract_ends(more: dict[str, object]) -> None:
    with living(town({**HALF, **YEARLY, **more}, 60), 2, journal=True) as world:
        due, late = 0, 0
        while world.month < 60:
            world.step()
            due += int(world.sums[PAID])
            rows = world.contracts.rows[world.contracts.running]
            mine = rows[rows["focal"] == PAID_BY_BUYER]
            late = int(mine["owed"].sum())
            assert paid_by_focal(world) + late == due, f"month {world.month - 1}"
        assert late > 0
        apart = np.isin(rows["kind"], (IN_HOUSE, SPV))
        assert (rows["owed"][apart] == 0).all() and (rows["late"][~apart & (rows["focal"] != 2)] == 0.5).all()


def test_providers_lack_what_is_late() -> None:
    """To the penny after the first month, in which nobody's account is overdrawn and no change is dearer for want of trust."""
    money = {}
    for share in (0.0, 0.5):
        with living(town({"parameters.late_share": share, "switches.trust": False}, 1), 1) as world:
            world.step()
            money[share] = world.ledger.balance[world.firms["account"]].copy()
            rows = world.contracts.rows[world.contracts.running]
            owed = np.bincount(rows["provider"], weights=rows["owed"], minlength=len(world.firms)).astype(np.int64)
    assert (money[0.0] >= 0).all() and owed.sum() > 0
    assert (money[0.5] == money[0.0] - owed).all()


def test_trust_falls_with_what_is_late_and_not_without_the_mechanism() -> None:
    some, most = {"parameters.late_share": 0.1}, {"parameters.late_share": 0.9}
    moves(some, most, "trust", -1)
    assert not difference({**some, "switches.late_payment": False}, most, "trust").any()
    with living(town({**HALF, "switches.trust": False}, 24), 1) as world:
        world.run()
        rows = world.contracts.rows[world.contracts.running]
        assert float(world.parameters["trust_late"][0]) == 0.0 and len(rows)


def test_a_buyer_that_promises_to_pay_on_time_does() -> None:
    with living(town({**HALF, **YEARLY, "policy.clauses": ["prompt_payment"]}, 36), 1) as world:
        world.run()
        held = [c for b in world.commissioners for d in b.undertakings for c in d.operating if c.provider is not b.team]
        promised = {any(clause.name == "prompt_payment" for clause in c.clauses): c for c in held}
        assert set(promised) == {True, False}
        for c in held:
            assert float(c.terms["late"]) == (0.0 if any(clause.name == "prompt_payment" for clause in c.clauses) else 0.5)
