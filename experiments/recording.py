"""A run as a film: who there is, who works for whom, how they get on and where the money goes, month by month.

Made by living through the run as `simulate` does, looking at the world after each month and changing nothing: the outcome
is the same to the bit. Money in pounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..model.ledger import ELSEWHERE

if TYPE_CHECKING:
    from ..model.outcome import Outcome
    from ..scenarios.schema import Scenario

PROVIDERS = ("large", "sme", "vcs", "in-house", "project company")
KEPT = 4
SEEN = ("price", "finance", "trust", "quality", "phase")  # of a contract, in its row
ENDS = ("people here", "firms here", "rest of the region", "elsewhere", "kept")
"""Where what a provider is paid ends: spent with residents, with firms, beyond the district, or not spent."""


class Institution(NamedTuple):
    """A commissioner or a provider (or a row of providers: an entrant takes the place of the one that failed).

    `kind`: council, anchor, large, sme, vcs, in-house. `ring`: 0 of the district, 1 of the region, 2 elsewhere. `size`: pounds a
    year at the start, a commissioner's budget or a provider's capacity.
    """

    name: str
    kind: str
    ring: int
    focal: bool
    sector: str
    size: float


class Link(NamedTuple):
    """A contract under way in months first to first + months - 1 of the run; buyer and provider are rows of `institutions`."""

    number: int
    buyer: int
    provider: int
    service: str
    first: int
    months: int
    offset: int  # of its first month in `value`, `trust`, `quality` and `phase`


class Ward(NamedTuple):
    """A ward of the focal district; `residents` simulated."""

    name: str
    residents: int


@dataclass(frozen=True, eq=False)
class Recording:
    """One run, whole. Not to be written into: it is shared. Equal to itself alone."""

    outcome: Outcome
    months: int
    institutions: tuple[Institution, ...]
    alive: np.ndarray  # bool [months, institutions]
    links: tuple[Link, ...]
    value: np.ndarray  # float32 [sum of links' months], pounds a year
    trust: np.ndarray  # float32, 0-1
    quality: np.ndarray  # float32, 0-1; 0 while nothing is delivered
    phase: np.ndarray  # uint8: as model.delivery has it
    paid: np.ndarray  # float64 [years, groups], by the district's commissioners to providers, pounds
    ends: np.ndarray  # float64 [years, groups, ENDS], where that ends, by the shares of each provider's own spending that year, as in LM3
    groups: tuple[tuple[str, int], ...]  # kind and ring
    wards: tuple[Ward, ...]
    ward_trust: np.ndarray  # float32 [months, wards], the mean of their residents' trust, 0-1; NaN in a ward without any

    @cached_property
    def nbytes(self) -> int:
        """Roughly what it takes in memory."""
        arrays = (self.alive, self.value, self.trust, self.quality, self.phase, self.paid, self.ends, self.ward_trust, self.outcome.series)
        return sum(a.nbytes for a in arrays) + 200 * (len(self.links) + len(self.institutions) + len(self.outcome.events))


def record_run(scenario: Scenario, seed: int) -> Recording:
    """Live through a run and keep what there was to see. Raises what `simulate` does."""
    from ..agents import founding
    from ..model.ecosystem import Ecosystem, collecting_later

    with collecting_later():
        world = Ecosystem(scenario, seed, journal=True)
        try:
            return _Camera(world).film()
        finally:
            founding.release(world)
            del world


class _Camera:
    def __init__(self, world: Any) -> None:
        self.world = world
        names = [s.name for s in world.scenario.place.sectors]
        buyers = [Institution(b.name, b.table.kind, 0 if b.focal else 1, bool(b.focal), "", b.budget / 100.0) for b in world.commissioners]
        self.rows = sorted(world.providers_at)
        self.at = {row: len(buyers) + i for i, row in enumerate(self.rows)}
        firms = [world.providers_at[row] for row in self.rows]
        self.institutions = [
            *buyers,
            *(Institution(a.name, a.label, int(a.ring), a.ring == 0, names[a.sector] if names else "", a.capacity / 100.0) for a in firms),
        ]
        self.groups = tuple((kind, ring) for kind in PROVIDERS for ring in range(3))
        self.accounts = _Accounts()
        residents = np.diff(np.asarray(world.ward_starts, dtype=np.int64)).tolist()
        focal = next(d for d in world.scenario.place.districts if d.focal)
        self.wards = tuple(Ward(w.name, n) for w, n in zip(focal.wards, residents, strict=True))
        self.ward_trust = np.full((world.scenario.horizon.months, len(self.wards)), np.nan, dtype=np.float32)
        self.alive: list[list[bool]] = []
        self.links: dict[int, Link] = {}  # by number, as they came
        self.months: list[int] = []  # of each contract in each month of its own: month, number, what is seen of it
        self.numbers: list[int] = []
        self.seen: list[tuple[np.ndarray, ...]] = []
        years = -(-world.scenario.horizon.months // 12)
        self.paid, self.ends = np.zeros((years, len(self.groups))), np.zeros((years, len(self.groups), len(ENDS)))
        self.got, self.went = np.zeros(0), np.zeros((0, len(ENDS)))  # by account, this year

    def film(self) -> Recording:
        world, months = self.world, self.world.scenario.horizon.months
        while world.month < months:
            month = world.month
            world.step()
            self.look(month)
            self.add_up(month)
        links, arrays = self.lines()
        outcome = world.indicators.outcome(tuple(world.events), None, ())
        alive = np.array([row + [False] * (len(self.institutions) - len(row)) for row in self.alive])
        for array in (*arrays.values(), alive, self.paid, self.ends, self.ward_trust):
            array.flags.writeable = False
        return Recording(
            outcome, months, tuple(self.institutions), alive, tuple(links), **arrays, paid=self.paid, ends=self.ends, groups=self.groups,
            wards=self.wards, ward_trust=self.ward_trust,
        )  # fmt: skip

    def look(self, month: int) -> None:
        """Who is there, what residents think and what runs, after the month."""
        world = self.world
        for w, ward in enumerate(self.wards):
            if ward.residents:
                self.ward_trust[month, w] = world.ward_minds[w, 1] / ward.residents
        buyers = len(world.commissioners)
        self.alive.append([True] * buyers + [world.providers_at[row].alive for row in self.rows])
        # what a project company passes on to who does its work is not drawn: the buyer's contract is already
        drawn = [contract for contract in world.contracts.at.values() if hasattr(contract.buyer, "table")]
        for contract in drawn:
            if contract.number not in self.links:
                self.links[contract.number] = self.link(contract, month)
        rows, at = world.contracts.rows, [contract.row for contract in drawn]
        self.months += [month] * len(at)
        self.numbers += [contract.number for contract in drawn]
        self.seen.append(tuple(rows[name][at] for name in SEEN))

    def link(self, contract: Any, month: int) -> Link:
        buyer, provider = contract.buyer.number, self.at_of(contract.provider)
        return Link(contract.number, buyer, provider, contract.undertaking.service.name, month, 0, 0)

    def lines(self) -> tuple[list[Link], dict[str, np.ndarray]]:
        """The links with where their months stand in the arrays, and those. One that pauses is drawn until then."""
        index = {number: i for i, number in enumerate(self.links)}
        which = np.array([index[number] for number in self.numbers], dtype=np.int64)
        order = np.argsort(which, kind="stable")
        which, month = which[order], np.array(self.months, dtype=np.int64)[order]
        nth = np.arange(len(which)) - np.searchsorted(which, which)
        first = np.array([link.first for link in self.links.values()], dtype=np.int64)
        unbroken = month - first[which] == nth
        order, counts = order[unbroken], np.bincount(which[unbroken], minlength=len(first))
        offsets = np.cumsum(counts) - counts
        links = [
            link._replace(months=months, offset=offset)
            for link, months, offset in zip(self.links.values(), counts.tolist(), offsets.tolist(), strict=True)
        ]
        price, finance, trust, quality, phase = (np.concatenate(column)[order] for column in zip(*self.seen, strict=True))
        value = 12.0 * (price + finance) / 100.0
        return links, {
            "value": value.astype(np.float32), "trust": trust.astype(np.float32), "quality": quality.astype(np.float32),
            "phase": phase.astype(np.uint8),
        }  # fmt: skip

    def at_of(self, provider: Any) -> int:
        """Where a provider stands among the institutions; one that came later (an own team) is added."""
        if provider.row not in self.at:
            self.at[provider.row] = len(self.institutions)
            self.rows.append(provider.row)
            self.institutions.append(Institution(provider.name, provider.label, int(provider.ring), provider.ring == 0, "", 0.0))
        return self.at[provider.row]

    def add_up(self, month: int) -> None:
        """The month's payments to providers by the district's commissioners, and where each provider's money went; told once a year."""
        from ..model.ledger import AGENCY_WAGES, FINANCIAL

        page = self.world.ledger.pages.pop()
        page = page[~np.isin(page["category"], FINANCIAL)]
        group, end, buys = self.accounts.of(self.world, self.groups)
        if len(group) > len(self.got):
            more = len(group) - len(self.got)
            self.got, self.went = np.pad(self.got, (0, more)), np.pad(self.went, ((0, more), (0, 0)))
        payer, payee, pounds = page["payer"], page["payee"], page["pence"] / 100.0
        sells, earns = group[payer] >= 0, group[payee] >= 0
        bought, back = buys[payer] & earns, buys[payee] & sells  # back: deductions, and shares of profit
        np.add.at(self.got, payee[bought], pounds[bought])
        np.subtract.at(self.got, payer[back], pounds[back])
        where = np.where(page["category"] == AGENCY_WAGES, 0, end[payee])
        spent = sells & ~buys[payee]
        np.add.at(self.went, (payer[spent], where[spent]), pounds[spent])
        np.add.at(self.went, (payee[earns], KEPT), pounds[earns])
        np.subtract.at(self.went, (payer[sells], KEPT), pounds[sells])
        if month % 12 == 11 or month == self.world.scenario.horizon.months - 1:
            went = np.maximum(self.went, 0.0)
            share = went / np.maximum(went.sum(axis=1, keepdims=True), 1e-9)
            sold = np.flatnonzero((self.got != 0) & (group >= 0))
            np.add.at(self.ends[month // 12], group[sold], self.got[sold, None] * share[sold])
            np.add.at(self.paid[month // 12], group[sold], self.got[sold])
            self.got[:], self.went[:] = 0.0, 0.0


class _Accounts:
    """Of every account of the ledger: its group of providers (-1 if none), where money paid to it ends, whether it is one of the
    district's commissioners. Worked out again when accounts are opened."""

    def __init__(self) -> None:
        self.known: tuple[np.ndarray, np.ndarray, np.ndarray] = (np.zeros(0, int),) * 3  # type: ignore[assignment]

    def of(self, world: Any, groups: tuple[tuple[str, int], ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        ledger = world.ledger
        if len(self.known[0]) != len(ledger.names):
            where = [0 if place == 0 else 2 if place == ELSEWHERE else 1 for place in ledger.places]
            number = {group: i for i, group in enumerate(groups)}
            group = [number.get(key, -1) for key in zip(ledger.kinds, where, strict=True)]
            people = {world.nation.people, world.nation.owners}
            end = [0 if account in people else where[account] + 1 for account in range(len(ledger.names))]
            focal = {b.account for b in world.commissioners if b.focal}
            self.known = np.array(group), np.array(end), np.array([account in focal for account in range(len(group))])
        return self.known
