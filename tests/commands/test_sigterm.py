"""SIGTERM, as a cluster's scheduler or `timeout` sends it, ends a command as Ctrl-C does: what is finished is kept, and it says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from changemaking import commands
from changemaking.experiments.sweeps.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM there")
LONG = 'scenarios = ["tiny"]\nmonths = 12\nseeds = 20000\nmeasures = ["quality"]\nvary."policy.lots".values = [1]\n'


def started(folder: Path, *words: str, before: Callable[[], object] | None = None) -> subprocess.Popen[str]:
    """A sweep in a process group of its own."""
    (folder / "long.toml").write_text(LONG)
    command = [sys.executable, "-m", "changemaking", "sweep", "long.toml", "--store", "kept", *words]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=before)


def begun(folder: Path, *words: str, before: Callable[[], object] | None = None) -> subprocess.Popen[str]:
    """One that has finished some of its runs."""
    process = started(folder, *words, before=before)
    until = time.monotonic() + 120
    while not any(tail.stat().st_size > 10_000 for tail in folder.glob("kept/runs/*.tail")) and time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


def kept(folder: Path) -> int:
    assert not list(folder.rglob("*.tail")) and not list(folder.rglob("*.part"))
    return len(Store(folder / "kept").keys())


@pytest.mark.parametrize(("workers", "behind"), [("1", False), ("2", False), ("2", True)])
def test_a_sweep_keeps_what_is_finished(tmp_path: Path, workers: str, behind: bool) -> None:
    """Behind a script's `&`, where Ctrl-C is ignored, too."""
    process = begun(tmp_path, "--workers", workers, before=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if behind else None)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143, said
    assert "Stopping after the runs under way." in said and "Stopped early: finished runs are in kept" in said and "Traceback" not in said
    assert ("Press Ctrl-C" in said) != behind
    assert 0 < kept(tmp_path) < 20_000


def test_a_signal_to_all_processes_loses_no_finished_run(tmp_path: Path) -> None:
    """As `timeout` sends it: workers die of it, and the parent gets it twice."""
    process = begun(tmp_path, "--workers", "2")
    os.killpg(process.pid, signal.SIGTERM)
    os.killpg(process.pid, signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143 and "Stopped early" in said and "Traceback" not in said, said
    assert 0 < kept(tmp_path) < 20_000


@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("later", [0.0, 0.4, 0.8, 1.2, 1.6])
def test_a_signal_to_all_processes_as_they_are_started_ends_them(tmp_path: Path, later: float, ignored: bool) -> None:
    """Workers, and what they are forked from, die as they are started: nobody is waited for for ever, and none is left."""
    process = started(tmp_path, "--workers", "2", before=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None)
    until = time.monotonic() + 60
    while not (tmp_path / "kept").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(later)
    os.killpg(process.pid, signal.SIGTERM)
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 143 and "Stopped" in said and "Traceback" not in said, said


def test_a_command_that_is_not_stopped_ends_as_ever(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(sys, "argv", ["changemaking", "--version"])
    with pytest.raises(SystemExit) as stop:
        commands.main()
    assert stop.value.code == 0 and signal.getsignal(signal.SIGTERM) is before
