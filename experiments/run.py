"""One run of one scenario, as tables."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import numpy as np

from . import record
from .errors import UsageError
from .local_money import LocalMoney, local_money
from .scenario_sets import load, with_months

if TYPE_CHECKING:
    import pandas as pd

    from ..model.outcome import Outcome
    from ..scenarios.schema import Scenario

RINGS = ("local", "region", "elsewhere")
SIDES = ("payer", "payee", "payer_kind", "payee_kind", "payer_district", "payee_district", "category", "ring", "month")
SHORT = {
    "account": ("payer", "payee"),
    "kind": ("payer_kind", "payee_kind"),
    "district": ("payer_district", "payee_district"),
    "category": ("payer_kind", "category"),
    "ring": ("payer_kind", "ring"),
}


MOST_SEED = 2**63 - 1


def run(scenario: str | Path | Scenario, seed: int = 1, overrides: Mapping[str, object] | None = None, *, months: int | None = None) -> Run:
    """Run a scenario, given by shipped name, by path or as it is, once.

    `months`: months to run, instead of the scenario's (the same as overrides={"horizon.months": months}).
    Raises ScenarioError for mistakes in the scenario or the overrides, UsageError for a seed that is none, ClauseError for
    a clause that goes wrong.
    """
    check_seed(seed)
    changes = with_months(overrides, months)
    loaded = load(scenario, changes)
    from ..model.ecosystem import simulate

    began, start = record.now(), time.perf_counter()
    outcome = simulate(loaded, seed, journal=True)
    asked = record.Asked("run", [str(getattr(scenario, "name", scenario))], None, changes)
    return Run(loaded, outcome, asked, began, time.perf_counter() - start)


def simulate(scenario: str | Path | Scenario, seed: int = 1, *, months: int | None = None, journal: bool = False) -> Outcome:
    """The bare outcome of a run, without tables or record; with `journal` every payment is kept. Arguments and errors as `run`."""
    check_seed(seed)
    loaded = load(scenario, with_months(None, months))
    from ..model.ecosystem import simulate as live

    return live(loaded, int(seed), journal=journal)


def check_seed(seed: int) -> None:
    """Raises UsageError unless the seed is a whole number of 0 or more, below 2**63."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed <= MOST_SEED:
        raise UsageError(f"seed: takes a whole number from 0 to {MOST_SEED}, got {seed!r}")


@dataclass(frozen=True)
class Run:
    """A run: its scenario, its outcome, and the tables made of it (money in pounds; the ledger in pence)."""

    scenario: Scenario
    outcome: Outcome
    asked: record.Asked
    began: str = ""
    seconds: float = field(default=0.0, compare=False)

    def __repr__(self) -> str:
        return f"Run({self.scenario.name!r}, seed={self.seed}, {len(self.outcome.series)} months)"

    @property
    def title(self) -> str:
        return self.scenario.title

    @property
    def seed(self) -> int:
        return self.outcome.seed

    @property
    def totals(self) -> dict[str, float]:
        """One figure per measure for the whole run (see `Measure.total`)."""
        return dict(self.outcome.totals)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row per month (`month` as YYYY-MM), one column per measure."""
        import pandas as pd

        from ..model.measures import NAMES

        table = pd.DataFrame(self.outcome.series, columns=list(NAMES))
        table.insert(0, "month", months(self.outcome.start, len(table)))
        return table

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened, in order: month, kind, contract (-1 = none), buyer, provider, service, value, detail."""
        return events_table(self.outcome)

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """Every contract that ended or still runs: who, what, how it went, why it ended, its five principles. Money in pounds."""
        return contracts_table(self.outcome)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every payment: month, payer, payee, category, ring and pence; the names are categories.

        `ring` is where the payee's district lies seen from the payer's: local is the same one, region another of the region.
        """
        return self._payments[["month", "payer", "payee", "category", "ring", "pence"]]

    def who_pays_whom(self, by: str | tuple[str, str] = "kind") -> pd.DataFrame:
        """Pence paid over the whole run, payers down and payees (or what for, or where to) across; opening balances left out.

        `by` is account, kind, district, category or ring, or a pair such as ("payer_district", "category"). Raises UsageError.
        """
        down, across = SHORT.get(by, ("", "")) if isinstance(by, str) else by
        if down not in SIDES or across not in SIDES or down == across:
            raise UsageError(f"by: must be one of {', '.join(SHORT)} or two of {', '.join(SIDES)}, got {by!r}")
        paid = self._payments[self._payments["category"] != "opening"]
        return paid.pivot_table(values="pence", index=down, columns=across, aggfunc="sum", fill_value=0, observed=True)

    def local_money(self, months: int = 12) -> LocalMoney:
        """LM3 of the commissioners' payments with its rounds, and the multiplier over all rounds, in the last months."""
        return local_money(self.outcome, months)

    @cached_property
    def _payments(self) -> pd.DataFrame:
        import pandas as pd

        outcome = self.outcome
        entries = outcome.journal
        if entries is None:
            raise UsageError("this run was made without a journal, so it has no ledger")
        payer, payee = entries["payer"].astype(np.int64), entries["payee"].astype(np.int64)
        calendar = months(outcome.start, len(outcome.series))

        def categories(codes: np.ndarray, names: list[str]) -> pd.Categorical:
            unique = list(dict.fromkeys(names))
            place = {name: i for i, name in enumerate(unique)}
            return pd.Categorical.from_codes(np.array([place[name] for name in names], dtype=np.int64)[codes], unique)

        columns: dict[str, Any] = {"month": categories(entries["month"].astype(np.int64), calendar)}
        for i, what in enumerate(("", "_kind", "_district")):
            names = [str(account[i]) for account in outcome.accounts]
            columns[f"payer{what}"], columns[f"payee{what}"] = categories(payer, names), categories(payee, names)
        columns["category"] = categories(entries["category"].astype(np.int64), list(outcome.categories))
        place = self.scenario.place
        where = rings([a[2] for a in outcome.accounts], [d.name for d in place.districts], place.region)
        columns["ring"] = pd.Categorical.from_codes(where[payer, payee], RINGS)
        columns["pence"] = entries["pence"]
        return pd.DataFrame(columns)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables that `save` writes, by file name."""
        return {"indicators": self.indicators, "events": self.events, "contracts": self.contracts, "ledger": self.ledger}

    def save(self, folder: str | Path, command: list[str] | None = None) -> Path:
        """Write the tables as Parquet and a record of the run into a folder. Raises UsageError or RunError."""
        return record.save(self, folder, command)

    def plot(self) -> Any:
        """The run on one page, a matplotlib figure."""
        return import_module("changemaking.viz.figures").run_figure(self)

    @property
    def scenarios(self) -> dict[str, Scenario]:
        return {self.scenario.name: self.scenario}

    @property
    def outcomes(self) -> dict[tuple[str, int], Outcome]:
        return {(self.scenario.name, self.seed): self.outcome}


def months(start: str, count: int) -> list[str]:
    """`count` months from `start`, written YYYY-MM."""
    first = 12 * int(start[:4]) + int(start[5:7]) - 1
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(first, first + count)]


def events_table(outcome: Outcome) -> pd.DataFrame:
    """The events of an outcome, months written YYYY-MM, values in whole pence (of a shock: its relative size)."""
    import pandas as pd

    names = ("kind", "contract", "buyer", "provider", "service", "value", "detail")
    events = [e if e.kind == "shock" else e._replace(value=float(round(e.value))) for e in outcome.events]
    last = max((e.month for e in events), default=0)
    calendar = months(outcome.start, last + 1)
    columns: dict[str, Any] = {"month": pd.array([calendar[e.month] for e in events], dtype="str")}
    for name in names:
        kind = {"contract": "int64", "value": "float64"}.get(name, "str")
        columns[name] = pd.array([getattr(e, name) for e in events], dtype=kind)
    return pd.DataFrame(columns)


def contracts_table(outcome: Outcome) -> pd.DataFrame:
    """The contracts of an outcome, a column for each field of `register.ContractRow`; `first` is written YYYY-MM."""
    import pandas as pd

    from ..model.register import ContractRow
    from ..scenarios.schema import month_after

    dtypes = {str: "str", bool: "bool", int: "int64", float: "float64"}
    columns: dict[str, Any] = {}
    for name, kind in get_type_hints(ContractRow).items():
        values = [getattr(row, name) for row in outcome.contracts]
        if name == "first":
            values, kind = [month_after(outcome.start, month) for month in values], str
        columns[name] = pd.array(values, dtype=dtypes[kind])
    return pd.DataFrame(columns)


def rings(districts: list[str], region: list[str], region_name: str) -> np.ndarray:
    """Ring of every account seen from every other, int8 [payers, payees], indices into RINGS.

    An account may belong to the region at large (its district is the region's name, or "region") or to none.
    """
    known = {name: i for i, name in enumerate(region)}
    at_large = len(known)
    number = np.array([known.get(d, at_large if d in (region_name, "region") else -1) for d in districts], dtype=np.int64)
    inside = (number >= 0)[:, None] & (number >= 0)[None, :]
    same = (number[:, None] == number[None, :]) & (number < at_large)[:, None]
    return np.where(inside & same, 0, np.where(inside, 1, 2)).astype(np.int8)
