"""P27: partnerships fail at different rates by sector, as officers see it."""

from __future__ import annotations

from functools import partial

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of
from .officers import HORIZON, SECTORS, beside, failing

PATTERN = Pattern(
    id="P27",
    title="Private partnerships disappoint most",
    claim="More officers call relationships with private firms often or usually unsuccessful than relationships within the public sector",
    source="LGiU 2012: private 21, voluntary 16.5, public 14 per cent of officers; evidence lgiu_fail_private, lgiu_fail_public",
    expected=1,
    unit="share of officers, private less public",
    ablation={"switches.shading": False},
)


def measure(run_many: RunMany) -> PatternResult:
    """Judged by the two ends of the published order; where voluntary bodies lie, which should be between them, stands in the details.

    Larger charities, the survey's fourth sector, are no kind of their own in the model.
    """
    arms = {"on": load("today", HORIZON), "off": load("today", {**HORIZON, **PATTERN.ablation})}
    found = run_many(arms, partial(failing, arms["on"].parameters))
    on, off = found["on"], found["off"]
    names = ("mean", "low", "high")
    gaps = {
        "private less voluntary": dict(zip(names, mean_interval(on[:, 0] - on[:, 1])[:3], strict=True)),
        "voluntary less public": dict(zip(names, mean_interval(on[:, 1] - on[:, 2])[:3], strict=True)),
    }
    return result_of(PATTERN, on[:, 0] - on[:, 2], off[:, 0] - off[:, 2], published=beside(SECTORS, on), gaps=gaps)
