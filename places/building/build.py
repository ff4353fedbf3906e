"""Building a place: the files read, what they say gathered, the place put together, and everything written in one folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...scenarios.checks import validate
from ...scenarios.errors import Problem, ScenarioError, listed
from ...scenarios.place_data import DataFile, FileKind, PlaceData
from ...scenarios.schema import Place
from ..reference import Authority, authority, population, region_of
from ..reference.authorities import find_authority
from ..twice import same_files, sha256
from . import reading
from .assemble import assemble
from .buyers import from_budget
from .facts import Facts
from .text import to_toml

if TYPE_CHECKING:
    from ..figures.figure import Figure
    from ..suppliers.matching import Matches

BUDGET_YEAR = "2025/26"  # whose pounds a place is in that knows its money from budgets only
PLAUSIBLE = (0.1, 20.0)  # payments of a year, times what the budget suggests; whole ledgers come to some four times


@dataclass(frozen=True)
class Built:
    """A built place: its table, its TOML text, its [data], and what was found on the way."""

    name: str
    council: Authority
    place: dict[str, Any]
    text: str
    data: PlaceData
    facts: Facts
    read: reading.Read
    figures: tuple[Figure, ...] = ()
    matches: Matches | None = None
    notes: tuple[str, ...] = field(default=())


def files_of(kind: FileKind, paths: Sequence[Path], base: Path) -> tuple[DataFile, ...]:
    """Files as [data] names them: relative to the folder of the place file."""
    return tuple(DataFile(path=Path(os.path.relpath(path, base)).as_posix(), kind=kind) for path in paths)


def build(data: PlaceData, name: str, base: Path, where: str, title: str = "") -> Built:
    """Build a place from the files that `data` names relative to `base`; `where` is what messages call the settings.

    Nothing is written. Raises ScenarioError or the error of a reader when a
    file cannot be read.
    """
    paths = resolved(data, base, where)
    asked = authority(data.council, where, "data.council" if where.endswith(".toml") else "--council") if data.council else None
    opened = reading.open_files(data, paths, where)
    holding_payments(opened)
    holding_anything(opened)
    council = asked or named(opened, name, where)
    read = reading.read_all(data, council, paths, opened, where)
    holding_money(council, read.facts)
    shares = bought_nearby(data, council, paths)
    place = assemble(name, council, read.facts, title, shares, ", ".join(path.name for path in (*paths["io"], *paths["jobs"])))
    checked(place, where)
    told = data.model_copy(
        update={
            "council": data.council or council.short,
            "pounds": data.pounds or (read.facts.years if paths["spend"] else BUDGET_YEAR),
            "files": tuple(row.model_copy(update={"sha256": sha256(at(base, row.path))}) for row in data.files),
            "unknown": unknown_shares(read.facts, council),
            "found": read.found,
        }
    )
    notes = (*implausible(council, read.facts), *read.notes)
    return Built(name, council, place, to_toml(place, told), told, read.facts, read, read.figures, read.matches, notes)


def holding_payments(opened: reading.Opened) -> None:
    """Raises ScenarioError, naming each file and its kind, when files were given as payments and none of them holds any."""
    from ..spending.kinds import READ, REGISTER

    accounts = opened.spending.accounts if opened.spending else ()
    if accounts and not any(account.kind in READ for account in accounts):
        also = "; award notices are given with --awards, or as kind awards"
        raise ScenarioError(
            Problem(a.file, "", "holds no payments but is of another kind", a.kind, f"payments{also if a.kind == REGISTER else ''}")
            for a in accounts
        )


def holding_anything(opened: reading.Opened) -> None:
    """Raises ScenarioError, naming each file, when no row of payments was used and no award in pounds was read."""
    from .from_awards import in_pounds

    spending, notices = opened.spending, opened.notices
    if notices is None or (spending and spending.total.rows) or any(map(in_pounds, notices.awards["currency"].to_pylist())):
        return
    read = [(a.file, f"payments, {a.read.rows:,} read and none used") for a in (spending.accounts if spending else ())]
    read += [(a.file, f"notices, {a.read:,} read with awards in pounds in none") for a in notices.accounts]
    accepts = "payments that can be used, or awards in pounds sterling"
    raise ScenarioError(Problem(file, "", "gave nothing to build from", got, accepts) for file, got in read)


def holding_money(council: Authority, facts: Facts) -> None:
    """Raises ScenarioError when nothing is left of the council's payments in whole thousands of pounds, as a place has its money."""
    buyer = facts.buyers.get(council.gss)
    if buyer and buyer.pounds is not None and not round(buyer.pounds, -3):
        text = f"leave {council.name} no money: a place has it in whole thousands of pounds a year"
        raise ScenarioError([Problem("payments", "", text, f"£{buyer.pounds:,.2f} a year", "more than £500 a year")])


def implausible(council: Authority, facts: Facts) -> tuple[str, ...]:
    """A note where the council's payments come to far less or far more than its budget suggests."""
    buyer, planned = facts.buyers.get(council.gss), from_budget(council)
    if buyer is None or not buyer.pounds or not planned or PLAUSIBLE[0] <= buyer.pounds / planned <= PLAUSIBLE[1]:
        return ()
    times = f"{float(f'{buyer.pounds / planned:.2g}'):,.8f}".rstrip("0").rstrip(".")
    return (
        f"payments come to £{buyer.pounds:,.0f} a year, ×{times} of what its budget suggests: £{planned:,.0f} with providers, of which "
        "whole ledgers make some four times; files may be missing, or the months, the bodies or the unit of the amounts be wrong",
    )


def bought_nearby(data: PlaceData, council: Authority, paths: dict[str, list[Path]]) -> dict[str, tuple[float, float]] | None:
    """Supply shares of sectors from the input-output table among the files; None without one."""
    if not paths["io"]:
        return None
    from .economy import nation
    from .supplies import supply_shares

    people = [population(district) for district in region_of(council)[1]]
    jobs = paths["jobs"][0] if paths["jobs"] else None
    return supply_shares(paths["io"][0], jobs, (people[0], sum(people), nation()), data.delta)


def named(opened: reading.Opened, name: str, where: str) -> Authority:
    """The council that the files name as the body that pays or buys, or that the place is called after. Raises ScenarioError."""
    bodies = opened.bodies()
    found = {council.gss: council for body in bodies if (council := find_authority(body)) and council.nation == "England"}
    if len(found) == 1:
        return next(iter(found.values()))
    if (council := find_authority(name.replace("_", " "))) and council.nation == "England" and (council.gss in found or not found):
        return council
    got = f"{listed(sorted(bodies), 6)} in the files" if bodies else "no council named in the files"
    key = "data.council" if where.endswith(".toml") else "--council"
    raise ScenarioError([Problem(where, key, "missing: which council is at the centre", got, "the name of an English council")])


def resolved(data: PlaceData, base: Path, where: str) -> dict[str, list[Path]]:
    """The files by kind. Raises ScenarioError for those that are not there, and when there is nothing to build from."""
    found: dict[str, list[Path]] = {"spend": [], "awards": [], "suppliers": [], "io": [], "jobs": []}
    problems = []
    for i, row in enumerate(data.files):
        path = at(base, row.path)
        if not path.is_file():
            key = f"data.files[{i}].path" if where.endswith(".toml") else f"--{row.kind}"
            problems.append(Problem(where, key, "is a folder, not a file" if path.is_dir() else "no such file", str(path)))
        found[row.kind].append(path)
    for path, other in same_files(found["awards"]):
        problems.append(Problem(path.name, "", "holds the same as another file and would count twice", str(other), "each file once"))
    if not found["spend"] and not found["awards"]:
        problems.append(
            Problem(where, "", "names nothing to build from", None, "payment files (--spend), award notices (--awards), or both")
        )
    for kind, one in (("io", "input-output table"), ("jobs", "table of jobs by industry")):
        if len(found[kind]) > 1:
            problems.append(Problem(where, kind, "is given more than once", str(len(found[kind])), f"one {one}"))
    if found["jobs"] and not found["io"]:
        problems.append(Problem(where, "jobs", "say something of an input-output table only", None, "--io TABLE beside it"))
    if problems:
        raise ScenarioError(problems)
    return found


def at(base: Path, path: str) -> Path:
    """A file that [data] names; the folder of the place itself may not be there yet."""
    return Path(os.path.normpath(base / path))


def unknown_shares(facts: Facts, council: Authority) -> dict[str, tuple[float, float]]:
    """Shares of the council's money that its files leave open by more than a thousandth, as bounds."""
    buyer = facts.buyers.get(council.gss)
    if buyer is None:
        return {}
    bounds = {"local": buyer.local, "region": buyer.region, **buyer.kinds}
    found = {name: (round(low, 4), round(high, 4)) for name, (low, high) in bounds.items() if high - low > 0.001}
    if buyer.known < 0.999:
        found["sector"] = (0.0, round(1 - buyer.known, 4))
    return found


def checked(place: dict[str, Any], where: str) -> None:
    """A place that was built must be sound like one written by hand. Raises ScenarioError if it is not."""
    _, problems = validate(Place, place, lambda key: (where, key))
    if problems:
        raise ScenarioError(problems)
