"""Payment files made up for tests, and what is read of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from changemaking.places.spending import FileAccount, Spending, SpendingError, read_spending

HEADING = "Supplier Name,Payment Date,Net Amount"
GOOD = f"{HEADING}\nAcme Ltd,01/04/2026,1.00\n".encode()


def read(folder: Path, content: str | bytes, name: str = "spend.csv", **settings: object) -> tuple[FileAccount, Spending]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    spending = read_spending([path], **settings)  # type: ignore[arg-type]
    return spending.accounts[0], spending


def column(spending: Spending, name: str) -> list:
    return [value for batch in spending.batches() for value in batch.column(name).to_pylist()]


def refusal(folder: Path, content: bytes, name: str = "spend.csv", **settings: object) -> str:
    """The message of a refused file; nothing may be written."""
    out = folder / "out"
    with pytest.raises(SpendingError) as caught:
        read(folder, content, name, out=out, **settings)
    assert not out.exists()
    return str(caught.value)
