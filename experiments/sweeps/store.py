"""A store of runs: a folder that any number of sweeps share, in which a run is found by what it depends on.

    store.json            what this is: format and schema
    runs/*.parquet        a row a run: key, scenario, code, seed, months, seconds, sha256, and the total of every measure
    series/*.parquet      measures month by month, for sweeps that ask for them: key, measure, values
    failures/*.parquet    runs that raised: key, scenario, seed, error, traceback, at (when)
    scenarios/*.parquet   every scenario that was run, whole: sha256, name, contents
    sweeps/NAME/          what each sweep asked (design.json) and the scenario of every arm at every point (points.parquet)
    index.parquet         which keys are there, so that a sweep need not open every shard; made anew when it is out of date
    set-aside/            shards that were found damaged

A folder is made when its first row is written, so that no reader meets an empty one.

A run's key is a hash of the code of the model, the scenario's hash and the seed. A run made by other code has another key: it
stays, and is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.measures import NAMES
from .. import record
from ..errors import RunError, UsageError
from ..signals import uninterrupted
from . import shards
from .code import code_version
from .shards import Damaged, Tail

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .design import Design
    from .results import Sweep

FORMAT = "changemaking store"
MARK = "store.json"
TABLES = ("runs", "series", "failures", "scenarios")


def key_of(scenario_sha256: str, seed: int, code: str | None = None) -> str:
    """The key of a run."""
    return hashlib.sha256(f"{code or code_version()} {scenario_sha256} {seed}".encode()).hexdigest()[:32]


@cache
def schema_of(table: str) -> pa.Schema:
    """The columns of a table as they are written."""
    import pyarrow as pa

    text, whole, real = pa.string(), pa.int64(), pa.float64()
    totals = pa.field("totals", pa.list_(real, len(NAMES)), metadata={b"measures": " ".join(NAMES).encode()})
    columns: dict[str, list[Any]] = {
        "runs": [
            ("key", text),
            ("scenario", text),
            ("code", text),
            ("seed", whole),
            ("months", whole),
            ("seconds", real),
            ("sha256", text),
            totals,
        ],
        "series": [("key", text), ("measure", text), ("values", pa.list_(real))],
        "failures": [("key", text), ("scenario", text), ("seed", whole), ("error", text), ("traceback", text), ("at", text)],
        "scenarios": [("sha256", text), ("name", text), ("contents", text)],
    }
    return pa.schema(columns[table])


class Store:
    """A store opened for reading, or with `write` to be added to. Raises UsageError or RunError for a folder that is none."""

    def __init__(self, folder: str | Path, write: bool = False) -> None:
        if not str(folder).strip():
            raise UsageError(f"store: give the name of a folder, got {str(folder)!r}")
        self.folder = Path(folder)
        self.damaged: list[str] = []
        if write:
            self._make()
        self._check()
        self.tails = {table: Tail(self.folder / table, schema_of(table)) for table in TABLES} if write else {}
        if write:
            for table in TABLES:
                shards.sweep_up(self.folder / table, schema_of(table))
            self.set_aside()

    def __repr__(self) -> str:
        return f"Store({str(self.folder)!r})"

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _make(self) -> None:
        mark = self.folder / MARK
        if mark.exists():
            return
        check_folder(self.folder)
        try:
            (self.folder / "sweeps").mkdir(parents=True, exist_ok=True)
            _write(mark, json.dumps({"format": FORMAT, "schema": shards.SCHEMA, "made": record.now()}, indent=1) + "\n")
        except OSError as error:
            raise shards.disk_error(self.folder, error) from error

    def _check(self) -> None:
        mark = self.folder / MARK
        try:
            found = json.loads(mark.read_text(encoding="utf-8"))
        except FileNotFoundError:
            what = "holds no store.json, so it is not a store" if self.folder.is_dir() else "no such folder"
            raise UsageError(f"{self.folder}: {what}") from None
        except NotADirectoryError:
            raise UsageError(f"{self.folder}: is a file; give the folder of a store") from None
        except (OSError, ValueError) as error:
            raise RunError(
                f"{mark}: cannot be read: {error}; remedy: delete it and run a sweep into the store again: runs are kept"
            ) from None
        if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("schema"), int):
            raise UsageError(f"{mark}: is not the mark of a store of changemaking")
        if found["schema"] > shards.SCHEMA:
            raise shards.newer(mark, found["schema"])

    # --- writing ----------------------------------------------------------------------------------------------------

    def set_aside(self) -> None:
        """Move damaged shards out of the way, so that their runs are made again; `damaged` says which."""
        for table in TABLES:
            for path, found in shards.tables(self.folder / table):  # whole: any page may be damaged
                if isinstance(found, Damaged):
                    self._move_aside(path, str(found))

    def _move_aside(self, path: Path, why: str) -> None:
        aside = self.folder / "set-aside" / f"{path.parent.name}-{path.name}"
        try:
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
        except FileNotFoundError:
            return
        except OSError as error:
            raise shards.disk_error(aside, error) from error
        self.damaged.append(why)

    def add(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows; they are on the disk when this returns. Raises RunError."""
        self.tails[table].append(list(rows))

    @uninterrupted()
    def close(self) -> None:
        """Make shards of what was added."""
        for tail in self.tails.values():
            tail.close()

    def keep_sweep(self, design: Design, scenarios: dict[tuple[int, str], str]) -> None:
        """Keep what a sweep asks: its file, its points, and the scenario hash of every arm at every point."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder = self.folder / "sweeps" / design.name
        points, arms = zip(*scenarios, strict=True)
        table: dict[str, Any] = {"point": pa.array(points), "arm": pa.array(arms), "scenario": pa.array(list(scenarios.values()))}
        for j, name in enumerate(design.factors):
            table[name] = pa.array([_plain(design.points[i][j]) for i in points])
        mark = {"format": FORMAT, "schema": shards.SCHEMA, "sha256": design.sha256, "code": code_version()}
        asked = {**mark, **design.as_table()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part = folder / f".points.{os.getpid()}.part"
            pq.write_table(pa.table(table), part, compression="zstd", write_page_checksum=True)
            part.replace(folder / "points.parquet")
            _write(folder / "design.json", json.dumps(asked, ensure_ascii=False, indent=1, default=list) + "\n")
        except OSError as error:
            raise shards.disk_error(folder, error) from error

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def sweeps(self) -> list[str]:
        """The names of the sweeps kept here."""
        return sorted(p.parent.name for p in (self.folder / "sweeps").glob("*/design.json"))

    def sweep(self, name: str | None = None) -> Sweep:
        """A sweep with its runs; the only one if no name is given. Raises UsageError for an unknown name."""
        from .results import Sweep

        return Sweep.of_store(self, name)

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """All rows of a table, each key once (of failures the last); damaged shards are left out and listed in `damaged`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = []
        for _, table in shards.tables(self.folder / name, columns):
            if isinstance(table, Damaged):
                self.damaged.append(str(table))
            else:
                found.append(table)
        if not found:
            schema = shards.spread(pa.Table.from_pylist([], schema=schema_of(name))).schema
            return pa.Table.from_pylist([], schema=schema).select(columns or schema.names)
        whole = pa.concat_tables(found, promote_options="default")
        if name == "failures" and "at" in whole.column_names:
            whole = whole.sort_by([("at", "descending")])
        marks = ["key", "measure"] if name == "series" else ["key" if "key" in whole.column_names else "sha256"]
        if not set(marks) <= set(whole.column_names):
            return whole
        numbered = whole.append_column("__row", pa.array(np.arange(len(whole))))
        first = numbered.group_by(marks).aggregate([("__row", "min")])["__row_min"]
        return whole.take(pc.sort_indices(first)) if len(first) == len(whole) else whole.take(first.sort())

    def keys(self, table: str = "runs") -> set[str]:
        """The keys of a table's rows."""
        if table != "runs":
            return set(self.table(table, ["key"])["key"].to_pylist())
        return set(self._index()["key"].to_pylist())

    def _index(self) -> pa.Table:
        """Keys by shard; made anew if the shards are others than it knows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder, path = self.folder / "runs", self.folder / "index.parquet"
        there = sorted(p.name for p in folder.glob("*.parquet"))
        known: Any = None
        with suppress(pa.ArrowException, OSError, ValueError, KeyError):
            known = pq.read_table(path, use_threads=False)
        known_shards = set(known["shard"].unique().to_pylist()) if known is not None else set()
        parts = [known] if known is not None and known_shards <= set(there) else []
        if not parts:
            known_shards = set()
        fresh = [name for name in there if name not in known_shards]
        for name in fresh:
            with suppress(Damaged, FileNotFoundError):
                keys = shards.read_shard(folder / name, ["key"])["key"]
                parts.append(pa.table({"key": keys, "shard": pa.array([name] * len(keys), pa.string())}))
        schema = pa.schema([("key", pa.string()), ("shard", pa.string())])
        index = pa.concat_tables([p.cast(schema) for p in parts]) if parts else pa.Table.from_pylist([], schema=schema)
        if fresh and self.tails:
            with suppress(OSError):  # it can be made again
                part = self.folder / f".index.{os.getpid()}.part"
                pq.write_table(index, part, compression="zstd")
                part.replace(path)
        tails = [table.select(["key"]) for p in folder.glob("*.tail") if (table := shards.read_tail(p)) is not None]
        return pa.concat_tables([index.select(["key"]), *tails])

    def frame(self, name: str | None = None, columns: list[str] | None = None) -> pd.DataFrame:
        """A table as pandas sees it; without a name the runs."""
        return self.table(name or "runs", columns).to_pandas()


def check_folder(folder: Path) -> None:
    """Make sure that a store can be made, or its mark again, in a folder without one. Raises UsageError."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; give a new folder, or a store")
    if folder.exists() and _holds_other_things(folder) and not (folder / MARK).exists():  # asked again: another may just have made it
        raise UsageError(f"{folder}: holds other things; give a new folder, or a store")


def _holds_other_things(folder: Path) -> bool:
    """Whether a folder without a mark is neither a store being made (by another process, or by one that was killed) nor one that has
    lost its mark."""
    there = {path.name: path for path in folder.iterdir() if path.suffix not in (".part", ".tail")}
    folders = {*TABLES, "sweeps"}
    if not all(there[name].is_dir() for name in folders & there.keys()):
        return True
    begun = there.keys() <= folders and not any(any(path.iterdir()) for path in there.values())
    lost = {"sweeps", "scenarios"} <= there.keys() <= {*folders, "set-aside", "index.parquet"}
    return not (begun or lost)


def open_store(folder: str | Path) -> Store:
    """The store in a folder, for reading. Raises UsageError or RunError."""
    return Store(folder)


def _plain(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, tuple | list) else value


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
