"""What officers would answer if they were asked: simulated surveys, so that surveys are compared with surveys.

Each commissioner has some officers. Each has seen a few of its contracts of the kind asked about, drawn by seed, officer
and contract, and answers from these alone. Two rules hold for every question and were written down, with their numbers,
before any answer was held against a published one:

* an issue shows in a contract if it cost more than `survey_tolerance` of what the contract was to give, whatever the issue;
* an officer says of contracts what shows in more than half of those seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import fsum  # the same on every Python: from 3.12 on, sum() rounds floats in another way
from typing import Any

from .chance import Chance, combine, key
from .outcome import Outcome
from .register import ContractRow

SECTORS = {"private": ("large", "sme", "company"), "vcs": ("vcs",), "public": ("in-house",)}
NOTHING = float("nan")

Losses = dict[str, Callable[[ContractRow, Any], float]]


def unforeseen(row: ContractRow, p: Any) -> float:
    """Paid for changes, of all that was paid."""
    return row.unforeseen / row.value if row.value > 0.0 else 0.0


def inflexible(row: ContractRow, p: Any) -> float:
    """Quality lost because the contract says other things than what is needed."""
    return row.lost_misfit


def weak_management(row: ContractRow, p: Any) -> float:
    """Quality lost to effort withheld, which a client that sees all would not let pass."""
    return row.lost_shading


def accountability(row: ContractRow, p: Any) -> float:
    """What fell short of the quality promised and nobody on the client's side could see."""
    return max(0.0, 1.0 - row.quality / row.skill) * (1.0 - row.seen) if row.skill > 0.0 else 0.0


def engagement(row: ContractRow, p: Any) -> float:
    """Quality lost to misfit on which residents who wanted a say had none."""
    return row.lost_misfit * (1.0 - row.voice)


def poor_value(row: ContractRow, p: Any) -> float:
    """Value for money short of what the buyer believed its own team to give, in parts of the reference cost."""
    return max(0.0, row.expected - (p.quality_value * row.quality - row.price))


ISSUES: Losses = {
    "unforeseen": unforeseen,
    "inflexible": inflexible,
    "weak_management": weak_management,
    "accountability": accountability,
    "engagement": engagement,
    "poor_value": poor_value,
}


def unsuccessful(row: ContractRow, p: Any) -> bool:
    """Broken, failed, or so far from what was promised, in quality and in unforeseen cost, that officers would not call it a success."""
    if row.end in ("break", "failure"):
        return True
    short = max(0.0, 1.0 - row.quality / row.skill) if row.skill > 0.0 else 0.0
    return short + unforeseen(row, p) > p.survey_failed


def seen_by_officers(outcome: Outcome, p: Any, sector: str) -> list[list[ContractRow]]:
    """For every officer who has seen any, the contracts of a sector that came to mind: those of the last `survey_months`."""
    since = len(outcome.series) - p.survey_months
    known: dict[str, list[ContractRow]] = {}
    for row in outcome.contracts:
        if row.kind in SECTORS[sector] and row.first + row.months > since and row.operated >= p.survey_known:
            known.setdefault(row.buyer, []).append(row)
    chance, drawn = Chance(outcome.seed), []
    for buyer, rows in known.items():
        for officer in range(int(p.survey_officers)):
            who = combine(key("officer", buyer), officer)
            order = sorted(rows, key=lambda row: chance.uniform("survey", combine(who, row.number)))
            drawn.append(order[: int(p.survey_contracts)])
    return drawn


def share_who_say(seen: Sequence[Sequence[ContractRow]], shows: Callable[[ContractRow], bool]) -> float:
    """Share of officers for whom something shows in more than half of the contracts they have seen; NaN if there are none."""
    answers = [2 * sum(map(shows, rows)) > len(rows) for rows in seen]
    return fsum(answers) / len(answers) if answers else NOTHING


def complaints(outcome: Outcome, p: Any) -> dict[str, float]:
    """Share of officers who name each issue with contracts with the private sector."""
    seen = seen_by_officers(outcome, p, "private")
    return {issue: share_who_say(seen, partial(shows, issue, p)) for issue in ISSUES}


def shows(issue: str, p: Any, row: ContractRow) -> bool:
    """Whether an issue shows in a contract."""
    return ISSUES[issue](row, p) > p.survey_tolerance


def failing(outcome: Outcome, p: Any) -> dict[str, float]:
    """Share of officers, by sector, who say that relationships with it are often or usually unsuccessful."""
    return {name: share_who_say(seen_by_officers(outcome, p, name), lambda row: unsuccessful(row, p)) for name in SECTORS}
