"""How a contract ends: at its term, by a break, with its provider; or runs on, so that the service never stops."""

from __future__ import annotations

from typing import Any

from ..model.contracts import Contract, State
from ..model.ledger import CONTRACT
from ..model.procurement import RUNNING
from ..model.services import Undertaking
from . import insourcing, learning, running


def finish(contract: Contract, replaced: bool = False) -> None:
    """A contract reaches its end. Until a successor is ready it is extended, so that the service never stops."""
    buyer, model, undertaking = contract.buyer, contract.buyer.model, contract.undertaking
    if contract.state in (State.ENDED, State.BROKEN, State.FAILED) or (not replaced and model.month < contract.end):
        return
    if contract in undertaking.operating and not replaced:
        if not any(c.operating_from == model.month and c.batch != contract.batch and not running.waits(c) for c in undertaking.coming):
            extend(contract, int(model.scenario.parameters.stop_gap_months))
            buyer.review(undertaking)
        return
    close(contract, State.BROKEN if contract.leaving else State.ENDED)
    model.event("end", contract.number, buyer, contract.provider.name, undertaking, 0.0)


def close(contract: Contract, state: State) -> None:
    """Take a contract off the books and let its clauses have their last word."""
    buyer, model, undertaking, provider = contract.buyer, contract.buyer.model, contract.undertaking, contract.provider
    if contract.state in (State.ENDED, State.BROKEN, State.FAILED):
        return
    contract.state = state
    pay_what_is_owed(contract)
    model.register.close(contract, model.month)
    if contract.company:  # its last dividend counts in what its owners have had
        contract.company.close(contract)
    for clause in contract.clauses:
        clause.on_end(contract, model.month)
    model.relations.remember(buyer, provider, contract.trust)
    provider.take_on(-contract.annual)
    if contract in undertaking.operating:
        undertaking.operating.remove(contract)
    if contract in undertaking.coming:
        undertaking.coming.remove(contract)
    if undertaking.building is contract:
        undertaking.building = None
    if model.deals:
        model.deals.end(contract)
    model.contracts.remove(contract)


def pay_what_is_owed(contract: Contract) -> None:
    """The part of the last month's payment that is late comes when a contract ends."""
    columns, row = contract.table.columns, contract.row
    contract.buyer.model.ledger.post(columns["payer"][row], columns["payee"][row], CONTRACT, columns["owed"][row])
    contract.write(owed=0)


def extend(contract: Contract, months: int) -> None:
    """Let a contract run on at its terms."""
    model = contract.buyer.model
    contract.end = max(contract.end, model.month) + months
    contract.extended += months
    contract.prize = 0.0  # nothing is left to be won
    contract.state = State.EXTENDED
    model.schedule(contract.end, finish, contract)
    model.event("extension", contract.number, contract.buyer, contract.provider.name, contract.undertaking, 0.0, f"{months} months")


def lots_of(contract: Contract) -> list[Contract]:
    """It and the other lots that run the service with it: they are let together, and so left together."""
    return [c for c in contract.undertaking.operating if c.batch == contract.batch]


def break_off(buyer: Any, contract: Contract, why: str = "") -> None:
    """Use a right to break, for the reason `why`: give notice to all lots and tender anew; they end when their successors begin."""
    model, undertaking = buyer.model, contract.undertaking
    for lot in lots_of(contract):
        model.tally("breaks", 1, buyer)
        model.event("break", lot.number, buyer, lot.provider.name, undertaking, lot.price)
        buyer.keep_going(lot)
        lot.leaving, lot.ending = True, why
        lot.end = model.month + buyer.tender_months(undertaking, RUNNING) + 1
        model.schedule(lot.end, finish, lot)
    buyer.open_tender(undertaking, RUNNING)


def fail(contract: Contract, lost: float = 0.0) -> None:
    """The provider is insolvent: the buyer pays for continuity, its team stands in after `lost` days, the service is tendered anew;
    unless whoever is to follow begins next month anyhow."""
    buyer, undertaking = contract.buyer, contract.undertaking
    model, p = buyer.model, buyer.model.scenario.parameters
    model.tally("failures", 1, buyer)
    model.event("failure", contract.number, buyer, contract.provider.name, undertaking, contract.price)
    model.bad_news(undertaking.service.vulnerability)
    following = ready(contract)
    lasting = any(c.provider.alive for c in following)  # whoever fails may have been signed to follow itself, and fails there next
    learning.saw_failure(contract, 0.0 if lasting else p.continuity_cost * 12.0 * contract.price)
    if contract.what == "operate" and contract not in undertaking.operating:  # signed, not begun: the team begins in its stead
        interim = insourcing.take_in_house(buyer, undertaking, contract.phases[0][1], "stand-in", contract.share, int(p.stand_in_months))
        interim.batch, interim.awaits_asset = contract.batch, contract.awaits_asset
        close(contract, State.FAILED)
        return
    if contract not in undertaking.operating:  # still designing or building: begin that package again
        buyer.keep_going(contract, p.continuity_building)
        close(contract, State.FAILED)
        buyer.open_tender(undertaking, tuple(contract.what.split("+")))  # in place of what is open for the phases after it
        return
    if not lasting:
        buyer.keep_going(contract)
    if following:  # nobody need stand in for it, and no day is lost
        close(contract, State.FAILED)
        return
    stand_in(buyer, contract, lost)


def stand_in(buyer: Any, contract: Contract, lost: float) -> None:
    """A contract stopped at once: run the service with the buyer's own team, which needs `lost` days to begin, and tender it anew if that
    is not under way."""
    undertaking, share, batch = contract.undertaking, contract.share, contract.batch
    procuring, months = undertaking.procuring, int(buyer.model.scenario.parameters.stand_in_months)
    interim = insourcing.take_in_house(buyer, undertaking, buyer.model.month + 1, "stand-in", share, months)
    close(contract, State.FAILED)
    interim.batch, interim.stands_in = batch, True  # it joins the lots that go on
    interim.write(missed=lost)
    buyer.model.tally("days_lost", lost * share, buyer)
    if not procuring:
        buyer.open_tender(undertaking, RUNNING)


def ready(contract: Contract) -> list[Contract]:
    """The contracts under which its service is run from next month on, and that wait for nothing."""
    begins = contract.buyer.model.month + 1
    return [
        c for c in contract.undertaking.coming
        if c.what == "operate" and c.operating_from <= begins and c.batch != contract.batch and not running.waits(c)
    ]  # fmt: skip


def give_up_renewal(buyer: Any, undertaking: Undertaking) -> None:
    """Nobody would renew the asset: patch it up and let the service on."""
    model = buyer.model
    if undertaking.asset:
        undertaking.asset.expires = model.month + int(model.scenario.parameters.patch_months)
    if not undertaking.coming:
        buyer.open_tender(undertaking, RUNNING)
