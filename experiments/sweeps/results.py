"""A sweep with its runs: tables to read, and arrays by point, arm and seed for analyses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.measures import NAMES
from ...scenarios.errors import nearest
from .. import record
from ..compare import known_measure
from ..errors import RunError, UsageError
from .code import code_version
from .design import Design
from .shards import SCHEMA, newer
from .store import Store, key_of

if TYPE_CHECKING:
    import pandas as pd

MOST_NAMED = 5  # missing runs that a message names


@dataclass
class Sweep:
    """A sweep as it lies in a store. `scenarios` is the hash of every arm at every point; `code` made its runs."""

    design: Design
    scenarios: dict[tuple[int, str], str]
    store: Store
    code: str

    def __repr__(self) -> str:
        d = self.design
        return f"Sweep({d.name!r}, {len(d.points)} points, {len(d.arms)} arms, {len(d.seeds)} seeds)"

    @classmethod
    def of_store(cls, store: Store, name: str | None = None) -> Sweep:
        """The sweep of that name, or the only one. Raises UsageError."""
        import pyarrow.parquet as pq

        names = store.sweeps
        if name is None and len(names) == 1:
            name = names[0]
        if name not in names:
            hint = f"; did you mean {near!r}?" if name and (near := nearest(name, names)) else ""
            there = f"there are {', '.join(names)}" if names else "it holds none"
            raise UsageError(f"{store.folder}: " + (f"no sweep {name!r}; {there}{hint}" if name else f"which sweep? {there}"))
        folder = store.folder / "sweeps" / name
        try:
            asked = json.loads((folder / "design.json").read_text(encoding="utf-8"))
            if asked["schema"] > SCHEMA:
                raise newer(folder / "design.json", asked["schema"])
            rows = pq.read_table(folder / "points.parquet", columns=["point", "arm", "scenario"], use_threads=False).to_pydict()
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"{folder}: cannot be read: {error}; run the sweep again: finished runs are kept") from None
        design = Design.from_table(asked)
        scenarios = dict(zip(zip(rows["point"], rows["arm"], strict=True), rows["scenario"], strict=True))
        return cls(design, scenarios, store, asked["code"])

    # --- what is there ----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.design.name

    @property
    def seeds(self) -> list[int]:
        return self.design.seeds

    @property
    def arms(self) -> list[str]:
        return self.design.arms

    @cached_property
    def _runs(self) -> dict[tuple[str, int], int]:
        """Row of `_table` by scenario and seed: what a run's key is a hash of, beside the code."""
        rows = zip(self._table["scenario"].to_pylist(), self._table["seed"].to_pylist(), strict=True)
        return {job: i for i, job in enumerate(rows)}

    @cached_property
    def _table(self) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        table, asked = self.store.table("runs"), pa.array(set(self.scenarios.values()), pa.string())
        ours = pc.and_(pc.equal(table["code"], self.code), pc.is_in(table["scenario"], asked))
        return table.filter(pc.and_(ours, pc.is_in(table["seed"], pa.array(self.seeds, pa.int64()))))

    def missing(self) -> list[tuple[int, str, int]]:
        """(point, arm, seed) of every run that is asked for and not there."""
        return [(point, arm, seed) for (point, arm), sha in self.scenarios.items() for seed in self.seeds if (sha, seed) not in self._runs]

    def failures(self) -> pd.DataFrame:
        """Runs of the sweep that raised: scenario, seed, error, traceback."""
        table = self.store.frame("failures")
        jobs = {(sha, seed) for sha in self.scenarios.values() for seed in self.seeds} - self._runs.keys()
        keys = {key_of(sha, seed, self.code) for sha, seed in jobs}
        return table[table["key"].isin(keys)].reset_index(drop=True)

    def complete(self) -> None:
        """Raises RunError unless every run of the design is there, naming the points that lack some."""
        if not (gone := self.missing()):
            return
        named = "; ".join(f"{self.where(point)}, {arm}, seed {seed}" for point, arm, seed in gone[:MOST_NAMED])
        more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
        failed = len(self.failures())
        why = f" ({failed} of them failed)" if failed else ""
        of, again = len(self.scenarios) * len(self.seeds), "run the sweep again" + (" with --retry-failed" if failed else "")
        raise RunError(f"{self.name}: {len(gone)} of {of} runs are missing{why}: {named}{more}{self._damage}; {again}")

    @property
    def _damage(self) -> str:
        """Which files of the store are damaged, to be said where something is missing."""
        return f" (damaged: {'; '.join(dict.fromkeys(self.store.damaged))})" if self.store.damaged else ""

    def where(self, point: int) -> str:
        """A point in words."""
        values = zip(self.design.factors, self.design.points[point], strict=True)
        return f"point {point} ({', '.join(f'{name}={_short(value)}' for name, value in values)})"

    def key(self, point: int, arm: str, seed: int) -> str:
        """The key of a run in the store."""
        return key_of(self.scenarios[point, arm], seed, self.code)

    @property
    def runs(self) -> pd.DataFrame:
        """The runs of the sweep as the store has them, each once."""
        return self._table.to_pandas()

    # --- tables and arrays ------------------------------------------------------------------------------------------

    def frame(self, measures: Sequence[str] | None = None, long: bool = False) -> pd.DataFrame:
        """A row a run: point, arm, seed, the factors, then a column for each measure (with `long`: columns measure, value).

        Runs that are missing are left out. Raises UsageError for an unknown measure.
        """
        import pandas as pd

        names = [known_measure(name).name for name in measures] if measures is not None else list(NAMES)
        rows, picked = [], []
        for (point, arm), sha in self.scenarios.items():
            for seed in self.seeds:
                if (row := self._runs.get((sha, seed))) is not None:
                    rows.append((point, arm, seed))
                    picked.append(row)
        frame = pd.DataFrame(rows, columns=["point", "arm", "seed"])
        for j, name in enumerate(self.design.factors):
            frame[name] = [_joined(self.design.points[point][j]) for point, _, _ in rows]
        values = self._table.select(names).take(picked).to_pandas() if picked else pd.DataFrame(columns=names, dtype="float64")
        whole = pd.concat([frame, values], axis=1)
        return whole.melt([*frame.columns], names, "measure", "value") if long else whole

    def values(self, measure: str, arm: str | None = None, against: str | None = None) -> np.ndarray:
        """A measure's total, float64 [points, seeds], of an arm (the only one), or of its difference to another arm.

        Raises RunError for an incomplete sweep, UsageError for an unknown measure or arm.
        """
        self.complete()
        column = self._table[known_measure(measure).name].to_numpy()
        found = self._of_arm(column, self.arm(arm))
        return found - self._of_arm(column, self.arm(against)) if against is not None else found

    def _of_arm(self, column: np.ndarray, arm: str) -> np.ndarray:
        rows = [[self._runs[self.scenarios[point, arm], seed] for seed in self.seeds] for point in range(len(self.design.points))]
        return column[np.array(rows)]

    def arm(self, name: str | None) -> str:
        """The arm of that name, or the only one. Raises UsageError."""
        if name is None and len(self.arms) == 1:
            return self.arms[0]
        if name not in self.arms:
            hint = f"; did you mean {near!r}?" if name and (near := nearest(name, self.arms)) else ""
            raise UsageError(
                f"{self.name}: " + (f"no arm {name!r}" if name else "which arm?") + f"; there are {', '.join(self.arms)}{hint}"
            )
        return name

    def inputs(self) -> pd.DataFrame:
        """The points: a row for each, a column for each factor."""
        import pandas as pd

        rows = [[_joined(value) for value in point] for point in self.design.points]
        return pd.DataFrame(rows, columns=self.design.factors)

    def series(self, measure: str) -> pd.DataFrame:
        """A measure month by month, for sweeps that keep it: point, arm, seed, and a column for each month from 0 on.

        Runs that are missing are left out. Raises UsageError if it was not kept, RunError for runs that have lost their months.
        """
        import pandas as pd

        if known_measure(measure).name not in self.design.file.series:
            kept = ", ".join(self.design.file.series) or "none"
            raise UsageError(f"{self.name}: {measure} was not kept month by month; kept were: {kept}")
        table = self.store.frame("series")
        by_key = table[table["measure"] == measure].set_index("key")["values"]
        jobs = [(point, arm, seed) for (point, arm), sha in self.scenarios.items() for seed in self.seeds if (sha, seed) in self._runs]
        gone = [job for job in jobs if self.key(*job) not in by_key.index]
        if gone:
            first = f"{self.where(gone[0][0])}, {gone[0][1]}, seed {gone[0][2]}"
            raise RunError(
                f"{self.name}: the months of {len(gone)} of {len(jobs)} runs are missing: {first}{self._damage}; run the sweep again"
            )
        rows = [(*job, *by_key[self.key(*job)]) for job in jobs]
        months = range(len(rows[0]) - 3) if rows else ()
        return pd.DataFrame(rows, columns=["point", "arm", "seed", *months])

    @property
    def fingerprint(self) -> str:
        """One hash of what was asked and of every run that is there."""
        rows = self._table.select(["scenario", "seed", "sha256"]).to_pylist()
        runs = [{"scenario_sha256": r["scenario"], "seed": r["seed"], "sha256": r["sha256"]} for r in rows]
        runs.sort(key=lambda r: (r["scenario_sha256"], r["seed"]))
        return record.text_sha256(f"{self.design.sha256} {record.fingerprint(runs)}")

    @property
    def stale(self) -> bool:
        """Whether the code of the model has changed since the sweep was run."""
        return self.code != code_version()


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(_joined(value))


def _joined(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, tuple) else value
