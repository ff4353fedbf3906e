"""What the page tells below the play, as HTML: in a paragraph, as flows, spokes and bars. Nothing is said beyond the results.

All text from outside is escaped. Every drawing is an SVG with a text alternative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from ...experiments.compare import Comparison
from ...experiments.recording import ENDS, Recording
from ...model.measures import MEASURES, measure
from .. import words
from ..numbers import money
from ..style import KINDS as COLOURS

PRINCIPLES = ("collaborative", "creative", "adaptable", "accountable", "place_based")
HOMES = ("here", "of the region", "from elsewhere")
KINDS = {
    "large": "large firms",
    "sme": "small firms",
    "vcs": "voluntary bodies",
    "in-house": "own teams",
    "project company": "project companies",
}
FILLS = {"large": "#7A848E", "sme": COLOURS["sme"], "vcs": "#009E73", "in-house": COLOURS["in_house"], "project company": "#5B6670"}
ARMS = ("Today’s policy", "Your policy")
CHANNELS = (
    "transaction_cost", "interface_cost", "hold_up", "shading", "deductions", "continuity_cost", "set_up_cost", "disputes", "breaks",
    "failures", "share_local", "hhi", "incumbency", "trust", "vcs_capacity", "client_capacity", "displaced", "cost_shifted",
)  # fmt: skip


WAITING = "<p>The first runs are under way.</p>"


def explain(comparison: Comparison | None, wanted: int, changes: Sequence[str]) -> str:
    """What was changed, what came of it, how sure that is, and by which ways."""
    asked = f"<p>Changed: {escape('; '.join(changes))}.</p>" if changes else "<p>Nothing is changed: both towns follow the same policy.</p>"
    if comparison is None:
        return asked + WAITING
    policy, baseline = comparison.pairs[0]
    effects = {row.measure: row for row in comparison.effects.itertuples()}
    done = len(comparison.common(policy, baseline))
    if done < 2:
        return asked + "<p>One pair of runs cannot tell a difference from chance; more are under way.</p>"
    told = words.summary(list(effects.values()), "your policy", "today’s policy")
    out = [asked, "<ul>", *(f"<li>{escape(text)}</li>" for _, text in told), "</ul>"]
    ways = [
        name
        for name in CHANNELS
        if words.verdict(float(effects[name].low), float(effects[name].high), measure(name).better) not in ("unclear", "same", "unknown")
    ]
    if ways:
        out.append("<p>Ways by which this may have come about, each clear by itself:</p><ul>")
        for name in ways:
            told_of = words.clause(effects[name])
            out.append(f"<li>{escape(told_of[:1].upper() + told_of[1:])}. {escape(measure(name).meaning)}.</li>")
        out.append("</ul>")
    more = f" {wanted - done} more are under way or were stopped." if done < wanted else ""
    out.append(
        f"<p>How sure: {done} pairs of runs, each pair with the same future.{more} Intervals cover chance alone, 95% of the time each; "
        f"of {len(MEASURES)} measures, about {words.by_chance(len(MEASURES))} would look clear by chance. They do not "
        "cover what is assumed.</p>"
    )
    return "".join(out)


def table(comparison: Comparison | None) -> str:
    """Every measure, both arms, the difference and its interval."""
    if comparison is None or len(comparison.seeds) < 2:
        return "<p>Not known before the second pair of runs.</p>"
    effects = {row.measure: row for row in comparison.effects.itertuples()}
    rows = []
    for heading, names in words.sections(list(effects)):
        rows.append(f'<tr><th colspan="5" scope="colgroup">{escape(heading)}</th></tr>')
        for name in names:
            e, m = effects[name], measure(name)
            what = words.verdict(float(e.low), float(e.high), m.better)
            cells = (
                words.amount(float(e.baseline_mean), m.unit),
                words.amount(float(e.policy_mean), m.unit),
                words.interval(float(e.low), float(e.high), m.unit),
            )
            told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            head = f'<th scope="row" title="{escape(m.meaning)}">{escape(m.label)}</th>'
            rows.append(f'<tr>{head}{told}<td class="cm-verdict {what}">{words.SIGN[what]} {escape(words.MEANING[what])}</td></tr>')
    return table_of(("Measure", *ARMS, "Difference, 95% interval", "Verdict"), rows)


def table_of(heads: Sequence[str], rows: Sequence[str]) -> str:
    """A table of rows that are HTML already under headings that are not."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return f'<table class="cm-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


# --- money ------------------------------------------------------------------------------------------------------------


def flows(films: Sequence[Recording]) -> str:
    """Both arms: what the district's commissioners pay, to whom, and where it ends."""
    return '<div class="cm-pair">' + "".join(_flow(f, title) for f, title in zip(films, ARMS, strict=True)) + "</div>"


def _flow(f: Recording, title: str) -> str:
    paid, ends = f.paid.sum(axis=0), f.ends.sum(axis=0)
    total = float(paid.sum())
    if total <= 0:
        return f"<figure><figcaption>{title}</figcaption><p>No contract was paid for.</p></figure>"
    shown = [g for g in range(len(f.groups)) if paid[g] > 0.004 * total]
    names = [f"{KINDS[f.groups[g][0]]} {HOMES[f.groups[g][1]]}" for g in shown]
    width, height, gap = 780.0, 420.0, 6.0
    room = height - gap * (max(len(shown), len(ENDS)) - 1) - 30
    scale = room / total
    out, y, left = [], 20.0, 20.0
    right = _stack([float(max(0.0, ends[shown, k].sum())) * scale for k in range(len(ENDS))], gap)
    fill = [20 + top for top in right]
    where: list[str] = []
    for g, name in zip(shown, names, strict=True):
        size = float(paid[g]) * scale
        colour = FILLS[f.groups[g][0]]
        out.append(_band(90, left, 300, y, size, colour))
        out.append(f'<rect x="300" y="{y:.1f}" width="10" height="{size:.1f}" fill="{colour}"/>')
        out.append(
            f'<text x="316" y="{y + size / 2 + 4:.1f}" class="s">{escape(name)} {_share(paid[g] / total)}</text>' if size > 9 else ""
        )
        at = y
        for k in range(len(ENDS)):
            part = float(max(0.0, ends[g, k])) * scale
            if part > 0.15:
                out.append(_band(310, at, 560, fill[k], part, colour))
            at += part
            fill[k] += part
        y += size + gap
        left += size
    for k, name in enumerate(ENDS):
        size = float(max(0.0, ends[shown, k].sum())) * scale
        out.append(f'<rect x="560" y="{20 + right[k]:.1f}" width="10" height="{max(size, 0.5):.1f}" fill="currentColor"/>')
        out.append(f'<text x="575" y="{20 + right[k] + size / 2 + 4:.1f}">{escape(name)} {_share(float(ends[:, k].sum()) / total)}</text>')
        where.append(f"{_share(float(ends[:, k].sum()) / total)} {name}")
    out.append(
        f'<rect x="80" y="20" width="10" height="{total * scale:.1f}" fill="currentColor"/>'
        f'<text x="4" y="14">commissioners: {escape(money(total))}</text>'
    )
    alt = (
        f"{title}: of {money(total)} paid over the whole run, "
        + ", ".join(where)
        + ". To "
        + ", ".join(f"{name} {_share(paid[g] / total)}" for g, name in zip(shown, names, strict=True))
        + "."
    )
    return _figure(title, alt, width, height + 20, "".join(out))


def _share(part: float) -> str:
    return "under 1%" if 0 < part < 0.005 else f"{100 * part:.0f}%"


def _stack(sizes: Sequence[float], gap: float) -> list[float]:
    tops, y = [], 0.0
    for size in sizes:
        tops.append(y)
        y += size + gap + 8
    return tops


def _band(x0: float, y0: float, x1: float, y1: float, size: float, colour: str) -> str:
    mid = (x0 + x1) / 2
    d = (
        f"M{x0:.0f} {y0:.1f}C{mid:.0f} {y0:.1f} {mid:.0f} {y1:.1f} {x1:.0f} {y1:.1f}V{y1 + size:.1f}"
        f"C{mid:.0f} {y1 + size:.1f} {mid:.0f} {y0 + size:.1f} {x0:.0f} {y0 + size:.1f}Z"
    )
    return f'<path d="{d}" fill="{colour}" fill-opacity=".35"/>'


def _figure(title: str, alt: str, width: float, height: float, inner: str, left: float = 0.0, below: str = "") -> str:
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="{left:.0f} 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(alt)}">'
        f"{inner}</svg>{below}</figure>"
    )


# --- principles -------------------------------------------------------------------------------------------------------


def spokes(comparison: Comparison | None) -> str:
    """The five principles, 0 at the centre and 1 at the rim, both arms."""
    if comparison is None:
        return WAITING
    effects = {row.measure: row for row in comparison.effects.itertuples()}
    size, r = 440.0, 150.0

    def corner(i: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * i / 5 - math.pi / 2
        return size / 2 + r * share * math.cos(angle), size / 2 + r * share * math.sin(angle)

    def shape(values: Sequence[float], style: str) -> str:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (corner(i, v) for i, v in enumerate(values)))
        return f'<polygon points="{points}" {style}/>'

    out = [shape([s] * 5, 'fill="none" stroke="currentColor" stroke-opacity=".25"') for s in (0.25, 0.5, 0.75, 1.0)]
    levels = [[float(np.nan_to_num(getattr(effects[p], which))) for p in PRINCIPLES] for which in ("baseline_mean", "policy_mean")]
    out.append(shape(levels[1], 'fill="#0072B2" fill-opacity=".18" stroke="#0072B2" stroke-width="2.5"'))
    out.append(shape(levels[0], 'fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="5 4" stroke-opacity=".75"'))
    said = []
    for i, name in enumerate(PRINCIPLES):
        x, y = corner(i, 1.12)
        e, m = effects[name], measure(name)
        sign = words.SIGN[words.verdict(float(e.low), float(e.high), m.better)] if len(comparison.seeds) > 1 else ""
        anchor = "middle" if abs(x - size / 2) < 20 else "start" if x > size / 2 else "end"
        out.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{m.label}</text>')
        out.append(
            f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="{anchor}" class="s">{levels[0][i]:.2f} → {levels[1][i]:.2f} {sign}</text>'
        )
        said.append(f"{m.label} {levels[0][i]:.2f} today, {levels[1][i]:.2f} under yours")
    alt = "The five principles, 0 to 1: " + "; ".join(said) + "."
    meant = "".join(f"<li><strong>{measure(p).label}</strong>: {escape(measure(p).meaning)}</li>" for p in PRINCIPLES)
    title = "Dashed: today’s policy. Filled: yours. 0 in the middle, 1 at the rim."
    drawn = _figure(title, alt, size + 160, size, "".join(out), left=-80)
    return f"{drawn}<details><summary>What they mean</summary><ul>{meant}</ul></details>"


# --- contracts --------------------------------------------------------------------------------------------------------


def bars(films: Sequence[Recording], most: int = 40) -> str:
    """Contracts of the district's commissioners as bars over time, the largest first."""
    return '<div class="cm-pair">' + "".join(_bars(f, title, most) for f, title in zip(films, ARMS, strict=True)) + "</div>"


def _bars(f: Recording, title: str, most: int) -> str:
    rows = sorted((row for row in f.outcome.contracts if row.focal and row.operated), key=lambda row: (-row.value, row.number))[:most]
    rows.sort(key=lambda row: (row.service, row.first))
    width, line = 720.0, 15.0
    left, span = 175.0, 535.0
    start = int(f.outcome.start[:4]) + (int(f.outcome.start[5:]) - 1) / 12
    out, table = [], []
    changes: dict[int, list[int]] = {}
    for e in f.outcome.events:
        if e.kind in ("change", "dispute") and e.contract >= 0:
            changes.setdefault(e.contract, []).append(e.month)
    for i, row in enumerate(rows):
        y = 18 + i * line
        a, b = max(0, row.first), min(f.months, row.first + row.months)
        x, w = left + span * a / f.months, span * max(1, b - a) / f.months
        colour = FILLS.get(row.kind, "#7A848E")
        bad = row.end in ("break", "failure")
        about = f"{row.service}, {row.provider}: {money(row.value)}, {row.end}"
        out.append(f'<text x="{left - 5:.0f}" y="{y + 10:.0f}" text-anchor="end" class="s">{escape(row.service[:28])}</text>')
        out.append(
            f'<rect x="{x:.1f}" y="{y:.0f}" width="{w:.1f}" height="11" rx="2" fill="{colour}"><title>{escape(about)}</title></rect>'
        )
        out += [
            f'<circle cx="{left + span * m / f.months:.1f}" cy="{y + 5.5:.0f}" r="2" fill="#fff" stroke="#1F2933"/>'
            for m in changes.get(row.number, ())[:30]
        ]
        if bad:
            out.append(f'<text x="{x + w - 2:.1f}" y="{y + 11:.0f}" text-anchor="end" fill="#BF4F00" font-weight="bold">✕</text>')
        table.append(
            f"<tr><td>{escape(row.service)}</td><td>{escape(row.provider)}</td><td>{escape(money(row.value))}</td><td>{escape(row.end)}</td></tr>"
        )
    for year in range(math.ceil(start), math.ceil(start + f.months / 12), 2 if f.months > 96 else 1):
        x = left + span * (year - start) * 12 / f.months
        out.append(
            f'<text x="{x:.0f}" y="12" text-anchor="middle" class="s">{year}</text>'
            f'<path d="M{x:.0f} 15V{18 + len(rows) * line:.0f}" stroke="currentColor" stroke-opacity=".15"/>'
        )
    ended_badly = sum(row.end in ("break", "failure") for row in rows)
    alt = f"{title}: the {len(rows)} largest contracts over time; {ended_badly} were broken or failed."
    caption = f"{title}: the {len(rows)} largest contracts. Dots are changes and disputes, ✕ a break or failure."
    told = f"<details><summary>As a table</summary>{table_of(('Service', 'Provider', 'Paid', 'Ended by'), table)}</details>"
    return _figure(caption, alt, width, 24 + len(rows) * line, "".join(out), below=told)
