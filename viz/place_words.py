"""A built place in words: what came in, what it is, what is not known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import amount, count

if TYPE_CHECKING:
    from ..places.building import Built

UNKNOWN = {
    "local": "with suppliers of the district",
    "region": "with suppliers of the rest of the region",
    "sme": "with small and medium-sized firms",
    "large": "with large firms",
    "vcs": "with voluntary bodies",
    "sector": "of a sector that is not known",
}


def pounds(pence: float) -> str:
    """A sum as people read it."""
    return amount(pence / 100, "£")


def about_files(built: Built) -> list[str]:
    """A sentence for each file: rows and money read, used, excluded, rejected."""
    said = []
    for a in built.read.spending.accounts if built.read.spending else ():
        if not a.used.rows and not a.rejected.rows:
            said.append(f"{a.file}: {'; '.join(a.notes) or 'nothing of it was used'}.")
            continue
        rows, pence = (sum(getattr(tally, unit) for tally in a.excluded.values()) for unit in ("rows", "pence"))
        said.append(
            f"{a.file}: {a.read.rows:,} rows of {pounds(a.read.pence)} read; {a.used.rows:,} of {pounds(a.used.pence)} used, "
            f"{rows:,} of {pounds(pence)} excluded, {a.rejected.rows:,} rejected."
        )
    for n in built.read.notices.accounts if built.read.notices else ():
        rejected = n.rejected.total() + n.awards_rejected.total()
        said.append(
            f"{n.file}: {n.read:,} notices read, {n.awards:,} awards of {pounds(n.pence['GBP'])} used, "
            f"{n.aside.total():,} set aside, {rejected:,} rejected."
        )
    return said


def about_place(built: Built) -> list[list[str]]:
    """What the place holds, as rows of a table."""
    place = built.place
    focal = place["districts"][0]
    council = place["commissioners"][0]
    firms = sum(g["count"] for g in place["firms"])
    return [
        ["council", f"{built.council.name} ({built.council.gss})"],
        ["people", f"{focal['population']:,} in {count(len(focal['wards']), 'ward')}"],
        ["region", f"{place['region']}, {count(len(place['districts']), 'district')}"],
        ["pounds of", built.data.pounds],
        ["spent with providers", f"{amount(council['procurement'], '£')} a year by the council"],
        ["commissioners", f"{len(place['commissioners'])}, {count(contracts(place), 'contract')} running"],
        ["firms able to bid", str(firms)],
    ]


def contracts(place: dict) -> int:
    """Contracts that run at the start."""
    return sum(line["contracts"] for c in place["commissioners"] for line in c["lines"])


def about_unknown(built: Built) -> list[list[str]]:
    """Shares of the money that the files leave open."""
    return [[UNKNOWN.get(name, name), f"{low:.1%}", f"{high:.1%}"] for name, (low, high) in built.data.unknown.items()]
