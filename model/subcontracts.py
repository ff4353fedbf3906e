"""What a prime contractor passes on to partners: a share of what it is paid, and of the work that is paid for.

A deal is a share of one contract's value for one partner. Payment and work move in the month in which they arise.
"""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from .compiled import njit
from .delivery import OPERATE, VCS, spend
from .firms import spend_own
from .ledger import SUBCONTRACT, put

DEAL = np.dtype([("contract", np.int32), ("partner", np.int32), ("account", np.int32), ("share", np.float64)], align=True)


class Deals:
    """The deals in force: (contract, partner, share). The compiled loop reads them as `table`."""

    def __init__(self) -> None:
        self._deals: list[tuple[Any, Any, float]] = []
        self._table: np.ndarray | None = None

    def add(self, contract: Any, partner: Any, share: float) -> float:
        """The partner takes on a share of a contract, and the work that goes with it: no more than nobody else has. Returns its share."""
        share = min(share, max(0.0, 1.0 - self.passed_on(contract)))
        if share > 0.0:
            partner.take_on(share * contract.annual)
            self._deals.append((contract, partner, share))
            self._table = None
        return share

    def end(self, contract: Any) -> None:
        """The contract is over: its partners have room again."""
        for _, partner, share in self.of(contract):
            partner.take_on(-share * contract.annual)
        self._deals = [deal for deal in self._deals if deal[0] is not contract]
        self._table = None

    def of(self, contract: Any) -> list[tuple[Any, Any, float]]:
        return [deal for deal in self._deals if deal[0] is contract and deal[1].alive]

    def passed_on(self, contract: Any) -> float:
        """Share of a contract that its living partners have."""
        return fsum(share for *_, share in self.of(contract))

    @property
    def table(self) -> np.ndarray:
        if self._table is None:
            rows = [(c.work.row, a.row, a.account, share) for c, a, share in self._deals]
            self._table = np.array(rows, dtype=DEAL)
        return self._table

    def __len__(self) -> int:
        return len(self._deals)


@njit
def pass_on(deals, contracts, firms, month, cost_share, work, page, count, balance):
    """Every prime pays its partners their share of this month's payment, and hands over that share of the work; a partner that is
    no more (its row has another account) does nothing. What it takes the partner is `cost_share` of what it is paid.

    Returns the pence passed on under the focal commissioners' contracts, to voluntary bodies and to small firms.
    """
    to_vcs, to_sme = np.int64(0), np.int64(0)
    for k in range(len(deals)):
        d = deals[k]
        c, f = contracts[d.contract], firms[d.partner]
        if c.phase != OPERATE or not f.live or f.account != d.account:
            continue
        part = np.int64(d.share * max(0.0, c.paid - c.finance))
        put(page, count, balance, month, firms[c.provider].account, f.account, SUBCONTRACT, part)
        spend(c, -np.int64(d.share * c.spent), work[c.provider])
        spend_own(f, np.int64(cost_share * part), c.labour, work[d.partner])
        if c.focal and f.kind == VCS:
            to_vcs += part
        elif c.focal:
            to_sme += part
    return to_vcs, to_sme
