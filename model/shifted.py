"""Costs that fall elsewhere (mechanism 11): pay below a living wage comes back as in-work benefits and as ill health.

What a contract without the living-wage clause saves in wages is the clause's own gap (parameter `living_wage_gap`), so that
the two sides of the same pounds can be held against each other. All of it is entered in the ledger.
"""

from __future__ import annotations

from typing import Any

from .compiled import njit
from .ledger import HEALTH, IN_WORK_BENEFIT


@njit
def underpaid(contracts, running):
    """Pence of this month's wages on the focal commissioners' contracts, as far as no living wage is paid: of residents of the district,
    of the rest of the region, of all others."""
    here, near, afar = 0.0, 0.0, 0.0
    for row in running:
        c = contracts[row]
        if c.focal and c.living_wage < 1.0:
            wages = c.spent * c.labour * (1.0 - c.living_wage)
            here += wages * c.labour_focal
            near += wages * c.labour_region
            afar += wages * (1.0 - c.labour_focal - c.labour_region)
    return here, near, afar


def bear(model: Any) -> int:
    """Pay this month what low wages cost others, and return the in-work benefit of a worker's row in pence.

    Government tops up pay, and bears with the council what follows for health. Residents' benefits are shared among workers
    alike, as wages are expected amounts; those of people outside the district go to where they live.
    """
    p, nation, ledger = model.scenario.parameters, model.nation, model.ledger
    if not model.scenario.switches.cost_shifting:
        return 0
    missing = [p.living_wage_gap * wages for wages in underpaid(model.contracts.rows, model.contracts.running)]
    here, near, afar = (int(p.in_work_benefit * pence) for pence in missing)
    each = here // max(1, model.workers)
    here = each * model.workers
    health = int(p.health_cost * (missing[0] + missing[1] + missing[2]))
    councils = int(p.health_council * p.health_cost * missing[0])  # of its own residents
    for payer, payee, category, pence in (
        (nation.government, nation.people, IN_WORK_BENEFIT, here),
        (nation.government, nation.households, IN_WORK_BENEFIT, near),
        (nation.government, nation.world, IN_WORK_BENEFIT, afar),
        (nation.government, nation.economy, HEALTH, health - councils),
        (model.council.account, nation.economy, HEALTH, councils),
    ):
        ledger.post(payer, payee, category, pence)
    model.tally("cost_shifted", here + near + afar + health)
    return each
