"""P16: Preston. Local procurement by the anchors from 2013, held against the published figures of 2016/17."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval, single_run_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P16",
    title="Preston: anchors buy locally",
    claim="Lots, supplier development and weight on local spending raise the city's share of the anchors' spending in four years",
    source="NLGN 2018, case 3; evidence preston_share_2016, preston_spend_2016, preston_renewal_feasibility",
    arms=("today", "preston"),
    expected=1,
    unit="share of the anchors' spending in 2016/17",
    ablation={"scenario": "preston_weight_only: no lots, no supplier development"},
)
YEAR = slice(48, 60)  # April 2016 to March 2017, months from April 2012
FIRST = slice(0, 12)
MEASURES = ("share_local", "share_region")
PUBLISHED = {  # name: (label, unit, published figure, evidence)
    "city_share": ("City's share in 2016/17", "share", 0.182, "preston_share_2016"),
    "lancashire_share": ("Lancashire's share", "share", 0.792, "preston_share_2016"),
    "city_money": ("City, money", "£", 112.3e6, "preston_spend_2016"),
    "lancashire_money": ("Lancashire, money", "£", 488.7e6, "preston_spend_2016"),
    "total": ("Anchors' total", "£", 617.0e6, "preston_total_2016"),
}


def year_of_interest(outcome: Outcome) -> list[float]:
    """City and Lancashire shares and money (£), total (£) in 2016/17; shares in the first year; what local firms gave up
    and residents earned over the five years (£)."""
    from ...model.measures import INDEX

    series = outcome.series
    spend = series[:, INDEX["spend"]]

    def money(name: str, when: slice) -> float:
        return float(np.nansum(series[when, INDEX[name]] * spend[when]))

    total, first = float(spend[YEAR].sum()), float(spend[FIRST].sum())
    city, region = (money(name, YEAR) for name in MEASURES)
    before = [money(name, FIRST) / first for name in MEASURES]
    rest = [float(series[:, INDEX[name]].sum()) for name in ("displaced", "local_income", "region_income")]
    return [city / total, region / total, city, region, total, *before, *rest]


def measure(run_many: RunMany) -> PatternResult:
    """The effect is the city's share in 2016/17 with the policy less without it. The details hold the simulated
    figures with their intervals beside the published ones. Nothing was fitted to the shares or sums of 2016/17; the total
    follows the published fall of the anchors' budgets, which is an input."""
    horizon = {"horizon.months": 60}
    found = run_many({name: load(name, horizon) for name in ("today", "preston", "preston_weight_only")}, year_of_interest)
    on, off, weight = found["preston"], found["today"], found["preston_weight_only"]

    def interval(values: np.ndarray) -> dict[str, float]:
        return dict(zip(("mean", "low", "high"), mean_interval(values)[:3], strict=True))

    against: dict[str, Any] = {}
    for i, (name, (label, unit, published, evidence)) in enumerate(PUBLISHED.items()):
        runs = dict(zip(("runs_low", "runs_high"), single_run_interval(on[:, i]), strict=True))
        row = {"label": label, "unit": unit, **interval(on[:, i]), **runs, "published": published, "evidence": evidence}
        against[name] = {**row, "fitted": "input" if name == "total" else "no"}
    net = on - off
    return result_of(
        PATTERN, net[:, 0], weight[:, 0] - off[:, 0],
        published=against,
        without_policy={"city_share": interval(off[:, 0]), "lancashire_share": interval(off[:, 1])},
        first_year={"city_share": interval(on[:, 5]), "lancashire_share": interval(on[:, 6])},
        gross_money=interval(net[:, 2]),
        displaced=interval(net[:, 7]),
        residents_wages=interval(net[:, 8]),
        wages_in_rest_of_region=interval(net[:, 9]),
    )  # fmt: skip
