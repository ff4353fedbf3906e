"""The claims about behaviour, one file each (p01.py, p02.py, …), and how they are put to the test.

A file defines `PATTERN`, a `Pattern`: two arms run under the same seeds, and the same two with the mechanism taken away.
For a claim of another shape it also defines `measure(run_many) -> PatternResult`; `run_many(scenarios, statistic)` runs
scenarios by key under the seeds asked for and returns an array of the statistic, float64 [seeds], for each (or [seeds, n]
if the statistic gives n numbers). The seeds are the same for all, so arrays subtract in pairs.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..errors import RunError, UsageError
from ..executor import run_all
from ..progress import Report
from ..scenario_sets import load
from ..statistics import mean_interval

if TYPE_CHECKING:
    from ...model.outcome import Outcome
    from ...scenarios.schema import Scenario

Statistic = str | Callable[["Outcome"], float]
"""A measure, whose total is taken, or a function of a module."""
RunMany = Callable[..., dict[str, np.ndarray]]
"""`run_many(scenarios, statistic, journal=False)`."""
Shown = bool | Report | None
Verdict = Literal["emerges", "does not emerge", "not due to its mechanism"]


@dataclass(frozen=True)
class Pattern:
    """A claim: from arm A to arm B the statistic goes up (`expected` +1) or down (-1), and `ablation` takes that away.

    `reason` says in a sentence why it does not emerge, or not from its mechanism, where that is what was found.
    Arms are names of scenarios; overrides are dotted, as for `run`. `journal` keeps the journal for the statistic.
    """

    id: str
    title: str
    claim: str
    source: str
    expected: int
    unit: str
    arms: tuple[str, str] = ("", "")
    statistic: Statistic = ""
    overrides_a: Mapping[str, object] = field(default_factory=dict)
    overrides_b: Mapping[str, object] = field(default_factory=dict)
    ablation: Mapping[str, object] = field(default_factory=dict)
    journal: bool = False
    reason: str = ""


@dataclass(frozen=True)
class PatternResult:
    """The effect B - A with its 95% interval (Student's t on paired differences), the same without the mechanism, the verdict.

    `details` are further numbers, plain or arrays; a regime map under "map" is drawn (see `table.PatternTable`), and rows
    under "published" (label, unit, mean, low, high, runs_low, runs_high, published, evidence, fitted) are printed.
    """

    id: str
    title: str
    claim: str
    source: str
    unit: str
    effect: float
    low: float
    high: float
    ablated_effect: float
    ablated_low: float
    ablated_high: float
    verdict: Verdict
    seeds: int = 0
    ablation: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def judge(expected: int, effect: float, low: float, high: float, ablated: float, ablated_low: float, ablated_high: float) -> Verdict:
    """*Emerges* if the interval excludes zero on the expected side and, without the mechanism, the effect is at most half
    as large or its interval holds zero; *not due to its mechanism* if it is there but stays; else *does not emerge*."""
    there = low > 0 if expected > 0 else high < 0
    if not there:
        return "does not emerge"
    gone = abs(ablated) <= abs(effect) / 2 or ablated_low <= 0 <= ablated_high
    return "emerges" if gone else "not due to its mechanism"


def result_of(pattern: Pattern, differences: np.ndarray, ablated: np.ndarray, **details: Any) -> PatternResult:
    """The result of a pattern from paired differences B - A [seeds], with the mechanism and without; NaNs are left out."""
    effect, low, high, _ = mean_interval(differences)
    without = mean_interval(ablated)[:3]
    verdict = judge(pattern.expected, effect, low, high, *without)
    known = int(np.count_nonzero(~np.isnan(differences)))
    words = (pattern.id, pattern.title, pattern.claim, pattern.source, pattern.unit)
    reason = pattern.reason if verdict != "emerges" else ""
    return PatternResult(*words, effect, low, high, *without, verdict, known, dict(pattern.ablation), details, reason)


def available() -> dict[str, str]:
    """Module of each pattern by its id, in order: files named p and two digits."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] == "p" and m.name[1:].isdigit())
    return {name.upper(): f"{__name__}.{name}" for name in names}


@dataclass(frozen=True)
class Found:
    """What came of the patterns asked for: results in the order asked, under seeds 1 to `seeds`. After Ctrl-C `partial` is true;
    fewer seeds are left for all, or patterns are `left` out: half a pattern says nothing."""

    results: list[PatternResult]
    seeds: int
    left: list[str] = field(default_factory=list)
    partial: bool = False


def run_patterns(
    only: Sequence[str] | None = None, seeds: int = 30, workers: int | None = None, progress: bool | Report | None = None
) -> list[PatternResult]:
    """Put the claims to the test, or `only` those with these ids (a list, or a text with commas), under seeds 1 to `seeds`.

    Ctrl-C keeps what is finished; each result says how many seeds it had.
    Raises UsageError for an unknown id or fewer than two seeds, RunError if a run fails.
    """
    return find_patterns(only, seeds, workers, progress).results


def find_patterns(only: Sequence[str] | None = None, seeds: int = 30, workers: int | None = None, progress: Shown = None) -> Found:
    """The same, and whether all are there. Raises KeyboardInterrupt as well, if Ctrl-C leaves nothing."""
    known = available()
    names = only.split(",") if isinstance(only, str) else only
    chosen = list(dict.fromkeys(name.strip().upper() for name in names)) if names is not None else list(known)
    if not chosen:
        raise UsageError(f"only: names no pattern; there are {', '.join(known)}")
    if unknown := [name for name in chosen if name not in known]:
        raise UsageError(f"only: there is no pattern {', '.join(name or repr(name) for name in unknown)}; there are {', '.join(known)}")
    if seeds < 2:
        raise UsageError(f"seeds: patterns need at least 2, got {seeds}")
    modules = {name: import_module(known[name]) for name in chosen}
    runner = partial(run_seeds, seeds, workers, progress)
    plain = {name: module.PATTERN for name, module in modules.items() if not hasattr(module, "measure")}
    results, done = _run_plain(plain, seeds, workers, progress)
    try:
        for name in modules if done == seeds else ():
            if name not in plain:
                results[name] = modules[name].measure(runner)
    except KeyboardInterrupt:
        if not results:
            raise
    left = [name for name in modules if name not in results]
    return Found([results[name] for name in modules if name in results], done, left, bool(left) or done < seeds)


# --- running ------------------------------------------------------------------------------------------------------


def four_arms(pattern: Pattern) -> dict[str, Scenario]:
    """Arms A and B with the mechanism (a, b) and without it (a0, b0)."""
    arms = {}
    for arm, name, overrides in (("a", pattern.arms[0], pattern.overrides_a), ("b", pattern.arms[1], pattern.overrides_b)):
        arms[arm] = load(name, overrides)
        arms[f"{arm}0"] = load(name, {**overrides, **pattern.ablation})
    return arms


def _run_plain(patterns: Mapping[str, Pattern], seeds: int, workers: int | None, progress: Shown) -> tuple[dict[str, PatternResult], int]:
    """All patterns of the plain shape at once, each run made once though several patterns look at it, and for how many seeds.

    Raises KeyboardInterrupt if Ctrl-C leaves fewer than the two seeds that an interval needs.
    """
    worlds: dict[str, Scenario] = {}
    wanted: dict[str, dict[str, Pattern]] = {}
    place: dict[tuple[str, str], str] = {}
    for name, pattern in patterns.items():
        for arm, scenario in four_arms(pattern).items():
            key = f"{scenario.sha256} {pattern.journal}"
            worlds[key] = scenario
            wanted.setdefault(key, {})[name] = pattern
            place[name, arm] = key
    found, done = _batch(worlds, seeds, workers, progress, partial(_look, wanted))
    if done < 2:
        raise KeyboardInterrupt
    results = {}
    for name, pattern in patterns.items():
        a, b, a0, b0 = (np.array([row[name] for row in found[place[name, arm]]], dtype=np.float64) for arm in ("a", "b", "a0", "b0"))
        results[name] = result_of(pattern, b - a, b0 - a0)
    return results, done


def run_seeds(
    seeds: int, workers: int | None, progress: Shown, scenarios: Mapping[str, Scenario], statistic: Statistic, journal: bool = False
) -> dict[str, np.ndarray]:
    """What `measure` of a pattern calls: the statistic of each scenario, float64 [seeds] or [seeds, n]."""
    found, done = _batch(dict(scenarios), seeds, workers, progress, partial(_look_once, statistic, journal))
    if done < seeds:
        raise KeyboardInterrupt
    return {key: np.array(values, dtype=np.float64) for key, values in found.items()}


def _batch(worlds: dict[str, Scenario], seeds: int, workers: int | None, progress: Shown, task: Any) -> tuple[dict[str, list[Any]], int]:
    """What the task gives by world, for seeds 1 to the number returned: after Ctrl-C, those that all worlds have seen.

    Raises RunError if a run fails.
    """
    jobs = [(key, seed) for seed in range(1, seeds + 1) for key in worlds]
    batch = run_all(jobs, worlds, workers, progress, task)
    if batch.failures:
        failure = batch.failures[0]
        where = f"{worlds[failure.scenario].name}, seed {failure.seed}"
        raise RunError(f"{len(batch.failures)} of {len(jobs)} runs failed; {where}: {failure.error}")
    done = next((seed - 1 for key, seed in jobs if (key, seed) not in batch.results), seeds)
    return {key: [batch.results[key, seed] for seed in range(1, done + 1)] for key in worlds}, done


def _look(wanted: Mapping[str, Mapping[str, Pattern]], key: str, scenario: Scenario, seed: int) -> dict[str, Any]:
    from ...model.ecosystem import simulate

    outcome = simulate(scenario, seed, journal=key.endswith("True"))
    return {name: _value(pattern.statistic, outcome) for name, pattern in wanted[key].items()}


def _look_once(statistic: Statistic, journal: bool, key: str, scenario: Scenario, seed: int) -> Any:
    from ...model.ecosystem import simulate

    return _value(statistic, simulate(scenario, seed, journal=journal))


def _value(statistic: Statistic, outcome: Outcome) -> Any:
    return outcome.totals[statistic] if isinstance(statistic, str) else statistic(outcome)
