"""What a report of a sweep holds: every arm against the first, and the analysis that the sweep's file asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..sweeps.results import Sweep
from .discovery import Discovery
from .effects import arm_effects

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Report:
    """The effects of the arms, and (kind, result) of the analysis that answers the question, if the file names one; why it is `silent`."""

    sweep: Sweep
    effects: pd.DataFrame
    answer: tuple[str, Any] | None
    silent: str = ""

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        return {"effects": self.effects, **(self.answer[1].frames() if self.answer else {})}


def report(sweep: Sweep, measures: Sequence[str] | None = None) -> Report:
    """Gather it. Raises UsageError or RunError as `arm_effects` and the analysis do."""
    from .analysis import KINDS

    effects, asked = arm_effects(sweep, measures), sweep.design.file.analysis
    if asked is None:
        return Report(sweep, effects, None)
    arguments = {name: value for name, value in asked.model_dump().items() if value is not None and name != "kind"}
    result = KINDS[asked.kind](sweep, **arguments)
    if isinstance(result, Discovery) and result.nothing:  # that is an answer too
        return Report(sweep, effects, None, result.nothing)
    return Report(sweep, effects, (asked.kind, result))
