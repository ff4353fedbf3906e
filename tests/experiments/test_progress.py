"""What is told of how far a batch has come."""

from __future__ import annotations

import pytest

from changemaking.experiments import progress as module
from changemaking.experiments.progress import Progress


def test_the_first_runs_do_not_foretell_a_night_and_a_night_is_told_in_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    told = Progress(40_000, False)
    told.count, clock[0] = 1, 12.0  # the model's rules are being compiled
    assert told.line() == "1 of 40000 runs, 0.1 a second"
    clock[0] = 75.0  # on a slow or busy machine
    assert told.line() == "1 of 40000 runs, 0.0 a second"
    told.count, clock[0] = 2_000, 1_000.0
    assert told.line() == "2000 of 40000 runs, 2.0 a second, about 5 h 17 min left"
    told.count, clock[0] = 39_900, 19_950.0
    assert told.line().endswith("about 50 s left")
    told.count = 40_000
    assert told.line().endswith(", 5 h 32 min in all")


def test_a_passing_stage_that_is_over_at_once_leaves_no_line(capsys: pytest.CaptureFixture) -> None:
    for passing in (False, True):
        with Progress(2, True, "scenarios prepared", passing=passing) as shown:
            shown.done()
            shown.done()
        assert bool(capsys.readouterr().err) is not passing


def test_a_long_passing_stage_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(module, "EVERY", 0.0)
    with Progress(3, True, "scenarios prepared", passing=True) as shown:
        shown.done()
    assert "1 of 3 scenarios prepared" in capsys.readouterr().err
