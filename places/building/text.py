"""Lays a built place out as TOML that reads well, its [data] in the middle for the user to set."""

from __future__ import annotations

from typing import Any

from ...scenarios.place_data import PlaceData
from ...scenarios.place_text import entry, lay_out, name, table

HEAD = """\
# {title}: a place built from published files.
# Written by `changemaking place build`. Set how the files are read under [data] and build it again: the rest is written anew.
# To change a number of the place, use [place_changes] in a scenario or --set place.KEY=VALUE.
#
# Money is in pounds of {pounds}. Where each number comes from stands under [sources]: data (file, rows, method), evidence, or
# assumed with a plausible range. No number was chosen to meet an outcome.
"""

SETTINGS = ("bodies", "local_postcodes", "region_postcodes", "months", "match", "delta", "persons")  # written where they are not as usual

DATA = "\n# What the place was built from, and how the files were read."

COMMENTS = {
    "sectors": "\n# Sectors of the district. Labour and supplies follow the UK input-output table of 2019.",
    "supply": "\n# Where a provider's costs go, seen from the place where the work is done.",
    "firms": "\n# Firms able to bid, a sample of the market.",
    "districts": "\n# The districts of the region, the focal one first.",
    "population": "\n# People of the district.",
    "incomes": "\n# Pounds a month and person.",
    "services": "\n# Services and what makes them easy or hard to contract for. All judged; see the ranges.",
    "commissioners": "\n# Commissioners: the council the files speak of, then others of the region from their budgets.",
    "sources": "\n# Where the numbers come from. `*` stands for any one name; of the patterns that fit, the most exact counts.",
}


def to_toml(place: dict[str, Any], data: PlaceData) -> str:
    """The place as text."""
    head = HEAD.format(title=place["title"], pounds=data.pounds or "the files' own years")
    return lay_out(head, place, COMMENTS, f"{DATA}\n{data_text(data)}")


def data_text(data: PlaceData) -> str:
    """[data] and its tables."""
    raw = data.model_dump(mode="json")
    usual = PlaceData().model_dump(mode="json")
    plain = {key: raw[key] for key in ("council", "pounds", "local", *SETTINGS) if key not in SETTINGS or raw[key] != usual[key]}
    parts = [table("[data]", plain), entry("files", [{k: v for k, v in row.items() if v} for row in raw["files"]])]
    for pattern, roles in raw["mapping"].items():
        parts.append("\n" + table(f"[data.mapping.{name(pattern)}]", roles))
    if raw["unknown"]:
        parts.append("\n" + table("[data.unknown]", raw["unknown"]))
    found = {key: x for key, x in raw["found"].items() if x}
    plain = {key: x for key, x in found.items() if not isinstance(x, dict)}
    parts += ["\n" + table("[data.found]", plain)] if plain else []
    parts += ["\n" + table(f"[data.found.{key}]", x) for key, x in found.items() if isinstance(x, dict)]
    return "\n".join(parts)
