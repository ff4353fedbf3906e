"""The shipped experiments: a question, a sweep that answers it, and what every one of its runs gave, so that anybody can check."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenarios.errors import nearest
from .errors import UsageError
from .progress import Report
from .sweeps.design import Design, read_sweep
from .sweeps.results import Sweep
from .sweeps.sweep import sweep

if TYPE_CHECKING:
    import pandas as pd

LIBRARY = Path(__file__).parent / "library"
DIGITS = 16  # of a hash, in the stored results


def experiments() -> dict[str, Path]:
    """The shipped experiments by name."""
    return {path.stem: path for path in sorted(LIBRARY.glob("*.toml"))}


def experiment(name: str) -> Design:
    """The sweep of a shipped experiment. Raises UsageError for an unknown name."""
    known = experiments()
    if name not in known:
        near = nearest(name, known)
        raise UsageError(f"{name}: no such experiment; there are {', '.join(known)}" + (f"; did you mean {near!r}?" if near else ""))
    return read_sweep(known[name])


def stored(name: str) -> pd.DataFrame:
    """What the shipped results of an experiment are: point, arm, seed, sha256, scenario, seconds and the measures it names."""
    import pandas as pd

    path = experiments()[name].with_suffix(".parquet")
    if not path.exists():
        raise UsageError(f"{name}: no results are shipped with it")
    return pd.read_parquet(path)


@dataclass
class Reproduction:
    """What came of making an experiment again: `runs` compared, and of those `other` that gave other numbers."""

    name: str
    sweep: Sweep
    runs: int
    other: list[tuple[int, str, int]] = field(default_factory=list)
    changed: int = 0
    partial: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Every run gave the stored bits."""
        return not self.other and not self.changed and not self.partial and self.runs > 0


def reproduce(
    name: str, seeds: int | None = None, store: str | Path | None = None, workers: int | None = None, progress: bool | Report | None = None
) -> Reproduction:
    """Run a shipped experiment (its first `seeds` seeds) and compare every run with the stored results, bit by bit.

    `store` keeps the runs; without one they are made in a folder that goes away. Raises UsageError or RunError.
    """
    design, was = experiment(name), stored(name)
    if seeds is not None:
        design = design.with_seeds(seeds)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        swept = sweep(design, store or folder, None, workers, progress)
        now = results_of(swept.sweep)
        both = was.merge(now, on=["point", "arm", "seed"], suffixes=("", "_now"))
        other = both[both["sha256"] != both["sha256_now"]]
        found = Reproduction(name, swept.sweep, len(both), list(zip(other["point"], other["arm"], other["seed"], strict=True)))
        found.changed = int((both["scenario"] != both["scenario_now"]).sum())
        found.partial, found.seconds = swept.partial, time.perf_counter() - start
    return found


def results_of(made: Sweep) -> pd.DataFrame:
    """The results of a sweep as they are shipped."""
    frame = made.frame(made.design.file.measures)
    keys = [made.key(point, arm, seed) for point, arm, seed in zip(frame["point"], frame["arm"], frame["seed"], strict=True)]
    runs = made.runs.set_index("key").loc[keys].reset_index()
    for name in ("scenario", "sha256"):
        frame.insert(3, name, runs[name].str[:DIGITS])
    frame.insert(5, "seconds", runs["seconds"].round(2))
    return frame.drop(columns=made.design.factors)


def keep(name: str, workers: int | None = None, progress: bool | Report | None = None) -> Path:
    """Run an experiment and store its results as the shipped ones."""
    design = experiment(name)
    with tempfile.TemporaryDirectory() as folder:
        made = sweep(design, folder, None, workers, progress).sweep
        made.complete()
        path = experiments()[name].with_suffix(".parquet")
        results_of(made).to_parquet(path, index=False, compression="zstd")
    return path
