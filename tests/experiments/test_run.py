"""One run as tables: months, events, and who pays whom."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

import changemaking as cm
from changemaking.experiments.errors import UsageError
from changemaking.experiments.run import months, rings
from changemaking.model.measures import NAMES
from changemaking.model.outcome import Event


@pytest.fixture
def made(fake_model: ModuleType) -> cm.experiments.Run:
    return cm.run("tiny", seed=3, overrides={"horizon.months": 12})


def test_tables_of_a_run(made: cm.experiments.Run) -> None:
    assert made.seed == 3 and made.totals == made.outcome.totals and made.title == made.scenario.title
    assert list(made.indicators.columns) == ["month", *NAMES] and len(made.indicators) == 12
    assert made.indicators["month"].iloc[0] == "2012-04" and made.indicators["month"].iloc[-1] == "2013-03"
    assert made.indicators[list(NAMES)].to_numpy() == pytest.approx(made.outcome.series, nan_ok=True)
    assert list(made.events["kind"]) == ["tender", "award"] and list(made.events["month"]) == ["2012-04", "2013-03"]


def test_the_ledger_says_where_money_goes(made: cm.experiments.Run) -> None:
    table = made.ledger
    assert list(table.columns) == ["month", "payer", "payee", "category", "ring", "pence"]
    rows = [tuple(row) for row in table.astype({c: str for c in table.columns if c != "pence"}).itertuples(index=False)]
    assert rows == [
        ("2012-04", "World", "Council", "opening", "elsewhere", 1000),
        ("2012-04", "Council", "Residents", "wages", "local", 103),
        ("2012-04", "Council", "Firm", "contract", "region", 200),
        ("2012-04", "Firm", "Residents", "wages", "region", 300),
        ("2012-05", "Firm", "World", "contract", "elsewhere", 400),
        ("2012-05", "Council", "Others", "contract", "region", 500),
        ("2012-05", "World", "World", "contract", "elsewhere", 600),
    ]


def test_who_pays_whom_adds_up_by_anything(made: cm.experiments.Run) -> None:
    total = made.ledger["pence"].sum() - 1000
    assert total == 103 + 200 + 300 + 400 + 500 + 600
    for by in ("account", "kind", "district", "category", "ring", ("month", "ring"), ("payee_district", "category")):
        assert made.who_pays_whom(by).to_numpy().sum() == total
    by_kind = made.who_pays_whom()
    assert by_kind.loc["council", "sme"] == 200 and by_kind.loc["sme", "household"] == 300
    assert made.who_pays_whom("ring").loc["council", "region"] == 700
    for by in ("colour", ("payer", "payer"), ("payer", "colour")):
        with pytest.raises(UsageError, match="by: must be one of account, kind"):
            made.who_pays_whom(by)


def test_rings_between_districts() -> None:
    """The region at large is in the region of every district, but local to nothing."""
    found = rings(["A", "B", "A", "Shire", "elsewhere", ""], ["A", "B"], "Shire")
    local, region, elsewhere = 0, 1, 2
    assert found[0].tolist() == [local, region, local, region, elsewhere, elsewhere]
    assert found[3].tolist() == [region, region, region, region, elsewhere, elsewhere]
    assert set(found[4]) == {elsewhere}
    assert (found == found.T).all()


def test_months_roll_over() -> None:
    assert months("2019-11", 4) == ["2019-11", "2019-12", "2020-01", "2020-02"]


def test_months_instead_of_those_of_the_scenario(fake_model: ModuleType) -> None:
    made = cm.run("tiny", seed=3, months=7)
    assert len(made.indicators) == 7 and made.asked.overrides == {"horizon.months": 7}
    assert len(cm.run("tiny", overrides={"horizon.months": 9, "policy.lots": 2}, months=8).indicators) == 8
    assert {len(o.series) for o in cm.compare(["phased"], 2, workers=1, overrides={"place": "tiny"}, months=5).outcomes.values()} == {5}
    with pytest.raises(cm.scenarios.ScenarioError, match=r"horizon\.months: is not accepted, got 0"):
        cm.run("tiny", months=0)
    with pytest.raises(UsageError, match="tiny: overrides and months apply to scenarios given by name or path"):
        cm.run(cm.load_scenario("tiny"), months=7)


def test_simulate_takes_a_name_a_path_or_a_scenario(fake_model: ModuleType) -> None:
    loaded = cm.load_scenario("tiny", {"horizon.months": 6})
    by_name, as_it_is = cm.simulate("tiny", 3, months=6), cm.simulate(loaded, 3)
    assert (by_name.series == as_it_is.series).sum() == (~np.isnan(as_it_is.series)).sum() and by_name.journal is None
    assert cm.simulate(loaded, 3, journal=True).journal is not None
    with pytest.raises(UsageError, match="scenario: give a shipped name, the path of a file or a loaded Scenario, got 5"):
        cm.simulate(5, 3)  # type: ignore[arg-type]
    with pytest.raises(cm.scenarios.ScenarioError, match="did you mean 'tiny'"):
        cm.simulate("tinny", 3)


def test_events_are_told_in_whole_pence(fake_model: ModuleType) -> None:
    real = fake_model.simulate

    def with_shock(scenario, seed, **words):
        outcome = real(scenario, seed, **words)
        return replace(outcome, events=(*outcome.events, Event(3, "shock", -1, "", "", "", 0.25, "demand")))

    fake_model.simulate = with_shock
    assert cm.run("tiny", 3, months=12).events["value"].tolist() == [100.0, 6.0, 0.25]  # 5.5 pence for the award


def test_wrong_seeds_are_refused(fake_model: ModuleType) -> None:
    for seed in (-1, 1.5, "x", True, 2**63):
        for ask in (cm.run, cm.simulate):
            with pytest.raises(UsageError, match="seed: takes a whole number from 0 to 9223372036854775807, got"):
                ask("tiny", seed)
    assert cm.run("tiny", seed=np.int64(4), overrides={"horizon.months": 12}).seed == 4
