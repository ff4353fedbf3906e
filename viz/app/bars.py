"""Contracts of the district's commissioners as bars over time: who, in which phase, with changes, disputes and bad ends."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from ...experiments.recording import Link, Recording
from ..numbers import money
from .drawing import FILLS, figure, pair, table_of
from .event_words import named

WIDTH, LINE, LEFT, SPAN, TOP = 730.0, 17.0, 185.0, 520.0, 20.0
STRENGTH = (0.35, 0.65, 1.0)  # of a bar's colour while it is designed, built and run
MARKS = ("pale: designed, darker: built, full: run", "dots: changes and disputes", "✕: broken or failed")
BAD = ("break", "failure")


def bars(films: Sequence[Recording], titles: Sequence[str], futures: int = 1, most: int = 40) -> str:
    """Both arms, the largest contracts of each."""
    rows = [_largest(f, most) for f in films]
    kinds = {row.kind for of in rows for row in of}
    return pair([_bars(f, title, of, most) for f, title, of in zip(films, titles, rows, strict=True)], kinds, MARKS, futures)


def _largest(f: Recording, most: int) -> list:
    rows = sorted((row for row in f.outcome.contracts if row.focal and row.operated), key=lambda row: (-row.value, row.number))[:most]
    return sorted(rows, key=lambda row: (row.service, row.first))


def _bars(f: Recording, title: str, rows: list, most: int) -> str:
    links = {link.number: link for link in f.links}
    sectors = frozenset(i.sector for i in f.institutions)
    changes: dict[int, list[int]] = {}
    for e in f.outcome.events:
        if e.kind in ("change", "dispute") and e.contract >= 0:
            changes.setdefault(e.contract, []).append(e.month)
    out, table = [], []
    for i, row in enumerate(rows):
        y = TOP + i * LINE
        who = named(row.provider, sectors)
        a, b = max(0, row.first), min(f.months, row.first + row.months)
        parts = list(_phases(f, links[row.number])) if row.number in links else [(a, max(b, a + 1), 2)]
        about = escape(f"{row.service}, {who}: {money(row.value)}, {row.end}")
        out.append(f'<text x="{LEFT - 5:.0f}" y="{y + 10:.0f}" text-anchor="end" class="s">{escape(row.service[:28])}</text>')
        for begin, end, phase in parts:
            out.append(
                f'<rect x="{_x(f, begin):.1f}" y="{y:.0f}" width="{_x(f, end) - _x(f, begin):.1f}" height="12" '
                f'fill="{FILLS.get(row.kind, FILLS["large"])}" fill-opacity="{STRENGTH[phase]}"><title>{about}</title></rect>'
            )
        out += [
            f'<circle cx="{_x(f, m):.1f}" cy="{y + 6:.0f}" r="2" fill="#fff" stroke="#1F2933"/>' for m in changes.get(row.number, ())[:30]
        ]
        if row.end in BAD:
            last = _x(f, max(end for _, end, _ in parts))
            out.append(f'<text x="{last + 1:.1f}" y="{y + 11:.0f}" style="fill:var(--worse)" font-weight="bold">✕</text>')
        cells = (row.service, who, money(row.value), row.end)
        table.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    which = f"all {len(rows)} contracts" if len(rows) < most else f"the {len(rows)} largest contracts"
    ended_badly = sum(row.end in BAD for row in rows)
    alt = f"{title}: {which} over time; {ended_badly} were broken or failed."
    told = f"<details><summary>As a table</summary>{table_of(('Service', 'Provider', 'Paid', 'Ended by'), table)}</details>"
    caption = f"{title}: {which}, {ended_badly} broken or failed"
    return figure(caption, alt, WIDTH, TOP + 6 + len(rows) * LINE, _years(f, len(rows)) + "".join(out), below=told)


def _x(f: Recording, month: float) -> float:
    return LEFT + SPAN * month / f.months


def _phases(f: Recording, link: Link) -> Iterator[tuple[int, int, int]]:
    """The months of a contract, cut where its phase changes: from, to, which."""
    phases = f.phase[link.offset : link.offset + link.months].tolist()
    begin = 0
    for i in range(1, len(phases) + 1):
        if i == len(phases) or phases[i] != phases[begin]:
            yield link.first + begin, link.first + i, min(phases[begin], len(STRENGTH) - 1)
            begin = i


def _years(f: Recording, rows: int) -> str:
    start = int(f.outcome.start[:4]) + (int(f.outcome.start[5:]) - 1) / 12
    out = []
    for year in range(math.ceil(start), math.ceil(start + f.months / 12), 2 if f.months > 96 else 1):
        x = _x(f, (year - start) * 12)
        out.append(
            f'<text x="{x:.0f}" y="13" text-anchor="middle" class="s">{year}</text>'
            f'<path d="M{x:.0f} 16V{TOP + rows * LINE:.0f}" stroke="currentColor" stroke-opacity=".15"/>'
        )
    return "".join(out)
