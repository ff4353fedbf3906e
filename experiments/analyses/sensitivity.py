"""Which factors matter: Morris's elementary effects to screen many, Sobol's indices to share out the variance.

SALib works both out on means over seeds. Which draws a run makes can hang on a factor that does nothing else, so means differ by chance;
squares and sizes of differences are never below zero and would count that for an effect. How much it is follows, for every factor, from how
far its differences disagree between seeds, and is taken off the total index and the variance shared out, and from Morris's `sigma`; for
`mu_star`, which nothing can be taken off, it is given beside. A factor that changes no draws has nothing taken off.

The uncertainty that is left has two parts, told apart: that of the points drawn (SALib's bootstrap) and that of the seeds drawn (jackknife
over seeds: the index is worked out again without each of them).
Sources: Morris 1991; Campolongo, Cariboni and Saltelli 2007; Saltelli et al. 2010; Jansen 1999; Efron and Stein 1981.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError
from ..statistics import t_quantile
from ..sweeps.design import LEVELS, Design, shares_of, unit_problem
from ..sweeps.results import Sweep
from .response import Noise, Response, needs, noise_of, response

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 500
CONFIDENCE = 0.95
FEWEST = 8  # trajectories, or base points, that a bootstrap can say anything of
MORRIS, SOBOL = ("mu", "mu_star", "sigma"), ("S1", "ST")
Indices = Callable[[np.ndarray, int], dict[str, np.ndarray]]
"""From values [points, seeds] and a number of resamples to arrays [factors] by name, the half-widths under NAME_conf."""


@dataclass(frozen=True)
class Sensitivity:
    """A row a factor in `table`: each index, half-widths of its 95% intervals from points and from seeds (`_points`, `_seeds`),
    and the interval of both together (`_low`, `_high`); of Morris also `mu_star_chance`, the mean size that the seeds alone would
    give. NaN is what cannot be told: points from fewer than FEWEST trajectories or base points, seeds from fewer than three, or if
    without one of them no variance is left to share out; where seeds are NaN for want of three, the interval is that of points."""

    method: str
    response: Response
    table: pd.DataFrame
    noise: Noise

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        return {"sensitivity": self.table}

    @property
    def main(self) -> str:
        """The index that factors are ranked by."""
        return "mu_star" if self.method == "morris" else "ST"


def sensitivity(
    sweep: Sweep, measure: str | None = None, arm: str | None = None, against: str | None = None, resamples: int = RESAMPLES
) -> Sensitivity:
    """Morris's effects or Sobol's indices, as the sweep's design allows. Raises UsageError for another design and as `response` does."""
    design = sweep.design
    if design.file.design not in ("morris", "saltelli"):
        raise UsageError(f'{sweep.name}: its design is {design.file.design!r}; sensitivity needs design = "morris" or "saltelli"')
    shares = shares_of(design)
    found = response(sweep, measure, arm, against)
    method = "morris" if design.file.design == "morris" else "sobol"
    seed = design.file.design_seed
    work = morris_effects(shares, seed, reached(design, shares)) if method == "morris" else sobol_indices(shares.shape[1], seed)
    trials = len(shares) // (shares.shape[1] + (1 if method == "morris" else 2))
    table = with_seeds(work, found.values, MORRIS if method == "morris" else SOBOL, trials, resamples)
    table.insert(0, "factor", design.factors)
    table.insert(1, "label", [design.label(name) for name in design.factors])
    main = "mu_star" if method == "morris" else "ST"
    return Sensitivity(method, found, table.sort_values(main, ascending=False, kind="stable").reset_index(drop=True), found.noise)


def reached(design: Design, shares: np.ndarray) -> np.ndarray | None:
    """Where points lie between the ends of each factor once whole numbers are rounded, float64 [points, factors]; None: as drawn."""
    found = shares.copy()
    for column, name in enumerate(design.factors):
        factor = design.file.vary[name]
        if factor.whole and factor.at(0.0) != factor.at(1.0):
            values = np.array([factor.at(0.0), *(point[column] for point in design.points), factor.at(1.0)], float)
            values = np.log(values) if factor.log and values.min() > 0 else values
            found[:, column] = (values[1:-1] - values[0]) / (values[-1] - values[0])
    return None if np.array_equal(found, shares) else found


def morris_effects(shares: np.ndarray, seed: int = 1, reached: np.ndarray | None = None) -> Indices:
    """Elementary effects over the whole range of each factor: mean, mean of sizes, standard deviation, in the measure's unit.

    `reached` is where the points lie if that is not where they were drawn: SALib, which counts every step as it was drawn, is given what
    the values would be `as_drawn`.
    """
    try:
        from SALib.analyze import morris
    except ImportError:
        raise needs("SALib") from None

    def work(values: np.ndarray, resamples: int) -> dict[str, np.ndarray]:
        values = values if reached is None else as_drawn(shares, reached, values)
        found = morris.analyze(
            unit_problem(shares.shape[1]),
            shares,
            values.mean(axis=1),
            num_resamples=resamples,
            conf_level=CONFIDENCE,
            num_levels=LEVELS,
            seed=seed,
        )
        by = {name: np.asarray(found[name], dtype=float) for name in (*MORRIS, "mu_star_conf")}
        chance = _chance(elementary_effects(shares, values))  # [factors, trajectories]
        by["mu_star_chance"] = np.sqrt(2 / np.pi * chance).mean(axis=1)  # the mean size of a normal number
        by["sigma"] = np.sqrt(np.maximum(0.0, by["sigma"] ** 2 - np.nan_to_num(chance).mean(axis=1)))
        return by

    return work


def as_drawn(shares: np.ndarray, reached: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values [points, seeds] as they would be if each step had gone as far as it was drawn, what it does growing in proportion.

    Where rounding has left some steps of a factor where they were, all its steps count as far as they went on average.
    """
    drawn, went, done = (_steps(z, shares.shape[1]) for z in (shares, reached, values))
    moved = _moved(drawn)
    further = (np.take_along_axis(went, moved, axis=2) / np.take_along_axis(drawn, moved, axis=2))[:, :, 0]
    for factor in range(shares.shape[1]):
        own = moved[:, :, 0] == factor
        if not further[own].all():
            further[own] = further[own].mean() or 1.0  # of a factor that never moved there is nothing to stretch
    first = values.reshape(len(done), -1, values.shape[1])[:, :1]
    return np.concatenate([first, first + np.cumsum(done / further[:, :, None], axis=1)], axis=1).reshape(values.shape)


def elementary_effects(shares: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The effect of every step of Morris's trajectories under every seed: float64 [factors, trajectories, seeds]."""
    drawn, done = (_steps(z, shares.shape[1]) for z in (shares, values))
    moved = _moved(drawn)
    effects = done / np.take_along_axis(drawn, moved, axis=2)
    return np.stack([effects[moved[:, :, 0] == factor] for factor in range(shares.shape[1])])


def _steps(points: np.ndarray, factors: int) -> np.ndarray:
    """From one point of a trajectory to the next: [trajectories, steps, …]."""
    return np.diff(points.reshape(-1, factors + 1, points.shape[1]), axis=1)


def _moved(drawn: np.ndarray) -> np.ndarray:
    """The one factor that each step moves, [trajectories, steps, 1]."""
    return np.argmax(np.abs(drawn), axis=2)[:, :, None]


def sobol_indices(factors: int, seed: int = 1) -> Indices:
    """First-order and total indices: shares of the variance, less the seeds', that a factor accounts for alone, and with all others."""
    try:
        from SALib.analyze import sobol
    except ImportError:
        raise needs("SALib") from None

    def work(values: np.ndarray, resamples: int) -> dict[str, np.ndarray]:
        means = values.mean(axis=1)
        if np.ptp(means) == 0:
            raise UsageError("nothing varies: the response is the same at all points, so there is no variance to share out")
        found = sobol.analyze(
            unit_problem(factors), means, calc_second_order=False, num_resamples=resamples, conf_level=CONFIDENCE, seed=seed
        )
        by = {name: np.asarray(found[name], dtype=float) for name in (*SOBOL, "S1_conf", "ST_conf")}
        if values.shape[1] < 2:
            return by
        rows = values.reshape(-1, factors + 2, values.shape[1])  # of each base point: A, A with each factor of B, B
        both = np.concatenate([rows[:, 0], rows[:, -1]])
        whole = float(both.mean(axis=1).var())
        signal = whole - noise_of(both).noise
        signal = signal if signal > 0 else float("nan")
        moved, last = rows[:, 1:-1] - rows[:, :1], rows[:, -1:] - both.mean(axis=0)
        for name, x, y in (("S1", last, moved), ("ST", moved / np.sqrt(2), moved / np.sqrt(2))):  # what the numerators are means of
            chance, by[f"{name}_luck"] = _chance_of_products(x, y)
            by[name] = by[name] - chance / whole
            by[f"{name}_luck"] = by[f"{name}_luck"] / whole
        return {name: index * whole / signal for name, index in by.items()}

    return work


def _chance(values: np.ndarray) -> np.ndarray:
    """What the seeds add to the squares of means over the last axis: the variance of those means; NaN for one seed."""
    seeds = values.shape[-1]
    return values.var(axis=-1, ddof=1) / seeds if seeds > 1 else np.full(values.shape[:-1], np.nan)


def _chance_of_products(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the seeds add to the mean over j of products of means over s, of x and y [j, factor, s], and its standard deviation.

    The mean of a product of means is too large by their covariance. How far it strays from that is second-order in the seeds, so that a
    jackknife is blind to it where there is no effect: it is the luck that all base points share (Serfling 1980, 5.5: a degenerate
    U-statistic). Both float64 [factors].
    """
    base, _, seeds = y.shape
    x, y = (z - z.mean(axis=-1, keepdims=True) for z in (np.broadcast_to(x, y.shape), y))
    both = np.einsum("jfs,jft->fst", x, y) / base
    both = (both + both.transpose(0, 2, 1)) / 2
    own = np.einsum("fss->fs", both)
    apart = (both**2).sum(axis=(1, 2)) - (own**2).sum(axis=1)
    return own.sum(axis=1) / (seeds * (seeds - 1)), np.sqrt(2 * np.maximum(0.0, apart)) / (seeds * (seeds - 1))


def with_seeds(work: Indices, values: np.ndarray, names: tuple[str, ...], trials: int, resamples: int = RESAMPLES) -> pd.DataFrame:
    """Indices of values [points, seeds] from so many trajectories or base points, with both half-widths.

    Raises UsageError for a NaN, which SALib would pass over.
    """
    import pandas as pd

    if np.isnan(values).any():
        raise UsageError("there are points where nothing could be measured (NaN); an index over the others would mislead")
    whole = work(values, resamples)
    if np.isnan(whole[names[0]]).any():
        raise UsageError("the seeds account for all of the variance of the means, so there is none to share out: take more seeds")
    seeds = values.shape[1]
    without = [work(np.delete(values, s, axis=1), 2) for s in range(seeds)] if seeds > 2 else []
    columns: dict[str, np.ndarray] = {}
    for name in names:
        unknown = np.full(len(whole[name]), np.nan)
        points = whole.get(f"{name}_conf", unknown) if trials >= FEWEST else unknown
        spread = unknown
        if without:
            left_out = np.array([w[name] for w in without])
            variance = (seeds - 1) / seeds * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
            spread = t_quantile((1 + CONFIDENCE) / 2, seeds - 1) * np.sqrt(variance + whole.get(f"{name}_luck", 0.0) ** 2)
        both = np.sqrt(points**2 + (spread if without else np.zeros(len(points))) ** 2)
        columns |= {name: whole[name], f"{name}_points": points, f"{name}_seeds": spread}
        least = 0.0 if name in ("mu_star", "sigma") else -np.inf
        columns |= {f"{name}_low": np.maximum(least, whole[name] - both), f"{name}_high": whole[name] + both}
    columns |= {name: found for name, found in whole.items() if name == "mu_star_chance"}
    return pd.DataFrame(columns)
