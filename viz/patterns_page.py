"""The page of patterns: every claim with its comparison in a screenful, its effect with its mechanism and without, the verdict."""

from __future__ import annotations

import base64
import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from . import page, words
from .report import embedded, facts
from .style import BLUE, INK, RULE, SMALL, SOFT, UNCLEAR, Picture, Units, bare, blank, styled, svg_of

VERDICTS = ("emerges", "does not emerge", "not due to its mechanism")
COLOURS = {"emerges": BLUE, "does not emerge": UNCLEAR, "not due to its mechanism": "#BF4F00"}
SIGNS = {"emerges": "●", "does not emerge": "○", "not due to its mechanism": "◐"}


@styled
def pattern_figure(result: Any) -> Picture:
    """The effect with its 95% interval, with the mechanism and without, over a line at nothing."""
    figure = blank(5.2, 1.1)
    axes = figure.add_axes((0.27, 0.3, 0.7, 0.66))
    colour = COLOURS[result.verdict]
    lines = (
        (1.0, "as it is", result.effect, result.low, result.high, colour, colour),
        (0.0, "without its mechanism", result.ablated_effect, result.ablated_low, result.ablated_high, SOFT, "white"),
    )
    axes.axvline(0.0, color=SOFT, linewidth=1)
    for y, label, middle, low, high, edge, face in lines:
        axes.text(-0.02, y, label, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=SMALL, color=INK)
        if math.isfinite(low) and math.isfinite(high):
            axes.plot([low, high], [y, y], color=edge, linewidth=2.4, alpha=0.6)
        if math.isfinite(middle):
            axes.plot(middle, y, "o", color=edge, markerfacecolor=face, markersize=6)
        else:
            axes.text(0.5, y, "a measurement: nothing is taken away", transform=axes.get_yaxis_transform(), ha="center", va="center",
                      fontsize=SMALL, color=SOFT)  # fmt: skip
    axes.set_ylim(-0.6, 1.6)
    axes.margins(x=0.08)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(Units(words.known_unit(result.unit), sign=True))
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.spines["bottom"].set_color(RULE)
    bare(axes, ("bottom",))
    found = words.change(result.effect, words.known_unit(result.unit), result.low, result.high)
    without = words.change(result.ablated_effect, words.known_unit(result.unit), result.ablated_low, result.ablated_high)
    between = words.interval(result.low, result.high, words.known_unit(result.unit))
    figure.alt = f"{result.title}: {found}, 95% interval {between}; without its mechanism {without}. Verdict: {result.verdict}."
    return figure


def source_of(name: str) -> str:
    """The text of a pattern's file; empty if it is not one of ours."""
    path = files("changemaking") / "experiments" / "patterns" / f"{name.lower()}.py"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def row_of(result: Any, maps: Mapping[str, Path]) -> dict[str, Any]:
    """What the page says of one pattern."""
    unit = words.known_unit(result.unit)
    drawn = pattern_figure(result)
    taken = ", ".join(f"{key} = {_short(value)}" for key, value in result.ablation.items())
    return {
        "id": result.id, "title": result.title, "claim": result.claim, "source": result.source, "unit": result.unit,
        "effect": words.change(result.effect, unit, result.low, result.high), "interval": words.interval(result.low, result.high, unit),
        "ablated": words.change(result.ablated_effect, unit, result.ablated_low, result.ablated_high),
        "ablated_interval": words.interval(result.ablated_low, result.ablated_high, unit),
        "verdict": result.verdict, "sign": SIGNS[result.verdict], "kind": f"v{VERDICTS.index(result.verdict)}",
        "reason": result.reason, "seeds": result.seeds, "ablation": taken,
        "figure": f"data:image/svg+xml;base64,{base64.b64encode(svg_of(drawn, result.id)).decode()}", "alt": drawn.alt,
        "map": embedded(maps[result.id]) if result.id in maps else "",
        "published": words.beside_published(result.details.get("published", {}).values()),
        "path": f"experiments/patterns/{result.id.lower()}.py", "text": source_of(result.id),
    }  # fmt: skip


def _short(value: Any) -> str:
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def summary(results: Sequence[Any]) -> str:
    """How many claims emerge, and how many do not."""
    found = Counter(result.verdict for result in results)
    total = words.count(len(results), "claim")
    return f"Of {total}, {words.listed([f'{found[verdict]} {_verb(verdict, found[verdict])}' for verdict in VERDICTS])}."


def _verb(verdict: str, n: int) -> str:
    one = {"emerges": "emerges for the stated reason", "does not emerge": "does not emerge"}
    many = {"emerges": "emerge for the stated reason", "does not emerge": "do not emerge"}
    last = "is there, but not due to its mechanism" if n == 1 else "are there, but not due to their mechanism"
    return (one if n == 1 else many).get(verdict, last)


def write_page(table: Any, folder: str | os.PathLike[str], record: Mapping[str, Any], maps: Mapping[str, Path] | None = None) -> Path:
    """Write patterns.html into `folder` and return its path; `maps` are the pictures of regime maps by pattern.

    One file that needs nothing else: pictures are embedded, there is no script and no reference to anywhere. Raises OSError.
    """
    return page.write_page(
        "patterns.html",
        Path(folder) / "patterns.html",
        summary=summary(table.results),
        rows=[row_of(result, maps or {}) for result in table.results],
        caution=words.too_few(len(table.seeds)),
        seeds=words.count(len(table.seeds), "seed"),
        note=f"Stopped early: {words.listed(table.left)} left out." if table.left else "Stopped early." if table.partial else "",
        facts=facts(record),
    )
