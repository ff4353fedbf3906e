"""Which parameters fit what was published: approximate Bayesian computation on the points of a sweep.

The points are draws from the prior (a Latin hypercube or a Sobol sequence over the factors' ranges), their means over seeds what the
model says there. Those nearest to the targets, distances counted in the targets' tolerances, are kept, weighted by nearness and
moved along a local linear regression (Beaumont, Zhang and Balding 2002; on the logit of the range, so that none leaves it: Hamilton et al.
2005). Targets that are held out take no part and are only looked at afterwards. How well this recovers parameters is tried on the sweep
itself: points are taken for the truth in turn, and the share of intervals that hold them is set beside the share that should.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..sweeps.results import Sweep
from .response import response

if TYPE_CHECKING:
    import pandas as pd

    from ..sweeps.asked import Target

ACCEPT = 0.1  # share of the points that is kept
LEAST = 20  # points that must be kept
LEVEL = 0.9  # of the intervals
TRIED = 200  # points that are taken for the truth
EDGE = 1e-6  # how near to an end of its range a value may come


@dataclass(frozen=True)
class Calibration:
    """`posterior`: a row a factor; `predictive`: a row a target, those held out as well; `draws`: the points kept, adjusted, with weights.

    `coverage` is the share of intervals that hold the truth where it is known, by factor; it should be LEVEL.
    """

    sweep: Sweep
    posterior: pd.DataFrame
    predictive: pd.DataFrame
    draws: pd.DataFrame
    distance: float

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        return {"posterior": self.posterior, "predictive": self.predictive, "draws": self.draws}


def calibrate(sweep: Sweep, accept: float = ACCEPT) -> Calibration:
    """Fit the factors of a sweep to the targets that its file names, keeping the share `accept` of its points.

    Raises UsageError for a sweep without targets, of a design that is no draw from a prior, or with too few points.
    """
    import pandas as pd

    design = sweep.design
    targets = design.file.targets
    fitted = [name for name, target in targets.items() if not target.held_out]
    if not fitted:
        raise UsageError(f"{sweep.name}: its file names no target to fit; add tables [targets.NAME] with measure, value, tolerance, source")
    if design.file.design not in ("latin", "sobol"):
        raise UsageError(f'{sweep.name}: its design is {design.file.design!r}; calibration needs draws: design = "latin" or "sobol"')
    if not 0 < accept <= 1:
        raise UsageError(f"accept: takes a share above 0 and up to 1, got {accept}")
    if (kept := round(accept * len(design.points))) < LEAST:
        wanted = int(np.ceil(LEAST / accept))
        raise UsageError(
            f"{sweep.name}: {accept:g} of {len(design.points)} points is {kept}; at least {LEAST} are needed: take {wanted} samples"
        )
    theta = unit_values(sweep)
    means = {name: response(sweep, target.measure, target.arm or sweep.arms[0]).means for name, target in targets.items()}
    scaled = np.column_stack([means[name] / targets[name].tolerance for name in fitted])
    seen = np.array([targets[name].value / targets[name].tolerance for name in fitted])
    rows, weights, adjusted, distance = posterior_of(theta, scaled, seen, kept)
    covered = coverage(theta, scaled, kept)
    posterior = []
    for j, name in enumerate(design.factors):
        factor = design.file.vary[name]
        at = [float(factor.at(float(share))) for share in adjusted[:, j]]  # type: ignore[arg-type]
        low, middle, high = quantiles(np.array(at), weights, ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2))
        spread = np.sqrt(np.average((adjusted[:, j] - np.average(adjusted[:, j], weights=weights)) ** 2, weights=weights))
        posterior.append({
            "factor": name, "label": design.label(name), "prior_low": factor.low, "prior_high": factor.high,
            "mean": float(np.average(at, weights=weights)), "low": low, "median": middle, "high": high,
            "learnt": 1.0 - float(spread) / float(theta[:, j].std()), "coverage": covered[j],
        })  # fmt: skip
    predictive = [_predicted(name, target, means[name][rows], weights) for name, target in targets.items()]
    draws = {name: [design.file.vary[name].at(float(share)) for share in adjusted[:, j]] for j, name in enumerate(design.factors)}
    return Calibration(
        sweep, pd.DataFrame(posterior), pd.DataFrame(predictive), pd.DataFrame({"point": rows, "weight": weights, **draws}), distance
    )


def unit_values(sweep: Sweep) -> np.ndarray:
    """Where the points lie between the ends of their factors, 0-1, float64 [points, factors]. Raises UsageError for lists of values."""
    columns = []
    for j, name in enumerate(sweep.design.factors):
        factor = sweep.design.file.vary[name]
        if factor.values or factor.low is None or factor.high is None:
            raise UsageError(f"{sweep.name}: {name} has values; calibration needs low and high")
        x = np.array([float(point[j]) for point in sweep.design.points])
        low, high = (np.log(end) if factor.log else end for end in (factor.low, factor.high))
        columns.append(((np.log(x) if factor.log else x) - low) / (high - low))
    return np.column_stack(columns)


def posterior_of(theta: np.ndarray, scaled: np.ndarray, seen: np.ndarray, kept: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Points kept, their weights (which add up to 1), their values moved to where the targets are met, and the largest distance kept.

    `theta` is [points, factors] in 0-1, `scaled` [points, targets] and `seen` [targets] in tolerances.
    """
    off = scaled - seen
    distance = np.sqrt((off**2).mean(axis=1))
    rows = np.argsort(distance, kind="stable")[:kept]
    widest = float(distance[rows[-1]])
    weights = 1.0 - (distance[rows] / widest) ** 2 if widest > 0 else np.ones(kept)
    weights = np.maximum(weights, 1e-9) / np.maximum(weights, 1e-9).sum()
    inside = np.clip(theta[rows], EDGE, 1 - EDGE)
    logit = np.log(inside / (1 - inside))
    x = np.column_stack([np.ones(kept), off[rows]])
    root = np.sqrt(weights)[:, None]
    slopes = np.linalg.lstsq(root * x, root * logit, rcond=None)[0][1:]
    return rows, weights, 1.0 / (1.0 + np.exp(-(logit - off[rows] @ slopes))), widest


def coverage(theta: np.ndarray, scaled: np.ndarray, kept: int, tried: int = TRIED) -> np.ndarray:
    """Share of intervals that hold the truth, by factor, when points (evenly spread over the list) are taken for it in turn."""
    n = len(theta)
    truths = np.unique(np.linspace(0, n - 1, min(tried, n)).round().astype(int))
    held = np.zeros(theta.shape[1])
    for truth in truths:
        others = np.arange(n) != truth
        _, weights, adjusted, _ = posterior_of(theta[others], scaled[others], scaled[truth], min(kept, n - 1))
        for j in range(theta.shape[1]):
            low, high = quantiles(adjusted[:, j], weights, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
            held[j] += low <= theta[truth, j] <= high
    return held / len(truths)


def quantiles(values: np.ndarray, weights: np.ndarray, at: tuple[float, ...]) -> list[float]:
    """Weighted quantiles, the cumulated weights taken at the middle of each."""
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    return [float(x) for x in np.interp(at, middle / weights.sum(), values[order])]


def _predicted(name: str, target: Target, means: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    low, high = quantiles(means, weights, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    met = low - target.tolerance <= target.value <= high + target.tolerance
    return {
        "target": name, "measure": target.measure, "published": target.value, "tolerance": target.tolerance, "held_out": target.held_out,
        "mean": float(np.average(means, weights=weights)), "low": low, "high": high, "met": bool(met), "source": target.source,
    }  # fmt: skip
