"""The shipped experiments run in the places that were built from published files."""

from __future__ import annotations

import pytest

from changemaking.experiments.reproduction import experiment, experiments
from changemaking.experiments.run import simulate


@pytest.mark.slow
@pytest.mark.parametrize("place", ["trafford", "preston_notices"])
@pytest.mark.parametrize("name", list(experiments()))
def test_every_shipped_experiment_runs_in_the_built_places(name: str, place: str) -> None:
    """Every arm at the ends of what is varied is sound there, and the last of them runs."""
    design = experiment(name).with_changes({"place": place, "horizon.months": 24} if name != "five_principles" else {"place": place})
    assert design.arms == experiment(name).arms and design.points == experiment(name).points
    last = design.scenario(len(design.points) - 1, design.arms[-1])
    assert last.place.name == place
    assert len(simulate(last, 1).series) == last.horizon.months
