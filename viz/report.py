"""The one-page report: what was asked, what was found, how sure we are, and how to get it again.

One HTML file that needs nothing else: figures are embedded, there is no script and no reference to anywhere. All text
that comes from scenarios is escaped by the template.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from . import words
from .page import write_page
from .reading import pairs, paths_name, rows, title

CAPTIONS = {
    "effects": "What each policy changes, measure by measure",
    "money": "Where the money goes",
    "principles": "The five principles",
}
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}


def embedded(path: Path) -> str:
    """A picture as a data URI. Raises OSError if it cannot be read, ValueError if it is neither SVG nor PNG."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"{path}: a report takes .svg and .png, not {path.suffix!r}")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def caption(path: Path, comparison: Any) -> str:
    """What stands below a figure, by its file name."""
    monthly = {paths_name(s, b): f"Month by month: {title(comparison, s)} against {title(comparison, b)}" for s, b in pairs(comparison)}
    return CAPTIONS.get(path.stem) or monthly.get(path.stem) or path.stem.replace("-", " ").capitalize()


def question(asked: Sequence[tuple[str, str]]) -> str:
    """What the report answers, from the titles of policies and baselines."""
    if not asked:
        return "Nothing was compared."
    policies, baselines = (list(dict.fromkeys(f"“{name}”" for name in names)) for names in zip(*asked, strict=True))
    if len(baselines) == 1:
        return f"What changes when {baselines[0]} gives way to {words.listed(policies, 'or')}?"
    return f"What changes with {words.listed(policies)}?"


def table(comparison: Any, scenario: str, baseline: str) -> list[dict[str, Any]]:
    """The whole table of one comparison as text: sections with a heading and rows."""
    found = rows(comparison, scenario, baseline)
    out = []
    for heading, names in words.sections(list(found)):
        lines = []
        for name in names:
            e, m = found[name], words.known(name)
            low, high = float(e.low), float(e.high)
            what = words.verdict(low, high, m.better)
            lines.append(
                {
                    "label": m.label,
                    "about": m.meaning,
                    "baseline": words.amount(float(e.baseline_mean), m.unit),
                    "policy": words.amount(float(e.policy_mean), m.unit),
                    "difference": words.change(float(e.difference), m.unit, low, high),
                    "interval": words.interval(low, high, m.unit),
                    "verdict": what,
                    "sign": words.SIGN[what],
                    "meaning": words.MEANING[what],
                }
            )
        out.append({"heading": heading, "rows": lines})
    return out


def seeds(comparison: Any) -> tuple[int, int]:
    """The smallest and the largest number of pairs behind an effect."""
    used = [int(n) for n in comparison.effects["seeds"]]
    return (min(used), max(used)) if used else (0, 0)


def pairing(comparison: Any) -> dict[str, str]:
    """What pairing by seed saved, as a range over the measures: how many times the seeds it would have taken without."""
    ratios = []
    for e in comparison.effects.itertuples(index=False):
        together, apart = float(e.sd_paired), float(e.sd_unpaired)
        if together > 0 and apart > 0 and str(e.measure) in words.MAIN:
            ratios.append((apart / together) ** 2)
    if not ratios:
        return {}
    return {
        "median": _times(statistics.median(ratios)),
        "low": _times(min(ratios)),
        "high": _times(max(ratios)),
        "helped": str(sum(r > 1 for r in ratios)),
        "of": str(len(ratios)),
    }


def _times(ratio: float) -> str:
    return words.amount(ratio, "", 2)


def _plain(record: Any) -> dict[str, Any]:
    """A record, whatever its form, as a dict."""
    if record is None:
        return {}
    if isinstance(record, Mapping):
        return dict(record)
    for method in ("model_dump", "to_dict", "as_dict"):
        if hasattr(record, method):
            return dict(getattr(record, method)())
    if is_dataclass(record) and not isinstance(record, type):
        return asdict(record)
    raise TypeError(f"a record must be a mapping, got {type(record).__name__}")


def notes(comparison: Any) -> list[str]:
    """What a reader must know about how complete the runs are; nothing if all went well."""
    out = []
    if getattr(comparison, "partial", False):
        out.append("This is a partial result: the comparison was stopped before all its runs were made.")
    if failures := getattr(comparison, "failures", []):
        one = failures[0]
        out.append(f"{words.count(len(failures), 'run')} failed and left out, the first {one.scenario} with seed {one.seed}: {one.error}")
    return out


def contents(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """The scenarios of a record: name, fingerprint and contents as indented JSON."""
    found = record.get("scenarios") or {}
    items = found.items() if isinstance(found, Mapping) else [(str(s.get("name", i)), s) for i, s in enumerate(found)]
    out = []
    for name, entry in items:
        entry = dict(entry) if isinstance(entry, Mapping) else {"contents": entry}
        print_ = next((str(entry[k]) for k in ("fingerprint", "hash", "sha256") if k in entry), "")
        inside = next((entry[k] for k in ("contents", "scenario", "content") if k in entry), entry)
        out.append({"name": str(name), "fingerprint": print_, "contents": json.dumps(inside, indent=1, ensure_ascii=False, default=str)})
    return out


def facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The short entries of a record, one line each: fingerprint, versions, platform, state of the code."""
    out = []
    for key, value in record.items():
        if key in ("scenarios", "format", "schema", "seeds", "runs", "files", "failures", "asked", "pairs", "sealed"):
            continue
        if key == "git" and isinstance(value, Mapping):
            key, value = "code", f"{value.get('commit', '')}{', with changes not committed' if value.get('dirty') else ''}"
        elif key == "command" and isinstance(value, (list, tuple)):
            value = shlex.join(map(str, value))
        elif isinstance(value, Mapping):
            value = ", ".join(f"{k} {v}" for k, v in value.items())
        elif isinstance(value, (list, tuple)):
            value = ", ".join(map(str, value))
        if value not in ("", None):
            out.append((str(key).replace("_", " ").capitalize(), str(value)))
    return out


def sources(scenario: Any) -> dict[str, Any]:
    """Where the numbers of a scenario come from: a sentence that counts them, and a row each (the place's by source)."""
    from ..scenarios.provenance import parameter_sources

    rows = parameter_sources(scenario)
    kinds = [row.kind for row in rows if not row.key.startswith("place.")]
    known, assumed, bare = kinds.count("evidence") + kinds.count("data"), kinds.count("assumed"), kinds.count("none")
    lacking = f"; {words.count(bare, 'has', 'have')} no source" if bare else ""
    told = (
        f"In “{scenario.title}”, of {len(kinds)} numbers of rules, policy and clauses, "
        f"{words.count(known, 'rests', 'rest')} on evidence or data and {words.count(assumed, 'is', 'are')} assumed within a "
        f"range{lacking}. Those of the place stand together by source."
    )
    listed = [{"key": r.key, "value": f"{r.value} {r.unit}".strip(), "source": source_text(r)} for r in rows]
    return {"told": told, "rows": listed}


def _sources_of(comparison: Any) -> dict[str, Any]:
    """Those of the first policy; nothing if it is not there to be asked."""
    first = next((comparison.scenarios.get(policy) for policy, _ in comparison.pairs), None) if hasattr(comparison, "scenarios") else None
    return sources(first) if hasattr(first, "parameters") else {}


def source_text(row: Any) -> str:
    """A source, its range and its note; of a place, whose numbers share a source, the range of all would say nothing."""
    span = "" if row.low is None or row.high is None or row.key.startswith("place.") else f", {row.low:g} to {row.high:g}"
    return f"{row.source}{span}" + (f" ({row.note})" if row.note else "")


def write_report(comparison: Any, folder: str | os.PathLike[str], figures: Sequence[tuple[Path, str]], record: Any = None) -> Path:
    """Write report.html into `folder` (made if missing) and return its path.

    `figures` are (path, text alternative) as `comparison_figures` returns them; `record` is the manifest of the runs, a
    mapping with the scenarios' contents and fingerprints. Raises OSError if a figure cannot be read or the page not be
    written; then nothing is left behind.
    """
    manifest = _plain(record)
    if "scenarios" not in manifest and (worlds := getattr(comparison, "scenarios", None)):
        manifest["scenarios"] = {
            name: {"contents": s.model_dump(mode="json") if hasattr(s, "model_dump") else s} for name, s in worlds.items()
        }
    few, many = seeds(comparison)
    compared: list[dict[str, Any]] = []
    for i, (scenario, baseline) in enumerate(pairs(comparison)):
        policy, base = title(comparison, scenario), title(comparison, baseline)
        told = words.summary(list(rows(comparison, scenario, baseline).values()), policy, base)
        if hasattr(comparison, "same") and (same := comparison.same(scenario, baseline)):
            told = [("unknown", same)]  # where nothing can differ there is nothing to count
        compared.append(
            {
                "id": f"comparison-{i + 1}",
                "policy": policy,
                "baseline": base,
                "lead": told[0][1],
                "told": [{"verdict": what, "sign": words.SIGN[what], "text": text} for what, text in told[1:]],
                "sections": table(comparison, scenario, baseline),
            }
        )
    tested = sum(len(s["rows"]) for c in compared for s in c["sections"])
    return write_page(
        "report.html",
        Path(folder) / "report.html",
        question=question([(c["policy"], c["baseline"]) for c in compared]),
        compared=compared,
        figures=[{"source": embedded(Path(p)), "alt": alt, "caption": caption(Path(p), comparison)} for p, alt in figures],
        seeds=words.count(many, "pair of runs", "pairs of runs") if few == many else f"{few:,} to {many:,} pairs of runs",
        interval=str(getattr(comparison, "interval", "")),
        notes=notes(comparison),
        pairing=pairing(comparison),
        tested=tested,
        by_chance=words.by_chance(tested),
        sources=_sources_of(comparison),
        scenarios=contents(manifest),
        facts=facts(manifest),
    )
