"""The ledger: every payment once, from one account to another, in whole pence.

Accounts belong to institutions, to the unmodelled firms of each sector, to households, to government, the lender and
the world outside. Residents have their own accounts in their records; the ledger holds the control account of all of
them, as a sales ledger does, and the two must agree. The sum of all balances is zero for ever: nothing is made or lost.
"""

from __future__ import annotations

import numpy as np

from .compiled import njit

CATEGORIES: tuple[str, ...] = (
    "opening", "grant", "council tax", "contract", "change", "interface", "in-house", "tender", "client side", "continuity",
    "wages", "agency wages", "supplies", "subcontract", "sales", "tax", "benefit", "pension", "dividend", "consumption",
    "interest", "loan", "repayment", "write-off", "dispute", "plan",
    "training", "handover",
    "in-work benefit", "health", "voluntary grant", "community fund",
    "risk", "support", "profit share",
    "audit", "secondment", "step-in", "review of value", "steering group",
    "borrowing", "payout", "acquisition", "accreditation",
    "asset sale",
)  # fmt: skip
(
    OPENING, GRANT, COUNCIL_TAX, CONTRACT, CHANGE, INTERFACE, IN_HOUSE, TENDER, CLIENT_SIDE, CONTINUITY,
    WAGES, AGENCY_WAGES, SUPPLIES, SUBCONTRACT, SALES, TAX, BENEFIT, PENSION, DIVIDEND, CONSUMPTION,
    INTEREST, LOAN, REPAYMENT, WRITE_OFF, DISPUTE, PLAN,
    TRAINING, HANDOVER,
    IN_WORK_BENEFIT, HEALTH, VOLUNTARY_GRANT, COMMUNITY_FUND,
    RISK, SUPPORT, PROFIT_SHARE,
    AUDIT, SECONDMENT, STEP_IN, REVIEW, STEERING,
    BORROWING, PAYOUT, ACQUISITION, ACCREDITATION,
    ASSET_SALE,
) = range(len(CATEGORIES))  # fmt: skip
FINANCIAL = (OPENING, GRANT, LOAN, REPAYMENT, WRITE_OFF, BORROWING, ACQUISITION, ASSET_SALE)  # not spending, so not in the local multiplier

ENTRY = np.dtype([("month", np.int16), ("category", np.uint8), ("payer", np.int32), ("payee", np.int32), ("pence", np.int64)], align=True)

FOCAL, REGION, ELSEWHERE = 0, -1, -2  # where an account lies: the focal district, the region at large, outside (1, 2, … other districts)


@njit
def put(page, count, balance, month, payer, payee, category, pence):
    """Enter one payment on the month's page; nothing is entered for nothing. Compiled code calls this one."""
    if pence <= 0:
        return
    entry = page[count[0]]
    entry.month = month
    entry.payer = payer
    entry.payee = payee
    entry.category = category
    entry.pence = pence
    count[0] += 1
    balance[payer] -= pence
    balance[payee] += pence


@njit
def put_all(page, count, balance, month, payers, payees, category, pence):
    """Enter a payment for each payer and payee."""
    for i in range(len(pence)):
        put(page, count, balance, month, payers[i], payees[i], category, pence[i])


@njit
def _summarise(page, count, spending, where, out, local_people, local_firms, people, received, balance):
    """Add the month's spending to each payer's totals: all, to the district's people, to its firms; and to receipts.

    Agency wages pass through a sector to residents: they count as the employer's, not as the sector's takings or spending. Council tax and
    dividends are no local purchases. Returns the sum of all balances.
    """
    left = 0
    for account in range(len(balance)):
        received[account] = 0
        left += balance[account]
    for i in range(count):
        entry = page[i]
        if not spending[entry.category]:
            continue
        out[entry.payer] += entry.pence
        if entry.category == AGENCY_WAGES:
            local_people[entry.payer] += entry.pence
            out[entry.payee] -= entry.pence
            local_people[entry.payee] -= entry.pence
            continue
        received[entry.payee] += entry.pence
        if where[entry.payee] == 0 and entry.category != COUNCIL_TAX and entry.category != DIVIDEND:
            if entry.payee == people:
                local_people[entry.payer] += entry.pence
            else:
                local_firms[entry.payer] += entry.pence
    return left


class Ledger:
    """Accounts, the current month's page of entries, and (if kept) all pages before it."""

    def __init__(self, keep: bool = False) -> None:
        self.keep = keep
        self.names: list[str] = []
        self.kinds: list[str] = []
        self.places: list[int] = []
        self.pages: list[np.ndarray] = []
        self.month = 0

    def account(self, name: str, kind: str, place: int) -> int:
        """Open an account; `place` is FOCAL, another district's number, REGION or ELSEWHERE. Returns its row."""
        self.names.append(name)
        self.kinds.append(kind)
        self.places.append(place)
        return len(self.names) - 1

    def open(self, people: int, spare: int = 0) -> None:
        """Start the books; `people` is the control account of the residents; `spare` rows are kept for entrants."""
        n = len(self.names) + spare
        self.people = people
        self.balance = np.zeros(n, dtype=np.int64)
        self.where = np.array(self.places + [ELSEWHERE] * spare, dtype=np.int64)
        self.page = np.zeros(16 * n + 4096, dtype=ENTRY)
        self.room = len(self.page)
        self.count = np.zeros(1, dtype=np.int64)
        # spending of the last twelve months by account: to all, to the district's people, to its firms; and receipts of the month
        self.out = np.zeros(n, dtype=np.int64)
        self.out_people = np.zeros(n, dtype=np.int64)
        self.out_firms = np.zeros(n, dtype=np.int64)
        self.received = np.zeros(n, dtype=np.int64)
        self._spending = np.array([c not in FINANCIAL for c in range(len(CATEGORIES))])

    def post(self, payer: int, payee: int, category: int, pence: int) -> None:
        """Enter one payment. ValueError for a negative amount: a refund is a payment the other way."""
        if pence < 0:
            raise ValueError(f"a payment cannot be negative: {pence} pence from {self.names[payer]} to {self.names[payee]}")
        if self.count[0] >= self.room:
            self.reserve(1)
        put(self.page, self.count, self.balance, self.month, payer, payee, category, pence)

    def post_all(self, payers: np.ndarray, payees: np.ndarray, category: int, pence: np.ndarray) -> None:
        """Enter a payment of that category for each payer and payee (int64 arrays of one length)."""
        self.reserve(len(pence))
        put_all(self.page, self.count, self.balance, self.month, payers, payees, category, pence)

    def reserve(self, entries: int) -> None:
        """Make sure the page has room for that many more entries."""
        if self.count[0] + entries > len(self.page):
            self.page = np.concatenate([self.page, np.zeros(len(self.page) + entries, dtype=ENTRY)])
            self.room = len(self.page)

    def close_month(self) -> None:
        """Check that not a penny was made or lost, sum the month up, and turn the page. ArithmeticError if the books do not balance."""
        n = int(self.count[0])
        left = _summarise(
            self.page, n, self._spending, self.where, self.out, self.out_people, self.out_firms, self.people, self.received, self.balance
        )
        if left != 0:
            raise ArithmeticError(f"the ledger is out by {left} pence in month {self.month}")
        if self.keep:
            self.pages.append(self.page[:n].copy())
        self.count[0] = 0
        self.month += 1

    def extend(self) -> None:
        """Double the rows for accounts."""
        n = len(self.balance)
        for name in ("balance", "out", "out_people", "out_firms", "received"):
            setattr(self, name, np.concatenate([getattr(self, name), np.zeros(n, dtype=np.int64)]))
        self.where = np.concatenate([self.where, np.full(n, ELSEWHERE, dtype=np.int64)])

    def forget_spending(self) -> None:
        """Start a new window of spending totals (they cover the months since the last call)."""
        for totals in (self.out, self.out_people, self.out_firms):
            totals[:] = 0

    def journal(self) -> np.ndarray | None:
        """All entries kept, in order of posting; None if they were not kept."""
        return np.concatenate(self.pages) if self.keep and self.pages else None


def split(pence: int, weights: np.ndarray) -> np.ndarray:
    """Whole pence in proportion to `weights`, adding up exactly: largest remainder, earlier ones first on a tie.

    ValueError if the weights are negative or all zero.
    """
    weights = np.asarray(weights, dtype=np.float64)
    total = weights.sum()
    if total <= 0 or (weights < 0).any():
        raise ValueError("weights must not be negative and one must be positive")
    exact = pence * (weights / total)
    whole = np.floor(exact).astype(np.int64)
    left = int(pence - whole.sum())
    if left:
        whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    return whole
