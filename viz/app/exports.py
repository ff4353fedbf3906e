"""What visitors take home: the results as tables, figures and a report, and their policy as a scenario file."""

from __future__ import annotations

import io
import json
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...experiments.compare import Comparison
from ...experiments.recording import Recording
from ...experiments.scenario_sets import difference
from ...scenarios.files import shipped
from ...scenarios.loading import load_scenario
from ...scenarios.schema import Scenario
from ..figures import pictures
from ..style import save
from .asked import Asked, from_text

OFFERS = {
    "csv": "All figures (CSV)", "parquet": "Month by month, for statistics programs (Parquet)", "png": "Figure (PNG)",
    "svg": "Figure (SVG)", "toml": "My policy (scenario file)", "html": "Report (HTML)",
}  # fmt: skip
MIMES = {
    "csv": "text/csv", "parquet": "application/vnd.apache.parquet", "png": "image/png", "svg": "image/svg+xml", "toml": "application/toml",
    "html": "text/html",
}  # fmt: skip


class UnsayableError(ValueError):
    """What no scenario file can say, in words for the page."""


def made(
    kind: str, found: Comparison, films: tuple[Recording, Recording], policy: Scenario, asked: Asked, point: str = ""
) -> dict[str, Any]:
    """A file for the browser: name, mime and data. `point` is that of a sweep, if one is played. KeyError for a kind there is not."""
    mime = MIMES[kind]
    if kind == "csv":
        data = found.table().to_csv(index=False).encode("utf-8-sig")  # spreadsheets take it for UTF-8 then
    elif kind == "parquet":
        out = io.BytesIO()
        found.monthly.to_parquet(out, index=False)
        data = out.getvalue()
    elif kind == "toml":
        data = scenario_file(asked).encode()
    else:
        with tempfile.TemporaryDirectory() as folder:
            if kind == "html":
                data = (found.report(Path(folder) / "report", ["changemaking", "app"]) / "report.html").read_bytes()
            else:
                files = save(pictures(found)["effects"], folder, "effects", policy.sha256[:12])
                data = next(path for path in files if path.suffix == f".{kind}").read_bytes()
    return {"name": f"{named(policy, asked, point)}.{kind}", "mime": mime, "data": data}


def named(policy: Scenario, asked: Asked, point: str = "") -> str:
    """What a file is called: by the scenario and form, or the point of a sweep, with a few letters that tell two policies apart."""
    parts = [point[:60]] if point else [Path(asked.scenario).stem[:40] if asked.file else asked.scenario, asked.form, asked.place]
    return "-".join(re.sub(r"[^a-zA-Z0-9_]+", "_", part).strip("_") for part in ["changemaking", *parts, policy.sha256[:6]] if part)


def scenario_file(asked: Asked) -> str:
    """What is asked as a scenario file that the command line takes, and the page takes back. UnsayableError if none can say it."""
    baseline, mine = asked.arms()
    raw = _begun_later(asked, baseline) if asked.since else _from_the_start(asked, baseline)
    if dated := _unsaid(raw, mine):
        raw["timeline"] = [*raw.get("timeline", []), *dated]
    head = f"# Made with the workshop app. Use it: changemaking compare FILE{_set_against(raw, baseline)}, or drop it on the page.\n"
    if any(entry.get("shock") for entry in raw.get("timeline", [])):
        head += "# The shocks that are dated here befall both policies on the page; on the command line give the baseline the same.\n"
    text = head + toml(raw)
    if from_text(text, "policy.toml").sha256 != mine.sha256:
        raise UnsayableError("No scenario file can say this policy. The link opens it.")
    return text


def _from_the_start(asked: Asked, baseline: Scenario) -> dict[str, Any]:
    """The scenario started from, with what is set over it."""
    form = asked.scenario in shipped("form") and not asked.file  # by itself a form means today's policy under it
    raw: dict[str, Any] = {"title": "My policy", "extends": baseline.name if form else asked.scenario}
    if form:
        raw["form"] = asked.scenario
    if asked.file:
        raw = tomllib.loads(asked.file)
    if asked.place:
        raw["place"] = asked.place
    raw["policy"] = {**raw.get("policy", {}), **asked.set}
    if asked.form:
        raw["form"] = asked.form
    return _named(raw, baseline)


def _begun_later(asked: Asked, baseline: Scenario) -> dict[str, Any]:
    """Today's policy; that it gives way to another is dated."""
    raw = {"title": "My policy", **(tomllib.loads(asked.file) if asked.file else {})}
    if baseline.name in _shipped():
        raw = {key: value for key, value in raw.items() if key not in ("policy", "form", "timeline")} | {"extends": baseline.name}
    if asked.place:
        raw["place"] = asked.place
    return _named(raw, baseline)


def _named(raw: dict[str, Any], baseline: Scenario) -> dict[str, Any]:
    """With its baseline, unless that is a file of the visitor's own or was taken elsewhere."""
    return raw if "baseline" in raw or not _is_shipped(baseline) else {**raw, "baseline": baseline.name}


def _set_against(raw: Mapping[str, Any], baseline: Scenario) -> str:
    """What the command line must be told of a baseline that the file cannot name, since it was taken to another place or other months."""
    if "baseline" in raw or baseline.name not in _shipped():
        return ""
    moved = {"place": baseline.place.name, "horizon.start": baseline.horizon.start, "horizon.months": baseline.horizon.months}
    return f" --baseline {baseline.name}" + "".join(f" --set {key}={value}" for key, value in moved.items())


def _is_shipped(scenario: Scenario) -> bool:
    """Whether it is a shipped one where and when that is at home."""
    return scenario.name in _shipped() and not difference(load_scenario(scenario.name), scenario)


def _shipped() -> set[str]:
    return set(shipped("scenario") | shipped("case"))


def _unsaid(raw: Mapping[str, Any], mine: Scenario) -> list[dict[str, Any]]:
    """The dated changes of a scenario that its file does not say yet."""
    said = list(from_text(toml(raw), "policy.toml").timeline)
    found = []
    for change in mine.timeline:
        if change in said:
            said.remove(change)
        else:
            found.append(change.model_dump(mode="json", exclude_defaults=True))
    return found


def toml(raw: Mapping[str, Any]) -> str:
    """A table as TOML: plain keys first, then a heading for each table in it."""
    plain = [f"{_key(key)} = {_value(value)}" for key, value in raw.items() if not isinstance(value, Mapping)]
    tables = [(key, value) for key, value in raw.items() if isinstance(value, Mapping) and value]
    text = "\n".join(plain) + "\n"
    for key, value in tables:
        text += f"\n[{_key(key)}]\n" + "".join(f"{_key(k)} = {_value(v)}\n" for k, v in value.items())
    return text


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isascii() and key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # a date
