"""The points of a sweep to play: as a picture to click, and as a table."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any, NamedTuple

from ...scenarios.loading import load_scenario
from .. import words
from .controls import controls, titles_of
from .drawing import table_of

MOST_POINTS = 60
WIDTH, LEFT, RIGHT = 460.0, 74.0, 440.0  # of the picture, and where its axis begins and ends


def points(design: Any) -> str:
    """All points of a sweep: a picture of them, and a table."""
    named = [_named(design, factor) for factor in design.factors]
    rows = []
    for i, point in enumerate(design.points[:MOST_POINTS]):
        cells = "".join(f"<td>{escape(_value(v))}</td>" for v in point)
        buttons = "".join(
            f'<button class="cm-button" data-play="{i}:{escape(arm)}">{escape(against)}</button> ' for arm, against in _pairs(design.arms)
        )
        rows.append(f"<tr><td>{i}</td>{cells}<td>{buttons}</td></tr>")
    more = f"<p>The first {MOST_POINTS} of {len(design.points)} points.</p>" if len(design.points) > MOST_POINTS else ""
    listed = table_of(("Point", *named, "Play"), rows)
    return f"<h3>Points to play</h3>{_picture(design, named)}{more}<details open><summary>As a table</summary>{listed}</details>"


def _pairs(arms: Any) -> list[tuple[str, str]]:
    """What can be played at a point: each arm against the first, in words; a lonely arm by itself."""
    first, *others = arms
    return [(arm, f"{arm} against {first}") for arm in others] or [(first, first)]


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _named(design: Any, factor: str) -> str:
    """A factor as its file labels it, or by its name on the page, or else by the words of its key."""
    if (label := design.label(factor)) != factor:
        return str(label)
    key = factor.removeprefix("policy.").replace(".settings.", ".")
    return _titles().get(key) or factor.rpartition(".")[2].replace("_", " ")


@cache
def _titles() -> dict[str, str]:
    """What the controls of the page are called, by key."""
    return titles_of(controls(load_scenario("tiny")))


def _picture(design: Any, named: list[str]) -> str:
    """The points where their first two factors put them (or the one there is), each to be clicked; nothing for a design without factors."""
    some = list(design.points[:MOST_POINTS])
    if not some or not named:
        return ""
    across, *up = [_scale([point[k] for point in some]) for k in range(min(2, len(named)))]
    height = 300.0 if up else 90.0
    bottom, middle = height - 46, (height - 32) / 2
    arm, against = _pairs(design.arms)[0]
    out = [f'<path d="M{LEFT} 14V{bottom}H{RIGHT}" fill="none" stroke="currentColor" stroke-opacity=".4"/>']
    for i in range(len(some)):
        what = escape(told(design, i, arm))
        x = LEFT + 12 + (RIGHT - LEFT - 24) * across.places[i]
        y = bottom - 12 - (bottom - 38) * up[0].places[i] if up else middle
        out.append(
            f'<g role="button" tabindex="0" data-play="{i}:{escape(arm)}" aria-label="Play {what}"><title>{what}</title>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12"/></g>'
        )
    out += [
        _text(LEFT + 12, bottom + 18, across.first),
        _text(RIGHT, bottom + 18, across.last, "end"),
        _text((LEFT + RIGHT) / 2, bottom + 38, named[0], "middle"),
    ]
    if up:
        out += [_text(LEFT - 6, bottom - 8, up[0].first, "end"), _text(LEFT - 6, 30, up[0].last, "end")]
        out.append(f'<g transform="rotate(-90 16 {middle})">{_text(16, middle, named[1], "middle")}</g>')
    hidden = f" Its other factors ({escape(', '.join(named[2:]))}) stand in the table." if len(named) > 2 else ""
    return (
        f"<p>Click a point, or come to it with the keyboard, to play {escape(against)} there.{hidden}</p>"
        f'<svg class="cm-points" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="group" aria-label="The points of the sweep">'
        f"{''.join(out)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'


class _Scale(NamedTuple):
    """Where the values of a factor lie, 0 to 1, and what stands at the ends."""

    places: list[float]
    first: str
    last: str


def _scale(values: list[Any]) -> _Scale:
    """Numbers by size; what is no number in its order."""
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        at, ends = [float(v) for v in values], (min(values), max(values))
    else:
        order = list(dict.fromkeys(map(str, values)))
        at, ends = [float(order.index(str(v))) for v in values], (order[0], order[-1])
    low, high = min(at), max(at)
    return _Scale([(v - low) / (high - low) if high > low else 0.5 for v in at], *map(_value, ends))


def told(design: Any, at: int, arm: str) -> str:
    """“four against one at local preference 0.25”."""
    return dict(_pairs(design.arms))[arm] + where(design, at)


def where(design: Any, at: int) -> str:
    """“ at local preference 0.25”; nothing for a design without factors."""
    values = zip(design.factors, design.points[at], strict=True)
    found = words.listed([f"{words.lower_first(_named(design, factor))} {_value(value)}" for factor, value in values])
    return f" at {found}" if found else ""
