"""The table of payments on disk, whole or not at all, and the list of rejected rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..safe_csv import write_csv
from ..tables import payments_schema
from .accounts import Reject
from .pseudonyms import FREE, Known

if TYPE_CHECKING:
    import pyarrow as pa

UNREPEATED = ("row", "pence", "purpose", "reference")
GROUP = 200_000  # rows held before they are written


class PaymentsFile:
    """A Parquet file that appears under its name only when `keep` was called, and otherwise leaves nothing. `known`: the persons paid."""

    def __init__(self, path: Path, known: Known | None = None) -> None:
        self._path, self._known = path, known
        self._held: list[pa.RecordBatch] = []
        self._named: list[tuple[bool, int]] = []  # by row group: whether a text may name one of those known then, and how many those were
        self._kept = False

    def __enter__(self) -> PaymentsFile:
        self._handle: Any = tempfile.NamedTemporaryFile(prefix=".payments-", suffix=".parquet", delete=False)
        try:
            self._writer = _writer(self._handle)
        except BaseException:
            Path(self._handle.name).unlink()
            raise
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:  # every row of a block was rejected; a row group cannot be empty
            return
        self._held.append(batch)
        if sum(held.num_rows for held in self._held) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._held:
            table = pa.Table.from_batches(self._held).unify_dictionaries()
            self._writer.write_table(table, row_group_size=table.num_rows)
            if known := self._known:
                self._named.append((any(len(known.possible(_texts(table[name]))) for name in FREE), len(known)))
            else:
                self._named.append((False, 0))
        self._held = []

    def forget(self) -> None:
        """Replace names of persons in all that was written: only now are all of them known, and which is spelt like a text."""
        from pyarrow import parquet

        self._flush()
        self._writer.close()
        self._handle.close()
        known = self._known
        if not known or not any(found or then < len(known) for found, then in self._named):
            return
        with parquet.ParquetFile(self._handle.name) as written:
            named = [
                _named(written.read_row_group(at, [*FREE, "supplier"]), known) if found or then < len(known) else {}
                for at, (found, then) in enumerate(self._named)
            ]
            if not any(named):
                return
            with tempfile.NamedTemporaryFile(prefix=".payments-", suffix=".parquet", delete=False) as again:
                try:
                    with _writer(again) as writer:
                        for at, texts in enumerate(named):
                            writer.write_table(_with(written.read_row_group(at), texts))
                except BaseException:
                    Path(again.name).unlink()
                    raise
        os.replace(again.name, self._handle.name)

    def keep(self) -> None:
        self._flush()
        self._writer.close()
        self._kept = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        import shutil

        self._writer.close()
        self._handle.close()
        if self._kept and error is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_name(f".{self._path.name}.part")
            try:
                shutil.move(self._handle.name, part)
                os.chmod(part, 0o644)
                os.replace(part, self._path)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise
        Path(self._handle.name).unlink(missing_ok=True)


def _writer(handle: Any) -> Any:
    from pyarrow import parquet

    repeated = [name for name in payments_schema().names if name not in UNREPEATED]
    return parquet.ParquetWriter(handle, payments_schema(), compression="zstd", use_dictionary=repeated)


def _texts(column: pa.ChunkedArray) -> pa.Array:
    return column.cast("string").combine_chunks().fill_null("")


def _named(table: pa.Table, known: Known) -> dict[str, dict[int, str]]:
    """By column and row, the texts that name a person, without the name."""
    payees = _texts(table["supplier"])
    changed = {name: known.changed(_texts(table[name]), payees) for name in FREE}
    return {name: texts for name, texts in changed.items() if texts}


def _with(table: pa.Table, changed: dict[str, dict[int, str]]) -> pa.Table:
    """A table with other texts in some places."""
    import pyarrow as pa
    from pyarrow import compute as pc

    for name, texts in changed.items():
        place, column = table.schema.get_field_index(name), table[name].cast("string").combine_chunks()
        mask = np.zeros(len(column), bool)
        mask[list(texts)] = True
        column = pc.replace_with_mask(column, pa.array(mask), pa.array(texts.values(), pa.string()))
        table = table.set_column(place, table.schema.field(place), column.cast(table.schema.field(place).type))
    return table


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """Rejected rows as CSV that is safe to open in a spreadsheet; none, no file."""
    if rejects:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, ("file", "row", "column", "reason", "found"), ((r.file, r.row, r.column, r.reason, r.found) for r in rejects))
    else:
        path.unlink(missing_ok=True)
