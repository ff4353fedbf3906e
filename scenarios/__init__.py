"""What a run is: scenarios, places, parameters and the evidence they rest on."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .case import Case
    from .errors import Problem, ScenarioError
    from .file_schema import place_schema, scenario_schema
    from .loading import check, list_cases, list_forms, list_places, list_scenarios, load_place, load_scenario, parse_override
    from .provenance import parameter_sources
    from .remarks import remarks
    from .schema import Place, Policy, Scenario

__all__ = [
    "Case",
    "Place",
    "Policy",
    "Problem",
    "Scenario",
    "ScenarioError",
    "check",
    "list_cases",
    "list_forms",
    "list_places",
    "list_scenarios",
    "load_place",
    "load_scenario",
    "parameter_sources",
    "parse_override",
    "place_schema",
    "remarks",
    "scenario_schema",
]

_HOME = {
    ".case": ("Case",),
    ".errors": ("Problem", "ScenarioError"),
    ".file_schema": ("place_schema", "scenario_schema"),
    ".loading": ("check", "list_cases", "list_forms", "list_places", "list_scenarios", "load_place", "load_scenario", "parse_override"),
    ".provenance": ("parameter_sources",),
    ".remarks": ("remarks",),
    ".schema": ("Place", "Policy", "Scenario"),
}


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first used: pydantic takes a while to load."""
    for home, names in _HOME.items():
        if name in names:
            globals()[name] = value = getattr(import_module(home, __name__), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
