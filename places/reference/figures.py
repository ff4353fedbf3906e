"""Figures of a council from the shipped tables; None or nothing where a table does not have it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .authorities import Authority, read_table

HEAD = ("gss", "population_2024", "band_d")


@dataclass(frozen=True)
class Income:
    """Pay of all employees: monthly median in pounds of 2025, spread of its logarithm; the share of people aged 16 to 64 at work."""

    monthly: float
    spread: float
    employment_rate: float | None
    own: bool  # the council's own figures, not England's


@dataclass(frozen=True)
class SectorRow:
    """A sector in the UK's input-output table of 2019 (£ million), and different winners of Lancashire's award notices by size."""

    name: str
    pay: float
    inputs: float
    output: float
    households: float
    jobs_preston: int
    winners_small: int
    winners_large: int


@lru_cache(maxsize=1)
def _budgets() -> dict[str, dict[str, str]]:
    return {row["gss"]: row for row in read_table("budgets.csv")}


def budget(council: Authority) -> dict[str, float]:
    """Pounds a year by service, 2025/26; services in net surplus are left out."""
    row = _budgets().get(council.gss, {})
    return {name: float(text) * 1000 for name, text in row.items() if name not in HEAD and text and float(text) > 0}


def population(council: Authority) -> int:
    """Residents in mid-2024, of 2020 where that is not known."""
    return int(_budgets().get(council.gss, {}).get("population_2024", 0) or 0) or council.population_2020


def band_d(council: Authority) -> float | None:
    """Council tax of band D of the area, pounds a year, all its councils together; a county's own is its part only."""
    value = float(_budgets().get(council.gss, {}).get("band_d", 0) or 0)
    return value if value > 0 and council.kind != "CTY" else None


def ward_rows(council: Authority) -> list[dict[str, str]]:
    """The wards of a district: name, code, population, deprivation, unemployment; empty texts for what is not known."""
    return [row for row in read_table("wards.csv") if row["district"] == council.gss]


def age_counts(council: Authority | None = None) -> dict[str, int] | None:
    """Residents by age band; without a council those of all districts in the table together."""
    rows = read_table("ages.csv")
    if council is not None:
        rows = [row for row in rows if row["district"] == council.gss]
    names = [name for name in (rows[0] if rows else ()) if name != "district"]
    return {name: sum(int(row[name]) for row in rows) for name in names} or None


def income(council: Authority) -> Income:
    """The council's own pay where it is at hand, else England's."""
    rows = {row["area"]: row for row in read_table("incomes.csv")}
    row = rows.get(council.gss, rows["England"])
    rate = float(row["employment_rate"]) if row["employment_rate"] else None
    return Income(float(row["monthly"]), float(row["spread"]), rate, council.gss in rows)


@lru_cache(maxsize=1)
def sector_rows() -> tuple[SectorRow, ...]:
    """The twelve sectors of a place."""
    return tuple(
        SectorRow(
            row["sector"], float(row["pay"]), float(row["inputs"]), float(row["output"]), float(row["households"]),
            int(row["jobs_preston"]), int(row["winners_small"]), int(row["winners_large"]),
        )
        for row in read_table("sectors.csv")
    )  # fmt: skip
