"""Tendering (mechanism 5): the invitation, the bids, the award, and what both sides spend on it.

Bids follow the first-price auction with private and common cost (Milgrom and Weber 1982): a bidder adds to its own cost
what it expects the common shock to be and a mark-up that falls with the number of rivals it expects; with one bidder
the price goes up to the reserve. Nothing says that more bidders are cheaper: it comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum  # the same on every Python: from 3.12 on, sum() rounds floats in another way
from typing import TYPE_CHECKING, Any, NamedTuple

from ..scenarios.parameters import Parameters
from ..scenarios.schema import Policy, Service
from .contracts import State
from .risk import Bearing
from .services import Undertaking

if TYPE_CHECKING:
    from .clauses import Clause

# Expected highest of n standard normals, n = 0…12: how far the lowest of n signals lies from the mean.
HIGHEST = (0.0, 0.0, 0.5642, 0.8463, 1.0294, 1.1630, 1.2672, 1.3522, 1.4236, 1.4850, 1.5388, 1.5864, 1.6292)


RUNNING = ("operate",)  # the service alone, without a new asset


def next_package(policy: Policy, done: tuple[str, ...]) -> tuple[str, ...]:
    """Which phases the policy tenders together next, in the renewal of an asset of which some phases are done."""
    for package in policy.packages:
        left = tuple(phase for phase in package if phase not in done)
        if set(left) - {"finance"}:
            return left
    return RUNNING


@dataclass(slots=True)
class Tender:
    """An invitation to bid for some phases of an undertaking, in `lots` equal parts. Money in pence, time in months."""

    key: int
    buyer: Any
    undertaking: Undertaking
    policy: Policy
    parameters: Parameters
    phases: tuple[str, ...]
    operate_months: int
    lots: int
    closes: int
    threshold_ratio: float
    clauses: tuple[Clause, ...] = ()
    attempts: int = 0
    state: State = State.PLANNED  # of the contract to be: planned, tendered, and awarded when it is signed
    engaged: bool = False
    delayed: bool = False  # by a clause that takes its time
    # worked out once, for all bidders
    reference: float = 0.0  # reference cost of a lot over its life
    size: float = 0.0  # a year of each phase of a lot: what preparing and judging a bid grows with
    peak: float = 0.0  # the dearest year of a lot, what turnover is held against: whoever takes all phases must stand the building
    annual: float = 0.0  # a year of a lot on average, what capacity is held against
    scale: float = 1.0  # effect of size on cost
    estimate: float = 1.0  # what the buyer thinks it should cost, relative to the reference
    highest: float = 1.0  # price that the buyer will pay at most (its reserve)
    dearest: float = 1.0  # what a lot would cost the dearest rival
    add_on: float = 0.0  # what the clauses add to cost
    common: float = 0.0  # the common cost shock, known to nobody yet
    expected_rivals: float = 1.0
    change_gains: float = 0.0  # what a hungry bidder expects to gain from later changes, share of price
    months: dict[str, int] = field(default_factory=dict)  # of each phase
    prices: dict[str, float] = field(default_factory=dict)  # reference cost of each phase, a month, all lots
    weights: dict[str, float] = field(default_factory=dict)  # share of each phase in the reference
    parts: tuple[tuple[int, float], ...] = ()  # (phase, its share of the reference)
    bid_cost: float = 0.0  # of preparing a bid
    bid_cost_local: float = 0.0  # the same for a firm of the place, with the help it gets
    noise: float = 0.0  # spread of the errors in bidders' signals of the common cost
    signal_weight: float = 0.0  # how much of a signal of the common cost is to be believed
    curse: float = 0.0  # by how much the lowest of the expected signals is too low
    level: float = 1.0  # of prices that the above was worked out at
    bearing: Bearing = field(default_factory=Bearing)  # how its risks are shared
    risk_cost: float = 0.0  # what bearing them adds to cost, on average
    borne: float = 1.0  # share of the error of estimate that the provider bears
    consortia: dict[int, tuple[Any, float]] = field(default_factory=dict)  # by the leader's key: partner, its share
    danger: float = 0.0  # variance of a year's loss over a year's cost, times that cost in pence

    @property
    def service(self) -> Service:
        return self.undertaking.service

    @property
    def payment(self) -> str:
        """How the contract will be paid: as the policy says, but for an asset that is financed by its availability."""
        return "availability payment" if "finance" in self.phases else self.policy.payment


class Bid(NamedTuple):
    """A price relative to the reference cost, and what the buyer is told with it."""

    bidder: Any
    price: float  # relative to reference
    cost: float  # the bidder's own expected cost, relative to reference, common shock apart
    skill: float  # over the tender's phases
    error: float  # of its estimate of the common cost, standard normal
    blur: float  # error in how the buyer sees its skill, standard normal
    local: float  # share of its spending in the district
    social: float
    community: float


class Evaluation(NamedTuple):
    """A bid's score and its parts, kept for the record of the award."""

    bid: Bid
    price: float
    quality: float
    social: float
    community: float
    score: float


def best_of(tender: Tender, bids: list[Bid], perceived: list[float]) -> Evaluation:
    """The bid with the highest score by the policy's weights; ties go to the cheaper, then the earlier name.

    Price scores the cheapest over the bid's own price; `perceived` is the quality the buyer believes in.
    """
    w, lowest, local = tender.policy.weights, min([b.price for b in bids]), tender.policy.local_preference
    by_price, by_quality, by_social, by_community = w.price, w.quality, w.social, w.community
    best: Evaluation | None = None
    for bid, quality in zip(bids, perceived, strict=True):
        price = lowest / bid.price
        social = local * bid.local + (1.0 - local) * bid.social
        score = by_price * price + by_quality * quality + by_social * social + by_community * bid.community
        if best is None or score >= best.score:
            if best and score == best.score and (bid.price, bid.bidder.name) > (best.bid.price, best.bid.bidder.name):
                continue
            best = Evaluation(bid, price, quality, social, bid.community, score)
    assert best is not None, "a tender without bids is not evaluated"
    return best


def scale_of(undertaking: Undertaking, phases: tuple[str, ...], operate_months: int, lots: float, smallest: float) -> float:
    """Effect of a contract's size on its cost: (size / the whole project's size)^(eta - 1), size at least `smallest` [E1]."""
    service = undertaking.service
    life = service.asset_life_months
    whole = undertaking.capital + undertaking.reference * life
    part = fsum(undertaking.reference_of(p) * undertaking.months_of(p, operate_months) for p in phases)
    return max(smallest, part / lots / whole) ** (service.scale_elasticity - 1.0)
