"""Which parameters fit what was published: approximate Bayesian computation on the points of a sweep.

A published figure is taken for what the model says on the mean, but for an error whose standard deviation is the target's tolerance
(Wilkinson 2013). The points are draws from the prior (a Latin hypercube or a Sobol sequence over the factors' ranges); to their means
over seeds such an error is added, and what other seeds might have done to all points alike. Those nearest to the targets, distances
counted in tolerances, are kept, weighted by nearness and moved along a local linear regression (Beaumont, Zhang and Balding 2002; on the
logit of the range, so that none leaves it: Hamilton et al. 2005). Targets that are held out take no part and are only looked at
afterwards. How well this recovers parameters is tried on the sweep itself: points are taken for the truth in turn, under some of the
seeds, and fitted by the others under the rest; the share of intervals that hold them is set beside the share that should.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import erf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..sweeps.design import shares_of
from ..sweeps.results import Sweep
from .response import response

if TYPE_CHECKING:
    import pandas as pd

    from ..sweeps.asked import Target

ACCEPT = 0.1  # share of the points that is kept
LEAST, MORE = 20, 10  # points that must be kept for one target, and for each further one
LEVEL = 0.9  # of the intervals
ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
TRIED = 200  # points that are taken for the truth
FEWEST_SEEDS = 4  # that can be parted into those a truth is lived under and those it is looked for under
EDGE = 1e-6  # how near to an end of its range a value may come
Scale = Callable[[float], Any]
"""From a share 0-1 of a factor's range to its value there."""


@dataclass(frozen=True)
class Calibration:
    """`posterior`: a row a factor; `predictive`: a row a target, those held out as well; `draws`: the points kept, adjusted, with weights.

    In `posterior` `coverage` is the share of intervals that hold the truth where it is known; it should be LEVEL (NaN under fewer than
    FEWEST_SEEDS seeds). In `predictive` `place` is the probability that the fitted model gives to a published figure below that one, `met`
    whether it is neither of the utmost 5%, that is, lies between `told_low` and `told_high`, `off` how far the model's mean lies from it,
    in tolerances, and `seeds` the standard deviation of what other seeds might do to that mean.
    """

    sweep: Sweep
    posterior: pd.DataFrame
    predictive: pd.DataFrame
    draws: pd.DataFrame
    distance: float

    @property
    def out_of_reach(self) -> list[str]:
        """Fitted targets that no values come near: then the intervals of the factors say nothing, and `learnt` is NaN."""
        return list(self.predictive.loc[~self.predictive["held_out"] & ~self.predictive["met"], "target"])

    @property
    def loose(self) -> list[str]:
        """Targets that are met where the seeds leave more open than the tolerance does, and so may be met from afar."""
        table = self.predictive
        return list(table.loc[table["met"] & (table["seeds"] > table["tolerance"]), "target"])

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        return {"posterior": self.posterior, "predictive": self.predictive, "draws": self.draws}


def calibrate(sweep: Sweep, accept: float = ACCEPT, seed: int = 1) -> Calibration:
    """Fit the factors of a sweep to the targets that its file names, keeping the share `accept` of its points; `seed` draws the errors.

    Raises UsageError for a sweep without targets, of a design that is no draw from a prior, or with too few points for its targets.
    """
    import pandas as pd

    design = sweep.design
    targets = design.file.targets
    fitted = [name for name, target in targets.items() if not target.held_out]
    kept = _enough(sweep, fitted, accept)
    theta = shares_of(design)
    values = {name: response(sweep, target.measure, target.arm or sweep.arms[0]).values for name, target in targets.items()}
    scaled = np.stack([values[name] / targets[name].tolerance for name in fitted], axis=2)
    seen = np.array([targets[name].value / targets[name].tolerance for name in fitted])
    rng = np.random.default_rng(seed)
    heard = scaled.mean(axis=1) + rng.normal(size=(len(theta), len(fitted))) + seeds_doing(scaled, rng)
    rows, weights, adjusted, distance = posterior_of(theta, heard, seen, kept)
    near = np.argsort(np.abs(heard - seen).max(axis=1), kind="stable")[: max(kept, MORE * (theta.shape[1] + 1))]
    predictive = pd.DataFrame([
        _predicted(name, targets[name], moved(theta, found.mean(axis=1), near, rows, adjusted), weights, _seeds_variance(found))
        for name, found in values.items()
    ])  # fmt: skip
    reached = bool(predictive.loc[~predictive["held_out"], "met"].all())
    at: list[Scale] = [design.file.vary[name].at for name in design.factors]
    covered = coverage(theta, scaled, kept, at)
    posterior = []
    draws = {name: [at[j](float(share)) for share in adjusted[:, j]] for j, name in enumerate(design.factors)}
    for j, name in enumerate(design.factors):
        factor, drawn = design.file.vary[name], np.array(draws[name], dtype=float)
        low, middle, high = (float(at[j](share)) for share in quantiles(adjusted[:, j], weights, (ENDS[0], 0.5, ENDS[1])))
        spread = np.sqrt(np.average((adjusted[:, j] - np.average(adjusted[:, j], weights=weights)) ** 2, weights=weights))
        posterior.append({
            "factor": name, "label": design.label(name), "prior_low": factor.low, "prior_high": factor.high, "log": factor.log,
            "mean": float(np.average(drawn, weights=weights)), "low": low, "median": middle, "high": high,
            "learnt": 1.0 - float(spread) / float(theta[:, j].std()) if reached else float("nan"), "coverage": covered[j],
        })  # fmt: skip
    kept_points = pd.DataFrame({"point": rows, "weight": weights, **draws})
    return Calibration(sweep, pd.DataFrame(posterior), predictive, kept_points, distance)


def _enough(sweep: Sweep, fitted: list[str], accept: float) -> int:
    """How many points to keep. Raises UsageError for what cannot be calibrated."""
    design = sweep.design
    if not fitted:
        raise UsageError(f"{sweep.name}: its file names no target to fit; add tables [targets.NAME] with measure, value, tolerance, source")
    if design.file.design not in ("latin", "sobol"):
        raise UsageError(f'{sweep.name}: its design is {design.file.design!r}; calibration needs draws: design = "latin" or "sobol"')
    for name in design.factors:
        if design.file.vary[name].values:
            raise UsageError(f"{sweep.name}: {name} has values; calibration needs low and high")
    if not 0 < accept <= 1:
        raise UsageError(f"accept: takes a share above 0 and up to 1, got {accept}")
    least = LEAST + MORE * (len(fitted) - 1)
    if (kept := round(accept * len(design.points))) < least:
        wanted = int(np.ceil(least / accept))
        wanted = 2 ** int(np.ceil(np.log2(wanted))) if design.file.design == "sobol" else wanted
        fit = f"to fit {len(fitted)} targets" if len(fitted) > 1 else "to fit one target"
        raise UsageError(
            f"{sweep.name}: {accept:g} of {len(design.points)} points is {kept}; {fit} at least {least} are needed: take {wanted} samples"
        )
    return kept


# --- errors of what is compared -------------------------------------------------------------------------------------


def seeds_doing(values: np.ndarray, rng: np.random.Generator, lived: int = 0) -> np.ndarray:
    """What other seeds might add to means over these, drawn for each point: values [points, seeds, targets] to [points, targets].

    All points have the same seeds, whose own effect moves them alike: its mean is as uncertain as Student's t says. With `lived` the
    target is itself a mean over so many other seeds, whose effects and whose remainder at a point come on top. Nothing for one seed.
    """
    points, seeds, targets = values.shape
    if seeds < 2:
        return np.zeros((points, targets))
    effects = values.mean(axis=0) - values.mean(axis=(0, 1))
    heavy = np.sqrt(rng.chisquare(seeds - 1, (points, 1)) / (seeds - 1))
    times = 1 / seeds + (1 / lived if lived else 0)
    found = rng.normal(size=(points, seeds)) @ effects * np.sqrt(times / (seeds - 1)) / heavy
    if lived:
        rest = values - values.mean(axis=1, keepdims=True) - effects
        found += np.einsum("ps,pst->pt", rng.normal(size=(points, seeds)), rest) / np.sqrt((seeds - 1) * lived)
    return found


def _seeds_variance(values: np.ndarray) -> float:
    """Variance of what the seeds drawn do to means [points, seeds] of all points alike; 0 for one seed."""
    return float(values.mean(axis=0).var(ddof=1)) / values.shape[1] if values.shape[1] > 1 else 0.0


# --- fitting --------------------------------------------------------------------------------------------------------


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


def moved(theta: np.ndarray, means: np.ndarray, near: np.ndarray, rows: np.ndarray, adjusted: np.ndarray) -> np.ndarray:
    """What the model says at the adjusted values: the means of the points kept, moved along a linear regression over the points `near`."""
    x = np.column_stack([np.ones(len(near)), theta[near]])
    slopes = np.linalg.lstsq(x, means[near], rcond=None)[0][1:]
    return means[rows] + (adjusted - theta[rows]) @ slopes


def coverage(theta: np.ndarray, values: np.ndarray, kept: int, at: list[Scale], tried: int = TRIED, seed: int = 2) -> np.ndarray:
    """Share of intervals that hold the truth, by factor, when points (evenly spread over the list) are taken for it in turn.

    Of values [points, seeds, targets], in tolerances, a truth has one half of the seeds, drawn anew each time, the points that it is
    looked for with the other, so that it does not share their luck. NaN for fewer than FEWEST_SEEDS seeds.
    """
    n, seeds, targets = values.shape
    if seeds < FEWEST_SEEDS:
        return np.full(theta.shape[1], np.nan)
    rng, lived = np.random.default_rng(seed), seeds // 2
    truths = np.unique(np.linspace(0, n - 1, min(tried, n)).round().astype(int))
    held = np.zeros(theta.shape[1])
    for truth in truths:
        others = np.arange(n) != truth
        order = rng.permutation(seeds)
        seen = values[truth, order[:lived]].mean(axis=0) + rng.normal(size=targets)
        looked = values[np.ix_(others, order[lived:])]
        heard = looked.mean(axis=1) + rng.normal(size=(n - 1, targets)) + seeds_doing(looked, rng, lived)
        _, weights, adjusted, _ = posterior_of(theta[others], heard, seen, min(kept, n - 1))
        for j, scale in enumerate(at):
            low, high = quantiles(adjusted[:, j], weights, ENDS)
            held[j] += scale(low) <= scale(float(theta[truth, j])) <= scale(high)
    return held / len(truths)


def quantiles(values: np.ndarray, weights: np.ndarray, at: tuple[float, ...]) -> list[float]:
    """Weighted quantiles such that one draw more falls below them as often as they say: i / (n + 1) for the i-th of n equal weights."""
    order = np.argsort(values, kind="stable")
    shares = weights[order] / weights.sum()
    one_more = float((shares**2).sum())
    return [float(x) for x in np.interp(at, (np.cumsum(shares) - shares / 2 + one_more / 2) / (1 + one_more), values[order])]


def _predicted(name: str, target: Target, means: np.ndarray, weights: np.ndarray, seeds: float) -> dict[str, Any]:
    """A row of `predictive`: the model's mean at what was fitted, and the figure that would be published of it beside the one that was."""
    from scipy.optimize import brentq

    low, high = quantiles(means, weights, ENDS)
    mean, error = float(np.average(means, weights=weights)), sqrt(target.tolerance**2 + seeds)

    def below(figure: float) -> float:
        return float(weights @ [(1 + erf((figure - m) / error / sqrt(2))) / 2 for m in means])

    def end(share: float) -> float:
        return float(brentq(lambda figure: below(figure) - share, means.min() - 9 * error, means.max() + 9 * error))

    place = below(target.value)
    return {
        "target": name, "measure": target.measure, "published": target.value, "tolerance": target.tolerance, "held_out": target.held_out,
        "mean": mean, "low": low, "high": high, "off": (mean - target.value) / target.tolerance, "place": place,
        "met": ENDS[0] <= place <= ENDS[1], "told_low": end(ENDS[0]), "told_high": end(ENDS[1]), "seeds": sqrt(seeds),
        "source": target.source,
    }  # fmt: skip
