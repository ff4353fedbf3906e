"""docs/odd_tables.md: parameters, state variables, schedule, switches and measures of the ODD+D description, read off the code.

`docs/refresh.py` writes the page; tests/test_readme.py fails when it no longer is what the code says.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

STATES = {  # name of a table of the model -> (module, name of its dtype, what a row is)
    "Resident": ("model.residents", "RESIDENT", "a row stands for several people"),
    "Provider": ("model.firms", "FIRM", "a firm, voluntary body or in-house team"),
    "Contract": ("model.delivery", "CONTRACT", "a contract, or a part of a bundle"),
    "Sector": ("model.economy", "SECTOR", "a trade in the district"),
    "Deal": ("model.subcontracts", "DEAL", "what a prime contractor passes on to a partner"),
    "Payment": ("model.ledger", "ENTRY", "an entry of the ledger"),
}


def page() -> str:
    """The whole page."""
    parts = [
        "# Tables of the ODD+D description",
        "*Written by `docs/refresh.py` from the code; do not edit here. The text that they belong to is [odd.md](odd.md).*",
        *("\n".join(lines) for lines in (schedule(), states(), parameters(), switches(), measures())),
    ]
    return "\n\n".join(parts) + "\n"


def _row(*cells: object) -> str:
    return "| " + " | ".join(" ".join(str(cell).replace("|", "\\|").split()) for cell in cells) + " |"


def _table(*heads: str) -> list[str]:
    return [_row(*heads), "|" + "---|" * len(heads)]


def schedule() -> list[str]:
    """The calls of `Ecosystem.step`, in their order, with what the comments beside them say."""
    from changemaking.model.ecosystem import Ecosystem

    source = textwrap.dedent(inspect.getsource(Ecosystem.step))
    lines = ["## Schedule", "", "A month, in this order (`Ecosystem.step`):", "", *_table("step", "what happens")]
    for line in source.splitlines():
        if found := re.match(r"\s+self\.([\w.]+)\(\)\s*(?:#\s*(.*))?$", line):
            lines.append(_row(f"`{found[1]}`", found[2] or "measures are taken"))
    return lines


def states() -> list[str]:
    """The fields of every table, with the comments beside them."""
    from importlib import import_module

    lines = ["## State variables", ""]
    for title, (module, name, what) in STATES.items():
        found = import_module(f"changemaking.{module}")
        dtype, told = getattr(found, name), _comments(inspect.getsource(found), name)
        lines += [f"### {title}", "", f"`{module}.{name}`: {what}; {dtype.itemsize} bytes.", "", *_table("field", "type", "meaning")]
        lines += [_row(f"`{field}`", dtype[field].name, told.get(field, "")) for field in dtype.names or ()]
        lines.append("")
    return lines[:-1]


def _comments(source: str, name: str) -> dict[str, str]:
    """What is said of the fields of a dtype at the end of the lines they stand on, or above a group of them."""
    node = next(n for n in ast.parse(source).body if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == name)
    found: dict[str, str] = {}
    group = ""
    for line in source.splitlines()[node.lineno - 1 : node.end_lineno]:
        fields = re.findall(r'\("(\w+)", np\.', line)
        comment = line.split("#", 1)[1].strip() if "#" in line and "fmt:" not in line else ""
        if not fields and comment:
            group = comment
        for field in fields:
            found[field] = comment or (group if fields else "")
    return found


def parameters() -> list[str]:
    """Every parameter of behaviour: meaning, unit, value, range, source."""
    from changemaking.scenarios.defaults import shipped_parameters
    from changemaking.scenarios.parameters import Parameters

    lines = ["## Parameters", "", *_table("parameter", "meaning", "unit", "value", "plausible", "source")]
    for name, row in shipped_parameters().items():
        field = Parameters.model_fields[name]
        extra = field.json_schema_extra
        unit = extra.get("unit", "") if isinstance(extra, dict) else ""
        span = f"{row.plausible[0]:g} to {row.plausible[1]:g}" if row.plausible else ""
        source = f"evidence `{row.evidence}`" if row.evidence else "assumed"
        lines.append(_row(f"`{name}`", field.description, unit, f"{row.value:g}", span, f"{source}: {row.note}"))
    return lines


def switches() -> list[str]:
    """The switches; what each takes away stands in odd.md."""
    from changemaking.scenarios.schema import Switches

    return ["## Switches", "", ", ".join(f"`{name}`" for name in Switches.model_fields) + "."]


def measures() -> list[str]:
    """Every measure: label, unit, how its months add up, which way is better, meaning."""
    from changemaking.model.measures import MEASURES

    better = {1: "more", -1: "less", 0: "–"}
    lines = ["## Measures", "", *_table("measure", "label", "unit", "whole run", "better", "meaning")]
    return lines + [_row(f"`{m.name}`", m.label, m.unit, m.total, better[m.better], m.meaning) for m in MEASURES]
