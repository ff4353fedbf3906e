"""What the drawings below the play share: colours and names of those who are paid, a figure with its text alternative, a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..style import KINDS as COLOURS

KINDS = {
    "large": "large firms",
    "sme": "small and medium firms",
    "vcs": "voluntary bodies",
    "in-house": "own teams",
    "project company": "project companies",
}
FILLS = {"large": "#7A848E", "sme": COLOURS["sme"], "vcs": "#009E73", "in-house": COLOURS["in_house"], "project company": "#56B4E9"}


def figure(title: str, alt: str, width: float, height: float, inner: str, left: float = 0.0, below: str = "") -> str:
    """A drawing with its caption; whatever `inner` holds of others' text is escaped already."""
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="{left:.0f} 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(alt)}">'
        f"{inner}</svg>{below}</figure>"
    )


def pair(figures: Iterable[str], kinds: Iterable[str], more: Sequence[str], futures: int) -> str:
    """Both arms, which future they show, and what the colours of `kinds` and the marks mean."""
    return f'<p>{one_future(futures)}</p>{_key(kinds, more)}<div class="cm-pair">{"".join(figures)}</div>'


def one_future(futures: int) -> str:
    """Which of all futures a drawing of one run shows."""
    return f"This is one future, the first of {futures}, from its first month to its last." if futures > 1 else "This is one future."


def _key(kinds: Iterable[str], more: Sequence[str]) -> str:
    there = set(kinds)
    swatches = "".join(f'<span><i style="background:{FILLS[k]}"></i>{KINDS[k]}</span>' for k in KINDS if k in there)
    return f'<p class="cm-key">{swatches}{"".join(f"<span>{escape(text)}</span>" for text in more)}</p>'


def table_of(heads: Sequence[str], rows: Sequence[str]) -> str:
    """A table of rows that are HTML already under headings that are not."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return f'<table class="cm-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
