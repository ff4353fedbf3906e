"""P17: a pound with a local SME goes round more often than one with a large or a distant firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..local_money import local_money
from ..statistics import mean_interval, single_run_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P17",
    title="A pound with a local SME goes round more",
    claim="LM3 of what is paid to local SMEs exceeds that of local large firms, and that of distant firms is lowest",
    source="FSB and CLES (evidence fsb_respend: 63p and 40p); nef's LM3",
    arms=("today", "today"),
    overrides_a={"horizon.months": 48},
    overrides_b={"horizon.months": 48},
    expected=1,
    unit="LM3, local SME less local large",
    ablation={"switches.supply_shares": False},
)
GROUPS = ("local sme", "local large", "distant")
PUBLISHED = {"local sme": ("LM3, local SMEs", 1.63), "local large": ("LM3, local large firms", 1.40)}  # evidence fsb_respend


def by_supplier(outcome: Outcome) -> list[float]:
    """LM3 of the focal commissioners' payments to each group of suppliers, from who paid whom in the last two years."""
    groups = local_money(outcome, 24, _group).lm3.groups
    return [groups[name].lm3 if name in groups else float("nan") for name in GROUPS]


def _group(name: str, kind: str, here: bool) -> str | None:
    if kind not in ("sme", "large"):
        return None
    return f"local {kind}" if here else "distant" if name.startswith("elsewhere ") else None


def measure(run_many: RunMany) -> PatternResult:
    """Judged by local SMEs less local large firms, the published contrast; the LM3 of each group stands in the details.

    What local providers spend in the district (round 2) was set from the published re-spending; what residents and other
    firms spend of that again (round 3) was not, so LM3 may miss the published figures. Nobody set the distant firms'.
    """
    found = run_many(four_arms(PATTERN), by_supplier, journal=True)
    on, off = found["b"], found["b0"]
    names = ("mean", "low", "high", "runs_low", "runs_high")
    lm3s = {
        name: dict(zip(names, (*mean_interval(on[:, i])[:3], *single_run_interval(on[:, i])), strict=True)) for i, name in enumerate(GROUPS)
    }
    against = {
        name: {"label": label, "unit": "ratio", **lm3s[name], "published": value, "evidence": "fsb_respend", "fitted": "round 2 only"}
        for name, (label, value) in PUBLISHED.items()
    }
    beyond = dict(zip(("mean", "low", "high"), mean_interval(on[:, 0] - on[:, 2])[:3], strict=True))
    return result_of(PATTERN, on[:, 0] - on[:, 1], off[:, 0] - off[:, 1], lm3=lm3s, published=against, sme_less_distant=beyond)
