"""Whether a folder of results still is what its record says, and whether the model still gives the same bits."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import record, store
from .analyses.analysis import KINDS, analyse
from .errors import RunError, UsageError
from .executor import run_all
from .progress import Report
from .sweeps.design import Design
from .sweeps.sweep import sweep

if TYPE_CHECKING:
    import pandas as pd

    from ..model.outcome import Outcome
    from ..scenarios.schema import Scenario


@dataclass
class Verification:
    """What `verify` found. `problems` are what does not match; `notes` are differences that need not matter."""

    folder: str
    fingerprint: str
    runs: int = 0
    files: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Every file, every run and every table matches."""
        return not self.problems

    def __str__(self) -> str:
        if self.ok:
            first = f"{self.folder}: every bit matches ({_counted(self.runs, 'run')} made again, {_counted(self.files, 'file')} unchanged)"
        else:
            first = f"{self.folder}: does not match its record"
        return "\n".join([first, *(f"  differs: {p}" for p in self.problems), *(f"  note: {n}" for n in self.notes)])


def verify(folder: str | Path, workers: int | None = None, progress: bool | Report | None = None) -> Verification:
    """Check the files in a folder of results, run all again from the record, and compare every bit.

    Raises UsageError if there is no record that can be read.
    """
    found = record.read(folder)
    made = Verification(str(folder), str(found.get("fingerprint", "")))
    altered, results = record.SEAL in found and record.seal(found) != found[record.SEAL], None
    try:
        _versions(found, made)
        _files(Path(folder), found, made)
        worlds = _scenarios(found, made)
        if found["asked"]["kind"] == "patterns":
            results = _patterns(found, made, workers, progress)
        elif found["asked"]["kind"] in KINDS:
            results = _analysis(found, made, workers, progress)
        else:
            _hashes(found, made)
            results = _again(found, worlds, made, workers, progress)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder}: the record is damaged: {type(error).__name__}: {error}") from None
    except (UsageError, RunError):
        if not altered:
            raise
    if results is not None:
        _tables(Path(folder), results, made)
    if altered:
        made.problems.append("manifest.json was altered: it does not give its seal")
    return made


def _counted(n: int, what: str) -> str:
    return f"{n} {what if n == 1 else what + 's'}"


def _versions(found: dict[str, Any], made: Verification) -> None:
    from .. import __version__

    if found["version"] != __version__:
        remedy = f"if bits differ, install changemaking {found['version']} and verify with that"
        made.notes.append(f"made with changemaking {found['version']}, checked with {__version__}; {remedy}")
    git, then = record.git_state(), found.get("git")
    if git and then and git["commit"] != then["commit"]:
        changes = " with changes" if then["dirty"] else ""
        made.notes.append(f"made at commit {then['commit'][:12]}{changes}, checked at {git['commit'][:12]}")
    elif then and then["dirty"]:
        made.notes.append(f"made from a checkout with changes on top of commit {then['commit'][:12]}")
    now = record.libraries()
    if different := [f"{name} {then} (now {now.get(name)})" for name, then in found["libraries"].items() if now.get(name) != then]:
        made.notes.append(f"made with {', '.join(different)}")
    if found["partial"]:
        asked, runs = found["asked"], f"{len(found['runs'])} runs"
        held = f"{', '.join(asked['scenarios'])} under {len(found['seeds'])} seeds" if asked["kind"] == "patterns" else runs
        made.notes.append(f"partial: interrupted after {held}")
    if found["failures"]:
        made.notes.append(f"{len(found['failures'])} runs had failed")


def _files(folder: Path, found: dict[str, Any], made: Verification) -> None:
    for name, was in found["files"].items():
        path = folder / name
        if not path.is_file():
            made.problems.append(f"{name} is missing")
        elif record.file_sha256(path) != was["sha256"]:
            made.problems.append(f"{name} was altered")
        made.files += 1
    extra = sorted({p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - set(found["files"]) - {store.MANIFEST})
    made.notes += [f"{name} is not part of the record" for name in extra]


def _scenarios(found: dict[str, Any], made: Verification) -> dict[str, Scenario]:
    """The recorded scenarios that are as they were when recorded."""
    from pydantic import ValidationError

    from ..scenarios.schema import Scenario

    worlds = {}
    for name, was in found["scenarios"].items():
        text = json.dumps(was["contents"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if record.text_sha256(text) != was["contents_sha256"]:
            made.problems.append(f"the scenario {name} was altered in manifest.json")
            continue
        try:
            worlds[name] = Scenario.from_canonical(text)
        except ValidationError as error:
            made.problems.append(f"the scenario {name} cannot be read by this version: it refuses {error.error_count()} values")
            continue
        if worlds[name].sha256 != was["sha256"]:
            made.problems.append(f"the scenario {name} does not have the recorded hash")
            del worlds[name]
    return worlds


def _hashes(found: dict[str, Any], made: Verification) -> None:
    if record.fingerprint(found["runs"]) != found["fingerprint"]:
        made.problems.append("the hashes of the runs in manifest.json were altered: they do not give the fingerprint")
    missing = "" if found["partial"] or found["failures"] else "no runs are recorded for some of the seeds named"
    if {r["seed"] for r in found["runs"]} - set(found["seeds"]):
        made.problems.append("runs in manifest.json have other seeds than those named there")
    elif missing and {r["seed"] for r in found["runs"]} != set(found["seeds"]):
        made.problems.append(missing)
    named = {name: was["sha256"] for name, was in found["scenarios"].items()}
    if any(r["scenario_sha256"] != named.get(r["scenario"]) for r in found["runs"]):
        made.problems.append("runs in manifest.json belong to other scenarios than those recorded")


def _task(journal: bool, first: int, key: str, scenario: Scenario, seed: int) -> Outcome:
    from .compare import _slim

    if not journal:
        return _slim(first, key, scenario, seed)
    from ..model.ecosystem import simulate

    return simulate(scenario, seed, journal=True)


def _again(
    found: dict[str, Any], worlds: dict[str, Scenario], made: Verification, workers: int | None, progress: bool | Report | None
) -> Any:
    """Run every recorded run again and compare the bits; the new result if all its runs are there, else None."""
    was = {(r["scenario"], r["seed"]): r["sha256"] for r in found["runs"]}
    jobs = [job for job in was if job[0] in worlds]
    journal = found["asked"]["kind"] == "run"
    batch = run_all(jobs, worlds, workers, progress, partial(_task, journal, found["seeds"][0]))
    if batch.interrupted:
        raise KeyboardInterrupt
    made.runs = len(batch.results)
    made.problems += [f"{f.scenario}, seed {f.seed}: the run fails now: {f.error}" for f in batch.failures]
    other = [job for job, outcome in batch.results.items() if record.outcome_sha256(outcome) != was[job]]
    made.problems += [f"{name}, seed {seed}: the run gives other numbers now" for name, seed in other[:5]]
    if len(other) > 5:
        made.problems.append(f"and {len(other) - 5} more of {len(was)} runs give other numbers")
    if len(batch.results) < len(was):
        return None
    asked = record.Asked(**found["asked"])
    if journal:
        from .run import Run

        [(name, _)] = jobs
        return Run(worlds[name], batch.results[jobs[0]], asked)
    from .compare import Comparison

    pairs = [(policy, base) for policy, base in found["pairs"]]
    return Comparison(worlds, pairs, found["seeds"], batch.results, [], found["partial"], asked)


def _patterns(found: dict[str, Any], made: Verification, workers: int | None, progress: Any) -> Any:
    """Put the recorded patterns to the test again."""
    from .patterns.table import pattern_table

    table = pattern_table(found["asked"]["scenarios"], len(found["seeds"]), workers, progress)
    if table.partial:
        raise KeyboardInterrupt
    if table.fingerprint != found["fingerprint"]:
        made.problems.append("the patterns give other numbers now")
    return table


def _analysis(found: dict[str, Any], made: Verification, workers: int | None, progress: Any) -> Any:
    """Run the sweep again from its recorded design, in a store of its own, and analyse it as recorded."""
    asked = found["asked"]["overrides"]
    with tempfile.TemporaryDirectory() as folder:
        swept = sweep(Design.from_table(asked["design"]), folder, None, workers, progress)
        if swept.partial:
            raise KeyboardInterrupt
        made.runs = swept.made
        result = analyse(found["asked"]["kind"], swept.sweep, asked["arguments"])
        if result.fingerprint != found["fingerprint"]:
            made.problems.append("the runs of the sweep give other numbers now")
        result.frames()
    if found["seeds"] != result.seeds or found["asked"]["scenarios"] != result.asked.scenarios:
        made.problems.append("manifest.json names other seeds or arms than its design")
    if {name: was["sha256"] for name, was in found["scenarios"].items()} != {name: s.sha256 for name, s in result.scenarios.items()}:
        made.problems.append("the scenarios in manifest.json are not those of its design")
    if asked.get("code") not in (None, swept.sweep.code):
        made.notes.append(f"its sweep was run by other code of the model ({asked['code']}) than is installed ({swept.sweep.code})")
    return result


def _tables(folder: Path, result: Any, made: Verification) -> None:
    """Work the tables out again: an altered table with an altered hash would still be seen."""
    for name, frame in result.frames().items():
        path = folder / f"{name}.parquet"
        if path.is_file() and not _same(frame, path):
            made.problems.append(f"{path.name} holds other numbers than its runs give")


def _same(frame: pd.DataFrame, path: Path) -> bool:
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:  # both have gone through the same file format
        fresh = Path(folder) / path.name
        store.write_table(frame, fresh)
        if record.file_sha256(fresh) == record.file_sha256(path):
            return True
        try:
            return bool(pd.read_parquet(fresh).equals(pd.read_parquet(path)))
        except Exception:  # not a table any more
            return False
