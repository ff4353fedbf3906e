"""How runs lie on disk: Parquet shards that are whole or not there, and tails that grow while a sweep runs.

A tail is an Arrow stream: one small batch after another, each on the disk before the next is begun. Whatever kills the
process, what stands there can be read up to the last whole batch. When a sweep ends (or its tail is long) the tail becomes a
shard: written beside, moved into place, and only then is the tail removed. Whoever opens a store to write does the same for tails that
nobody is writing any more.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RunError
from ..signals import uninterrupted

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = 1
ROLL = 5_000  # rows of a tail that make it a shard
NAMED = re.compile("[0-9a-f]{32}")
BATCH = 64  # runs that may wait for the disk


class Damaged(Exception):
    """A shard that cannot be read, and why."""


def disk_error(path: Path | str, error: OSError) -> RunError:
    """What to say when a file of a store cannot be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    why = "the disk is full; free some space and run it again: finished runs are kept" if full else error.strerror or str(error)
    return RunError(f"{path}: cannot be written: {why}")


class Tail:
    """The rows of one table that one process is writing. Raises RunError when the disk does not take them."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder, self.schema = folder, schema
        self._file: Any = None
        self._writer: Any = None
        self._rows = self._good = 0  # rows, and bytes that are safe

    @uninterrupted()
    def append(self, rows: list[dict[str, Any]]) -> None:
        """Add rows; they are on the disk when this returns."""
        import pyarrow as pa

        if not rows:
            return
        batch = pa.RecordBatch.from_pylist(rows, schema=self.schema)
        try:
            if self._file is None:
                self._begin()
            self._writer.write_batch(batch)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._give_up()
            raise disk_error(self.path, error) from error
        self._good = self._file.tell()
        self._rows += len(rows)
        if self._rows >= ROLL:
            self.close()

    def _begin(self) -> None:
        import pyarrow as pa
        from filelock import FileLock

        self.folder.mkdir(exist_ok=True)
        self.path = self.folder / f".{uuid.uuid4().hex}.tail"  # hidden: readers of the folder take it for a shard otherwise
        self.lock = FileLock(self.path.with_suffix(".lock"))
        self.lock.acquire()
        self._rows = self._good = 0
        self._file = self.path.open("wb")
        self._writer = pa.ipc.new_stream(self._file, self.schema)

    def _give_up(self) -> None:
        """After an error: cut off the half-written batch, let go of the file; what was there before stays."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.ftruncate(file.fileno(), self._good)
            with suppress(OSError):
                file.close()
        self._unlock()

    def _unlock(self) -> None:
        self.lock.release()
        with suppress(OSError):
            self.path.with_suffix(".lock").unlink()

    def close(self) -> None:
        """Make a shard of it; rows that come later begin a new one."""
        if self._file is None:
            return
        try:
            self._writer.close()
            self._file.close()
            into_shard(self.path, self.schema)
        except OSError as error:
            raise disk_error(self.path, error) from error
        finally:
            self._file = None
            self._unlock()


def read_tail(path: Path) -> pa.Table | None:
    """The whole batches of a tail; None if there is none."""
    import pyarrow as pa

    batches: list[Any] = []
    try:
        with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as stream:
            with suppress(pa.ArrowInvalid, OSError, StopIteration):
                while True:
                    batches.append(stream.read_next_batch())
            return pa.Table.from_batches(batches, stream.schema) if batches else None
    except (pa.ArrowInvalid, OSError):  # not even its beginning was written
        return None


def into_shard(tail: Path, schema: pa.Schema) -> None:
    """Turn a tail into a shard of the same name. Raises OSError, the tail still there."""
    table = read_tail(tail)
    if table is not None:
        write_shard(table, tail.with_suffix(".part"))
    tail.unlink(missing_ok=True)


def write_shard(table: pa.Table, part: Path) -> Path:
    """A shard, whole or not at all, written as `part` first; its name is the hash of its bytes. Raises OSError."""
    import pyarrow.parquet as pq

    metadata = {**(table.schema.metadata or {}), b"changemaking": str(SCHEMA).encode()}
    try:
        pq.write_table(spread(table).replace_schema_metadata(metadata), part, compression="zstd")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        return part.replace(part.with_name(f"{_hash(part.read_bytes())}.parquet"))
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def spread(table: pa.Table) -> pa.Table:
    """The totals as a column for each measure, as a reader wants them."""
    import pyarrow as pa

    if "totals" not in table.column_names:
        return table
    names = table.schema.field("totals").metadata[b"measures"].decode().split()
    flat = table["totals"].combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(len(table), len(names))
    for j, name in enumerate(names):
        table = table.append_column(name, pa.array(flat[:, j], from_pandas=False))
    return table.drop_columns(["totals"])


def read_shard(path: Path, columns: list[str] | None = None) -> pa.Table:
    """A shard. Raises Damaged if a bit of it has changed or it cannot be read, RunError for one of a newer schema."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        data = path.read_bytes()
        if NAMED.fullmatch(path.stem) and path.stem != _hash(data):
            raise Damaged(f"{path}: is not what was written there (its bytes do not have the hash it is named by)")
        with pq.ParquetFile(pa.BufferReader(data), pre_buffer=False) as file:
            written = int((file.schema_arrow.metadata or {}).get(b"changemaking", b"0"))
            if written > SCHEMA:
                raise newer(path, written)
            return file.read(columns, use_threads=False)  # a thread of Arrow's that lets go of Python's bytes as Python ends aborts
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Damaged(f"{path}: {str(error).splitlines()[0]}") from error


def newer(path: Path, written: int) -> RunError:
    return RunError(
        f"{path}: was written by a newer changemaking (schema {written}; this one reads up to {SCHEMA}); "
        "remedy: install a changemaking as new as the one that wrote it"
    )


def sweep_up(folder: Path, schema: pa.Schema) -> None:
    """Make shards of the tails that nobody writes any more, and remove what else a killed process left. Raises RunError."""
    from filelock import FileLock, Timeout

    for tail in sorted(folder.glob("*.tail")):
        lock = FileLock(tail.with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue  # somebody writes it
        try:
            if tail.exists():
                into_shard(tail, schema)
        except OSError as error:
            raise disk_error(tail, error) from error
        finally:
            lock.release()
            with suppress(OSError):
                tail.with_suffix(".lock").unlink()
            if not tail.exists():
                with suppress(OSError):
                    tail.with_suffix(".part").unlink()


def tables(folder: Path, columns: list[str] | None = None) -> Iterator[tuple[Path, Any]]:
    """Every tail and shard of a folder with its table, or the `Damaged` it raised. A row may come twice.

    Tails first: one that becomes a shard in the meantime is then found again, not missed.
    """
    for path in sorted(folder.glob("*.tail")):
        table = read_tail(path)
        if table is not None:
            table = spread(table)
            yield path, table.select(columns) if columns else table
    for path in sorted(folder.glob("*.parquet")):
        try:
            yield path, read_shard(path, columns)
        except FileNotFoundError:
            continue  # set aside by another process in the meantime
        except Damaged as error:
            yield path, error
