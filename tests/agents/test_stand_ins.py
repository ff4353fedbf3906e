"""Who goes on with a service when its provider is no more: whoever is signed and ready, else the buyer's own team."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from worlds import events, living, town

from changemaking.agents import ending, running
from changemaking.model.contracts import State

LOTS = {
    "policy.operate_months": 13, "policy.extension_months": 0, "policy.lots": 2, "policy.insourcing": False, "policy.turnover_ratio": 0.0,
    "switches.insolvency": False,
}  # fmt: skip
LAST = 20  # the month after which new contracts for the council's library begin, in two lots
GONE = "Millbridge services sme 4"


def library(world: object) -> object:
    return next(d for d in world.council.undertakings if d.service.name == "library")  # type: ignore[attr-defined]


def test_who_is_signed_to_begin_next_month_goes_on_and_nobody_stands_in() -> None:
    with living(town(LOTS, 30, [{"month": LAST, "shock": "failure", "on": GONE}]), 1) as world:
        while world.month < LAST:
            world.step()
        duty = library(world)
        signed = list(duty.coming)
        assert len(signed) == 2 and all(c.operating_from == LAST + 1 for c in signed)
        assert GONE in {c.provider.name for c in duty.operating} and GONE not in {c.provider.name for c in signed}
        world.step()
        assert duty.coming == signed, "a stand-in was signed beside those who are ready"
        world.step()
        assert duty.operating == signed and sum(c.share for c in duty.operating) == pytest.approx(1.0)
        outcome = world.outcome()
        failed = [e for e in events(outcome, "failure") if e.service == "library" and e.provider == GONE and e.month == LAST]
        assert len(failed) == 1 and outcome.series[LAST:].shape[0] == 2
        assert "stand-in" not in {e.detail for e in events(outcome, "insourcing") if e.month == LAST and e.service == "library"}


def test_a_lot_whose_next_provider_fails_too_is_the_teams_beside_the_others() -> None:
    shocks = [{"month": 7, "shock": "failure", "on": f"Millbridge services sme {i}"} for i in (3, 4)]
    with living(town(LOTS, 10, shocks), 1) as world:
        while world.month < 7:
            world.step()
        duty, (gone, other) = library(world), library(world).coming
        assert [c.provider.name for c in duty.operating] == [
            "Millbridge services sme 3"
        ] and gone.provider.name == "Millbridge services sme 4"
        world.step()
        world.step()
        assert {c.provider for c in duty.operating} == {world.council.team, other.provider} and other in duty.operating
        assert sum(c.share for c in duty.operating) == pytest.approx(1.0)


def test_a_stand_in_gives_way_to_whoever_has_begun_in_its_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator that seemed to wait for its asset, and had it in time: the lots of the new contract all go on."""
    monkeypatch.setattr(ending, "ready", lambda contract: False)
    with living(town(LOTS, 30, [{"month": LAST, "shock": "failure", "on": GONE}]), 1) as world:
        while world.month < LAST:
            world.step()
        duty = library(world)
        signed = list(duty.coming)
        world.step()
        stood_by = [c for c in duty.coming if c not in signed]
        assert len(stood_by) == 1
        world.step()
        assert duty.operating == signed and not duty.coming
        assert stood_by[0].state is State.ENDED and world.council.team.load == pytest.approx(
            sum(c.annual for d in world.council.undertakings for c in (*d.operating, *d.coming) if c.provider is world.council.team)
        )
        row = next(row for row in world.outcome().contracts if row.number == stood_by[0].number)
        assert (row.end, row.operated) == ("replaced", 0) and row.why


def test_every_lot_has_its_provider_whoever_fails() -> None:
    """Month by month, with whole trades failing one after another."""
    for seed in range(1, 4):
        shocks = [
            {"month": 8 + 4 * k, "shock": "failure", "on": f"elsewhere {trade} large {i}"}
            for k, (trade, i) in enumerate((t, i) for t in ("services", "care", "construction") for i in (1, 2))
        ]
        with living(town({**LOTS, "parameters.entry_months": 4.0}, 36, shocks), seed) as world:
            while world.month < 36:
                world.step()
                for buyer in world.commissioners:
                    for duty in buyer.undertakings:
                        batches = Counter(c.batch for c in duty.operating)
                        due = sum(c.share for c in duty.operating)
                        begun = any(e.month == world.month - 1 and e.kind == "failure" for e in world.events)
                        assert due <= 1.0 + 1e-9 and len(batches) <= 1 + begun
                        assert due >= 1.0 - 1e-9 or begun, f"month {world.month - 1}: {buyer.name}, {duty.service.name} at {due}"


def test_who_waits_for_an_asset_is_not_ready() -> None:
    def signed(**more: object) -> SimpleNamespace:
        usual = {"operating_from": 5, "batch": 2, "awaits_asset": False, "what": "operate"}
        return SimpleNamespace(undertaking=duty, **{**usual, **more})

    duty = SimpleNamespace(coming=[], renewing=True)
    failed = SimpleNamespace(undertaking=duty, batch=1, buyer=SimpleNamespace(model=SimpleNamespace(month=4)))
    for contract, expected in (
        (signed(), True),
        (signed(operating_from=6), False),
        (signed(batch=1), False),
        (signed(awaits_asset=True), False),
        (signed(what="build+operate"), False),  # it has still to build, and may fail this very month
    ):
        duty.coming[:] = [contract]
        assert ending.ready(failed) is expected and running.waits(contract) is contract.awaits_asset
