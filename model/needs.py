"""What happens to a place whatever anybody does: needs drift and jump, demand grows, markets and funding vary.

All of it is drawn before the run from the seed alone, so that two policies live through the same world (mechanism 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..scenarios.schema import Scenario, Service
from .chance import Chance, key

DIMENSIONS = 3  # of a need: say its volume mix, its standard, its users


@dataclass(frozen=True)
class Future:
    """Exogenous paths. `need` float64 [months, needs, 3] in standard deviations; `demand` [months, needs] with 1 at the
    start; `market` [months, providers] standard normal shocks of private sales; `funding` [years, commissioners] factors;
    `running_cost` [months, needs] how far prices of inputs lie above their mean; `calamity` [months, needs] months of cost lost."""

    need: np.ndarray
    demand: np.ndarray
    market: np.ndarray
    funding: np.ndarray
    running_cost: np.ndarray
    calamity: np.ndarray


def draw_future(scenario: Scenario, chance: Chance, needs: list[tuple[str, Service]], providers: list[int], buyers: list[str]) -> Future:
    """Draw the paths. `needs` lists (commissioner, service), `providers` their chance keys, `buyers` commissioners' names."""
    months, p = scenario.horizon.months, scenario.parameters
    when = np.arange(months)
    keys = np.array([key(buyer, service.name) for buyer, service in needs], dtype=np.uint64)
    volatility = np.array([service.volatility for _, service in needs])
    components = np.array([key("component", d) for d in range(DIMENSIONS)], dtype=np.uint64)
    who = keys[:, None] ^ components[None, :]

    step = chance.normals("need", who[None], when[:, None, None]) * (volatility[None, :, None] / np.sqrt(12.0))
    jumps = chance.uniforms("jump", keys[None], when[:, None]) < p.jump_rate / 12.0
    step += jumps[:, :, None] * p.jump_size * chance.normals("jump size", who[None], when[:, None, None])
    if not scenario.switches.needs_drift:
        step[:] = 0.0
    growth = np.array([service.demand_growth for _, service in needs])
    demand = (1.0 + growth[None, :]) ** (when[:, None] / 12.0)
    demand *= 1.0 + p.demand_noise * chance.normals("demand", keys[None], when[:, None])
    market = chance.normals("market", np.array(providers, dtype=np.uint64)[None], when[:, None])
    years = np.arange(months // 12 + 2)
    funding = 1.0 + p.funding_noise * chance.normals("funding", np.array([key(b) for b in buyers], dtype=np.uint64)[None], years[:, None])
    need = np.cumsum(step, axis=0)

    start = month_number(scenario.horizon.start)
    for change in scenario.timeline:
        at = max(0, month_number(change.month) - start)
        struck = [i for i, (_, service) in enumerate(needs) if change.on in ("", service.name)]
        if change.shock == "demand":
            demand[at:, struck] *= 1.0 + change.size
        elif change.shock == "need":
            need[at:, struck, 0] += change.size
        elif change.shock == "budget":
            hit = [i for i, b in enumerate(buyers) if change.on in ("", b)]
            funding[at // 12 :, hit] *= 1.0 + change.size
    running_cost, calamity = draw_risks(scenario, chance, keys)
    return Future(need, np.maximum(demand, 0.0), market, funding, running_cost, calamity)


def draw_risks(scenario: Scenario, chance: Chance, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Prices of inputs, which return to their mean, in part the same for all; and calamities, rare and large (mechanism 6)."""
    months, p = scenario.horizon.months, scenario.parameters
    if not scenario.switches.risks:
        return np.zeros((months, len(keys))), np.zeros((months, len(keys)))
    memory = 1.0 - 1.0 / p.running_months
    fresh = np.sqrt(1.0 - memory**2)
    who = np.append(keys, np.uint64(key("all prices")))
    shocks = chance.normals("running cost", who[None], np.arange(months)[:, None])
    paths = np.empty_like(shocks)
    state = paths[0] = shocks[0]
    for month in range(1, months):
        state = paths[month] = memory * state + fresh * shocks[month]
    common, own = np.sqrt(p.running_common), np.sqrt(1.0 - p.running_common)
    drift = np.maximum(-0.8, p.running_spread * (common * paths[:, -1:] + own * paths[:, :-1]))

    when = np.arange(-int(p.calamity_months) + 1, months)[:, None] + int(p.calamity_months)
    struck = chance.uniforms("calamity", keys[None], when) < p.calamity_rate / 12.0
    sizes = struck * 2.0 * p.calamity_size * chance.uniforms("calamity size", keys[None], when)
    window = int(p.calamity_months)
    part = np.zeros((months, len(keys)))
    for late in range(window):  # what strikes is felt in equal parts over some months
        part += sizes[window - 1 - late : window - 1 - late + months] / window
    return drift, part


def month_number(text: str) -> int:
    """Months since year 0 of a month written YYYY-MM."""
    return int(text[:4]) * 12 + int(text[5:]) - 1
