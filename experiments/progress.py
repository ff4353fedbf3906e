"""How far a batch of runs has come: a bar in a terminal, plain lines anywhere else. Always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

Report = Callable[[int, int], None]
"""Called with the number of runs done and the number of all runs."""

EVERY = 5.0  # seconds between two lines
TELLING, TELLING_RUNS = 20.0, 20  # seconds, or runs, after which the time that is left is told


class Progress:
    """Context manager that tells how many of `total` runs are done; call `done()` after each.

    `how`: True always shows, False never, None shows in a terminal only; a function is called with (done, total) instead. What is only a
    `passing` stage leaves nothing behind in a terminal, and no line if it was over at once.
    """

    def __init__(self, total: int, how: bool | Report | None = None, label: str = "runs", passing: bool = False) -> None:
        self.total, self.label, self.count = total, label, 0
        self.call = how if callable(how) else None
        terminal = sys.stderr.isatty()
        self.passing = passing
        self.bar: Any = _bar(passing) if self.call is None and terminal and how is not False else None
        self.lines = self.call is None and not terminal and how is True
        self.start = self.told = time.monotonic()

    def __enter__(self) -> Progress:
        if self.bar:
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=self.total)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar:
            self.bar.stop()

    def done(self) -> None:
        """One more run is done."""
        self.count += 1
        if self.call:
            self.call(self.count, self.total)
        elif self.bar:
            self.bar.advance(self.task)
        elif self.lines and (time.monotonic() - self.told >= EVERY or (self.count == self.total and not self.passing)):
            self.told = time.monotonic()
            print(self.line(), file=sys.stderr, flush=True)

    def line(self) -> str:
        """Where things stand, as one line of text."""
        seconds = max(time.monotonic() - self.start, 1e-9)
        rate = self.count / seconds
        left = (self.total - self.count) / rate if rate else float("inf")
        text = f"{self.count} of {self.total} {self.label}, {rate:.1f} a second"
        if self.count == self.total:
            return f"{text}, {_time(seconds)} in all"
        tells = self.count > 1 and (seconds >= TELLING or self.count >= TELLING_RUNS)  # the first waits for workers, or to be compiled
        return text + (f", about {_time(left)} left" if tells else "")


def _time(seconds: float) -> str:
    """42 s, 12 min, 3 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _bar(passing: bool) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text("" if task.speed is None else f"{task.speed:.1f}/s")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), TextColumn("left"))
    return Bar(*columns, console=Console(stderr=True), transient=passing)
