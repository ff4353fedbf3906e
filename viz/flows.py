"""Who pays whom in one run: payers at the left, payees at the right, ribbons as wide as the money."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Curve

from . import words
from .style import BODY, INK, POLICIES, RULE, SMALL, SOFT, Picture, blank, styled

GAP = 0.018  # between two blocks, as a share of the height
SMALLEST = 0.01  # a kind that pays or is paid less than this share of all is drawn with "others"
REST = "others"
NAMES = {
    "world": "rest of the world",
    "sector": "other local firms",
    "firms": "firms of the region",
    "households": "households of the region",
    "lender": "lenders",
    "council": "council",
    "anchor": "anchor institutions",
    "large": "large providers",
    "sme": "small and medium providers",
    "vcs": "voluntary bodies",
    "in-house": "in-house teams",
}


def gathered(table: Any, smallest: float = SMALLEST) -> dict[tuple[str, str], float]:
    """(payer, payee) -> share of all payments, from a table of pence with payers down and payees across.

    Payers and payees that make up less than `smallest` of all payments are put together as "others".
    """
    total = float(table.to_numpy().sum())
    if total <= 0:
        return {}
    down = {str(k): float(v) / total for k, v in table.sum(axis=1).items()}
    across = {str(k): float(v) / total for k, v in table.sum(axis=0).items()}
    out: dict[tuple[str, str], float] = {}
    for payer, row in table.iterrows():
        for payee, pence in row.items():
            if pence <= 0:
                continue
            pair = (str(payer) if down[str(payer)] >= smallest else REST, str(payee) if across[str(payee)] >= smallest else REST)
            out[pair] = out.get(pair, 0.0) + float(pence) / total
    return out


def _stack(sizes: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Block per name, largest on top, "others" last: (top, height), all within 0 to 1 with gaps between."""
    order = sorted(sizes, key=lambda k: (k == REST, -sizes[k], k))
    room = 1 - GAP * (len(order) - 1)
    places, top = {}, 1.0
    for name in order:
        height = sizes[name] * room
        places[name] = (top, height)
        top -= height + GAP
    return places


def _ribbon(axes: Axes, left: float, right: float, size_left: float, size_right: float, colour: str) -> None:
    """A band from (0, left) to (1, right), both the upper ends."""
    x0, x1, mid = 0.012, 0.988, 0.5
    points = [
        (x0, left),
        (mid, left),
        (mid, right),
        (x1, right),
        (x1, right - size_right),
        (mid, right - size_right),
        (mid, left - size_left),
        (x0, left - size_left),
        (x0, left),
    ]
    codes = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3, Curve.CLOSEPOLY]
    axes.add_patch(PathPatch(Curve(points, codes), facecolor=colour, alpha=0.32, linewidth=0))


def _names(axes: Axes, blocks: dict[str, tuple[float, float]], sizes: dict[str, float], inches: float, right: bool) -> None:
    """Each block's name and share beside it, pushed apart where blocks are thin, with a line to the block if it moved."""
    room = 0.2 / inches
    middles = [top - height / 2 for top, height in blocks.values()]
    places = list(middles)
    for i in range(1, len(places)):
        places[i] = min(places[i], places[i - 1] - room)
    floor = 0.0
    for i in reversed(range(len(places))):
        places[i] = max(places[i], floor)
        floor = places[i] + room
    edge, step, align = (1.004, 0.03, "left") if right else (-0.004, -0.03, "right")
    for name, middle, y in zip(blocks, middles, places, strict=True):
        axes.plot([edge, edge + step], [middle, y], color=RULE, linewidth=0.8, clip_on=False)
        text = f"{NAMES.get(name, name)}  {words.percent(sizes[name], 2)}"
        axes.text(edge + 1.3 * step, y, text, ha=align, va="center", fontsize=SMALL + 0.5, color=INK if name != REST else SOFT)


@styled
def flows_figure(run: Any, by: str | tuple[str, str] = "kind") -> Picture:
    """Who pays whom over a whole run that kept its ledger; `by` as in `Run.who_pays_whom`. Ribbons take the payer's colour."""
    table = run.who_pays_whom(by)
    total = float(table.to_numpy().sum()) / 100
    shares = gathered(table)
    payers: dict[str, float] = {}
    payees: dict[str, float] = {}
    for (payer, payee), share in shares.items():
        payers[payer] = payers.get(payer, 0.0) + share
        payees[payee] = payees.get(payee, 0.0) + share
    left, right = _stack(payers), _stack(payees)
    width, height = 11.0, 1.5 + 0.42 * max(len(left), len(right), 8)
    title = str(getattr(run, "title", "") or "One run")
    figure = blank(width, height, "Who pays whom", f"{title}, seed {run.seed}: {words.money(total)} paid over the whole run")
    axes = figure.add_axes((2.75 / width, 0.25 / height, (width - 5.5) / width, (height - 1.55) / height))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    colours = {name: POLICIES[i % len(POLICIES)] if name != REST else SOFT for i, name in enumerate(left)}
    down, up = {k: top for k, (top, _) in left.items()}, {k: top for k, (top, _) in right.items()}
    for payer in left:
        for payee in right:
            share = shares.get((payer, payee), 0.0)
            if share > 0:
                a, b = share / payers[payer] * left[payer][1], share / payees[payee] * right[payee][1]
                _ribbon(axes, down[payer], up[payee], a, b, colours[payer])
                down[payer] -= a
                up[payee] -= b
    for blocks, x in ((left, -0.004), (right, 0.988)):
        for name, (top, size) in blocks.items():
            axes.add_patch(
                Rectangle((x, top - size), 0.016, size, facecolor=colours.get(name, SOFT) if x < 0.5 else SOFT, linewidth=0, clip_on=False)
            )
    _names(axes, left, payers, height - 1.55, right=False)
    _names(axes, right, payees, height - 1.55, right=True)
    axes.text(-0.02, 1.05, "pay", ha="right", fontsize=BODY, fontweight="bold")
    axes.text(1.02, 1.05, "are paid", ha="left", fontsize=BODY, fontweight="bold")
    largest = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:8]
    figure.alt = f"Who pays whom in {title}, seed {run.seed}: {words.money(total)} in all. The largest flows: " + (
        "; ".join(f"{NAMES.get(payer, payer)} to {NAMES.get(payee, payee)} {words.percent(share, 2)}" for (payer, payee), share in largest)
        + "."
    )
    return figure
