"""An analysis with its record: what was asked of which sweep, what came of it, and how it is worked out again from nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import record, store
from ..errors import UsageError
from ..sweeps.results import Sweep
from .calibration import calibrate
from .convergence import convergence
from .discovery import discover
from .regimes import regime_map
from .reporting import report
from .robustness import robustness
from .sensitivity import sensitivity

if TYPE_CHECKING:
    import pandas as pd

    from ...model.outcome import Outcome
    from ...scenarios.schema import Scenario

KINDS: dict[str, Callable[..., Any]] = {
    "sensitivity": sensitivity,
    "discovery": discover,
    "robustness": robustness,
    "regimes": regime_map,
    "report": report,
    "calibration": calibrate,
    "convergence": convergence,
}


@dataclass(frozen=True)
class Analysis:
    """The result of an analysis of a sweep, and what it was asked with."""

    kind: str
    sweep: Sweep
    arguments: dict[str, Any]
    result: Any
    began: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def asked(self) -> record.Asked:
        asked = {"arguments": self.arguments, "design": self.sweep.design.as_table(), "code": self.sweep.code}
        return record.Asked(self.kind, self.sweep.arms, None, asked)

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """Every arm at the first point; the others differ from it as the design says."""
        return {arm: self.sweep.design.scenario(0, arm) for arm in self.sweep.arms}

    @property
    def outcomes(self) -> dict[tuple[str, int], Outcome]:
        return {}

    @property
    def seeds(self) -> list[int]:
        return self.sweep.seeds

    @property
    def fingerprint(self) -> str:
        """One hash for the question and every run that answers it."""
        return record.text_sha256(f"{self.kind} {json.dumps(self.arguments, sort_keys=True)} {self.sweep.fingerprint}")

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables that `save` writes, by file name."""
        return self.result.frames()

    def save(self, folder: str | Path, command: list[str] | None = None) -> Path:
        """Write tables, figures and a record into a folder, in the place of the same analysis of the same sweep, if any; not of another.

        Raises UsageError or RunError.
        """
        refuse_other(folder, self.kind, self.sweep.name)

        def draw(new: Path, facts: dict[str, Any]) -> None:
            import_module("changemaking.viz.analyses").save_figures(self, new, facts)

        return record.save(self, folder, command, draw)


def refuse_other(folder: str | Path, kind: str, sweep: str) -> None:
    """Make sure that a folder holds no results of another kind or sweep, which would be lost. Raises UsageError."""
    try:
        asked = json.loads((Path(folder) / store.MANIFEST).read_text(encoding="utf-8"))["asked"]
        there = str(asked["kind"]), str(asked["overrides"].get("design", {}).get("name", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # nothing of ours; that it holds other things is said elsewhere
    if there != (kind, sweep):
        of = f"the {there[0]} of the sweep {there[1]}" if there[1] else f"the results of {there[0]}"
        raise UsageError(f"{folder}: holds {of}, which would be lost; give another folder")


def analyse(kind: str, sweep: Sweep, arguments: Mapping[str, Any]) -> Analysis:
    """Do an analysis of that kind with these arguments. Raises UsageError or RunError as its function does."""
    began, start = record.now(), time.perf_counter()
    given = {name: value for name, value in arguments.items() if value is not None}
    result = KINDS[kind](sweep, **given)
    return Analysis(kind, sweep, given, result, began, time.perf_counter() - start)
