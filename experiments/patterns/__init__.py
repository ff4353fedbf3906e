"""The claims about behaviour, one file each (p01.py, p02.py, …), and how they are put to the test.

A file defines `PATTERN`, a `Pattern`: two arms run under the same seeds, and the same two with the mechanism taken away.
For a claim of another shape it also defines `measure(run_many) -> PatternResult`; `run_many(scenarios, statistic)` runs
scenarios by key under the seeds asked for and returns an array of the statistic, float64 [seeds], for each (or [seeds, n]
if the statistic gives n numbers). The seeds are the same for all, so arrays subtract in pairs; where the first few are
`enough`, it says so by key.
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
"""`run_many(scenarios, statistic, journal=False, enough=None)`."""
Measure = Callable[[RunMany], "PatternResult"]
"""`measure` of a pattern's file."""
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
    measures: dict[str, Measure] = {}
    for name in chosen:
        module = import_module(known[name])
        measures[name] = module.measure if hasattr(module, "measure") else partial(measure_plain, module.PATTERN)
    results, done = _run_measures(measures, seeds, workers, progress)
    left = [name for name in chosen if name not in results]
    return Found([results[name] for name in chosen if name in results], done, left, bool(left) or done < seeds)


# --- running ------------------------------------------------------------------------------------------------------


def four_arms(pattern: Pattern) -> dict[str, Scenario]:
    """Arms A and B with the mechanism (a, b) and without it (a0, b0)."""
    arms = {}
    for arm, name, overrides in (("a", pattern.arms[0], pattern.overrides_a), ("b", pattern.arms[1], pattern.overrides_b)):
        arms[arm] = load(name, overrides)
        arms[f"{arm}0"] = load(name, {**overrides, **pattern.ablation})
    return arms


def measure_plain(pattern: Pattern, run_many: RunMany) -> PatternResult:
    """The result of a pattern of the plain shape."""
    found = run_many(four_arms(pattern), pattern.statistic, pattern.journal)
    return result_of(pattern, found["b"] - found["a"], found["b0"] - found["a0"])


@dataclass
class _Asked(Exception):
    """What a pattern wants to know before it can go on."""

    scenarios: Mapping[str, Scenario]
    statistic: Statistic
    journal: bool
    enough: Mapping[str, int] = field(default_factory=dict)


def _run_measures(
    measures: Mapping[str, Measure], seeds: int, workers: int | None, progress: Shown
) -> tuple[dict[str, PatternResult], int]:
    """Every pattern's result, and under how many seeds.

    All are asked what they want to know, the runs are made once though several look at them, and all are asked again with the
    answers, until nobody wants to know more. Raises KeyboardInterrupt if Ctrl-C leaves nothing that two seeds were seen for.
    """
    results: dict[str, PatternResult] = {}
    answers: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in measures}
    done = seeds
    while True:
        asked: dict[str, _Asked] = {}
        for name in measures:
            if name not in results:
                try:
                    results[name] = measures[name](_answering(answers[name]))
                except _Asked as request:
                    asked[name] = request
        if not asked:
            return results, done
        try:
            if done < seeds:
                raise KeyboardInterrupt
            found, done = _answer(asked, seeds, workers, progress)
            if done < seeds and any(answers.values()):  # for the first question there were more
                done = seeds
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            if not results:
                raise
            return results, done
        for name, answer in found.items():
            answers[name].append(answer)


def _answering(answers: Sequence[dict[str, np.ndarray]]) -> RunMany:
    """`run_many` for a pattern that has had these answers."""
    waiting = iter(answers)

    def run_many(
        scenarios: Mapping[str, Scenario], statistic: Statistic, journal: bool = False, enough: Mapping[str, int] | None = None
    ) -> dict[str, np.ndarray]:
        answer = next(waiting, None)
        if answer is None:
            raise _Asked(scenarios, statistic, journal, enough or {})
        return answer

    return run_many


def _answer(asked: Mapping[str, _Asked], seeds: int, workers: int | None, progress: Shown) -> tuple[dict[str, dict[str, np.ndarray]], int]:
    """What each pattern asked for, by its own keys, and for how many seeds. Raises KeyboardInterrupt for fewer than two."""
    worlds: dict[str, Scenario] = {}
    wanted: dict[str, dict[str, Statistic]] = {}
    needed: dict[str, int] = {}
    for name, request in asked.items():
        for own, scenario in request.scenarios.items():
            key = _key(scenario, request)
            worlds[key] = scenario
            wanted.setdefault(key, {})[name] = request.statistic
            needed[key] = max(needed.get(key, 0), request.enough.get(own, seeds))
    found, done = _batch(worlds, needed, seeds, workers, progress, partial(_look, wanted))
    if done < 2:
        raise KeyboardInterrupt
    rows = {
        name: {own: found[_key(scenario, request)][: request.enough.get(own, seeds)] for own, scenario in request.scenarios.items()}
        for name, request in asked.items()
    }
    return {n: {key: np.array([row[n] for row in seen], dtype=np.float64) for key, seen in own.items()} for n, own in rows.items()}, done


def _key(scenario: Scenario, request: _Asked) -> str:
    """By which a run is known to all patterns that look at it."""
    return f"{scenario.sha256} {request.journal}"


def run_seeds(
    seeds: int, workers: int | None, progress: Shown, scenarios: Mapping[str, Scenario], statistic: Statistic, journal: bool = False
) -> dict[str, np.ndarray]:
    """The statistic of each scenario under seeds 1 to `seeds`, float64 [seeds] or [seeds, n]. Raises KeyboardInterrupt after Ctrl-C."""
    found, done = _answer({"": _Asked(scenarios, statistic, journal)}, seeds, workers, progress)
    if done < seeds:
        raise KeyboardInterrupt
    return found[""]


def _batch(
    worlds: dict[str, Scenario], needed: Mapping[str, int], seeds: int, workers: int | None, progress: Shown, task: Any
) -> tuple[dict[str, list[Any]], int]:
    """What the task gives by world, for seeds 1 to the number returned (after Ctrl-C, those that all worlds have seen) or to as many
    as the world is `needed` for.

    Raises RunError if a run fails.
    """
    jobs = [(key, seed) for seed in range(1, seeds + 1) for key in worlds if seed <= needed[key]]
    batch = run_all(jobs, worlds, workers, progress, task)
    if batch.failures:
        failure = batch.failures[0]
        where = f"{worlds[failure.scenario].name}, seed {failure.seed}"
        raise RunError(f"{len(batch.failures)} of {len(jobs)} runs failed; {where}: {failure.error}")
    done = next((seed - 1 for key, seed in jobs if (key, seed) not in batch.results), seeds)
    return {key: [batch.results[key, seed] for seed in range(1, min(done, needed[key]) + 1)] for key in worlds}, done


def _look(wanted: Mapping[str, Mapping[str, Statistic]], key: str, scenario: Scenario, seed: int) -> dict[str, Any]:
    from ...model.ecosystem import simulate

    outcome = simulate(scenario, seed, journal=key.endswith("True"))
    return {
        name: outcome.totals[statistic] if isinstance(statistic, str) else statistic(outcome) for name, statistic in wanted[key].items()
    }
