"""JSON Schema of scenario and place files, for editors that complete and check TOML."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from .building import KEYS
from .case import Case
from .clauses import clause_names, clause_settings
from .files import shipped
from .parameters import Parameters
from .schema import Change, ClauseUse, Horizon, Place, Policy, Rules, SourceNote, Switches, Weights

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PARTIAL = (Policy, Parameters, Horizon, Weights)  # a file that extends another gives only what differs


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of the scenario *file* format (not of a loaded scenario)."""
    models = (Case, Policy, Parameters, Horizon, Switches, Rules, Change, SourceNote, ClauseUse, Weights)
    _, schema = models_json_schema([(model, "validation") for model in models], ref_template="#/$defs/{model}")
    definitions = schema["$defs"]
    for model in PARTIAL:
        definitions[model.__name__].pop("required", None)
    named = {"type": "string", "enum": list(clause_names())}
    definitions["ClauseUse"]["properties"]["name"] |= named
    definitions["ClauseUse"]["allOf"] = [_settings(name) for name in clause_names()]
    clauses = definitions["Policy"]["properties"]["clauses"]
    clauses["items"] = {"anyOf": [clauses["items"], named]}

    def table(name: str) -> dict[str, str]:
        return {"$ref": f"#/$defs/{name}"}

    properties = {
        "title": {"type": "string"},
        "description": {"type": "string"},
        "baseline": {
            "type": "string",
            "description": "What it is compared with: a shipped scenario or a path",
            "examples": list(shipped("scenario")),
        },
        "extends": {
            "type": "string",
            "description": "A shipped scenario or a path relative to this file",
            "examples": list(shipped("scenario")),
        },
        "form": {
            "type": "string",
            "description": "A partnership form whose terms lie under the policy: a shipped one or a path",
            "examples": list(shipped("form")),
        },
        "place": {"type": "string", "description": "A shipped place or a path relative to this file", "examples": list(shipped("place"))},
        "case": table("Case"),
        "place_changes": {"type": "object", "description": 'Dotted keys into the place, lists by name: "services.*.volatility" = 0.4'},
        "policy": table("Policy"),
        "parameters": table("Parameters"),
        "horizon": table("Horizon"),
        "switches": table("Switches"),
        "rules": table("Rules"),
        "timeline": {"type": "array", "items": table("Change")},
        "sources": {"type": "object", "additionalProperties": table("SourceNote"), "description": "Keys with *, the most specific wins"},
    }
    return {
        "$schema": DRAFT,
        "title": "changemaking scenario file",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: properties[key] for key in KEYS},
        "$defs": definitions,
    }


def _settings(clause: str) -> dict[str, Any]:
    """The settings of one clause, which hold where a table names it."""
    properties = {}
    for name, row in clause_settings(clause).items():
        (low, high), kind = row.accepts, "integer" if row.whole else "number"
        properties[name] = {"type": kind, "minimum": low, "maximum": high, "default": row.value, "description": f"{row.unit}. {row.note}"}
        if row.title:
            properties[name]["title"] = row.title
    settings = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"if": {"properties": {"name": {"const": clause}}}, "then": {"properties": {"settings": settings}}}


def place_schema() -> dict[str, Any]:
    """JSON Schema of a place file."""
    return {"$schema": DRAFT, **Place.model_json_schema(), "title": "changemaking place file"}
