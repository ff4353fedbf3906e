"""The results of patterns as a table that can be saved with a record, and the maps that some of them draw.

The record names the patterns and the seeds; what each compares stands in its file, which version and commit pin down.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import record
from . import PatternResult, Shown, find_patterns

if TYPE_CHECKING:
    import pandas as pd


def pattern_table(only: Sequence[str] | None = None, seeds: int = 30, workers: int | None = None, progress: Shown = None) -> PatternTable:
    """`find_patterns`, to be saved. Raises as it does. The record asks for what is there, so that it can be verified."""
    began, start = record.now(), time.perf_counter()
    found = find_patterns(only, seeds, workers, progress)
    asked = record.Asked("patterns", [r.id for r in found.results])
    used = list(range(1, found.seeds + 1))
    return PatternTable(found.results, asked, used, began, time.perf_counter() - start, found.partial, found.left)


@dataclass(frozen=True)
class PatternTable:
    """Results of patterns under the same seeds; `partial` says that Ctrl-C ended it early, `left` which are missing.

    A result whose details hold a `map` is drawn as a regime map.
    A map is a dict with x, y, values, low and high (as `viz.regimes.regime_map` takes them) and labels.
    """

    results: list[PatternResult]
    asked: record.Asked
    seeds: list[int]
    began: str = ""
    seconds: float = 0.0
    partial: bool = False
    left: list[str] = field(default_factory=list)
    scenarios: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[tuple[str, int], Any] = field(default_factory=dict)

    @cached_property
    def content(self) -> list[dict[str, Any]]:
        """The results as JSON has them: plain lists and numbers."""
        return [json.loads(json.dumps(asdict(result), default=_plain)) for result in self.results]

    @property
    def fingerprint(self) -> str:
        """One hash of all numbers."""
        return record.text_sha256(json.dumps(self.content, sort_keys=True))

    def frames(self) -> dict[str, pd.DataFrame]:
        """The table that `save` writes; ablation and details as JSON."""
        import pandas as pd

        rows = [{**row, "ablation": json.dumps(row["ablation"]), "details": json.dumps(row["details"])} for row in self.content]
        return {"patterns": pd.DataFrame(rows)}

    def save(self, folder: str | Path, command: list[str] | None = None) -> Path:
        """Write the table, the maps, a page (patterns.html) and a record into a folder. Raises UsageError or RunError."""
        return record.save(self, folder, command, self._draw)

    def _draw(self, folder: Path, facts: dict[str, Any]) -> None:
        maps: dict[str, Path] = {}
        for result in self.results:
            if drawn := result.details.get("map"):
                arrays = [np.asarray(drawn[name], dtype=np.float64) for name in ("values", "low", "high")]
                picture = import_module("changemaking.viz.regimes").regime_map(*arrays, drawn["x"], drawn["y"], drawn.get("labels"))
                saved = import_module("changemaking.viz.style").save(picture, folder, f"{result.id.lower()}-map", facts["fingerprint"])
                maps[result.id] = saved[1]
        import_module("changemaking.viz.patterns_page").write_page(self, folder, facts, maps)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
