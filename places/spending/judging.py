"""Why a row is no purchase: by its payee, by what the money was for, or because it is the sum of other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .amounts import exact_sum
from .exclusions import POSSIBLE_USES, REASONS, is_firm, public_body, reason_of_payee, reason_of_use, same_body
from .headings import Layout
from .repeats import repeated
from .totals import MAYBE, SURE, Sums

if TYPE_CHECKING:
    import pyarrow as pa

    from .accounts import Counting
    from .rows import Block

ORDER = list(REASONS)
NONE = len(ORDER)
PAIRS = 2_000_000  # bodies times payees of a block that are compared with each other


class Judge:
    """Gives each row of a file's blocks the first reason that holds, and keeps the running sums by which totals are known."""

    def __init__(self, layout: Layout, counting: Counting) -> None:
        self._layout, self._counting = layout, counting
        self._sums = Sums()
        self.lone: tuple[int, int] | None = None  # row and pence of an amount with nothing beside it, if that was the last row

    def reasons(self, block: Block, texts: dict[str, pa.Array], payees: pa.DictionaryArray, pence: pa.Array) -> np.ndarray:
        """For each row the place of its reason in `ORDER`, -1 for none."""
        names = payees.dictionary.to_pylist()
        if not names:
            return np.array([], np.int16)
        at = payees.indices.to_numpy()
        by_name = [_place(reason_of_payee(name) or ("public body" if public_body(name) else None)) for name in names]
        reasons = np.array(by_name, np.int16)[at]
        firms = np.array([is_firm(name) for name in names])[at]
        for role, described in (("category", False), ("supplier_id", False), ("purpose", True)):
            if role in texts:
                always, unless_firm = _by_use(texts[role], described)
                reasons = np.minimum(reasons, np.where(firms, always, np.minimum(always, unless_firm)))
        if "body" in texts:
            reasons = np.minimum(reasons, _internal(texts["body"], names, at))
        blank = np.array([not name for name in names])[at]
        reasons[blank] = np.minimum(reasons[blank], ORDER.index("unnamed"))
        self._totals(block, texts, names, at, pence, reasons)
        return np.where(reasons == NONE, -1, reasons).astype(np.int16)

    def _totals(
        self, block: Block, texts: dict[str, pa.Array], names: list[str], at: np.ndarray, pence: pa.Array, reasons: np.ndarray
    ) -> None:
        """Marks rows that are sums of others, and headings that come again."""
        roles = self._layout.roles
        heading, amount_heading = (self._layout.heading(roles[role]) if self._layout.headings else None for role in ("supplier", "amount"))
        again = np.array([bool(heading) and name.casefold() == str(heading).casefold() for name in names])
        maybe = np.array([not name or bool(SURE.fullmatch(name) or MAYBE.fullmatch(name)) for name in names]) | again
        values, known = np.array(pence.fill_null(0)), ~np.array(pence.is_null())
        start = 0
        for row in map(int, np.flatnonzero(maybe[at])):
            self._sums.add(exact_sum(values[start:row]), row - start)
            start = row
            cells = [column[row].as_py().strip() for column in block.columns]
            if again[at[row]] and not known[row] and cells[roles["amount"]] == amount_heading:
                reasons[row] = ORDER.index("heading")
                start = row + 1
            elif known[row]:
                others = [cell for column, cell in enumerate(cells) if cell and column not in (roles["amount"], roles.get("credit"))]
                label = next((cell for cell in others if SURE.fullmatch(cell) or MAYBE.fullmatch(cell)), "")
                alone = len(others) == bool(label) or (bool(label) and "date" in texts and not texts["date"][row].as_py())
                if (label or alone) and self._sums.is_total(label, int(values[row]), alone):
                    reasons[row] = ORDER.index("total")
                    self._take(int(values[row]), label)
                    start = row + 1
                elif alone:
                    self.lone = int(block.numbers[row]), int(values[row])
        self._sums.add(exact_sum(values[start:]), len(values) - start)
        if self.lone and self.lone[0] != block.numbers[-1]:
            self.lone = None

    def _take(self, pence: int, label: str) -> None:
        whole, part = self._sums.take(pence)
        if whole or label.lower().startswith(("grand", "overall", "report", "final")) or not part:
            self._counting.total = pence
        self._counting.subtotals += part and not whole
        self._counting.odd_totals += not part and not whole


def _by_use(texts: pa.Array, described: bool) -> tuple[np.ndarray, np.ndarray]:
    """The places of the reasons that hold for any payee, and of those that hold for all but firms."""
    from pyarrow import compute as pc

    if repeated(texts):
        coded = texts.dictionary_encode()
        at = coded.indices.to_numpy()
        always, unless_firm = _by_use(coded.dictionary, described)
        return always[at], unless_firm[at]
    places = np.full((2, len(texts)), NONE, np.int16)
    possible = np.flatnonzero(pc.match_substring_regex(texts, POSSIBLE_USES[described]).to_numpy(zero_copy_only=False))
    if len(possible):
        # Numbers and what follows them say nothing here, and without them far fewer texts differ.
        cut = pc.replace_substring_regex(texts.take(possible), r"(?s)[\s\-/:(#]*[0-9].*", "").dictionary_encode()
        reasons = np.array([[_place(reason) for reason in reason_of_use(use, described)] for use in cut.dictionary.to_pylist()], np.int16)
        places[:, possible] = reasons[cut.indices.to_numpy()].T
    return places[0], places[1]


def _internal(bodies: pa.Array, names: list[str], at: np.ndarray) -> np.ndarray:
    """Where a body pays itself; not looked for where very many bodies and payees meet in one block."""
    coded = bodies.dictionary_encode()
    if len(coded.dictionary) * len(names) > PAIRS:
        return np.full(len(at), NONE, np.int16)
    own = np.full((len(coded.dictionary), len(names)), NONE, np.int16)
    for row, body in enumerate(coded.dictionary.to_pylist()):
        for column, name in enumerate(names):
            if body and name[:1].lower() == body[:1].lower() and same_body(body, name):
                own[row, column] = ORDER.index("internal")
    return own[coded.indices.to_numpy(), at]


def _place(reason: str | None) -> int:
    return NONE if reason is None else ORDER.index(reason)
