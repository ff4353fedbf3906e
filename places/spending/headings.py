"""Which row holds the headings and what each column is for.

A heading is compared as plain words: case, camel case, brackets, asterisks and plural forms do not matter. Where two columns
could serve, the better heading wins, and of two alike the one whose cells look right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...scenarios.errors import Problem, listed, nearest, shown
from .amounts import NOTHING, pence_of
from .dates import looks_like_dates
from .errors import SpendingError
from .roles import PATTERNS, ROLES, is_debit, is_gross, is_net, without_unit

_ABBREVIATIONS = {"num": "number", "numbers": "number", "amounts": "amount", "suppliers": "supplier", "£": "gbp"}
WITHIN = 40  # the first rows, in which headings are looked for
MONEY = ("amount", "vat", "gross", "credit")
_LEGAL = re.compile(r"\b(ltd|limited|plc|llp|council|trust|services|cic|nhs|university|association)\b", re.I)


@dataclass(frozen=True)
class Layout:
    """The columns of a file: its headings, where they stand, and which column serves each role."""

    headings: tuple[str, ...]
    row: int  # of the headings, counted as a spreadsheet does; 0 when there are none
    roles: dict[str, int] = field(default_factory=dict)
    gross: int | None = None

    @property
    def mapping(self) -> dict[str, str]:
        """Role to heading, as an override would name it: "column 3" for one of several columns with the same heading."""
        return {role: f"column {at + 1}" if len(self.alike(at)) > 1 else self.heading(at) for role, at in self.roles.items()}

    def heading(self, column: int) -> str:
        """A column's heading, or "column 3" for one that has none."""
        return (self.headings[column].strip() if column < len(self.headings) else "") or f"column {column + 1}"

    def words(self, role: str) -> str:
        """The heading of a role's column as plain words, nothing without one."""
        return plain_heading(self.heading(self.roles[role])) if role in self.roles else ""

    def alike(self, column: int) -> list[int]:
        """The columns whose heading is that of a column in plain words, itself among them; none where it has no heading."""
        words = plain_heading(self.headings[column]) if column < len(self.headings) else ""
        return [at for at, heading in enumerate(self.headings) if words and plain_heading(heading) == words]

    def times(self, column: int) -> int:
        """How many pounds a column's unit is, as its heading says."""
        return without_unit(plain_heading(self.heading(column)))[1]

    @property
    def basis(self) -> str:
        """What the amounts are by their heading: net of VAT, gross, or not said."""
        words = without_unit(self.words("amount"))[0]
        return "net" if is_net(words) else "gross" if is_gross(words) else "not said"


def plain_heading(text: str) -> str:
    """A heading as plain words: "BeneficiaryOtherID" and "* Beneficiary other ID (T)" are both "beneficiary other id"."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text.replace("£", " gbp "))
    text = re.sub(r"\(t\)", " ", text, flags=re.I)
    words = re.sub(r"[^a-z0-9]+", " ", text.lower().replace("'", "")).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def find_heading(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows holds the headings: the one with most columns that have a known role; None without one."""
    best, score = None, 1.0
    for at, row in enumerate(rows[:WITHIN]):
        said = [plain_heading(cell) for cell in row if cell.strip()]
        if (
            len(said) < 2
            or sum(len(cell) > 120 for cell in row)
            or sum(pence_of(cell) is not None for cell in row if cell.strip()) > len(said) / 3
        ):
            continue
        known = sum(any(_rank(role, words) is not None for role in PATTERNS) for words in said)
        here = known - 0.5 * (len(said) != len(set(said))) + known / len(said)
        if known >= 2 and here > score:
            best, score = at, here
    return best


def find_roles(headings: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """The best column for each role that has one, each column for one role."""
    found: list[tuple[bool, int, int, float, str, int]] = []
    for column, heading in enumerate(headings):
        words = plain_heading(heading)
        cells = [row[column] for row in sample if column < len(row)]
        for order, role in enumerate(PATTERNS):
            rank = _rank(role, words)
            if rank is not None and (fit := _fit(role, cells)) > 0:
                found.append((fit < 0.05, rank, order, -fit, role, column))
    roles: dict[str, int] = {}
    for *_, role, column in sorted(found):
        if role not in roles and column not in roles.values():
            roles[role] = column
    return roles


def _rank(role: str, words: str) -> int | None:
    """Which group of a role's headings a heading is of; None for none."""
    said = without_unit(words)[0] if role in MONEY else words
    return next((rank for rank, pattern in enumerate(PATTERNS[role]) if pattern.fullmatch(said)), None)


def _fit(role: str, cells: Sequence[str]) -> float:
    """How well cells suit a role, 0 for not at all."""
    said = [cell.strip() for cell in cells if cell.strip() and cell.strip().lower() not in NOTHING]
    if not said:
        return 0.1 if role in ("amount", "credit", "date", "supplier") else 0.05
    numbers = sum(pence_of(cell) is not None for cell in said) / len(said)
    if role in MONEY:
        return numbers if numbers >= 0.5 else 0.01
    if role == "date":
        return 1 if looks_like_dates(said[:50], digits=True) else 0.2 if numbers < 0.5 else 0.01
    if role in ("supplier", "body", "category", "purpose", "department"):
        links = sum("://" in cell for cell in said) / len(said)
        return 1 - 0.9 * numbers - 0.5 * links
    if role == "category_code":
        return 0.2 + sum(any(c.isdigit() for c in cell) for cell in said) / len(said)
    return 1


def layout_of(rows: Sequence[Sequence[str]], chosen: Mapping[str, str], name: str) -> Layout | None:
    """The layout of a file from its first rows; None when nothing says what the columns are.

    `chosen` is what the user says: role to heading, or to "column 3". Raises SpendingError for names that are not there.
    """
    at = find_heading(rows)
    if chosen:
        wanted = {plain_heading(heading) for heading in chosen.values()}
        at = max(range(min(len(rows), WITHIN)), key=lambda i: (len(wanted & set(map(plain_heading, rows[i]))), i == at, -i), default=None)
        if at is not None and not wanted & set(map(plain_heading, rows[at])):
            at = find_heading(rows)
    if at is None:
        roles = roles_by_content(rows)
        headings: tuple[str, ...] = ()
        row = 0
        if not roles and not chosen:
            return None
    else:
        headings, row = tuple(rows[at]), at + 1
        roles = find_roles(headings, [r for r in rows[at + 1 : at + 401] if any(cell.strip() for cell in r)])
    gross = roles.pop("gross", None)
    width = max([len(r) for r in rows] or [0])
    for role, column in _chosen(chosen, headings, width, name).items():
        roles = {other: where for other, where in roles.items() if where != column}
        roles[role] = column
    if "amount" not in roles and gross is not None:
        roles["amount"] = gross
    layout = Layout(headings, row, roles, gross)
    if "credit" not in chosen and "credit" in roles and not is_debit(layout.words("amount")):
        del roles["credit"]  # a column of its own sort
    return layout


def _chosen(chosen: Mapping[str, str], headings: Sequence[str], width: int, name: str) -> dict[str, int]:
    places = {plain_heading(heading): column for column, heading in reversed(list(enumerate(headings))) if heading.strip()}
    places |= {f"column {number}": number - 1 for number in range(1, width + 1)}
    known = [heading.strip() for heading in headings if heading.strip()] or [f"column {n}" for n in range(1, width + 1)]
    roles: dict[str, int] = {}
    problems: list[Problem] = []
    for role, heading in chosen.items():
        if role not in ROLES:
            problems.append(
                Problem(name, f"mapping.{role}", "is no role of a column", None, f"one of: {listed(ROLES, 20)}", nearest(role, ROLES))
            )
        elif plain_heading(heading) not in places:
            problems.append(
                Problem(name, f"mapping.{role}", "names no heading of the file", shown(heading), listed(known, 30), nearest(heading, known))
            )
        else:
            roles[role] = places[plain_heading(heading)]
    if problems:
        raise SpendingError(problems)
    return roles


def roles_by_content(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """For a file without headings: date, amount and supplier by what the columns hold, or nothing when it is not plain."""
    filled = [row for row in rows if sum(bool(cell.strip()) for cell in row) >= 3]
    if len(filled) < 3:
        return {}
    columns = {at: [row[at].strip() for row in filled if at < len(row)] for at in range(max(map(len, filled)))}
    dates = [at for at, cells in columns.items() if looks_like_dates(cells[:100])]
    amounts = [
        at
        for at, cells in columns.items()
        if at not in dates
        and sum(pence_of(c) is not None for c in cells) >= 0.9 * len(cells)
        and sum("." in c for c in cells) >= 0.4 * len(cells)
    ]
    names = sorted(((sum(bool(_LEGAL.search(c)) for c in cells) / len(cells), at) for at, cells in columns.items()), reverse=True)
    if not dates or len(amounts) != 1 or not names or names[0][0] < 0.15:
        return {}
    first = filled[0]  # no headings means that it is a row like the others
    if max(dates[0], amounts[0]) >= len(first) or pence_of(first[amounts[0]]) is None or not looks_like_dates([first[dates[0]]]):
        return {}
    return {"date": dates[0], "amount": amounts[0], "supplier": names[0][1]}
