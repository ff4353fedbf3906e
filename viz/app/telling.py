"""What the page tells below the play, as HTML: in a paragraph, a table, and the five principles. Nothing is said beyond the results.

All text from outside is escaped. Every drawing is an SVG with a text alternative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from ...experiments.compare import Comparison
from ...model.measures import MEASURES, Measure, measure
from .. import words
from .drawing import figure, table_of
from .plain import label, plain

PRINCIPLES = ("collaborative", "creative", "adaptable", "accountable", "place_based")
ARMS = ("Today’s policy", "Your policy")
CHANNELS = (
    "transaction_cost", "interface_cost", "hold_up", "shading", "deductions", "continuity_cost", "set_up_cost", "disputes", "breaks",
    "failures", "share_local", "hhi", "incumbency", "trust", "vcs_capacity", "client_capacity", "displaced", "cost_shifted",
)  # fmt: skip


WAITING = "<p>The first runs are under way.</p>"


def explain(comparison: Comparison | None, wanted: int, changes: Sequence[str], titles: tuple[str, str] = ARMS) -> str:
    """What was changed, what came of it, how sure that is, and by which ways."""
    asked = (
        f"<p>{'Changed' if titles == ARMS else 'Shown'}: {escape('; '.join(changes))}.</p>"
        if changes
        else "<p>Nothing is changed: both towns follow the same policy.</p>"
    )
    if comparison is None:
        return asked + WAITING
    policy, baseline = comparison.pairs[0]
    effects = {row.measure: row for row in comparison.effects.itertuples()}
    done = len(comparison.common(policy, baseline))
    if done < 2:
        return asked + "<p>One pair of runs cannot tell a difference from chance; more are under way.</p>"
    told = words.summary(list(effects.values()), titles[1], titles[0])
    out = [asked, "<ul>", *(f"<li>{escape(plain(text))}</li>" for _, text in told), "</ul>"]
    ways = [
        name
        for name in CHANNELS
        if words.verdict(float(effects[name].low), float(effects[name].high), measure(name).better) not in ("unclear", "same", "unknown")
    ]
    if ways:
        out.append("<p>Ways by which this may have come about, each clear by itself:</p><ul>")
        for name in ways:
            told_of = plain(words.clause(effects[name]))
            out.append(f"<li>{escape(told_of[:1].upper() + told_of[1:])}. {escape(measure(name).meaning)}.</li>")
        out.append("</ul>")
    more = f" {wanted - done} more are under way or were stopped." if done < wanted else ""
    out.append(
        f"<p>How sure: {done} pairs of runs, each pair with the same future.{more} Intervals cover chance alone, 95% of the time each; "
        f"of {len(MEASURES)} measures, about {words.by_chance(len(MEASURES))} would look clear by chance. They do not "
        "cover what is assumed.</p>"
    )
    out.append(meant("What these measures are", list(dict.fromkeys([*words.MAIN, *ways]))))
    return "".join(out)


def table(comparison: Comparison | None, titles: tuple[str, str] = ARMS) -> str:
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
            head = f'<th scope="row">{escape(label(m))} {why(m)}</th>'
            rows.append(f'<tr>{head}{told}<td class="cm-verdict {what}">{words.SIGN[what]} {escape(words.MEANING[what])}</td></tr>')
    return table_of(("Measure", *titles, "Difference, 95% interval", "Verdict"), rows)


def why(m: Measure) -> str:
    """What a measure is, to be unfolded beside it."""
    return (
        f'<details class="cm-why"><summary aria-label="About {escape(label(m))}">why?</summary>'
        f"<p>{escape(m.meaning)} ({escape(m.unit)}).</p><p>{escape(m.worked_out)}</p></details>"
    )


def meant(title: str, names: Sequence[str]) -> str:
    """What the words for measures mean and how these are worked out, to be unfolded."""
    told = "".join(
        f"<dt>{escape(label(m))}</dt><dd>{escape(m.meaning)}. <span>{escape(m.worked_out)}</span></dd>" for m in map(measure, names)
    )
    return f'<details class="cm-meant"><summary>{escape(title)}</summary><dl>{told}</dl></details>'


# --- principles -------------------------------------------------------------------------------------------------------


def spokes(comparison: Comparison | None, titles: tuple[str, str] = ARMS) -> str:
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
        was, now = (words.amount(level[i], m.unit) for level in levels)  # two places would hide what is better
        sign = words.SIGN[words.verdict(float(e.low), float(e.high), m.better)] if len(comparison.seeds) > 1 else ""
        anchor = "middle" if abs(x - size / 2) < 20 else "start" if x > size / 2 else "end"
        out.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{m.label}</text>')
        out.append(f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="{anchor}" class="s">{was} → {now} {sign}</text>')
        said.append(f"{m.label} {was} and {now}")
    alt = f"The five principles, 0 to 1, under “{titles[0]}” and “{titles[1]}”: " + "; ".join(said) + "."
    runs = words.count(len(comparison.seeds), "pair")
    title = f"Dashed: {titles[0]}. Filled: {titles[1]}. 0 in the middle, 1 at the rim. Means over {runs} of runs."
    drawn = figure(title, alt, size + 160, size, "".join(out), left=-80)
    return drawn + meant("What they mean", PRINCIPLES)
