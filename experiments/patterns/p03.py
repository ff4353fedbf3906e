"""P03: bundling excludes smaller suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Pattern

if TYPE_CHECKING:
    from ...model.outcome import Outcome


def small_share(outcome: Outcome) -> float:
    """Share of the value of awards that went to SMEs and voluntary bodies, in the services whose assets were renewed.

    Only there does packaging differ; counted are the awards of the focal district's commissioners.
    """
    awards = [event for event in outcome.events if event.kind == "award" and event.buyer in outcome.focal]
    renewed = {event.service for event in awards if "design" in event.detail}
    awards = [event for event in awards if event.service in renewed]
    total = sum(event.value for event in awards)
    small = sum(event.value for event in awards if " sme " in event.provider or " vcs " in event.provider)
    return small / total if total else float("nan")


PATTERN = Pattern(
    id="P03",
    title="Bundling excludes smaller suppliers",
    claim="SMEs and voluntary bodies win a smaller share of value when all phases are one contract",
    source="NLGN 2018, on rigid contracts; evidence lgiu_vcs_capacity_barrier",
    arms=("phased", "bundled"),
    statistic=small_share,
    expected=-1,
    unit="share of awards by value",
    ablation={"switches.thresholds": False, "switches.bid_cost": False},
    reason="the difference, if there is one, is too small to tell from chance: less than a point, with two points either way",
)
