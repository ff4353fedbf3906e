"""What an analysis explains: a measure of one arm, or its difference between two, at every point under every seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...model.measures import measure as measure_of
from ..errors import UsageError
from ..sweeps.results import MOST_NAMED, Sweep

if TYPE_CHECKING:
    from ...model.measures import Measure


@dataclass(frozen=True)
class Response:
    """Values float64 [points, seeds] of a sweep, and what they are of."""

    sweep: Sweep
    measure: Measure
    arm: str
    against: str | None
    values: np.ndarray

    @property
    def title(self) -> str:
        """What it is, in words."""
        return f"{self.measure.label}, {self.arm}" + (f" less {self.against}" if self.against else "")

    @property
    def means(self) -> np.ndarray:
        """Means over seeds, float64 [points]."""
        return self.values.mean(axis=1)

    @property
    def noise(self) -> Noise:
        return noise_of(self.values)


def response(sweep: Sweep, measure: str | None = None, arm: str | None = None, against: str | None = None) -> Response:
    """The response asked for; the measure may be left out if the sweep's file names one first.

    Raises UsageError for unknown names and for points where there is nothing to measure (NaN), which no analysis may
    pass over in silence; RunError for an incomplete sweep.
    """
    named = measure or next(iter(sweep.design.file.measures), None)
    if named is None:
        raise UsageError(f"{sweep.name}: which measure? Its file names none under measures")
    chosen = sweep.arm(arm)
    if against == chosen:
        raise UsageError(f"{sweep.name}: the difference of {chosen} from itself is nothing; give another arm to set it against")
    values = sweep.values(named, chosen, against)
    if (unknown := np.flatnonzero(np.isnan(values).any(axis=1))).size:
        shown = "; ".join(sweep.where(int(point)) for point in unknown[:MOST_NAMED])
        more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
        raise UsageError(f"{sweep.name}: {named} cannot be measured (NaN) at {shown}{more}; choose another measure, or other points")
    return Response(sweep, measure_of(named), chosen, against, values)


@dataclass(frozen=True)
class Noise:
    """How the variance of means over seeds splits: `signal` is the points' doing, `noise` that of the seeds which were drawn."""

    signal: float
    noise: float

    @property
    def share(self) -> float:
        """The seeds' share of the variance of the means, 0-1 (NaN if nothing varies)."""
        total = self.signal + self.noise
        return self.noise / total if total > 0 else float("nan")


def noise_of(values: np.ndarray) -> Noise:
    """Analysis of variance, two ways without replication, of values [points, seeds].

    A seed's own effect moves all points alike, since all have the same seeds, and is no noise in comparing them; what is left of
    a point's value after its mean and its seed's is. `noise` is the variance that leaves in a mean over these seeds; NaN
    for fewer than two points or seeds.
    """
    points, seeds = values.shape
    if points < 2 or seeds < 2:
        return Noise(float("nan"), float("nan"))
    means = values.mean(axis=1)
    rest = values - means[:, None] - values.mean(axis=0)[None, :] + values.mean()
    noise = float((rest**2).sum() / ((points - 1) * (seeds - 1))) / seeds
    return Noise(max(0.0, float(means.var(ddof=1)) - noise), noise)


def needs(library: str, extra: str = "analysis") -> UsageError:
    """What to say when a library is not there."""
    return UsageError(f"this needs {library}, which is not installed; remedy: pip install 'changemaking[{extra}]'")
