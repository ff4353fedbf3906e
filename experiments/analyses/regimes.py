"""Where one policy beats another over two factors: means, intervals, and the line between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError
from ..statistics import mean_bands
from ..sweeps.results import Sweep
from .response import Response, response

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RegimeMap:
    """A difference over a grid of two factors: `mean`, `low`, `high` [y, x]. Its sign is clear where the interval leaves zero out."""

    response: Response
    x: str
    y: str
    xs: list[float]
    ys: list[float]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save: a row a point."""
        import pandas as pd

        grid = np.meshgrid(self.xs, self.ys)
        columns = {self.x: grid[0], self.y: grid[1], "difference": self.mean, "low": self.low, "high": self.high}
        return {"regimes": pd.DataFrame({name: array.ravel() for name, array in columns.items()})}

    @property
    def clear(self) -> dict[str, int]:
        """Points at which the one is clearly better, the other is, and neither."""
        more, less = int((self.low > 0).sum()), int((self.high < 0).sum())
        return {"positive": more, "negative": less, "unclear": self.mean.size - more - less}


def regime_map(sweep: Sweep, measure: str | None = None, arm: str | None = None, against: str | None = None) -> RegimeMap:
    """The map of a sweep over a grid of two numbers. Raises UsageError for another design, or if nothing is said to be compared."""
    design = sweep.design
    if design.file.design != "grid" or len(design.factors) != 2:
        has = f"it has {design.file.design!r} with {len(design.factors)}"
        raise UsageError(f'{sweep.name}: a map needs design = "grid" with two factors; {has}')
    columns = list(zip(*design.points, strict=True))
    if not all(isinstance(value, int | float) for column in columns for value in column):
        raise UsageError(f"{sweep.name}: a map needs factors that are numbers")
    if against is None:
        raise UsageError("a map is of a difference: say against which arm")
    found = response(sweep, measure, arm, against)
    xs, ys = (sorted(set(column)) for column in columns)
    shape = (len(ys), len(xs), found.values.shape[1])
    grid = np.full(shape, np.nan)
    for (x, y), row in zip(design.points, found.values, strict=True):
        grid[ys.index(y), xs.index(x)] = row
    mean, low, high, _ = mean_bands(np.moveaxis(grid, 2, 0))
    return RegimeMap(found, design.factors[0], design.factors[1], xs, ys, mean, low, high)
