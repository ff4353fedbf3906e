"""Districts, residents and incomes of a place, from the reference tables."""

from __future__ import annotations

from ...scenarios.build_lancashire import NO_INTEREST, TAKE_PART, WANT, shares
from ...scenarios.lancashire_assumptions import AGE_BANDS
from ..reference import Authority, age_counts, band_d, income, population, ward_rows
from . import assumptions as assumed

ROWS = 10_000  # of residents that a place is simulated with, about


def districts(region: tuple[Authority, ...]) -> list[dict]:
    """The districts of the region, the focal one first, with its wards."""
    focal, rest = region[0], region[1:]
    wards = focal_wards(focal)
    first = {"name": focal.short, "code": focal.gss, "population": sum(w["population"] for w in wards), "focal": True, "wards": wards}
    return [first, *({"name": d.short, "code": d.gss, "population": population(d)} for d in rest)]


def focal_wards(council: Authority) -> list[dict]:
    """Its wards where they are shipped, else one for the whole district; deprivation and claimants are the district's where unknown."""
    whole = {"name": council.short, "code": council.gss, "population": str(population(council)), "deprivation": "", "unemployment": ""}
    score = council.deprivation if council.deprivation is not None else 20.0
    return [
        {
            "name": row["name"],
            "code": row["code"],
            "population": int(row["population"]),
            "deprivation": float(row["deprivation"] or score),
            "unemployment": float(row["unemployment"] or assumed.CLAIMANTS),
        }
        for row in ward_rows(council) or [whole]
    ]


def band_counts(council: Authority) -> dict[str, int]:
    """Residents by age band: the district's own where shipped, else those of the shipped districts together."""
    return age_counts(council) or age_counts() or {}


def people(council: Authority, residents: int) -> dict:
    """The population table of a place."""
    counts = band_counts(council)
    parts = shares([float(counts[name]) for name, *_ in AGE_BANDS])
    return {
        "people_per_row": max(1.0, round(residents / ROWS, 1)),
        "age_bands": [
            {"name": name, "low": low, "high": high, "share": part, "works": works}
            for (name, low, high, works), part in zip(AGE_BANDS, parts, strict=True)
        ],
        "participates_never": NO_INTEREST,
        "participates_would": WANT,
        "participates_does": TAKE_PART,
    }


def incomes(council: Authority) -> dict:
    """The incomes table of a place, pounds of 2025/26."""
    own = income(council)
    tax = band_d(council) or 2280.0
    return {
        "median_wage": round(own.monthly),
        "wage_spread": own.spread,
        "benefit": assumed.BENEFIT,
        "pension": assumed.PENSION,
        "employment_rate": own.employment_rate or assumed.EMPLOYMENT_RATE,
        "council_tax": round(tax * assumed.BAND_D_PER_ADULT / 12, 1),
    }


def at_work(council: Authority, residents: int) -> float:
    """Residents in work."""
    counts = band_counts(council)
    working = sum(counts[name] for name, _, _, works in AGE_BANDS if works) / sum(counts.values())
    return residents * working * (income(council).employment_rate or assumed.EMPLOYMENT_RATE)
