"""Money as a flow: what the district's commissioners pay, to whom, and where it ends, both arms on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ...experiments.recording import ENDS, Recording
from ..numbers import money
from .drawing import FILLS, KINDS, figure, pair

HOMES = ("here", "of the region", "from elsewhere")
WIDTH, HEIGHT, GAP = 780.0, 430.0, 8.0
FROM, TO, END, THICK = 80.0, 300.0, 560.0, 10.0  # where the three columns stand
TOP = 22.0


def flows(films: Sequence[Recording], titles: Sequence[str], futures: int = 1) -> str:
    """Both arms, as wide as their pounds are."""
    shown = [_shown(f) for f in films]
    most = max((float(f.paid.sum()) for f in films), default=0.0)
    bands = max((max(len(groups), len(ENDS)) for groups in shown), default=0)
    scale = (HEIGHT - GAP * 2 * (bands - 1) - 30) / most if most > 0 else 0.0
    kinds = {f.groups[g][0] for f, groups in zip(films, shown, strict=True) for g in groups}
    drawn = [_flow(f, title, groups, scale) for f, title, groups in zip(films, titles, shown, strict=True)]
    return pair(drawn, kinds, ("from left to right: commissioners, whom they pay, where it ends", "both on one scale"), futures)


def _shown(f: Recording) -> list[int]:
    """The groups of providers that get more than next to nothing."""
    paid = f.paid.sum(axis=0)
    return [g for g in range(len(f.groups)) if paid[g] > 0.004 * float(paid.sum())]


def _flow(f: Recording, title: str, shown: list[int], scale: float) -> str:
    paid, ends = f.paid.sum(axis=0), f.ends.sum(axis=0)
    total = float(paid.sum())
    if total <= 0:
        return f"<figure><figcaption>{escape(title)}</figcaption><p>No contract was paid for.</p></figure>"
    names = [f"{KINDS[f.groups[g][0]]} {HOMES[f.groups[g][1]]}" for g in shown]
    sizes = [float(paid[g]) * scale for g in shown]
    into = np.maximum(0.0, ends[shown]) * scale
    middle, right = _tops(sizes), _tops(into.sum(axis=0).tolist())
    fill, left = list(right), TOP
    out = [f'<rect x="{FROM}" y="{TOP}" width="{THICK}" height="{total * scale:.1f}" fill="currentColor"/>']
    for i, g in enumerate(shown):
        colour, at = FILLS[f.groups[g][0]], middle[i]
        out.append(_band(FROM + THICK, left, TO, at, sizes[i], colour))
        out.append(f'<rect x="{TO}" y="{at:.1f}" width="{THICK}" height="{sizes[i]:.1f}" fill="{colour}"/>')
        for k in range(len(ENDS)):
            if into[i, k] > 0.15:
                out.append(_band(TO + THICK, at, END, fill[k], into[i, k], colour))
            at += into[i, k]
            fill[k] += into[i, k]
        left += sizes[i]
    shares = [_share(float(ends[:, k].sum()) / total) for k in range(len(ENDS))]
    for k, (name, share) in enumerate(zip(ENDS, shares, strict=True)):
        size = float(into[:, k].sum())
        out.append(f'<rect x="{END}" y="{right[k]:.1f}" width="{THICK}" height="{max(size, 0.5):.1f}" fill="currentColor"/>')
        out.append(_text(END + THICK + 6, right[k] + size / 2, f"{name} {share}"))
    for i, (g, name) in enumerate(zip(shown, names, strict=True)):
        if sizes[i] > 9:
            out.append(_text(TO + THICK + 6, middle[i] + sizes[i] / 2, f"{name} {_share(paid[g] / total)}"))
    out.append(f'<text x="4" y="14">{escape(money(total))} paid</text>')
    to = ", ".join(f"{name} {_share(paid[g] / total)}" for g, name in zip(shown, names, strict=True))
    where = ", ".join(f"{share} {name}" for name, share in zip(ENDS, shares, strict=True))
    alt = f"{title}: of {money(total)} paid over the whole run, {where}. To {to}."
    return figure(f"{title}: {money(total)} over the whole run", alt, WIDTH, HEIGHT + 20, "".join(out))


def _tops(sizes: Sequence[float]) -> list[float]:
    tops, y = [], TOP
    for size in sizes:
        tops.append(y)
        y += size + 2 * GAP
    return tops


def _text(x: float, middle: float, text: str) -> str:
    return f'<text x="{x:.0f}" y="{middle + 4:.1f}">{escape(text)}</text>'


def _share(part: float) -> str:
    return "under 1%" if 0 < part < 0.005 else f"{100 * part:.0f}%"


def _band(x0: float, y0: float, x1: float, y1: float, size: float, colour: str) -> str:
    mid = (x0 + x1) / 2
    d = (
        f"M{x0:.0f} {y0:.1f}C{mid:.0f} {y0:.1f} {mid:.0f} {y1:.1f} {x1:.0f} {y1:.1f}V{y1 + size:.1f}"
        f"C{mid:.0f} {y1 + size:.1f} {mid:.0f} {y0 + size:.1f} {x0:.0f} {y0 + size:.1f}Z"
    )
    return f'<path d="{d}" fill="{colour}" fill-opacity=".35"/>'
