"""What a visitor keeps to compare: rows of the headline measures with their notes, as the page shows them and as a table to take home.

The browser keeps them too, for a reload would lose them here; what it hands back is a stranger's word and is checked.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...experiments.compare import Comparison
from ...scenarios.errors import ScenarioError
from .. import words
from .asked import Asked, LinkError

HEADS = ("whole_life_value", "quality", "share_local", "trust")
MOST = 30
MOST_LETTERS = 300
MOST_TITLE = 2000
FIGURES = ("difference", "low", "high")


def row(found: Comparison, title: str, note: str, link: str) -> dict[str, Any]:
    """What is shown, to be kept."""
    effects = {e.measure: e for e in found.effects.itertuples()}
    figures = [[_known(float(getattr(effects[name], key))) for key in FIGURES] for name in HEADS]
    return _row(title, note[:MOST_LETTERS], link, len(found.seeds), figures)


def _row(title: str, note: str, link: str, pairs: int, figures: list[list[float | None]]) -> dict[str, Any]:
    cells = [
        _cell(name, *(math.nan if x is None else x for x in of)) if pairs > 1 else "–" for name, of in zip(HEADS, figures, strict=True)
    ]
    return {"title": title, "note": note, "link": link, "pairs": pairs, "figures": figures, "cells": cells}


def _known(x: float) -> float | None:
    return x if math.isfinite(x) else None


def _cell(name: str, difference: float, low: float, high: float) -> str:
    """A difference, no finer than its interval, and the interval."""
    m = words.known(name)
    what = words.verdict(low, high, m.better)
    if what in ("same", "unknown"):
        return f"{words.SIGN[what]} {words.MEANING[what].lower()}"
    return f"{words.SIGN[what]} {words.change(difference, m.unit, low, high)} ({words.interval(low, high, m.unit)})"


def again(said: Any) -> list[dict[str, Any]]:
    """Rows that a browser hands back: those that make sense, their words and figures only, their cells made anew."""
    out = []
    for given in said[:MOST] if isinstance(said, list) else ():
        try:
            figures = [[None if x is None else _known(float(x)) for x in of] for of in given["figures"]]
            if len(figures) != len(HEADS) or any(len(of) != len(FIGURES) for of in figures):
                continue
            title, note = str(given["title"])[:MOST_TITLE], str(given["note"])[:MOST_LETTERS]
            out.append(_row(title, note, _sound(str(given["link"])), int(given["pairs"]), figures))
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
            continue
    return out


def _sound(link: str) -> str:
    """A link that can be followed; none for one that cannot."""
    try:
        return Asked.of_link(link).link() if link else ""
    except (LinkError, ScenarioError):
        return ""


def as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """All that was kept, as a table for a spreadsheet: figures in full, each with its interval."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    heads = [
        f"{words.known(name).label}, {words.known(name).unit}: {what}" for name in HEADS for what in ("difference", "95% low", "95% high")
    ]
    sheet.writerow(["Policy", "Pairs of runs", *heads, "Note", "Link"])
    for r in rows:
        figures = ["" if x is None else x for of in r["figures"] for x in of]
        sheet.writerow([_plain(r["title"]), r["pairs"], *figures, _plain(r["note"]), r["link"]])
    return out.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
