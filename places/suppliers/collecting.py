"""Suppliers out of payments and awards: one for each cleaned name, with what the files themselves say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .facts import Facts, bare
from .kinds import company_prefix
from .names import clean_name

if TYPE_CHECKING:
    import pyarrow as pa

UNNAMED = ""  # the key of rows whose supplier is not named: each of them may be another's

_PAID = {"company_number": "company_number", "charity_number": "charity_number", "vat_number": "vat_number", "postcode": "paid_postcode",
         "vcse": "vcse"}  # fmt: skip


def supplier_key(name: str | None) -> str:
    """What a supplier is known by: its cleaned name; `UNNAMED` when it has none."""
    return clean_name(name) if name else UNNAMED


def suppliers_in(payments: pa.Table | Iterable[pa.RecordBatch]) -> dict[str, Facts]:
    """The named suppliers of the used payments, by key. Columns as in `places.tables.payments_schema`.

    Where rows of one supplier say different things, the first stays and the rest is noted; VCSE flags that differ cancel out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    spellings: dict[str, Counter[str]] = {}
    found: dict[str, Facts] = {}
    for table in [payments] if isinstance(payments, pa.Table) else (pa.Table.from_batches([batch]) for batch in payments):
        used = table.filter(pc.equal(table["status"], "used"))
        columns = [name for name in ("supplier", "supplier_id", *_PAID) if name in used.column_names]
        for row in used.select(columns).group_by(columns, use_threads=False).aggregate([([], "count_all")]).to_pylist():
            key = supplier_key(row["supplier"])
            if key == UNNAMED:
                continue
            facts = found.get(key) or Facts(key, row["supplier"])
            spellings.setdefault(key, Counter())[row["supplier"]] += row["count_all"]
            number = row.get("supplier_id")
            if number and number not in facts.supplier_ids:
                facts = replace(facts, supplier_ids=(*facts.supplier_ids, number))
            found[key] = _with_facts(facts, {_PAID[name]: row[name] for name in _PAID if row.get(name) not in (None, "")}, "payments")
    return {key: _named(facts, spellings[key]) for key, facts in found.items()}


def suppliers_awarded(awards: pa.Table) -> dict[str, Facts]:
    """The named suppliers of the awards, by key. Columns as in `places.tables.awards_schema`.

    Buyers are seen to flag one supplier as an SME in one notice and not in the next: such flags cancel out.
    """
    spellings: dict[str, Counter[str]] = {}
    found: dict[str, Facts] = {}
    columns = ["supplier", "supplier_id", "sme", "vcse", "postcode", "file", "row"]
    for row in awards.select([name for name in columns if name in awards.column_names]).to_pylist():
        key = supplier_key(row["supplier"])
        if key == UNNAMED:
            continue
        spellings.setdefault(key, Counter())[row["supplier"]] += 1
        said = {"sme": row.get("sme"), "vcse": row.get("vcse"), "paid_postcode": row.get("postcode"), **_identified(row.get("supplier_id"))}
        facts = found.get(key) or Facts(key, row["supplier"])
        found[key] = _with_facts(facts, said, f"{row.get('file')} row {row.get('row')}")
    return {key: _named(facts, spellings[key]) for key, facts in found.items()}


def with_awards(suppliers: Mapping[str, Facts], awarded: Mapping[str, Facts]) -> dict[str, Facts]:
    """Suppliers of payments with what notices say of them: joined by company number, else by cleaned name."""
    numbers = {bare(facts.company_number): facts for facts in awarded.values() if facts.company_number}
    joined = {}
    for key, facts in suppliers.items():
        other = numbers.get(bare(facts.company_number)) if facts.company_number else None
        other = other or awarded.get(key)
        joined[key] = facts
        if other is not None:
            said = {name: getattr(other, name) for name in ("company_number", "charity_number", "paid_postcode", "sme", "vcse")}
            joined[key] = _with_facts(facts, said, "notices")
            flags = tuple(note for note in other.contradictions if note.split(":")[0] in ("sme", "vcse"))
            if flags:
                joined[key] = replace(joined[key], contradictions=(*joined[key].contradictions, *flags))
    return joined


def _with_facts(facts: Facts, said: Mapping[str, object], source: str) -> Facts:
    for name, value in said.items():
        if value is None or value == "" or any(note.startswith(f"{name}:") for note in facts.contradictions if name in ("vcse", "sme")):
            continue
        known = getattr(facts, name)
        if name in ("vcse", "sme") and known is not None and known != value:
            facts = facts.without_fact(name, f"{name}: both yes and no ({facts.sources.get(name, 'payments')}, {source})")
        else:
            facts = facts.with_fact(name, value, source)
    return facts


def _identified(identifier: str | None) -> dict[str, str]:
    """What an organisation identifier such as GB-COH-01234567 or GB-CHC-123456 says."""
    if not identifier:
        return {}
    for scheme, name in (
        ("GB-COH-", "company_number"),
        ("GB-CHC-", "charity_number"),
        ("GB-SC-", "charity_number"),
        ("GB-NIC-", "charity_number"),
    ):
        if identifier.upper().startswith(scheme):
            number = identifier[len(scheme) :].strip()
            return {name: number} if name != "company_number" or company_prefix(number) is not None else {}
    return {}


def _named(facts: Facts, spellings: Counter[str]) -> Facts:
    """The supplier under its most frequent spelling (the first in the alphabet of several)."""
    ordered = sorted(spellings, key=lambda name: (-spellings[name], name))
    return replace(facts, name=ordered[0], spellings=tuple(ordered))
