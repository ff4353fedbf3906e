"""The rest of the economy: sectors of unmodelled firms, the labour market, and where the residents' money goes.

Mechanism 10 (money circulates): what a sector takes in one month it spends the next, in fixed shares, so that with
constant coefficients the flows converge to the Leontief solution x = (I - A)^-1 f, which tests check.
"""

from __future__ import annotations

import numpy as np

from .compiled import njit
from .ledger import AGENCY_WAGES, CONSUMPTION, SALES, SUPPLIES, TAX, WAGES, put
from .residents import SLOTS

SECTOR = np.dtype(
    [
        ("account", np.int32), ("labour", np.float64), ("local", np.float64), ("region", np.float64), ("weight", np.float64),
        ("household", np.float64), ("exports", np.float64),  # pence a month sold outside, or paid by government
        ("payer", np.int32),
    ],
    align=True,
)  # fmt: skip


@njit
def spend_takings(sectors, took, month, nation, page, count, balance, payroll):
    """Each sector spends last month's takings: wages of residents, supplies from all sectors, the region, the world."""
    nation = nation[0]
    for s in range(len(sectors)):
        sector = sectors[s]
        put(page, count, balance, month, sector.payer, sector.account, SALES, np.int64(sector.exports))
        revenue = took[sector.account]
        payroll[sector.account] += np.int64(sector.labour * revenue)
        near = np.int64(sector.local * revenue)
        left = near
        for t in range(len(sectors)):
            part = np.int64(near * sectors[t].weight) if t + 1 < len(sectors) else left
            left -= part
            put(page, count, balance, month, sector.account, sectors[t].account, SUPPLIES, part)
        mid = np.int64(sector.region * revenue)
        put(page, count, balance, month, sector.account, nation.economy, SUPPLIES, mid)
        rest = revenue - np.int64(sector.labour * revenue) - near - mid
        put(page, count, balance, month, sector.account, nation.world, SUPPLIES, rest)


@njit
def spend_in_region(took, month, shares, sectors, nation, page, count, balance):
    """The rest of the region in two accounts, firms and households, spending last month's takings in fixed shares.

    `shares`: firms' wages, firms' purchases in the district, households' tax, their spending in the region, in the district.
    """
    nation = nation[0]
    firms, people = took[nation.economy], took[nation.households]
    wages, near = np.int64(shares[0] * firms), np.int64(shares[1] * firms)
    put(page, count, balance, month, nation.economy, nation.households, WAGES, wages)
    put(page, count, balance, month, nation.economy, nation.world, SUPPLIES, firms - wages - near)
    tax, mid, bought = np.int64(shares[2] * people), np.int64(shares[3] * people), np.int64(shares[4] * people)
    put(page, count, balance, month, nation.households, nation.government, TAX, tax)
    put(page, count, balance, month, nation.households, nation.economy, CONSUMPTION, mid)
    put(page, count, balance, month, nation.households, nation.world, CONSUMPTION, people - tax - mid - bought)
    for s in range(len(sectors)):
        put(page, count, balance, month, nation.economy, sectors[s].account, SUPPLIES, np.int64(near * sectors[s].weight))
        put(page, count, balance, month, nation.households, sectors[s].account, CONSUMPTION, np.int64(bought * sectors[s].household))


@njit
def spend_of_residents(spent, month, tax_share, local, region, sectors, nation, page, count, balance):
    """Where the residents' spending goes: indirect tax, the district's sectors, the region, the world."""
    nation = nation[0]
    tax = np.int64(tax_share * spent)
    left = spent - tax
    put(page, count, balance, month, nation.people, nation.government, TAX, tax)
    near, mid = np.int64(local * left), np.int64(region * left)
    put(page, count, balance, month, nation.people, nation.economy, CONSUMPTION, mid)
    gone = np.int64(0)
    for s in range(len(sectors)):
        part = np.int64(near * sectors[s].household)
        gone += part
        put(page, count, balance, month, nation.people, sectors[s].account, CONSUMPTION, part)
    put(page, count, balance, month, nation.people, nation.world, CONSUMPTION, left - mid - gone)


@njit
def pay_wages(wages, month, people, page, count, balance):
    """Enter what each employer paid residents."""
    for employer in range(len(wages)):
        put(page, count, balance, month, employer, people, WAGES, wages[employer])


@njit
def add_up(wards, total):
    """Write into `total` the sums over wards of each column of `wards`, int64 [wards, columns]."""
    for k in range(len(total)):
        total[k] = 0
        for w in range(len(wards)):
            total[k] += wards[w, k]


@njit
def labour_market(
    payroll, employed, agency, month, market, ceiling, speed, highest, idle, nation, page, count, balance, rate, layoff, job_of
):
    """Turn payrolls into wage rates, layoffs and vacancies. Returns the chance, `highest` at most, that someone out of work finds a job.

    An employer too small to employ a whole resident row pays its wages through its sector's agency. `rate` gets pence
    a month per unit of skill: the payroll over the skill employed, at most `ceiling` times the `market` rate; what is
    then left pays commuters. `layoff` gets a chance by employer and `job_of` a table of employers with vacancies.
    """
    nation = nation[0]
    n = len(payroll)
    for e in range(n):
        if payroll[e] > 0 and employed[e] <= 0.0 and agency[e] >= 0 and agency[e] != e:
            put(page, count, balance, month, e, agency[e], AGENCY_WAGES, payroll[e])
            payroll[agency[e]] += payroll[e]
            payroll[e] = 0
    vacancies = 0.0
    for e in range(n):
        rate[e], layoff[e] = 0.0, 0.0
        wanted = payroll[e] / market
        if employed[e] > 0.0:
            rate[e] = min(payroll[e] / employed[e], ceiling * market)
            layoff[e] = speed * max(0.0, 1.0 - wanted / employed[e])
        extra = payroll[e] - np.int64(np.ceil(rate[e] * employed[e]))
        if extra > 0:
            put(page, count, balance, month, e, nation.households, WAGES, extra)
        vacancies += max(0.0, wanted - employed[e]) if agency[e] == e or wanted > employed[e] + 1.0 else 0.0
    if vacancies <= 0.0:
        return 0.0
    filled, slot = 0.0, 0
    for e in range(n):
        wanted = payroll[e] / market
        gap = max(0.0, wanted - employed[e]) if agency[e] == e or wanted > employed[e] + 1.0 else 0.0
        filled += gap
        while slot < SLOTS and slot < SLOTS * filled / vacancies:
            job_of[slot] = e
            slot += 1
    return min(highest, speed * vacancies / max(1.0, idle))
