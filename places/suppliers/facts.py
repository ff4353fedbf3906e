"""What the files say of each supplier, gathered from its payments, its awards and the tables that the user adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

SIZES = ("micro", "small", "medium", "sme", "large")
IDENTIFIERS = ("company_number", "charity_number", "vat_number", "supplier_id")


def bare(identifier: str) -> str:
    """An identifier to compare by: capitals and digits, without leading zeros."""
    return "".join(c for c in identifier.upper() if c.isalnum()).lstrip("0")


@dataclass(frozen=True)
class Facts:
    """One supplier. None, an empty text or an empty tuple means that nothing said so.

    `branch_postcodes` is None when nobody listed branches, a tuple (empty if it has none) when somebody did.
    """

    key: str
    name: str
    spellings: tuple[str, ...] = ()
    supplier_ids: tuple[str, ...] = ()
    company_number: str = ""
    charity_number: str = ""
    vat_number: str = ""
    registered_postcode: str = ""
    paid_postcode: str = ""  # where payments or notices say that it is: a branch, an office, perhaps the registered one
    branch_postcodes: tuple[str, ...] | None = None
    kind: str = ""
    size: str = ""
    sic: str = ""
    sector: str = ""
    vcse: bool | None = None
    sme: bool | None = None
    sources: Mapping[str, str] = field(default_factory=dict)  # fact → the file and row it came from
    contradictions: tuple[str, ...] = ()

    def with_fact(self, name: str, value: object, source: str) -> Facts:
        """The same supplier with one more fact. What is known already stays; a different value is noted as a contradiction."""
        if value is None or value == "":
            return self
        known = getattr(self, name)
        if known is None or known == "":
            changed: dict[str, Any] = {name: value}
            return replace(self, **changed, sources={**self.sources, name: source})
        if known != value and not (name in IDENTIFIERS and bare(str(known)) == bare(str(value))):
            note = f"{name}: {known} ({self.sources.get(name, 'payments')}), {value} ({source})"
            return replace(self, contradictions=(*self.contradictions, note))
        return self

    def without_fact(self, name: str, note: str) -> Facts:
        """The same supplier with a fact taken back, because witnesses disagree."""
        changed: dict[str, Any] = {name: None}
        return replace(self, **changed, contradictions=(*self.contradictions, note))
