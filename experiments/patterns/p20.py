"""P20: lack of capacity bars the voluntary sector; what providers fund lasts when grants are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of
from .p32 import austere

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P20",
    title="Investment funded by providers lasts longer than grants",
    claim="Grants and funds in contracts both build voluntary capacity; when budgets are cut, less of what providers fund is lost",
    source="LGiU 2012; evidence lgiu_vcs_capacity_barrier, vcs_funding_loss, essex_community_fund, dorset_grant_pot",
    expected=1,
    unit="share of capacity kept under cuts, providers' funds less grants",
    ablation={"switches.capacity_building": False},
)
SHARE = 0.005  # of the budget, or of the price
ARMS: dict[str, dict[str, Any]] = {
    "none": {},
    "grants": {"policy.grants": SHARE},
    "funds": {"policy.clauses": [{"name": "community_fund", "settings": {"share": SHARE}}]},
}
COLUMNS = ("vcs_capacity", "share_vcs", "demand", "grants")


def columns(outcome: Outcome) -> list[float]:
    """Capacity and what is to follow from it."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by what is left of capacity at the end of ten years in which budgets were cut for seven. The details say what both ways
    of funding build where nothing is cut: capacity rises and demand falls, but the share of contracts that voluntary bodies win hardly
    moves. That part of the reports' claim, that capacity is what bars them, does not show here."""
    arms: dict[str, Any] = {}
    for name, policy in ARMS.items():
        for suffix, ablation in (("", {}), (" ablated", dict(PATTERN.ablation))):
            calm = load("today", {"horizon.months": 120, **policy, **ablation})
            arms |= {f"{name}{suffix}": calm, f"{name} cut{suffix}": austere(calm)}
    found = run_many(arms, columns)
    names = ("mean", "low", "high")

    def kept(name: str, suffix: str = "") -> Any:
        return found[f"{name} cut{suffix}"][:, 0] / found[f"{name}{suffix}"][:, 0]

    built = {
        f"{name} {measure}": dict(zip(names, mean_interval(found[name][:, i] - found["none"][:, i])[:3], strict=True))
        for name in ("grants", "funds") for i, measure in enumerate(COLUMNS)
    }  # fmt: skip
    left = {name: dict(zip(names, mean_interval(kept(name))[:3], strict=True)) for name in ARMS}
    difference, without = kept("funds") - kept("grants"), kept("funds", " ablated") - kept("grants", " ablated")
    return result_of(PATTERN, difference, without, built=built, kept_under_cuts=left)
