"""What a visitor may choose from, as the panel shows it: scenarios by place, and controls by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ...scenarios.loading import list_cases, list_scenarios, load_scenario
from .asked import MOST_SEEDS, Asked
from .controls import Control


@cache
def scenarios_by_place() -> list[tuple[str, str]]:
    """Every shipped scenario with its place; of each place, the one without a baseline first."""
    found = [(info.name, info.place or "", info.baseline is not None) for info in list_scenarios()]
    return [(name, place) for name, place, _ in sorted(found, key=lambda row: (row[1] != "tiny", row[1], row[2], row[0]))]


@cache
def titles() -> dict[str, str]:
    """The title of every shipped scenario and case by name."""
    out = {info.name: info.title for info in list_scenarios()}
    return out | {name: load_scenario(name).title for name in list_cases() if name not in out}


def groups(now: Sequence[Control], before: Mapping[str, Control], asked: Asked) -> list[dict[str, Any]]:
    """Controls as the panel wants them: by group, each with whether it was moved from what it was before."""
    out: dict[str, dict[str, Any]] = {}
    for c in now:
        moved = c.value != before[c.key].value
        group = out.setdefault(c.group, {"title": c.group, "changed": 0, "controls": []})
        group["changed"] += moved
        group["controls"].append(
            {
                **{k: getattr(c, k) for k in ("key", "title", "help", "kind", "unit", "low", "high", "step", "source", "within")},
                "value": list(c.value) if isinstance(c.value, tuple) else c.value,
                "choices": [{"value": value, "label": label} for value, label in c.choices],
                "moved": moved,
            }
        )
    money = list(out.values())[-1]
    for key, title, value, told, unit, low, high, step in (
        ("budget", "Budgets, a year on", asked.budget, "budgets rise or fall by this share after a year", "share", -0.5, 1.0, 0.05),
        ("demand", "Demand, a year on", asked.demand, "demand rises or falls by this share after a year", "share", -0.5, 1.0, 0.05),
        ("seeds", "Pairs of runs", asked.seeds, "tried under so many futures; more pairs, narrower bands", "pairs", 2, MOST_SEEDS, 1),
    ):
        moved = key != "seeds" and bool(value)
        money["controls"].append(
            {
                "key": f"world.{key}", "title": title, "help": f"Both policies live with it: {told}.", "kind": "number", "unit": unit,
                "low": low, "high": high, "step": step, "value": value, "source": "", "within": "", "choices": [], "moved": moved,
            }
        )  # fmt: skip
        money["changed"] += moved
    return list(out.values())
