"""Project companies (special purpose vehicles), which stand between a buyer and a provider when finance is bundled."""

from __future__ import annotations

from typing import Any

from mesa import Agent

from ..model.contracts import Contract
from ..model.delivery import AVAILABILITY, OPERATE, PAID_BY_COMPANY, SPV
from ..model.ledger import DIVIDEND, LOAN, REPAYMENT, WRITE_OFF
from ..model.profits import receive, share_out
from ..model.services import annuity


class ProjectCompany(Agent):
    """Borrows to build at the private cost of capital, is paid for availability, repays, and passes on what is left.

    The buyer contracts with the company, the company with its `parent`, the provider that does the work. Money in pence.
    """

    label = "project company"

    def __init__(self, model: Any, contract: Contract, account: int, name: str, rate: float, months: int) -> None:
        super().__init__(model)
        self.name, self.account, self.parent = name, account, contract.provider
        self.contract, self.rate, self.months = contract, rate, months
        self.debt = 0.0
        self.instalment = 0.0
        row = contract.terms
        row["payee"], row["kind"], row["mechanism"] = account, SPV, AVAILABILITY
        row["late"] = 0.0  # lenders see to that
        self.work = Contract(model.contracts, contract.number, contract.undertaking, self, contract.provider)

    def enter(self, contract: Contract) -> None:
        """A phase begins: the work goes to the parent at its price, the buyer pays once the asset is there to use."""
        table, above, p = self.model.contracts, contract.terms, self.model.scenario.parameters
        if self.work.row not in table.at:
            table.start(self.work)
        table.rows[self.work.row] = above
        below = self.work.terms
        below["payer"], below["payee"], below["focal"] = self.account, self.parent.account, PAID_BY_COMPANY * contract.buyer.focal
        below["mechanism"], below["kind"], below["reference"] = AVAILABILITY, self.parent.kind, 0.0
        above["cost"] = 0.0
        above["work"], below["work"] = 1 + self.work.row, 0
        if above["phase"] == OPERATE:
            below["margin"] = 1.0 - float(below["cost"]) / max(1.0, float(below["price"]))
            self.instalment = annuity(self.debt, self.rate, self.months)
            above["finance"] = p.finance_cover * self.instalment
            below["risk_payer"] = above["risk_payer"]
        else:
            above["price"] = 0.0
            below["risk_payer"] = self.account

    def attend(self, contract: Contract, flags: int) -> None:
        """What shows in the parent's work shows in the buyer's contract too, and is acted on there."""

    def month(self) -> None:
        """Borrow what building took; once operating, repay, and once a year pay the owner what can be spared."""
        ledger, nation, p = self.model.ledger, self.model.nation, self.model.scenario.parameters
        balance = int(ledger.balance[self.account])
        if balance < 0:
            ledger.post(nation.lender, self.account, LOAN, -balance)
            self.debt += -balance
            balance = 0
        self.debt *= 1.0 + self.rate / 12.0
        if self.instalment:
            due = max(0, min(balance, round(self.instalment), round(self.debt)))
            self.debt -= due
            ledger.post(self.account, nation.lender, REPAYMENT, due)
            reserve = p.finance_reserve * self.instalment
            if round(self.debt) <= 0:  # nothing is owed any more: a contract that runs on is paid for the service alone
                self.contract.finance, reserve = 0.0, 0.0
            spare = balance - due - round(reserve)
            if self.model.month % 12 == 11 and spare > 0:
                self.pay_owners(spare)

    def pay_owners(self, pence: int) -> None:
        """A dividend: to the parent, and to the buyer and voluntary bodies as far as they have a share in it."""
        public, community = share_out(self.contract, self.account, pence) if self.model.scenario.switches.ownership else (0, 0)
        self.model.ledger.post(self.account, self.parent.account, DIVIDEND, pence - public - community)
        receive(self.contract, self.account, public)
        self.contract.claims.returned += public

    def close(self, contract: Contract) -> None:
        """The contract is over, and the work. What it has goes to the lender, the rest to the owner; what it lacks is the lender's loss."""
        ledger, lender = self.model.ledger, self.model.nation.lender
        due = max(0, min(int(ledger.balance[self.account]), round(self.debt)))
        self.debt -= due
        ledger.post(self.account, lender, REPAYMENT, due)
        balance = int(ledger.balance[self.account])
        self.pay_owners(max(0, balance))
        ledger.post(lender, self.account, WRITE_OFF, max(0, -balance))
        self.model.contracts.remove(self.work)
        self.model.companies.remove(self)
        self.remove()
