"""What is changed, in words: what the visitor moved, what a file brings along, what befalls both, and from when it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from ...scenarios.loading import list_forms
from ...scenarios.paths import flat
from ...scenarios.schema import Change, Scenario, month_after
from ..numbers import MINUS
from ..words import lower_first
from .asked import Asked
from .controls import Control, controls, differences

WORLD = ("parameters", "switches", "rules", "place")  # what of a scenario is no policy
MOST = 12  # that are named one by one
MONTHS = "January February March April May June July August September October November December".split()
STRUCK = {"budget": "budgets", "demand": "demand", "price": "prices", "need": "needs", "failure": "failure of"}


def changes(asked: Asked, baseline: Scenario, start: Scenario, before: Mapping[str, Control], now: Sequence[Control]) -> list[str]:
    """What tells the two arms apart, and what befalls both.

    `start` is where the visitor starts from, with its controls in `before`; those in `now` are of what is wanted.
    """
    said = []
    if asked.file or start.name != baseline.name:
        said.append(f"starting from “{start.title}”" + (" (your file)" if asked.file else ""))
    if asked.form:
        said.append(f"under the form “{list_forms()[asked.form]['title']}”")
    said += cut_short([*differences(by_key(baseline) if asked.file else before, now), *(_world(baseline, start) if asked.file else ())])
    said += cut_short([*_dated(asked.wanted(), baseline, asked.since)])
    if asked.since and said:
        said.insert(0, f"from {month_name(month_after(start.horizon.start, asked.since))}, today’s policy until then")
    for name, size in (("budgets", asked.budget), ("demand", asked.demand)):
        if size:
            said.append(f"{name} {_signed(size)} for both after a year")
    return said + cut_short([f"{_shock(change)} for both from {month_name(change.month)}" for change in asked.brought()])


def by_key(scenario: Scenario) -> dict[str, Control]:
    """The controls of a scenario by key."""
    return {c.key: c for c in controls(scenario)}


def cut_short(texts: list[str]) -> list[str]:
    """A long list without its end, which is counted."""
    return texts if len(texts) <= MOST else [*texts[:MOST], f"and {len(texts) - MOST} more"]


def month_name(month: str) -> str:
    """2015-04 as April 2015."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def _world(one: Scenario, other: Scenario) -> Iterator[str]:
    for part in WORLD:
        old, new = (flat(getattr(s, part).model_dump(mode="json")) for s in (one, other))
        found = [key for key in new if new[key] != old.get(key)]
        if part == "place" or any(_is_long(value) for value in (*(old.get(k) for k in found), *(new[k] for k in found))):
            if found:
                yield f"the {part} differs"
        else:
            yield from (f"{_called(getattr(one, part), part, key)} {_plain(old.get(key))} → {_plain(new[key])}" for key in found)


def _called(of: BaseModel, part: str, key: str) -> str:
    """What of the world around the policy a key names: its name in words, and what that means where its file says so."""
    name = key.replace(".", ": ").replace("_", " ")
    field = type(of).model_fields.get(key)
    meaning = field.description if field is not None else None
    return (f"the mechanism “{name}”" if part == "switches" else name) + (f" ({lower_first(meaning)})" if meaning else "")


def _dated(scenario: Scenario, baseline: Scenario, since: int) -> Iterator[str]:
    """Changes of policy in the middle of a run, after it has begun to hold, that a scenario has and its baseline has not."""
    changes = [c for c in scenario.timeline if c.set]
    if changes == [c for c in baseline.timeline if c.set]:
        return
    held = by_key(scenario)
    for change, (at, policy) in zip(changes, scenario.policies[1:], strict=True):
        later = by_key(scenario.model_copy(update={"policy": policy, "timeline": ()}))
        if at > since:
            yield from (f"from {month_name(change.month)}: {text}" for text in differences(held, later.values()))
        held = later


def _shock(change: Change) -> str:
    what = STRUCK[str(change.shock)] + (f" {change.on}" if change.shock == "failure" else f" of {change.on}" if change.on else "")
    return what if change.shock == "failure" else f"{what} {change.size:g}" if change.shock == "need" else f"{what} {_signed(change.size)}"


def _signed(size: float) -> str:
    return f"{100 * size:+.3g}%".replace("-", MINUS)


def _is_long(value: Any) -> bool:
    return isinstance(value, list | dict)


def _plain(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:g}"
