"""Payments that stand in more than one file: months that overlap, a file that was saved again.

Each used row leaves a print of 64 bits, made of what it says and not of how it is written: the day, the payee, the pence and the
file's own number of the payment, or the other texts where it has none. Rows that are alike within a file are counted, so that
two alike in one file meet two in another, and one of them only one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ...scenarios.errors import Problem
from .accounts import FileAccount

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 10_000_000  # prints that are kept, 24 bytes each with what belongs to them
NAMED = 6  # files named in the notes of one
DEEP = 16  # files in which the same row is looked for
LEAST = 10  # rows of a file that all stand in another from which it is the same payments again
TEXTS = ("body", "department", "category", "purpose")
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass
class Prints:
    """The prints of a file's used rows with their pence; after `close` each print once, in order, with how often it came."""

    room: int = MOST  # rows beyond are not looked at
    prints: np.ndarray = field(default_factory=lambda: np.array([], np.uint64))
    pence: np.ndarray = field(default_factory=lambda: np.array([], np.int64))
    often: np.ndarray = field(default_factory=lambda: np.array([], np.int64))
    _blocks: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def add(self, texts: dict[str, pa.Array], payees: pa.DictionaryArray, days: pa.Array, pence: pa.Array, used: np.ndarray) -> None:
        """Takes the used rows of a block."""
        self.room -= int(np.count_nonzero(used))
        if self.room < 0:
            return
        told = ("reference",) if "reference" in texts else TEXTS
        amounts = np.array(pence.fill_null(0))
        found = _mixed(_mixed(np.zeros(len(amounts), np.uint64), amounts), np.array(days.cast("int32").fill_null(-1)))
        found = _mixed(found, _hashes(payees.dictionary)[payees.indices.to_numpy()] if len(amounts) else amounts)
        for role in told:
            found = _mixed(found, _hashes(texts[role]) if role in texts else np.zeros(len(amounts), np.int64))
        self._blocks.append((found[used], amounts[used]))

    def close(self) -> Prints:
        """The same, brought together."""
        if self._blocks:
            prints, pence = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
            self.prints, at, self.often = np.unique(prints, return_index=True, return_counts=True)
            self.pence = pence[at]
            self._blocks = []
        return self


@dataclass(frozen=True)
class Shared:
    """Rows that two files share: the files by their place, how many rows, and the pence in them."""

    one: int
    other: int
    rows: int
    pence: int


def shared(files: Sequence[Prints]) -> Iterator[Shared]:
    """Each two files that hold the same rows."""
    prints = np.concatenate([file.prints for file in files]) if files else np.array([], np.uint64)
    file = np.repeat(np.arange(len(files)), [len(one.prints) for one in files])
    order = np.argsort(prints, kind="stable")  # so files stay in their order
    same = prints[order[1:]] == prints[order[:-1]]
    if not same.any():
        return
    order = order[np.append(same, False) | np.append(False, same)]
    pence, often = (np.concatenate([getattr(one, what) for one in files])[order] for what in ("pence", "often"))
    prints, file = prints[order], file[order]
    found: dict[int, list[int]] = {}
    for step in range(1, DEEP):
        at = np.flatnonzero(prints[step:] == prints[:-step])
        if not len(at):
            break
        rows = np.minimum(often[at], often[at + step])
        pairs, which = np.unique(file[at] * len(files) + file[at + step], return_inverse=True)
        sums = np.zeros((2, len(pairs)), np.int64)
        np.add.at(sums[0], which, rows)
        np.add.at(sums[1], which, rows * pence[at])
        for pair, many, money in zip(pairs.tolist(), *sums.tolist(), strict=True):
            known = found.setdefault(pair, [0, 0])
            known[0], known[1] = known[0] + many, known[1] + money
    for pair, (many, money) in sorted(found.items()):
        yield Shared(pair // len(files), pair % len(files), many, money)


def compared(accounts: Sequence[FileAccount], prints: Mapping[str, Prints]) -> tuple[list[Problem], dict[int, list[str]]]:
    """Files all of whose used rows stand in another, as problems, and for the rest notes on what stands in both, by the later file."""
    places = [at for at, account in enumerate(accounts) if account.file in prints]
    within: dict[int, int] = {}
    found: dict[int, list[str]] = defaultdict(list)
    for both in shared([prints[accounts[at].file] for at in places]):
        one, other = places[both.one], places[both.other]
        inner, outer = (other, one) if both.rows == accounts[other].used.rows else (one, other)
        whole = both.rows == accounts[inner].used.rows >= LEAST
        told_apart = bool({"date", "reference"} & accounts[inner].mapping.keys())
        if whole and told_apart:
            within.setdefault(inner, outer)
            continue
        if not whole and not told_apart:  # sums that come again from month to month
            continue
        money = f"{'-' if both.pence < 0 else ''}£{abs(both.pence) / 100:,.2f}"
        rows = "1 row (%s) stands" if both.rows == 1 else f"{both.rows:,} rows (%s) stand"
        found[other].append(f"{rows % money} in {accounts[one].file} as well, all kept")
    text = "all {} rows used stand in another file as well and would count twice"
    takes = "each payment once: leave out one of the two"
    problems = [
        Problem(accounts[inner].file, "", text.format(f"{accounts[inner].used.rows:,}"), accounts[outer].file, takes)
        for inner, outer in within.items()
    ]
    for notes in found.values():
        if len(notes) > NAMED:
            notes[NAMED:] = [f"rows stand in {len(notes) - NAMED:,} more files as well, all kept"]
    return problems, dict(found)


def _mixed(found: np.ndarray, values: np.ndarray) -> np.ndarray:
    found = (found ^ values.astype(np.int64).view(np.uint64)) * _ODD
    return found ^ (found >> np.uint64(29))


def _hashes(texts: pa.Array) -> np.ndarray:
    """Of each text a number; without the zeros in front that spreadsheets take away."""
    from pyarrow import compute as pc

    return np.fromiter(map(hash, pc.utf8_ltrim(texts, "0").to_pylist()), np.int64, len(texts))
