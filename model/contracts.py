"""Contracts: the agreement as an object that people and clauses act on, its numbers in one row that the kernel reads."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from .delivery import CONTRACT
from .profits import Claims

if TYPE_CHECKING:
    from .clauses import Clause
    from .services import Undertaking


class State(Enum):
    """The life of a contract."""

    PLANNED = "planned"
    TENDERED = "tendered"
    AWARDED = "awarded"
    MOBILISED = "mobilised"
    DELIVERING = "delivering"
    CHANGED = "changed"
    EXTENDED = "extended"
    BROKEN = "broken"
    ENDED = "ended"
    FAILED = "failed"


class Column:
    """An attribute that reads and writes one row of the contracts' table, so that `contract.trust += 0.1` reaches the kernel."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, contract: Contract, owner: type | None = None) -> Any:
        return contract.table.columns[self.name][contract.row]

    def __set__(self, contract: Contract, value: Any) -> None:
        contract.table.columns[self.name][contract.row] = value


class Contracts:
    """The table of contract rows; rows of ended contracts are used again.

    `columns` shows the same numbers by name, as Python's own (NumPy's are slow to get and to reckon with one by one).
    """

    def __init__(self, size: int = 512) -> None:
        self._set_rows(np.zeros(size, dtype=CONTRACT))
        self.at: dict[int, Contract] = {}
        self._free = list(range(size - 1, -1, -1))
        self._running: np.ndarray | None = None

    def _set_rows(self, rows: np.ndarray) -> None:
        self.rows = rows
        self.columns = {name: rows[name].data for name in CONTRACT.names or ()}
        self._bytes = rows.view(np.uint8).reshape(len(rows), CONTRACT.itemsize)

    def add(self) -> int:
        """A fresh row for a contract that is signed; it takes part in the month from `start` on."""
        if not self._free:
            size = len(self.rows)
            self._set_rows(np.concatenate([self.rows, np.zeros(size, dtype=CONTRACT)]))
            self._free = list(range(2 * size - 1, size - 1, -1))
        row = self._free.pop()
        self._bytes[row] = 0
        return row

    def start(self, contract: Contract) -> None:
        """The contract's first phase begins."""
        self.at[contract.row] = contract
        self._running = None

    def remove(self, contract: Contract) -> None:
        self.at.pop(contract.row, None)
        self._free.append(contract.row)
        self._running = None

    @property
    def running(self) -> np.ndarray:
        """Rows of the contracts under way, in the order of their award: the order of payment."""
        if self._running is None:
            self._running = np.array(list(self.at), dtype=np.int64)
        return self._running


class Contract:
    """A contract between a buyer and a provider for one or more phases of an undertaking.

    `phases` lists (phase, first month, months, price and cost in pence a month) still to come or under way.
    """

    price = Column()
    cost = Column()
    reference = Column()
    end = Column()
    phase = Column()
    trust = Column()
    knowledge = Column()
    effort = Column()
    quality = Column()
    misfit = Column()
    open_book = Column()
    fine = Column()
    living_wage = Column()
    break_right = Column()
    supplies_focal = Column()
    supplies_region = Column()
    change_cost = Column()
    change_markup = Column()
    volume = Column()
    skill = Column()
    rivalry = Column()
    paid = Column()
    labour = Column()
    began = Column()
    schedule = Column()
    finance = Column()
    flags = Column()
    bonus = Column()
    rigidity = Column()
    capital = Column()
    watched = Column()
    x0 = Column()
    x1 = Column()
    x2 = Column()
    a0 = Column()
    a1 = Column()
    a2 = Column()
    disclosed = Column()
    unheard = Column()
    prize = Column()
    fee = Column()
    claim = Column()
    total_risk = Column()

    def __init__(self, table: Contracts, number: int, undertaking: Undertaking, buyer: Any, provider: Any) -> None:
        self.table = table
        self.number = number
        self.undertaking = undertaking
        self.buyer = buyer
        self.provider = provider
        self.state = State.PLANNED
        self.phases: list[tuple[int, int, int, float, float]] = []
        self.clauses: tuple[Clause, ...] = ()
        self.breaks: list[int] = []  # months in which the buyer may walk away
        self.leaving = False  # notice was given
        self.beyond = 0.0  # pence paid beyond its price this year: changes, disputes, handovers
        self.extended = 0  # months it was extended by
        self.bids = float("nan")  # received for a lot
        self.annual = 0.0  # pence a year it takes of its provider's capacity
        self.term = 0
        self.company: Any = None  # the project company between buyer and provider, if any
        self.key = 0  # of its chance
        self.batch = 0  # lots of one tender share it
        self.training_asked = 0.0  # of voluntary bodies, share of its price
        self.awaits_asset = False  # it is to run what another contract builds
        self.stands_in = False  # for a provider that failed while it ran the service
        self.share = 1.0  # of the undertaking
        self.what = ""  # phases in words
        self.skills = (0.0, 0.0, 0.0)  # by phase
        self.operating_from = 0
        self.let_as = ""  # the partnership form it was let under, where councils choose among several
        self.because = ""  # why it came to be, if not by a tender
        self.ending = ""  # why it ends, in the words of whoever decided it: "why", or "kind: why" (kinds in register.py)
        self.held_up = 0.0  # pence of mark-up paid on its changes
        self.risk_noted = 0  # pence that its buyer paid for risks, up to the latest year's end
        self.claims = Claims()  # of others on its profit
        self.breaches: list[int] = []  # months in which it fell short, as a right to break counts them
        self.strikes: list[int] = []  # the same, as a right to step in counts them
        self.stepped_in = -1  # month up to which its buyer has stepped in
        self.voice = 0.0  # of residents in it, 0-1
        self.innovations = 0  # joint ones, adopted since it began
        self.row = table.add()

    @property
    def terms(self) -> np.void:
        """The row itself."""
        return self.table.rows[self.row]

    @property
    def work(self) -> Contract:
        """The contract under which the work is done and its costs arise: a project company's with its parent, if there is one."""
        work: Contract = self.company.work if self.company else self
        return work

    def write(self, **terms: Any) -> None:
        """Write these terms into its row."""
        columns, row = self.table.columns, self.row
        for name, value in terms.items():
            columns[name][row] = value

    def specification(self) -> tuple[float, float, float]:
        return self.x0, self.x1, self.x2

    def respecify(self, x: tuple[float, float, float]) -> None:
        """Write a new specification into the contract (the asset's part stays as built)."""
        self.x0, self.x1, self.x2 = x

    def costs_rise(self, factor: float) -> None:
        """Every phase still to come costs its provider that much more (or less)."""
        self.phases = [(phase, month, months, price, cost * factor) for phase, month, months, price, cost in self.phases]

    def put_off(self) -> None:
        """Everything in it comes a month later."""
        self.phases = [(phase, month + 1, months, price, cost) for phase, month, months, price, cost in self.phases]
        self.write(start=self.phases[0][1], end=self.end + 1)
        self.operating_from += 1
        self.breaks = [month + 1 for month in self.breaks]

    def first_of_batch(self) -> bool:
        """Whether it is the one of its tender's lots that decides for all."""
        return self.undertaking.operating[0] is self

    def runs(self) -> bool:
        """Whether its row is still its own."""
        return self.table.at.get(self.row) is self

    def remaining(self, month: int) -> int:
        """Months left."""
        return max(0, self.end - month)
