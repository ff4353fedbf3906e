"""Output folders: whole or not at all, never over what is not ours, and verified to the bit."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import changemaking as cm
from changemaking.experiments import record, store
from changemaking.experiments.errors import RunError, UsageError
from changemaking.model.measures import INDEX

SMALL = {"place": "tiny", "horizon.months": 12}


@pytest.fixture
def folder(fake_model: ModuleType, tmp_path: Path) -> Path:
    """A saved comparison."""
    found = cm.compare(["bundled", "phased"], 4, workers=1, overrides={**SMALL, "policy.lots": 2})
    return found.save(tmp_path / "out", ["changemaking", "compare", "bundled", "phased"])


def verified(folder: Path) -> cm.experiments.verification.Verification:
    return cm.verify(folder, workers=1)


def edit(folder: Path, change: Callable[[dict], None], sealed: bool = True) -> None:
    """Alter a record, and its seal with it as a forger would."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    change(content)
    if sealed:
        content["sealed"] = record.seal(content)
    path.write_text(json.dumps(content))


# --- what is written ----------------------------------------------------------------------------------------------


def test_what_a_folder_holds(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == {
        "manifest.json",
        "effects.parquet",
        "monthly.parquet",
        "runs.parquet",
        "events.parquet",
        "contracts.parquet",
    }
    assert [p.name for p in folder.parent.iterdir()] == ["out"]
    content = json.loads((folder / "manifest.json").read_text())
    assert content["schema"] == record.SCHEMA and content["version"] == cm.__version__
    assert content["command"] == ["changemaking", "compare", "bundled", "phased"]
    assert content["asked"]["overrides"] == {**SMALL, "policy.lots": 2}
    assert content["seeds"] == [1, 2, 3, 4] and not content["partial"] and content["failures"] == []
    assert set(content["scenarios"]) == {"today", "bundled", "phased"} and len(content["runs"]) == 12
    assert content["scenarios"]["today"]["contents"]["policy"]["lots"] == 2
    assert content["pairs"] == [["bundled", "today"], ["phased", "today"], ["phased", "bundled"]]
    assert set(content["files"]) == {"effects.parquet", "monthly.parquet", "runs.parquet", "events.parquet", "contracts.parquet"}
    assert content["libraries"]["numpy"] == np.__version__ and content["python"] == sys.version.split()[0]
    assert content["began"].endswith("+00:00") and content["seconds"] > 0
    for name in ("numba", "pandas", "pydantic"):
        assert content["libraries"][name][0].isdigit()


def test_tables_come_back_as_they_were(fake_model: ModuleType, tmp_path: Path) -> None:
    found = cm.compare(["phased"], 4, workers=1, overrides=SMALL)
    found.save(tmp_path / "out")
    for name, frame in found.frames().items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out" / f"{name}.parquet"), frame, check_dtype=False)


def test_the_fingerprint_is_of_question_and_answer(fake_model: ModuleType, tmp_path: Path) -> None:
    def print_of(name: str, **words: object) -> str:
        found = cm.compare(["phased"], 3, workers=1, overrides={**SMALL, **words})
        return json.loads((found.save(tmp_path / name) / "manifest.json").read_text())["fingerprint"]

    first = print_of("a")
    assert print_of("b") == first
    assert print_of("c", **{"policy.lots": 2}) != first
    assert print_of("d", **{"parameters.hold_up": 0.9}) != first  # the fake model ignores it, the question differs


def test_hashes_see_every_bit_and_no_padding(fake_model: ModuleType) -> None:
    outcome = cm.run("tiny", overrides={"horizon.months": 12}).outcome
    first = record.outcome_sha256(outcome)
    journal = outcome.journal.copy()
    journal.view(np.uint8).reshape(len(journal), -1)[:, 3] = 255  # alignment gap of the record
    assert (journal["payer"] == outcome.journal["payer"]).all()
    other = fake = type(outcome)(**{**outcome.__dict__, "journal": journal})
    assert record.outcome_sha256(other) == first
    outcome.series[3, INDEX["trust"]] = np.nextafter(outcome.series[3, INDEX["trust"]], np.inf)
    assert record.outcome_sha256(fake) != first


# --- verify -------------------------------------------------------------------------------------------------------


def test_an_untouched_folder_verifies(folder: Path) -> None:
    found = verified(folder)
    assert found.ok and (found.runs, found.files) == (12, 5), str(found)
    assert "every bit matches (12 runs made again, 5 files unchanged)" in str(found)


def test_a_single_run_verifies(fake_model: ModuleType, tmp_path: Path) -> None:
    cm.run("tiny", seed=5, overrides={"horizon.months": 12}).save(tmp_path / "one")
    assert verified(tmp_path / "one").ok
    real = fake_model.simulate

    def richer(scenario, seed, *, journal=False):
        outcome = real(scenario, seed, journal=journal)
        outcome.journal["pence"][0] += 1
        return outcome

    fake_model.simulate = richer
    assert "tiny, seed 5: the run gives other numbers now" in str(verified(tmp_path / "one"))


def test_altered_missing_and_added_files_are_named(folder: Path) -> None:
    with (folder / "effects.parquet").open("r+b") as file:
        file.seek(100)
        file.write(b"?")
    (folder / "events.parquet").unlink()
    (folder / "notes.txt").write_text("mine")
    found = verified(folder)
    assert not found.ok and "effects.parquet was altered" in found.problems and "events.parquet is missing" in found.problems
    assert "notes.txt is not part of the record" in found.notes


def test_an_altered_table_is_seen_even_with_its_hash_forged(folder: Path) -> None:
    path = folder / "effects.parquet"
    table = pd.read_parquet(path)
    table.loc[0, "difference"] = np.nextafter(table.loc[0, "difference"], np.inf)
    table.to_parquet(path, index=False)
    edit(folder, lambda m: m["files"]["effects.parquet"].update(sha256=record.file_sha256(path)))
    assert verified(folder).problems == ["effects.parquet holds other numbers than its runs give"]


def test_an_altered_scenario_is_named(folder: Path) -> None:
    edit(folder, lambda m: m["scenarios"]["phased"]["contents"]["policy"].update(lots=3))
    assert verified(folder).problems == ["the scenario phased was altered in manifest.json"]


def test_an_altered_scenario_is_seen_even_with_its_hash_forged(folder: Path) -> None:
    def forge(content: dict) -> None:
        was = content["scenarios"]["phased"]
        was["contents"]["policy"]["lots"] = 3
        text = json.dumps(was["contents"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        was["contents_sha256"] = record.text_sha256(text)

    edit(folder, forge)
    assert verified(folder).problems == ["the scenario phased does not have the recorded hash"]


def test_whatever_else_was_altered_is_seen_by_the_seal(folder: Path) -> None:
    edit(folder, lambda m: m.update(command=["changemaking", "other"]), sealed=False)
    assert verified(folder).problems == ["manifest.json was altered: it does not give its seal"]


def test_altered_hashes_of_runs_are_seen(folder: Path) -> None:
    edit(folder, lambda m: m["runs"][0].update(sha256="0" * 64))
    assert any("do not give the fingerprint" in p for p in verified(folder).problems)


def test_a_record_that_names_other_seeds_is_seen(folder: Path) -> None:
    for seeds, told in (([1], "other seeds than those named"), (list(range(1, 30)), "no runs are recorded for some of the seeds")):
        edit(folder, lambda m, seeds=seeds: m.update(seeds=seeds))
        assert any(told in problem for problem in verified(folder).problems)


def test_a_model_that_changed_by_one_bit_is_seen(folder: Path, fake_model: ModuleType) -> None:
    real = fake_model.simulate

    def changed(scenario, seed, **words):
        outcome = real(scenario, seed, **words)
        if (scenario.name, seed) == ("phased", 3):
            outcome.series[5, 7] = np.nextafter(outcome.series[5, 7], np.inf)
        return outcome

    fake_model.simulate = changed
    assert "phased, seed 3: the run gives other numbers now" in verified(folder).problems


def test_another_version_is_noted_and_a_newer_record_refused(folder: Path) -> None:
    edit(folder, lambda m: m.update(version="0.0.9", libraries={**m["libraries"], "numpy": "1.0"}))
    found = verified(folder)
    assert found.ok and any("made with changemaking 0.0.9" in n for n in found.notes) and any("numpy 1.0" in n for n in found.notes)
    edit(folder, lambda m: m.update(schema=record.SCHEMA + 1, version="9.9"))
    with pytest.raises(UsageError, match=r"written by a newer changemaking \(9.9.*remedy: install changemaking 9.9 or newer"):
        verified(folder)


def test_folders_without_a_record_are_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        verified(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"holds no manifest\.json"):
        verified(tmp_path / "empty")
    (tmp_path / "empty" / "manifest.json").write_text("{")
    with pytest.raises(UsageError, match="cannot be read as JSON"):
        verified(tmp_path / "empty")
    (tmp_path / "empty" / "manifest.json").write_text('{"format": "other"}')
    with pytest.raises(UsageError, match="is not a record of changemaking"):
        verified(tmp_path / "empty")
    edit(folder, lambda m: m.pop("runs"))
    with pytest.raises(UsageError, match="the record is damaged"):
        verified(folder)


# --- folders ------------------------------------------------------------------------------------------------------


def test_an_earlier_record_is_replaced_whole(folder: Path, fake_model: ModuleType) -> None:
    assert store.check_target(folder) is True
    (folder / "events.parquet").unlink()
    cm.run("tiny", overrides={"horizon.months": 12}).save(folder)
    assert {p.name for p in folder.iterdir()} == {
        "manifest.json",
        "indicators.parquet",
        "events.parquet",
        "contracts.parquet",
        "ledger.parquet",
    }
    assert verified(folder).ok and [p.name for p in folder.parent.iterdir()] == ["out"]


def test_a_folder_with_other_things_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name, message in (("out", "notes.txt"), ("other", "thesis.tex"), ("file", "not a folder")):
        with pytest.raises(UsageError, match=message):
            store.check_target(tmp_path / name)
        with pytest.raises(UsageError, match=message), store.new_folder(tmp_path / name):
            pytest.fail("must not be written")
    assert (tmp_path / "other" / "thesis.tex").read_text() == (folder / "notes.txt").read_text() == "mine"


def test_new_folders_are_made_with_their_parents_and_an_empty_one_is_used(tmp_path: Path) -> None:
    assert store.check_target(tmp_path / "a" / "b") is False
    assert list(tmp_path.iterdir()) == []
    with store.new_folder(tmp_path / "a" / "b") as new:
        (new / "x").write_text("1")
    (tmp_path / "c").mkdir()
    with store.new_folder(tmp_path / "c") as new:
        (new / "x").write_text("1")
    assert (tmp_path / "a" / "b" / "x").exists() and (tmp_path / "c" / "x").exists()
    assert (tmp_path / "c").stat().st_mode & 0o777 == (tmp_path / "a").stat().st_mode & 0o777


def test_an_empty_name_is_no_folder(fake_model: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="folder: give the name of a folder, got ''"):
        cm.run("tiny", months=12).save("")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_what_was_there_and_nothing_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    made = cm.run("tiny", overrides={"horizon.months": 12})

    def full(table: pd.DataFrame, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "write_table", full)
    for target in (folder, folder.parent / "deep" / "new"):
        with pytest.raises(RunError, match="cannot be written: the disk is full; nothing was left there"):
            made.save(target)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["out"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which even root cannot write")
def test_an_unwritable_place_is_found_before_anything_runs() -> None:
    with pytest.raises(RunError, match="/proc/here/out: cannot be written"):
        store.check_target("/proc/here/out")
    with pytest.raises(UsageError, match="is the top of a file system"):
        store.check_target("/proc")


def test_figures_that_cannot_be_drawn_do_not_lose_the_runs(fake_model: ModuleType, tmp_path: Path) -> None:
    def draw(new: Path, facts: dict) -> None:
        (new / "half.svg").write_text("<svg")
        raise ValueError("no ink")

    found = cm.compare(["phased"], 3, workers=1, overrides=SMALL)
    with pytest.raises(RunError, match="the tables are there, but not the figures: ValueError: no ink"):
        record.save(found, tmp_path / "out", draw=draw)
    assert not (tmp_path / "out" / "half.svg").exists() and verified(tmp_path / "out").ok
