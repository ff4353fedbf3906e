"""The used payments of a place as columns that figures are drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..slips import slips
from ..suppliers.collecting import UNNAMED, supplier_key

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = ("file", "row", "date", "supplier", "pence", "department", "purpose", "category", "category_code", "reference")


@dataclass(frozen=True)
class Ledger:
    """Used payments, row by row. `suppliers` are keys; `supplier[i]` is the place of row i's key among them; `pence` its amount.

    `month[i]` counts months from the year 0 (12 · year + month − 1), −1 where a row has no date, or one so far from the others that it
    is a slip; `slipped` are the rows of those.
    """

    rows: pa.Table
    suppliers: tuple[str, ...]
    supplier: np.ndarray
    pence: np.ndarray
    month: np.ndarray
    slipped: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @cached_property
    def total(self) -> int:
        """The sum of all rows in pence."""
        return int(self.pence.sum())

    @cached_property
    def net(self) -> np.ndarray:
        """What each supplier was paid in all, credits taken off, in pence; under `UNNAMED` those without a name."""
        net = np.zeros(len(self.suppliers), dtype=np.int64)
        np.add.at(net, self.supplier, self.pence)
        return net

    @cached_property
    def unnamed(self) -> np.ndarray:
        """Which rows name no supplier."""
        return (
            np.array([key == UNNAMED for key in self.suppliers], dtype=bool)[self.supplier]
            if len(self.supplier)
            else np.zeros(0, dtype=bool)
        )


def read_ledger(payments: pa.Table | Iterable[pa.RecordBatch]) -> Ledger:
    """The used rows of a table of payments, or of batches of it (`places.tables.payments_schema`).

    Only the columns that figures show are kept: about 100 bytes a row while texts repeat. ValueError for a used row without amount.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    batches = payments.to_batches() if isinstance(payments, pa.Table) else payments
    kept = []
    for batch in batches:
        table = pa.Table.from_batches([batch])
        used = table.filter(pc.equal(table["status"], "used")).select([name for name in SHOWN if name in table.column_names])
        texts = {i: column for i, column in enumerate(used.column_names) if pa.types.is_string(used.schema.field(column).type)}
        for i, column in texts.items():
            used = used.set_column(i, column, used[column].dictionary_encode())
        kept.append(used)
    rows = pa.concat_tables(kept).unify_dictionaries().combine_chunks() if kept else _nothing()
    if rows["pence"].null_count:
        raise ValueError(f"{rows['pence'].null_count} used payments have no amount; they should have been rejected")
    names = rows["supplier"].combine_chunks()
    if not pa.types.is_dictionary(names.type):
        names = names.dictionary_encode()
    if isinstance(names, pa.ChunkedArray):
        names = names.combine_chunks()
    keys = [supplier_key(name) for name in names.dictionary.to_pylist()]
    suppliers = tuple(dict.fromkeys([*keys, UNNAMED]))
    place = {key: i for i, key in enumerate(suppliers)}
    codes = np.array([*(place[key] for key in keys), place[UNNAMED]], dtype=np.int32)
    indices = pc.fill_null(names.indices, len(keys)).to_numpy(zero_copy_only=False)
    dates = rows["date"]
    counted = pc.add(pc.multiply(pc.year(dates), 12), pc.subtract(pc.month(dates), 1))
    month = pc.fill_null(counted, -1).to_numpy().astype(np.int32)
    found, often = np.unique(month[month >= 0], return_counts=True)
    far = slips({int(at): int(many) for at, many in zip(found, often, strict=True)})
    slipped = np.flatnonzero(np.isin(month, list(far)))
    month[slipped] = -1
    return Ledger(
        rows,
        suppliers,
        codes[indices],
        rows["pence"].to_numpy(),
        month,
        slipped,
    )


def _nothing() -> pa.Table:
    from ..tables import payments_schema

    return payments_schema().empty_table().select(list(SHOWN))
