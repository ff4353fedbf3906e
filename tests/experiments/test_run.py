"""One run as tables: months, events, and who pays whom."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

import changemaking as cm
from changemaking.experiments.errors import UsageError
from changemaking.experiments.run import months, rings
from changemaking.model.measures import NAMES


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


def test_wrong_seeds_are_refused(fake_model: ModuleType) -> None:
    for seed in (-1, 1.5, "x", True, 2**63):
        with pytest.raises(UsageError, match="seed: must be a whole number from 0"):
            cm.run("tiny", seed=seed)
    assert cm.run("tiny", seed=np.int64(4), overrides={"horizon.months": 12}).seed == 4
