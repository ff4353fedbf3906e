"""What every worker needs, loaded before workers are forked: the model, its rules compiled, a small run to have them at hand."""

from contextlib import suppress

from ..model.ecosystem import simulate
from ..scenarios.loading import load_scenario

with suppress(Exception):  # whoever runs something then is told of it, with its scenario and seed
    simulate(load_scenario("tiny", {"horizon.months": 2}), 1)
