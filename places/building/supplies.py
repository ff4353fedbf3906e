"""What sectors of a place buy in its district and region, from an input–output table that the user gives.

With jobs by industry the national table is brought down to the district by Flegg's location quotient; without, by its size
alone (the quotient of an area that is specialised in nothing). No file says what the region has, so what is bought from
the rest of it is to the district's purchases as the quotients of the two areas' sizes are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...model.io_tables import Table, published_table
from ...model.multipliers import coefficients
from ...scenarios.errors import Problem, ScenarioError
from ..reference import sector_rows
from ..regional import RegionalError, read_jobs, regional_coefficients
from ..regional import size as size_quotient
from ..regional.industries import divisions, sections
from ..suppliers.sectors import sector_of_sic

Supply = dict[str, tuple[float, float]]


def supply_shares(path: Path, jobs: Path | None, populations: tuple[int, int, int], delta: float) -> Supply:
    """By sector: the share of turnover bought in the district, and in the rest of the region.

    `populations` are residents of the district, the region and the nation. Raises ScenarioError for a table or a file of jobs
    that cannot be read.
    """
    try:
        table = published_table(path)
        a = coefficients(table.flows, table.output)
        focal, region, nation = (float(p) for p in populations)
        local, whole = size_quotient(focal, nation, delta), size_quotient(region, nation, delta)
        if jobs is not None:
            found = read_jobs(jobs, table.codes)
            bought = regional_coefficients(a, found.slq, size_quotient(*found.totals, delta=delta)).sum(axis=0)
        else:
            bought = a.sum(axis=0) * local
    except (RegionalError, ValueError, KeyError, OSError) as error:
        raise ScenarioError([Problem(str(path), "", str(error))]) from None
    made = {}
    for row in sector_rows():
        industries = members(table, row.name)
        if not industries.any():
            raise ScenarioError(
                [Problem(str(path), "", "has no industry of the sector", row.name, "an industry-by-industry table of all sectors")]
            )
        here = float(np.average(bought[industries], weights=table.output[industries]))
        most = 1 - row.pay / row.output
        here = min(here, most)
        made[row.name] = (here, min(here * (whole - local) / local, most - here))
    return made


def members(table: Table, sector: str) -> np.ndarray:
    """Which industries of a table belong to a sector, by the divisions that their codes name."""
    return np.array([sector in {sector_of_sic(f"{d:02d}") for d in divisions(code) or sections(code)} for code in table.codes])
