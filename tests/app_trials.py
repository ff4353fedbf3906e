"""An engine of the app for tests, and a trial of it that is through."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from changemaking.viz.app.asked import Asked
from changemaking.viz.app.engine import Engine, Trial


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    found = Engine(2)
    yield found
    found.close()


@pytest.fixture(scope="module")
def done(engine: Engine) -> Trial:
    """A trial that is through: four lots against one, in the small town."""
    return finished(engine.start(*Asked("tiny", set={"lots": 4}).arms(), seeds=4))


def finished(trial: Trial) -> Trial:
    end = time.monotonic() + 120
    while trial.progress().running and time.monotonic() < end:
        time.sleep(0.02)
    assert not trial.running and not trial.problem
    return trial
