"""Reading a `Comparison`: its pairs, its effects, its titles."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import numpy as np

from ..model.measures import INDEX


def pairs(comparison: Any) -> list[tuple[str, str]]:
    """(scenario, baseline) of each comparison, in the order of `effects`."""
    frame = comparison.effects
    return list(dict.fromkeys(zip(frame["scenario"], frame["baseline"], strict=True)))


def rows(comparison: Any, scenario: str, baseline: str) -> dict[str, Any]:
    """The effects of one comparison as rows (named tuples) by measure."""
    frame = comparison.effects
    chosen = frame[(frame["scenario"] == scenario) & (frame["baseline"] == baseline)]
    return {str(row.measure): row for row in chosen.itertuples(index=False)}


def title(comparison: Any, name: str) -> str:
    """The title of a scenario, or its name if it has none."""
    return str(comparison.titles.get(name) or name)


def rolling_year(comparison: Any, scenario: str, baseline: str, name: str) -> Any:
    """The last twelve months' sum of a flow, month by month, compared pair by pair: a table like `Comparison.monthly`.

    It needs the runs themselves, since the interval of a sum is not the sum of the intervals; None if `comparison` does
    not hold them or they are shorter than a year.
    """
    outcomes = getattr(comparison, "outcomes", None)
    if not outcomes:
        return None
    import pandas as pd

    from ..experiments.run import months
    from ..experiments.statistics import mean_bands

    seeds = comparison.common(scenario, baseline)
    arms = [np.stack([outcomes[which, s].series[:, INDEX[name]] for s in seeds]) for which in (baseline, scenario)]
    if arms[0].shape[1] < 12:
        return None
    a, b = (np.lib.stride_tricks.sliding_window_view(arm, 12, axis=1).sum(axis=2) for arm in arms)
    known = ~(np.isnan(a) | np.isnan(b))
    difference, low, high, _ = mean_bands(np.where(known, b - a, np.nan))
    base, policy = (mean_bands(np.where(known, x, np.nan))[0] for x in (a, b))
    calendar = months(outcomes[scenario, seeds[0]].start, arms[0].shape[1])[11:]
    return pd.DataFrame(
        {"month": calendar, "baseline_mean": base, "policy_mean": policy, "difference": difference, "low": low, "high": high}
    )


def slug(name: str) -> str:
    """A scenario's name as part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "scenario"


def paths_name(scenario: str, baseline: str) -> str:
    """The file name of the monthly figure of a comparison, without its ending."""
    return f"paths-{slug(scenario)}-against-{slug(baseline)}"


def wrapped(text: str, width: int, lines: int = 2) -> str:
    """Text broken into at most that many lines of that many characters, cut with an ellipsis."""
    broken = textwrap.wrap(text, width) or [""]
    if len(broken) <= lines:
        while width > 8 and len(narrower := textwrap.wrap(text, width - 1)) == len(broken):
            broken, width = narrower, width - 1  # lines of about the same length
        return "\n".join(broken)
    rest = " ".join(broken[lines - 1 :])
    return "\n".join([*broken[: lines - 1], rest[: max(1, width - 1)].rstrip() + "…"])
