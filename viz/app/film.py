"""A run with all there is to see, and what happened in it in sentences: thousands, so they are written where the run is lived through."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cached_property

from ...experiments.recording import Recording, record_run
from ...scenarios.schema import Scenario
from .event_words import happened


@dataclass(frozen=True, eq=False)
class Film(Recording):
    """A recording with month, kind and sentence of each event, in order, as JSON and packed by zlib: only the browser opens it."""

    told: bytes

    @cached_property
    def nbytes(self) -> int:
        """Roughly what it takes in memory."""
        return super().nbytes + len(self.told)


def film(scenario: Scenario, seed: int) -> Film:
    """Live through a run. Raises what `simulate` does."""
    run = record_run(scenario, seed)
    events = sorted(happened(run), key=lambda event: event[0])
    return Film(**vars(run), told=zlib.compress(json.dumps(events, ensure_ascii=False).encode()))
