"""The officers' answers as statistics of a run, for the patterns that hold them against published surveys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ...model.outcome import Outcome

HORIZON = {"horizon.months": 120}
ISSUES = {  # name in the model: (label, published share of officers, evidence)
    "unforeseen": ("Unforeseen costs", 0.667, "lgiu_issue_costs"),
    "inflexible": ("Inflexible contracts", 0.626, "lgiu_issue_inflexible"),
    "weak_management": ("Weak contract management", 0.573, "lgiu_issue_weak_mgmt"),
    "accountability": ("Loss of accountability", 0.520, "lgiu_issue_accountability"),
    "engagement": ("Less effective community engagement", 0.409, "lgiu_issue_engagement"),
    "poor_value": ("Poor value for money", 0.257, "lgiu_issue_vfm"),
}
SECTORS = {
    "private": ("Often or usually unsuccessful: private", 0.21, "lgiu_fail_private"),
    "vcs": ("Often or usually unsuccessful: voluntary", 0.165, "lgiu_fail_vcs"),
    "public": ("Often or usually unsuccessful: public", 0.14, "lgiu_fail_public"),
}


def complaints(parameters: Any, outcome: Outcome) -> list[float]:
    """Share of officers who name each issue, in the order of ISSUES."""
    from ...model.survey import complaints

    found = complaints(outcome, parameters)
    return [found[name] for name in ISSUES]


def failing(parameters: Any, outcome: Outcome) -> list[float]:
    """Share of officers who find a sector's relationships unsuccessful, in the order of SECTORS."""
    from ...model.survey import failing

    found = failing(outcome, parameters)
    return [found[name] for name in SECTORS]


def beside(questions: dict[str, tuple[str, float, str]], answers: np.ndarray) -> dict[str, dict[str, Any]]:
    """Rows of `published` for answers [seeds, questions]."""
    from ..statistics import mean_interval

    rows = {}
    for i, (name, (label, share, evidence)) in enumerate(questions.items()):
        mean, low, high, _ = mean_interval(answers[:, i])
        runs_low, runs_high = np.nanquantile(answers[:, i], (0.025, 0.975)).tolist()  # of shares: no interval beyond 0 and 1
        rows[name] = {
            "label": label, "unit": "share", "mean": mean, "low": low, "high": high, "runs_low": runs_low, "runs_high": runs_high,
            "published": share, "evidence": evidence, "fitted": "no",
        }  # fmt: skip
    return rows


def ranks(values: Sequence[float]) -> np.ndarray:
    """Ranks from 1, ties sharing their mean rank."""
    array = np.asarray(values, dtype=np.float64)
    return np.array([(array < x).sum() + ((array == x).sum() + 1) / 2 for x in array])


def rank_correlation(values: Sequence[float], published: Sequence[float]) -> float:
    """Spearman's; 0 where all values are the same, which orders nothing."""
    a, b = ranks(values), ranks(published)
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 else 0.0
