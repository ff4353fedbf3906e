"""P12: too good to be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P12",
    title="Too good to be true",
    claim="The more the price weighs in awards, the more contracts fail",
    source="NLGN 2018, on cost first; evidence lgiu_tender_ranking",
    arms=("today", "today"),
    expected=1,
    unit="contracts failed",
    ablation={"switches.underpricing": False},
    reason="lowest price brings more bids too good to be true and lower quality, but firms carry their losses: they live off other "
    "sales too, and few contracts are large enough to break them",
)
WEIGHTS = (0.3, 0.45, 0.6, 0.8, 1.0)
OTHERS = {"quality": 0.75, "social": 0.125, "community": 0.125}  # how what is left is divided: as in `today`
COLUMNS = ("failures", "low_bids", "quality", "shading", "unit_cost", "whole_life_value")


def columns(outcome: Outcome) -> list[float]:
    """Failures, and what else comes of the lowest price."""
    return [outcome.totals[name] for name in COLUMNS]


def weights(price: float) -> dict[str, object]:
    """Award weights with that weight on price."""
    return {"policy.weights.price": price, **{f"policy.weights.{name}": share * (1.0 - price) for name, share in OTHERS.items()}}


def measure(run_many: RunMany) -> PatternResult:
    """Judged by contracts failed, all weight on price against three tenths; the details give each weight against the least."""
    arms = {f"{w}": load("today", weights(w)) for w in WEIGHTS}
    arms |= {f"{w} ablated": load("today", {**weights(w), **PATTERN.ablation}) for w in (WEIGHTS[0], WEIGHTS[-1])}
    found = run_many(arms, columns)
    first, last = f"{WEIGHTS[0]}", f"{WEIGHTS[-1]}"
    names = ("mean", "low", "high")
    rows = [
        {"price": w, **{n: dict(zip(names, mean_interval((found[f"{w}"] - found[first])[:, i])[:3], strict=True))
         for i, n in enumerate(COLUMNS)}} for w in WEIGHTS[1:]
    ]  # fmt: skip
    gone = found[f"{last} ablated"] - found[f"{first} ablated"]
    return result_of(PATTERN, (found[last] - found[first])[:, 0], gone[:, 0], against_least=rows)
