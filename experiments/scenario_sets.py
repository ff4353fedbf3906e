"""Which scenarios are meant, by name, path or as they are, and which of them are compared with which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UsageError

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario


def with_months(overrides: Mapping[str, object] | None, months: int | None) -> dict[str, object]:
    """Overrides with the number of months to run, if one is given."""
    return dict(overrides or {}) | ({"horizon.months": months} if months is not None else {})


def load(scenario: str | Path | Scenario, overrides: Mapping[str, object] | None = None) -> Scenario:
    """A scenario by shipped name or path, with overrides; or the very one given, which takes none.

    Raises ScenarioError for mistakes in a file or an override, UsageError for overrides of a loaded scenario and for what is
    no scenario at all.
    """
    from ..scenarios.loading import load_scenario
    from ..scenarios.schema import Scenario

    if isinstance(scenario, Scenario):
        if overrides:
            raise UsageError(f"{scenario.name}: overrides and months apply to scenarios given by name or path, not to one already loaded")
        return scenario
    if not isinstance(scenario, str | Path):
        raise UsageError(f"scenario: give a shipped name, the path of a file or a loaded Scenario, got {scenario!r}")
    return load_scenario(scenario, overrides)


def arms(
    scenarios: Sequence[str | Path | Scenario], baseline: str | Path | Scenario | None, overrides: Mapping[str, object] | None
) -> tuple[dict[str, Scenario], list[tuple[str, str]]]:
    """Every scenario to run by name, and the pairs (policy, baseline) to compare.

    Each is compared with `baseline`, or else with its own. The second of two listed is compared with the first as well; of
    more than two, those that share no baseline with the first are, if both live in the same place and months.
    Raises UsageError if a scenario is left with nothing to compare it with, or a pair cannot be paired.
    """
    if isinstance(scenarios, str) or not isinstance(scenarios, Sequence) or not scenarios:
        raise UsageError("scenarios: give a list of at least one scenario")
    found: dict[str, Scenario] = {}

    def add(scenario: str | Path | Scenario) -> Scenario:
        loaded = load(scenario, overrides)
        known = found.setdefault(loaded.name, loaded)
        if known.sha256 != loaded.sha256:
            raise UsageError(f"{loaded.name}: two different scenarios have this name; rename one of the files")
        return known

    listed = list({(loaded := add(scenario)).name: loaded for scenario in scenarios}.values())
    common = add(baseline).name if baseline is not None else None
    own = {s.name: common or (add(s.baseline).name if s.baseline else None) for s in listed}
    first = listed[0]
    pairs: dict[tuple[str, str], None] = {}
    for scenario in listed:
        against = own[scenario.name]
        if against is not None and against != scenario.name:
            if not pairable(scenario, found[against]):
                raise UsageError(f"{scenario.name} cannot be paired with its baseline {against}: {difference(scenario, found[against])}")
            pairs[scenario.name, against] = None
        shares = len(listed) > 2 and against is not None and against == own[first.name]
        if scenario is not first and not shares and own[first.name] != scenario.name and pairable(scenario, first):
            pairs[scenario.name, first.name] = None
    for scenario in listed:
        if not any(scenario.name in pair for pair in pairs):
            other = next((s for s in listed if s is not scenario), None)
            if own[scenario.name] == scenario.name:
                named = f", or none: then it is compared with {scenario.baseline}" if scenario.baseline else ""
                raise UsageError(f"{scenario.name}: cannot be compared with itself; give another baseline{named}")
            why = f" It cannot be paired with {other.name}: {difference(scenario, other)}." if other else ""
            form = f" (a change such as form={scenario.form} holds for all that is run)" if scenario.form else ""
            ways = f"Give a baseline, list a second scenario{form}, or name a partnership form: it is compared with today"
            raise UsageError(f"{scenario.name}: names no baseline to compare it with.{why} {ways}")
    return {name: found[name] for name in dict.fromkeys(name for pair in pairs for name in reversed(pair))}, list(pairs)


def pairable(one: Scenario, other: Scenario) -> bool:
    """Whether the two can be compared month by month."""
    return not difference(one, other)


def difference(one: Scenario, other: Scenario) -> str:
    """Why the two cannot be compared month by month; empty if they can."""
    if one.place.name != other.place.name:
        return f"the places differ ({one.place.name}, {other.place.name})"
    a, b = one.horizon, other.horizon
    if a != b:
        return f"the months differ ({a.months} from {a.start}, {b.months} from {b.start})"
    return ""
