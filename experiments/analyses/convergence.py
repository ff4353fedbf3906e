"""Are there enough seeds? How a mean difference and its interval settle as seeds are added, and when one might have stopped.

A sequential rule (Chow and Robbins 1965): stop at the first number of seeds, no fewer than `least`, at which the interval is as
narrow as asked. Stopping early by looking often makes intervals a little too narrow; `least` keeps that small. As long as all
values are the same nobody knows how much they vary (of a rare event ten zeros say little), so it does not stop there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.measures import measure as measure_of
from ..errors import UsageError
from ..statistics import mean_bands, mean_interval, seeds_needed, settled_after
from ..sweeps.results import Sweep
from .effects import pairs_by_seed

if TYPE_CHECKING:
    import pandas as pd

LEAST = 10


@dataclass(frozen=True)
class Convergence:
    """How the difference of each arm from `baseline` settles; of a sweep with one arm, whose `baseline` is None, its mean.

    `table` has a row an arm: `seeds` that could be measured, `missing` pairs of runs, `mean` with `low` and `high`, `half_width`; and with
    a half-width `asked` for the seeds at which the rule would have stopped (`enough`), or else how many it would take in all (`needed`), NA
    where that cannot be told. Nothing asked, `asked` is half of what there is. `paths` are the rows of `running`, by arm. `months` are
    means of the year up to each month, with their interval, of `monthly`, the measure itself if the sweep keeps its months; empty if none.
    `table` has then also `settled`, how many months MSER-5 would leave out at the beginning, NA if it has not settled, and `alike`, how
    many months at the beginning show no difference from the baseline at all.
    """

    sweep: Sweep
    measure: str
    baseline: str | None
    given: bool
    table: pd.DataFrame
    paths: dict[str, np.ndarray]
    monthly: str | None
    months: dict[str, np.ndarray]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        found = {"convergence": self.table, "running": _long(self.paths, "seeds", 2)}
        return found | ({"months": _long(self.months, "month", 1)} if self.months else {})


def convergence(
    sweep: Sweep, measure: str | None = None, arm: str | None = None, against: str | None = None, half_width: float | None = None
) -> Convergence:
    """Whether a sweep has seeds enough for intervals of ± `half_width` in a measure: for each arm, or the one named, against the first.

    Raises UsageError for unknown names, a half-width that is not above 0 or fewer than two seeds, RunError for an incomplete sweep.
    """
    import pandas as pd

    named = measure or next(iter(sweep.design.file.measures), None)
    if named is None:
        raise UsageError(f"{sweep.name}: which measure? Its file names none under measures")
    if half_width is not None and not 0 < half_width < math.inf:
        raise UsageError(f"half-width: takes a number above 0, in the measure's unit, got {half_width:g}")
    if len(sweep.seeds) < 2:
        raise UsageError(f"{sweep.name}: has one seed, of which nothing settles; run it with two or more")
    base = sweep.arm(against or sweep.arms[0]) if len(sweep.arms) > 1 or against else None
    arms = [sweep.arm(arm)] if arm else [name for name in sweep.arms if name != base]
    if base in arms or not arms:
        raise UsageError(f"{sweep.name}: the difference of {base} from itself is nothing; give another arm to set it against")
    rows, paths = [], {}
    for name in arms:
        values, missing = _by_seed(sweep, named, name, base)
        paths[name] = running(values)
        told = _stopping(values, half_width)
        rows.append({"measure": measure_of(named).name, "arm": name, "baseline": base, "missing": missing, **told})
    table = pd.DataFrame(rows).astype({"enough": "Int64", "needed": "Int64"})
    kept = sweep.design.file.series
    monthly = named if named in kept else next(iter(kept), None)
    by_month = {name: _by_month(sweep, monthly, name, base) for name in arms} if monthly else {}
    months = {name: _yearly(path) for name, path in by_month.items()}
    if monthly:
        table["settled"] = pd.array([settled_after(by_month[name].mean(axis=0)) for name in arms], dtype="Int64")
        table["alike"] = [_alike(by_month[name]) if base else 0 for name in arms]
    return Convergence(sweep, measure_of(named).name, base, half_width is not None, table, paths, monthly, months)


def _by_seed(sweep: Sweep, measure: str, arm: str, base: str | None) -> tuple[np.ndarray, int]:
    """Means over the points [seeds], of the difference if there is something to set it against, and how many pairs of runs are left out."""
    values = sweep.values(measure, arm)
    of_base, of_arm, missing = pairs_by_seed(values if base is None else sweep.values(measure, base), values)
    return (of_arm if base is None else of_arm - of_base), missing


def _stopping(values: np.ndarray, half_width: float | None) -> dict[str, Any]:
    mean, low, high, _ = mean_interval(values)
    half, seeds = (high - low) / 2, int(np.count_nonzero(~np.isnan(values)))
    asked = half / 2 if half_width is None else half_width
    stop = enough(values, asked) if asked > 0 else None
    unknown = stop is not None or not half > 0  # values that are all the same do not say how many it takes
    needed = None if unknown else max(LEAST, seeds_needed(values, asked))
    told = {"seeds": seeds, "mean": mean, "low": low, "high": high, "half_width": half, "asked": asked}
    return {**told, "enough": stop, "needed": needed}


def _by_month(sweep: Sweep, measure: str, arm: str, base: str | None) -> np.ndarray:
    """Means over points of each seed's months, of the difference if there is something to set it against: float64 [seeds, months]."""
    of_seed = sweep.series(measure).drop(columns="point").groupby(["arm", "seed"]).mean()
    return np.asarray(of_seed.loc[arm].to_numpy() - (of_seed.loc[base].to_numpy() if base else 0.0))


def _alike(differences: np.ndarray) -> int:
    """How many months at the beginning show no difference under any seed, of differences [seeds, months]."""
    moved = np.flatnonzero((differences != 0).any(axis=0))
    return int(moved[0]) if len(moved) else differences.shape[1]


def _yearly(paths: np.ndarray) -> np.ndarray:
    """Mean over seeds of the year up to each month, with both ends of its interval: float64 [months, 3]."""
    import pandas as pd

    return np.column_stack(mean_bands(pd.DataFrame(paths.T).rolling(12, min_periods=1).mean().to_numpy().T)[:3])


def _long(paths: dict[str, np.ndarray], along: str, first: int) -> pd.DataFrame:
    import pandas as pd

    rows = [(arm, first + i, *row) for arm, path in paths.items() for i, row in enumerate(path.tolist())]
    return pd.DataFrame(rows, columns=["arm", along, "mean", "low", "high"])


def running(values: np.ndarray) -> np.ndarray:
    """Mean, low and high end of its 95% interval after the first 2, 3, … values: float64 [seeds - 1, 3]. NaNs are left out."""
    values = np.asarray(values, dtype=np.float64)
    return np.array([mean_interval(values[: k + 1])[:3] for k in range(1, len(values))]).reshape(-1, 3)


def enough(values: np.ndarray, half_width: float, least: int = LEAST) -> int | None:
    """The first number of seeds, from `least` on, at which the interval is at most ± `half_width`; None if these do not suffice.

    Raises ValueError unless `half_width` is positive.
    """
    if not half_width > 0:
        raise ValueError(f"the half-width must be positive, got {half_width}")
    rows = running(values)
    varied = np.fmax.accumulate(values)[1:] > np.fmin.accumulate(values)[1:]
    narrow = (rows[:, 2] - rows[:, 1]) / 2 <= half_width
    seeds = np.arange(2, len(values) + 1)
    found = seeds[narrow & varied & (seeds >= least)]
    return int(found[0]) if len(found) else None
