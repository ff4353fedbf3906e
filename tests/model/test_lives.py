"""A year of residents' lives: the rule by itself on a few people, and what twenty years do to a town."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import column, living, outcome_of, town

from changemaking.model import lives
from changemaking.model.residents import DEPENDANT, DOES, NOBODY, PENSIONER, WORKER, WOULD

BANDS = [(0, 15), (16, 39), (40, 64), (65, 100)]  # of the small town


def aged(mortality: float, age: int, kind: int, employer: int = NOBODY, kept: int = DOES) -> dict[str, int]:
    """What a year makes of a resident in the first row."""
    with living(town({"parameters.mortality": mortality}, 1), 1) as world:
        band = next(i for i, (low, high) in enumerate(BANDS) if low <= age <= high)
        for name, value in (("band", band), ("age", age), ("kind", kind), ("employer", employer), ("type", kept)):
            world.people[name][0] = value
        lives.year(world)
        return {name: int(world.people[name][0]) for name in ("age", "kind", "employer", "type", "band")}


def test_who_reaches_the_age_retires_and_leaves_work() -> None:
    assert aged(0.0, 64, WORKER, 8) == {"age": 65, "kind": PENSIONER, "employer": NOBODY, "type": DOES, "band": 3}
    assert aged(0.0, 63, WORKER, 8) == {"age": 64, "kind": WORKER, "employer": 8, "type": DOES, "band": 2}
    assert aged(0.0, 64, DEPENDANT)["kind"] == PENSIONER


def test_who_dies_is_followed_by_a_child() -> None:
    child = {"age": 0, "kind": DEPENDANT, "employer": NOBODY, "type": WOULD, "band": 0}
    assert aged(1.0, 70, PENSIONER) == child and aged(0.0, 100, PENSIONER) == child
    assert aged(1.0, 63, WORKER, 8)["kind"] == WORKER, "only beyond working age"


def test_the_grown_seek_work_and_bands_follow_age() -> None:
    with living(town({}, 1), 1) as world:
        world.activity = 1.0
        world.people["age"][0], world.people["kind"][0], world.people["employer"][0] = 15, DEPENDANT, NOBODY
        lives.year(world)
        people = world.people
        assert people["kind"][0] == WORKER and people["employer"][0] == NOBODY
        assert all(BANDS[b][0] <= a <= BANDS[b][1] for a, b in zip(people["age"].tolist(), people["band"].tolist(), strict=True))
        assert world.workers == (people["kind"] == WORKER).sum() and world.pensioners == (people["kind"] == PENSIONER).sum()
        at_work = people["employer"] != NOBODY
        employed = np.bincount(people["employer"][at_work], people["skill"][at_work].astype(float), minlength=len(world.employed))
        assert world.employed == pytest.approx(employed, abs=1e-6)


def test_in_twenty_years_the_town_neither_empties_nor_stands_still() -> None:
    with living(town({}, 240), 2) as world:
        before = world.people["kind"].copy()
        world.run()
        after = world.people["kind"]
        assert (before != after).mean() > 0.1
        assert abs(np.bincount(after, minlength=3) - np.bincount(before, minlength=3)).max() < 0.1 * len(before)


def test_lives_do_not_hang_on_what_agents_do() -> None:
    ages = []
    for policy in ({}, {"policy.lots": 3, "policy.grants": 0.02}):
        with living(town(policy, 60), 2) as world:
            world.run()
            ages.append(world.people["age"].tolist())
    assert ages[0] == ages[1]


def test_volunteers_stay_as_many_as_they_were_where_voluntary_bodies_do_and_follow_them_up() -> None:
    still = column(outcome_of({"switches.capacity": False, "switches.insolvency": False}, 120), "volunteering")
    assert still[-60:].mean() == pytest.approx(still[0], rel=0.2)
    more = column(outcome_of({"policy.grants": 0.03}, 120), "volunteering")
    less = column(outcome_of({}, 120), "volunteering")
    assert more[-24:].mean() > less[-24:].mean()
