"""Small worlds for tests: the made-up town with some things changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import numpy as np

import changemaking as cm
from changemaking.agents import founding
from changemaking.model.ecosystem import Ecosystem, simulate
from changemaking.model.outcome import Outcome
from changemaking.scenarios.schema import Scenario, month_after

CLAUSES = ("break_clause", "annual_service_plan", "open_book", "local_supply", "living_wage", "kpi_deductions")
DECIDING = {"policy.discretion": True}  # councils that may choose
FORMS = {**DECIDING, "policy.forms": ["grant", "alliance", "joint_venture", "pfi"]}  # under which form, too


def town(
    overrides: Mapping[str, object] | None = None, months: int = 24, shocks: Sequence[Mapping[str, Any]] = (), base: str = "tiny"
) -> Scenario:
    """The small town over some months; `shocks` are timeline entries whose month counts from the start (0 = the first)."""
    scenario = cm.load_scenario(base, {"place": "tiny", "horizon.months": months, **(overrides or {})})
    if not shocks:
        return scenario
    raw = json.loads(scenario.canonical())
    raw["timeline"] = [*raw["timeline"], *({**s, "month": month_after(scenario.horizon.start, s["month"])} for s in shocks)]
    return Scenario.from_canonical(json.dumps(raw))


@contextmanager
def living(scenario: Scenario, seed: int = 1, journal: bool = False, cls: type[Ecosystem] = Ecosystem) -> Iterator[Ecosystem]:
    """A world that is let go of at the end."""
    world = cls(scenario, seed, journal=journal)
    try:
        yield world
    finally:
        founding.release(world)


def outcome_of(overrides: Mapping[str, object] | None = None, months: int = 24, seed: int = 1, **more: Any) -> Outcome:
    return simulate(town(overrides, months, **more), seed)


def series_sha256(outcome: Outcome) -> str:
    """Hash of a run's series to the last bit; every NaN counts as the same."""
    series = np.where(np.isnan(outcome.series), np.nan, outcome.series)
    return sha256(np.ascontiguousarray(series, dtype="<f8").tobytes()).hexdigest()


def column(outcome: Outcome, name: str) -> np.ndarray:
    from changemaking.model.measures import INDEX

    return outcome.series[:, INDEX[name]]


def events(outcome: Outcome, kind: str) -> list[Any]:
    return [e for e in outcome.events if e.kind == kind]


def each(**values: float) -> dict[str, float]:
    """Overrides of parameters."""
    return {f"parameters.{name}": value for name, value in values.items()}


def council_of(world: object) -> object:
    return world.council  # type: ignore[attr-defined]
