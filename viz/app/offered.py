"""What a visitor may choose from, as the panel shows it: scenarios by place, and controls by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ...scenarios.files import read, shipped
from ...scenarios.loading import list_cases, list_scenarios, load_scenario
from ...scenarios.policy import MONEY
from ...scenarios.schema import Scenario, month_after
from .asked import CALLED, OF_WORLD, Asked
from .changes import month_name
from .controls import Control, moves, number, shown

OF_BOTH = (
    ("budget", "Both policies live with it: budgets rise or fall by this share after a year.", "share"),
    ("demand", "Both policies live with it: demand rises or falls by this share after a year.", "share"),
    ("seeds", "Both policies are tried under so many futures. More pairs, narrower bands.", "pairs"),
)


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


@cache
def places() -> dict[str, str]:
    """The title of every shipped place by name."""
    return {name: str(read(path).raw["title"]) for name, path in shipped("place").items()}


def dates(scenario: Scenario) -> list[dict[str, Any]]:
    """From when a policy may hold: the start, or any later year of the run."""
    start, months = scenario.horizon.start, scenario.horizon.months
    later = [{"value": at, "label": f"from {month_name(month_after(start, at))}"} for at in range(12, months, 12)]
    return [{"value": 0, "label": "from the start"}, *later]


def groups(now: Sequence[Control], before: Mapping[str, Control], asked: Asked) -> list[dict[str, Any]]:
    """Controls as the panel wants them: by group, each with whether it was moved from what it was before."""
    out: dict[str, dict[str, Any]] = {}
    changed = Counter(moves(now, before).values())
    for c in now:
        moved = c.value != before[c.key].value
        group = out.setdefault(c.group, {"title": c.group, "changed": changed[c.group], "controls": []})
        group["controls"].append(_row(c, moved))
    money = list(out.values())[-1]
    for key, told, unit in OF_BOTH:
        value, (low, high) = getattr(asked, key), OF_WORLD[key]
        moved = key != "seeds" and bool(value)
        c = number(f"world.{key}", CALLED[key], value, low, high, key == "seeds", unit=unit, help=told, group=MONEY)
        money["controls"].append(_row(c, moved))
        money["changed"] += moved
    return list(out.values())


def _row(c: Control, moved: bool) -> dict[str, Any]:
    return {
        **{k: getattr(c, k) for k in ("key", "title", "help", "kind", "low", "high", "step", "source", "within")},
        "value": list(c.value) if isinstance(c.value, tuple) else c.value,
        "written": dict(vars(c.written)),
        "shown": shown(c),
        "choices": [{"value": value, "label": label} for value, label in c.choices],
        "moved": moved,
    }
