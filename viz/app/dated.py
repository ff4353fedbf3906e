"""Two arms in one future: what befalls one befalls the other, and a policy may begin in the middle of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter

from ...scenarios.errors import Problem, ScenarioError
from ...scenarios.policy import Policy
from ...scenarios.schema import Change, Scenario, month_after

Shock = tuple[str, str, float, str]  # month, kind, size, whom it strikes


def shocks(scenario: Scenario) -> list[Change]:
    """What befalls a scenario, without the changes of policy that fall on the same dates."""
    return [Change(month=c.month, shock=c.shock, size=c.size, on=c.on) for c in scenario.timeline if c.shock is not None]


def lacking(here: Scenario, there: Scenario) -> list[Change]:
    """The shocks of `there` that `here` has not."""
    known = Counter(map(_as_told, shocks(here)))
    found = []
    for change in shocks(there):
        if known[_as_told(change)]:
            known[_as_told(change)] -= 1
        else:
            found.append(change)
    return found


def same_future(one: Scenario, other: Scenario) -> tuple[Scenario, Scenario]:
    """Both with the shocks of both: a cut that befell one arm alone would be put down to its policy."""
    return befallen(one, lacking(one, other)), befallen(other, lacking(other, one))


def befallen(scenario: Scenario, more: Sequence[Change]) -> Scenario:
    """A scenario with more dated changes."""
    return scenario.model_copy(update={"timeline": _in_order([*scenario.timeline, *more])}) if more else scenario


def moved_to(there: Scenario, scenario: Scenario) -> Scenario:
    """A scenario in the place and the months of another one; what it dates at other times falls away."""
    horizon = there.horizon
    last = month_after(horizon.start, horizon.months - 1)
    timeline = tuple(c for c in scenario.timeline if horizon.start <= c.month <= last)
    place = there.place if there.place.name != scenario.place.name else scenario.place
    return scenario.model_copy(update={"place": place, "horizon": horizon, "timeline": timeline})


def begun(before: Scenario, after: Scenario, months: int) -> Scenario:
    """`after`, but with the policy of `before` for the first so many months. Raises ScenarioError if that cannot be."""
    start = after.horizon.start
    if months >= after.horizon.months:
        takes = f"a month of the run, 0 to {after.horizon.months - 1}"
        raise ScenarioError([Problem("your policy", "", "would never begin", f"{months}", takes)])
    month = month_after(start, months)
    until = [policy for at, policy in before.policies if at < months][-1]
    then = [policy for at, policy in after.policies if at <= months][-1]
    old, new = (policy.model_dump(mode="json") for policy in (until, then))
    changes = {name: new[name] for name in Policy.model_fields if new[name] != old[name]}
    if "forms" in changes:
        what = "what councils may choose among stands from the start, so this policy cannot begin later"
        raise ScenarioError([Problem("your policy", "", what)])
    timeline = [
        *(Change(month=c.month, set=c.set) for c in before.timeline if c.set and c.month < month),
        *([Change(month=month, set=changes)] if changes else []),
        *(Change(month=c.month, set=c.set) for c in after.timeline if c.set and c.month > month),
        *shocks(after),
    ]
    return after.model_copy(
        update={"policy": before.policy, "neighbours": before.neighbours or before.policy, "timeline": _in_order(timeline)}
    )


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=attrgetter("month")))


def _as_told(change: Change) -> Shock:
    return change.month, str(change.shock), change.size, change.on
