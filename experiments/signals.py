"""Ctrl-C, and SIGTERM that stands in for it: when they are heard, and when they wait."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """A list that is empty until the first Ctrl-C; the second raises KeyboardInterrupt. Only in the main thread.

    Behind a script's back, where Ctrl-C is ignored, the SIGTERM of somebody who takes it for Ctrl-C does the same.
    """
    seen: list[int] = []

    def handle(number: int, frame: Any) -> None:
        seen.append(number)
        if len(seen) > 1:
            raise KeyboardInterrupt
        again = "" if number == signal.SIGTERM else " Press Ctrl-C again to stop at once."
        print(f"\nStopping after the runs under way.{again}", file=sys.stderr, flush=True)

    pressed, ended = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    def handle_term(number: int, frame: Any) -> None:
        assert callable(ended)
        try:
            ended(number, frame)
        except KeyboardInterrupt:
            handle(number, frame)

    ours: tuple[int, Any, Any] | None = None  # the signal, what it did before, and does now
    if threading.current_thread() is threading.main_thread():
        if pressed is signal.default_int_handler:
            ours = signal.SIGINT, pressed, handle
        elif pressed is signal.SIG_IGN and callable(ended):
            ours = signal.SIGTERM, ended, handle_term
    if ours:
        signal.signal(ours[0], ours[2])
    try:
        yield seen
    finally:
        if ours and signal.getsignal(ours[0]) is ours[2]:  # not where a SIGTERM has come, and no more are to be heard
            signal.signal(ours[0], ours[1])


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait until this is done: for what must be done whole, and soon is. Only in the main thread."""
    waiting: list[int] = []  # each as often as it came: pressed twice is not the same as once
    ours = threading.current_thread() is threading.main_thread()
    before = {number: handler for number in (signal.SIGINT, signal.SIGTERM) if ours and callable(handler := signal.getsignal(number))}
    for number in before:
        signal.signal(number, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for pressed in list(waiting):  # even if something went wrong: nobody presses twice
            signal.raise_signal(pressed)
