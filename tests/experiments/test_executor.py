"""The executor: order, failures, dead workers, Ctrl-C. What the runs do is in tests/fake_tasks.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import fake_tasks
import pytest
from process_groups import gone

from changemaking.experiments import executor
from changemaking.experiments.errors import RunError, UsageError
from changemaking.experiments.executor import MOST_TO_BLAME, Batch, default_workers, run_all, sheltered_start
from changemaking.experiments.signals import interrupts, uninterrupted

WORLD = {"a": "A", "b": "B"}
JOBS = [(name, seed) for seed in range(1, 13) for name in WORLD]


def same(first: Batch, second: Batch) -> bool:
    return list(first.results.items()) == list(second.results.items())


def test_results_do_not_depend_on_the_number_of_workers() -> None:
    alone = run_all(JOBS, WORLD, workers=1, task=fake_tasks.double)
    assert list(alone.results) == JOBS
    assert alone.results["b", 7] == ("B", 14)
    for workers in (2, 3):
        assert same(run_all(JOBS, WORLD, workers=workers, task=fake_tasks.double), alone)


def test_work_is_shared_by_processes() -> None:
    batch = run_all(JOBS, WORLD, workers=2, task=fake_tasks.process)
    assert len(set(batch.results.values())) == 2 and os.getpid() not in batch.results.values()
    assert set(run_all(JOBS, WORLD, workers=1, task=fake_tasks.process).results.values()) == {os.getpid()}


def test_repeated_jobs_run_once_and_no_jobs_are_fine() -> None:
    assert list(run_all([("a", 1), ("a", 1)], WORLD, workers=2, task=fake_tasks.double).results) == [("a", 1)]
    assert run_all([], WORLD, task=fake_tasks.double) == Batch()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_raises_is_recorded_and_the_rest_go_on(workers: int) -> None:
    batch = run_all([("a", seed) for seed in range(1, 7)], WORLD, workers=workers, task=fake_tasks.fails_on_three)
    assert list(batch.results.values()) == [1, 2, 4, 5, 6]
    [failure] = batch.failures
    assert (failure.scenario, failure.seed, failure.error) == ("a", 3, "ValueError: three is too many")
    assert "fake_tasks.py" in failure.traceback


def test_where_there_is_no_forking_workers_are_spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert executor.worker_context().get_start_method() == "spawn"
    executor.get_ready()
    batch = run_all([("a", seed) for seed in range(1, 5)], WORLD, workers=2, task=fake_tasks.double)
    assert [value for _, value in batch.results.values()] == [2, 4, 6, 8]


def test_a_killed_worker_loses_nothing(tmp_path: Path) -> None:
    world = {"w": str(tmp_path / "mark")}
    batch = run_all([("w", seed) for seed in range(1, 21)], world, workers=2, task=fake_tasks.dies_once)
    assert list(batch.results.values()) == list(range(1, 21)) and not batch.failures
    assert (tmp_path / "mark").exists()


def test_a_worker_that_dies_while_another_is_being_started_does_not_stop_the_rest(tmp_path: Path) -> None:
    """In a process of its own, for what may go wrong is that it never ends."""
    script = f"""
import sys, time
from concurrent.futures import ProcessPoolExecutor
sys.path.insert(0, {str(Path(fake_tasks.__file__).parent)!r})
import fake_tasks
from changemaking.experiments.executor import run_all

start = ProcessPoolExecutor._spawn_process
def slow_start(self):
    time.sleep(0.5)  # long enough for the worker before it to die
    start(self)
ProcessPoolExecutor._spawn_process = slow_start
batch = run_all([("w", seed) for seed in (5, 1, 2, 3, 4)], {{"w": {str(tmp_path / "mark")!r}}}, workers=2, task=fake_tasks.dies_once)
print(sorted(batch.results.values()))
"""
    done = subprocess.run([sys.executable, "-c", script], timeout=60, capture_output=True, text=True)
    assert done.stdout == "[1, 2, 3, 4, 5]\n", done.stderr


def test_a_run_that_kills_its_worker_every_time_is_named_and_the_rest_go_on() -> None:
    batch = run_all([("a", seed) for seed in range(1, 9)], WORLD, workers=2, task=fake_tasks.always_dies_on_two)
    assert list(batch.results.values()) == [1, 3, 4, 5, 6, 7, 8]
    [failure] = batch.failures
    assert failure.seed == 2 and "worker process died" in failure.error


@pytest.mark.parametrize(("first", "last"), [(1, 12), (7, 7)])
def test_runs_that_take_their_worker_with_them_one_after_another_are_failures(first: int, last: int) -> None:
    """However many there are, and though one be all there is: the caller is not the one that dies."""
    batch = run_all([("a", seed) for seed in range(first, last + 1)], WORLD, task=fake_tasks.dies_on_most)
    assert list(batch.results.values()) == list(range(first, 5))
    assert [f.seed for f in batch.failures] == list(range(max(first, 5), last + 1)) and "died during this run" in batch.failures[0].error


def test_where_no_run_survives_it_is_given_up() -> None:
    with pytest.raises(RunError, match=f"the first {MOST_TO_BLAME} runs each took their worker process with them"):
        run_all([("a", seed) for seed in range(200)], WORLD, workers=2, task=fake_tasks.always_dies)


def test_a_result_that_cannot_be_sent_is_a_failure() -> None:
    batch = run_all([("a", seed) for seed in range(1, 4)], WORLD, workers=2, task=fake_tasks.unsendable)
    assert [f.seed for f in batch.failures] == [2] and list(batch.results.values()) == [1, 3]


@pytest.mark.parametrize(("kind", "workers"), [("here", 1), ("pool", 2)])
def test_one_interrupt_keeps_what_is_finished(kind: str, workers: int, capfd: pytest.CaptureFixture) -> None:
    jobs = [(kind, seed) for seed in range(1, 401)]
    batch = run_all(jobs, {kind: kind}, workers=workers, task=fake_tasks.interrupts_parent)
    assert batch.interrupted and not batch.failures
    assert set(range(1, 5)) <= set(batch.results.values()) and len(batch.results) < 400
    assert "after the runs under way" in capfd.readouterr().err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


SCRIPT = """
import fake_tasks
from changemaking.experiments.executor import run_all

print("begun", flush=True)
batch = run_all([("a", n) for n in range(2000)], {"a": "A"}, workers=2, task=fake_tasks.TASK)
print("kept", len(batch.results), batch.interrupted)
"""


def script(tmp_path: Path, task: str) -> subprocess.Popen:
    """A user's script, without the guard that multiprocessing asks for, in a process group of its own; a worker of it is at work."""
    (tmp_path / f"{task}.py").write_text(SCRIPT.replace("TASK", task))
    where = os.pathsep.join([*os.environ.get("PYTHONPATH", "").split(os.pathsep), str(Path(fake_tasks.__file__).parent)])
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / f"{task}.py")],
        env={**os.environ, "PYTHONPATH": where, fake_tasks.DONE: str(tmp_path / f"{task}.begun")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / f"{task}.begun").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return process


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_once_and_twice(tmp_path: Path) -> None:
    """The terminal sends the signal to every process of the group, so the workers get it too."""
    once, twice = script(tmp_path, "slow"), script(tmp_path, "stays")
    os.killpg(once.pid, signal.SIGINT)
    os.killpg(twice.pid, signal.SIGINT)
    told = [twice.stderr.readline(), twice.stderr.readline()]  # two signals sent before the first is met would be one
    assert told == ["\n", "Stopping after the runs under way. Press Ctrl-C again to stop at once.\n"]
    os.killpg(twice.pid, signal.SIGINT)
    out, err = once.communicate(timeout=60)
    assert out.count("begun") == 1, "workers ran the script again"
    assert out.split()[1] == "kept" and 0 < int(out.split()[2]) < 2000 and out.split()[3] == "True", err
    assert "Traceback" not in err
    out, err = twice.communicate(timeout=fake_tasks.STAYS / 2)
    assert "kept" not in out and err.rstrip().endswith("KeyboardInterrupt")
    assert gone(once.pid) and gone(twice.pid)


@pytest.mark.slow
def test_workers_leave_when_their_parent_is_killed(tmp_path: Path) -> None:
    process = script(tmp_path, "slow")
    process.kill()
    process.communicate(timeout=20)
    assert gone(process.pid)


def test_progress_is_told_after_every_run_or_in_plain_lines(capsys: pytest.CaptureFixture) -> None:
    told: list[tuple[int, int]] = []
    run_all(JOBS[:3], WORLD, workers=1, task=fake_tasks.double, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    run_all(JOBS, WORLD, workers=1, task=fake_tasks.double, progress=True)
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("24 of 24 runs,")
    run_all(JOBS, WORLD, workers=1, task=fake_tasks.double)
    assert capsys.readouterr().err == ""


def test_workers_must_be_positive() -> None:
    with pytest.raises(UsageError, match="workers: must be 1 or more, got 0"):
        run_all(JOBS, WORLD, workers=0, task=fake_tasks.double)
    assert default_workers() >= 1


@pytest.mark.parametrize("wrong", [False, True])
def test_a_signal_that_waits_is_not_forgotten_though_something_goes_wrong(wrong: bool) -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        done.append("all the same")
        if wrong:
            raise ValueError
    assert done and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_pressed_twice_while_it_waits_is_twice() -> None:
    with pytest.raises(KeyboardInterrupt), interrupts() as seen, uninterrupted():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert not seen
    assert len(seen) == 2 and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_main_is_put_back_whichever_thread_leaves_first() -> None:
    """A sweep in each of two threads: each is to find the user's script, not the empty module of the other."""
    real, seen, inside = sys.modules["__main__"], [], threading.Event()

    def first() -> None:
        with sheltered_start():
            inside.set()
            time.sleep(0.3)

    def second() -> None:
        inside.wait()
        with sheltered_start():
            time.sleep(0.5)
        seen.append(sys.modules["__main__"])

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [real] and sys.modules["__main__"] is real
