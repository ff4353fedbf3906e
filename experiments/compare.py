"""Two or more scenarios compared under the same seeds: what differs, by how much, and how sure that is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.measures import MEASURES, NAMES, measure
from . import record
from .errors import RunError, UsageError
from .executor import Failure, outcome_of, run_all
from .progress import Report
from .run import check_seed, contracts_table, events_table, months
from .scenario_sets import arms, with_months
from .statistics import INTERVAL, mean_bands, paired, seeds_needed

if TYPE_CHECKING:
    import pandas as pd

    from ..model.outcome import Outcome
    from ..scenarios.schema import Scenario

COLUMNS = (
    *("baseline_mean", "policy_mean", "difference", "low", "high"),
    *("sd_paired", "sd_unpaired", "variance_ratio", "seeds", "missing", "better_share"),
)


def compare(
    scenarios: Sequence[str | Path | Scenario],
    seeds: int | Sequence[int] = 100,
    baseline: str | Path | Scenario | None = None,
    workers: int | None = None,
    overrides: Mapping[str, object] | None = None,
    progress: bool | Report | None = None,
    *,
    months: int | None = None,
) -> Comparison:
    """Run every scenario and its baseline under the same seeds (1 to `seeds`, or those given) and compare them in pairs.

    Each is compared with `baseline` if given, else with the one its file names. The second of two listed is compared with
    the first as well; of more, those that share no baseline with the first are. Runs that several pairs need are made
    once. `overrides` apply to all, and so do `months`, the months to run instead of the scenarios'. `progress`: True, False,
    None (only in a terminal) or a function of (done, total).
    Raises ScenarioError, UsageError for what cannot be compared, and RunError if an arm has no run that went well.
    """
    numbers = _seeds(seeds)
    changes = with_months(overrides, months)
    worlds, pairs = arms(scenarios, baseline, changes)
    return compare_arms(worlds, pairs, numbers, _asked(scenarios, baseline, changes), workers, progress)


def compare_arms(
    worlds: dict[str, Scenario],
    pairs: list[tuple[str, str]],
    seeds: list[int],
    asked: record.Asked,
    workers: int | None = None,
    progress: bool | Report | None = None,
) -> Comparison:
    """The same for scenarios already loaded and paired."""
    began, start = record.now(), time.perf_counter()
    jobs = [(name, seed) for seed in seeds for name in worlds]  # seed by seed: what an interruption leaves is paired
    batch = run_all(jobs, worlds, workers, progress, partial(_slim, seeds[0]))
    made = Comparison(worlds, pairs, seeds, batch.results, batch.failures, batch.interrupted, asked, began, time.perf_counter() - start)
    for policy, base in pairs:
        if not made.common(policy, base):
            if batch.failures:
                first = batch.failures[0]
                raise RunError(f"{len(batch.failures)} of {len(jobs)} runs failed; {first.scenario}, seed {first.seed}: {first.error}")
            if batch.interrupted:
                raise KeyboardInterrupt
    return made


def _seeds(seeds: int | Sequence[int]) -> list[int]:
    if isinstance(seeds, int | np.integer):
        if isinstance(seeds, bool) or seeds < 1:
            raise UsageError(f"seeds: must be 1 or more, got {seeds}")
        return list(range(1, int(seeds) + 1))
    for seed in seeds:
        check_seed(seed)
    numbers = [int(seed) for seed in seeds]
    if not numbers or len(set(numbers)) < len(numbers):
        raise UsageError("seeds: give a number, or a list of different seeds")
    return numbers


def _asked(scenarios: Sequence[Any], baseline: Any, overrides: Mapping[str, object]) -> record.Asked:
    named = [str(getattr(s, "name", s)) for s in scenarios]
    return record.Asked("compare", named, None if baseline is None else str(getattr(baseline, "name", baseline)), dict(overrides))


def _slim(first: int, key: str, scenario: Scenario, seed: int) -> Outcome:
    """A run without its events and contracts, but for the first seed: sending them costs more than all the rest."""
    outcome = outcome_of(key, scenario, seed)
    return outcome if seed == first else slim(outcome)


def slim(outcome: Outcome) -> Outcome:
    """An outcome without its events and contracts."""
    return replace(outcome, events=(), contracts=())


def _run_of(scenario: Scenario) -> str:
    """The hash of what decides a run, with the policy of the others written out where they have the scenario's own."""
    parts = {name: getattr(scenario, name) for name in type(scenario).model_fields}
    return type(scenario).model_construct(**{**parts, "neighbours": scenario.neighbours or scenario.policy}).sha256


@dataclass(frozen=True)
class Comparison:
    """Runs of several scenarios under the same seeds, and the tables of their differences.

    `pairs` are (policy, baseline); `partial` says that Ctrl-C ended it early. Money is in pounds.
    """

    scenarios: dict[str, Scenario]
    pairs: list[tuple[str, str]]
    seeds: list[int]
    outcomes: dict[tuple[str, int], Outcome]
    failures: list[Failure]
    partial: bool
    asked: record.Asked
    began: str = ""
    seconds: float = field(default=0.0, compare=False)

    def __repr__(self) -> str:
        return f"Comparison({', '.join(f'{policy} against {base}' for policy, base in self.pairs)}, {len(self.seeds)} seeds)"

    @property
    def interval(self) -> str:
        """What the intervals are."""
        return INTERVAL

    @property
    def titles(self) -> dict[str, str]:
        """The title of each scenario by its name."""
        return {name: scenario.title for name, scenario in self.scenarios.items()}

    def common(self, policy: str, baseline: str) -> list[int]:
        """The seeds under which both ran."""
        return [s for s in self.seeds if (policy, s) in self.outcomes and (baseline, s) in self.outcomes]

    def same(self, policy: str, baseline: str) -> str:
        """In words, that two arms are one and the same run, or gave the same in every month; empty if they did not."""
        if _run_of(self.scenarios[policy]) == _run_of(self.scenarios[baseline]):
            return f"{policy} and {baseline} are one and the same run under two names: they say nothing that differs."
        both = self.common(policy, baseline)
        if not both or any(
            not np.array_equal(self.outcomes[policy, s].series, self.outcomes[baseline, s].series, equal_nan=True) for s in both
        ):
            return ""
        seeds = "the seed" if len(both) == 1 else f"any of the {len(both)} seeds"
        return (
            f"{policy} and {baseline} gave the same in every measure and month under {seeds}: "
            "that in which they differ did nothing in these runs."
        )

    def differences(self, policy: str, baseline: str, name: str) -> np.ndarray:
        """Paired differences of a measure's total, float64 [seeds in common]. Raises UsageError for an unknown pair or measure."""
        if (policy, baseline) not in self.pairs:
            compared = ", ".join(f"{a} with {b}" for a, b in self.pairs)
            raise UsageError(f"{policy} was not compared with {baseline}; compared were {compared}")
        known_measure(name)
        return self._totals(policy, policy, baseline, name) - self._totals(baseline, policy, baseline, name)

    def _totals(self, which: str, policy: str, baseline: str, name: str) -> np.ndarray:
        return np.array([self.outcomes[which, s].totals[name] for s in self.common(policy, baseline)])

    def seeds_needed(self, name: str, half_width: float) -> dict[tuple[str, str], int]:
        """By pair, how many seeds make the interval of a measure's whole-life difference at most ± `half_width` wide."""
        try:
            return {pair: seeds_needed(self.differences(*pair, name), half_width) for pair in self.pairs}
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None

    @cached_property
    def effects(self) -> pd.DataFrame:
        """One row per pair and measure over the whole run: means, paired difference, its interval, spreads, seeds.

        `missing` counts pairs of runs left out because there was nothing to measure (NaN); `variance_ratio` is how many
        times more runs unpaired seeds would need.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for policy, baseline in self.pairs:
            for m in MEASURES:
                a, b = (self._totals(which, policy, baseline, m.name) for which in (baseline, policy))
                found = paired(a, b, m.better)
                numbers = {name: getattr(found, name) for name in COLUMNS}
                rows.append({"scenario": policy, "baseline": baseline, "measure": m.name, **numbers})
        return pd.DataFrame(rows)

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """One row per pair, month and measure: means over seeds, mean paired difference and its interval, seeds."""
        import pandas as pd

        tables = []
        for policy, baseline in self.pairs:
            a, b = (np.stack([self.outcomes[which, s].series for s in self.common(policy, baseline)]) for which in (baseline, policy))
            known = ~(np.isnan(a) | np.isnan(b))
            difference, low, high, seeds = mean_bands(np.where(known, b - a, np.nan))
            levels = [mean_bands(np.where(known, x, np.nan))[0] for x in (a, b)]
            calendar = months(self.scenarios[policy].horizon.start, a.shape[1])
            table = pd.DataFrame(
                {
                    "scenario": policy,
                    "baseline": baseline,
                    "month": np.repeat(calendar, len(NAMES)),
                    "measure": np.tile(NAMES, len(calendar)),
                    "baseline_mean": levels[0].ravel(),
                    "policy_mean": levels[1].ravel(),
                    "difference": difference.ravel(),
                    "low": low.ravel(),
                    "high": high.ravel(),
                    "seeds": seeds.ravel(),
                }
            )
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The total of every measure in every run: scenario, seed, measure, value."""
        import pandas as pd

        jobs = list(self.outcomes)
        return pd.DataFrame(
            {
                "scenario": np.repeat([name for name, _ in jobs], len(NAMES)),
                "seed": np.repeat(np.array([seed for _, seed in jobs], dtype=np.int64), len(NAMES)),
                "measure": np.tile(NAMES, len(jobs)),
                "value": np.array([[outcome.totals[name] for name in NAMES] for outcome in self.outcomes.values()]).ravel(),
            }
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """The events of the first seed, by scenario."""
        return self._of_first_seed(events_table)

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """The contracts of the first seed, by scenario (see `Run.contracts`)."""
        return self._of_first_seed(contracts_table)

    def _of_first_seed(self, table_of: Callable[[Outcome], pd.DataFrame]) -> pd.DataFrame:
        import pandas as pd

        tables = []
        for (name, seed), outcome in self.outcomes.items():
            if seed == self.seeds[0]:
                table = table_of(outcome)
                table.insert(0, "scenario", pd.array([name] * len(table), dtype="str"))
                tables.append(table)
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"scenario": pd.array([], dtype="str")})

    def table(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """The effects to read: scenario, baseline, measure, label, unit, both means, the difference and its 95% interval.

        `measures` picks and orders the measures. Raises UsageError for an unknown one.
        """
        wanted = list(measures) if measures is not None else list(NAMES)
        labels = {name: known_measure(name) for name in wanted}
        rows = self.effects[self.effects["measure"].isin(wanted)]
        rows = rows.sort_values("measure", key=lambda names: names.map(wanted.index), kind="stable")
        rows = rows.sort_values(["scenario", "baseline"], key=lambda names: names.map(list(self.scenarios).index), kind="stable")
        rows = rows.assign(label=rows["measure"].map(lambda n: labels[n].label), unit=rows["measure"].map(lambda n: labels[n].unit))
        columns = ["scenario", "baseline", "measure", "label", "unit", "baseline_mean", "policy_mean", "difference", "low", "high", "seeds"]
        return rows[columns].reset_index(drop=True)

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables that `save` writes, by file name."""
        return {"effects": self.effects, "monthly": self.monthly, "runs": self.runs, "events": self.events, "contracts": self.contracts}

    def save(self, folder: str | Path, command: list[str] | None = None) -> Path:
        """Write the tables as Parquet and a record of the runs into a folder. Raises UsageError or RunError."""
        return record.save(self, folder, command)

    def report(self, folder: str | Path, command: list[str] | None = None) -> Path:
        """The same with figures and a report; returns the folder. Raises UsageError or RunError."""

        def draw(new: Path, facts: dict[str, Any]) -> None:
            figures = import_module("changemaking.viz.figures").comparison_figures(self, new, facts["fingerprint"])
            import_module("changemaking.viz.report").write_report(self, new, figures, facts)

        return record.save(self, folder, command, draw)

    def plot(self) -> Any:
        """The main differences with their intervals, a matplotlib figure."""
        return import_module("changemaking.viz.figures").effects_figure(self)


def known_measure(name: str) -> Any:
    """The measure of that name. Raises UsageError with the nearest right one."""
    try:
        return measure(name)
    except KeyError:
        from ..scenarios.errors import nearest

        near = nearest(name, NAMES)
        hint = f"did you mean {near!r}?" if near else f"there are {len(NAMES)}: {', '.join(NAMES)}"
        raise UsageError(f"{name}: no such measure; {hint}") from None
