"""Lays a place out as TOML that reads well: a comment over each part, one line for each small thing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def lay_out(head: str, place: dict[str, Any], comments: Mapping[str, str], data: str = "") -> str:
    """The place as text: `head`, then its parts, each under its comment; `data` stands before the districts."""
    parts = [head]
    parts += [entry(key, place[key]) for key in ("name", "title", "region")]
    parts.append('attribution = """\\\n' + wrapped(place["attribution"]) + '"""')
    for key in ("sectors", "supply", "firms"):
        parts += [comments[key], entry(key, place[key])]
    parts += [data] if data else []
    parts += [comments["districts"], "\n\n".join(table("[[districts]]", row) for row in place["districts"])]
    for key in ("population", "incomes"):
        parts += [comments[key], table(f"[{key}]", place[key])]
    for key in ("services", "commissioners"):
        parts += [comments[key], "\n\n".join(table(f"[[{key}]]", row) for row in place[key])]
    parts += [comments["sources"], "[sources]"]
    parts += [f"{value(pattern)} = {value(note)}" for pattern, note in place["sources"].items()]
    return "\n".join(parts) + "\n"


def value(x: object) -> str:
    """A TOML value on one line."""
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, str):
        escaped = x.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
    if isinstance(x, float) and not x.is_integer():
        return repr(x)
    if isinstance(x, int | float):
        return f"{int(x):_}" if abs(x) >= 10_000 else (str(x) if isinstance(x, int) else repr(x))
    if isinstance(x, dict):
        return "{ " + ", ".join(f"{name(k)} = {value(v)}" for k, v in x.items()) + " }"
    if isinstance(x, list | tuple):
        return "[" + ", ".join(value(v) for v in x) + "]"
    raise TypeError(f"no TOML for {x!r}")


def name(key: str) -> str:
    """A key, quoted where it must be."""
    return key if _PLAIN.fullmatch(key) else value(key)


def entry(key: str, x: object) -> str:
    """`key = value`; a list of tables takes one line for each table."""
    if isinstance(x, list) and x and isinstance(x[0], dict):
        return "\n".join([f"{name(key)} = [", *(f"  {value(row)}," for row in x), "]"])
    return f"{name(key)} = {value(x)}"


def wrapped(text: str) -> str:
    """A long text over several lines, each ended by a backslash, which TOML joins again."""
    return " \\\n".join(textwrap.wrap(text, 120, initial_indent="  ", subsequent_indent="  "))


def table(head: str, row: dict) -> str:
    return "\n".join([head, *(entry(key, x) for key, x in row.items())])
