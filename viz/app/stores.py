"""Stores of sweeps that the page may show: those named when the app was started, and no others."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from ...experiments.analyses.reporting import report
from ...experiments.errors import RunError, UsageError
from ...experiments.sweeps.store import open_store
from ...scenarios.schema import Scenario
from .. import words
from ..style import svg_of
from ..sweep_report import CAPTIONS, answer, drawn
from .drawing import table_of
from .plain import label, plain
from .points import points, told, where

_folders: dict[str, Path] = {}


def allow(folders: list[Path]) -> None:
    """Name the stores that visitors may look at: by their folders, those of one name numbered as they were given."""
    _folders.clear()
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        alike = sum(other.name == folder.name for other in _folders.values())
        _folders[f"{folder.name} ({alike + 1})" if alike else folder.name] = folder


def names() -> list[str]:
    """STORE / SWEEP for all sweeps there are at this moment; a store that cannot be read is named and said to be so."""
    found = []
    for name, folder in _folders.items():
        try:
            found += [f"{name} / {sweep}" for sweep in open_store(folder).sweeps]
        except (RunError, UsageError, OSError):
            found.append(f"{name} (cannot be read just now)")
    return found


def shown(which: str) -> str:
    """A sweep as HTML: what was asked, how far it is, its effects over all points, its points to play."""
    if not which:
        return ""
    try:
        sweep = _sweep(which)
        missing = len(sweep.missing())
    except (RunError, UsageError, OSError, KeyError, ValueError):
        return "<p>This store cannot be read: it is being written just now, or damaged. Running the sweep again mends a store.</p>"
    design = sweep.design
    counts = ((design.points, "point"), (design.arms, "arm"), (design.seeds, "seed"))
    head = f"<h3>{escape(design.name)}</h3><p>{', '.join(words.count(len(of), name) for of, name in counts)}.</p>"
    if missing:
        damaged = len(dict.fromkeys(sweep.store.damaged))
        why = f"{words.count(damaged, 'file')} of the store cannot be read" if damaged else "it is being written, or was stopped"
        head += f"<p>{missing} runs are still missing: {why}. Running the sweep again makes them; figures wait until it is whole.</p>"
    return head + ("" if missing else _found(which, len(sweep.runs))) + points(sweep.design)


@lru_cache(32)
def _found(which: str, runs: int) -> str:
    """The answer of a sweep's analysis and its figures, as its report has them; worked out again when there are more runs."""
    found = report(_sweep(which))
    try:
        pictures = drawn(found)
    except (UsageError, RunError, ValueError):
        pictures = {}
    figures = ""
    for name, picture in pictures.items():
        source = f"data:image/svg+xml;base64,{base64.b64encode(svg_of(picture, name)).decode()}"
        figures += f'<figure><figcaption>{escape(CAPTIONS[name])}</figcaption><img src="{source}" alt="{escape(picture.alt)}"></figure>'
    return f"<p>{escape(plain(answer(found)))}</p>{figures}{_effects(found.effects)}"


def _sweep(which: str) -> Any:
    name, _, sweep = which.partition(" / ")
    return open_store(_folders[name]).sweep(sweep)


def _effects(effects: Any) -> str:
    rows = []
    for e in effects.itertuples():
        if e.arm == e.baseline:
            continue
        m = words.known(e.measure)
        what = words.verdict(float(e.low), float(e.high), m.better)
        cells = (
            label(m),
            e.arm,
            words.change(float(e.difference), m.unit, float(e.low), float(e.high)),
            words.interval(float(e.low), float(e.high), m.unit),
        )
        told = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        rows.append(f'<tr>{told}<td class="cm-verdict {what}">{words.SIGN[what]} {escape(words.MEANING[what])}</td></tr>')
    heads = ("Measure", "Arm", f"Difference from {effects['baseline'].iloc[0]}", "95% interval", "Verdict")
    return f"<h3>Over all points</h3>{table_of(heads, rows)}"


@dataclass(frozen=True)
class Point:
    """A point of a sweep to be played: an arm there and the first one, named as in the sweep; their titles on the page; itself in words."""

    baseline: Scenario
    policy: Scenario
    titles: tuple[str, str]
    told: str


def point(which: str, key: str) -> Point | None:
    """The arm and point that `key` names, “3:four”; none if there is no such, or its store cannot be read."""
    try:
        sweep = _sweep(which)
        design = sweep.design
        at, arm = int(key.partition(":")[0]), key.partition(":")[2]
        base = next(iter(design.arms))
        texts = dict(zip(*(sweep.store.table("scenarios")[c].to_pylist() for c in ("sha256", "contents")), strict=True))
        made = [Scenario.from_canonical(texts[sweep.scenarios[at, which_arm]]) for which_arm in (base, arm)]
        named = [(base, base), (arm, arm) if arm != base else (f"{arm}_again", arm)]  # names tell the two apart, wherever they are tabled
        called = [
            one.model_copy(update={"name": name, "title": title + where(design, at)})
            for one, (name, title) in zip(made, named, strict=True)
        ]
        return Point(called[0], called[1], (base, arm), f"{told(design, at, arm)} (sweep {which})")
    except (RunError, UsageError, OSError, KeyError, ValueError, IndexError):
        return None
