"""Providers: what all of them decide. Each kind has a file of its own that says how it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from mesa import Agent

from ..model.contracts import State
from ..model.procurement import Bid, Tender
from . import bearing, deciding

if TYPE_CHECKING:
    from ..model.contracts import Contract
    from ..scenarios.parameters import Parameters
    from ..scenarios.schema import Service


class Provider(Agent):
    """A provider of services: skill and own cost by phase, capacity, cash in the ledger.

    `ring` is its home seen from the focal district (0 local, 1 rest of the region, 2 elsewhere); money in pence.
    """

    kind: ClassVar[int]
    label: ClassVar[str]

    def __init__(
        self, model: Any, name: str, chance_key: int, row: int, account: int, sector: int, district: int, ring: int, capacity: float
    ):
        super().__init__(model)
        self.name, self.key = name, chance_key
        self.row, self.account, self.sector = row, account, sector
        self.district, self.ring = district, ring
        self.capacity = capacity
        self.load = 0.0
        self.alive = True
        self.owner: Any = None  # the provider that has bought it, or the commissioner whose company it is
        self.accredited_until, self.certified = 0, 0.0  # month; social purpose that buyers see in the certificate until then
        self.trained = 0.0  # and in its training of voluntary bodies in the last year
        self.generation = 1  # an entrant that takes a failed firm's place is the next
        self.switches = model.scenario.switches
        p: Parameters = model.scenario.parameters
        draw = model.chance.normal
        skill = (self.mean_skill(p) + p.skill_spread * draw("skill", chance_key, k) for k in range(3))
        self.skill = tuple(min(p.skill_ceiling, max(p.skill_floor, found)) for found in skill)
        self.efficiency = tuple(max(p.cost_floor, 1.0 + p.cost_spread * draw("efficiency", chance_key, k)) for k in range(3))
        self.knowing = (1.0, p.knows_region, 0.0)  # how well it knows a place, by its home seen from there
        self.be_itself()
        self.naive = model.chance.uniform("naive", chance_key) < p.naive_share

    @property
    def social(self) -> float:
        """Social purpose that a buyer sees: its own (or its owner's), and that of its certificate and of what it trains."""
        certified = self.certified if self.accredited_until > self.model.month else 0.0
        return min(1.0, self.purpose + certified + self.trained)

    def be_itself(self) -> None:
        """Be seen as what it is, and not as its owner: its social purpose, its standing by its home seen from a place."""
        p = self.model.scenario.parameters
        self.purpose, community = self.seen(p)
        self.standings = tuple((1.0 - p.standing_place) * community + p.standing_place * knows for knows in self.knowing)

    # --- how the kinds differ -----------------------------------------------------------------------------------

    def mean_skill(self, p: Parameters) -> float:
        raise NotImplementedError

    def seen(self, p: Parameters) -> tuple[float, float]:
        """Social purpose that a buyer sees in it, and its standing with the community wherever it works."""
        raise NotImplementedError

    def claim(self, p: Parameters) -> float:
        """Residual claim on what it saves: what pushes it to shade quality (lambda in E5)."""
        return p.claim_private

    def serves(self, service: Service) -> bool:
        """Whether a service lies within its mission; who has none serves all."""
        return True

    # --- decisions ----------------------------------------------------------------------------------------------

    def bid(self, tender: Tender, error: float, blur: float = 0.0) -> Bid | None:
        """Whether to bid for a lot, and at what price; None if not. The caller has made sure that it knows of the tender.

        `error` is that of its estimate of the common cost, `blur` that of the buyer's view of it (both standard normal).
        """
        return self.offer(tender, error, blur) if self.could(tender) else None

    def could(self, tender: Tender) -> bool:
        """Whether it has the room for a lot, and a mission that holds it."""
        return self.load + tender.parameters.room_needed * tender.annual <= self.capacity and self.serves(tender.service)

    def offer(self, tender: Tender, error: float, blur: float) -> Bid | None:
        """What it bids if it has the room, alone or with others; None if that does not pay."""
        p = tender.parameters
        cost = self.own_cost(tender)
        mark_up = self.mark_up(tender, cost)
        if self.switches.bid_cost and mark_up * tender.bearing.earned * tender.reference < self.bid_cost(tender) * (
            1.0 + tender.expected_rivals
        ):
            return None
        price = cost * (1.0 + tender.borne * self.expected_shock(tender, error)) + mark_up + bearing.premium(self, tender)
        if self.switches.underpricing and self.load < p.hungry_below * self.capacity:  # it must grow
            price *= 1.0 - p.underpricing * tender.change_gains
        return Bid(self, price, cost, self.skill_in(tender), error, blur, self.local_spending(tender), self.social, self.standing(tender))

    def own_cost(self, tender: Tender) -> float:
        """Its cost over the reference, common shock apart: its own efficiency in each phase, size, overheads, clauses."""
        own, efficiency = 0.0, self.efficiency
        for phase, share in tender.parts:
            own += share * efficiency[phase]
        return tender.estimate * own

    def expected_shock(self, tender: Tender, error: float) -> float:
        """What its signal says of the common cost; the careful know that the winner is the one who erred lowest [E2]."""
        signal = tender.common + tender.noise * error
        return max(-0.8, tender.signal_weight * signal + (0.0 if self.naive else tender.curse))  # no cost turns negative

    def mark_up(self, tender: Tender, cost: float) -> float:
        """Equilibrium mark-up of the first-price auction with costs spread evenly: the distance to the dearest rival over
        the number of bidders; alone, the distance to the reserve."""
        p = tender.parameters
        if tender.expected_rivals < p.alone_below:
            return max(0.0, tender.highest - cost)
        return max(p.mark_up_floor, (tender.dearest - cost) / (1.0 + tender.expected_rivals))

    def bid_cost(self, tender: Tender) -> float:
        """Cost of preparing a bid in pence; supplier development lowers it for local firms."""
        return tender.bid_cost_local if self.district == tender.buyer.district else tender.bid_cost

    def skill_in(self, tender: Tender) -> float:
        """Mean skill over the phases asked for."""
        total = 0.0
        for phase, _ in tender.parts:
            total += self.skill[phase]
        return total / len(tender.parts)

    def operating_skill(self, tender: Tender) -> float:
        """Skill in operating there: those who do not know the place lose a part of it."""
        missing = 1.0 - self.knowing[self.ring_from(tender.buyer.district)]
        return self.skill[2] * (1.0 - tender.parameters.place_skill * tender.service.local_knowledge * missing)

    def ring_from(self, district: int) -> int:
        """Its home seen from a district: 0 the same, 1 the same region, 2 elsewhere."""
        return 0 if self.district == district else (1 if self.district >= 0 else 2)

    def local_spending(self, tender: Tender) -> float:
        """Share of its spending that stays in the buyer's district, as a buyer would reckon it."""
        s = self.model.supply_shares(self.kind, self.ring_from(tender.buyer.district))
        labour = tender.service.labour_share
        return labour * s.labour_local + (1.0 - labour) * s.supplies_local

    def standing(self, tender: Tender) -> float:
        """Community standing: the kind's own and knowing the place."""
        return self.standings[self.ring_from(tender.buyer.district)]

    # --- what it does for the voluntary bodies of a place --------------------------------------------------------------

    def trains(self, contract: Any, rivals: bool) -> float:
        """Share of a contract's price that it spends of its own will on training voluntary bodies, z times `training_enough`.

        It maximises what being known for it is worth at the next tender, less what it costs and what a rival more would
        take (Becker 1964: whoever trains others does not reap what they learn). A point of social score is worth the price cut
        that would make good for it.
        """
        p, policy = self.model.scenario.parameters, deciding.policy_of(contract.buyer, contract.undertaking)
        social = policy.weights.social * (1.0 - policy.local_preference)
        if social == 0.0:
            return 0.0
        wins = 1.0 - contract.rivalry  # once in as many as bid
        ahead = 1.0 / (1.0 + contract.remaining(self.model.month) / p.renewal_months)
        worth = ahead * wins * p.training_standing * social / (social + policy.weights.price)
        gain = 3.0**0.5 * p.cost_spread * (wins**2 - (wins / (1.0 + wins)) ** 2)  # of having one rival less
        cost = self.claim(p) * p.training_enough + ahead * p.rival_chance * gain * rivals
        return p.training_enough * max(0.0, 1.0 - cost / (2.0 * worth)) if worth > 0.0 else 0.0

    def is_known_to_train(self, share: float) -> None:
        """What buyers see of its social purpose, after a year in which it spent that share of its contracts on training."""
        p = self.model.scenario.parameters
        z = min(1.0, share / p.training_enough)
        self.trained = p.training_standing * z * (2.0 - z)

    def partners_for(self, contract: Any, share: float, able: list[Any]) -> list[tuple[Any, float]]:
        """With which voluntary bodies it shares a contract, and how much: the most skilled first, each as far as it has room."""
        found = []
        for body in sorted(able, key=lambda a: (-a.skill[2], a.name)):
            part = min(share, (body.capacity - body.load) / max(1.0, contract.annual))
            if part > 0.0 and body is not self:
                found.append((body, part))
                share -= part
        return found

    def keeps(self, saving: float, risk: float) -> bool:
        """Whether it keeps a promise that saves it so much to break, at an expected loss of so much."""
        return self.claim(self.model.scenario.parameters) * saving <= risk

    # --- capacity -----------------------------------------------------------------------------------------------

    def signed_not_begun(self) -> list[Contract]:
        """Its contracts that are signed and have not begun."""
        duties = (duty for buyer in self.model.commissioners for duty in buyer.undertakings)
        signed = (contract for duty in duties for contract in (*duty.coming, duty.building) if contract is not None)
        return [contract for contract in signed if contract.provider is self and contract.state is State.AWARDED]

    def take_on(self, annual: float) -> None:
        """Take on (or with a minus give back) that much work a year."""
        self.load = max(0.0, self.load + annual)
        self.model.firm_columns["load"][self.row] = self.load

    def grow(self, p: Parameters) -> None:
        """A year's change of capacity (mechanism 9)."""

    def resize(self, factor: float) -> None:
        self.capacity *= factor
        self.model.firm_columns["capacity"][self.row] = self.capacity
