"""The record in every output folder: all that is needed to make the same results again, and to see that they are the same.

`manifest.json` holds the full contents of every scenario, the seeds, a hash of each run, the versions and the platform,
and a hash of every file in the folder. `verification.verify` reads it back.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from . import store
from .errors import RunError, UsageError
from .statistics import INTERVAL

if TYPE_CHECKING:
    import pandas as pd

    from ..model.outcome import Outcome
    from ..scenarios.schema import Scenario

SCHEMA = 1  # of the manifest; a newer one is refused, since it may mean something else
ROOT = Path(__file__).resolve().parent.parent
Draw = Callable[[Path, dict[str, Any]], None]
"""Writes figures into a folder; takes the short facts of the record."""
LIBRARIES = ("mesa", "networkx", "numba", "numpy", "pandas", "pyarrow", "pydantic", "matplotlib")
ANALYSTS = ("scipy", "SALib", "scikit-learn", "ema_workbench")  # what analyses of sweeps rest on besides
SEAL = "sealed"


@dataclass(frozen=True)
class Asked:
    """What was asked for, in the words of the Python call."""

    kind: str
    scenarios: list[str]
    baseline: str | None = None
    overrides: dict[str, Any] = field(default_factory=dict)


class Recorded(Protocol):
    """What can be saved with a record: a `Run`, a `Comparison` or a `PatternTable`."""

    @property
    def asked(self) -> Asked: ...
    @property
    def began(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def scenarios(self) -> dict[str, Scenario]: ...
    @property
    def outcomes(self) -> dict[tuple[str, int], Outcome]: ...
    def frames(self) -> dict[str, pd.DataFrame]: ...


def now() -> str:
    """The moment, in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# --- hashes -------------------------------------------------------------------------------------------------------


def outcome_sha256(outcome: Outcome) -> str:
    """Hash of the bits of a run: its series as float64, and its journal field by field if it was kept."""
    series = np.ascontiguousarray(outcome.series, dtype="<f8")
    digest = hashlib.sha256(np.where(np.isnan(series), np.nan, series).tobytes())  # one NaN is as good as another
    if outcome.journal is not None:
        for name in outcome.journal.dtype.names or ():  # not the raw record, whose padding means nothing
            digest.update(np.ascontiguousarray(outcome.journal[name]).astype("<i8").tobytes())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_sha256(text: str) -> str:
    """Hash of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(runs: list[dict[str, Any]]) -> str:
    """One hash for all runs of a record, whatever their names: the same question with the same answer has the same one."""
    return text_sha256("\n".join(f"{r['scenario_sha256']} {r['seed']} {r['sha256']}" for r in runs))


def seal(found: dict[str, Any]) -> str:
    """Hash of all that a record says, as it is read back."""
    told = {key: value for key, value in found.items() if key != SEAL}
    return text_sha256(json.dumps(json.loads(json.dumps(told, default=list)), sort_keys=True))


def run_hashes(result: Recorded) -> list[dict[str, Any]]:
    """Scenario, seed and hash of every run."""
    return [
        {"scenario": name, "scenario_sha256": result.scenarios[name].sha256, "seed": seed, "sha256": outcome_sha256(outcome)}
        for (name, seed), outcome in result.outcomes.items()
    ]


# --- writing ------------------------------------------------------------------------------------------------------


def save(result: Recorded, folder: str | Path, command: list[str] | None = None, draw: Draw | None = None) -> Path:
    """Write the tables of a result, what `draw` adds, and the record. `command` are the words of the command line, if any.

    Raises UsageError or RunError; results whose figures cannot be drawn are saved without them before that is said.
    """
    broken: Exception | None = None
    facts = facts_of(result, command)
    with store.new_folder(folder) as new:
        for name, frame in result.frames().items():
            store.write_table(frame, new / f"{name}.parquet")
        tables = set(new.iterdir())
        try:
            if draw:
                draw(new, facts)
        except OSError:
            raise
        except Exception as error:  # long runs must not be lost to a figure
            broken = error
            for path in sorted(set(new.rglob("*")) - tables, reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        whole = facts | results_of(result, new)
        store.write_json(whole | {SEAL: seal(whole)}, new / store.MANIFEST)
    if broken:
        raise RunError(f"{folder}: the tables are there, but not the figures: {type(broken).__name__}: {broken}") from broken
    return Path(folder)


def facts_of(result: Recorded, command: list[str] | None) -> dict[str, Any]:
    """The first part of a record: what was run, with what, where and when."""
    from .. import __version__

    scenarios = {}
    for name, scenario in result.scenarios.items():
        text = scenario.canonical()
        scenarios[name] = {"sha256": scenario.sha256, "contents_sha256": text_sha256(text), "contents": json.loads(text)}
    return {
        "format": store.FORMAT,
        "schema": SCHEMA,
        "fingerprint": getattr(result, "fingerprint", None) or fingerprint(run_hashes(result)),
        "version": __version__,
        "command": command,
        "git": git_state(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": libraries(),
        "began": result.began,
        "seconds": round(result.seconds, 3),
        "scenarios": scenarios,
    }


def results_of(result: Recorded, folder: Path) -> dict[str, Any]:
    """The second part: every run with its hash, every file in `folder` with its hash."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        "asked": asdict(result.asked),
        "pairs": [list(pair) for pair in getattr(result, "pairs", [])],
        "seeds": list(getattr(result, "seeds", [seed for _, seed in result.outcomes])),
        "interval": INTERVAL,
        "partial": bool(getattr(result, "partial", False)),
        "failures": [asdict(failure) for failure in getattr(result, "failures", [])],
        "runs": run_hashes(result),
        "files": {p.relative_to(folder).as_posix(): {"sha256": file_sha256(p), "bytes": p.stat().st_size} for p in files},
    }


def libraries() -> dict[str, str]:
    """Versions of the libraries that results depend on."""
    found = {}
    for name in (*LIBRARIES, *ANALYSTS):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def git_state() -> dict[str, Any] | None:
    """Commit of the checkout the package is in, and whether files differ from it; None if it is in none."""
    if not (ROOT / ".git").exists():
        return None

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, timeout=20, check=True).stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


# --- reading ------------------------------------------------------------------------------------------------------


def read(folder: str | Path) -> dict[str, Any]:
    """The record in a folder. Raises UsageError if there is none that can be read."""
    path = Path(folder) / store.MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = "holds no manifest.json, so it is not a folder of results" if Path(folder).is_dir() else "no such folder"
        raise UsageError(f"{folder}: {what}") from None
    except NotADirectoryError:
        raise UsageError(f"{folder}: is a file; give the folder of results") from None
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"{path}: is damaged, it cannot be read as JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != store.FORMAT or not isinstance(found.get("schema"), int):
        raise UsageError(f"{path}: is not a record of changemaking")
    if found["schema"] > SCHEMA:
        made = found.get("version", "unknown")
        raise UsageError(
            f"{path}: was written by a newer changemaking ({made}, record schema {found['schema']}; this one reads up to {SCHEMA}); "
            f"remedy: install changemaking {made} or newer and verify with that"
        )
    return found
