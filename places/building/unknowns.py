"""What the files of a place leave open, as a sweep: the place at the ends of every range, beside the place as it was built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...scenarios.build_lancashire import whole
from ...scenarios.lancashire_text import value

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
    return found


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
        parts += [f"{value(key)} = {value(number)}" for key, number in changes.items()]
    return "\n".join(parts) + "\n"
