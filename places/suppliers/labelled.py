"""The labelled suppliers that classifications are measured on, read from the published files."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .facts import Facts
from .halves import is_held_out
from .kinds import VOLUNTARY_PREFIXES, company_prefix, kind_of
from .matching import TableRow, match
from .names import clean_name
from .sectors import sector_of_sic, sector_of_words

if TYPE_CHECKING:
    from .measured import Measured

CALDERDALE = "suppliers/calderdale_2022-08_vcse_flag.csv"
BOLTON = "suppliers/nwod_bolton_2019.csv"
GRANTS = "suppliers/trafford_vcs_grants_360giving.csv"
TRAFFORD = "spend/trafford-supplier-spend-2026-27.zip"
NOTICES = "preston/contracts_finder_lancashire_15_councils.csv"
PERSONS = Path(__file__).with_name("persons_by_hand.csv")

# Files with suppliers to read persons' names in, and the column of the name.
READ_BY_HAND = {
    "leeds_2012-03.csv": 11,
    "manchester_2015-11.csv": 6,
    "salford_2011-08.csv": 6,
    "wakefield_2021-Q4.csv": 6,
    "hyndburn_2021-03_2digityear.csv": 4,
    "sheffield_2017-01.csv": 10,
}


@dataclass(frozen=True)
class Registered:
    """A supplier of Bolton as matched with registers: its company, and whether a register says voluntary or public."""

    company_name: str
    company_number: str
    sic: str
    method: str
    voluntary: bool | None
    public: bool


@lru_cache(maxsize=8)
def _rows(path: Path, encoding: str) -> tuple[dict[str, str], ...]:
    with path.open(encoding=encoding, newline="") as handle:
        return tuple(csv.DictReader(handle))


def flagged_by_calderdale(data: Path) -> dict[str, bool]:
    """Each supplier of Calderdale in August 2022 and whether the council flags it as a voluntary body or social enterprise."""
    found: dict[str, bool] = {}
    for row in _rows(data / CALDERDALE, "cp1252"):
        name = row["Supplier(Beneficiary) Name"]
        found[name] = found.get(name, False) or row["Voluntary Community and Social Enterprise Supplier"].strip() == "Y"
    return found


def certain_voluntary(data: Path) -> Callable[[str], bool]:
    """The rule that takes a supplier of Calderdale for a voluntary body by its company number or legal form alone."""
    numbers = {row["Supplier(Beneficiary) Name"]: row["Supplier Registered Company Number"] for row in _rows(data / CALDERDALE, "cp1252")}
    return lambda name: kind_of(Facts(clean_name(name), name, company_number=numbers[name])).certain == "vcs"


def registered_in_bolton(data: Path) -> dict[str, Registered]:
    """Each supplier of Bolton in 2019 that was matched with a register.

    Voluntary: a charity, a charitable incorporated organisation or a registered society. None where the match is a public body, or a
    company whose charity number nobody looked for (it may be one).
    """
    found: dict[str, Registered] = {}
    for row in _rows(data / BOLTON, "utf-8-sig"):
        method = row["match_method"].strip()
        if method == "0":
            continue
        register = row["charity_number"].split("-")[0]
        prefix = company_prefix(row["company_number"]) if row["company_number"] else None
        voluntary = register == "CHC" or (prefix or "") in VOLUNTARY_PREFIXES
        public = method in ("9", "11", "13")
        sic = row["sicc_int"] if row["company_number"] else ""
        found[row["beneficiary_name"].strip()] = Registered(
            row["company_name"], row["company_number"], sic, method, None if public else voluntary, public
        )
    return found


def granted_by_trafford(data: Path) -> list[str]:
    """The voluntary bodies that Trafford gave grants to."""
    return sorted({row["Recipient Org:Name"] for row in _rows(data / GRANTS, "utf-8-sig") if row["Recipient Org:Name"]})


def name_hash(name: str) -> str:
    return hashlib.sha256(clean_name(name).encode()).hexdigest()


def names_to_read(data: Path) -> Iterator[str]:
    """The held-out names in the ledgers of six councils that could be a person's: two to five words, no digit, no legal form."""
    from .names import legal_form, plain_words

    seen = set()
    for file, column in READ_BY_HAND.items():
        with (data / "spend" / file).open(encoding="cp1252", errors="replace", newline="") as handle:
            for row in list(csv.reader(handle))[1:]:
                name = row[column].strip() if len(row) > column else ""
                key = clean_name(name)
                if key and key not in seen and is_held_out(name):
                    seen.add(key)
                    if legal_form(name) is None and 2 <= len(plain_words(name)) <= 5 and not any(c.isdigit() for c in name):
                        yield name


def persons_by_hand(data: Path) -> dict[str, bool]:
    """Names read by hand: is it a person's? Only hashes of the persons' names are kept."""
    with PERSONS.open(encoding="utf-8-sig", newline="") as handle:
        persons = {row["hash"] for row in csv.DictReader(handle)}
    return {name: name_hash(name) in persons for name in names_to_read(data)}


def matched_by_name(data: Path, registered: dict[str, Registered]) -> Iterator[Measured]:
    """Names joined by cleaned name or similarity with a table of company names, against the numbers that Bolton's matching found.

    Half of the companies (by another byte of the hash) are taken out of the table, so that wrong matches can be made. A match with the
    right number is a true positive, with a wrong one or of a company taken out a false one.
    """
    from .measured import HELD_OUT, RULES, Measured

    named = {name: row for name, row in registered.items() if row.company_number and row.method in ("1", "3", "4", "5.1", "6")}
    present = {row.company_number for row in named.values() if hashlib.sha256(row.company_number.encode()).digest()[1] & 1}
    companies = {row.company_number: row.company_name for row in named.values() if row.company_number in present}
    table = [TableRow(number, {"name": name, "company_number": number}) for number, name in sorted(companies.items())]
    for half, held in ((RULES, False), (HELD_OUT, True)):
        suppliers = {name: Facts(name, name) for name in named if is_held_out(name) == held}
        joined = {one.key: one.source for one in match(suppliers, table).matched}
        right = sum(named[name].company_number == number for name, number in joined.items())
        missed = sum(named[name].company_number in present and name not in joined for name in suppliers)
        nothing = sum(named[name].company_number not in present and name not in joined for name in suppliers)
        yield Measured("company, by name", "Bolton's match with registers", half, right, len(joined) - right, missed, nothing)


def sectors_of_categories(data: Path, registered: dict[str, Registered]) -> Iterator[Measured]:
    """The sector that most of a Trafford supplier's categories speak of, against that of its SIC code in Bolton's match."""
    from .measured import HELD_OUT, RULES, Measured

    sic = {clean_name(row.company_name): row.sic for row in registered.values() if row.sic}
    votes: dict[str, Counter[str]] = {}
    with zipfile.ZipFile(data / TRAFFORD) as archive, archive.open(archive.namelist()[0]) as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="")):
            key = clean_name(row["BeneficiaryName"])
            if key in sic and sector_of_sic(sic[key]):
                votes.setdefault(key, Counter())[sector_of_words(row["ProclassLabel"]) or ""] += 1
    for half, held in ((RULES, False), (HELD_OUT, True)):
        called = {key: _most(count) for key, count in votes.items() if is_held_out(key) == held}
        right = sum(sector == sector_of_sic(sic[key]) for key, sector in called.items() if sector)
        wrong = sum(1 for sector in called.values() if sector) - right
        yield Measured("sector, by category", "SIC code in Bolton's match", half, right, wrong, len(called) - right, 0)


def _most(votes: Counter[str]) -> str:
    spoken = {sector: n for sector, n in votes.items() if sector}
    return max(sorted(spoken), key=lambda sector: spoken[sector]) if spoken else ""


def repeated_sme_flags(data: Path) -> Iterator[Measured]:
    """Whether a supplier's first SME flag in Lancashire's notices tells its later ones: how far one flag can be trusted."""
    from .measured import HELD_OUT, RULES, Measured

    flags: dict[str, list[bool]] = {}
    rows = [row for row in _rows(data / NOTICES, "utf-8-sig") if row["awarded_to_sme"] in ("True", "False") and row["awarded_supplier"]]
    for row in sorted(rows, key=lambda row: (row["awarded_date"], row["id"])):
        flags.setdefault(clean_name(row["awarded_supplier"]), []).append(row["awarded_to_sme"] == "True")
    for half, held in ((RULES, False), (HELD_OUT, True)):
        pairs = Counter((f[0], later) for key, f in flags.items() if is_held_out(key) == held for later in f[1:])
        counts = [pairs[pair] for pair in ((True, True), (True, False), (False, True), (False, False))]
        yield Measured("SME, by the first flag", "later flags in Lancashire's notices", half, *counts)


def winners_in_lancashire(data: Path) -> list[str]:
    """Whoever won a contract of Lancashire's councils, as the notices name them."""
    return sorted({row["awarded_supplier"].strip() for row in _rows(data / NOTICES, "utf-8-sig") if row["awarded_supplier"].strip()})
