"""What a report of a sweep holds: every arm against the first, whether the seeds are enough, and the analysis that the file asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..sweeps.results import Sweep
from .convergence import Convergence, convergence
from .discovery import Discovery
from .effects import arm_effects

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Report:
    """The effects of the arms, and (kind, result) of the analysis that answers the question, if the file names one; why it is `silent`.

    `settled` says of the first measure whether the seeds are enough; None with fewer than two.
    """

    sweep: Sweep
    effects: pd.DataFrame
    answer: tuple[str, Any] | None
    silent: str = ""
    settled: Convergence | None = None

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        parts = [found for found in (self.settled, self.answer[1] if self.answer else None) if found is not None]
        return {"effects": self.effects, **{name: frame for part in parts for name, frame in part.frames().items()}}


def report(sweep: Sweep, measures: Sequence[str] | None = None, half_width: float | None = None) -> Report:
    """Gather it; `half_width` is what the first measure's intervals should come to.

    Raises UsageError or RunError as `arm_effects`, `convergence` and the analysis do.
    """
    from .analysis import KINDS

    effects, asked = arm_effects(sweep, measures), sweep.design.file.analysis
    first = str(effects["measure"].iloc[0])
    settled = convergence(sweep, first, half_width=half_width) if len(sweep.seeds) > 1 or half_width is not None else None
    if asked is None:
        return Report(sweep, effects, None, settled=settled)
    arguments = {name: value for name, value in asked.model_dump().items() if value is not None and name != "kind"}
    result = KINDS[asked.kind](sweep, **arguments)
    if isinstance(result, Discovery) and result.nothing:  # that is an answer too
        return Report(sweep, effects, None, result.nothing, settled)
    return Report(sweep, effects, (asked.kind, result), settled=settled)
