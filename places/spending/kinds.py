"""What kind of file a table is. Only payments and totals by supplier are read; every other kind is named and set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .amounts import pence_of
from .headings import Layout, plain_heading
from .words import any_of

PAYMENTS = "payments"
SUPPLIER_TOTALS = "supplier totals"  # one sum for each supplier, without dates
SUMMARY = "summary of spending"  # labels and amounts
REGISTER = "contracts register"
UNKNOWN = "unknown"
READ = (PAYMENTS, SUPPLIER_TOTALS)

# Headings, as plain words, that tell another kind of file, and how many of them must be there.
_SIGNS = (
    (
        "grants",
        2,
        r"""
        recipient .*
        amount (awarded|applied for|disbursed)
        (grant programme|funding org|beneficiary location) .*
        award date
        """,
    ),
    (
        "prompt payment",
        1,
        r"""
        .*(paid|invoices paid) (on time|within).*
        proportion paid.*
        .*interest paid.*
        .*liable.*interest.*
        """,
    ),
    (
        REGISTER,
        2,
        r"""
        contract (title|value|name|start|end|start date|end date|length|term|owner|award.*|description|duration|expiry.*|reference number)
        (awarded|award) (date|value|supplier|to.*)
        (start|end) date( of contract)?
        (annual|total|estimated|whole life) (contract )?value.*
        review date|deadline date|published date|notice type|process used
        (option to )?exten(d|sion).*
        (tender|sme).*
        procurement (process|route|procedure).*
        value (low|high)
        suitable for sme
        cpv (code|codes|description)
        """,
    ),
    (
        "budget",
        1,
        r"""
        .*\b(budget|estimate|outturn|forecast|variance)\b.*
        amount gbp thousands?
        .*\bgbp ?000s?\b
        """,
    ),
)
_COMPILED = tuple((kind, least, re.compile(any_of(words))) for kind, least, words in _SIGNS)
_PAYEE = re.compile(r"\b(supplier|vendor|payee|creditor|beneficiary|merchant)s?\b")
_CODE = re.compile(r"(.*\b)?(codes?|prefix|sic|sicc|cpv|id)(\b.*)?")


def find_kind(layout: Layout | None, rows: Sequence[Sequence[str]], forced: bool) -> str:
    """The kind of a table by its headings and first rows. `forced`: the user has said which columns to read."""
    roles = layout.roles if layout else {}
    payee_and_amount = "amount" in roles and "supplier" in roles
    if forced and payee_and_amount:
        return PAYMENTS if "date" in roles else SUPPLIER_TOTALS
    headings = [plain_heading(heading) for heading in (layout.headings if layout and layout.headings else _first_texts(rows))]
    if layout and payee_and_amount and _PAYEE.search(layout.words("supplier")):  # paid in "£000" tells no budget
        headings = [heading for column, heading in enumerate(headings) if column != roles["amount"]]
    for kind, least, pattern in _COMPILED:
        found = sum(bool(pattern.fullmatch(heading)) for heading in headings if heading)
        if found >= least and not (payee_and_amount and "date" in roles and found < least + 2 and kind != "grants"):
            return kind
    if payee_and_amount:
        return PAYMENTS if "date" in roles or "reference" in roles else SUPPLIER_TOTALS
    if "amount" not in roles and not {"date", "supplier"} <= roles.keys() and _is_code_list(headings, rows):
        return "code list"
    if _is_summary(rows):
        return SUMMARY
    return UNKNOWN


def _first_texts(rows: Sequence[Sequence[str]]) -> list[str]:
    return next((list(row) for row in rows if sum(bool(cell.strip()) for cell in row) >= 2), [])


def _is_code_list(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Few columns, one of them codes, each code once."""
    at = next((column for column, heading in enumerate(headings) if _CODE.fullmatch(heading)), None)
    if at is None or not 2 <= len([h for h in headings if h]) <= 8:
        return False
    codes = [row[at].strip() for row in rows[1:] if len(row) > at and row[at].strip()]
    return len(codes) >= 3 and len(set(codes)) >= 0.95 * len(codes) and all(len(code) <= 90 for code in codes)


def _is_summary(rows: Sequence[Sequence[str]]) -> bool:
    """A label and an amount in each row, under a title."""
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows if any(cell.strip() for cell in row)]
    labelled = sum(len(row) == 2 and pence_of(row[0]) is None and pence_of(row[1]) is not None for row in filled)
    return 3 <= len(filled) <= 200 and labelled >= 0.6 * len(filled)
