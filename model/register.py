"""The register of contracts: one row for each that ended or still runs, with how it went and why it ended."""

from __future__ import annotations

from math import fsum  # the same on every Python
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .contracts import State
from .delivery import AVAILABILITY, CONTRACT, COST_PLUS, FIXED, GAIN_SHARE, IN_HOUSE, LOCAL, RESULTS, VOLUME
from .delivery import KINDS as CODES
from .risk import placed_of

if TYPE_CHECKING:
    from .contracts import Contract
    from .outcome import Event

KINDS = {code: name for name, code in CODES.items()}
PAYMENTS = {
    FIXED: "fixed price", COST_PLUS: "cost-plus", VOLUME: "volume price", AVAILABILITY: "availability payment",
    RESULTS: "payment by results", GAIN_SHARE: "gain share",
}  # fmt: skip
ENDS = ("running", "completed", "term", "replaced", "insourced", "taken over", "break", "failure")
MEANS = ("total_quality", "total_misfit", "total_fit", "total_effort", "total_trust", "total_seen", "total_shown")
NOTHING = float("nan")


class ContractRow(NamedTuple):
    """One contract. Money in pounds, months since the start of the run (`first` is negative for one that was under way).

    Means are over the months of operation, NaN if there were none: a contract that was only to design or to build.
    """

    number: int
    buyer: str
    focal: bool
    provider: str
    kind: str
    service: str
    phases: str
    form: str
    payment: str
    clauses: str
    first: int
    months: int
    operated: int
    value: float  # paid under it so far, changes and the buyer's part of risks included
    price: float  # over the reference cost of the service
    skill: float  # quality that it could reach
    quality: float
    misfit: float
    trust: float
    shading: float
    seen: float  # share of what the provider does that the client could see
    shown: float  # quality as the client was shown it
    lost_misfit: float  # share of quality lost to misfit
    lost_shading: float  # and to effort withheld
    changes: int
    disputes: int
    unforeseen: float  # paid for changes
    hold_up: float  # the part of it that is mark-up
    deductions: float
    innovations: int
    extended: int
    bids: float  # received for a lot; NaN if it was not tendered
    expected: float  # value for money that its buyer believed the other form to offer when the contract ended
    disclosed: float  # 1 if its accounts are open to the client or its own, else 0
    voice: float  # share of the residents who want a say that had one when it ended
    end: str
    why: str
    collaborative: float
    creative: float
    adaptable: float
    accountable: float
    place_based: float


class Register:
    """Takes down contracts as they close; rows are worked out from that and from the events when the run is over."""

    def __init__(self) -> None:
        self.closed: list[dict[str, Any]] = []

    def close(self, contract: Contract, month: int) -> None:
        """Note a contract that has just ended, before its numbers are cleared."""
        self.closed.append(facts(contract, month, *why_ended(contract, month)))

    def rows(self, model: Any, events: tuple[Event, ...], shares: dict[str, float]) -> tuple[ContractRow, ...]:
        """Every contract that ended or still runs, by number. `shares` of payments by kind are the place's, over the run."""
        buyers = set(model.commissioners)
        running = [c for c in model.contracts.at.values() if c.buyer in buyers]
        noted = self.closed + [facts(c, model.month, "running", "notice given" if c.leaving else "still running") for c in running]
        if not noted:
            return ()
        noted.sort(key=lambda row: row["number"])
        columns = worked_out({name: [row[name] for row in noted] for name in noted[0]}, model, events, shares)
        return tuple(map(ContractRow._make, zip(*(columns[name] for name in ContractRow._fields), strict=True)))


def facts(contract: Contract, month: int, end: str, why: str) -> dict[str, Any]:
    """What only the living contract knows, and its terms as they stand."""
    buyer, provider, service = contract.buyer, contract.provider, contract.undertaking.service
    at_home = provider is buyer.team
    return {
        "number": contract.number, "buyer": buyer.name, "focal": buyer.focal, "provider": provider.name, "service": service.name,
        "phases": contract.what, "form": form_of(contract), "clauses": "+".join([clause.name for clause in contract.clauses]),
        "first": min(contract.phases[0][1], contract.began) if contract.phases else contract.began, "month": month,
        "hold_up": contract.held_up / 100.0, "innovations": contract.innovations, "extended": contract.extended, "bids": contract.bids,
        "expected": buyer.belief["market" if at_home else "in-house"], "voice": buyer.model.indicators.voice(contract.voice),
        "end": end, "why": why,
        "terms": contract.terms.tobytes(), "risk": contract.work.total_risk, "at_home": at_home, "of": provider.kind,
        "measurability": service.measurability,
    }  # fmt: skip


def worked_out(noted: dict[str, list[Any]], model: Any, events: tuple[Event, ...], shares: dict[str, float]) -> dict[str, list[Any]]:
    """The columns of the register: what was noted, what the terms add up to, what the events say, and the principles, which are means
    of shares (docs/odd.md, Measures)."""
    p = model.scenario.parameters
    terms = np.frombuffer(b"".join(noted["terms"]), dtype=CONTRACT)
    noted |= changes_and_disputes(noted["number"], events)
    changes, disputes, unforeseen, hold_up, focal, at_home, measurability, voice, risk = (
        np.array(noted[name])
        for name in ("changes", "disputes", "unforeseen", "hold_up", "focal", "at_home", "measurability", "voice", "risk")
    )
    months, operates = terms["operated"], terms["operated"] > 0
    a_month = ratio(np.ones(len(terms)), months)
    quality, misfit, fit, effort, trust, seen, shown = (terms[name] * a_month for name in MEANS)
    kinds = [KINDS[code] for code in terms["kind"].tolist()]
    disclosed = np.where(at_home | (terms["open_book"] > 0.0), 1.0, terms["disclosed"])

    spends = [model.supply_shares(kind, ring) for kind, ring in zip(noted["of"], terms["ring"].tolist(), strict=True)]
    wages = terms["labour"] * np.array([s.labour_local for s in spends])
    supplies = np.where(focal, terms["supplies_focal"], [s.supplies_local for s in spends])
    spent = wages + (1.0 - terms["labour"]) * supplies

    settled = 1.0 - ratio(disputes, changes + disputes, otherwise=0.0)
    mark_up = np.minimum(1.0, ratio(hold_up, unforeseen, otherwise=0.0))
    adopted = np.minimum(1.0, ratio(np.array(noted["innovations"]), months / 12.0, otherwise=0.0))
    return noted | {name: column.tolist() for name, column in {
        "months": np.maximum(months, np.array(noted["month"]) - noted["first"]), "operated": months,
        "value": (terms["total_paid"] + risk) / 100.0 + unforeseen,
        "price": np.where(operates, ratio(terms["price"], terms["reference"]), NOTHING),
        "skill": np.where(operates, terms["skill"], NOTHING), "quality": quality, "misfit": misfit, "trust": trust, "shading": effort,
        "seen": seen, "shown": shown, "lost_misfit": p.misfit_harm * misfit,
        "lost_shading": p.shading_harm * effort * (1.0 - measurability),
        "deductions": terms["total_deducted"] / 100.0, "disclosed": disclosed,
        "collaborative": (trust + settled + placed(terms, noted, float(model.parameters["care_calamity"][0]))) / 3,
        "creative": (1.0 - np.array([shares.get(kind, 0.0) for kind in kinds]) + adopted) / 2,
        "adaptable": (fit + 1.0 - mark_up) / 2,
        "accountable": (disclosed + voice) / 2,
        "place_based": ((terms["ring"] == LOCAL) + spent + wages) / 3,
    }.items()} | {"kind": kinds, "payment": [PAYMENTS[code] for code in terms["mechanism"].tolist()]}  # fmt: skip


def ratio(part: np.ndarray, whole: np.ndarray, otherwise: float = NOTHING) -> np.ndarray:
    """A share, one by one; NaN (or `otherwise`) where there is nothing to share."""
    return np.divide(part, whole, out=np.full(len(whole), otherwise), where=whole > 0)


def changes_and_disputes(numbers: list[int], events: tuple[Event, ...]) -> dict[str, list[Any]]:
    """How many of each every contract had, and pounds paid for changes."""
    changes, disputes, unforeseen = dict.fromkeys(numbers, 0), dict.fromkeys(numbers, 0), dict.fromkeys(numbers, 0.0)
    for event in events:
        if event.kind == "change" and event.contract in changes:
            changes[event.contract] += 1
            unforeseen[event.contract] += event.value / 100.0
        elif event.kind == "dispute" and event.contract in disputes:
            disputes[event.contract] += 1
    return {"changes": list(changes.values()), "disputes": list(disputes.values()), "unforeseen": list(unforeseen.values())}


def placed(terms: np.ndarray, noted: dict[str, list[Any]], care: float) -> list[float]:
    """How far its risks lie with whoever can do something about them, 0-1: the mean over its phases (risk.py)."""
    borne = (terms[f"bears_{name}"] * terms["retained"] for name in ("building", "running", "volume", "calamity"))
    found = []
    for what, kind, building, running, volume, calamity in zip(
        noted["phases"], noted["of"], *(column.tolist() for column in borne), strict=True
    ):
        to_build = "design" in what or "build" in what
        kinds = [*([True] if to_build else []), *([False] if "operate" in what or not to_build else [])]
        shares = [placed_of(builds, building if builds else running, volume, calamity, care) for builds in kinds]
        found.append(1.0 if kind == IN_HOUSE else fsum(shares) / len(shares))
    return found


def form_of(contract: Contract) -> str:
    """The partnership form of a contract, as its own terms have it, whatever the policy it was let under is called."""
    if contract.provider.kind == IN_HOUSE:
        return "in-house" if contract.provider is contract.buyer.team else "trading company"
    named = {clause.name for clause in contract.clauses}
    if contract.company:
        return "mutual investment" if "equity_share" in named else "private finance"
    if "grant_agreement" in named:
        return "grant"
    return "joint venture" if "equity_share" in named else "outsourcing"


def why_ended(contract: Contract, month: int) -> tuple[str, str]:
    """How a contract ended and why: by its provider's failure, whatever was decided before; in the words of whoever decided it; or else
    by its state and by what follows it."""
    if contract.state is State.FAILED:
        return "failure", "its provider became insolvent"
    how = "break" if contract.state is State.BROKEN else ""
    if contract.ending:
        said, _, why = contract.ending.rpartition(": ")
        return said or how or "replaced", why
    if how:
        return how, "the market was believed to offer more"
    if contract not in contract.undertaking.operating:
        return "completed", "what it was to design or build is done"
    coming = (c for c in contract.undertaking.coming if c.batch != contract.batch and c.operating_from <= month)
    successor = next(coming, None)
    team = contract.buyer.team
    if successor is not None and successor.provider is team and contract.provider is not team:
        return "insourced", successor.because
    end = "term" if month >= contract.phases[-1][1] + contract.phases[-1][2] else "replaced"
    if successor is None:
        return end, "nothing follows"
    if end == "replaced" and (successor.awaits_asset or successor.what != "operate"):
        return end, "a renewed asset comes with a contract of its own"
    return end, "its provider goes on under a new contract" if successor.provider is contract.provider else "another provider takes over"
