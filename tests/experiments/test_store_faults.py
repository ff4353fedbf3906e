"""What a store survives: processes killed, a full disk, damaged files, two writers at once, other clocks and locales."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

import fake_tasks
import pandas as pd
import pyarrow as pa
import pytest
from sweep_process import SWEEP

import changemaking as cm
from changemaking.experiments.errors import RunError, UsageError
from changemaking.experiments.sweeps import shards
from changemaking.experiments.sweeps.design import Design, design_of
from changemaking.experiments.sweeps.store import Store
from changemaking.experiments.sweeps.sweep import sweep

HERE = Path(__file__).parent.parent
SEEDS = 60
RUNS = 12 * SEEDS
IN_FLIGHT = 2 * 2 * 64 + shards.BATCH  # chunks at and before two workers, and what may wait for the disk


def design(seeds: int = SEEDS) -> Design:
    return design_of({**SWEEP, "seeds": seeds}, "made up")


def start(store: Path, task: str = "kept", seeds: int = SEEDS, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(HERE / "sweep_process.py"), str(store), str(seeds), task],
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def contents(store: Path) -> pd.DataFrame:
    return cm.open_store(store).sweep("made up").frame()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("whole")
    sweep(design(), folder, workers=1, progress=False, task=fake_tasks.kept)
    return contents(folder)


def test_killing_the_parent_loses_no_more_than_is_in_flight(tmp_path: Path, uninterrupted: pd.DataFrame) -> None:
    """Killed at random moments until it is through; benchmarks/kills.py does it a hundred times."""
    rng, store, done = random.Random(3), tmp_path / "store", tmp_path / "done"
    done.touch()
    killed = 0
    for _ in range(6):
        process = start(store, **{fake_tasks.DONE: str(done)})
        try:
            process.wait(timeout=1.0 + 1.5 * rng.random())
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        time.sleep(0.05)
        if (store / "store.json").exists():
            finished = len(set(done.read_text().split("\n"))) - 1
            assert len(Store(store).keys()) >= finished - IN_FLIGHT * killed
    assert killed
    finish(start(store))
    pd.testing.assert_frame_equal(contents(store), uninterrupted, check_exact=True)
    assert not [*store.rglob("*.tail"), *store.rglob("*.part"), *store.rglob("*.lock")], "cleaned up"


def test_killed_workers_lose_nothing(tmp_path: Path, uninterrupted: pd.DataFrame) -> None:
    made = finish(start(tmp_path / "store", "kept_or_killed", CHANGEMAKING_TEST_KILLED=str(tmp_path / "killed-")))
    assert made.split() == [str(RUNS), "0"] and len(list(tmp_path.glob("killed-*"))) == 12
    pd.testing.assert_frame_equal(contents(tmp_path / "store"), uninterrupted, check_exact=True)


def test_ctrl_c_ends_cleanly_and_a_second_at_once(tmp_path: Path) -> None:
    for presses in (1, 2):
        process = start(tmp_path / str(presses), seeds=400)
        while not list((tmp_path / str(presses)).glob("runs/*.tail")) and process.poll() is None:
            time.sleep(0.02)
        for _ in range(presses):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        process.communicate(timeout=60)
        assert 0 < len(Store(tmp_path / str(presses)).keys()) < 12 * 400
        assert not list(tmp_path.rglob("*.tail"))


@pytest.mark.parametrize("where", ["into_shard", "read_tail", "write_shard"])
def test_ctrl_c_waits_until_the_shards_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    real, pressed = getattr(shards, where), []

    def press(*what: Any) -> Any:
        pressed.append(where)
        signal.raise_signal(signal.SIGINT)
        return real(*what)

    with pytest.raises(KeyboardInterrupt), Store(tmp_path / "store", write=True) as store:
        world = {"sha256": "a" * 64, "name": "n", "contents": "{}"}
        store.add("scenarios", [world])
        store.add("failures", [{"key": "k", "scenario": "a" * 64, "seed": 1, "error": "e", "traceback": "t", "at": "now"}])
        monkeypatch.setattr(shards, where, press)
    assert len(pressed) == 2, "both tables were closed"
    assert not list(tmp_path.rglob("*.tail")) and len(list(tmp_path.rglob("*.parquet"))) == 2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_two_sweeps_write_one_store_at_once(tmp_path: Path, uninterrupted: pd.DataFrame) -> None:
    both = [start(tmp_path / "store") for _ in range(2)]
    for process in both:
        finish(process)
    pd.testing.assert_frame_equal(contents(tmp_path / "store"), uninterrupted, check_exact=True)


@pytest.mark.parametrize("made", [[], ["runs"], ["runs", "series", "failures", "scenarios", "sweeps"]])
def test_a_store_half_made_by_another_or_by_one_who_was_killed_is_made_whole(tmp_path: Path, made: list[str]) -> None:
    for name in made:
        (tmp_path / name).mkdir()
    (tmp_path / ".store.json.1.part").touch()
    assert Store(tmp_path, write=True).keys() == set()


@pytest.mark.parametrize("other", ["runs/thesis.doc", "thesis.doc", "sweeps"])
def test_a_folder_of_other_things_is_not_made_a_store(tmp_path: Path, other: str) -> None:
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / other).touch()
    with pytest.raises(UsageError, match="holds other things"):
        Store(tmp_path, write=True)
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()] == [other]


def test_a_store_whose_mark_was_lost_or_damaged_is_taken_up_again(tmp_path: Path) -> None:
    words: dict[str, Any] = {"workers": 1, "progress": False, "task": fake_tasks.kept}
    made = sweep(design(2), tmp_path, **words).made
    (tmp_path / "store.json").write_text("{")
    with pytest.raises(RunError, match="remedy: delete it"):
        sweep(design(2), tmp_path, **words)
    (tmp_path / "store.json").unlink()
    assert made == 24 and sweep(design(2), tmp_path, **words).made == 0


@pytest.mark.parametrize("name", ["points.parquet", "design.json"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_what_a_sweep_asked_is_written_anew_where_it_was_damaged(tmp_path: Path, name: str, how: str) -> None:
    file = tmp_path / "made up.toml"
    file.write_text(
        'title = "x"\nseeds = 2\nmonths = 3\nmeasures = ["quality"]\nscenarios = ["tiny"]\n[vary."policy.lots"]\nvalues = [1, 2]\n'
    )
    words: dict[str, Any] = {"workers": 1, "progress": False, "task": fake_tasks.kept}
    sweep(file, tmp_path / "store", **words)
    path = tmp_path / "store" / "sweeps" / "made up" / name
    path.unlink() if how == "gone" else path.write_bytes(path.read_bytes()[:20])
    assert sweep(file, tmp_path / "store", **words).made == 0
    assert cm.open_store(tmp_path / "store").sweep().values("quality").shape == (2, 2)


def test_damage_is_named_where_something_is_missing(tmp_path: Path) -> None:
    words: dict[str, Any] = {"workers": 1, "progress": False}
    asked = design_of({**SWEEP, "seeds": 1, "months": 3, "series": ["quality"]}, "made up")
    sweep(asked, tmp_path, **words)
    [shard] = (tmp_path / "series").glob("*.parquet")
    shard.write_bytes(shard.read_bytes()[:100])
    with pytest.raises(RunError, match=rf"the months of 12 of 12 runs are missing.*{shard.name}.*run the sweep again"):
        cm.open_store(tmp_path).sweep().series("quality")
    [shard] = (tmp_path / "runs").glob("*.parquet")
    shard.unlink()
    empty = cm.open_store(tmp_path).sweep().frame(["quality"])
    assert len(empty) == 0 and "quality" in empty
    with pytest.raises(RunError, match="12 of 12 runs are missing"):
        cm.open_store(tmp_path).sweep().values("quality", "one")


def test_many_processes_make_one_store_at_once(tmp_path: Path) -> None:
    """All at the same moment, fifty stores one after another."""
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    with ProcessPoolExecutor(4, context, fake_tasks.meet_at, (context.Barrier(4),)) as pool:
        for i in range(50):
            assert all(pool.map(fake_tasks.made_at_once, [tmp_path / str(i)] * 4))


@pytest.mark.parametrize("damage", ["cut", "flip", "empty"])
def test_a_damaged_shard_is_named_set_aside_and_only_its_runs_are_made_again(tmp_path: Path, damage: str) -> None:
    words: dict[str, Any] = {"workers": 1, "progress": False, "task": fake_tasks.kept}
    sweep(design(3), tmp_path, **words)
    before = contents(tmp_path)
    (first,) = (tmp_path / "runs").glob("*.parquet")
    sweep(design(5), tmp_path, **words)
    whole = contents(tmp_path)
    data = bytearray(first.read_bytes())
    if damage == "flip":
        data[len(data) // 3] ^= 0xFF
    first.write_bytes({"cut": data[: len(data) // 2], "flip": data, "empty": b""}[damage])
    store = cm.open_store(tmp_path)
    with pytest.raises(RunError, match=r"36 of 60 runs are missing"):
        store.sweep().values("quality")
    assert len(store.damaged) == 1 and str(first) in store.damaged[0]
    again = sweep(design(5), tmp_path, **words)
    assert again.made == len(before) == 36 and str(first) in again.damaged[0]
    assert len(list((tmp_path / "set-aside").iterdir())) == 1
    pd.testing.assert_frame_equal(contents(tmp_path), whole, check_exact=True)


def test_a_tail_that_breaks_off_gives_its_whole_batches(tmp_path: Path) -> None:
    schema = pa.schema([("key", pa.string()), ("number", pa.int64())])
    tail = shards.Tail(tmp_path, schema)
    ends = []
    for i in range(5):
        tail.append([{"key": f"{i}-{j}", "number": j} for j in range(3)])
        ends.append(tail.path.stat().st_size)
    data = tail.path.read_bytes()
    for size in range(0, len(data) + 1, 7):
        (tmp_path / "cut.tail").write_bytes(data[:size])
        found = shards.read_tail(tmp_path / "cut.tail")
        assert (0 if found is None else len(found)) == 3 * sum(size >= end for end in ends)


def test_a_full_disk_is_said_and_leaves_the_store_whole(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("a small file system can be mounted by root only")
    try:
        words: dict[str, Any] = {"workers": 1, "progress": False, "task": fake_tasks.kept}
        with pytest.raises(RunError, match=r"the disk is full; free some space and run it again"):
            sweep(design(), disk / "store", **words)
        kept = len(Store(disk / "store").keys())
        assert 0 < kept < RUNS
        subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
        made = sweep(design(), disk / "store", **words)
        assert (made.plan.there, made.made) == (kept, RUNS - kept)
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_a_disk_that_fills_up_half_way_through_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    tail = shards.Tail(tmp_path, pa.schema([("key", pa.string())]))
    tail.append([{"key": "kept"}])
    real = os.fsync

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match=r"\.tail: cannot be written: the disk is full"):
        tail.append([{"key": "lost"}])
    monkeypatch.setattr(os, "fsync", real)
    shards.sweep_up(tmp_path, tail.schema)
    assert shards.read_shard(next(tmp_path.glob("*.parquet")))["key"].to_pylist() == ["kept"]


def test_a_clock_that_goes_back_and_another_locale_change_nothing(tmp_path: Path, uninterrupted: pd.DataFrame) -> None:
    finish(start(tmp_path / "store", TZ="Pacific/Kiritimati", LC_ALL="tr_TR.UTF-8", LANG="tr_TR.UTF-8"))
    pd.testing.assert_frame_equal(contents(tmp_path / "store"), uninterrupted, check_exact=True)
    for path in (tmp_path / "store").rglob("*.parquet"):
        os.utime(path, (0, 0))
    assert finish(start(tmp_path / "store", TZ="America/Adak")).split() == ["0", str(RUNS)]


def test_a_dask_worker_that_is_lost_loses_nothing(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    environment = {
        "CHANGEMAKING_TEST_KILLED": str(tmp_path / "killed-"), "PYTHONPATH": str(HERE),
        "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "1ms",  # as if the machine were too busy to start one again in time
    }  # fmt: skip
    process = subprocess.run(
        [sys.executable, "-c", DASK.format(here=str(HERE), store=str(tmp_path / "store"))],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    assert len(list(tmp_path.glob("killed-*"))) == 12
    sweep(design(10), tmp_path / "whole", workers=1, progress=False, task=fake_tasks.kept)
    pd.testing.assert_frame_equal(contents(tmp_path / "store"), contents(tmp_path / "whole"), check_exact=True)


DASK = """
import sys
sys.path.insert(0, {here!r})
if __name__ == "__main__":
    import threading
    import fake_tasks
    from changemaking.experiments.errors import RunError
    from changemaking.experiments.sweeps.design import design_of
    from changemaking.experiments.sweeps.sweep import sweep
    from sweep_process import SWEEP
    asked = design_of({{**SWEEP, "seeds": 10}}, "made up")
    made = sweep(asked, {store!r}, workers=2, on="dask", progress=False, task=fake_tasks.kept_or_killed)
    assert made.made == 120 and not made.failed, (made.made, made.failed)

    from distributed import LocalCluster  # one that is running already is joined, and left running
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        joined = sweep(asked, {store!r} + "-joined", on=cluster.scheduler_address, progress=False, task=fake_tasks.kept)
        assert joined.made == 120 and len(cluster.workers) == 1
        assert joined.sweep.frame().equals(made.sweep.frame())
        threading.Timer(2.0, cluster.close).start()
        try:
            long = design_of({{**SWEEP, "seeds": 4000}}, "long")
            sweep(long, {store!r} + "-lost", on=cluster.scheduler_address, progress=False, task=fake_tasks.kept)
        except RunError as error:
            assert "was lost" in str(error), error
        else:
            raise AssertionError("it went on without a cluster")
"""
