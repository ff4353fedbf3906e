"""The month's measures, taken from what the compiled loops and the agents added up; formulas in formulas.py."""

from __future__ import annotations

from collections import deque
from math import fsum  # the same on every Python: from 3.12 on, sum() rounds floats in another way
from typing import Any

import numpy as np

from . import delivery as d
from . import residents
from .compiled import njit
from .measures import NAMES
from .outcome import Event, Outcome, totals
from .register import NOTHING, ratio

IN_POUNDS = (
    "spend", "whole_life_cost", "transaction_cost", "unforeseen_cost", "hold_up", "interface_cost", "continuity_cost",
    "set_up_cost", "cost_shifted", "grants", "training", "council_income",
)  # fmt: skip
COUNTED = ("tenders", "changes", "disputes", "breaks", "failures", "insolvencies", "low_bids", "innovations", "days_lost")


class Indicators:
    """Notes a month's figures, and works the measures out of them when asked. Money is noted in pence and measured in pounds."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._noted: list[dict[str, float]] = []  # by month
        self._sums = np.zeros((model.scenario.horizon.months, d.SUMS))
        self.tally = dict.fromkeys((*IN_POUNDS, *COUNTED, "bids", "closed"), 0.0)
        self._relet: deque[tuple[int, bool]] = deque()  # of the last five years
        self._won = 0
        self._multipliers = (NOTHING, NOTHING)
        self._paid_year = np.zeros(len(model.firms))
        self._owed = np.zeros(len(model.firms))  # at the last count, what came late
        self._adopted, self._innovations = 0.0, 0.0  # improvements a contract in the latest full year, and this year's so far
        self._capacities()

    def relet(self, incumbent: bool) -> None:
        """A contract was let again; did the incumbent win?"""
        self._relet.append((self.model.month, incumbent))
        self._won += incumbent

    def record(self) -> None:
        """Note the month's figures and start the next."""
        m, t, month = self.model, self.tally, self.model.month
        self._sums[month] = m.sums
        self._paid_year += m.by_provider
        self._innovations += t["innovations"]
        if month % 12 == 11:
            self._adopted, self._innovations = min(1.0, self._innovations / max(1, self._focal_running())), 0.0
        if month % 12 == 11 or month == 0:
            self._local_multipliers()
            self._capacities()
        while self._relet and self._relet[0][0] <= month - 60:
            self._won -= self._relet.popleft()[1]
        squares, displaced, held, content, trusting = _add_up(
            m.by_provider, m.firms, m.local_firms, m.ledger.balance, self._focal_accounts, m.ward_minds
        )
        self._noted.append({
            **t,
            "squares": squares, "displaced": displaced, "held": held, "content": content, "trusting": trusting,
            "earned": m.ward_totals[residents.WAGES], "benefits": m.ward_totals[residents.BENEFITS],
            "volunteers": m.ward_totals[residents.VOLUNTEERS], "at_work": m.workers - m.idle, "taking_part": m.taking_part,
            "region_income": m.ledger.received[m.nation.households], "meant": m.meant.sum(),
            "to_vcs": m.passed_on[0], "to_sme": m.passed_on[1],
            "won": self._won, "relet": len(self._relet), "adopted": self._adopted, "voice": self.voice(),
            "lm3": self._multipliers[0], "multiplier": self._multipliers[1],
            "vcs_capacity": self._vcs_capacity, "client_capacity": self._client_capacity,
        })  # fmt: skip
        self.tally = dict.fromkeys(t, 0.0)

    @property
    def series(self) -> np.ndarray:
        """Every measure of every month so far, float64 [months, measures]."""
        m, months = self.model, len(self._noted)
        if not months:
            return np.zeros((0, len(NAMES)))
        p, people = m.scenario.parameters, m.scenario.place.population
        sums = self._sums[:months].T
        noted = {name: np.array([row[name] for row in self._noted], dtype=np.float64) for name in self._noted[0]}
        paid, bought, needed = sums[d.PAID], sums[d.BOUGHT], sums[d.NEEDED]
        for name in ("spend", "whole_life_cost"):
            noted[name] += paid + sums[d.RISKS]
        values = {
            **noted,
            **{name: noted[name] / 100.0 for name in IN_POUNDS},
            "whole_life_value": (p.quality_value * sums[d.QUALITY] - noted["whole_life_cost"]) / 100.0,
            "unit_cost": ratio(noted["whole_life_cost"], bought),
            "deductions": sums[d.DEDUCTED] / 100.0,
            "risk_cost": sums[d.RISKS] / 100.0,
            "support": sums[d.SUPPORTED] / 100.0,
            "left_out": ratio(sums[d.LEFT_OUT], bought),
            "quality": ratio(sums[d.QUALITY], bought),
            "misfit": ratio(sums[d.MISFIT], bought),
            "shading": ratio(sums[d.SHADING], bought),
            "shading_late": ratio(sums[d.SHADING_LATE], sums[d.BOUGHT_LATE]),
            "trust": ratio(sums[d.TRUST], bought),
            "unmet_need": np.maximum(0.0, 1.0 - ratio(bought, needed)),
            "bids": ratio(noted["bids"], noted["closed"]),
            "share_local": ratio(sums[d.PAID_LOCAL], paid),
            "share_region": ratio(sums[d.PAID_REGION], paid),
            "share_large": ratio(sums[d.PAID_LARGE], paid),
            "share_sme": ratio(sums[d.PAID_SME], paid),
            "share_vcs": ratio(sums[d.PAID_VCS], paid),
            "share_in_house": ratio(sums[d.PAID_IN_HOUSE], paid),
            "hhi": ratio(noted["squares"], paid * paid),
            "incumbency": ratio(noted["won"], noted["relet"]),
            "local_income": noted["earned"] / 100.0,
            "region_income": noted["region_income"] / 100.0,
            "local_jobs": noted["at_work"] * people.people_per_row,
            "displaced": noted["displaced"] / 100.0,
            "living_wage": ratio(sums[d.LABOUR_LIVING], sums[d.LABOUR]),
            "cost_elsewhere": noted["benefits"] / 100.0,
            "social_impact": sums[d.LABOUR_LOCAL] * (1.0 - p.direct_tax) / 100.0,
            "resident_trust": noted["trusting"] / len(m.people),
            "satisfaction": noted["content"] / len(m.people),
            "participation": noted["taking_part"],
            "volunteering": noted["volunteers"] / len(m.people),
            "demand": ratio(needed, noted["meant"]),
            "reach_vcs": ratio(sums[d.PAID_VCS] + noted["to_vcs"], paid),
            "reach_sme": ratio(sums[d.PAID_SME] + noted["to_sme"], paid),
            "balance": noted["held"] / 100.0,
        }
        values |= _principles(values, noted, sums)
        return np.column_stack([values[name] for name in NAMES])

    def voice(self, seats: float | None = None) -> float:
        """Share of the residents who want a say in services that have one this month: by taking part at large, or by seats in
        steering groups (in one contract, if `seats` gives its share, else in all)."""
        people = self.model.scenario.place.population
        wanted = people.participates_does + people.participates_would
        general = min(1.0, self.model.taking_part / wanted) if wanted > 0 else 0.0
        return general + (1.0 - general) * (self.model.said if seats is None else seats)

    def _focal_running(self) -> int:
        """Running contracts of the focal commissioners."""
        contracts = self.model.contracts
        return int((contracts.rows["focal"][contracts.running] == d.PAID_BY_BUYER).sum())

    def _still_owed(self) -> np.ndarray:
        """What focal commissioners owe each provider, in pence."""
        contracts = self.model.contracts
        rows, running = contracts.rows, contracts.running
        focal = running[rows["focal"][running] == d.PAID_BY_BUYER]
        return np.bincount(rows["provider"][focal], weights=rows["owed"][focal], minlength=len(self.model.firms))

    def _capacities(self) -> None:
        m = self.model
        self._focal = [b for b in m.commissioners if b.focal]
        self._focal_accounts = np.array([b.account for b in self._focal], dtype=np.int64)
        self._vcs_capacity = fsum(a.capacity for a in m.providers if a.kind == d.VCS and a.ring == 0) / 100.0
        self._client_capacity = fsum(b.capacity for b in self._focal) / max(1, len(self._focal))

    def _local_multipliers(self) -> None:
        """LM3 and the full multiplier of the year's contract payments, from the ledger's spending by account.

        Round 1 is what the commissioners paid, which is what fell due but for what comes late; round 2 what their providers
        spent with the district's people and firms; round 3 what these spent there again, at the rates of the district's
        people and of its firms [nef's LM3].
        """
        m, ledger = self.model, self.model.ledger
        accounts = m.firms["account"]
        out = np.maximum(1, ledger.out[accounts])
        owed = self._still_owed()
        paid, self._owed = self._paid_year + self._owed - owed, owed
        first = float(paid.sum())
        if first > 0:
            to_people = float((paid * (ledger.out_people[accounts] / out)).sum()) / first
            to_firms = float((paid * (ledger.out_firms[accounts] / out)).sum()) / first
            people = _rates(ledger, np.array([m.nation.people]))
            local = np.concatenate([m.sector_accounts, accounts[m.local_firms]])
            firms = _rates(ledger, local)
            third = to_people * (people[0] + people[1]) + to_firms * (firms[0] + firms[1])
            # all rounds: the geometric series of the 2 x 2 matrix of local re-spending, in closed form
            a, b, c, e = people[0], firms[0], people[1], firms[1]
            det = (1.0 - a) * (1.0 - e) - b * c
            all_people = ((1.0 - e) * to_people + b * to_firms) / det
            all_firms = (c * to_people + (1.0 - a) * to_firms) / det
            self._multipliers = (1.0 + to_people + to_firms + third, 1.0 + all_people + all_firms)
        self._paid_year[:] = 0.0
        if m.month > 0:
            ledger.forget_spending()

    def outcome(self, events: tuple[Event, ...], journal: np.ndarray | None, accounts: tuple[tuple[str, str, str], ...]) -> Outcome:
        """The run's arrays, up to the month reached."""
        from .ledger import CATEGORIES

        m = self.model
        series = self.series
        found = totals(series, m.scenario.parameters.discount_rate)
        shares = {kind: found[f"share_{kind}".replace("-", "_")] for kind in ("large", "sme", "vcs", "in-house")}
        contracts = m.register.rows(m, events, shares | {"company": shares["large"]})
        return Outcome(
            m.scenario.name, m.seed_number, m.scenario.horizon.start, series, found, events, journal, accounts,
            CATEGORIES if journal is not None else (), tuple(b.name for b in self._focal), contracts,
        )  # fmt: skip


def _principles(values: dict[str, np.ndarray], noted: dict[str, np.ndarray], sums: np.ndarray) -> dict[str, np.ndarray]:
    """The five principles, each the mean of two or three shares (formulas in formulas.py)."""
    paid, bought, changes, disputes = sums[d.PAID], sums[d.BOUGHT], noted["changes"], noted["disputes"]
    settled = 1.0 - ratio(disputes, changes + disputes, otherwise=0.0)
    large, sme, vcs, team = (values[name] for name in ("share_large", "share_sme", "share_vcs", "share_in_house"))
    evenness = (1.0 - (large * large + sme * sme + vcs * vcs + team * team)) / 0.75
    free = 1.0 - np.minimum(1.0, ratio(noted["hold_up"], noted["unforeseen_cost"], otherwise=0.0))
    again = np.fmax(0.0, np.fmin(1.0, (noted["lm3"] - 1.0) / 2.0))
    impact = np.fmin(1.0, ratio(100.0 * values["social_impact"], paid))
    return {
        "collaborative": (values["trust"] + settled + ratio(sums[d.PLACED], paid)) / 3,
        "creative": (evenness + ratio(sums[d.SKILL], bought) + noted["adopted"]) / 3,
        "adaptable": 0.5 * ratio(sums[d.FIT], bought) + 0.5 * free,
        "accountable": 0.5 * ratio(sums[d.PAID_OPEN], paid) + 0.5 * noted["voice"],
        "place_based": (values["share_local"] + again + impact) / 3,
    }


@njit
def _add_up(by_provider, firms, local_firms, balance, accounts, minds):
    """Sums of the month: squares of what each provider was paid, displaced sales, focal balances, satisfaction, trust."""
    squares, displaced, held, content, trusting = 0.0, 0.0, 0, 0.0, 0.0
    for paid in by_provider:
        squares += paid * paid
    for i in local_firms:
        displaced += firms[i].displaced
    for account in accounts:
        held += balance[account]
    for w in range(len(minds)):
        content += minds[w, 0]
        trusting += minds[w, 1]
    return squares, displaced, held, content, trusting


def _rates(ledger: Any, accounts: np.ndarray) -> tuple[float, float]:
    """Shares of some accounts' spending that go to the district's people and to its firms."""
    out = max(1, int(ledger.out[accounts].sum()))
    return float(ledger.out_people[accounts].sum()) / out, float(ledger.out_firms[accounts].sum()) / out
