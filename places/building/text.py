"""Lays a built place out as TOML that reads well, its [data] in the middle for the user to set."""

from __future__ import annotations

from typing import Any

from ...scenarios.lancashire_text import entry, table, value, wrapped
from ...scenarios.place_data import PlaceData

HEAD = """\
# {title}: a place built from published files.
# Written by `changemaking place build`. Set how the files are read under [data] and build it again: the rest is written anew.
# To change a number of the place, use [place_changes] in a scenario or --set place.KEY=VALUE.
#
# Money is in pounds of {pounds}. Where each number comes from stands under [sources]: data (file, rows, method), evidence, or
# assumed with a plausible range. No number was chosen to meet an outcome.
"""

SETTINGS = ("local_postcodes", "region_postcodes", "months", "match", "delta", "persons")  # written where they are not as usual

COMMENTS = {
    "sectors": "\n# Sectors of the district. Labour and supplies follow the UK input-output table of 2019.",
    "supply": "\n# Where a provider's costs go, seen from the place where the work is done.",
    "firms": "\n# Firms able to bid, a sample of the market.",
    "data": "\n# What the place was built from, and how the files were read.",
    "districts": "\n# The districts of the region, the focal one first.",
    "population": "\n# People of the district.",
    "incomes": "\n# Pounds a month and person.",
    "services": "\n# Services and what makes them easy or hard to contract for. All judged; see the ranges.",
    "commissioners": "\n# Commissioners: the council the files speak of, then others of the region from their budgets.",
    "sources": "\n# Where the numbers come from. `*` stands for any one name; of the patterns that fit, the most exact counts.",
}


def to_toml(place: dict[str, Any], data: PlaceData) -> str:
    """The place as text."""
    parts = [HEAD.format(title=place["title"], pounds=data.pounds or "the files' own years")]
    parts += [entry(key, place[key]) for key in ("name", "title", "region")]
    parts.append('attribution = """\\\n' + wrapped(place["attribution"]) + '"""')
    for key in ("sectors", "supply", "firms"):
        parts += [COMMENTS[key], entry(key, place[key])]
    parts += [COMMENTS["data"], data_text(data)]
    parts += [COMMENTS["districts"], "\n\n".join(table("[[districts]]", row) for row in place["districts"])]
    for key in ("population", "incomes"):
        parts += [COMMENTS[key], table(f"[{key}]", place[key])]
    for key in ("services", "commissioners"):
        parts += [COMMENTS[key], "\n\n".join(table(f"[[{key}]]", row) for row in place[key])]
    parts += [COMMENTS["sources"], "[sources]"]
    parts += [f"{value(pattern)} = {value(note)}" for pattern, note in place["sources"].items()]
    return "\n".join(parts) + "\n"


def data_text(data: PlaceData) -> str:
    """[data] and its tables."""
    raw = data.model_dump(mode="json")
    usual = PlaceData().model_dump(mode="json")
    plain = {key: raw[key] for key in ("council", "pounds", "local", *SETTINGS) if key not in SETTINGS or raw[key] != usual[key]}
    parts = [table("[data]", plain), entry("files", [{k: v for k, v in row.items() if v} for row in raw["files"]])]
    for pattern, roles in raw["mapping"].items():
        parts.append("\n" + table(f"[data.mapping.{value(pattern)}]", roles))
    if raw["unknown"]:
        parts.append("\n" + table("[data.unknown]", raw["unknown"]))
    found = {key: x for key, x in raw["found"].items() if x}
    return "\n".join(parts + (["\n" + table("[data.found]", found)] if found else []))
