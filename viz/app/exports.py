"""What visitors take home: the results as tables, figures and a report, and their policy as a scenario file."""

from __future__ import annotations

import io
import json
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...experiments.compare import Comparison
from ...experiments.recording import Recording
from ...scenarios.schema import Scenario
from ..figures import pictures
from ..style import save
from .asked import Asked

OFFERS = {
    "csv": "All figures (CSV)", "parquet": "Month by month (Parquet)", "png": "Figure (PNG)", "svg": "Figure (SVG)",
    "toml": "My policy (scenario file)", "html": "Report (HTML)",
}  # fmt: skip
MIMES = {
    "csv": "text/csv", "parquet": "application/vnd.apache.parquet", "png": "image/png", "svg": "image/svg+xml", "toml": "application/toml",
    "html": "text/html",
}  # fmt: skip


def made(kind: str, found: Comparison, films: tuple[Recording, Recording], policy: Scenario, asked: Asked) -> dict[str, Any]:
    """A file for the browser: name, mime and data. KeyError for a kind there is not."""
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
    return {"name": f"changemaking.{kind}", "mime": mime, "data": data}


def scenario_file(asked: Asked) -> str:
    """What is asked as a scenario file that the command line takes, and the page takes back."""
    if asked.file:
        raw = tomllib.loads(asked.file)
        raw.setdefault("policy", {}).update(asked.set)
    else:
        raw = {"title": "My policy", "extends": asked.scenario, "policy": dict(asked.set)}
    if asked.form:
        raw["form"] = asked.form
    baseline, mine = asked.arms()
    if not raw.get("baseline") and asked.scenario != baseline.name:
        raw["baseline"] = baseline.name
    elif not asked.file:
        raw["baseline"] = asked.scenario
    shocks = [c for c in mine.timeline if c.shock in ("budget", "demand") and c.size in (asked.budget, asked.demand)]
    if asked.budget or asked.demand:
        raw["timeline"] = [*raw.get("timeline", []), *({"month": c.month, "shock": c.shock, "size": c.size} for c in shocks)]
    head = "# Made with the workshop app. Use it: changemaking compare FILE, or drop it on the page.\n"
    if asked.budget or asked.demand:
        head += "# The changes of money and demand befell both policies there; here they befall this one, so give its baseline the same.\n"
    return head + toml(raw)


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
