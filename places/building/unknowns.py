"""What the files of a place leave open, as a sweep: the place at the ends of every range, beside the place as it was built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...scenarios.build_lancashire import shares, whole
from ...scenarios.lancashire_assumptions import TURNOVER
from ...scenarios.place_text import entry, value

MEASURES = ("quality", "whole_life_value", "share_local", "share_sme", "share_vcs", "lm3")


def focal_buyer(place: Mapping[str, Any]) -> dict[str, Any]:
    """The council at the centre."""
    focal = next(d["name"] for d in place["districts"] if d.get("focal"))
    return next(c for c in place["commissioners"] if c["kind"] == "council" and c["district"] == focal)


def extremes(place: Mapping[str, Any], unknown: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, Any]]:
    """By name, what to set (dotted keys below `place.`) so that the place lies at an end of what is unknown."""
    council = focal_buyer(place)
    key = f"place.commissioners.{council['name']}"
    found: dict[str, dict[str, Any]] = {}
    local, region = unknown.get("local"), unknown.get("region")
    if local:
        rest = 1 - council["start_local"] - council["start_region"]
        for name, share in (("least_local", local[0]), ("most_local", local[1])):
            outside = council["start_region"] + rest
            part = (1 - share) * council["start_region"] / outside if outside else 0.0
            found[name] = {f"{key}.start_local": round(share, 4), f"{key}.start_region": round(part, 4)}
    if region:
        most = min(region[1], 1 - council["start_local"])
        found["least_region"] = {f"{key}.start_region": region[0]}
        found["most_region"] = {f"{key}.start_region": round(most, 4)}
    note = place["sources"].get(f"commissioners.{council['name']}.procurement", {})
    if "assumed" in note:
        low, high = note["assumed"]
        found["least_money"], found["most_money"] = ({f"{key}.procurement": amount} for amount in (low, high))
    if {"sme", "large"} & unknown.keys():
        found["all_suppliers_small"] = of_one_kind(place["firms"], "sme", unknown.get("large", (0.0, 1.0))[0])
        found["all_suppliers_large"] = of_one_kind(place["firms"], "large", unknown.get("sme", (0.0, 1.0))[0])
    if "vcs" in unknown:
        for name, share in zip(("least_voluntary", "most_voluntary"), unknown["vcs"], strict=True):
            found[name] = {"place.firms": voluntary(place["firms"], share, home=council["district"])}
    if "public" in unknown:
        for name, share in zip(("least_public", "most_public"), unknown["public"], strict=True):
            found[name] = {f"{key}.procurement": round(council["procurement"] * (1 - share), -3)}  # as built, none is
    if "sector" in unknown:
        sector_of = {service["name"]: service["sector"] for service in place["services"]}
        for sector in dict.fromkeys(sector_of[line["service"]] for line in council["lines"]):
            found[f"unknown_sector_{sector}"] = all_in(council["lines"], key, sector_of, sector, unknown["sector"][1])
    return found


def voluntary(firms: list[dict[str, Any]], share: float, home: str) -> list[dict[str, Any]]:
    """The firm groups if voluntary bodies were this share of the firms of each sector, the other kinds in their proportions.

    Where a sector has no voluntary body, those it gets are at home in the district `home`.
    """
    made: list[dict[str, Any]] = []
    for sector in dict.fromkeys(group["sector"] for group in firms):
        mine = [group for group in firms if group["sector"] == sector]
        bodies, others = ([group for group in mine if (group["kind"] == "vcs") == is_one] for is_one in (True, False))
        total = sum(group["count"] for group in mine)
        many = round(total * share)
        if many and not bodies:
            median, spread = TURNOVER["vcs", "focal"]
            own = {"kind": "vcs", "home": home, "sector": sector, "count": 1, "turnover_median": median, "turnover_spread": spread}
            bodies = [own]
        for groups, number in ((others, total - many), (bodies, many)):
            counts = whole(number, [float(group["count"]) for group in groups]) if groups else []
            made += [group | {"count": count} for group, count in zip(groups, counts, strict=True)]
    return made


def all_in(lines: list[dict[str, Any]], key: str, sector_of: Mapping[str, str], sector: str, unknown: float) -> dict[str, Any]:
    """Shares of a council's service lines if all the money of which no sector is known were of one sector."""
    known = sum(line["share"] for line in lines if sector_of[line["service"]] == sector)
    parts = [line["share"] * (1 - unknown + (unknown / known if sector_of[line["service"]] == sector else 0)) for line in lines]
    return {f"{key}.lines.{line['service']}.share": part for line, part in zip(lines, shares(parts), strict=True)}


def of_one_kind(firms: list[dict[str, Any]], kind: str, other: float) -> dict[str, Any]:
    """Counts of firm groups if every firm of unknown kind is of one kind, and `other` the share that the other kind surely has.

    Firms change their kind within their home and sector where groups of both kinds are, the rest within their sector.
    """
    found: dict[str, Any] = {}
    for sector in dict.fromkeys(g["sector"] for g in firms):
        mine = [g for g in firms if g["sector"] == sector and g["kind"] in ("sme", "large")]
        total = sum(g["count"] for g in mine)
        for name, many in ((kind, total - round(total * other)), ("large" if kind == "sme" else "sme", round(total * other))):
            groups = [g for g in mine if g["kind"] == name]
            if not groups:
                continue
            for group, count in zip(groups, whole(many, [float(g["count"]) for g in groups]), strict=True):
                found[f"place.firms.{name}/{group['home']}/{sector}.count"] = count
    return found


def sweep_text(file: str, title: str, place: Mapping[str, Any], unknown: Mapping[str, tuple[float, float]]) -> str:
    """The sweep as a file that stands beside the place."""
    parts = [
        "# The place at the ends of what its files leave open. Written by `changemaking place build`; run it with",
        f"#     changemaking sweep {file.removesuffix('.toml')}.unknowns.toml --store results/unknowns",
        f"title = {value(f'What is unknown of {title}')}",
        'question = "How far do results move if what the files leave open lies at one end of its range or the other?"',
        'design = "list"',
        "seeds = 10",
        f"measures = {value(list(MEASURES))}",
        f"set = {{ place = {value(file)} }}",
        "",
        "[[points]]",
        "",
        "[arms.as_built]",
        'scenario = "today"',
    ]
    for name, changes in extremes(place, unknown).items():
        parts += [f"[arms.{name}]", 'scenario = "today"', f"[arms.{name}.set]"]
        parts += [entry(key, change) for key, change in changes.items()]
    return "\n".join(parts) + "\n"
