"""Where the numbers of a scenario come from: one row a number, or one row a source for the many numbers of a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .clauses import clause_settings
from .defaults import ShippedParameter, shipped_parameters
from .errors import shown
from .evidence import evidence
from .parameters import Parameters
from .paths import best, numbers
from .schema import Scenario, SourceNote


@dataclass(frozen=True)
class SourceRow:
    """A number (or a group of them) with its source. `kind` is evidence, data, assumed or none; `key` is dotted."""

    key: str
    value: str
    unit: str
    kind: str
    source: str
    low: float | None = None
    high: float | None = None
    note: str = ""


def parameter_sources(scenario: Scenario, every_number: bool = False) -> list[SourceRow]:
    """The sources of the parameters, the policy, the rules and the place of a scenario.

    The numbers of the place come grouped by source; `every_number` gives each its own row.
    """
    return [*_parameters(scenario), *policy_sources(scenario), *_place(scenario, every_number)]


def _row(key: str, value: str, unit: str, note: SourceNote | None) -> SourceRow:
    if note is None:
        return SourceRow(key, value, unit, "none", "set without a source")
    cited = note.data or ""
    if note.evidence is not None:
        cited = f"{note.evidence}: {evidence(note.evidence).source}"
    if note.assumed is not None:  # something may have guided it, but the number itself is ours
        low, high = note.assumed
        return SourceRow(key, value, unit, "assumed", f"assumed, after {cited}" if cited else "assumed", low, high, note.note)
    return SourceRow(key, value, unit, "evidence" if note.evidence is not None else "data", cited, None, None, note.note)


def _note(sources: Mapping[str, SourceNote], key: str) -> SourceNote | None:
    pattern = best(sources, key)
    return sources[pattern] if pattern is not None else None


def _parameters(scenario: Scenario) -> list[SourceRow]:
    rows = []
    for name, field in Parameters.model_fields.items():
        value = getattr(scenario.parameters, name)
        extra = field.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        row = shipped_parameters()[name]
        key = f"parameters.{name}"
        if value != row.value:
            rows.append(_row(key, f"{value:g}", unit, _note(scenario.sources, key)))
            continue
        rows.append(_shipped(key, unit, row))
    return rows


def _shipped(key: str, unit: str, row: ShippedParameter) -> SourceRow:
    """A number at its shipped value."""
    low, high = row.plausible or (None, None)
    kind, text = ("assumed", "assumed") if row.evidence is None else ("evidence", f"{row.evidence}: {evidence(row.evidence).source}")
    return SourceRow(key, f"{row.value:g}", unit, kind, text, low, high, row.note)


def policy_sources(scenario: Scenario) -> list[SourceRow]:
    """The numbers of the policy, its changes over time and the national rules, and those that its clauses have by themselves."""
    found: dict[str, Any] = dict(numbers({"policy": scenario.policy.model_dump(exclude_defaults=True)}))
    uses = [(f"policy.clauses.{use.name}", use) for use in scenario.policy.clauses]
    for (_, policy), change in zip(scenario.policies[1:], [c for c in scenario.timeline if c.set], strict=True):
        key = f"timeline.{change.month}"
        found |= {f"{key}.{name}": value for name, value in numbers(change.set)}
        if "clauses" in change.set:
            uses += [(f"{key}.clauses.{use.name}", use) for use in policy.clauses]
    found |= {f"timeline.{change.month}.size": change.size for change in scenario.timeline if change.size}
    found |= numbers({"rules": scenario.rules.model_dump()})
    rows = {key: _row(key, _figure(value), _unit(key), _note(scenario.sources, key)) for key, value in found.items()}
    for before, use in uses:
        for name, setting in clause_settings(use.name).items():
            key = f"{before}.settings.{name}"
            if use.settings.get(name, setting.value) == setting.value:
                rows[key] = _shipped(key, setting.unit, setting)
            else:
                rows[key] = replace(rows[key], unit=setting.unit)
    return list(rows.values())


def _figure(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else shown(value)


def _unit(key: str) -> str:
    if key.endswith("_months"):
        return "months"
    return "pounds" if key.endswith(".above") else ""


def _place(scenario: Scenario, every_number: bool) -> list[SourceRow]:
    dumped = scenario.place.model_dump(exclude={"sources"})
    groups: dict[str, list[tuple[str, Any]]] = {}
    notes: dict[str, SourceNote | None] = {}
    for key, value in numbers(dumped):
        ours = best(scenario.sources, f"place.{key}")  # a scenario that changes the place may give its own source
        theirs = best(scenario.place.sources, key)
        if ours is not None and ours.startswith("place."):
            group = ours
            notes[group] = scenario.sources[ours]
        else:
            group = f"place.{theirs or key}"
            notes[group] = scenario.place.sources[theirs] if theirs else None
        groups.setdefault(group, []).append((key, value))
    if every_number:
        return [_row(f"place.{key}", shown(value), "", notes[group]) for group, members in groups.items() for key, value in members]
    return [_row(group, _span([value for _, value in members]), "", notes[group]) for group, members in groups.items()]


def _span(values: list[Any]) -> str:
    if len(values) == 1:
        return shown(values[0])
    plain = [number for value in values for number in (value if isinstance(value, list | tuple) else [value])]
    return f"{len(values)} numbers, {min(plain):g} to {max(plain):g}"
