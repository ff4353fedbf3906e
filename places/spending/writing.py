"""The table of payments on disk, whole or not at all, and the list of rejected rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..safe_csv import write_csv
from ..tables import payments_schema
from .accounts import Reject

if TYPE_CHECKING:
    import pyarrow as pa

UNREPEATED = ("row", "pence", "purpose", "reference")
GROUP = 200_000  # rows held before they are written


class PaymentsFile:
    """A Parquet file that appears under its name only when `keep` was called, and otherwise leaves nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: list[pa.RecordBatch] = []
        self._kept = False

    def __enter__(self) -> PaymentsFile:
        from pyarrow import parquet

        self._handle: Any = tempfile.NamedTemporaryFile(prefix=".payments-", suffix=".parquet", delete=False)
        repeated = [name for name in payments_schema().names if name not in UNREPEATED]
        self._writer = parquet.ParquetWriter(self._handle, payments_schema(), compression="zstd", use_dictionary=repeated)
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        if sum(held.num_rows for held in self._held) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held).unify_dictionaries())
        self._held = []

    def keep(self) -> None:
        self._flush()
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


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """Rejected rows as CSV that is safe to open in a spreadsheet; none, no file."""
    if rejects:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, ("file", "row", "column", "reason", "found"), ((r.file, r.row, r.column, r.reason, r.found) for r in rejects))
    else:
        path.unlink(missing_ok=True)
