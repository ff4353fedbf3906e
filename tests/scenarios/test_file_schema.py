"""The JSON Schema for editors accepts every shipped file and refuses what the reader of files refuses."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from changemaking.scenarios import place_schema, scenario_schema
from changemaking.scenarios.clauses import clause_names, clause_settings
from changemaking.scenarios.files import shipped
from changemaking.scenarios.parameters import Parameters

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def refuses(schema: dict[str, Any], value: Any, root: dict[str, Any], at: str = "") -> list[str]:
    """The places where a value breaks a JSON Schema: the part of the standard that these schemas use, written out plainly."""
    if "$ref" in schema:
        return refuses(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root, at)
    if "anyOf" in schema:
        return [] if any(not refuses(option, value, root, at) for option in schema["anyOf"]) else [at]
    wrong: list[str] = []
    for rule in schema.get("allOf", []):
        if not refuses(rule["if"], value, root, at):
            wrong += refuses(rule["then"], value, root, at)
    kind = schema.get("type")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if (kind == "number" and not number) or (kind == "integer" and not (number and value == int(value))):
        return [at]
    if kind in TYPES and not isinstance(value, TYPES[kind]):
        return [at]
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        wrong.append(at)
    if number and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value) and value > schema.get("exclusiveMinimum", value - 1)
    ):
        wrong.append(at)
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        wrong.append(at)
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            wrong.append(at)
        items = schema.get("prefixItems", [schema.get("items", {})] * len(value))
        for i, (item, inner) in enumerate(zip(value, items, strict=False)):
            wrong += refuses(inner, item, root, f"{at}[{i}]")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        wrong += [f"{at}.{name}" for name in schema.get("required", []) if name not in value]
        for name, inner in value.items():
            rest = schema.get("additionalProperties", True)
            if name in known or isinstance(rest, dict):
                wrong += refuses(known.get(name, rest), inner, root, f"{at}.{name}")
            elif rest is False:
                wrong.append(f"{at}.{name}")
    return wrong


def read(kind: Any, name: str) -> dict[str, Any]:
    return tomllib.loads(shipped(kind)[name].read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(shipped("scenario")))
def test_shipped_scenarios_fit_the_schema(name: str) -> None:
    schema = scenario_schema()
    assert refuses(schema, read("scenario", name), schema) == []


@pytest.mark.parametrize("name", list(shipped("place")))
def test_shipped_places_fit_the_schema(name: str) -> None:
    schema = place_schema()
    assert refuses(schema, read("place", name), schema) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[polcy]\n", ".polcy"),
        ("[policy]\nlots = 50\n", ".policy.lots"),
        ('[policy]\nlots = "4"\n', ".policy.lots"),
        ('[policy]\npayment = "fixd"\n', ".policy.payment"),
        ('[policy]\nclauses = ["brake_clause"]\n', ".policy.clauses[0]"),
        ('[policy]\nclauses = [{ name = "break_clause", settings = { frst = 3 } }]\n', ".policy.clauses[0]"),
        ('[policy]\nclauses = [{ name = "break_clause", settings = { then = -1 } }]\n', ".policy.clauses[0]"),
        ("[policy.weights]\nprice = 2\n", ".policy.weights.price"),
        ("[parameters]\nholdup = 1\n", ".parameters.holdup"),
        ("[parameters]\nspending = 2\n", ".parameters.spending"),
        ('[horizon]\nstart = "2012-13"\n', ".horizon.start"),
        ("[switches]\ntrust = 1\n", ".switches.trust"),
        ('[[timeline]]\nshock = "demand"\n', ".timeline[0].month"),
        ('[sources]\n"policy.lots" = { evidnce = "x" }\n', ".sources.policy.lots.evidnce"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str, at: str) -> None:
    schema = scenario_schema()
    assert refuses(schema, tomllib.loads(text), schema) == [at]


def test_the_schema_is_json_and_names_all_there_is() -> None:
    schema = json.loads(json.dumps(scenario_schema()))
    assert set(schema["$defs"]["Parameters"]["properties"]) == set(Parameters.model_fields)
    assert all("description" in field and "unit" in field for field in schema["$defs"]["Parameters"]["properties"].values())
    assert schema["$defs"]["ClauseUse"]["properties"]["name"]["enum"] == list(clause_names())
    rules = {rule["if"]["properties"]["name"]["const"]: rule["then"] for rule in schema["$defs"]["ClauseUse"]["allOf"]}
    for name in clause_names():
        assert set(rules[name]["properties"]["settings"]["properties"]) == set(clause_settings(name))
