"""What a column can be for, and the headings that say so.

Each role has groups of headings, the best group first. A line is a pattern for the whole of a heading in plain words (see
`headings.plain_heading`): "BeneficiaryName" is "beneficiary name", "Net Amount (£)" is "net amount gbp".
"""

from __future__ import annotations

import re

from .words import any_of

_GROSS = r"""
    (total |invoice |payment |amount )*gross( amount| value| total)?( gbp)?
    (amount|total|value) (inc|incl|including) vat
    (inc|incl|including) vat
"""
HEADINGS: dict[str, tuple[str, ...]] = {
    "amount": (
        r"""
        (payment |invoice |line |total |sum of )*(amount )?nett?( amount| value| total)?( gbp)?( exc(l|luding)? vat)?
        (sum of )?invoice nett? amount
        """,
        r"""
        (total |invoice |payment |line )*(amount|value|cost|spend)( gbp| paid)? (exc|excl|excluding|ex|less) vat.*
        """,
        r"""
        (payment |transaction |invoice |paid |line |distribution |total |sum of )*amount( paid| gbp| in sterling| sterling| of payment)?
        """,
        r"""
        (transaction |payment |invoiced? |line )?value( gbp)?
        spend( gbp)?
        (total|sum of) (invoice |payment )?(amount|value|spend|payment|paid)s?
        """,
        r"""
        payment|paid|cost|gbp|sum|amt
        total( gbp| paid| spend| payments)?
        (amount )?(debit|dr)s?( amount| value)?( gbp)?
        """,
        _GROSS,
    ),
    "vat": (
        r"""
        irrecoverable vat( amount| gbp)?
        vat irrecoverable.*
        """,
        r"""
        vat( amount| value| gbp)?
        non recoverable vat.*
        amount of vat
        """,
    ),
    "gross": (_GROSS,),
    "credit": ("(amount )?(credit|cr)s?( amount| value)?( gbp)?",),  # beside a column of debits
    "date": (
        r"""
        (payment|paid|pay|clearance|cleared) date
        date (paid|of payment|payment|cleared|of pay)
        """,
        r"""
        (invoice payment|transaction|payment made) date
        date of transaction
        date
        """,
        r"""
        (gl|posting|posted|ledger|accounting|effective payment) date
        date posted
        """,
        r"""
        (invoice|document|period|month) date
        date of invoice
        payment (month|period|quarter|run)
        month|period|quarter|month year
        """,
        r"""
        effective date
        (period|month) end(ing)?
        """,
    ),
    "supplier": (
        r"""
        (supplier|vendor|beneficiary|payee|creditor|merchant|company|recipient)s?( beneficiary)? name( final)?
        """,
        r"""
        (supplier|vendor|beneficiary|payee|creditor|merchant)s?( final| t| description)?
        (supplier|payee) trading name
        """,
        r"""
        name( of (supplier|payee|vendor|beneficiary|creditor))?
        paid to|to whom paid|company|organisation paid
        supplier name .*
        """,
        r"""
        recipient
        contractor( name)?
        """,
    ),
    "supplier_id": (
        r"""
        (supplier|vendor|beneficiary|creditor|payee)( other)? (id|no|number|code|ref|reference)( t)?
        supplier identifier
        """,
        "address book (no|number)",
    ),
    "body": (
        r"""
        (body|organisation|authority|council|entity|local authority|public body)( name| label)( t)?
        org short name
        """,
        "entity( t)?|body|organisation|authority|council|public body",
    ),
    "department": (
        r"""
        (department|directorate|service|division|organisational unit|business unit)( label| name| description| area| t)?
        departmental unit
        """,
        r"""
        (service )?(cost cent(re|er))( description| name| label)?
        service (area|label|cost centre)
        expense area( t)?
        """,
        r"""
        (service )?divis?i?on( label| name)?
        portfolio|profit cent(re|er)|cost cent(re|er) code
        department(al)? family( t)?
        """,
    ),
    "category": (
        r"""
        (expenditure|expense|spend|spending|payment) (category|type|types|description)( t)?
        (expense|expenditure)s types?
        """,
        r"""
        expense code description
        account (detail|description|name|code description)
        g ?l description
        subjective( description| name)?
        """,
        r"""
        detailed expenses type
        merchant category
        procurement classification.*
        proclass (label|description|details level 1)
        category( description)?
        """,
        r"""
        (supplier |thomson )?classification( description)?
        expense area|account|account code|bvacopse? t
        """,
    ),
    "category_code": (
        r"""
        proclass( code)?
        (detailed )?(expense|expenditure|expenses) code
        (account|gl|subjective|category|nominal)( code| no| number)
        """,
        "bvacop(se)?|cpv( code)?|account code",
    ),
    "purpose": (
        r"""
        purpose( of (spend|payment|expenditure))?( summary)?
        (extended |line |invoice |payment |transaction )?(description|narrative|detail|details|text)
        """,
        r"""
        summary( of purpose.*)?
        reason|expenditure description|goods and services|definition
        """,
    ),
    "reference": (
        r"""
        (transaction|trans|payment|internal|document|sap document|voucher|journal|unique)( ref| reference)? ?(no|number|id|ref|num)?
        """,
        r"""
        (\w+ )?ref(erence)?( no| number)?
        nwod id
        """,
        "invoice( no| number| ref| reference)?",
    ),
    "company_number": ("(supplier )?(registered )?(company|co|companies house)( registration| reg)? (number|no)", "company registration"),
    "charity_number": ("(supplier )?(registered )?charity( registration| reg)? (number|no)", "charity"),
    "vat_number": ("(supplier )?vat( registration| reg)? (number|no)",),
    "postcode": ("((supplier|vendor|payee|beneficiary|registered|merchant)s? )?(post ?code|postal code)",),
    "vcse": (
        r"""
        (is )?(vcse|vcs)( supplier| flag| status| indicator)?
        voluntary community( and)? (sector|social enterprise).*
        """,
    ),
}
PATTERNS = {role: tuple(re.compile(any_of(group)) for group in groups) for role, groups in HEADINGS.items()}
ROLES = tuple(role for role in HEADINGS if role != "gross")  # gross is only compared with net and VAT
NEEDED = ("amount", "supplier")


def is_debit(words: str) -> bool:
    """Whether a heading says that its amounts are debits, beside which credits may stand."""
    return bool(re.search(r"\b(debit|dr)s?\b", words))


def without_unit(words: str) -> tuple[str, int]:
    """A heading of money without its unit, and how many pounds that is: "amount gbp 000" is ("amount gbp", 1000)."""
    for times, unit in (
        (1_000, "gbp (in )?(000s?|k)|(gbp )?(in )?thousands?( gbp)?"),
        (1_000_000, "gbp (in )?m|(gbp )?(in )?millions?( gbp)?"),
    ):
        if found := re.fullmatch(rf"(?P<rest>.*?)\b ?({unit})", words):
            return f"{found['rest']} gbp".strip(), times
    return words, 1


def is_net(words: str) -> bool:
    """Whether a heading says that its amounts are net of VAT."""
    return bool(re.search(r"\bnett?\b|\b(exc|excl|excluding|ex|less) vat", words))


def is_gross(words: str) -> bool:
    """Whether a heading says that its amounts include VAT."""
    return bool(re.fullmatch(any_of(_GROSS), words))
