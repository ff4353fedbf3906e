"""Residents: one person's month as one plain function, compiled by Numba and looped over all of them.

A resident is one row of a structured array; it stands for `people_per_row` people and its account for their money.
Rule and loop share this file on purpose: Numba's cache watches the file of the loop only, so a rule kept
elsewhere would be edited without effect. Uncompiled (`month_of.py_func`) the rule is ordinary Python.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .chance import bits
from .compiled import njit

DEPENDANT, WORKER, PENSIONER = 0, 1, 2
NEVER, WOULD, DOES = 0, 1, 2
NOBODY = 0  # the employer who pays nothing
SLOTS = 1024  # of the tables of weighted choice

RESIDENT = np.dtype(
    [
        ("cash", np.int64),  # pence, of all the people of the row
        ("skill", np.float32),  # wage relative to the median
        ("satisfaction", np.float32),  # 0-1
        ("trust", np.float32),  # in local public services, 0-1
        ("employer", np.uint16),  # index into the wage table; NOBODY = out of work
        ("age", np.int16),  # years at the start
        ("kind", np.uint8),  # dependant (too young, studying, caring), worker, pensioner
        ("band", np.uint8),  # age band
        ("type", np.uint8),  # takes part: never, would, does
        ("ward", np.uint8),
    ],
    align=True,
)


class Town(NamedTuple):
    """What a month is like for everybody."""

    benefit: float  # pence a month for a row out of work
    council_tax: float  # pence a month for an adult row
    direct_tax: float
    spending: float  # share of income
    wealth_spending: float  # share of savings
    finding: float  # chance to find a job
    losing: float  # chance to lose one, layoffs apart
    satisfaction_rate: float
    trust_up: float
    trust_down: float
    news: float  # share of trust that bad news takes
    participation: float  # chance to take part per unit of trust, for those who do
    participation_base: float  # what counts there for trust where there is none
    joining: float  # chance that one who would take part begins to
    leaving: float  # chance that one who does stops


# What a month of a ward adds up to: pence, but for the number out of work and of those taking part.
WAGES, TAXES, COUNCIL_TAX, BENEFITS, SPENT, CASH, OUT_OF_WORK, TAKING_PART, VOLUNTEERS = range(9)
COLUMNS = 9


@njit(inline="always")
def month_of(me, luck, town, rate, layoff, fixed, quality, service_of, job_of):
    """One resident's month: earn, keep or change work, spend, meet a service, judge it, take part.

    `rate` is pence a month by employer and unit of skill; `layoff` a chance by employer; `fixed` pence by kind of
    resident (pension and dividend); `quality` 0-1 by service; `service_of` [bands, SLOTS] and `job_of`
    [SLOTS] are tables of weighted choice. `luck` is 64 random bits, each use taking its own part of them.
    Returns wage, tax, council tax, benefit and spending in pence, and whether the resident is out of work and takes part.
    """
    event = float(luck & np.uint64(0xFFFFF)) * (1.0 / 1048576.0)
    slot = (luck >> np.uint64(20)) & np.uint64(1023)
    meeting = (luck >> np.uint64(30)) & np.uint64(1023)
    # tables are read before any branch: Numba counts references to an array that is read inside one, at half the speed
    risk, offer, met = layoff[me.employer] + town.losing, job_of[slot], quality[service_of[me.band, meeting]]

    # earn; nobody pays nothing, so no branch is needed for wages
    idle = me.kind == WORKER and me.employer == NOBODY
    wage = np.int64(rate[me.employer] * me.skill)
    tax = np.int64(wage * town.direct_tax)
    benefit = np.int64(town.benefit) if idle else np.int64(0)
    income = wage - tax + benefit + fixed[me.kind]
    bill = np.int64(town.council_tax) if me.kind != DEPENDANT else np.int64(0)
    bill = min(bill, me.cash + income)  # nobody pays what they do not have
    income -= bill

    # work: lose a job or find one, from next month
    if me.kind == WORKER:
        if not idle:
            if event < risk:
                me.employer = NOBODY
        elif event < town.finding:
            me.employer = offer

    # spend: a share of this month's money and a little of the savings, so never more than there is
    spent = np.int64(town.spending * max(income, 0) + town.wealth_spending * (me.cash + min(income, 0)))
    me.cash += income - spent

    # meet a service, judge it, hear the news; bad experiences weigh more than good ones
    surprise = met - me.satisfaction
    me.satisfaction += town.satisfaction_rate * surprise
    good = 0.5 * (surprise + abs(surprise))
    gain = town.trust_up * good * (1.0 - me.trust)
    loss = (town.trust_down * (good - surprise) + town.news) * me.trust
    me.trust += gain - loss

    # begin or stop taking part, from now on
    turn = float((luck >> np.uint64(40)) & np.uint64(0xFFFFF)) * (1.0 / 1048576.0)
    if me.type == WOULD and me.kind != DEPENDANT and turn < town.joining:
        me.type = DOES
    elif me.type == DOES and turn < town.leaving:
        me.type = WOULD

    # take part: those who do, the more the more they trust
    takes_part = (me.type == DOES) & (slot < 1024.0 * town.participation * (town.participation_base + me.trust))
    return wage, tax, bill, benefit, spent, idle, takes_part


@njit
def month_of_all(people, wards, stream, month, town, rate, layoff, fixed, quality, service_of, job_of, wages, employed, sums, minds):
    """Everybody's month, ward by ward: ward w holds the rows from wards[w] to wards[w + 1].

    Added to: `wages` int64 pence by employer, `employed` skill at work by employer, `sums` int64 [wards, COLUMNS], `minds`
    float64 [wards, 2] (sums of satisfaction and of trust).
    """
    when = np.uint64(month)
    for w in range(len(wards) - 1):
        paid, taxed, billed, helped, bought, saved, idlers, active, helping = 0, 0, 0, 0, 0, 0, 0, 0, 0
        content, trusting = 0.0, 0.0
        for i in range(np.uint64(wards[w]), np.uint64(wards[w + 1])):
            me = people[i]
            luck = bits(stream, when, i)
            employer = me.employer
            wage, tax, bill, benefit, spent, idle, takes_part = month_of(me, luck, town, rate, layoff, fixed, quality, service_of, job_of)
            wages[employer] += wage
            employed[me.employer] += me.skill
            paid += wage
            taxed += tax
            billed += bill
            helped += benefit
            bought += spent
            saved += me.cash
            idlers += idle
            active += takes_part
            helping += me.type == DOES
            content += me.satisfaction
            trusting += me.trust
        sums[w, WAGES] += paid
        sums[w, TAXES] += taxed
        sums[w, COUNCIL_TAX] += billed
        sums[w, BENEFITS] += helped
        sums[w, SPENT] += bought
        sums[w, CASH] += saved
        sums[w, OUT_OF_WORK] += idlers
        sums[w, TAKING_PART] += active
        sums[w, VOLUNTEERS] += helping
        minds[w, 0] += content
        minds[w, 1] += trusting
