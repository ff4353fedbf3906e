"""Which factors matter: Morris's elementary effects to screen many, Sobol's indices to share out the variance.

Both are worked out by SALib on means over seeds. Their uncertainty has two parts, told apart: that of the points drawn (SALib's
bootstrap) and that of the seeds drawn (jackknife over seeds: the index is worked out again without each of them).
Sources: Morris 1991; Campolongo, Cariboni and Saltelli 2007; Saltelli et al. 2010; Jansen 1999; Efron and Stein 1981.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError
from ..statistics import t_quantile
from ..sweeps.design import LEVELS, shares_of, unit_problem
from ..sweeps.results import Sweep
from .response import Noise, Response, needs, response

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 500
CONFIDENCE = 0.95
MORRIS, SOBOL = ("mu", "mu_star", "sigma"), ("S1", "ST")
Indices = Callable[[np.ndarray, int], dict[str, np.ndarray]]
"""From means [points] and a number of resamples to arrays [factors] by name, the half-widths under NAME_conf."""


@dataclass(frozen=True)
class Sensitivity:
    """A row a factor in `table`: each index, half-widths of its 95% intervals from points and from seeds (`_points`, `_seeds`),
    and the interval of both together (`_low`, `_high`)."""

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
    work = (
        morris_effects(shares, design.file.design_seed) if method == "morris" else sobol_indices(shares.shape[1], design.file.design_seed)
    )
    table = with_seeds(work, found.values, MORRIS if method == "morris" else SOBOL, resamples)
    table.insert(0, "factor", design.factors)
    table.insert(1, "label", [design.label(name) for name in design.factors])
    main = "mu_star" if method == "morris" else "ST"
    return Sensitivity(method, found, table.sort_values(main, ascending=False, kind="stable").reset_index(drop=True), found.noise)


def morris_effects(shares: np.ndarray, seed: int = 1) -> Indices:
    """Elementary effects over the whole range of each factor: mean, mean of sizes, standard deviation, in the measure's unit."""
    try:
        from SALib.analyze import morris
    except ImportError:
        raise needs("SALib") from None

    def work(means: np.ndarray, resamples: int) -> dict[str, np.ndarray]:
        found = morris.analyze(
            unit_problem(shares.shape[1]), shares, means, num_resamples=resamples, conf_level=CONFIDENCE, num_levels=LEVELS, seed=seed
        )
        return {name: np.asarray(found[name], dtype=float) for name in (*MORRIS, "mu_star_conf")}

    return work


def sobol_indices(factors: int, seed: int = 1) -> Indices:
    """First-order and total indices: shares of the variance of the means that a factor accounts for alone, and with all others."""
    try:
        from SALib.analyze import sobol
    except ImportError:
        raise needs("SALib") from None

    def work(means: np.ndarray, resamples: int) -> dict[str, np.ndarray]:
        if np.ptp(means) == 0:
            raise UsageError("nothing varies: the response is the same at all points, so there is no variance to share out")
        found = sobol.analyze(
            unit_problem(factors), means, calc_second_order=False, num_resamples=resamples, conf_level=CONFIDENCE, seed=seed
        )
        return {name: np.asarray(found[name], dtype=float) for name in (*SOBOL, "S1_conf", "ST_conf")}

    return work


def with_seeds(work: Indices, values: np.ndarray, names: tuple[str, ...], resamples: int = RESAMPLES) -> pd.DataFrame:
    """Indices of the means of values [points, seeds], with both half-widths. Raises UsageError for a NaN, which SALib would pass over."""
    import pandas as pd

    if np.isnan(values).any():
        raise UsageError("there are points where nothing could be measured (NaN); an index over the others would mislead")
    whole = work(values.mean(axis=1), resamples)
    seeds = values.shape[1]
    without = [work(np.delete(values, s, axis=1).mean(axis=1), 2) for s in range(seeds)] if seeds > 2 else []
    columns: dict[str, np.ndarray] = {}
    for name in names:
        points = whole.get(f"{name}_conf", np.full(len(whole[name]), np.nan))
        spread = np.full(len(whole[name]), np.nan)
        if without:
            left_out = np.array([w[name] for w in without])
            variance = (seeds - 1) / seeds * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
            spread = t_quantile((1 + CONFIDENCE) / 2, seeds - 1) * np.sqrt(variance)
        both = np.sqrt(np.nan_to_num(points) ** 2 + np.nan_to_num(spread) ** 2)
        columns |= {name: whole[name], f"{name}_points": points, f"{name}_seeds": spread}
        columns |= {f"{name}_low": whole[name] - both, f"{name}_high": whole[name] + both}
    return pd.DataFrame(columns)
