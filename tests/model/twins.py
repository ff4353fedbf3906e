"""Plain twins of the compiled rules: one Python object per resident, contract or firm, written from the model's description.

They are slow and obvious on purpose: whole pence are Python integers, everything else Python floats, and what a record keeps in
single precision is rounded to it when it is stored. Nothing of the compiled code is called from here.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

MASK = (1 << 64) - 1


# --- chance ---------------------------------------------------------------------------------------------------------


def splitmix(z: int) -> int:
    """The finaliser of SplitMix64 on whole numbers of 64 bits."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def word(stream: int, when: int, who: int) -> int:
    """64 random bits: the stream hashed with when, then with who, each in steps of the golden ratio."""
    golden = 0x9E3779B97F4A7C15
    return splitmix((splitmix((stream + golden * (when + 1)) & MASK) + golden * (who + 1)) & MASK)


def share_of(bits: int) -> float:
    """A float in [0, 1) of the upper 53 bits."""
    return (bits >> 11) / 2**53


def single(x: float) -> float:
    """A float as a field of single precision keeps it."""
    return struct.unpack("f", struct.pack("f", x))[0]


# --- residents ------------------------------------------------------------------------------------------------------

DEPENDANT, WORKER, PENSIONER = 0, 1, 2
NOBODY = 0
WOULD, DOES = 1, 2


@dataclass
class PlainResident:
    cash: int
    skill: float
    satisfaction: float
    trust: float
    employer: int
    kind: int
    band: int
    type: int
    ward: int

    @classmethod
    def of(cls, row: Any) -> PlainResident:
        return cls(
            int(row["cash"]), float(row["skill"]), float(row["satisfaction"]), float(row["trust"]), int(row["employer"]),
            int(row["kind"]), int(row["band"]), int(row["type"]), int(row["ward"]),
        )  # fmt: skip

    def state(self) -> tuple[Any, ...]:
        return self.cash, self.skill, self.satisfaction, self.trust, self.employer, self.type

    def month(self, luck: int, town: Any, rate: Any, layoff: Any, fixed: Any, quality: Any, service_of: Any, job_of: Any) -> dict[str, int]:
        """Earn, keep or change work, spend, meet a service and judge it, take part."""
        event, slot, meeting = (luck & 0xFFFFF) / 2**20, (luck >> 20) & 1023, (luck >> 30) & 1023
        out_of_work = self.kind == WORKER and self.employer == NOBODY

        wage = int(float(rate[self.employer]) * self.skill)
        tax = int(wage * town.direct_tax)
        benefit = int(town.benefit) if out_of_work else 0
        income = wage - tax + benefit + int(fixed[self.kind])
        bill = min(int(town.council_tax) if self.kind != DEPENDANT else 0, self.cash + income)
        income -= bill

        if out_of_work and event < town.finding:
            self.employer = int(job_of[slot])
        elif self.kind == WORKER and not out_of_work and event < float(layoff[self.employer]) + town.losing:
            self.employer = NOBODY

        spent = self.spend(income, town)
        self.cash += income - spent

        surprise = float(quality[int(service_of[self.band][meeting])]) - self.satisfaction
        self.satisfaction = single(self.satisfaction + town.satisfaction_rate * surprise)
        good, bad = max(surprise, 0.0), max(-surprise, 0.0)
        gain = town.trust_up * good * (1.0 - self.trust)
        loss = (town.trust_down * bad + town.news) * self.trust
        self.trust = single(self.trust + (gain - loss))
        turn = ((luck >> 40) & 0xFFFFF) / 2**20
        if self.type == WOULD and self.kind != DEPENDANT:
            self.type = DOES if turn < town.joining else WOULD
        elif self.type == DOES and turn < town.leaving:
            self.type = WOULD
        takes_part = self.type == DOES and slot < 1024.0 * town.participation * (town.participation_base + self.trust)
        return {
            "wage": wage, "tax": tax, "council tax": bill, "benefit": benefit, "spent": spent, "cash": self.cash,
            "out of work": int(out_of_work), "taking part": int(takes_part),
            "volunteers": int(self.type == DOES),
        }  # fmt: skip

    def spend(self, income: int, town: Any) -> int:
        """A share of this month's money and a little of the savings left after the bill, so never more than there is."""
        return int(town.spending * max(income, 0) + town.wealth_spending * (self.cash + min(income, 0)))


KEYS = (
    "wage",
    "tax",
    "council tax",
    "benefit",
    "spent",
    "cash",
    "out of work",
    "taking part",
    "volunteers",
)  # the columns of a ward's sums


def month_of_residents(people: list[PlainResident], stream: int, month: int, town: Any, *tables: Any) -> dict[str, Any]:
    """Everybody's month in a plain loop: wages and skill by employer, sums and minds by ward."""
    wages: dict[int, int] = {}
    employed: dict[int, float] = {}
    wards: dict[int, dict[str, float]] = {}
    for i, me in enumerate(people):
        employer = me.employer
        found = me.month(word(stream, month, i), town, *tables)
        wages[employer] = wages.get(employer, 0) + found["wage"]
        employed[me.employer] = employed.get(me.employer, 0.0) + me.skill
        ward = wards.setdefault(me.ward, {**dict.fromkeys(KEYS, 0), "content": 0.0, "trusting": 0.0})
        for k in KEYS:
            ward[k] += found[k]
        ward["content"] += me.satisfaction
        ward["trusting"] += me.trust
    return {"wages": wages, "employed": employed, "wards": wards}


# --- contracts ------------------------------------------------------------------------------------------------------

OPERATE = 2
FIXED, COST_PLUS, VOLUME, AVAILABILITY, RESULTS, GAIN_SHARE = 0, 1, 2, 3, 4, 5
IN_HOUSE = 3
WANTS_CHANGE, SHADING_FOUND, POOR = 1, 2, 4


class PlainContract:
    """A contract with the terms of a row as plain attributes; `month` lives through one month of it."""

    def __init__(self, row: Any) -> None:
        for name in row.dtype.names:
            setattr(self, name, row[name].item())

    def __getattr__(self, name: str) -> Any:  # attributes come from the row
        raise AttributeError(name)

    # what the client sees, the room for hold-up, the effort withheld: one equation each

    def seen(self, p: Any) -> float:
        """Share of shading that shows: knowledge against complexity, and what an open book and data add."""
        own = self.knowledge / (self.knowledge + self.complexity + 1e-9) * (1.0 - self.unheard)
        return min(1.0, own + p["open_book_insight"] * self.open_book + p["disclosure_insight"] * self.disclosed)

    def distance(self, need: Any) -> float:
        """Root mean square distance of the need from what contract and asset specify."""
        x, a = (self.x0, self.x1, self.x2), (self.a0, self.a1, self.a2)
        flexible = 1.0 - self.rigidity
        g0, g1, g2 = (float(n) - flexible * xi - self.rigidity * ai for n, xi, ai in zip(need, x, a, strict=True))
        return math.sqrt((g0 * g0 + g1 * g1 + g2 * g2) / 3.0)  # not sum(): newer Pythons add floats more exactly

    def withheld(self, p: Any, margin: float, remaining: float, fit: float) -> float:
        """argmax over e of  claim·(saving − stake)·(1 + pressure·thin)·e − (M·F + V)·e²  within [0, 1].

        Paid by results, the stake is the measured part of the outcome lost, times the part of the payment that rests on it.
        """
        stake = 0.0
        if self.mechanism == RESULTS:
            lost = p["shading_harm"] * (1.0 - self.measurability) * self.skill * fit / max(self.target, 1e-9)
            stake = p["results_share"] * self.measurability * lost
        thin = min(p["thin_limit"], max(0.0, (p["thin_margin"] - margin) / p["thin_margin"]))
        worth_of_renewal = (
            (p["renewal_value"] * self.rivalry + self.prize) * (p["renewal_base"] + self.trust) / (1.0 + remaining / p["renewal_months"])
        )
        risk = self.seen(p) * (p["detection_penalty"] + self.fine) + worth_of_renewal
        saving = max(0.0, p["shading_saving"] - stake)
        return min(1.0, self.claim * saving * (1.0 + p["pressure"] * thin) / (2.0 * risk + 1e-9))

    def leaves_out(self, p: Any, remaining: float) -> float:
        """Of the users who cost most, whoever is paid by results leaves out as many as serve it best."""
        if self.mechanism != RESULTS:
            return 0.0
        renewal = (
            (p["renewal_value"] * self.rivalry + self.prize) * (p["renewal_base"] + self.trust) / (1.0 + remaining / p["renewal_months"])
        )
        risk = self.seen(p) * p["detection_penalty"] + renewal
        outcome = p["results_share"] * self.measurability * p["selection_harm"] * self.vulnerability
        return min(1.0, max(0.0, self.claim * (p["selection_saving"] * self.vulnerability - outcome) / (2.0 * risk + 1e-9)))

    def real_cost(self, p: Any, base: float, borne: float, care: float, drift: float, calamity: float) -> float:
        """What the work takes, with what buyer and state pay of it in `risk` and `support`.

        Errors of estimate, prices and carelessness move cost; the provider bears its share of that, and of what strikes.
        """
        team = self.kind == IN_HOUSE
        effort = 1.0 if team else borne * self.retained  # of care
        caution = 1.0 if team else self.bears_calamity * self.retained
        careless = care * (1.0 - effort)
        hit = calamity * self.cost * (1.0 - p["care_calamity"] * caution)
        above = self.bears_calamity * hit - self.cap / p["calamity_months"] * self.cost
        self.support = int(max(0.0, above))
        self.risk = int((1.0 - borne) * (base * (self.surprise + drift + careless)) + (1.0 - self.bears_calamity) * hit)
        spared = care * (1.0 - effort * effort) / 2.0  # of what full care costs
        precaution = self.cost * p["calamity_rate"] / 12.0 * p["calamity_size"] * p["care_calamity"] * caution * caution / 2.0
        return base * (1.0 + drift + careless - spared) + hit + precaution

    def pays(self) -> int:
        """What its buyer pays this month: the part that is not late, and what was late of the month before."""
        late = int(self.late * self.paid)
        now, self.owed = self.paid - late + self.owed, late
        return now

    def placed(self, p: Any) -> float:
        """The mean of what lies where it is in somebody's hands: work with the provider, volume with the buyer, calamities as far as care
        averts them with the one and else with the other."""
        if self.kind == IN_HOUSE:
            return 1.0
        felt = {name: getattr(self, f"bears_{name}") * self.retained for name in ("building", "running", "volume", "calamity")}
        averted = p["care_calamity"]
        struck = averted * felt["calamity"] + (1.0 - averted) * (1.0 - felt["calamity"])
        if self.phase != OPERATE:
            return (felt["building"] + struck) / 2
        return (felt["running"] + 1.0 - felt["volume"] + struck) / 3

    def mark_up(self, p: Any, remaining: float) -> float:
        """What hold-up adds to a change, as a share of its real cost."""
        in_the_asset = 1.0 - p["lock_in_asset"] * (1.0 - self.rigidity)
        way_out = (1.0 - p["rivalry_discount"] * self.rivalry) * (1.0 - p["break_discount"] * self.break_right)
        bound = min(1.0, remaining / p["lock_in_months"]) * in_the_asset * way_out
        softened = (1.0 - p["trust_discount"] * self.trust) * (1.0 - p["insight_discount"] * self.knowledge)
        return p["hold_up"] * bound * softened * (1.0 - p["open_book_discount"] * self.open_book)

    def month(self, p: Any, month: int, need: Any, demand: float, drift: float, calamity: float, affordable: float, luck: int) -> None:
        self.flags, self.deducted = 0, 0
        if self.phase != OPERATE:
            self.volume, self.effort = 1.0, 0.0
            self.paid = int(self.price)
            self.spent = int(self.real_cost(p, self.cost, self.bears_building, p["care_construction"], 0.0, calamity))
            return
        remaining = max(0.0, float(self.end - month))
        self.knowledge = self.knowledge * (1.0 - p["knowledge_decay"])
        self.schedule *= self.growth
        self.volume = demand if self.mechanism == AVAILABILITY else demand * affordable
        without = min(self.missed, 365 / 12)  # days of this month on which nobody serves
        self.volume *= 1.0 - without / (365 / 12)
        self.missed -= without

        foreseen, worked, extra = self.schedule * affordable, self.volume, 0.0
        if self.mechanism == RESULTS:
            foreseen = self.schedule * self.planned
            worked = p["results_fixed"] * foreseen + (1.0 - p["results_fixed"]) * self.volume
        counted, other = foreseen, self.volume  # who bears volume is paid for the one, else for the other
        if self.mechanism == AVAILABILITY:
            counted, extra = self.schedule, self.finance
        elif self.mechanism == RESULTS:
            low, high = ((1.0 - self.band) * foreseen, (1.0 + self.band) * foreseen) if self.band >= 0.0 else (0.0, math.inf)
            counted, other = min(max(self.volume, low), high), worked
        due = self.price * (self.bears_volume * counted + (1.0 - self.bears_volume) * other) + extra

        base = self.cost * worked
        cost = self.real_cost(p, base, self.bears_running, p["care_running"], drift, calamity)
        paid_apart = self.risk + self.support
        self.misfit = self.distance(need)
        fit = max(0.0, 1.0 - p["misfit_harm"] * self.misfit)
        self.effort = self.withheld(p, 1.0 - (cost - paid_apart) / max(due - self.finance, 1.0), remaining, fit)
        self.selected = self.leaves_out(p, remaining)
        honest = 1.0 - p["shading_harm"] * self.effort * (1.0 - self.measurability)
        for_all = 1.0 - p["selection_harm"] * self.vulnerability * self.selected
        self.quality = min(1.0, max(0.0, self.skill * fit * honest * for_all + self.bonus))
        saved = base * (p["shading_saving"] * self.effort + p["selection_saving"] * self.vulnerability * self.selected)
        cost = max(0.0, cost - saved)
        if self.mechanism == COST_PLUS:
            due = (cost - paid_apart) * (1.0 + self.fee)
        elif self.mechanism == RESULTS:
            due *= 1.0 + p["results_share"] * self.measurability * (min(2.0, self.quality / max(self.target, 1e-9)) - 1.0)
        due = max(0.0, due - (1.0 - self.kept) * saved)

        shortfall = max(0.0, self.skill - self.quality)
        self.deducted = int(due * min(p["deduction_limit"], self.fine * self.seen(p) * self.measurability * shortfall))
        self.paid, self.spent = int(due) - self.deducted, int(cost)
        unseen = (1.0 - self.seen(p)) * p["shading_harm"] * self.effort * (1.0 - self.measurability)
        self.shown = min(1.0, self.quality + self.skill * fit * unseen)
        better, worse = max(0.0, self.shown - self.awaited), max(0.0, self.awaited - self.shown)
        close = p["close_size"] / (p["close_size"] + 12.0 * self.price / 100.0)
        gained, lost = p["trust_up"] * better + p["trust_contact"] * close, p["trust_lost"] * worse + p["trust_late"] * self.late
        self.trust += gained * (1.0 - self.trust) - lost * self.trust
        self.awaited += p["trust_memory"] * (self.shown - self.awaited)

        mark_up = self.mark_up(p, remaining)
        real = p["adaptation_cost"] * 12.0 * self.price * self.volume * (p["change_base"] + self.misfit)
        ahead = min(remaining, p["change_horizon"])
        loss = p["quality_value"] * p["misfit_harm"] * self.misfit * self.skill * self.reference * self.volume * ahead
        self.change_cost, self.change_markup = real, real * mark_up
        if loss > real * (1.0 + mark_up) and share_of(luck) < p["change_attention"] * self.attention:
            self.flags |= WANTS_CHANGE
        if (luck & 1023) < 1024.0 * p["shading_found"] * self.seen(p) * self.effort:
            self.flags |= SHADING_FOUND
        if self.watched and (self.quality < p["poor_quality"] or self.misfit > p["poor_misfit"]):
            self.flags |= POOR
