"""A provider's month as one plain function: what it works, sells, buys, pays, owes, and whether it can go on.

Mechanisms 8 (firms can die) and 10 (money circulates). Rule and loop share this file on purpose (see residents.py).
"""

from __future__ import annotations

import numpy as np

from .compiled import njit
from .delivery import (
    LABOUR_ELSEWHERE,
    LABOUR_FOCAL,
    LABOUR_REGION,
    SUPPLIES_ELSEWHERE,
    SUPPLIES_FOCAL,
    SUPPLIES_REGION,
)
from .ledger import DIVIDEND, INTEREST, SALES, SUBCONTRACT, SUPPLIES, TAX, WAGES, put

FIRM = np.dtype(
    [
        ("key", np.uint64), ("district", np.int32),
        ("live", np.uint8), ("failing", np.uint8), ("kind", np.uint8), ("home", np.uint8), ("pays_dividend", np.uint8),
        ("account", np.int32), ("sector", np.int32), ("subcontractor", np.int32), ("terms", np.int32),
        ("capacity", np.float64),  # pence a year
        ("load", np.float64),  # pence a year of contracts held
        ("private", np.float64),  # private sales, pence a month
        ("overhead", np.float64), ("credit", np.float64), ("buffer", np.float64),  # pence
        ("labour", np.float64), ("labour_focal", np.float64), ("labour_region", np.float64),
        ("supplies_focal", np.float64), ("supplies_region", np.float64),
        ("last_year", np.int64),  # balance when the year began
        ("displaced", np.float64), ("receivables", np.int64),
        ("debt", np.int64), ("owner", np.int32),  # a loan, beside the overdraft; account of the firm that owns it, else -1
    ],
    align=True,
)  # fmt: skip
QUEUE = 8  # months of unpaid invoices that can be held

# Accounts that firms pay besides each other.
NATION = np.dtype([(n, np.int32) for n in ("world", "government", "lender", "people", "households", "economy", "owners")])


@njit(inline="always")
def spend_own(f, pence, labour_share, mine):
    """Book `pence` of cost as a firm's work where it spends by itself."""
    labour = np.int64(pence * labour_share)
    supplies = pence - labour
    near, mid = np.int64(labour * f.labour_focal), np.int64(labour * f.labour_region)
    mine[LABOUR_FOCAL] += near
    mine[LABOUR_REGION] += mid
    mine[LABOUR_ELSEWHERE] += labour - near - mid
    near, mid = np.int64(supplies * f.supplies_focal), np.int64(supplies * f.supplies_region)
    mine[SUPPLIES_FOCAL] += near
    mine[SUPPLIES_REGION] += mid
    mine[SUPPLIES_ELSEWHERE] += supplies - near - mid


@njit
def book_own(firms, row, pence, work):
    """A firm spends so much on itself, as it spends its overheads."""
    spend_own(firms[row], np.int64(pence), firms[row].labour, work[row])


@njit(inline="always")
def month_of(f, i, p, month, shock, mine, queue, firms, sectors, nation, page, count, balance, payroll, next_work, private):
    """One provider's month. `mine` int64 [6] is the work done under contracts; private sales and overheads add to it.

    `queue` int64 [QUEUE] holds what it owes its subcontractor, by month due; `payroll` int64 gets the wages of
    the district's residents, who are paid by the residents' month; `sectors` are the accounts of the district's sectors.
    """
    # private sales: what capacity is left for; a shock moves the takings, not the cost of making them
    done = mine[LABOUR_FOCAL] + mine[LABOUR_REGION] + mine[LABOUR_ELSEWHERE]
    done += mine[SUPPLIES_FOCAL] + mine[SUPPLIES_REGION] + mine[SUPPLIES_ELSEWHERE]
    room = max(0.0, f.capacity / 12.0 - done)
    displaced = p.displacement * min(f.private, max(0.0, f.private - room))
    sales = f.private - displaced
    f.displaced = displaced
    made = np.int64(sales * (1.0 - p.other_margin)) + np.int64(f.overhead)
    if private:
        put(page, count, balance, month, nation.world, f.account, SALES, np.int64(max(0.0, sales * (1.0 + p.other_spread * shock))))
    spend_own(f, made, f.labour, mine)

    # wages: residents of the district through their payroll, others at once
    payroll[f.account] += mine[LABOUR_FOCAL]
    put(page, count, balance, month, f.account, nation.households, WAGES, mine[LABOUR_REGION])
    put(page, count, balance, month, f.account, nation.world, WAGES, mine[LABOUR_ELSEWHERE])

    # supplies: part from a small firm that waits for its money, the rest from the sectors
    if f.subcontractor >= 0 and firms[f.subcontractor].live:
        sub = firms[f.subcontractor]
        near = np.int64(p.subcontract * mine[SUPPLIES_FOCAL]) if sub.home == 0 else np.int64(0)
        mid = np.int64(p.subcontract * mine[SUPPLIES_REGION]) if sub.home == 1 else np.int64(0)
        mine[SUPPLIES_FOCAL] -= near
        mine[SUPPLIES_REGION] -= mid
        bought = near + mid
        queue[(month + f.terms) % QUEUE] += bought
        sub.receivables += bought
        spend_own(sub, np.int64(p.subcontract_cost * bought), sub.labour, next_work[f.subcontractor])
    due = queue[month % QUEUE]
    if due > 0:
        sub = firms[f.subcontractor]
        put(page, count, balance, month, f.account, sub.account, SUBCONTRACT, due)
        sub.receivables -= due
        queue[month % QUEUE] = 0
    put(page, count, balance, month, f.account, sectors[f.sector], SUPPLIES, mine[SUPPLIES_FOCAL])
    put(page, count, balance, month, f.account, nation.economy, SUPPLIES, mine[SUPPLIES_REGION])
    put(page, count, balance, month, f.account, nation.world, SUPPLIES, mine[SUPPLIES_ELSEWHERE])

    # interest on what it has borrowed; once a year tax on its profit, and a dividend from what it can spare
    if f.debt > 0:
        put(page, count, balance, month, f.account, nation.lender, INTEREST, np.int64(f.debt * p.credit_rate / 12.0))
    if balance[f.account] < 0:
        put(page, count, balance, month, f.account, nation.lender, INTEREST, np.int64(-balance[f.account] * p.credit_rate / 12.0))
    if month % 12 == 11:
        profit = balance[f.account] - f.last_year
        put(page, count, balance, month, f.account, nation.government, TAX, np.int64(p.profit_tax * max(0, profit)))
        if f.pays_dividend:
            spare = np.int64(p.dividend * max(0.0, balance[f.account] - f.buffer))
            owner = nation.owners if f.home == 0 else (nation.households if f.home == 1 else nation.world)
            if f.owner >= 0:
                owner = f.owner
            put(page, count, balance, month, f.account, owner, DIVIDEND, spare)
        f.last_year = balance[f.account]
    # wages of residents are still to be paid this month
    f.failing = balance[f.account] - payroll[f.account] < -f.credit


@njit
def month_of_all(firms, p, month, shocks, work, next_work, queues, sectors, nation, page, count, balance, payroll, private):
    """Every living provider's month, in order of their rows. Returns the number that cannot go on."""
    p, nation = p[0], nation[0]
    failing = 0
    for i in range(len(firms)):
        f = firms[i]
        if f.live:
            month_of(
                f, i, p, month, shocks[i], work[i], queues[i], firms, sectors, nation, page, count, balance, payroll, next_work, private
            )
            failing += f.failing
    return failing
