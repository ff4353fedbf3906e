"""Fixtures of this folder, and a comparison made of random numbers: nothing in that comes from the model."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from app_trials import done, engine  # noqa: F401
from app_visitor import address, browser, store, visitor  # noqa: F401

from changemaking.model.measures import MEASURES

TITLES = {
    "made-up-a": "Made-up policy A",
    "made-up-b": "Made-up policy B <script>alert('b')</script> & co",
    "made-up-base": "Made-up baseline",
}
LEVELS = {"£": 4e6, "£/£": 1.0, "£/year": 3e5, "0-1": 0.5, "share": 0.3, "sd": 0.8, "count": 40.0, "ratio": 1.6, "people": 9e3}


def make(seeds: int = 12, months: int = 60, key: int = 7) -> SimpleNamespace:
    """Effects of two made-up policies against one baseline: normal noise around shifts of random size, some of them zero."""
    rng = np.random.default_rng(key)
    calendar = [f"{2020 + i // 12}-{i % 12 + 1:02d}" for i in range(months)]
    effects, monthly, runs = [], [], []
    base = {m.name: LEVELS[m.unit] * rng.uniform(0.4, 1.6) for m in MEASURES}
    base["share_region"] = min(0.95, base["share_local"] + 0.2)
    firms = rng.dirichlet([4, 3, 1, 1])
    base |= dict(zip(("share_large", "share_sme", "share_vcs", "share_in_house"), firms, strict=True))
    noise = {m.name: rng.normal(0, 0.05 * abs(base[m.name]), seeds) for m in MEASURES}
    for seed in range(seeds):
        runs += [("made-up-base", seed, m.name, base[m.name] + noise[m.name][seed]) for m in MEASURES]
    for policy in ("made-up-a", "made-up-b"):
        for m in MEASURES:
            shift = base[m.name] * rng.choice([0.0, 0.003, 0.05, 0.3, -0.003, -0.08, -0.4])
            own = rng.normal(0, 0.02 * abs(base[m.name]), seeds)
            d = shift + own
            runs += [(policy, seed, m.name, base[m.name] + noise[m.name][seed] + d[seed]) for seed in range(seeds)]
            half = 2.2 * d.std(ddof=1) / np.sqrt(seeds)
            paired, unpaired = d.std(ddof=1), np.hypot(noise[m.name].std(ddof=1), (noise[m.name] + own).std(ddof=1))
            mean = base[m.name] + noise[m.name].mean()
            share = float((d * (m.better or 1) > 0).mean())
            effects.append(
                (
                    policy,
                    "made-up-base",
                    m.name,
                    mean,
                    mean + d.mean(),
                    d.mean(),
                    d.mean() - half,
                    d.mean() + half,
                    paired,
                    unpaired,
                    seeds,
                    share,
                )
            )
            scale = base[m.name] / (months if m.total in ("sum", "present") else 1)
            wave = 0.03 * scale * np.sin(np.arange(months) / 6)
            path = shift / base[m.name] * scale * np.clip((np.arange(months) - 10) / 30, 0, 1) + 0.01 * scale * rng.normal(size=months)
            for month, w, p in zip(calendar, wave, path, strict=True):
                monthly.append((policy, "made-up-base", month, m.name, scale + w, scale + w + p, p, p - 0.03 * scale, p + 0.03 * scale))
    return SimpleNamespace(
        effects=pd.DataFrame(
            effects,
            columns=[
                *"scenario baseline measure baseline_mean policy_mean difference low high".split(),
                "sd_paired",
                "sd_unpaired",
                "seeds",
                "better_share",
            ],
        ),
        monthly=pd.DataFrame(monthly, columns="scenario baseline month measure baseline_mean policy_mean difference low high".split()),
        runs=pd.DataFrame(runs, columns=["scenario", "seed", "measure", "value"]),
        titles=dict(TITLES),
    )


@pytest.fixture(scope="session")
def comparison() -> SimpleNamespace:
    return make()
