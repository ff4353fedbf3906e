"""A built place before and after: what its council spends in the first simulated year, beside the data the place was built from.

This is no validation. Much of the first year is put in (who holds the contracts at the start follows the shares by ring), so
agreement says that the place was built as meant; a distance says where the model's town is not the data's town.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import UsageError
from .run import run

if TYPE_CHECKING:
    import pandas as pd

    from ..places.building.facts import BuyerFacts

FIRST_YEAR = 12
PURCHASES = ("contract", "change")
PROVIDERS = ("large", "sme", "vcs")
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Row:
    """A share of the council's money: the bounds that the data set, and what the first simulated year gave (mean and span of seeds)."""

    what: str
    group: str
    low: float
    high: float
    mean: float
    least: float
    most: float


@dataclass(frozen=True)
class SizeRow:
    """A quantile of size in pounds, in the data and in the simulated year (mean of the seeds' quantiles): each supplier or contract
    counted once, and each pound counted once.
    """

    quantile: float
    data: float
    simulated: float
    data_by_money: float
    simulated_by_money: float


@dataclass(frozen=True)
class PlaceCheck:
    """The check of a place over some seeds. `distances` by what is compared: 0 (within the data's bounds) to 1 (nothing in common);
    for sizes how many times larger or smaller, on the average over five quantiles. `money` is pounds a year in the data and simulated.
    """

    place: str
    council: str
    seeds: int
    money: tuple[float, float]
    rows: tuple[Row, ...]
    sizes: tuple[SizeRow, ...]
    sizes_of: str
    distances: dict[str, float]

    def table(self) -> pd.DataFrame:
        """One row a group: what, group, low, high (data), mean, least, most (simulated)."""
        import pandas as pd

        return pd.DataFrame([vars(row) for row in self.rows])


def check_place(place: str | Path, facts: BuyerFacts, seeds: int = 10, scenario: str = "today") -> PlaceCheck:
    """Run the first year of a place under some seeds and hold the council's spending against its data.

    Raises ScenarioError for mistakes in the place, UsageError for fewer than one seed or a council that is not in the place.
    """
    if seeds < 1:
        raise UsageError(f"seeds: takes a whole number of 1 or more, got {seeds}")
    years = [first_year(place, facts.name, seed, scenario) for seed in range(1, seeds + 1)]
    rows: list[Row] = []
    for what, bounds in data_bounds(facts).items():
        parts = [year.shares(what) for year in years]
        for group, (low, high) in bounds.items():
            values = [shares.get(group, 0.0) for shares in parts]
            rows.append(Row(what, group, low, high, float(np.mean(values)), min(values), max(values)))
    found = [year.sizes(facts.sizes_of) for year in years]
    sizes = tuple(
        SizeRow(
            q, quantile(facts.sizes, q), float(np.mean([quantile(year, q) for year in found])),
            quantile_by_money(facts.sizes, q), float(np.mean([quantile_by_money(year, q) for year in found])),
        )
        for q in (QUANTILES if facts.sizes else ())
    )  # fmt: skip
    distances = {what: distance([row for row in rows if row.what == what]) for what in dict.fromkeys(row.what for row in rows)}
    if sizes:
        distances["size"] = factor_between([(row.data, row.simulated) for row in sizes])
        distances["size by money"] = factor_between([(row.data_by_money, row.simulated_by_money) for row in sizes])
    money = (facts.pounds or 0.0, float(np.mean([year.money for year in years])))
    return PlaceCheck(str(place), facts.name, seeds, money, tuple(rows), sizes, facts.sizes_of, distances)


def data_bounds(facts: BuyerFacts) -> dict[str, dict[str, tuple[float, float]]]:
    """Shares of the data by kind, ring and sector, as bounds: money of an unknown sector may belong to any."""
    unknown = 1.0 - facts.known
    local, region = facts.local, facts.region
    elsewhere = (max(0.0, 1 - local[1] - region[1]), max(0.0, 1 - local[0] - region[0]))
    return {
        "kind": dict(facts.kinds),
        "ring": {"local": local, "region": region, "elsewhere": elsewhere},
        "sector": {sector: (share * facts.known, share * facts.known + unknown) for sector, share in facts.sectors.items()},
    }


@dataclass(frozen=True)
class FirstYear:
    """What the council paid to providers in the first year of a run: payments with kind, ring and sector, and its contracts."""

    payments: pd.DataFrame
    contracts: pd.DataFrame

    @property
    def money(self) -> float:
        """Pounds."""
        return float(self.payments["pence"].sum()) / 100

    def shares(self, what: str) -> dict[str, float]:
        """Shares of the money by kind, ring or sector."""
        sums = self.payments.groupby(what, observed=True)["pence"].sum()
        total = float(sums.sum())
        return {str(group): float(pence) / total for group, pence in sums.items()} if total else {}

    def sizes(self, of: str) -> list[float]:
        """Pounds of each supplier in the year, or the value of each contract that runs in it."""
        if of == "award":
            return [float(value) for value in self.contracts["value"] if value > 0]
        return [float(pence) / 100 for pence in self.payments.groupby("payee", observed=True)["pence"].sum() if pence > 0]


def first_year(place: str | Path, council: str, seed: int, scenario: str = "today") -> FirstYear:
    """Run twelve months and take the council's purchases from the ledger."""
    made = run(scenario, seed, {"place": str(place)}, months=FIRST_YEAR)
    buyers = {c.name for c in made.scenario.place.commissioners}
    if council not in buyers:
        raise UsageError(f"{place}: has no commissioner {council!r}; it has {', '.join(sorted(buyers))}")
    ledger = made._payments
    mine = (ledger["payer"] == council) & ledger["category"].isin(PURCHASES) & ledger["payee_kind"].isin(PROVIDERS)
    paid = ledger[mine].copy()
    groups: Mapping[str, str] = {name: group.sector for group in made.scenario.place.firms for name in group.provider_names}
    paid["kind"], paid["sector"] = paid["payee_kind"].astype(str), paid["payee"].astype(str).map(lambda name: groups.get(name, ""))
    contracts = made.contracts
    return FirstYear(paid, contracts[(contracts["buyer"] == council) & contracts["kind"].isin(PROVIDERS)])


def quantile(values: Any, q: float) -> float:
    """The q-quantile; 0 of nothing."""
    return float(np.quantile(values, q)) if len(values) else 0.0


def distance(rows: list[Row]) -> float:
    """The least share of the money that must move for the simulated shares to lie within the data's bounds (total variation)."""
    over = sum(max(0.0, row.mean - row.high) for row in rows)
    under = sum(max(0.0, row.low - row.mean) for row in rows)
    return max(over, under)


def quantile_by_money(values: Any, q: float) -> float:
    """The size below which a share q of all pounds lies; 0 of nothing."""
    ordered = np.sort(np.asarray(values, dtype=float))
    return float(ordered[np.searchsorted(np.cumsum(ordered), q * ordered.sum())]) if len(ordered) else 0.0


def factor_between(pairs: list[tuple[float, float]]) -> float:
    """How many times larger or smaller simulated sizes are: the mean distance of the quantiles' logarithms, as a factor; infinite where
    nothing of any size was simulated.
    """
    logs = [abs(np.log(simulated / data)) for data, simulated in pairs if data > 0 and simulated > 0]
    return float(np.exp(np.mean(logs))) if logs else float("inf")
