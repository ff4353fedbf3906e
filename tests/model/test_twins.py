"""Compiled rules against plain twins written apart from them, and against their own source run as ordinary Python."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import numpy as np
import pytest
import twins
import uncompiled
from hypothesis import example, given, settings
from hypothesis import strategies as st
from twins import PlainContract, PlainResident
from worlds import CLAUSES, living, series_sha256, town

import changemaking.model
from changemaking.model import delivery, residents
from changemaking.model.firms import FIRM
from changemaking.model.ledger import ENTRY
from changemaking.scenarios.parameters import Parameters

share = st.floats(0.0, 1.0)
WARDS, BANDS, SERVICES, EMPLOYERS = 3, 4, 5, 7


# --- residents ------------------------------------------------------------------------------------------------------

person = st.tuples(
    st.integers(0, 10_000_000), st.floats(0.0625, 6.0, width=32), st.floats(0, 1, width=32), st.floats(0, 1, width=32),
    st.integers(0, EMPLOYERS - 1), st.integers(0, 100), st.sampled_from([0, 1, 2]), st.integers(0, BANDS - 1), st.integers(0, 2),
)  # fmt: skip
circumstances = st.builds(
    residents.Town,
    benefit=st.integers(0, 900_000).map(float), council_tax=st.integers(0, 200_000).map(float), direct_tax=share, spending=share,
    wealth_spending=st.floats(0, 0.5), finding=share, losing=share, satisfaction_rate=share, trust_up=share, trust_down=share, news=st.floats(0, 0.5),
    participation=share, participation_base=share, joining=share, leaving=share,
)  # fmt: skip


@given(
    wards=st.lists(st.lists(person, max_size=6), min_size=WARDS, max_size=WARDS), town_=circumstances, stream=st.integers(0, 2**64 - 1),
    seed=st.integers(0, 2**32 - 1), months=st.integers(1, 30),
)  # fmt: skip
@settings(max_examples=150)
def test_residents_to_the_penny_and_the_bit(wards, town_, stream, seed, months) -> None:
    """Generated people through many months: every wage, bill and feeling, and every total of a ward."""
    rows = [(*p, w) for w, people in enumerate(wards) for p in people]
    table = np.array(rows, dtype=residents.RESIDENT) if rows else np.zeros(0, dtype=residents.RESIDENT)
    starts = np.cumsum([0, *map(len, wards)])
    table["employer"] = np.where(table["kind"] == residents.WORKER, table["employer"], residents.NOBODY)
    people = [PlainResident.of(row) for row in table]
    rng = np.random.default_rng(seed)
    rate = np.concatenate([[0.0], rng.uniform(0, 3e6, EMPLOYERS - 1)])
    layoff = np.concatenate([[0.0], rng.uniform(0, 0.3, EMPLOYERS - 1)])
    fixed = np.array([0, *rng.integers(0, 500_000, 2)])
    service_of = rng.integers(0, SERVICES, (BANDS, residents.SLOTS)).astype(np.uint8)
    job_of = rng.integers(1, EMPLOYERS, residents.SLOTS).astype(np.uint16)
    for month in range(months):
        quality = rng.uniform(0, 1, SERVICES)
        wages, employed = np.zeros(EMPLOYERS, dtype=np.int64), np.zeros(EMPLOYERS)
        sums, minds = np.zeros((WARDS, residents.COLUMNS), dtype=np.int64), np.zeros((WARDS, 2))
        residents.month_of_all(
            table, starts, np.uint64(stream), month, town_, rate, layoff, fixed, quality, service_of, job_of, wages, employed, sums, minds
        )
        found = twins.month_of_residents(people, stream, month, town_, rate, layoff, fixed, quality, service_of, job_of)
        assert [me.state() for me in people] == [PlainResident.of(row).state() for row in table]
        assert wages.tolist() == [found["wages"].get(e, 0) for e in range(EMPLOYERS)]
        assert employed.tolist() == [found["employed"].get(e, 0.0) for e in range(EMPLOYERS)]
        for w, ward in found["wards"].items():
            assert sums[w].tolist() == [ward[k] for k in twins.KEYS]
            assert minds[w].tolist() == [ward["content"], ward["trusting"]]


# --- contracts ------------------------------------------------------------------------------------------------------

FLOATS = {
    "price": st.floats(0, 1e8), "cost": st.floats(0, 1e8), "reference": st.floats(0, 1e8), "fee": st.floats(0, 0.15), "finance": st.floats(0, 1e7),
    "schedule": st.floats(0.5, 2.0), "growth": st.floats(0.99, 1.02), "rigidity": share, "skill": share, "bonus": st.floats(-0.2, 0.2),
    "claim": share, "trust": share, "knowledge": share, "rivalry": share, "measurability": share, "complexity": share, "break_right": share,
    "open_book": share, "fine": st.floats(0, 2), "labour": share, "change_cost": st.floats(0, 1e6), "change_markup": st.floats(0, 1e6),
    **dict.fromkeys(("bears_building", "bears_running", "bears_volume", "bears_calamity", "kept", "retained", "vulnerability", "attention"), share),
    **dict.fromkeys(("disclosed", "unheard", "awaited", "prize"), share),
    "late": st.just(0.0) | share,
    "missed": st.just(0.0) | st.floats(0, 100),
    "cap": st.floats(0, 20) | st.just(1e6), "surprise": st.floats(-0.5, 0.5), "planned": st.floats(0.3, 1), "target": st.floats(0, 1),
    "band": st.floats(0, 1) | st.just(-1.0),
    **{name: st.floats(-3, 3) for name in ("x0", "x1", "x2", "a0", "a1", "a2")},
}  # fmt: skip
WHOLE = {
    "phase": st.sampled_from([0, 1, 2, 2, 2]), "mechanism": st.integers(0, 5), "watched": st.integers(0, 1), "kind": st.integers(0, 4),
    "ring": st.integers(0, 2), "end": st.integers(0, 400), "owed": st.integers(0, 10**7), "key": st.integers(0, 2**64 - 1),
}  # fmt: skip
terms = st.fixed_dictionaries({**FLOATS, **WHOLE})


# numbers of the rule of a contract's month: the twin must take each of them from where the description puts it
OF_CONTRACTS = (
    "change_attention", "change_base", "change_horizon", "lock_in_months", "lock_in_asset", "rivalry_discount", "break_discount",
    "open_book_discount", "pressure", "open_book_insight", "shading_found", "thin_margin", "thin_limit", "renewal_base", "renewal_months",
    "deduction_limit", "poor_quality", "poor_misfit", "trust_quality", "care_construction", "care_running", "care_calamity",
    "calamity_rate", "calamity_size", "calamity_months", "results_share", "results_fixed", "selection_saving", "selection_harm",
    "trust_lost", "trust_memory", "trust_contact", "trust_late", "close_size", "disclosure_insight",
)  # fmt: skip


def within(name: str) -> st.SearchStrategy[float]:
    low, high = (next(getattr(m, end) for m in Parameters.model_fields[name].metadata if hasattr(m, end)) for end in ("ge", "le"))
    return st.floats(low, high) | st.just(town().parameters.model_dump()[name])


def parameters(**changes: float) -> np.ndarray:
    values = {**town().parameters.model_dump(), **changes}
    return np.array([tuple(map(float, values.values()))], dtype=[(n, np.float64) for n in values])


@given(
    terms_=terms, need=st.tuples(*[st.floats(-3, 3)] * 3), demand=st.floats(0, 2), affordable=st.floats(0.3, 1), month=st.integers(0, 360),
    drift=st.floats(-0.8, 1), calamity=st.just(0.0) | st.floats(0, 20),
    stream=st.integers(0, 2**64 - 1), behaviour=st.fixed_dictionaries({name: within(name) for name in OF_CONTRACTS}), months=st.integers(1, 8),
)  # fmt: skip
@example(
    terms_={**dict.fromkeys(FLOATS, 0.0), **dict.fromkeys(WHOLE, 0), "phase": 2}, need=(0.0, 0.0, 0.0), demand=0.0, affordable=0.3,
    drift=0.0, calamity=0.0, month=0, stream=0, behaviour={"change_attention": 1.0, "pressure": 0.0}, months=2,
)  # fmt: skip
@settings(max_examples=400)
def test_a_contracts_months(terms_, need, demand, affordable, drift, calamity, month, stream, behaviour, months) -> None:
    """Payment and cost to the penny, everything else within a few roundings, and the ledger's entry with it."""
    rows = np.zeros(1, dtype=delivery.CONTRACT)
    for name, value in terms_.items():
        rows[name] = value
    rows["payer"], rows["payee"], rows["focal"], rows["risk_payer"] = 1, 2, 1, 1
    firms = np.zeros(1, dtype=FIRM)
    firms["account"] = 2
    twin, p = PlainContract(rows[0]), parameters(**behaviour)
    for later in range(month, month + months):
        page, count, balance = np.zeros(4, dtype=ENTRY), np.zeros(1, dtype=np.int64), np.zeros(3, dtype=np.int64)
        work, by_provider, sums = np.zeros((1, 6), dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(delivery.SUMS)
        met, meant, risks = np.zeros(1), np.zeros(1), np.zeros(1, dtype=np.int64)
        delivery.month_of_all(
            rows, np.array([0]), p, np.uint64(stream), later, np.array([need]), np.array([demand]), np.array([drift]), np.array([calamity]),
            np.array([affordable]), 0, firms, page, count, balance, work, by_provider, met, meant, sums, risks, np.zeros(1, dtype=np.int64),
        )  # fmt: skip
        twin.month(p[0], later, need, demand, drift, calamity, affordable, twins.word(stream, later, terms_["key"]))
        row = rows[0]
        assert (twin.paid, twin.spent, twin.deducted, twin.flags) == (row["paid"], row["spent"], row["deducted"], row["flags"])
        assert (twin.risk, twin.support) == (row["risk"], row["support"])
        for name in ("volume", "misfit", "effort", "quality", "trust", "knowledge", "schedule", "change_cost", "change_markup", "missed"):
            assert getattr(twin, name) == pytest.approx(float(row[name]), rel=1e-12, abs=1e-12), name
        paid = twin.pays() + twin.risk
        assert twin.owed == row["owed"]
        assert balance.tolist() == [-twin.support, -paid, paid + twin.support]
        assert risks[0] == (twin.risk if twin.phase == twins.OPERATE else 0)
        assert work.sum() == twin.spent and by_provider[0] == twin.paid
        assert sums[delivery.PLACED] == pytest.approx(twin.paid * twin.placed(p[0]), rel=1e-12, abs=1e-12)
        if twin.phase == twins.OPERATE and twin.reference > 0:
            assert sums[delivery.QUALITY] == pytest.approx(twin.reference * twin.volume * twin.quality, rel=1e-12)


@given(terms_=terms)
@settings(max_examples=60)
def test_effort_is_the_best_for_the_provider(terms_) -> None:
    """The closed form against a search for the largest gain of withholding effort, as the description states it."""
    rows = np.zeros(1, dtype=delivery.CONTRACT)
    for name, value in terms_.items():
        rows[name] = value
    c, p = PlainContract(rows[0]), parameters()[0]
    margin, remaining, fit = 0.02, 60.0, 0.8
    chosen = c.withheld(p, margin, remaining, fit)
    thin = min(p["thin_limit"], max(0.0, (p["thin_margin"] - margin) / p["thin_margin"]))
    at_stake = p["renewal_value"] * c.rivalry + c.prize  # the next contract, and what an extension by performance would earn
    renewal = at_stake * (p["renewal_base"] + c.trust) / (1.0 + remaining / p["renewal_months"])
    risk = c.seen(p) * (p["detection_penalty"] + c.fine) + renewal

    def outcome(e: float) -> float:
        return c.skill * fit * (1.0 - p["shading_harm"] * e * (1.0 - c.measurability))

    lost = (
        p["results_share"] * c.measurability * (outcome(0.0) - outcome(1.0)) / max(c.target, 1e-9) if c.mechanism == twins.RESULTS else 0.0
    )

    def gain(e: float) -> float:
        return c.claim * max(0.0, p["shading_saving"] - lost) * (1.0 + p["pressure"] * thin) * e - (risk + 0.5e-9) * e * e

    best = max(gain(e) for e in np.linspace(0, 1, 1001))
    assert gain(chosen) >= best - 1e-12


# --- the same source, uncompiled --------------------------------------------------------------------------------------

UNCOMPILED = {
    "today": {"parameters.payment_terms": 1.0},
    "clauses": {"policy.clauses": list(CLAUSES), "place.services.*.asset_life_months": 30, "policy.lots": 2, "policy.payment": "cost-plus"},
    "hard times": {"parameters.credit": 0.0, "parameters.start_cash": 0.1, "parameters.entry_months": 2.0},
    "community": {
        "policy.clauses": ["vcs_share", "community_fund"],
        "policy.grants": 0.01,
        "policy.operate_months": 12,
        "place.services.*.sector": "care",
    },
}


@pytest.mark.parametrize("name", UNCOMPILED)
def test_a_whole_run_uncompiled_is_the_same_to_the_bit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = town({**UNCOMPILED[name], "place.population.people_per_row": 40.0}, months=14)
    with living(scenario, seed=5, journal=True) as world:
        fast = world.run().outcome()
    names = uncompiled.uncompile(monkeypatch)
    assert {"residents.month_of_all", "delivery.month_of_all", "firms.month_of_all", "economy.labour_market", "market._search"} <= set(
        names
    )
    with living(scenario, seed=5, journal=True) as world:
        slow = world.run().outcome()
    assert series_sha256(slow) == series_sha256(fast)
    assert slow.journal.tolist() == fast.journal.tolist()
    assert slow.events == fast.events


def test_every_compiled_function_is_among_those_run_uncompiled() -> None:
    """A new file with compiled rules must be added to the list."""
    found = {
        info.name
        for info in pkgutil.iter_modules(changemaking.model.__path__, "changemaking.model.")
        if not info.ispkg and any(v.py_func.__module__ == info.name for v in uncompiled.compiled(import_module(info.name)).values())
    }
    assert found == {module.__name__ for module in uncompiled.MODULES}
