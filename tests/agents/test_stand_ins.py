"""Who goes on with a service when its provider is no more: whoever is signed and ready, else the buyer's own team."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from paired import difference, moves
from worlds import column, events, living, town

from changemaking.agents import ending, running
from changemaking.agents.commissioner import Commissioner
from changemaking.model.contracts import Contract, State
from changemaking.model.outcome import Outcome

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


@pytest.mark.parametrize("covered", [True, False])
def test_where_nobody_need_stand_in_nothing_is_paid_for_continuity(monkeypatch: pytest.MonkeyPatch, covered: bool) -> None:
    kept: list[tuple[int, str]] = []

    def keep_going(self: Commissioner, contract: Contract, share: float = 1.0) -> None:
        kept.append((contract.number, contract.provider.name))

    monkeypatch.setattr(Commissioner, "keep_going", keep_going)
    ready = ending.ready
    monkeypatch.setattr(ending, "ready", lambda contract: ready(contract) if covered else [])
    with living(town(LOTS, 30, [{"month": LAST, "shock": "failure", "on": GONE}]), 1) as world:
        while world.month < LAST:
            world.step()
        failing = [c.number for c in library(world).operating if c.provider.name == GONE]
        world.step()
    assert failing and all(((number, GONE) in kept) is not covered for number in failing)


def test_whoever_was_to_follow_itself_is_nobody_to_rely_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its failure costs continuity, and the team begins in place of its next contract."""
    kept: list[str] = []
    monkeypatch.setattr(Commissioner, "keep_going", lambda self, contract, share=1.0: kept.append(contract.undertaking.service.name))
    alone = {**LOTS, "policy.lots": 1}
    with living(town(alone, 37, [{"month": 33, "shock": "failure", "on": "elsewhere services large 4"}]), 1) as world:
        while world.month < 33:
            world.step()
        duty = library(world)
        (now,), (later,) = duty.operating, duty.coming
        assert now.provider is later.provider and now.provider.name == "elsewhere services large 4" and later.operating_from == 34
        world.step()
        assert "library" in kept and now.state is State.FAILED and later.state is State.FAILED
        world.step()
        assert [c.provider for c in duty.operating] == [world.council.team]


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
    monkeypatch.setattr(ending, "ready", lambda contract: [])
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
        assert bool(ending.ready(failed)) is expected and running.waits(contract) is contract.awaits_asset


# --- the days until a stand-in begins ------------------------------------------------------------------------------------

FAILS = [{"month": 6, "shock": "failure", "on": "elsewhere services large 2"}]
MONTH = 365 / 12  # days
HERE = {"switches.risks": False, "switches.insolvency": False, "parameters.days_scarce": 0.0}


def after_failure(days: float, **more: object) -> tuple[list[list[float]], Outcome]:
    """Volume, pay and what is missed of each contract that stands in, in the three months after; and what the run leaves."""
    with living(town({**HERE, "parameters.days_to_replace": days, **more}, 10, FAILS), 1) as world:
        while world.month < 7:
            world.step()
        found = []
        stood_in = [c for b in world.commissioners for d in b.undertakings for c in d.coming if c.stands_in]
        assert stood_in and all(float(c.terms["missed"]) == (0.0 if "switches.continuity" in more else days) for c in stood_in)
        while world.month < 10:
            world.step()
            found.append([float(c.terms[name]) for c in stood_in for name in ("volume", "paid")])
        return found, world.outcome()


@pytest.mark.parametrize("days", [0.0, 12.0, 40.0, 80.0])
def test_days_without_a_service_are_lived(days: float) -> None:
    (usual, before), (found, outcome) = after_failure(0.0), after_failure(days)
    for k, (full, short) in enumerate(zip(usual, found, strict=True)):
        gone = min(1.0, max(0.0, days / MONTH - k))
        for volume, paid in zip(full[::2], full[1::2], strict=True):
            i = full.index(volume)
            assert short[i] == pytest.approx(volume * (1.0 - gone)) and short[i + 1] == pytest.approx(paid * (1.0 - gone), abs=1.0)
    needed, lost = column(outcome, "unmet_need"), column(before, "unmet_need")
    assert needed[:7] == pytest.approx(lost[:7]), "told in the month of the failure, lived in the next"
    assert bool(needed[7] > lost[7]) is (days > 0.0) and bool(needed[8] > lost[8]) is (days > MONTH)
    assert bool(column(outcome, "satisfaction")[7] < column(before, "satisfaction")[7]) is (days > 0.0)
    failed = [e for e in events(outcome, "failure") if e.buyer.startswith("Millbridge") and e.value > 0.0]  # not only signed
    assert len(failed) == 1 and outcome.totals["days_lost"] == pytest.approx(days)  # in one lot


def test_without_continuity_the_month_is_served_in_full() -> None:
    off = {"switches.continuity": False}
    assert after_failure(25.0, **off)[0] == after_failure(0.0, **off)[0] and after_failure(25.0, **off)[1].totals["days_lost"] == 0.0


def test_failures_cost_their_users_more_the_longer_they_wait() -> None:
    failing = {"parameters.credit": 0.0, "parameters.start_cash": 0.01}
    moves({**failing, "parameters.days_to_replace": 0.0}, {"parameters.days_to_replace": 30.0}, "unmet_need", +1)
    gone = {**failing, "switches.continuity": False}
    assert not difference({**gone, "parameters.days_to_replace": 0.0}, {"parameters.days_to_replace": 30.0}, "unmet_need").any()
