"""What the payments and awards of a place say, unknown shares as intervals, each figure with the rows behind it."""

from __future__ import annotations

from .concentration import concentration
from .contracts import contracts
from .figure import Figure, Line
from .ledger import Ledger, read_ledger
from .months import monthly_spend, supplier_churn
from .shares import spend_by_kind, spend_by_ring, spend_by_sector
from .sizes import payment_sizes

__all__ = [
    "Figure",
    "Ledger",
    "Line",
    "concentration",
    "contracts",
    "monthly_spend",
    "payment_sizes",
    "read_ledger",
    "spend_by_kind",
    "spend_by_ring",
    "spend_by_sector",
    "supplier_churn",
]
