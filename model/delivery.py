"""A contract's month as one plain function, compiled by Numba and looped over all running contracts.

Mechanisms 1 (needs drift, the contract does not), 2 (a change has a price) and 3 (quality shading) meet here.
Rule and loop share this file on purpose (see residents.py).
"""

from __future__ import annotations

import numpy as np

from .chance import bits, fraction
from .compiled import njit
from .ledger import CONTRACT as CONTRACT_PAYMENT
from .ledger import IN_HOUSE as IN_HOUSE_PAYMENT
from .ledger import LOAN, REPAYMENT, RISK, SUPPORT, put
from .risk import cost_of, placed_of
from .trust import build_trust, judged, seen_of

DESIGN, BUILD, OPERATE = 0, 1, 2
FIXED, COST_PLUS, VOLUME, AVAILABILITY, RESULTS, GAIN_SHARE = 0, 1, 2, 3, 4, 5
LARGE, SME, VCS, IN_HOUSE, SPV = 0, 1, 2, 3, 4
KINDS = {"large": LARGE, "sme": SME, "vcs": VCS, "in-house": IN_HOUSE, "company": SPV}
LOCAL, REGION, ELSEWHERE = 0, 1, 2
DAYS = 365.0 / 12.0  # of a month
PAID_BY_BUYER, PAID_BY_COMPANY = 1, 2  # of contracts for the focal district
WANTS_CHANGE, SHADING_FOUND, POOR = 1, 2, 4

CONTRACT = np.dtype(
    [
        # who, what, when
        ("key", np.uint64), ("buyer", np.int32), ("payer", np.int32), ("provider", np.int32), ("payee", np.int32),
        ("service", np.int32), ("need", np.int32), ("kind", np.uint8), ("ring", np.uint8), ("focal", np.uint8),
        ("phase", np.uint8), ("mechanism", np.uint8), ("flags", np.uint8),
        ("watched", np.uint8),  # whether a clause acts on poor delivery
        ("capital", np.uint8),  # whether the buyer borrows for it
        ("start", np.int32), ("end", np.int32), ("began", np.int32),
        # money, pence a month at volume 1
        ("price", np.float64), ("cost", np.float64), ("reference", np.float64), ("fee", np.float64), ("finance", np.float64),
        ("schedule", np.float64), ("growth", np.float64),
        # specification of the contract (x) and of the asset (a)
        ("x0", np.float64), ("x1", np.float64), ("x2", np.float64), ("a0", np.float64), ("a1", np.float64), ("a2", np.float64),
        ("rigidity", np.float64),
        # provider and relation
        ("skill", np.float64), ("bonus", np.float64), ("claim", np.float64), ("trust", np.float64), ("knowledge", np.float64),
        ("rivalry", np.float64), ("measurability", np.float64), ("complexity", np.float64),
        # clauses
        ("break_right", np.float64), ("open_book", np.float64), ("fine", np.float64), ("living_wage", np.float64),
        # where its costs are spent: shares of labour and supplies in the focal district and in the rest of the region
        ("labour", np.float64), ("labour_focal", np.float64), ("labour_region", np.float64),
        ("supplies_focal", np.float64), ("supplies_region", np.float64),
        # the month's result
        ("volume", np.float64), ("misfit", np.float64), ("effort", np.float64), ("quality", np.float64),
        ("paid", np.int64), ("spent", np.int64), ("deducted", np.int64), ("change_cost", np.float64), ("change_markup", np.float64),
        # what its life adds up to (register.py): months of operation, and sums over them
        ("operated", np.int32), ("total_paid", np.int64), ("total_deducted", np.int64), ("total_quality", np.float64),
        ("total_misfit", np.float64), ("total_fit", np.float64), ("total_effort", np.float64), ("total_trust", np.float64),
        ("total_seen", np.float64),
        # risk: the provider's shares of it, what its owners keep, what moved and who paid (risk.py)
        ("bears_building", np.float64), ("bears_running", np.float64), ("bears_volume", np.float64), ("bears_calamity", np.float64),
        ("cap", np.float64), ("kept", np.float64), ("retained", np.float64), ("surprise", np.float64), ("risk_payer", np.int32),
        ("risk", np.int64), ("support", np.int64), ("total_risk", np.int64), ("total_spent", np.int64),
        # payment by results: volume planned, quality expected, how far payment follows volume; users not taken on
        ("planned", np.float64), ("target", np.float64), ("band", np.float64), ("selected", np.float64), ("vulnerability", np.float64),
        ("attention", np.float64),  # how soon its parties get round to a change, 1 as usual
        # what is disclosed to the client, what it hears from the provider alone, the quality it awaits, what it is shown of it (trust.py)
        ("disclosed", np.float64), ("unheard", np.float64), ("awaited", np.float64), ("shown", np.float64), ("total_shown", np.float64),
        ("late", np.float64), ("owed", np.int64),  # share of its payment that comes a month late, and pence of it that are still to come
        ("work", np.int32),  # 1 + the row of the work where a project company holds the contract, else 0
        ("margin", np.float64), ("saved", np.float64),  # of whoever does the work: share of the payment, pence by effort withheld
        ("missed", np.float64),  # days still to go by until its provider, who stands in for one that failed, begins to work
        ("prize", np.float64),  # what a provider would earn by the extension that good work brings, share of a year's cost
    ],
    align=True,
)  # fmt: skip

# What a month adds up to over the focal commissioners' contracts.
(
    PAID, PAID_LOCAL, PAID_REGION, PAID_LARGE, PAID_SME, PAID_VCS, PAID_IN_HOUSE, PAID_OPEN, NEEDED, BOUGHT, QUALITY, MISFIT,
    SHADING, SHADING_LATE, BOUGHT_LATE, TRUST, LABOUR, LABOUR_LIVING, DEDUCTED, FIT, SKILL, LABOUR_LOCAL, RISKS, SUPPORTED, LEFT_OUT,
    PLACED,
) = range(26)  # fmt: skip
SUMS = 26

# Columns of a provider's work: pence of labour and supplies by ring.
LABOUR_FOCAL, LABOUR_REGION, LABOUR_ELSEWHERE, SUPPLIES_FOCAL, SUPPLIES_REGION, SUPPLIES_ELSEWHERE = range(6)


@njit(inline="always")
def misfit_of(c, need):
    """Distance between the need and what is specified, in standard deviations; the asset's part cannot be respecified."""
    asset, x = c.rigidity, 1.0 - c.rigidity
    d0 = need[0] - x * c.x0 - asset * c.a0
    d1 = need[1] - x * c.x1 - asset * c.a1
    d2 = need[2] - x * c.x2 - asset * c.a2
    return np.sqrt((d0 * d0 + d1 * d1 + d2 * d2) / 3.0)


@njit(inline="always")
def renewal_of(c, p, remaining):
    """Worth of renewal (V in E5): the more, the nearer the end, the more rivals there are and the more trust."""
    return (p.renewal_value * c.rivalry + c.prize) * (p.renewal_base + c.trust) / (1.0 + remaining / p.renewal_months)


@njit(inline="always")
def stake_of(c, p, fit):
    """What withholding all effort would cost under payment by results, as a share of the payment: the part of the loss that is measured."""
    lost = p.shading_harm * (1.0 - c.measurability) * c.skill * fit / max(c.target, 1e-9)
    return p.results_share * c.measurability * lost if c.mechanism == RESULTS else 0.0


@njit(inline="always")
def selection_of(c, p, seen, renewal):
    """Users not taken on, 0-1, where whoever is paid by the head may choose: who costs more is left out [cream-skimming].

    As with effort: what it saves against what is seen and what renewal is worth; the harder to help, the more is saved.
    """
    if c.mechanism != RESULTS:
        return 0.0
    saved = p.selection_saving * c.vulnerability - p.results_share * c.measurability * p.selection_harm * c.vulnerability
    return min(1.0, max(0.0, c.claim * saved / (2.0 * (seen * p.detection_penalty + renewal) + 1e-9)))


@njit(inline="always")
def effort_of(c, p, margin, seen, renewal, stake):
    """Effort withheld (shading), 0-1: what it saves against what it risks [Hart, Shleifer and Vishny 1997; E5].

    Maximises claim * (saving - stake) * (1 + pressure) * e - (M F + V) e^2 with M the chance of being `seen`, F the loss if
    seen and V the worth of `renewal`; `stake` is what it loses of its payment where it is paid by results.
    """
    thin = min(p.thin_limit, max(0.0, (p.thin_margin - margin) / p.thin_margin))
    risk = seen * (p.detection_penalty + c.fine) + renewal
    return min(1.0, c.claim * max(0.0, p.shading_saving - stake) * (1.0 + p.pressure * thin) / (2.0 * risk + 1e-9))


@njit(inline="always")
def mark_up_of(c, p, remaining):
    """Mark-up on a change: hold-up under lock-in, softened by trust, knowledge and open book [Williamson 1985; E7].

    Lock-in grows with the time left (to `lock_in_months`) and with rigidity, falls with rivals and with a right to break.
    """
    bound = min(1.0, remaining / p.lock_in_months) * ((1.0 - p.lock_in_asset) + p.lock_in_asset * c.rigidity)
    lock_in = bound * (1.0 - p.rivalry_discount * c.rivalry) * (1.0 - p.break_discount * c.break_right)
    return (
        p.hold_up * lock_in
        * (1.0 - p.trust_discount * c.trust) * (1.0 - p.insight_discount * c.knowledge) * (1.0 - p.open_book_discount * c.open_book)
    )  # fmt: skip


@njit(inline="always")
def note_month(c, seen):
    """Add a month of operation to what the contract's life adds up to."""
    c.operated += 1
    c.total_paid += c.paid
    c.total_deducted += c.deducted
    c.total_quality += c.quality
    c.total_misfit += c.misfit
    c.total_fit += max(0.0, 1.0 - c.misfit)
    c.total_effort += c.effort
    c.total_trust += c.trust
    c.total_seen += seen
    c.total_shown += c.shown


@njit(inline="always")
def month_of(c, p, month, need, demand, drift, calamity, affordable, luck):
    """One month of one running contract: how much is delivered, how well, at what cost and for what payment.

    `need` is the need's position now, `demand` its volume (1 at the start), `drift` how far running costs lie from their mean,
    `calamity` months of cost that strike it, `affordable` the share of demand that the buyer can pay for, `luck` 64 random bits.
    Writes the result into the contract and sets flags for its parties to act on.
    """
    c.flags = 0
    c.deducted = 0
    team = c.kind == IN_HOUSE
    if c.phase != OPERATE:  # milestones: the phase's price in equal parts, its cost as it comes
        c.volume = 1.0
        c.effort = 0.0
        c.paid = np.int64(c.price)
        c.spent = np.int64(cost_of(c, p, c.cost, team, c.bears_building, p.care_construction, 0.0, calamity))
        c.total_paid += c.paid
        c.total_spent += c.spent - c.support
        return
    remaining = max(0.0, float(c.end - month))
    c.knowledge *= 1.0 - p.knowledge_decay
    c.schedule *= c.growth
    c.volume = demand if c.mechanism == AVAILABILITY else demand * affordable
    c.volume *= 1.0 - min(1.0, c.missed / DAYS)
    c.missed = max(0.0, c.missed - DAYS)

    # what is worked and what it really costs: paid by results, a part of cost stays whatever the volume
    foreseen = c.schedule * (c.planned if c.mechanism == RESULTS else affordable)
    worked = p.results_fixed * foreseen + (1.0 - p.results_fixed) * c.volume if c.mechanism == RESULTS else c.volume
    base = c.cost * worked
    cost = cost_of(c, p, base, team, c.bears_running, p.care_running, drift, calamity)
    elsewhere = c.risk + c.support  # the part of it that is paid apart

    # payment by mechanism: who bears volume is paid for what was foreseen, or by results for what there is
    if c.mechanism == AVAILABILITY:
        due = c.price * (c.bears_volume * c.schedule + (1.0 - c.bears_volume) * c.volume) + c.finance
    elif c.mechanism == RESULTS:
        counted = c.volume if c.band < 0.0 else min(max(c.volume, (1.0 - c.band) * foreseen), (1.0 + c.band) * foreseen)
        due = c.price * (c.bears_volume * counted + (1.0 - c.bears_volume) * worked)
    else:
        due = c.price * (c.bears_volume * foreseen + (1.0 - c.bears_volume) * c.volume)

    # quality is skill x fit x honest effort
    c.misfit = misfit_of(c, need)
    fit = max(0.0, 1.0 - p.misfit_harm * c.misfit)
    seen, renewal = seen_of(c, p), renewal_of(c, p, remaining)
    if not c.work:
        c.margin = 1.0 - (cost - elsewhere) / max(due - c.finance, 1.0)
    c.effort = effort_of(c, p, c.margin, seen, renewal, stake_of(c, p, fit))
    c.selected = selection_of(c, p, seen, renewal)
    reached = c.skill * fit * (1.0 - p.shading_harm * c.effort * (1.0 - c.measurability))
    c.quality = min(1.0, max(0.0, reached * (1.0 - p.selection_harm * c.vulnerability * c.selected) + c.bonus))
    if not c.work:
        c.saved = base * (p.shading_saving * c.effort + p.selection_saving * c.vulnerability * c.selected)
        cost = max(0.0, cost - c.saved)
    if c.mechanism == COST_PLUS:
        due = (cost - elsewhere) * (1.0 + c.fee)
    elif c.mechanism == RESULTS:
        due *= 1.0 + p.results_share * c.measurability * (min(2.0, c.quality / max(c.target, 1e-9)) - 1.0)
    due = max(0.0, due - (1.0 - c.kept) * c.saved)

    # deductions: what the client sees of the shortfall from the quality that skill promised
    shortfall = max(0.0, c.skill - c.quality)
    c.deducted = np.int64(due * min(p.deduction_limit, c.fine * seen * c.measurability * shortfall))
    c.paid = np.int64(due) - c.deducted
    c.spent = np.int64(cost)
    c.total_spent += c.spent - c.support

    c.shown = judged(c, p, c.skill * fit, seen)
    build_trust(c, p, c.shown)

    note_month(c, seen)

    # what the parties may act on
    markup = mark_up_of(c, p, remaining)
    real = p.adaptation_cost * 12.0 * c.price * c.volume * (p.change_base + c.misfit)
    loss = p.quality_value * p.misfit_harm * c.misfit * c.skill * c.reference * c.volume * min(remaining, p.change_horizon)
    c.change_cost, c.change_markup = real, real * markup
    if loss > real * (1.0 + markup) and fraction(luck) < p.change_attention * c.attention:
        c.flags |= WANTS_CHANGE
    if float(luck & np.uint64(1023)) < 1024.0 * p.shading_found * seen * c.effort:
        c.flags |= SHADING_FOUND
    if c.watched and (c.quality < p.poor_quality or c.misfit > p.poor_misfit):
        c.flags |= POOR


@njit(inline="always")
def hold_together(c, work):
    """What a buyer and a project company agree, know and may do of a contract holds for the work under it; the company has no
    costs of its own, so it is the margin of whoever does the work that presses on what is done, and what they save that is
    shared, both as of last month."""
    c.margin, c.saved = work.margin, work.saved
    work.end = c.end
    work.x0, work.x1, work.x2 = c.x0, c.x1, c.x2
    work.claim, work.trust, work.knowledge, work.bonus = c.claim, c.trust, c.knowledge, c.bonus
    work.disclosed, work.unheard, work.awaited = c.disclosed, c.unheard, c.awaited
    work.break_right, work.prize, work.fine = c.break_right, c.prize, c.fine


@njit(inline="always")
def handed_over(c):
    """What reaches the payee this month, in pence: the month's payment but for the part that comes late, and that of the month before."""
    before, c.owed = c.owed, np.int64(c.late * c.paid)
    return c.paid - c.owed + before


@njit(inline="always")
def placed_in(c, p):
    """How far its risks lie with whoever can do something about them (risk.py); a team and its council are one."""
    if c.kind == IN_HOUSE:
        return 1.0
    moved = (c.bears_running if c.phase == OPERATE else c.bears_building) * c.retained
    return placed_of(c.phase != OPERATE, moved, c.bears_volume * c.retained, c.bears_calamity * c.retained, p.care_calamity)


@njit(inline="always")
def spend(c, pence, mine):
    """Book `pence` of cost as its provider's work, by what it is spent on and where. Returns labour, all and in the focal district."""
    labour = np.int64(pence * c.labour)
    supplies = pence - labour
    local_labour, mid = np.int64(labour * c.labour_focal), np.int64(labour * c.labour_region)
    mine[LABOUR_FOCAL] += local_labour
    mine[LABOUR_REGION] += mid
    mine[LABOUR_ELSEWHERE] += labour - local_labour - mid
    near, mid = np.int64(supplies * c.supplies_focal), np.int64(supplies * c.supplies_region)
    mine[SUPPLIES_FOCAL] += near
    mine[SUPPLIES_REGION] += mid
    mine[SUPPLIES_ELSEWHERE] += supplies - near - mid
    return labour, local_labour


@njit
def book(contracts, row, pence, work):
    """Extra work under a contract: its cost is spent as the contract's costs are."""
    c = contracts[row]
    spend(c, np.int64(pence), work[c.provider])


@njit
def quality_met(met, meant, quality):
    """Write each service's quality as its users meet it (`met` over `meant`); it stays as it was where none is running."""
    for s in range(len(met)):
        if meant[s] > 0.0:
            quality[s] = met[s] / meant[s]


@njit
def borrow_all(contracts, running, month, lender, lives, monthly, divisors, debt_service, page, count, balance):
    """Buyers borrow what design and building cost them this month, and repay it over the life of the asset.

    By service: `lives` in months and the terms of an annuity (services.py); `debt_service` float64 [commissioners, months]
    is what they must repay each month. Returns what the focal ones borrow, in pence.
    """
    borrowed = 0
    for row in running:
        c = contracts[row]
        if c.capital:
            taken = max(0, c.paid + c.risk)
            put(page, count, balance, month, lender, c.payer, LOAN, taken)
            due = taken * monthly / divisors[c.service]
            debt_service[c.buyer, month + 1 : month + 1 + lives[c.service]] += due
            borrowed += taken if c.focal else 0
    return borrowed


@njit
def repay_all(debt_service, month, payers, lender, focal, page, count, balance):
    """Every buyer repays what is due this month. Returns what the focal ones pay, in pence."""
    paid = np.int64(0)
    for b in range(len(payers)):
        due = np.int64(np.rint(debt_service[b, month]))
        put(page, count, balance, month, payers[b], lender, REPAYMENT, due)
        paid += due if focal[b] else 0
    return paid


@njit(inline="always")
def settle_risk(c, month, state, provider, page, count, balance):
    """The buyer pays its part of what cost more than foreseen, or gets its part of what cost less; the state what lies above a cap."""
    put(page, count, balance, month, c.risk_payer, provider, RISK, c.risk)
    put(page, count, balance, month, provider, c.risk_payer, RISK, -c.risk)
    put(page, count, balance, month, state, provider, SUPPORT, c.support)
    c.total_risk += c.risk


@njit
def month_of_all(
    contracts, running, p, stream, month, needs, demand, drift, calamity, affordable, state, firms, page, count, balance, work,
    by_provider, met, meant, sums, risks, wanting,
):  # fmt: skip
    """Every running contract's month, its payment entered in the ledger and its costs booked as work of its provider.

    `running` lists rows of `contracts`; `needs` [needs, 3], `demand`, `drift` and `calamity` [needs] are this month's;
    `affordable` by buyer; `state` is the account that supports; `firms` is the table of providers.
    Added to: `work` int64 [providers, 6] (labour and supplies by ring), `by_provider` pence paid by focal buyers, `met` and
    `meant` by service (quality delivered, volume bought counting, and its weight), `sums` float64 [SUMS], `risks` int64 by
    buyer (what it paid for risks out of its budget).
    Writes the rows of contracts that want attention into `wanting` and returns their number.
    """
    p = p[0]
    when = np.uint64(month)
    attention = 0
    for k in range(len(running)):
        c = contracts[running[k]]
        if c.work:
            hold_together(c, contracts[c.work - 1])
        month_of(
            c, p, month, needs[c.need], demand[c.need], drift[c.need], calamity[c.need], affordable[c.buyer], bits(stream, when, c.key)
        )
        put(page, count, balance, month, c.payer, c.payee, IN_HOUSE_PAYMENT if c.kind == IN_HOUSE else CONTRACT_PAYMENT, handed_over(c))
        settle_risk(c, month, state, firms[c.provider].account, page, count, balance)
        if c.phase == OPERATE:  # in building it is borrowed
            risks[c.buyer] += c.risk

        labour, local_labour = spend(c, c.spent, work[c.provider])
        if c.flags:
            wanting[attention] = running[k]
            attention += 1

        if c.focal:  # the work of a project company counts here, its parent's price does not: the buyer pays the company
            sums[LABOUR] += labour
            sums[LABOUR_LOCAL] += local_labour
            sums[LABOUR_LIVING] += labour if c.living_wage >= 1.0 else 0
            sums[SUPPORTED] += c.support
            if c.focal == PAID_BY_BUYER or c.phase == OPERATE:  # what building costs more a project company borrows
                sums[RISKS] += c.risk
        if c.focal == PAID_BY_BUYER:
            by_provider[c.provider] += c.paid
            sums[PAID] += c.paid
            sums[PAID_LOCAL] += c.paid if c.ring == LOCAL else 0
            sums[PAID_REGION] += c.paid if c.ring != ELSEWHERE else 0
            sums[PAID_LARGE] += c.paid if (c.kind == LARGE or c.kind == SPV) else 0
            sums[PAID_SME] += c.paid if c.kind == SME else 0
            sums[PAID_VCS] += c.paid if c.kind == VCS else 0
            sums[PAID_IN_HOUSE] += c.paid if c.kind == IN_HOUSE else 0
            sums[PAID_OPEN] += c.paid if (c.open_book > 0 or c.kind == IN_HOUSE) else c.paid * c.disclosed
            sums[DEDUCTED] += c.deducted
            sums[PLACED] += c.paid * placed_in(c, p)
            if c.phase == OPERATE and c.reference > 0:
                weight = c.reference * c.volume
                sums[NEEDED] += c.reference * demand[c.need]
                sums[BOUGHT] += weight
                sums[QUALITY] += weight * c.quality
                met[c.service] += c.reference * c.quality * min(1.0, c.volume / max(1e-9, demand[c.need]))
                meant[c.service] += c.reference
                sums[MISFIT] += weight * c.misfit
                sums[SHADING] += weight * c.effort
                sums[TRUST] += weight * c.trust
                sums[FIT] += weight * max(0.0, 1.0 - c.misfit)
                sums[SKILL] += weight * c.skill
                sums[LEFT_OUT] += weight * c.selected * c.vulnerability
                if 3 * (month - c.began) >= 2 * (c.end - c.began):
                    sums[SHADING_LATE] += weight * c.effort
                    sums[BOUGHT_LATE] += weight
    return attention
