"""Life events, once a year: residents grow older, enter work, retire, die, and are followed by children.

Chance is a hash of row and year, so that nothing agents do shifts it. A row keeps its money and its skill: it passes to the heirs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .residents import DEPENDANT, DOES, NOBODY, PENSIONER, WORKER, WOULD


def year(model: Any) -> None:
    """A year of everybody's life. Whoever reaches working age seeks work as often as people there did at the start."""
    if not model.scenario.switches.life_events:
        return
    people, place, p = model.people, model.scenario.place, model.scenario.parameters
    bands = place.population.age_bands
    working = [b for b in bands if b.works]
    starts, retires = min(b.low for b in working), max(b.high for b in working) + 1
    when = np.array(model.month, dtype=np.uint64)

    people["age"] = age = people["age"] + 1
    kind = people["kind"].copy()
    aged = np.flatnonzero(age >= retires)
    gone = aged[(model.chance.uniforms("death", aged.astype(np.uint64), when) < p.mortality) | (age[aged] > max(b.high for b in bands))]
    retired = np.flatnonzero((age == retires) & (kind != PENSIONER))
    left = np.union1d(gone, retired)
    at_work = left[people["employer"][left] != NOBODY]
    np.subtract.at(model.employed, people["employer"][at_work], people["skill"][at_work].astype(np.float64))
    people["employer"][left] = NOBODY
    people["kind"][retired] = PENSIONER
    people["kind"][gone], people["age"][gone] = DEPENDANT, 0
    age[gone] = 0
    people["type"][gone] = np.where(people["type"][gone] == DOES, WOULD, people["type"][gone])
    grown = np.flatnonzero((age == starts) & (kind == DEPENDANT))
    active = model.chance.uniforms("first work", grown.astype(np.uint64), when) < model.activity
    people["kind"][grown[active]] = WORKER
    for i, band in enumerate(bands):
        people["band"][age == band.low] = i
    count(model)


def count(model: Any) -> None:
    """How many there are of each kind, and out of work."""
    kinds = np.bincount(model.people["kind"], minlength=PENSIONER + 1)
    model.workers, model.pensioners = int(kinds[WORKER]), int(kinds[PENSIONER])
    model.adults = model.workers + model.pensioners
    model.idle = int(((model.people["kind"] == WORKER) & (model.people["employer"] == NOBODY)).sum())
    model.idle_skill = float(model.idle) * model.mean_skill


def settle(model: Any) -> None:
    """Shares at the start by which later years are judged: of those of working age who work or seek work, and what balances joining
    and leaving among those who take part."""
    people, bands = model.people, model.scenario.place.population.age_bands
    of_age = np.array([b.works for b in bands])[people["band"]]
    model.activity = float((people["kind"][of_age] == WORKER).mean()) if of_age.any() else 0.0
    would = int(((people["type"] == WOULD) & (people["kind"] != DEPENDANT)).sum())
    model.joins_per_leaver = int((people["type"] == DOES).sum()) / would if would else 0.0


def turning(model: Any, relief: float) -> tuple[float, float]:
    """Chances a month that one who would begins to take part, and that one who does stops. In balance at the start; beginning
    follows what there is to take part in, the strength of the voluntary bodies (`relief` in (-1, 1), 0 at the start)."""
    if not model.scenario.switches.volunteering:
        return 0.0, 0.0
    stops = model.scenario.parameters.volunteer_leaving
    return min(1.0, stops * model.joins_per_leaver * (1.0 + relief)), stops
