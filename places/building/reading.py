"""Reading all files of a place and drawing from them what a place is built of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...scenarios.errors import Problem, ScenarioError, listed
from ...scenarios.place_data import Found, PlaceData
from ..notices.awards import SUMMED, UNSUMMED
from ..reference import Authority
from . import from_awards, from_payments
from .bodies import UNNAMED, Bodies, FromBody, counts_of, notes_of
from .facts import BuyerFacts, Facts, MarketFacts

if TYPE_CHECKING:
    from ..figures.figure import Figure
    from ..figures.ledger import Ledger
    from ..notices import Notices
    from ..notices.account import NoticeAccount
    from ..spending import Spending
    from ..suppliers.facts import Facts as Supplier
    from ..suppliers.matching import Matches, TableRow
    from ..suppliers.rings import Locality


@dataclass(frozen=True)
class Read:
    """What was read: the readers' own results, the figures drawn from them, and what they say of the place."""

    facts: Facts
    found: Found
    spending: Spending | None = None
    notices: Notices | None = None
    suppliers: dict[str, Supplier] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    matches: Matches | None = None
    notes: tuple[str, ...] = ()
    bodies: tuple[FromBody, ...] = ()


def locality_of(data: PlaceData, council: Authority, where: str, definition: str = "") -> Locality | None:
    """What counts as local; None while no postcodes say so, and where suppliers are stays unknown.

    A place tells its district from its region, so a definition by which the region is local builds it as "registered" does.
    """
    from ..suppliers.rings import Locality

    if not data.local_postcodes:
        return None
    definition = definition or ("registered" if data.local == "region" else data.local)
    try:
        return Locality(definition, frozenset(data.local_postcodes), frozenset(data.region_postcodes), council.short)
    except ScenarioError as error:
        key = "data.{}_postcodes" if where.endswith(".toml") else "--{}-postcodes"
        raise ScenarioError(replace(problem, where=where, key=key.format(problem.key)) for problem in error.problems) from None


@dataclass(frozen=True)
class Opened:
    """Payments and notices as their readers give them, before anything is drawn from them."""

    spending: Spending | None
    notices: Notices | None

    def bodies(self) -> set[str]:
        """Who pays or buys, as the files name them."""
        import pyarrow.compute as pc

        found: set[str] = set()
        for batch in self.spending.batches() if self.spending else ():
            found |= {body for body in pc.unique(batch.column("body")).to_pylist() if body}
        return found or self.buyers()

    def buyers(self) -> set[str]:
        """Who buys in the notices."""
        return {buyer for buyer in self.notices.awards["buyer"].to_pylist() if buyer} if self.notices else set()


def open_files(data: PlaceData, paths: dict[str, list[Path]], where: str) -> Opened:
    """Read payments (into a folder that goes away with them) and notices; `where` is what messages call the settings."""
    from ..notices import read_notices
    from ..spending import Pseudonyms, SpendingError, read_spending

    # One numbering: "person 1" of the notices is "person 1" of the payments, and nobody else.
    rename = None if data.persons else Pseudonyms()
    notices = read_notices(paths["awards"], rename=rename) if paths["awards"] else None
    if not paths["spend"]:
        return Opened(None, notices)
    try:
        return Opened(read_spending(paths["spend"], mapping=data.mapping, persons=data.persons, rename=rename), notices)
    except SpendingError as error:
        raise SpendingError(set_in(where, problem) for problem in error.problems) from None


def set_in(where: str, problem: Problem) -> Problem:
    """A mistake in the mapping of columns as one of the settings, where it is to be mended; any other as it is."""
    if problem.where == "mapping":
        return replace(problem, where=where, key=f"data.mapping.{problem.key}")
    if problem.key.startswith("mapping."):
        return replace(problem, where=where, key=f"data.{problem.key}", text=f"{problem.text} ({problem.where})")
    return problem


def read_all(data: PlaceData, council: Authority, paths: dict[str, list[Path]], opened: Opened, where: str = "place") -> Read:
    """What payments, notices and tables of suppliers say of a council and its market; `where` is what messages call the settings."""
    from ..suppliers.collecting import suppliers_awarded
    from ..suppliers.matching import match, read_suppliers, together

    awarded = suppliers_awarded(opened.notices.awards) if opened.notices else {}
    table = [row for path in paths["suppliers"] for row in read_suppliers(path)]
    found: dict[str, Any] = {}
    buyers: dict[str, BuyerFacts] = {}
    market: MarketFacts | None = None
    figures: list[Figure] = []
    notes: list[str] = []
    whose = Bodies(data, council)
    whose.check(opened.bodies() | opened.buyers(), where)
    bodies: list[FromBody] = []
    given: dict[str, int] = {}
    suppliers, matches = dict(awarded), None
    if opened.notices is not None:
        matches = match(awarded, table, data.match) if table else None
        suppliers = dict(matches.suppliers) if matches else suppliers
        locality = locality_of(data, council, where)
        awards = from_awards.awards_in(opened.notices.awards, suppliers, whose.buyer, locality)
        accounts = opened.notices.accounts
        for gss in sorted({award.gss for award in awards if award.gss}):
            mine = [award for award in awards if award.gss == gss]
            if facts := from_awards.buyer_facts(mine[0].buyer, mine, cited_awards(accounts, mine), locality is not None):
                buyers[gss] = facts
        market = from_awards.market_facts(awards, suppliers, cited_awards(accounts, awards))
        days = sorted(award.date for award in awards if award.date)
        found |= {"awards": len(awards), "first": days[0] if days else "", "last": days[-1] if days else ""}
        bodies += whose.of_awards(awards)
    if opened.spending is not None:
        spent, paid, suppliers = read_payments(data, council, table, awarded, opened.spending, whose, where)
        matches = together(paid, matches) if paid and matches else paid or matches
        figures += figures_of(data, council, spent, where)
        buyers[council.gss] = from_payments.buyer_facts(council.name, spent, data.months)
        market = from_payments.market_facts(spent)
        found |= totals(opened.spending) | days_of(spent.ledger)
        bodies = whose.of_payments(opened.spending.batches()) + bodies
        given = rows_given(spent.ledger)
        if slips := from_payments.slipped(spent.ledger):
            notes.append(slips)
        notes += opened.spending.left
    notes = [*notes_of(bodies), *notes, *notes_on(paths["suppliers"])]
    found |= {"rows_by_body": counts_of(bodies, "payments"), "awards_by_body": counts_of(bodies, "awards")}
    if nothing := gave_nothing(opened, given):
        notes.append(f"files that gave nothing to the place: {', '.join(nothing)}")
    if opened.notices is not None:
        from ..figures.contracts import contracts

        figures.append(contracts(opened.notices.awards))
        notes += [f"{a.file}: {note}: {a.notes[note]:,}" for a in opened.notices.accounts for note in (SUMMED, UNSUMMED) if a.notes[note]]
    told = Facts(buyers, market, str(found.get("first", "")), str(found.get("last", "")))
    made = (tuple(figures), matches, tuple(notes), tuple(bodies))
    return Read(told, Found(**found), opened.spending, opened.notices, suppliers, *made)


def read_payments(
    data: PlaceData,
    council: Authority,
    table: Sequence[TableRow],
    awarded: dict[str, Supplier],
    spending: Spending,
    whose: Bodies,
    where: str,
) -> tuple[from_payments.Spent, Matches | None, dict[str, Supplier]]:
    """Know the suppliers of the payments, and draw the figures that a place is built from."""
    import pyarrow as pa

    from ..figures.ledger import read_ledger
    from ..figures.shares import spend_by_kind, spend_by_ring, spend_by_sector
    from ..spending import public_body
    from ..suppliers.collecting import suppliers_in, with_awards
    from ..suppliers.matching import match

    suppliers: dict[str, Supplier] = {}
    for batch in whose.payments(spending.batches()):
        for key, facts in suppliers_in(pa.Table.from_batches([batch])).items():
            suppliers.setdefault(key, facts)
    suppliers = with_awards(suppliers, awarded)
    matches = None
    if table:
        matches = match(suppliers, table, data.match)
        suppliers = dict(matches.suppliers)
    ledger = read_ledger(whose.payments(spending.batches()))
    if ledger.total <= 0:
        bodies = listed(sorted(Opened(spending, None).bodies()), 6) or "no body that they name"
        rows = ledger.rows.num_rows
        used = f"{rows:,} row{'' if rows == 1 else 's'} of {ledger.total / 100:,.2f} pounds, in files of {bodies}"
        accepts = f'bodies that they name, and "{UNNAMED}" for rows that name none' if data.bodies else None
        raise ScenarioError([Problem("payments", "", f"hold no spending of {council.name} to build from", used, accepts)])
    locality = locality_of(data, council, where)
    given = rows_given(ledger)
    spent = from_payments.Spent(
        ledger,
        suppliers,
        spend_by_kind(ledger, suppliers, public_body),
        spend_by_sector(ledger, suppliers),
        spend_by_ring(ledger, suppliers, locality) if locality else None,
        cited("payments", [(a.file, a.read.rows, given.get(a.file, 0)) for a in spending.accounts]),
        public_body,
    )
    return spent, matches, suppliers


def notes_on(tables: Iterable[Path]) -> list[str]:
    """What one should know of tables of suppliers: the encoding of one that is not UTF-8, and columns that say nothing to the reader."""
    from ..suppliers.matching import columns_not_used, other_encoding

    notes = []
    for path in tables:
        if encoding := other_encoding(path):
            notes.append(f"{path.name} is read as {encoding}, not as UTF-8")
        if columns := columns_not_used(path):
            notes.append(f"columns of {path.name} not used: {listed(columns, 12)}")
    return notes


def figures_of(data: PlaceData, council: Authority, spent: from_payments.Spent, where: str) -> list[Figure]:
    """Every figure drawn from payments; the rings under the definition that was asked for, and that the place is built by."""
    from ..figures.concentration import concentration
    from ..figures.months import monthly_spend, supplier_churn
    from ..figures.shares import spend_by_ring
    from ..figures.sizes import payment_sizes

    ledger, rings = spent.ledger, []
    if spent.by_ring is not None:
        rings = [spent.by_ring]
        if data.local == "region" and (locality := locality_of(data, council, where, data.local)):
            rings.append(spend_by_ring(ledger, spent.suppliers, locality))
    return [
        *rings, spent.by_kind, spent.by_sector, concentration(ledger), payment_sizes(ledger), monthly_spend(ledger), supplier_churn(ledger)
    ]  # fmt: skip


def totals(spending: Spending) -> dict[str, Any]:
    """What became of the rows of all payment files together."""
    from ..spending import Tally

    sums = {"read": Tally(), "used": Tally(), "excluded": Tally(), "rejected": Tally()}
    for account in spending.accounts:
        excluded = sum(account.excluded.values(), Tally())
        for what, tally in (("read", account.read), ("used", account.used), ("excluded", excluded), ("rejected", account.rejected)):
            sums[what] += tally
    found: dict[str, Any] = {f"rows_{what}": tally.rows for what, tally in sums.items()}
    found |= {f"pence_{what}": tally.pence for what, tally in sums.items()}
    return found


def days_of(ledger: Ledger) -> dict[str, str]:
    """The first and the last day of the council's payments, but for slips."""
    import numpy as np
    import pyarrow.compute as pc

    span = pc.min_max(ledger.rows["date"].filter(np.asarray(ledger.month >= 0))).as_py()
    return {"first": str(span["min"] or ""), "last": str(span["max"] or "")}


def cited(what: str, rows: list[tuple[str, int, int]]) -> str:
    """Files and rows, as a source cites them; those that gave no row are not cited."""
    giving = [row for row in rows if row[2]]
    told = [f"{file} ({used:,} of {read:,} row{'' if read == 1 else 's'})" for file, read, used in giving[:4]]
    rest = f" and {len(giving) - 4} more files" if len(giving) > 4 else ""
    return f"{what}: {'; '.join(told)}{rest}"


def cited_awards(accounts: Iterable[NoticeAccount], awards: Iterable[from_awards.Award]) -> str:
    """The files of awards and how many of their notices these are."""
    given = Counter(file for file, _ in {(award.file, award.row) for award in awards})
    return cited("awards", [(a.file, a.read, given[a.file]) for a in accounts])


def rows_given(ledger: Ledger) -> dict[str, int]:
    """How many rows of the council each payment file gave."""
    import pyarrow.compute as pc

    found = pc.value_counts(ledger.rows["file"].cast("string")).to_pylist()
    return {row["values"]: row["counts"] for row in found}


def gave_nothing(opened: Opened, given: dict[str, int]) -> list[str]:
    """Files of payments and notices of which nothing came into the place."""
    accounts = opened.spending.accounts if opened.spending else ()
    notices = opened.notices.accounts if opened.notices else ()
    return [a.file for a in accounts if not given.get(a.file)] + [a.file for a in notices if not a.awards]
