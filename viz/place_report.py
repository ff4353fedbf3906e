"""The data-quality report of a place: what came in, what was excluded and why, what is unknown, what was assumed, what matters.

One HTML file that needs nothing else: figures are embedded, there is no script and no reference to anywhere. Whatever comes
from the files is escaped by the template.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import words
from .page import write_page
from .place_figures import check_figure, group_name, known_figure, matters_figure, short_name
from .place_words import UNKNOWN, about_place, figure_number, pounds, times
from .style import Picture, svg_of

if TYPE_CHECKING:
    from ..experiments.place_check import PlaceCheck
    from ..experiments.place_sensitivity import Effect, Sensitivity
    from ..places.building import Built

MOST_EFFECTS = 15


def write_place_report(built: Built, path: Path, check: PlaceCheck | None = None, matters: Sensitivity | None = None) -> Path:
    """Write the report of a built place to `path`; without `check` or `matters` those parts say that they were not made.

    Raises OSError if it cannot write.
    """
    return write_page(
        "place.html",
        path,
        title=built.place["title"],
        name=built.name,
        council=built.council.name,
        told=in_short(built, check, matters),
        facts=about_place(built),
        files=payment_files(built),
        notices=notice_files(built),
        bodies=bodies(built),
        excluded=excluded(built),
        rejected=rejected(built),
        local=built.data.local,
        has_postcodes=bool(built.data.local_postcodes),
        known=picture(known_figure(built), "known"),
        figures=figures(built),
        unknown=[
            {"name": UNKNOWN.get(name, group_name(name)), "low": low, "high": high} for name, (low, high) in built.data.unknown.items()
        ],
        matched=matched(built),
        sources=sources(built),
        check=picture(check_figure(check), "check") if check else None,
        distances=distances(check) if check else [],
        seeds=check.seeds if check else 0,
        matters=picture(matters_figure(matters), "matters") if matters else None,
        effects=effects(matters) if matters else [],
        moved=matters,
        left_out=[{"what": what, "why": why} for what, why in matters.left_out.items()] if matters else [],
        notes=built.notes,
        pounds=built.data.pounds,
        data=built.data,
        attribution=built.place["attribution"],
        version=version(),
    )


def version() -> str:
    from .. import __version__

    return __version__


def picture(figure: Picture, name: str) -> dict[str, str]:
    """A figure as the template embeds it."""
    data = base64.b64encode(svg_of(figure, name)).decode()
    return {"source": f"data:image/svg+xml;base64,{data}", "alt": figure.alt}


def in_short(built: Built, check: PlaceCheck | None, matters: Sensitivity | None) -> list[str]:
    """The report in a few sentences."""
    found, told = built.data.found, []
    if found.rows_read:
        share = found.pence_used / found.pence_read if found.pence_read else 0.0
        told.append(
            f"Of {words.count(found.rows_read, 'row')} of payments, {pounds(found.pence_read)}, "
            f"{found.rows_used:,} {'was' if found.rows_used == 1 else 'were'} used ({share:.0%} of the money), "
            f"{found.rows_excluded:,} excluded for a stated reason and {found.rows_rejected:,} rejected."
        )
    if found.awards:
        told.append(f"{words.count(found.awards, 'award')} {'was' if found.awards == 1 else 'were'} read from notices.")
    wide = [UNKNOWN.get(name, group_name(name)) for name, (low, high) in built.data.unknown.items() if high - low >= 0.5]
    if wide:
        told.append(f"Not known for at least half of the money: the share {words.listed(wide, 'or')}.")
    kinds = sources(built)["counts"]
    numbers = f"{kinds['data']:,} come from data, {kinds['evidence']:,} from evidence, {kinds['assumed']:,} are assumed"
    told.append(f"Of the place's numbers, {numbers}.")
    if check:
        far = [f"{what} {share:.1%}" for what, share in check.distances.items() if not what.startswith("size")]
        size = ""
        if "size" in check.distances:
            one = "supplier" if check.sizes_of == "supplier" else "contract"
            by_one, by_pound = (times(check.distances[what]) for what in ("size", "size by money"))
            size = "; nothing was simulated whose size could be compared"
            if math.isfinite(check.distances["size"]):
                size = f"; sizes are {by_one} off where each {one} counts once, {by_pound} where each pound does"
        told.append(f"In its first simulated year, money lies elsewhere than the data allow by {words.listed(far)}{size}.")
    if matters:
        first = [short_name(e.what, e.side) for e in matters.ranked("quality") if e.clear][:3]
        seeds = words.count(matters.seeds, "seed")
        told.append(
            f"What moves the quality of service most, of what is clear of chance at {seeds}: {words.listed(first)}."
            if first
            else f"Nothing moved the quality of service further than chance at {seeds}."
        )
    return told


def payment_files(built: Built) -> list[dict[str, Any]]:
    """Each payment file: how it was read, and where its rows went."""
    made = []
    for a in built.read.spending.accounts if built.read.spending else ():
        out = list(a.excluded.values())
        excluded = f"{words.count(sum(t.rows for t in out), 'row')}, {pounds(sum(t.pence for t in out))}"
        made.append(
            {
                "file": a.file, "kind": a.kind, "encoding": a.encoding, "heading_row": a.heading_row, "dates": a.dates, "basis": a.basis,
                "mapping": a.mapping, "read": tally_text(a.read), "used": tally_text(a.used), "notes": a.notes,
                "excluded": excluded, "rejected": tally_text(a.rejected),
                "total": "none printed" if a.total is None else f"{pounds(a.total)}, {'agrees' if a.agrees else 'does not agree'}",
                "span": f"{a.first} to {a.last}" if a.first else "no dates",
            }
        )  # fmt: skip
    return made


def tally_text(tally: Any) -> str:
    return f"{words.count(tally.rows, 'row')}, {pounds(tally.pence)}"


def notice_files(built: Built) -> list[dict[str, Any]]:
    """Each file of notices: what was read, used, set aside."""
    return [
        {
            "file": a.file, "kind": a.kind, "read": f"{a.read:,}", "awards": f"{a.awards:,}", "money": pounds(a.pence["GBP"]),
            "aside": counted([*a.aside.most_common(), *a.awards_aside.most_common()]),
            "rejected": f"{a.rejected.total() + a.awards_rejected.total():,}", "notes": counted(a.notes.most_common()),
        }
        for a in (built.read.notices.accounts if built.read.notices else ())
    ]  # fmt: skip


def bodies(built: Built) -> list[dict[str, Any]]:
    """What came from which body: the first of each kind of file, and the others together by what they are taken for."""
    from ..places.building.bodies import MOST_TOLD

    shown = []
    for what in ("payments", "awards"):
        mine = [one for one in built.read.bodies if one.what == what]
        shown += mine[:MOST_TOLD]
        rest = mine[MOST_TOLD:]
        for taken in dict.fromkeys(one.taken for one in rest):
            these = [one for one in rest if one.taken == taken]
            rows, pence = (sum(getattr(one, unit) for one in these) for unit in ("rows", "pence"))
            shown.append(replace(these[0], body=f"{words.count(len(these), 'other')}", rows=rows, pence=pence))
    return [
        {"body": b.body, "what": b.what, "many": f"{b.rows:,} {b.unit}", "money": pounds(b.pence), "taken": b.taken, "counted": b.counted}
        for b in shown
    ]


def counted(pairs: list[tuple[str, int]]) -> list[str]:
    return [f"{why}: {n:,}" for why, n in pairs]


def excluded(built: Built) -> list[dict[str, str]]:
    """Payments excluded, by reason."""
    sums: dict[str, list[int]] = {}
    for a in built.read.spending.accounts if built.read.spending else ():
        for reason, tally in a.excluded.items():
            rows = sums.setdefault(reason, [0, 0])
            rows[0], rows[1] = rows[0] + tally.rows, rows[1] + tally.pence
    ordered = sorted(sums.items(), key=lambda item: -abs(item[1][1]))
    return [{"reason": reason, "rows": f"{rows:,}", "money": pounds(pence)} for reason, (rows, pence) in ordered]


def rejected(built: Built) -> list[dict[str, str]]:
    """Payments rejected, by reason; each row stands in rejects.csv."""
    sums: dict[str, int] = {}
    for a in built.read.spending.accounts if built.read.spending else ():
        for reason, rows in a.rejected_for.items():
            sums[reason] = sums.get(reason, 0) + rows
    return [{"reason": reason, "rows": f"{rows:,}"} for reason, rows in sorted(sums.items(), key=lambda item: -item[1])]


def figures(built: Built) -> list[dict[str, Any]]:
    """Every figure drawn from the files, its definition and its lines."""
    made = []
    for figure in built.figures:
        lines = [
            {
                "group": group_name(line.group, "sector" if "sector" in figure.name else ""), "measure": line.measure,
                "low": figure_number(line.low, line.unit), "high": figure_number(line.high, line.unit),
                "likely": figure_number(line.likely, line.unit) if line.likely is not None else "",
            }
            for line in figure.lines
        ]  # fmt: skip
        made.append({"name": figure.name, "definition": figure.definition, "lines": lines, "notes": figure.notes})
    return made


def matched(built: Built) -> dict[str, Any] | None:
    """How suppliers were joined to the user's tables."""
    if built.matches is None:
        return None
    methods: dict[str, int] = {}
    for match in built.matches.matched:
        methods[match.method] = methods.get(match.method, 0) + 1
    near = [f"{row.key}: {words.listed([f'{name} ({score:g})' for name, score in row.candidates])}" for row in built.matches.ambiguous[:50]]
    return {"methods": methods, "unmatched": len(built.matches.unmatched), "ambiguous": len(built.matches.ambiguous), "near": near}


def sources(built: Built) -> dict[str, Any]:
    """Where the place's numbers come from: counts by kind, and a row a source."""
    from ..scenarios.paths import best, numbers

    place = {key: value for key, value in built.place.items() if key != "sources"}
    members: dict[str, int] = {}
    for key, _ in numbers(place):
        pattern = best(built.place["sources"], key) or ""
        members[pattern] = members.get(pattern, 0) + 1
    counts = {"data": 0, "evidence": 0, "assumed": 0}
    rows = []
    for pattern, many in members.items():
        note = built.place["sources"].get(pattern, {})
        kind = "assumed" if "assumed" in note else "evidence" if "evidence" in note else "data"
        counts[kind] += many
        span = " to ".join(f"{end:,.10g}" for end in note["assumed"]) if "assumed" in note else ""
        after = "; ".join(filter(None, (note.get("data"), note.get("evidence"))))
        rows.append({"key": pattern, "many": f"{many:,}", "kind": kind, "span": span, "after": after, "note": note.get("note", "")})
    return {"counts": counts, "rows": sorted(rows, key=lambda row: (row["kind"] != "assumed", row["key"]))}


def distances(check: PlaceCheck) -> list[dict[str, str]]:
    """The distances of the check in words."""
    names = {"kind": "kind of provider", "ring": "where the provider is", "sector": "sector"}
    made = [{"what": names[what], "far": f"{share:.1%} of the money"} for what, share in check.distances.items() if what in names]
    if "size" in check.distances:
        what = "what a supplier gets in a year" if check.sizes_of == "supplier" else "value of a contract or award"
        made.append({"what": f"size: {what}, each counted once", "far": times(check.distances["size"], 2)})
        made.append({"what": f"size: {what}, each pound counted once", "far": times(check.distances["size by money"], 2)})
    return made


def effects(matters: Sensitivity) -> list[dict[str, Any]]:
    """For each measure, what moves it most and what that does to a policy's effect."""
    made = []
    for measure in dict.fromkeys(e.measure for e in matters.effects):
        known = words.known(measure)
        ranked: Sequence[Effect] = matters.ranked(measure)[:MOST_EFFECTS]
        rows = [
            {
                "what": short_name(e.what, e.side),
                "change": words.change(*(e.change[0], known.unit, e.change[1], e.change[2])),
                "interval": words.interval(e.change[1], e.change[2], known.unit),
                "effect": words.change(e.change_of_difference[0], known.unit, *e.change_of_difference[1:])
                if e.change_of_difference
                else "–",
                "clear": "yes" if e.clear else "not clear of chance",
            }
            for e in ranked
        ]
        base = ranked[0] if ranked else None
        made.append(
            {
                "measure": known.label,
                "base": words.amount(base.base, known.unit) if base else "",
                "effect": words.change(base.base_difference, known.unit, base.base_difference, base.base_difference) if base else "",
                "rows": rows,
            }
        )
    return made
