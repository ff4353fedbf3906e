"""Tables the user adds (a register's extract, a list of local firms), joined to suppliers: by identifier first, then by name.

A name that differs is joined when rapidfuzz scores it at the threshold or above, its numbers are the same, the words in which it differs
are alike, no identifier contradicts it and no second row comes near; otherwise the supplier stays unmatched and is listed with what it
might be.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ...scenarios.errors import Problem, ScenarioError, listed, nearest, shown
from ..reference.authorities import find_authority
from .facts import IDENTIFIERS, SIZES, Facts, bare
from .kinds import KINDS
from .names import clean_name, known_names
from .postcodes import levels

if TYPE_CHECKING:
    from _csv import Reader

    from ..spending.encodings import Encoding

# What a column may be called, by the fact it holds.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "supplier", "supplier name", "company name", "organisation", "organisation name"),
    "supplier_id": ("supplier id", "supplier number", "vendor id", "vendor number"),
    "company_number": ("company number", "companynumber", "company no", "registration number", "crn"),
    "charity_number": ("charity number", "charity no", "registered charity number"),
    "vat_number": ("vat number", "vat registration number"),
    "registered_postcode": ("postcode", "registered postcode", "post code", "registered office postcode"),
    "branch_postcodes": ("branch postcodes", "branch postcode", "branches"),
    "kind": ("kind",),
    "size": ("size",),
    "sic": ("sic", "sic code", "siccode"),
    "sector": ("sector",),
    "vcse": ("vcse", "vcse flag", "voluntary"),
    "sme": ("sme", "sme flag"),
}
_ROLE_OF = {alias: role for role, aliases in COLUMNS.items() for alias in (role, *aliases)}
FIRST = 50  # lines by which a table's delimiter is told
_SEP = re.compile(r"sep=([,;\t|])", re.IGNORECASE)  # what a spreadsheet writes above a table
THRESHOLD = 92.0
ALIKE = 0.83  # how alike the words must be in which two names differ: but for one slip in six letters
MARGIN = 3.0  # a second row that scores within this of the best makes a match ambiguous
# Words that stand for numbers, which tell the firms of one family apart: "Holdings II", "Second Homes", "Phase Two".
_NUMERALS = {
    word: str(number)
    for words in (
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx",
        "one two three four five six seven eight nine ten eleven twelve",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    )
    for number, word in enumerate(words.split(), 1)
}
_YES = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}


class SupplierTableError(ScenarioError):
    """A table of suppliers that cannot be used, with every mistake found in it."""


@dataclass(frozen=True)
class TableRow:
    """One row of a table: its facts by name, and where it stands."""

    source: str
    facts: Mapping[str, object]

    @property
    def name(self) -> str:
        return str(self.facts.get("name", ""))


@dataclass(frozen=True)
class Match:
    """How one supplier was joined: `method` is company_number, …, "name" (cleaned names alike) or "similar name", with a score to 100."""

    key: str
    method: str
    score: float
    source: str
    name: str


@dataclass(frozen=True)
class Unmatched:
    """A supplier whose name came near more than one row: the rows it might be, with scores."""

    key: str
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Matches:
    """Suppliers with the facts of the tables added, how each match was made, and which stayed open."""

    suppliers: Mapping[str, Facts]
    matched: tuple[Match, ...] = ()
    ambiguous: tuple[Unmatched, ...] = ()
    unmatched: tuple[str, ...] = field(default=())


def read_suppliers(path: str | Path, most_rows: int = 5_000_000) -> tuple[TableRow, ...]:
    """A CSV table of suppliers, with any subset of `COLUMNS` but at least a name or an identifier.

    SupplierTableError naming file, row and column for a heading or a value that cannot be used; a blank cell says nothing.
    """
    path = Path(path)
    with _opened(path) as (lines, _):
        heading: list[str] = next(lines, [])
        roles = _roles(path, heading)
        problems: list[Problem] = []
        rows = []
        for cells in lines:
            if lines.line_num > most_rows:
                raise SupplierTableError([Problem(str(path), "", "has too many rows", f"more than {most_rows:,}", f"up to {most_rows:,}")])
            facts = _row(path, lines.line_num, heading, roles, cells, problems)
            if facts:
                rows.append(TableRow(f"{path.name} row {lines.line_num}", facts))
    if problems:
        raise SupplierTableError(problems)
    return tuple(rows)


def columns_not_used(path: str | Path) -> tuple[str, ...]:
    """Headings of a table that hold no fact for `read_suppliers`, each with the name it may have been meant to have."""
    with _opened(Path(path)) as (lines, _):
        heading: list[str] = next(lines, [])
    roles = _roles(Path(path), heading)
    free = [alias for alias, role in _ROLE_OF.items() if role not in roles.values()]
    unused = [cell.strip() for at, cell in enumerate(heading) if at not in roles and cell.strip()]
    return tuple(f"{shown(cell)} (did you mean {near!r}?)" if (near := nearest(_plain(cell), free)) else shown(cell) for cell in unused)


def other_encoding(path: str | Path) -> str:
    """What `read_suppliers` took a table to be encoded in ("cp1252", "utf-8 and cp1252"); an empty text where that is UTF-8."""
    with _opened(Path(path)) as (lines, encoding):
        for _ in lines:  # all of them tell
            pass
    return "" if str(encoding) in ("ascii", "utf-8", "utf-8-sig") else str(encoding)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Reader, Encoding]]:
    """The lines of a table as cells, and its encoding. SupplierTableError for a file that is no table, there or when a line is read."""
    from ..spending.encodings import blocks, find_encoding
    from ..spending.errors import SpendingError
    from ..spending.limits import Limits
    from ..spending.rows import find_delimiter

    limits = Limits()

    def lines() -> Iterator[str]:
        for block in blocks(handle, encoding, limits):
            for line in io.BytesIO(block):
                if len(line) > limits.line:
                    raise csv.Error(f"line longer than {limits.line:,} bytes")
                yield line.decode("utf-8", "replace")

    try:
        with path.open("rb") as handle:
            encoding = find_encoding(handle, str(path), limits, accepts="a CSV table (a workbook: save it as CSV)")
            handle.seek(0)
            all_lines = lines()
            first = list(islice(all_lines, FIRST))
            told = _SEP.fullmatch(first[0].rstrip("\r\n")) if first else None
            reader = csv.reader(chain(first, all_lines), delimiter=told[1] if told else find_delimiter(first))
            if told:
                next(reader)
            yield reader, encoding
    except FileNotFoundError as error:
        raise SupplierTableError([Problem(str(path), "", "is not there")]) from error
    except SpendingError as error:
        raise SupplierTableError(error.problems) from None
    except (OSError, csv.Error) as error:
        raise SupplierTableError([Problem(str(path), "", "is no CSV table", str(error))]) from error


def _plain(heading: str) -> str:
    return " ".join(heading.replace("_", " ").lower().split())


def _roles(path: Path, heading: Sequence[str]) -> dict[int, str]:
    """Which column holds which fact. Columns of other names are left alone; `columns_not_used` tells them."""
    roles: dict[int, str] = {}
    for at, cell in enumerate(heading):
        role = _ROLE_OF.get(_plain(cell)) or _ROLE_OF.get(cell.strip().lower())
        if role in roles.values():
            raise SupplierTableError([Problem(str(path), f"column {at + 1}", f"is a second column for {role}", shown(cell), "one of each")])
        if role:
            roles[at] = role
    if not {"name", *IDENTIFIERS} & set(roles.values()):
        hint = next((near for cell in heading if (near := nearest(cell, _ROLE_OF))), None)
        raise SupplierTableError(
            [
                Problem(
                    str(path),
                    "heading",
                    "has no column that names a supplier",
                    listed(heading) or "nothing",
                    f"one of: {listed(('name', *IDENTIFIERS))}",
                    hint,
                )
            ]
        )
    if len(set(roles.values()) - {"name", *IDENTIFIERS}) == 0 and len(roles) < 2:
        raise SupplierTableError(
            [Problem(str(path), "heading", "says nothing of the suppliers it names", listed(heading), listed(COLUMNS))]
        )
    return roles


def _row(
    path: Path, number: int, heading: Sequence[str], roles: Mapping[int, str], cells: Sequence[str], problems: list[Problem]
) -> dict[str, object]:
    facts: dict[str, object] = {}
    for at, role in roles.items():
        text = cells[at].strip() if at < len(cells) else ""
        if not text:
            continue
        value, accepts = _value(role, text)
        if accepts:
            choices = accepts.removeprefix("one of: ").split(", ")
            problems.append(
                Problem(str(path), f"row {number}, {heading[at]}", "cannot be used", shown(text), accepts, nearest(text, choices))
            )
        else:
            facts[role] = value
    return facts


def _value(role: str, text: str) -> tuple[object, str]:
    """The value of a cell, or what would be accepted."""
    if role in ("vcse", "sme"):
        return (_YES.get(text.lower()), "" if text.lower() in _YES else "one of: yes, no")
    if role == "size":
        return text.lower(), "" if text.lower() in SIZES else f"one of: {', '.join(SIZES)}"
    if role == "kind":
        return text.lower(), "" if text.lower() in KINDS else f"one of: {', '.join(KINDS)}"
    if role == "registered_postcode":
        return text.upper(), "" if levels(text) else "a postcode such as PR1 2RL, or the beginning of one"
    if role == "branch_postcodes":
        codes = tuple(code.strip().upper() for code in text.replace(";", ",").split(","))
        if codes == ("NONE",):
            return (), ""
        return codes, "" if all(levels(code) for code in codes) else "postcodes with commas or semicolons between them, or none"
    return text, ""


def match(suppliers: Mapping[str, Facts], table: Iterable[TableRow], threshold: float = THRESHOLD) -> Matches:
    """Join a table's rows to suppliers (by their key). Each supplier takes one row at most; a row may serve several suppliers.

    Two rows with the same identifier or cleaned name, but different facts, leave their supplier open (ambiguous).
    """
    rows = list(table)
    by_identifier = {name: _index(rows, lambda row, name=name: [bare(str(row.facts.get(name, "")))]) for name in IDENTIFIERS}
    by_name = _index(rows, lambda row: [clean_name(part) for part in known_names(row.name)] if row.name else [])
    exact = {key: _exact(facts, rows, by_identifier, by_name) for key, facts in suppliers.items()}
    known = _known_identifiers(rows, suppliers, exact)
    names = Names(by_name, [clean_name(facts.name) for facts in suppliers.values()])
    joined, matched, ambiguous, unmatched = dict(suppliers), [], [], []
    for key, facts in suppliers.items():
        found, method, score = exact[key]
        if not method:
            own = _identifiers(facts)
            may_be = [
                (name, s, [i for i in by_name[name] if not _contradicts(own, known.get(i) or _of_row(rows[i]))])
                for name, s in names.similar(clean_name(facts.name), threshold)
            ]
            candidates = [one for one in may_be if one[2]][:2]
            near = [one for one in candidates if one[1] > candidates[0][1] - MARGIN]
            if len(near) > 1:
                ambiguous.append(Unmatched(key, tuple((rows[at[0]].name, round(s, 1)) for _, s, at in near)))
                continue
            if near:
                _, score, found = near[0]
                method = "similar name"
        distinct = {tuple(sorted((k, str(v)) for k, v in rows[i].facts.items() if k != "name")) for i in found}
        if len(distinct) > 1:
            ambiguous.append(Unmatched(key, tuple((f"{rows[i].name} ({rows[i].source})", score) for i in found)))
        elif found:
            row = rows[found[0]]
            joined[key] = with_row(facts, row)
            matched.append(Match(key, method, round(score, 1), row.source, row.name))
        else:
            unmatched.append(key)
    return Matches(joined, tuple(matched), tuple(ambiguous), tuple(unmatched))


def together(paid: Matches, awarded: Matches) -> Matches:
    """The matches of suppliers that were paid and of those that won, each supplier once."""
    new = {key: facts for key, facts in awarded.suppliers.items() if key not in paid.suppliers}
    matched = (*paid.matched, *(match for match in awarded.matched if match.key in new))
    ambiguous = (*paid.ambiguous, *(one for one in awarded.ambiguous if one.key in new))
    return Matches({**paid.suppliers, **new}, matched, ambiguous, (*paid.unmatched, *(key for key in awarded.unmatched if key in new)))


def _identifiers(facts: Facts) -> dict[str, set[str]]:
    """A supplier's identifiers by their sort, to compare by."""
    given = {name: (getattr(facts, name),) for name in IDENTIFIERS if name != "supplier_id"} | {"supplier_id": facts.supplier_ids}
    return {name: {bare(one) for one in said} - {""} for name, said in given.items()}


def _of_row(row: TableRow) -> dict[str, set[str]]:
    """A row's identifiers by their sort, at most one of each."""
    return {name: {bare(str(row.facts.get(name, "")))} - {""} for name in IDENTIFIERS}


def _known_identifiers(
    rows: Sequence[TableRow], suppliers: Mapping[str, Facts], exact: Mapping[str, tuple[list[int], str, float]]
) -> dict[int, dict[str, set[str]]]:
    """Of each row that was found exactly its identifiers, and of the sorts that it lacks those of the suppliers it was found for."""
    known: dict[int, dict[str, set[str]]] = {}
    for key, (found, _, _) in exact.items():
        for i in found:
            of_row = known.setdefault(i, _of_row(rows[i]))
            for name, given in _identifiers(suppliers[key]).items():
                if not rows[i].facts.get(name):
                    of_row[name] |= given
    return known


def _contradicts(one: Mapping[str, set[str]], other: Mapping[str, set[str]], sorts: Iterable[str] = IDENTIFIERS) -> bool:
    """Whether both give an identifier of the same sort, and none of that sort is the same."""
    return any(one[name] and other[name] and one[name].isdisjoint(other[name]) for name in sorts)


def with_row(facts: Facts, row: TableRow) -> Facts:
    """The supplier with the facts of a table's row."""
    for name, value in row.facts.items():
        if name == "supplier_id":
            facts = replace(facts, supplier_ids=tuple(dict.fromkeys((*facts.supplier_ids, str(value)))))
        elif name != "name":
            facts = facts.with_fact(name, value, row.source)
    return facts


def _index(rows: Sequence[TableRow], keys: object) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        for key in dict.fromkeys(keys(row)):  # type: ignore[operator]
            if key:
                index.setdefault(key, []).append(i)
    return index


def _exact(
    facts: Facts, rows: Sequence[TableRow], by_identifier: Mapping[str, Mapping[str, list[int]]], by_name: Mapping[str, list[int]]
) -> tuple[list[int], str, float]:
    """The rows with the supplier's identifier, else those with its cleaned name; of the latter none whose numbers say that it is another.

    Suppliers' own numbers do not say so: a ledger gives one firm several. No method where no row has either.
    """
    for name in IDENTIFIERS:
        known = facts.supplier_ids if name == "supplier_id" else (getattr(facts, name),)
        for identifier in known:
            found = by_identifier[name].get(bare(identifier))
            if found:
                return found, name, 100.0
    for part in known_names(facts.name):
        if found := by_name.get(clean_name(part)):
            own, public = _identifiers(facts), ("company_number", "charity_number", "vat_number")
            return [i for i in found if not _contradicts(own, _of_row(rows[i]), public)], "name", 100.0
    return [], "", 0.0


class Names:
    """The cleaned names of a table's rows, among which names of suppliers are looked for; `asked` are all of the latter."""

    def __init__(self, names: Iterable[str], asked: Iterable[str]) -> None:
        self._names = list(names)
        self._squeezed: dict[str, list[str]] = {}
        for name in self._names:
            self._squeezed.setdefault(name.replace(" ", ""), []).append(name)
        often = Counter(word for name in {*self._names, *asked} for word in set(name.split()))
        self._words = {word for word, names in often.items() if names > 1}

    def similar(self, wanted: str, threshold: float) -> list[tuple[str, float]]:
        """The similar names with the same numbers, at the threshold or above, best first; words may stand in another order."""
        from rapidfuzz import fuzz, process

        if len(wanted) < 5:  # too short to differ by a letter and mean the same
            return []
        by_blanks = dict.fromkeys(self._squeezed.get(wanted.replace(" ", ""), ()), 100.0)
        found = process.extract(wanted, self._names, scorer=fuzz.token_sort_ratio, score_cutoff=threshold, limit=None)
        by_slip = {name: score for name, score, _ in found if _differ_by_a_slip(name, wanted, self._words)}
        same = {name: score for name, score in (by_slip | by_blanks).items() if _numbers(name) == _numbers(wanted)}
        return sorted(same.items(), key=lambda one: -one[1])


def _differ_by_a_slip(one: str, other: str, known: Collection[str] = ()) -> bool:
    """Whether the words that stand in one cleaned name only are spelt like those in the other only, or none do in one of them.

    "careline" is spelt like "care line"; a name that goes on after the other differs by what it says more. Two words that are both
    `known`, or both the name of a council, are no slip of each other: "Bolton" and "Boston".
    """
    from rapidfuzz.distance import OSA

    if one.startswith(other) or other.startswith(one):
        return True
    words, others = one.split(), other.split()
    more, less = Counter(words) - Counter(others), Counter(others) - Counter(words)
    own = [word for word in words if word in more], [word for word in others if word in less]
    if len(own[0]) == len(own[1]) == 1 and all(word in known or find_authority(word) for (word,) in own):
        return False
    orders = (own, map(sorted, own))
    return not all(own) or any(OSA.normalized_similarity(*map("".join, order)) >= ALIKE for order in orders)


def _numbers(name: str) -> list[str]:
    """The numbers in a cleaned name, in digits and in words, in any order: "firm 1" is not "firm 10", nor "fund ii" "fund iii"."""
    said = (_NUMERALS.get(word, word) for word in name.split())
    return sorted(number.lstrip("0") for word in said for number in re.findall(r"\d+", word))
