"""The register of contracts: one row for each that ended or still runs, with how it went and why it ended."""

from __future__ import annotations

from math import fsum  # the same on every Python
from typing import TYPE_CHECKING, Any, NamedTuple

from .contracts import State
from .delivery import AVAILABILITY, COST_PLUS, FIXED, GAIN_SHARE, IN_HOUSE, LOCAL, RESULTS, VOLUME
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
APART = ("fit", "placed", "local", "labour_local", "spent_local")  # for the principles only
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
    """Takes down contracts as they close; the rest of a row follows from the events when the run is over."""

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
        noted.sort(key=lambda row: row["number"])
        counts: dict[int, list[float]] = {row["number"]: [0, 0, 0.0] for row in noted}
        for event in events:
            if event.contract in counts:
                if event.kind == "change":
                    counts[event.contract][0] += 1
                    counts[event.contract][2] += event.value / 100.0
                elif event.kind == "dispute":
                    counts[event.contract][1] += 1
        return tuple(_finished(dict(row), counts[row["number"]], shares) for row in noted)


def facts(contract: Contract, month: int, end: str, why: str) -> dict[str, Any]:
    """What only the living contract knows."""
    columns, row = contract.table.columns, contract.row
    buyer, provider, service = contract.buyer, contract.provider, contract.undertaking.service
    model = buyer.model
    p, at_home = model.scenario.parameters, provider is buyer.team
    work = contract.work.row
    n, reference, labour = columns["operated"][row], columns["reference"][row], columns["labour"][row]
    over = 1.0 / n if n else NOTHING
    quality, misfit, fit, effort, trust, seen, shown = (columns[name][row] * over for name in MEANS)
    first = min(contract.phases[0][1], contract.began) if contract.phases else contract.began
    s = model.supply_shares(provider.kind, columns["ring"][row])
    supplies = columns["supplies_focal"][row] if buyer.focal else s.supplies_local
    return {
        "number": contract.number, "buyer": buyer.name, "focal": buyer.focal, "provider": provider.name,
        "kind": KINDS[columns["kind"][row]],
        "service": service.name, "phases": contract.what, "form": form_of(contract),
        "payment": PAYMENTS[columns["mechanism"][row]], "clauses": "+".join([clause.name for clause in contract.clauses]),
        "first": first, "months": max(n, month - first), "operated": n,
        "value": (columns["total_paid"][row] + columns["total_risk"][work]) / 100.0,
        "price": columns["price"][row] / reference if n and reference > 0.0 else NOTHING,
        "skill": columns["skill"][row] if n else NOTHING, "quality": quality, "misfit": misfit, "trust": trust, "shading": effort,
        "seen": seen, "shown": shown, "lost_misfit": p.misfit_harm * misfit,
        "lost_shading": p.shading_harm * effort * (1.0 - service.measurability),
        "hold_up": contract.held_up / 100.0, "deductions": columns["total_deducted"][row] / 100.0, "innovations": contract.innovations,
        "extended": contract.extended, "bids": contract.bids,
        "expected": buyer.belief["market" if at_home else "in-house"], "end": end, "why": why,
        "fit": fit, "disclosed": 1.0 if at_home or columns["open_book"][row] > 0.0 else columns["disclosed"][row],
        "voice": model.indicators.voice(contract.voice),
        "placed": placed(contract, float(model.parameters["care_calamity"][0])),
        "local": float(columns["ring"][row] == LOCAL), "labour_local": labour * s.labour_local,
        "spent_local": labour * s.labour_local + (1.0 - labour) * supplies,
    }  # fmt: skip


def placed(contract: Contract, care: float) -> float:
    """How far its risks lie with whoever can do something about them, 0-1: the mean over its phases (risk.py)."""
    if contract.provider.kind == IN_HOUSE:
        return 1.0
    columns, row = contract.table.columns, contract.row
    building, running, volume, calamity = (
        columns[f"bears_{name}"][row] * columns["retained"][row] for name in ("building", "running", "volume", "calamity")
    )
    to_build = any(phase in contract.what for phase in ("design", "build"))
    kinds = [*([True] if to_build else []), *([False] if "operate" in contract.what or not to_build else [])]
    shares = [placed_of(builds, building if builds else running, volume, calamity, care) for builds in kinds]
    return fsum(shares) / len(shares)


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


def _finished(row: dict[str, Any], counts: list[float], shares: dict[str, float]) -> ContractRow:
    """A row with its counts (changes, disputes, pounds for changes) and its principles, means of shares (docs/odd.md, Measures)."""
    changes, disputes, unforeseen = counts
    fit, placed, local, labour, spent = (row.pop(name) for name in APART)
    years = row["operated"] / 12.0
    settled = 1.0 - disputes / (changes + disputes) if changes + disputes > 0 else 1.0
    mark_up = min(1.0, row["hold_up"] / unforeseen) if unforeseen > 0 else 0.0
    adopted = min(1.0, row["innovations"] / years) if years > 0 else 0.0
    row["value"] += unforeseen
    return ContractRow(
        **row, changes=int(changes), disputes=int(disputes), unforeseen=unforeseen,
        collaborative=(row["trust"] + settled + placed) / 3,
        creative=(1.0 - shares.get(row["kind"], 0.0) + adopted) / 2,
        adaptable=(fit + 1.0 - mark_up) / 2,
        accountable=(row["disclosed"] + row["voice"]) / 2,
        place_based=(local + spent + labour) / 3,
    )  # fmt: skip


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
