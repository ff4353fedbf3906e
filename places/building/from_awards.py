"""What award notices say of the councils that wrote them as buyers, and of the market that they buy from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..reference.authorities import find_authority
from ..suppliers.collecting import supplier_key
from ..suppliers.kinds import kind_of
from ..suppliers.rings import ALL, ring_of
from ..suppliers.sectors import sector_of_cpv
from .bodies import plain
from .facts import KINDS, Bounds, BuyerFacts, MarketFacts
from .from_payments import told

if TYPE_CHECKING:
    import pyarrow as pa

    from ..suppliers.facts import Facts as Supplier
    from ..suppliers.rings import Locality


@dataclass(frozen=True)
class Award:
    """An award, once, however many suppliers share it. `gss` is its buyer's ONS code, "" for one that is no council we know."""

    buyer: str
    gss: str
    pence: int | None
    sector: str
    suppliers: tuple[str, ...]
    kinds: frozenset[str]  # what all its suppliers may be
    rings: frozenset[str]  # where they may be
    months: float | None
    date: str
    file: str
    row: int


def awards_in(
    table: pa.Table, suppliers: Mapping[str, Supplier], code: Callable[[str, str], str], locality: Locality | None = None
) -> list[Award]:
    """The awards of a table with a row for each award and supplier, in pounds sterling, frameworks and the withdrawn among them.

    `code` gives the ONS code that a buyer counts under, after its name and the code of the council that the name means ("" for none).
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        groups.setdefault((row["ocid"], row["award"], row["file"], row["row"] if not row["ocid"] else 0), []).append(row)
    known: dict[str, str] = {}
    made = []
    for rows in groups.values():
        first = rows[0]
        if not in_pounds(first["currency"]):
            continue
        name = plain(first["buyer"])
        if name not in known:
            council = find_authority(name) if name else None
            known[name] = code(name, council.gss if council else "")
        keys = tuple(sorted({supplier_key(row["supplier"]) for row in rows if row["supplier"]}))
        kinds = (
            frozenset().union(*(kind_of(suppliers[key]).possible for key in keys if key in suppliers))
            if keys
            else frozenset((*KINDS, "public"))
        )
        homes = [ring_of(suppliers[key], locality).possible if locality and key in suppliers else ALL for key in keys]
        rings = frozenset[str]().union(*homes) or ALL
        made.append(
            Award(
                name, known[name], first["pence"], sector_of_cpv(first["cpv"] or "") or "", keys, kinds, rings, first["months"],
                str(first["date"] or ""), first["file"], first["row"],
            )
        )  # fmt: skip
    return made


def in_pounds(currency: str | None) -> bool:
    """Whether an award is in pounds sterling, as one is that does not say."""
    return currency in (None, "GBP")


def buyer_facts(name: str, awards: Iterable[Award], cite: str, rings_asked: bool = False) -> BuyerFacts | None:
    """What a council's awards say of it; None when none has a value and a sector. Notices do not say what is spent in a year."""
    valued = [award for award in awards if award.pence]
    total = sum(award.pence or 0 for award in valued)
    sums: dict[str, float] = {}
    for award in valued:
        if award.sector:
            sums[award.sector] = sums.get(award.sector, 0.0) + (award.pence or 0)
    if not sums:
        return None
    known = sum(sums.values())
    return BuyerFacts(
        name=name,
        sectors={sector: amount / known for sector, amount in sums.items()},
        known=known / total,
        contracts={sector: equal_winners([a for a in valued if a.sector == sector]) for sector in sums},
        cite=cite,
        local=bounds(valued, lambda award: award.rings, "local"),
        region=bounds(valued, lambda award: award.rings, "region"),
        kinds={kind: bounds(valued, lambda award: award.kinds, kind) for kind in (*KINDS, "public")},
        sizes=tuple(sorted((award.pence or 0) / 100 for award in valued)),
        sizes_of="award",
        rings_asked=rings_asked,
    )


def equal_winners(awards: list[Award]) -> float:
    """How many winners of equal weight would be as concentrated; suppliers that share an award are one."""
    net: dict[tuple[str, ...], float] = {}
    for number, award in enumerate(awards):
        key = award.suppliers or (f"award {number}",)
        net[key] = net.get(key, 0.0) + (award.pence or 0)
    return sum(net.values()) ** 2 / sum(value**2 for value in net.values())


def bounds(awards: list[Award], of: Callable[[Award], frozenset[str]], group: str) -> Bounds:
    """The share of the value that went to a group, of kinds or of rings: certain, and possible at most."""
    total = sum(award.pence or 0 for award in awards)
    low = sum(award.pence or 0 for award in awards if of(award) == {group})
    high = sum(award.pence or 0 for award in awards if group in of(award))
    return (low / total, high / total) if total else (0.0, 1.0)


def market_facts(awards: Iterable[Award], suppliers: Mapping[str, Supplier], cite: str) -> MarketFacts:
    """Different winners by sector and kind."""
    keys: dict[str, set[str]] = {}
    for award in awards:
        if award.sector:
            keys.setdefault(award.sector, set()).update(key for key in award.suppliers if key in suppliers)
    counted: dict[str, dict[str, int]] = {}
    unknown: dict[str, int] = {}
    for sector, names in keys.items():
        found = [told(kind_of(suppliers[key]).possible) for key in sorted(names)]
        counted[sector] = {kind: found.count(kind) for kind in KINDS if kind in found}
        unknown[sector] = found.count("")
    return MarketFacts(counted, unknown, cite)
