"""P02: neither bundled nor phased wins everywhere. A regime map over the volatility of need and economies of scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

PATTERN = Pattern(
    id="P02",
    title="Neither wins everywhere",
    claim="Bundled is worth more than phased where needs are calm and size saves, less where needs change and size saves nothing",
    source="NLGN 2018, section 3: case by case; Hart 2003; Bajari and Tadelis 2001",
    expected=1,
    unit="£",
    ablation={"switches.needs_drift": False, "switches.scale_economies": False},
)
VOLATILITY = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)  # standard deviations a year, of every service
ELASTICITY = (1.0, 0.98, 0.96, 0.94, 0.92, 0.90, 0.88)  # of cost with size: 1 saves nothing
ON_THE_MAP = 12  # seeds for a point that is drawn and not judged
CALM, STORMY = CORNERS = (VOLATILITY[0], ELASTICITY[-1]), (VOLATILITY[-1], ELASTICITY[0])  # where size saves, where it does not


def _arm(name: str, volatility: float, elasticity: float, ablation: dict[str, Any] | None = None) -> Any:
    place = {"place.services.*.volatility": volatility, "place.services.*.scale_elasticity": elasticity}
    return load(name, {**place, **(ablation or {})})


def _name(*key: object) -> str:
    return "|".join(map(str, key))


def measure(run_many: RunMany) -> PatternResult:
    """The effect is bundled less phased where needs are calm and size saves, less the same where they are not.

    The map gives bundled less phased at each of 7 x 7 points with its 95% interval, in £ million; but for the two corners by which
    the claim is judged, the first 12 seeds serve.
    """
    arms: dict[tuple[Any, ...], Any] = {(n, v, e): _arm(n, v, e) for v in VOLATILITY for e in ELASTICITY for n in ("bundled", "phased")}
    gone = dict(PATTERN.ablation)
    arms |= {(n, v, e, "ablated"): _arm(n, v, e, gone) for v, e in CORNERS for n in ("bundled", "phased")}
    enough = {_name(*key): ON_THE_MAP for key in arms if key[1:3] not in CORNERS}
    found = run_many({_name(*key): scenario for key, scenario in arms.items()}, "whole_life_value", enough=enough)

    def gap(volatility: float, elasticity: float, *more: str) -> np.ndarray:
        a, b = (_name(n, volatility, elasticity, *more) for n in ("bundled", "phased"))
        return found[a] - found[b]

    intervals = np.array([[mean_interval(gap(v, e) / 1e6)[:3] for v in VOLATILITY] for e in ELASTICITY])
    regimes = {
        "x": list(VOLATILITY),
        "y": [round(1.0 - e, 2) for e in ELASTICITY],
        "values": intervals[:, :, 0],
        "low": intervals[:, :, 1],
        "high": intervals[:, :, 2],
        "labels": {
            "title": "Where bundled beats phased",
            "subtitle": "Whole-life value in £m, bundled less phased; hatched: the 95% interval holds zero",
            "x": "Volatility of need (sd a year)",
            "y": "Economies of scale (1 - elasticity of cost)",
            "value": "difference",
            "unit": "£m",
            "positive": "bundled better",
            "negative": "phased better",
        },
    }
    effect, ablated = gap(*CALM) - gap(*STORMY), gap(*CALM, "ablated") - gap(*STORMY, "ablated")
    wins = {
        "bundled": int((intervals[:, :, 1] > 0).sum()),
        "phased": int((intervals[:, :, 2] < 0).sum()),
        "points": intervals[:, :, 0].size,
    }
    return result_of(PATTERN, effect, ablated, map=regimes, clear_wins=wins)
