"""When does it hold? Boxes and trees over the factors in which a policy succeeds, for scenario discovery (Bryant and Lempert 2010).

PRIM (Friedman and Fisher 1999) is that of the EMA workbench, the tree (Breiman et al. 1984) that of scikit-learn. Coverage is
the share of all successes that lie in the box or leaf, density the share of its points that are successes. Their intervals come from
drawing points and seeds again with the box as it is (bootstrap; Efron and Tibshirani 1993). That a box was sought where it looks best
flatters both; how it would do on points and under seeds it was not sought with is tried by seeking it with half of either and looking at
the others, and a rule is only as good as it is there.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..statistics import mean_bands
from ..sweeps.results import Sweep
from .response import Response, needs, response

if TYPE_CHECKING:
    import pandas as pd

PEEL = 0.05  # share of the points that a step of PRIM peels off
LEAST_MASS = 0.05  # share of all points that a box or leaf must hold
ANY = 1e-9  # successes are above it; a box of any density will do, which to show is chosen below
DEPTH = 3  # questions in a row that a tree may ask
RESAMPLES = 500
FEWEST_SEEDS = 3  # below that nobody can tell what others would give
HALVES = 10  # ways of parting the points to try the rule on those it was not sought on
TRAJECTORY = ["coverage", "density", "mass", "res_dim"]  # what is kept of each step of PRIM


@dataclass(frozen=True)
class Box:
    """Where it succeeds: limits by factor (low and high, or the values allowed), in words as `rule`."""

    limits: dict[str, Any]
    rule: str
    coverage: float
    density: float
    mass: float
    coverage_interval: tuple[float, float] = (float("nan"), float("nan"))
    density_interval: tuple[float, float] = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Trial:
    """How the best rule does on points it was not sought on, under seeds it was not sought under: means of `density` and `coverage` over
    HALVES ways of parting both, the share of points that succeed there anyway (`base`), in how many of them it did better than that, and
    in how many a rule was `found` that holds any of the others; where none was, `base` stands for its density and nothing for its
    coverage. One seed cannot be parted."""

    density: float
    coverage: float
    base: float
    better: int
    found: int


@dataclass(frozen=True)
class Discovery:
    """Boxes, best first (none where there is `nothing` to discover), what `trajectory` of peeling led to the first (of PRIM), and how sure
    the successes themselves are."""

    method: str
    response: Response
    success: np.ndarray
    condition: str
    unsure: float
    boxes: list[Box]
    trajectory: pd.DataFrame | None
    trial: Trial

    @property
    def nothing(self) -> str:
        """That all points succeed, or none, and so nothing tells them apart; and at how many the seeds leave that open."""
        if self.success.any() and not self.success.all():
            return ""
        which = "every" if self.success.all() else "no"
        open_ = f"; at {self.unsure:.0%} of the points the seeds leave it open" if self.unsure > 0 else ""
        return f"At {which} point is {self.condition}, so there is nothing to discover{open_}."

    @property
    def chance(self) -> bool:
        """Whether the best rule may be chance: it does not always do better than none on points and under seeds it was not sought with.
        Where nothing is to be found, about one rule in ten passes (docs/sweeps.md says what was tried)."""
        return self.trial.better < HALVES

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save: the boxes, the points with their success, and of PRIM the trajectory."""
        import pandas as pd

        rows = [
            {"rule": b.rule, "coverage": b.coverage, "coverage_low": b.coverage_interval[0], "coverage_high": b.coverage_interval[1],
             "density": b.density, "density_low": b.density_interval[0], "density_high": b.density_interval[1], "mass": b.mass}
            for b in self.boxes
        ]  # fmt: skip
        points = self.response.sweep.inputs().assign(mean=self.response.means, success=self.success)
        columns = ["rule", "coverage", "coverage_low", "coverage_high", "density", "density_low", "density_high", "mass"]
        found = {"boxes": pd.DataFrame(rows, columns=columns), "points": points, "trial": pd.DataFrame([asdict(self.trial)])}
        return found if self.trajectory is None else found | {"trajectory": self.trajectory}


def discover(
    sweep: Sweep,
    measure: str | None = None,
    arm: str | None = None,
    against: str | None = None,
    above: float | None = None,
    below: float | None = None,
    method: str = "prim",
) -> Discovery:
    """Where the mean of the response lies above (or below) a threshold; of a difference, if nothing is said, on the better side of 0.

    `method` is "prim" or "tree". Raises UsageError for what cannot be asked.
    """
    if above is not None and below is not None:
        raise UsageError("success: give above or below, not both")
    if above is None and below is None and against is None:
        raise UsageError("success: say above or below which number it lies; only a difference has zero for it")
    if method not in ("prim", "tree"):
        raise UsageError(f"method: takes prim or tree, got {method!r}")
    found = response(sweep, measure, arm, against)
    if above is None and below is None:
        above, below = (None, 0.0) if found.measure.better < 0 else (0.0, None)
    if (number := above if above is not None else below) is None or not np.isfinite(number):
        raise UsageError(f"success: takes a number to lie above or below, got {number}")
    threshold, side = float(number), 1 if above is not None else -1
    means, low, high, _ = mean_bands(found.values.T)
    success = side * (means - threshold) > 0
    condition = f"{found.title} {'above' if above is not None else 'below'} {threshold:g}"
    unsure = float(np.mean((low <= threshold) & (threshold <= high))) if found.values.shape[1] > 1 else float("nan")
    if success.all() or not success.any():
        untried = Trial(float("nan"), float("nan"), float(success[0]), 0, 0)
        return Discovery(method, found, success, condition, unsure, [], None, untried)
    inputs = sweep.inputs()
    trajectory = None
    if method == "prim":
        boxes, trajectory = prim_boxes(inputs, success)
    else:
        boxes = tree_boxes(inputs, success)
    margins = side * (found.values - threshold)
    boxes = [_with_intervals(box, inside(box, inputs), margins) for box in boxes]
    trial = tried(inputs, margins, method)
    names = "|".join(map(re.escape, sorted(sweep.design.factors, key=len, reverse=True)))
    whole = re.compile(rf"(?<![\w.*])(?:{names})(?![\w.*])")  # in one go: a label may hold the name of another factor
    boxes = [replace(box, rule=whole.sub(lambda found: sweep.design.label(found[0]), box.rule)) for box in boxes]
    return Discovery(method, found, success, condition, unsure, boxes, trajectory, trial)


def inside(box: Box, inputs: pd.DataFrame) -> np.ndarray:
    """Which points lie in a box, bool [points]."""
    import pandas as pd

    coded = pd.get_dummies(inputs, prefix_sep=" is ", dtype=float)  # a tree asks of words one by one
    held = np.ones(len(inputs), dtype=bool)
    for name, limit in box.limits.items():
        if isinstance(limit, list):
            held &= inputs[name].astype(str).isin(limit).to_numpy()
        else:
            column = inputs[name] if name in inputs else coded.get(name, 0.0)  # a word that none of these points holds
            held &= np.asarray((column >= limit[0]) & (column <= limit[1]), dtype=bool)
    return held


def _with_intervals(box: Box, held: np.ndarray, margins: np.ndarray, seed: int = 1) -> Box:
    """The box with 95% intervals of its coverage and density; a point succeeds if the mean of its margins [points, seeds] is above 0."""
    rng = np.random.default_rng(seed)
    points, seeds = margins.shape
    if seeds < FEWEST_SEEDS:
        return box  # the same seeds drawn again and again would look surer than many do
    found = []
    for _ in range(RESAMPLES):
        at = rng.integers(points, size=points)
        counts = np.bincount(rng.integers(seeds, size=seeds), minlength=seeds)
        success, there = (margins @ counts > 0)[at], held[at]
        both = (success & there).sum()
        found.append((both / max(success.sum(), 1), both / max(there.sum(), 1)))
    low, high = np.quantile(found, (0.025, 0.975), axis=0)
    return replace(box, coverage_interval=(float(low[0]), float(high[0])), density_interval=(float(low[1]), float(high[1])))


def tried(inputs: pd.DataFrame, margins: np.ndarray, method: str = "prim", seed: int = 1) -> Trial:
    """Seek the best rule on a random half of the points under a random half of the seeds and look at the others, HALVES times.

    A point succeeds if the mean of its margins [points, seeds] over the seeds in question is above 0.
    """
    rng, (points, seeds) = np.random.default_rng(seed), margins.shape
    rows = []
    for _ in range(HALVES):
        sought, left = np.split(rng.permutation(points), [points // 2])
        heard, others = np.split(rng.permutation(seeds), [seeds // 2]) if seeds > 1 else np.zeros((2, 1), dtype=int)
        success, there = (margins[np.ix_(at, under)].mean(axis=1) > 0 for at, under in ((sought, heard), (left, others)))
        base, density, coverage = float(there.mean()), float("nan"), 0.0  # density: known where a rule was found
        if success.any() and not success.all():
            seen = inputs.iloc[sought].reset_index(drop=True)
            boxes = prim_boxes(seen, success)[0] if method == "prim" else tree_boxes(seen, success)
            if boxes and (held := inside(boxes[0], inputs.iloc[left])).any():
                density = float(there[held].mean())
                coverage = float(there[held].sum() / max(there.sum(), 1))
        rows.append((base if np.isnan(density) else density, coverage, base, not np.isnan(density)))
    density, coverage, base, found = np.mean(rows, axis=0)
    return Trial(float(density), float(coverage), float(base), sum(row[0] > row[2] for row in rows), round(found * HALVES))


def prim_boxes(inputs: pd.DataFrame, success: np.ndarray) -> tuple[list[Box], pd.DataFrame]:
    """The boxes of PRIM's first peeling, best first (by the harmonic mean of coverage and density), and the trajectory.

    `inputs` has a row a point; columns of text are taken as categories.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis import prim
    except ImportError:
        raise needs("the EMA workbench") from None
    import pandas as pd

    x = inputs.loc[:, inputs.nunique() > 1].copy()  # the workbench drops words that all points share, and then looks for them
    if x.empty:
        return [], pd.DataFrame(columns=TRAJECTORY)
    for name in x.columns:
        if not pd.api.types.is_numeric_dtype(x[name]):
            x[name] = x[name].astype("category")
        elif pd.api.types.is_integer_dtype(x[name]):
            x[name] = x[name].astype(float)  # of whole numbers the workbench takes a value inside for the limit, and falls over halves
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peeled = prim.Prim(x, success.astype(bool), threshold=ANY, peel_alpha=PEEL, mass_min=LEAST_MASS).find_box()
    trajectory = peeled.peeling_trajectory[TRAJECTORY].reset_index(drop=True)
    order = [*_harmonic(trajectory).sort_values(ascending=False, kind="stable").index]
    boxes, seen = [], set()
    for i in order:
        limits = _limits(peeled.box_lims[i], x)
        if (rule := in_words(limits, x)) and rule not in seen:
            seen.add(rule)
            coverage, density, mass = (float(trajectory[name][i]) for name in ("coverage", "density", "mass"))
            boxes.append(Box(limits, rule, coverage, density, mass))
    return boxes, trajectory


def _harmonic(table: pd.DataFrame) -> pd.Series:
    return 2 * table["coverage"] * table["density"] / (table["coverage"] + table["density"])


def _limits(lims: pd.DataFrame, x: pd.DataFrame) -> dict[str, Any]:
    """What a box asks of each factor that it asks anything of."""
    found: dict[str, Any] = {}
    for name in x.columns:
        column = lims[name]
        if isinstance(column.iloc[0], set | frozenset):
            if set(column.iloc[0]) != set(x[name].unique()):
                found[name] = sorted(map(str, column.iloc[0]))
        elif column.iloc[0] > x[name].min() or column.iloc[1] < x[name].max():
            found[name] = (float(column.iloc[0]), float(column.iloc[1]))
    return found


def in_words(limits: dict[str, Any], x: pd.DataFrame) -> str:
    """Limits as a sentence: `a > 0.3 and b one of x, y`."""
    parts = []
    for name, limit in limits.items():
        if isinstance(limit, list):
            parts.append(f"{name} {'is' if len(limit) == 1 else 'one of'} {', '.join(limit)}")
            continue
        low, high = limit
        above, under = low > x[name].min(), high < x[name].max()
        if above and under:
            parts.append(f"{low:.3g} < {name} < {high:.3g}")
        else:
            parts.append(f"{name} > {low:.3g}" if above else f"{name} < {high:.3g}")
    return " and ".join(parts)


def tree_boxes(inputs: pd.DataFrame, success: np.ndarray, depth: int = DEPTH) -> list[Box]:
    """The leaves of a classification tree in which successes are the majority, those that cover most first."""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        raise needs("scikit-learn") from None
    import pandas as pd

    coded = pd.get_dummies(inputs, prefix_sep=" is ", dtype=float)
    least = max(1, round(LEAST_MASS * len(inputs)))
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=1).fit(coded.to_numpy(), success)
    leaves = tree.apply(coded.to_numpy())
    t = tree.tree_
    boxes = []

    def walk(node: int, asked: dict[str, tuple[float, float]]) -> None:
        if t.children_left[node] < 0:
            inside = leaves == node
            density = float(success[inside].mean())
            if density > 0.5:
                rule = in_words(asked, coded) or "everywhere"
                boxes.append(Box(asked, rule, float(success[inside].sum() / success.sum()), density, float(inside.mean())))
            return
        name, cut = coded.columns[t.feature[node]], float(t.threshold[node])
        low, high = asked.get(name, (-np.inf, np.inf))
        walk(t.children_left[node], asked | {name: (low, min(high, cut))})
        walk(t.children_right[node], asked | {name: (max(low, cut), high)})

    walk(0, {})
    return sorted(boxes, key=lambda box: -box.coverage)
