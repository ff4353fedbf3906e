"""A block of rows as payments: each row used, excluded for a reason or rejected for one, and counted in the account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..tables import PAYMENT_TEXTS, payments_schema
from . import amounts
from .accounts import FOUND, Counting, Reject, Tally
from .again import MOST, Prints
from .dates import Days
from .headings import Layout
from .judging import ORDER, Judge
from .pseudonyms import FREE, Persons, Pseudonyms, own_cleaned, without

if TYPE_CHECKING:
    import pyarrow as pa

    from .rows import Block

IDENTIFIERS = ("supplier_id", "category_code", "company_number", "charity_number", "vat_number", "postcode")
YES = frozenset(("y", "yes", "true", "1", "vcse", "vcs", "x", "voluntary", "charity"))
NO = frozenset(("n", "no", "false", "0", "none", "n/a", "na"))


class Payments:
    """Turns the blocks of one file into batches of the table of payments."""

    def __init__(
        self,
        file: str,
        layout: Layout,
        days: Days,
        presence: bool,
        rename: Pseudonyms | None,
        below: bool = False,
        room: int = MOST,
    ) -> None:
        self._file, self._layout, self._days, self._rename = file, layout, days, rename
        self._presence = presence  # a VCSE column that marks by being filled: an empty cell means no
        self._below = below  # a column of credits that are below zero already
        self._schema = payments_schema()
        self.counting = Counting()
        self.prints = Prints(room)
        self._judge = Judge(layout, self.counting)
        self.rejects: list[Reject] = []

    def batch(self, block: Block) -> pa.RecordBatch:
        """The payments of a block, whose rows are counted."""
        import pyarrow as pa

        count = self.counting
        count.padding += block.padding
        count.mark(block.marks)
        texts = {role: _trimmed(block.columns[column]) for role, column in self._layout.roles.items() if column < len(block.columns)}
        pence = self._pence(texts)
        payees = self._payees(texts["supplier"])
        days, understood = self._dates(texts.get("date"), len(block))
        reasons = self._judge.reasons(block, texts, payees, pence)
        companies = _said(texts["company_number"], True) if "company_number" in texts else pa.nulls(len(block), pa.string())
        named, persons = self._renamed(payees, companies)
        if self._rename is not None:
            self._rename.known.add(dict.fromkeys(persons.values()))
        wrong = self._wrong(block, texts, pence, understood, reasons, persons)
        self._count(pence, days, reasons, wrong)
        used = reasons < 0
        used[list(wrong)] = False
        for role in ("amount", "credit"):
            if role in texts and self._times(role) == 1:
                count.rounded += int(np.count_nonzero(used[amounts.rounded(texts[role])]))
        self.prints.add(texts, payees, days, pence, used)
        self._compare_vat(block, pence, texts.get("vat"))
        if persons:
            texts |= {role: own_cleaned(texts[role], persons, role == "supplier_id") for role in FREE if role in texts}
        return self._assembled(block, texts, named, pence, days, reasons, wrong)

    # what a row holds

    def _payees(self, texts: pa.Array) -> pa.DictionaryArray:
        """Names with single spaces, each once."""
        import pyarrow as pa

        coded = texts.dictionary_encode()
        names = [" ".join((name or "").split()) for name in coded.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(coded.indices, pa.array(names, pa.string()))

    def _times(self, role: str) -> int:
        return self._layout.times(self._layout.roles[role])

    def _pence(self, texts: dict[str, pa.Array]) -> pa.Array:
        """What each row amounts to: of a debit and a credit, of which either may be empty, the one less the other."""
        from pyarrow import compute as pc

        debit = amounts.all_pence(texts["amount"], self._times("amount"))
        if "credit" not in texts:
            return debit
        credit = amounts.all_pence(texts["credit"], self._times("credit"))
        sound = pc.or_(pc.is_valid(debit), pc.is_valid(credit))
        for pence, role in ((debit, "amount"), (credit, "credit")):
            sound = pc.and_(sound, pc.or_(pc.is_valid(pence), _empty(texts[role])))
        both = (pc.add if self._below else pc.subtract)(pc.fill_null(debit, 0), pc.fill_null(credit, 0))
        return pc.if_else(sound, both, None)

    def _dates(self, texts: pa.Array | None, length: int) -> tuple[pa.Array, np.ndarray]:
        import pyarrow as pa

        if texts is None:
            return pa.nulls(length, pa.date32()), np.ones(length, bool)
        coded = texts.dictionary_encode()
        read = [self._days.of(text or "") for text in coded.dictionary.to_pylist()]
        known = pa.array([day for day, _ in read], pa.date32())
        good = np.array([fine for _, fine in read], bool)
        return known.take(coded.indices), good[coded.indices.to_numpy()] if len(read) else np.ones(length, bool)

    def _wrong(
        self,
        block: Block,
        texts: dict[str, pa.Array],
        pence: pa.Array,
        understood: np.ndarray,
        reasons: np.ndarray,
        persons: Persons,
    ) -> dict[int, str]:
        """Rows that cannot be used, with why; listed among the rejects. A row that is the headings again is not wrong."""
        roles = self._layout.roles
        wrong: dict[int, str] = {}
        for row in np.flatnonzero(~understood & (reasons != ORDER.index("total")) & (reasons != ORDER.index("heading"))):
            found = texts["date"][int(row)].as_py()
            self.counting.contrary += self._days.contradicts(found)
            self._reject(block, int(row), "date", "is no date that can be read", found, wrong, persons)
        if pence.null_count:
            beside = f", nor does {self._layout.heading(roles['credit'])}" if "credit" in texts else ""
            for row in np.flatnonzero(np.array(pence.is_null()) & (reasons != ORDER.index("heading"))):
                said = {role: texts[role][int(row)].as_py() for role in ("amount", "credit") if role in texts}
                role, found = next(((r, text) for r, text in said.items() if not _is_amount(text)), ("amount", said["amount"]))
                reason = "is no amount" if found.lower() not in amounts.NOTHING else f"holds no amount{beside}"
                self._reject(block, int(row), role, reason, found, wrong, persons)
        for number, reason, found in block.faults:
            self.rejects.append(Reject(self._file, number, "", reason, found if self._rename is None else ""))
            self.counting.rejected += Tally(1)
            self.counting.read += Tally(1)
            self.counting.rejected_for[reason if not reason.startswith("has ") else "has more cells than expected"] += 1
        return wrong

    def _reject(self, block: Block, row: int, role: str, reason: str, found: str, wrong: dict[int, str], persons: Persons) -> None:
        if row in wrong:
            return
        if row in persons:
            found = without(found, *persons[row])
        if self._rename is not None:  # cells that slipped: a name where the amount should be
            found = self._rename(found)
        heading = self._layout.heading(self._layout.roles[role])
        wrong[row] = f"{heading} {reason}"
        self.counting.rejected_for[wrong[row]] += 1
        self.rejects.append(Reject(self._file, int(block.numbers[row]), heading, reason, found[: 10 * FOUND]))

    # the account and the table

    def _count(self, pence: pa.Array, days: pa.Array, reasons: np.ndarray, wrong: dict[int, str]) -> None:
        count = self.counting
        values = np.array(pence.fill_null(0))
        bad = np.zeros(len(values), bool)
        bad[list(wrong)] = True
        count.read += _tally(values, np.ones(len(values), bool))
        count.rejected += _tally(values, bad)
        count.used += _tally(values, ~bad & (reasons < 0))
        for place in np.unique(reasons[~bad & (reasons >= 0)]):
            count.excluded[ORDER[place]] += _tally(values, ~bad & (reasons == place))
        count.undated += int(days.null_count) - int(np.count_nonzero(np.array(days.is_null()) & (bad | (reasons == 0))))
        if days.null_count < len(days):
            found, often = np.unique(np.array(days.drop_null()).astype("datetime64[D]").astype(int), return_counts=True)
            for day, times in zip(found, often, strict=True):
                count.days[int(day)] += int(times)

    def _compare_vat(self, block: Block, pence: pa.Array, vat: pa.Array | None) -> None:
        if self._layout.gross is None or vat is None or self._layout.basis != "net" or not len(block):
            return
        from pyarrow import compute as pc

        gross = amounts.all_pence(block.columns[self._layout.gross], self._layout.times(self._layout.gross))
        same = pc.equal(gross, pc.add(pence, pc.fill_null(amounts.all_pence(vat, self._times("vat")), 0)))
        self.counting.disagreeing_vat += len(block) - int(pc.sum(pc.fill_null(same, True)).as_py() or 0)

    def _assembled(
        self,
        block: Block,
        texts: dict[str, pa.Array],
        named: pa.DictionaryArray,
        pence: pa.Array,
        days: pa.Array,
        reasons: np.ndarray,
        wrong: dict[int, str],
    ) -> pa.RecordBatch:
        import pyarrow as pa

        length = len(block)
        nothing = pa.nulls(length, pa.string())
        held = {role: _said(texts[role], role in IDENTIFIERS) if role in texts else nothing for role in ("supplier_id", *PAYMENT_TEXTS)}
        status = np.where(reasons >= 0, 1, 0).astype(np.int32)
        places = reasons.astype(np.int32)
        why = list(ORDER)
        for row, reason in wrong.items():
            if reason not in why:
                why.append(reason)
            status[row], places[row] = 2, why.index(reason)
        columns = {
            "file": _constant(self._file, length),
            "row": pa.array(block.numbers),
            "body": _said(texts["body"]).dictionary_encode() if "body" in texts else _constant(None, length),
            "date": days,
            "supplier": named,
            "pence": pence,
            "vat_pence": amounts.all_pence(texts["vat"], self._times("vat")) if "vat" in texts else pa.nulls(length, pa.int64()),
            **held,
            "vcse": self._flags(texts["vcse"]) if "vcse" in texts else pa.nulls(length, pa.bool_()),
            "status": pa.DictionaryArray.from_arrays(pa.array(status), pa.array(["used", "excluded", "rejected"])),
            "reason": pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), pa.array(why)),
        }
        return pa.record_batch([columns[name].cast(self._schema.field(name).type) for name in self._schema.names], schema=self._schema)

    def _renamed(self, payees: pa.DictionaryArray, companies: pa.Array) -> tuple[pa.DictionaryArray, Persons]:
        """Payees without the names of persons, and which rows had one: who has a company's number is none. An empty name is null."""
        import pyarrow as pa

        names = payees.dictionary.to_pylist()
        at = payees.indices.to_numpy()
        mask = np.array([not name for name in names] or [False])[at] if names else np.zeros(len(at), bool)
        if self._rename is None or not names:
            return pa.DictionaryArray.from_arrays(pa.array(at, mask=mask), payees.dictionary), {}
        private = [self._rename(name) if name else name for name in names]
        changed = np.array([old != new for old, new in zip(names, private, strict=True)])
        hidden = changed[at] & np.array(companies.is_null())
        self.counting.persons += int(np.count_nonzero(hidden))
        persons = {int(row): (names[at[row]], private[at[row]]) for row in np.flatnonzero(hidden)}
        # Two spellings of one person are one entry; pyarrow wants each entry once, and writes those too that no row has.
        codes, moved = np.unique(np.where(hidden, at + len(names), at), return_inverse=True)
        either = names + private
        spelt = [either[code] for code in codes]
        entries = list(dict.fromkeys(spelt))
        place = {name: number for number, name in enumerate(entries)}
        indices = np.array([place[name] for name in spelt], np.int32)[moved]
        return pa.DictionaryArray.from_arrays(pa.array(indices, mask=mask), pa.array(entries, pa.string())), persons

    def _flags(self, texts: pa.Array) -> pa.Array:
        import pyarrow as pa

        def flag(text: str) -> bool | None:
            said = text.strip().lower()
            return True if said in YES else False if said in NO or (not said and self._presence) else None

        coded = texts.dictionary_encode()
        return pa.array([flag(text or "") for text in coded.dictionary.to_pylist()], pa.bool_()).take(coded.indices)

    def finished(self, last: pa.RecordBatch) -> pa.RecordBatch:
        """The last batch, in which a last row that holds an amount alone is the total that the file prints, right or wrong."""
        import pyarrow as pa

        if self._judge.lone is None:
            return last
        tally = Tally(1, self._judge.lone[1])
        excluded = self.counting.excluded
        excluded["unnamed"] += Tally(-1, -tally.pence)
        excluded["total"] += tally
        if not excluded["unnamed"].rows:
            del excluded["unnamed"]
        self.counting.total = tally.pence
        reasons = [*last.column("reason").to_pylist()[:-1], "total"]
        place = self._schema.get_field_index("reason")
        return last.set_column(place, self._schema.field(place), pa.array(reasons).dictionary_encode())


def presence_only(cells: Sequence[str]) -> bool:
    """Whether a column of flags says yes or nothing."""
    said = {cell.strip().lower() for cell in cells} - {""}
    return bool(said) and said <= YES


def _tally(values: np.ndarray, which: np.ndarray) -> Tally:
    return Tally(int(np.count_nonzero(which)), amounts.exact_sum(values[which]))


def _empty(texts: pa.Array) -> pa.Array:
    """Which texts stand for no amount at all."""
    import pyarrow as pa
    from pyarrow import compute as pc

    return pc.is_in(pc.utf8_lower(texts), pa.array(sorted(amounts.NOTHING)))


def _is_amount(text: str) -> bool:
    """Whether a text is an amount, or stands for none."""
    return text.lower() in amounts.NOTHING or amounts.pence_of(text) is not None


def _trimmed(column: pa.Array) -> pa.Array:
    from pyarrow import compute as pc

    return pc.utf8_trim_whitespace(column)


def _said(texts: pa.Array, identifier: bool = False) -> pa.Array:
    """Texts, null where a cell is empty; among identifiers also where it says that there is none."""
    import pyarrow as pa
    from pyarrow import compute as pc

    empty = pc.equal(texts, "")
    if identifier:
        empty = pc.or_(
            empty, pc.is_in(pc.utf8_lower(texts), pa.array(["na", "n/a", "none", "null", "nil", "-", "redacted", "not applicable"]))
        )
    return pc.if_else(empty, pa.scalar(None, pa.string()), texts)


def _constant(value: str | None, length: int) -> pa.Array:
    import pyarrow as pa

    if value is None:
        return pa.nulls(length, pa.dictionary(pa.int32(), pa.string()))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, np.int32)), pa.array([value]))
