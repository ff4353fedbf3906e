"""What patterns read of councils from events: what they mean to do, how able they are, what they take up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...scenarios.schema import Scenario, month_after

if TYPE_CHECKING:
    from ...model.outcome import Outcome


def with_shocks(scenario: Scenario, shocks: Sequence[dict[str, Any]]) -> Scenario:
    """The scenario with further dated shocks; their month counts from the start of the horizon (0 = the first)."""
    raw = json.loads(scenario.canonical())
    dated = [{**shock, "month": month_after(scenario.horizon.start, shock["month"])} for shock in shocks]
    raw["timeline"] = sorted([*raw["timeline"], *dated], key=lambda change: change["month"])
    return Scenario.from_canonical(json.dumps(raw))


def answers(outcome: Outcome) -> list[tuple[str, float, float]]:
    """What councils said in the last year: their intention, client capacity and mean result, one row a council."""
    last = max(event.month for event in outcome.events if event.kind == "intention")
    said = [event.detail.split("; ") for event in outcome.events if event.kind == "intention" and event.month == last]
    return [(word, float(capacity.rpartition(" ")[2]), float(result.rpartition(" ")[2])) for word, capacity, result in said]


def intentions(outcome: Outcome) -> list[float]:
    """Shares of councils that mean to outsource more, the same, less."""
    words = [word for word, *_ in answers(outcome)]
    return [words.count(word) / len(words) for word in ("more", "same", "less")]


def spreads(outcome: Outcome) -> tuple[float, float]:
    """Standard deviation between councils of client capacity, and of the mean result of their contracts."""
    rows = np.array([row[1:] for row in answers(outcome)])
    capacity, result = rows.std(axis=0)
    return float(capacity), float(result)


def taken_up(outcome: Outcome) -> float:
    """Practices taken up and kept, less those dropped, a commissioner, mean over the months of the run."""
    months, buyers = len(outcome.series), {event.buyer for event in outcome.events if event.kind == "tender"}
    steps = [(event.detail.startswith("takes up"), months - event.month) for event in outcome.events if event.kind == "practice"]
    return sum((left if taken else -left) for taken, left in steps) / months / len(buyers)
