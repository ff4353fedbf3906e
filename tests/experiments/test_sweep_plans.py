"""What a sweep would take, what it refuses before anything is run, and that a scenario is built once."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import fake_tasks
import pandas as pd
import pytest

import changemaking as cm
from changemaking.experiments import reproduction
from changemaking.experiments.errors import UsageError
from changemaking.experiments.sweeps import planning
from changemaking.experiments.sweeps.design import Design, design_of
from changemaking.experiments.sweeps.store import Store
from changemaking.experiments.sweeps.sweep import Swept, plan_sweep, sweep
from changemaking.experiments.sweeps.worlds import Worlds
from changemaking.scenarios.errors import ScenarioError

GRID: dict[str, Any] = {
    "scenarios": ["tiny"],
    "months": 12,
    "seeds": 3,
    "vary": {"policy.lots": {"values": [1, 2]}, "parameters.trust_start": {"low": 0.2, "high": 0.8, "steps": 3}},
}


def grid(**changes: Any) -> Design:
    return design_of({**GRID, **changes}, "grid")


def run(design: Design, store: Path, **words: Any) -> Swept:
    return sweep(design, store, **{"workers": 1, "progress": False, "task": fake_tasks.kept, **words})


# --- how many ---------------------------------------------------------------------------------------------------------


def test_seeds_from_outside_the_file_are_held_to_the_same_limit(tmp_path: Path) -> None:
    for seeds in (0, 100_001, 10**9):
        for asked in (lambda n: sweep(grid(), tmp_path / "s", seeds=n), lambda n: plan_sweep(grid(), tmp_path / "s", seeds=n)):
            with pytest.raises(UsageError, match=r"seeds: takes a whole number from 1 to 100,000, got [\d,]+"):
                asked(seeds)
        with pytest.raises(UsageError, match="from 1 to 100,000"):
            reproduction.reproduce(next(iter(reproduction.experiments())), seeds=seeds)
    assert not (tmp_path / "s").exists()


def test_more_runs_than_anybody_can_wait_for_are_refused_with_what_makes_them(tmp_path: Path) -> None:
    many = {"policy.lots": {"values": [1, 2]}, "parameters.trust_start": {"low": 0.2, "high": 0.8, "steps": 100}}
    with pytest.raises(
        ScenarioError, match="seeds: makes too many runs, got 200 points × 1 arms × 100,000 seeds = 20,000,000; takes at most"
    ):
        grid(vary=many, seeds=100_000)
    with pytest.raises(UsageError, match="200 points × 1 arms × 60,000 seeds = 12,000,000; takes at most 10,000,000"):
        plan_sweep(grid(vary=many), tmp_path / "s", seeds=60_000)


def test_jobs_are_worked_out_as_they_are_asked_for(tmp_path: Path) -> None:
    start = time.process_time()
    assert plan_sweep(grid(), tmp_path / "none", seeds=100_000).runs == 600_000
    assert time.process_time() - start < 1.0  # a list of them and a hash each took three seconds, and memory


# --- scenarios --------------------------------------------------------------------------------------------------------


def test_a_scenario_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    design, built, real = grid(), [], Design.scenario
    monkeypatch.setattr(Design, "scenario", lambda self, point, arm: built.append(point) or real(self, point, arm))
    made = run(design, tmp_path, workers=2)
    assert made.made == 18 and sorted(built) == [0, 1, 2, 3, 4, 5]
    kept = made.sweep.store.frame("scenarios").set_index("sha256")["contents"]
    assert all(kept[sha] == real(design, *job).canonical() for job, sha in made.sweep.scenarios.items())


def test_scenarios_that_find_no_room_are_built_again_when_their_turn_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    design = grid()
    for room in (0, 10**8):
        worlds = Worlds(design, room)
        hashes = worlds.prepare(None)
        before = worlds.built
        for (point, arm), sha in hashes.items():
            assert pickle.loads(worlds.packed(sha)).canonical() == worlds[sha].canonical() == design.scenario(point, arm).canonical()
        assert (worlds.built > before) is (room == 0)


# --- what it would take -----------------------------------------------------------------------------------------------


def took(key: str, scenario: Any, seed: int) -> dict[str, Any]:
    """As a run that took two seconds a month."""
    return fake_tasks.kept(key, scenario, seed) | {"seconds": 2.0 * scenario.horizon.months}


def test_how_long_a_run_takes_is_said_by_the_nearest_that_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of the same scenarios; or else of the same place by the same code, month by month; or else nothing of what is there."""
    other = design_of({**GRID, "scenarios": ["today"]}, "other")  # as many months in a far larger place
    run(other, tmp_path)
    assert plan_sweep(grid(), tmp_path).basis == "guess"
    run(grid(), tmp_path)
    more = plan_sweep(grid(), tmp_path, seeds=5, workers=1)
    assert more.basis == "scenarios" and more.to_do == 12 and more.seconds > 12 * 0.003 + 2, "starting is counted in"
    assert plan_sweep(grid(), tmp_path).seconds == 0

    longer = design_of({**GRID, "months": 30, "seeds": 1, "vary": {"policy.lots": {"values": [3, 4]}}}, "longer")
    run(design_of({**GRID, "set": {"policy.extension_months": 6}}, "near"), tmp_path / "near", task=took)
    run(other, tmp_path / "near")
    for workers in (1, 2):
        near = plan_sweep(longer, tmp_path / "near", workers=workers)
        assert near.basis == "place" and near.workers == workers
        assert 2 * 60 / workers < near.seconds < 2 * 60 / workers + 15, "two runs of 30 months of two seconds each, and the start"
    monkeypatch.setattr(planning, "code_version", lambda: "other code")
    assert plan_sweep(longer, tmp_path / "near", workers=1).basis == "guess"


def test_a_dry_run_refuses_what_the_run_refuses(tmp_path: Path) -> None:
    text = 'scenarios = ["tiny"]\nseeds = 1\nmonths = 3\n[vary."policy.lots"]\nvalues = [1, 2]\n'
    files = [tmp_path / folder / "mine.toml" for folder in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    files[1].write_text(text.replace("lots", "extension_months"), encoding="utf-8")
    sweep(files[0], tmp_path / "store", workers=1, progress=False, task=fake_tasks.kept)
    with pytest.raises(UsageError, match="holds a sweep of this name already"):
        plan_sweep(files[1], tmp_path / "store")
    for folder, said in ((tmp_path / "a", "holds other things"), (files[0], "is not a folder")):
        with pytest.raises(UsageError, match=said):
            plan_sweep(files[0], folder)


def test_a_dry_run_sees_damage_and_counts_its_runs(tmp_path: Path) -> None:
    run(grid(), tmp_path)
    run(grid(), tmp_path)  # now the index knows the shard
    shard = next((tmp_path / "runs").glob("*.parquet"))
    data = bytearray(shard.read_bytes())
    data[200] ^= 1
    shard.write_bytes(bytes(data))
    plan = plan_sweep(grid(), tmp_path)
    assert plan.to_do == 18 and shard.name in plan.damaged[0] and shard.exists()
    assert run(grid(), tmp_path).made == 18


@pytest.mark.parametrize("table", ["runs", "scenarios", "series"])
def test_a_dry_run_names_damage_in_every_table(tmp_path: Path, table: str) -> None:
    vary = {"policy.lots": {"values": [1, 2]}}
    sweep(grid(vary=vary, seeds=2, series=["quality"]), tmp_path, workers=1, progress=False)
    shard = next((tmp_path / table).glob("*.parquet"))
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(bytes(data))
    assert any(shard.name in told for told in plan_sweep(grid(vary=vary, seeds=2), tmp_path).damaged), "asked for or not"


# --- the store, read by others ----------------------------------------------------------------------------------------


def test_a_store_has_no_empty_folders(tmp_path: Path) -> None:
    run(grid(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["runs", "scenarios", "sweeps"]
    assert len(pd.read_parquet(tmp_path / "scenarios")) == 6 and not len(cm.open_store(tmp_path).frame("failures"))
    (tmp_path / "store.json").unlink()
    assert run(grid(), tmp_path).made == 0, "a lost mark is made again"


def some_of_each(folder: Path) -> None:
    run(grid(seeds=8, series=["quality"]), folder, task=fake_tasks.kept_but_some_fail)


def test_polars_reads_every_table(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    some_of_each(tmp_path)
    for table in ("runs", "failures", "scenarios"):
        ours = Store(tmp_path).frame(table)
        read = polars.read_parquet(tmp_path / table / "*.parquet")
        assert read.columns == list(ours.columns) and sorted(read[ours.columns[0]].to_list()) == sorted(ours[ours.columns[0]])


def test_duckdb_reads_every_table(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    some_of_each(tmp_path)
    for table in ("runs", "failures", "scenarios"):
        ours = Store(tmp_path).frame(table)
        read = duckdb.sql(f"select {ours.columns[0]} from read_parquet('{tmp_path / table}/*.parquet')").fetchall()
        assert sorted(key for (key,) in read) == sorted(ours[ours.columns[0]])


# --- Ctrl-C on Dask ---------------------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
import fake_tasks
from changemaking.experiments.sweeps import planning
from changemaking.experiments.sweeps.design import design_of
from changemaking.experiments.sweeps.sweep import sweep
raw = {"scenarios": ["tiny"], "months": 3, "seeds": 4000, "vary": {"policy.lots": {"values": [1]}}}

def tell(done, total):
    if done == 10:
        print("under way", flush=True)

made = sweep(design_of(raw, "long"), sys.argv[1], workers=1, on="dask", progress=tell, task=fake_tasks.kept)
print("kept", made.made, made.partial)
"""


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_on_dask(tmp_path: Path, times: int) -> None:
    """The terminal sends the signal to every process of the group. Once ends after what was sent, twice at once; Dask says nothing."""
    pytest.importorskip("distributed")
    environment = {**os.environ, "PYTHONPATH": str(Path(fake_tasks.__file__).parent)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "store")]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "under way\n"
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    try:
        out, err = process.communicate(timeout=120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    kept = len(Store(tmp_path / "store").frame("runs"))
    assert 10 <= kept < 4000
    if times == 1:
        assert out == f"kept {kept} True\n" and "Traceback" not in err and "after the runs under way" in err, err
    else:
        assert out == "" and err.rstrip().endswith("KeyboardInterrupt") and err.count("Traceback") == 1, err
