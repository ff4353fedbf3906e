"""How a commissioner's pound goes round: LM3 with its rounds, and the multiplier over all rounds, from who paid whom.

The published method (nef's LM3): round 1 is what the commissioners pay their suppliers, round 2 what these spend with
people and firms of the district, round 3 what those spend there again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .errors import UsageError

if TYPE_CHECKING:
    from ..model.multipliers import LocalMultiplier
    from ..model.outcome import Outcome

Group = Callable[[str, str, bool], str | None]
"""From an account's name, kind and whether it lies in the district to the group it is counted in, if any."""
BUYERS = ("council", "anchor")
PROVIDERS = ("large", "sme", "vcs", "in-house", "project company")


@dataclass(frozen=True)
class LocalMoney:
    """LM3 with rounds (in pence) and groups of suppliers, and the multiplier over all rounds, of some months."""

    lm3: LocalMultiplier
    full: float
    months: int


def by_kind_and_home(name: str, kind: str, here: bool) -> str | None:
    """Providers by kind, and whether they are at home in the district."""
    return f"{'local' if here else 'other'} {kind}" if kind in PROVIDERS else None


def local_money(outcome: Outcome, months: int = 12, group: Group = by_kind_and_home) -> LocalMoney:
    """Of the last `months` of a run with a journal; suppliers for which `group` gives None are left out. Raises UsageError."""
    from ..model.ledger import CATEGORIES, FINANCIAL
    from ..model.multipliers import full_multiplier, lm3

    if outcome.journal is None:
        raise UsageError("this run was made without a journal, so nobody knows who paid whom")
    accounts, journal = outcome.accounts, outcome.journal
    spending = ~np.isin(journal["category"], FINANCIAL)
    entries = journal[spending & (journal["month"] >= len(outcome.series) - months)]
    paid = np.zeros((len(accounts), len(accounts)))
    np.add.at(paid, (entries["payer"], entries["payee"]), entries["pence"].astype(np.float64))
    people = [i for i, (_, kind, _) in enumerate(accounts) if kind == "residents"]
    for entry in entries[entries["category"] == CATEGORIES.index("agency wages")] if people else ():  # through a sector to residents
        paid[entry["payer"], entry["payee"]] -= entry["pence"]
        paid[entry["payer"], people[0]] += entry["pence"]
        paid[entry["payee"], people[0]] -= entry["pence"]
    home = next((place for _, kind, place in accounts if kind == "residents"), None)
    here = [place == home for _, _, place in accounts]
    buyers = [i for i, (name, kind, _) in enumerate(accounts) if kind in BUYERS and name in outcome.focal]
    local = np.array([h and kind not in (*BUYERS, "owners") for h, (_, kind, _) in zip(here, accounts, strict=True)])
    labels = [group(name, kind, h) for h, (name, kind, _) in zip(here, accounts, strict=True)]
    suppliers = [i for i, label in enumerate(labels) if label is not None]
    return LocalMoney(lm3(paid, None, local, buyers, suppliers, labels), full_multiplier(paid, None, local, buyers, suppliers), months)
