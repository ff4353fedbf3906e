"""Recordings and effects as the page's canvas wants them: plain lists and bytes, in pounds and months."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from ...experiments.compare import Comparison
from ...experiments.recording import Recording, Ward
from ...experiments.statistics import mean_bands
from ...model.measures import INDEX, Measure, measure
from .. import words
from .event_words import named
from .film import Film
from .plain import label, plain

SHOWN = (
    "whole_life_value", "unit_cost", "quality", "unmet_need", "unforeseen_cost", "transaction_cost", "share_local", "share_sme",
    "share_vcs", "lm3", "trust", "resident_trust",
)  # fmt: skip
RINGS = (0.34, 0.64, 0.93)  # distance from the middle by home: the district, the region, elsewhere
KINDS = ("council", "anchor", "vcs", "sme", "large", "in-house")


@lru_cache(maxsize=16)  # visitors who look at the same share it
def film(f: Film, title: str) -> dict[str, Any]:
    """One arm of the first seed, month by month. Not to be written into."""
    return {
        "title": title,
        "start": f.outcome.start,
        "months": f.months,
        "events": f.told,
        "who": _who(f),
        "alive": f.alive.astype(np.uint8).tobytes(),
        "links": [[k.buyer, k.provider, k.first, k.months, k.offset] for k in f.links],
        "value": f.value.astype("<f4").tobytes(),
        "trust": (np.clip(f.trust, 0, 1) * 255).astype(np.uint8).tobytes(),
        "wards": [[w.name, round(a, 4), round(b, 4)] for w, a, b in _segments(f)],
        "wardTrust": f.ward_trust.astype("<f4").tobytes(),
    }


def still(f: Film, title: str, month: int) -> dict[str, Any]:
    """One month of an arm, as a film of that month alone, in plain lists: enough to draw the town, no names to point at."""
    links = [(k, k.offset + month - k.first) for k in f.links if k.first <= month < k.first + k.months]
    return {
        "title": title,
        "who": [["", *rest] for _, *rest in _who(f)],
        "alive": f.alive[month].astype(int).tolist(),
        "links": [[k.buyer, k.provider, 0, 1, n] for n, (k, _) in enumerate(links)],
        "value": [float(f.value[at]) for _, at in links],
        "trust": [int(255 * np.clip(f.trust[at], 0, 1)) for _, at in links],
        "wards": [["", round(a, 4), round(b, 4)] for _, a, b in _segments(f)],
        "minds": [None if math.isnan(t) else float(t) for t in f.ward_trust[month]],
    }


def _who(f: Recording) -> list[list[Any]]:
    """An institution a row: what it is called, kind, ring, where it stands, whether it buys in the middle."""
    places, sectors = layout(f), frozenset(i.sector for i in f.institutions)
    return [
        [named(i.name, sectors), i.kind, i.ring, round(x, 3), round(y, 3), bool(i.focal)]
        for i, (x, y) in zip(f.institutions, places, strict=True)
    ]


def _segments(f: Recording) -> list[tuple[Ward, float, float]]:
    """Wards with where each begins and ends on the round of the district, 0 to 1, by residents."""
    ends = np.cumsum([w.residents for w in f.wards]) / max(1, sum(w.residents for w in f.wards))
    return list(zip(f.wards, [0.0, *ends.tolist()][:-1], ends.tolist(), strict=True))


def layout(f: Recording) -> list[tuple[float, float]]:
    """Where each institution stands, -1 to 1: the district's buyers in the middle, others by home on three rings, kinds together."""
    out: list[tuple[float, float]] = [(0.0, 0.0)] * len(f.institutions)
    groups: dict[float, list[int]] = {}
    for i, who in enumerate(f.institutions):
        buyer = who.kind in ("council", "anchor")
        radius = 0.14 if buyer and who.focal else 0.49 if buyer else RINGS[who.ring]
        groups.setdefault(radius, []).append(i)
    for radius, members in groups.items():
        members.sort(key=lambda i: (KINDS.index(f.institutions[i].kind) if f.institutions[i].kind in KINDS else 9, f.institutions[i].name))
        for n, i in enumerate(members):
            angle = 2 * math.pi * n / len(members) - math.pi / 2
            wobble = radius + (0.045 * (n % 3 - 1) if len(members) > 24 else 0.0)  # neighbours on a full ring keep apart
            out[i] = (wobble * math.cos(angle), wobble * math.sin(angle)) if len(members) > 1 or radius > 0.2 else (0.0, 0.0)
    return out


def numbers(comparison: Comparison, titles: tuple[str, str]) -> dict[str, Any]:
    """The headline measures: the film's two lines, the mean difference month by month with its band, and what it comes to."""
    policy, baseline = comparison.pairs[0]
    seeds = comparison.common(policy, baseline)
    effects = {row.measure: row for row in comparison.effects.itertuples()}
    columns = [INDEX[name] for name in SHOWN]
    a, b = (np.stack([comparison.outcomes[name, s].series[:, columns] for s in seeds]) for name in (baseline, policy))
    return {
        "seeds": len(seeds),
        "measures": [_measure(measure(n), effects[n], a[:, :, i], b[:, :, i], titles) for i, n in enumerate(SHOWN)],
    }


def _measure(m: Measure, effect: Any, a: np.ndarray, b: np.ndarray, titles: tuple[str, str]) -> dict[str, Any]:
    """One measure, from its values under both arms, float64 [seeds, months]."""
    seeds, flow = len(a), m.total in ("sum", "present")
    one, other = (_smooth(x) if flow else x for x in (a, b))
    mid, low, high, _ = mean_bands(other - one)
    what = words.verdict(float(effect.low), float(effect.high), m.better) if seeds > 1 else "unknown"
    told = words.MEANING[what].lower() if seeds > 1 else "one pair of runs so far"
    said = plain(words.sentence(effect, titles[1], titles[0])) if seeds > 1 else f"{label(m)}: more pairs of runs are under way."
    packed = {
        key: np.asarray(x, dtype="<f4").tobytes() for key, x in (("a", one[0]), ("b", other[0]), ("mid", mid), ("low", low), ("high", high))
    }
    about = {
        "name": m.name,
        "label": label(m),
        "unit": m.unit + (", over twelve months" if flow else ""),
        "meaning": m.meaning,
        "formula": m.worked_out,
    }
    level = _level(m, effect, what)
    return {**about, "level": level, "verdict": what, "sign": words.SIGN[what], "told": told, "sentence": said, **packed}


def _level(m: Measure, effect: Any, what: str) -> str:
    """What it comes to over whole runs, on average: from, to, and by how much; once if nothing differs."""
    was, now = (words.amount(float(x), m.unit) for x in (effect.baseline_mean, effect.policy_mean))
    if what == "same" or was == now == "–":
        return was
    return f"{was} → {now} ({words.change(float(effect.difference), m.unit, float(effect.low), float(effect.high))})"


def _smooth(x: np.ndarray) -> np.ndarray:
    """Sums over the last twelve months (fewer at the start, scaled up): what a year's accounts would show."""
    total = np.cumsum(np.nan_to_num(x), axis=1)
    back = np.concatenate([np.zeros((len(x), 12)), total[:, :-12]], axis=1) if x.shape[1] > 12 else np.zeros_like(total)
    months = np.minimum(np.arange(x.shape[1]) + 1, 12)
    return (total - back[:, : x.shape[1]]) * 12.0 / months
