"""Scenarios of a sweep built on all processors: the same in the same order as one after another, whatever becomes of the workers."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from process_groups import gone

from changemaking.experiments.sweeps import building
from changemaking.experiments.sweeps.building import Builder, Built
from changemaking.experiments.sweeps.design import Design, design_of, read_sweep
from changemaking.scenarios.errors import ScenarioError

VALUES = [round(0.01 * n, 2) for n in range(1, 31)]
MANY = {"scenarios": ["tiny"], "months": 6, "vary": {"parameters.hold_up": {"values": VALUES}}}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FEW", 5)
    monkeypatch.setattr(building, "SLICE", 2)


def places(design: Design) -> list[tuple[int, str]]:
    return [(point, arm) for point in range(len(design.points)) for arm in design.arms]


def told(built: Built) -> tuple[Any, ...]:
    return built.sha256, built.name, built.town, built.months, built.text, pickle.loads(zlib.decompress(built.packed)).canonical()


def at_once(pool: Any) -> None:
    """Workers that are there before the caller has built anything."""


def test_workers_build_what_the_caller_would_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    design = design_of(MANY, "many")
    builder = Builder(design, telling=True, packing=True)
    expected = [told(built) for built in builder.all(places(design), 1)]
    built_here: list[tuple[int, str]] = []
    real = Builder.one
    monkeypatch.setattr(Builder, "one", lambda self, place: (built_here.append(place), real(self, place))[1])
    for start in (building._start, at_once):
        monkeypatch.setattr(building, "_start", start)
        built_here.clear()
        assert [told(built) for built in builder.all(places(design), 2)] == expected
    assert len(built_here) < len(expected), "the caller builds only while they start"
    assert len({sha for sha, *_ in expected}) == len(VALUES) and all(text for *_, text, _ in expected)


def test_files_are_found_from_where_the_caller_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What workers are forked from may have been started in another folder."""
    list(Builder(design_of(MANY, "many"), telling=False, packing=False).all(places(design_of(MANY, "many")), 2))
    (tmp_path / "own.toml").write_text('extends = "tiny"\n[policy]\nlots = 2\n')
    (tmp_path / "many.toml").write_text(
        'scenarios = ["own.toml"]\nmonths = 6\n[vary."parameters.hold_up"]\nvalues = [' + ", ".join(map(str, VALUES)) + "]\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(building, "_start", at_once)
    design = read_sweep("many.toml")
    builder = Builder(design, telling=True, packing=False)
    assert [b.text for b in builder.all(places(design), 2)] == [b.text for b in builder.all(places(design), 1)]


def test_a_scenario_that_cannot_be_built_is_told_as_the_caller_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_start", at_once)
    good = design_of(MANY, "many")
    points = [*good.points[:20], (-1.0,), *good.points[21:25], (-2.0,)]
    design = Design(good.name, good.file, good.folder, good.factors, points, good.files)
    errors, counts = [], []
    for workers in (1, 2):
        found: list[Built] = []
        with pytest.raises(ScenarioError) as refused:
            for built in Builder(design, False, False).all(places(design), workers):
                found.append(built)
        errors.append(str(refused.value))
        counts.append(len(found))
    assert errors[0] == errors[1] and errors[0].startswith("many: arms.tiny, parameters.hold_up=-1.0: ")
    assert counts[0] == 20 >= counts[1] >= 18, "all of the slices before it"


def test_what_a_dead_worker_leaves_the_caller_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    design, started = design_of(MANY, "many"), []
    real = building.ProcessPoolExecutor.submit

    def submit(pool: Any, *asked: Any) -> Any:
        future = real(pool, *asked)
        started.append(future)
        if len(started) == 4:
            for process in list(pool._processes.values()):
                process.kill()
        return future

    monkeypatch.setattr(building.ProcessPoolExecutor, "submit", submit)
    builder = Builder(design, telling=True, packing=True)
    assert [told(b) for b in builder.all(places(design), 2)] == [told(b) for b in builder.all(places(design), 1)]
    assert len(started) >= 4


MANY_POINTS = """
scenarios = ["tiny"]
months = 2
design = "latin"
samples = 6000
[vary."parameters.hold_up"]
low = 0.0
high = 0.5
"""


@pytest.mark.slow
@pytest.mark.parametrize("presses", [(0.0,), (2.5,), (0.0, 0.2), (2.5, 0.1), (4.0, 0.3)])
def test_ctrl_c_while_scenarios_are_prepared(tmp_path: Path, presses: tuple[float, ...]) -> None:
    """Once or twice, while what workers are forked from still loads or while they build: it ends soon, in words, and leaves nothing."""
    (tmp_path / "many.toml").write_text(MANY_POINTS)
    command = [sys.executable, "-m", "changemaking", "sweep", str(tmp_path / "many.toml"), "--store", str(tmp_path / "store")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 120
    while not (tmp_path / "store" / "store.json").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    for seconds in presses:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT) and "Traceback" not in out + err, err  # a second press may come as it ends
    assert gone(process.pid)
