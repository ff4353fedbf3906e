"""Shipped public tables that every place needs: councils, wards, ages, budgets, incomes, sectors.

`origins.csv` says of each table whose it is, under which licence, and where it was taken from; `make_tables.py` writes the
tables anew from those files.
"""

from __future__ import annotations

from .authorities import Authority, authorities, authority, county_council, region_of
from .figures import Income, SectorRow, age_counts, band_d, budget, income, population, sector_rows, ward_rows

__all__ = [
    "Authority",
    "Income",
    "SectorRow",
    "age_counts",
    "authorities",
    "authority",
    "band_d",
    "budget",
    "county_council",
    "income",
    "population",
    "region_of",
    "sector_rows",
    "ward_rows",
]
