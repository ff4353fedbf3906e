"""Sweeps: what a store keeps, and that only what is missing is run."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import fake_tasks
import numpy as np
import pandas as pd
import pytest
from small_sweeps import GRID, SMALL, grid, run

import changemaking as cm
from changemaking.experiments.errors import RunError, UsageError
from changemaking.experiments.sweeps import planning, results, store, worlds
from changemaking.experiments.sweeps import sweep as sweep_module
from changemaking.experiments.sweeps.code import code_version
from changemaking.experiments.sweeps.design import design_of, read_sweep
from changemaking.experiments.sweeps.store import Store, key_of
from changemaking.experiments.sweeps.sweep import plan_sweep, sweep
from changemaking.model.measures import NAMES
from changemaking.scenarios.clauses import GROUP
from changemaking.scenarios.errors import ScenarioError


def test_only_what_is_missing_is_run(tmp_path: Path) -> None:
    store = tmp_path / "a store, größer"
    assert plan_sweep(grid(), store, workers=1).to_do == 18 and not store.exists()
    first = run(grid(), store)
    assert (first.made, first.plan.there) == (18, 0)
    assert run(grid(), store).made == 0
    more = run(grid(), store, seeds=5)
    assert (more.made, more.plan.there) == (12, 18)
    wider = run(
        grid(seeds=5, vary={"policy.lots": {"values": [1, 2, 3]}, **{k: v for k, v in GRID["vary"].items() if k != "policy.lots"}}), store
    )
    assert (wider.made, wider.plan.there) == (15, 30)
    assert plan_sweep(grid(), store).to_do == 0


def test_two_sweeps_share_a_store(tmp_path: Path) -> None:
    run(grid(), tmp_path)
    other = design_of({**GRID, "vary": {"policy.lots": {"values": [2, 3]}}, "set": {**SMALL, "parameters.trust_start": 0.2}}, "other")
    made = run(other, tmp_path)
    assert (made.made, made.plan.there) == (3, 3)
    store = cm.open_store(tmp_path)
    assert store.sweeps == ["grid", "other"]
    with pytest.raises(UsageError, match=r"which sweep.*grid, other"):
        store.sweep()
    with pytest.raises(UsageError, match=r"no sweep 'gird'.*did you mean 'grid'"):
        store.sweep("gird")


def test_another_file_of_the_same_name_does_not_take_a_sweeps_place(tmp_path: Path) -> None:
    text = 'scenarios = ["tiny"]\nseeds = 1\nmonths = 3\n[vary."policy.lots"]\nvalues = [1, 2]\n'
    files = [tmp_path / folder / "mine.toml" for folder in ("a", "b", "c")]
    for file in files:
        file.parent.mkdir()
    files[0].write_text(text)
    files[1].write_text(text.replace("lots", "extension_months"))
    first = cm.sweep(files[0], tmp_path / "store", workers=1)
    with pytest.raises(UsageError, match=r"b/mine.toml: .*store holds a sweep of this name already, of .*a/mine.toml; rename"):
        cm.sweep(files[1], tmp_path / "store", workers=1)
    assert Store(tmp_path / "store").sweeps == ["mine"] and first.sweep.design.factors == ["policy.lots"]
    files[0].write_text(text.replace("[1, 2]", "[1, 2, 3]"))
    assert cm.sweep(files[0], tmp_path / "store", workers=1).made == 1, "a file that was changed goes on"
    files[0].rename(files[2])
    files[2].write_text(text.replace("[1, 2]", "[1, 2, 4]"))
    assert cm.sweep(files[2], tmp_path / "store", workers=1).made == 1, "and one that was moved"


def test_a_place_that_was_edited_is_run_again(tmp_path: Path) -> None:
    from changemaking.scenarios.files import FOLDERS

    place = tmp_path / "mine.toml"
    place.write_text((FOLDERS["place"] / "tiny.toml").read_text(encoding="utf-8"), encoding="utf-8")
    asked = {"scenarios": ["tiny"], "months": 3, "seeds": 1, "vary": {"place": {"values": ["tiny", str(place)]}}}
    run(design_of(asked, "made up"), tmp_path / "store")
    place.write_text(place.read_text(encoding="utf-8").replace("volatility = 0.", "volatility = 0.9", 1), encoding="utf-8")
    assert run(design_of(asked, "made up"), tmp_path / "store").made == 1


def test_files_given_by_path_are_kept_as_they_were(tmp_path: Path) -> None:
    """A scenario that extends another, a place and a form of the user's own: altered or gone, the record still says what was run."""
    from changemaking.experiments.analyses.analysis import analyse
    from changemaking.scenarios.files import FOLDERS

    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "here.toml").write_text((FOLDERS["place"] / "tiny.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (ours / "how.toml").write_text((FOLDERS["form"] / "grant.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (ours / "base.toml").write_text('extends = "today"\nplace = "here.toml"\n', encoding="utf-8")
    (ours / "mine.toml").write_text('extends = "base.toml"\nform = "how.toml"\n', encoding="utf-8")
    text = 'scenarios = ["mine.toml"]\nseeds = 2\nmonths = 3\nmeasures = ["quality"]\n[vary."policy.extension_months"]\nvalues = [1, 2]\n'
    (ours / "asked.toml").write_text(text, encoding="utf-8")
    made = cm.sweep(ours / "asked.toml", tmp_path / "store", workers=1)
    before = made.sweep.design.scenario(0, "mine.toml")
    (ours / "here.toml").write_text("not even TOML [", encoding="utf-8")
    for name in ("how", "base", "mine"):
        (ours / f"{name}.toml").unlink()
    opened = cm.open_store(tmp_path / "store").sweep("asked")
    assert opened.design.scenario(0, "mine.toml").sha256 == before.sha256 == opened.scenarios[0, "mine.toml"]
    analyse("report", opened, {}).save(tmp_path / "out")
    assert cm.verify(tmp_path / "out", workers=1).ok
    with pytest.raises(ScenarioError, match=r"mine\.toml"):
        read_sweep(ours / "asked.toml")


def test_what_the_model_gives_is_what_the_store_gives(tmp_path: Path) -> None:
    design = grid(vary={"policy.lots": {"values": [1, 2]}}, seeds=2, series=["quality"])
    made = sweep(design, tmp_path, workers=2, progress=False)
    frame = made.sweep.frame()
    series = made.sweep.series("quality")
    for row in frame.itertuples():
        outcome = cm.simulate(design.scenario(row.point, row.arm), row.seed)
        kept = frame.loc[row.Index, list(NAMES)].to_numpy(dtype=float)
        assert np.array_equal(kept, [outcome.totals[name] for name in NAMES], equal_nan=True), "to the bit"
        months = series.query(f"point == {row.point} and seed == {row.seed}").iloc[0, 3:].to_numpy(dtype=float)
        assert np.array_equal(months, outcome.series[:, NAMES.index("quality")], equal_nan=True)
    with pytest.raises(UsageError, match="was not kept month by month; kept were: quality"):
        made.sweep.series("trust")
    assert sweep(grid(vary={"policy.lots": {"values": [1, 2]}}, seeds=2, series=["trust"]), tmp_path, workers=1, progress=False).made == 4


def test_a_store_is_read_as_it_is_by_others(tmp_path: Path) -> None:
    made = run(grid(), tmp_path)
    with Store(tmp_path, write=True) as store:  # also while somebody writes to it
        row = {
            "key": "k",
            "scenario": "s",
            "code": "c",
            "seed": 1,
            "months": 12,
            "seconds": 0.0,
            "sha256": "",
            "totals": [0.0] * len(NAMES),
        }
        store.add("runs", [row])
        runs, known = pd.read_parquet(tmp_path / "runs"), store.keys()
        assert len(runs) == 18 and set(NAMES) <= set(runs.columns) and "k" in known
    wide, long = made.sweep.frame(["quality", "trust"]), made.sweep.frame(["quality", "trust"], long=True)
    assert list(wide.columns) == ["point", "arm", "seed", "policy.lots", "parameters.trust_start", "quality", "trust"]
    assert len(long) == 2 * len(wide) and set(long["measure"]) == {"quality", "trust"}
    scenario = json.loads(made.sweep.store.frame("scenarios")["contents"][0])
    assert scenario["place"]["name"] == "tiny"
    values = made.sweep.values("quality")
    assert values.shape == (6, 3) and values[4, 1] == wide.query("point == 4 and seed == 2")["quality"].item()


def test_arms_subtract_in_pairs(tmp_path: Path) -> None:
    made = run(grid(scenarios=["bundled", "phased"]), tmp_path)
    both = [made.sweep.values("quality", arm) for arm in ("phased", "bundled")]
    assert np.array_equal(made.sweep.values("quality", "phased", "bundled"), both[0] - both[1])
    with pytest.raises(UsageError, match=r"which arm.*bundled, phased"):
        made.sweep.values("quality")
    with pytest.raises(UsageError, match=r"no arm 'phasd'.*did you mean 'phased'"):
        made.sweep.values("quality", "phasd")
    with pytest.raises(UsageError, match="no such measure"):
        made.sweep.values("qualty", "phased")


def test_other_code_makes_other_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(grid(), tmp_path)
    for module in (sweep_module, planning, worlds, results, store):
        monkeypatch.setattr(module, "code_version", lambda: "another")
    made = run(grid(), tmp_path)
    assert made.made == 18 and len(pd.read_parquet(tmp_path / "runs")) == 36 and len(made.sweep.frame()) == 18
    assert key_of("a", 1, "x") != key_of("a", 1, "y") != key_of("b", 1, "y") != key_of("b", 2, "y")


def test_the_code_of_a_package_that_brings_a_clause_is_in_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def version() -> str:
        importlib.invalidate_caches()
        code_version.cache_clear()
        return code_version()

    monkeypatch.syspath_prepend(tmp_path)
    alone = version()
    package = tmp_path / "mine_clauses" / "rules"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").write_text("raise SystemExit('it is not run to be read')\n", encoding="utf-8")
    assert version() == alone  # a package that brings no clause is nobody's business
    told = tmp_path / "mine_clauses-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: mine_clauses\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(f"[{GROUP}]\nopen_doors = mine_clauses.rules:OpenDoors\n", encoding="utf-8")
    found = [alone, version()]
    for text in ("PRICE = 0.1\n", "PRICE = 0.2\n"):
        (package / "prices.py").write_text(text, encoding="utf-8")
        found.append(version())
    assert len(set(found)) == 4
    shutil.rmtree(package.parent)  # whoever names the clause then is told that it is faulty
    assert version() not in found[:1]
    (told / "entry_points.txt").unlink()
    assert version() == alone


def test_failures_are_kept_and_tried_again_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    design = grid(seeds=10)
    words: dict[str, Any] = {"workers": 1, "progress": False, "task": fake_tasks.kept_but_some_fail}
    first = sweep(design, tmp_path, **words)
    assert (first.made, first.failed) == (54, 6)
    failures = first.sweep.failures()
    assert (
        len(failures) == 6
        and set(failures["seed"]) == {7}
        and "unlucky" in failures["error"][0]
        and "Traceback" in failures["traceback"][0]
    )
    with pytest.raises(RunError, match=r"6 of 60 runs are missing \(6 of them failed.*point 0 \(policy.lots=1, .*seed 7"):
        first.sweep.values("quality")
    assert sweep(design, tmp_path, **words).made == 0
    monkeypatch.setattr(fake_tasks, "UNLUCKY", "still unlucky")
    assert set(sweep(design, tmp_path, retry_failed=True, **words).sweep.failures()["error"]) == {"ValueError: seed 7 is still unlucky"}
    monkeypatch.setenv("CHANGEMAKING_TEST_MENDED", "yes")
    again = sweep(design, tmp_path, retry_failed=True, **words)
    assert (again.made, again.failed) == (6, 0) and again.sweep.values("quality").shape == (6, 10)
    assert not len(again.sweep.failures())


def test_a_folder_that_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds other things"):
        run(grid(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(UsageError, match="not a store"):
        cm.open_store(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        cm.open_store(tmp_path / "none")


def test_a_store_of_a_newer_version_is_refused_with_the_remedy(tmp_path: Path) -> None:
    run(grid(), tmp_path)
    mark = tmp_path / "store.json"
    mark.write_text(mark.read_text().replace('"schema": 1', '"schema": 2'))
    for opening in (lambda: cm.open_store(tmp_path), lambda: run(grid(), tmp_path)):
        with pytest.raises(RunError, match=r"newer changemaking.*remedy: install"):
            opening()


def test_workers_and_dask_give_the_same_bits(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    design = grid(seeds=2)
    ways: list[dict[str, Any]] = [{"workers": 1}, {"workers": 2}, {"workers": 2, "on": "dask"}]
    frames = [sweep(design, tmp_path / str(i), progress=False, **words).sweep.frame() for i, words in enumerate(ways)]
    for other in frames[1:]:
        pd.testing.assert_frame_equal(frames[0], other, check_exact=True)


def test_an_address_nobody_answers_at(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1"):
        sweep(grid(), tmp_path / "store", on="tcp://127.0.0.1:1", progress=False)
    for bad in ("foo", "tcp://foo", "http://127.0.0.1:1", ""):
        with pytest.raises(UsageError, match=r"takes .dask. or the address"):
            sweep(grid(), tmp_path / "store", on=bad, progress=False)
    assert not (tmp_path / "store").exists(), "bad input writes nothing"


def test_a_store_counts_a_run_once_however_often_it_is_there(tmp_path: Path) -> None:
    run(grid(), tmp_path)
    shard = next((tmp_path / "runs").glob("*.parquet"))
    shard.with_name("copy.parquet").write_bytes(shard.read_bytes())
    assert len(Store(tmp_path).table("runs")) == 18
    assert run(grid(), tmp_path).made == 0


def test_the_model_is_run_once_for_scenarios_that_are_the_same(tmp_path: Path, fake_model: ModuleType) -> None:
    twice = design_of({**GRID, "scenarios": [], "arms": {"one": {"scenario": "today"}, "two": {"scenario": "today"}}}, "twice")
    made = sweep(twice, tmp_path, workers=1, progress=False)
    assert made.made == 18 and len(made.sweep.frame()) == 36
    assert not made.sweep.values("quality", "one", "two").any()
