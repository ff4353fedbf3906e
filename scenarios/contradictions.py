"""Clauses that cannot stand with each other, with the term of the contract, or in the place: each is refused with its rule."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from .clauses import COMPANY, clause_company, clause_names, clause_settings
from .errors import Flaw, ScenarioError
from .place import Place


def contradictions(policy: Mapping[str, Any], place: Place | None) -> list[Flaw]:
    """What the clauses of a policy, a table as written, say against each other. Whatever is wrong by itself is passed over."""
    uses, above = _uses(policy.get("clauses"))
    has_company = _has_company(policy)
    flaws: list[Flaw] = []
    pots: dict[str, dict[str, float]] = {}
    for name, settings in uses.items():
        company, known = clause_company(name), clause_settings(name)
        full = {**{key: setting.value for key, setting in known.items()}, **settings}
        loc = ("clauses", name)
        if company.needs and not (has_company and COMPANY in company.needs):
            flaws += _lonely(loc, company.needs, uses, above)
        for other in [other for other in company.excludes if other in uses]:
            if name < other or name not in clause_company(other).excludes:  # said once of a pair
                flaws.append(Flaw(loc, f"the clause {name} cannot stand with the clause {other}", None, "one of the two"))
        if company.pot:
            pots.setdefault(company.pot, {})[name] = full["share"]
        months = policy.get("operate_months")
        term = float(months) if isinstance(months, int) else inf
        if company.within_term and sum(full[setting] for setting in company.within_term) >= term:
            months_of = " and ".join(f"{setting} {full[setting]:g}" for setting in company.within_term)
            key = next((setting for setting in company.within_term if setting in settings), company.within_term[0])
            takes = f"months that leave part of the term (policy.operate_months, {term:g})"
            flaws.append(Flaw((*loc, "settings", key), f"the clause {name} could never act within the term", months_of, takes))
        if company.needs_residents and place is not None and not _taking_part(place):
            takes = "a place where some do (population.participates_does)"
            flaws.append(Flaw(loc, f"the clause {name} needs residents who take part, and in {place.name} nobody does", None, takes))
    for pot, shares in pots.items():
        total = sum(shares.values())
        if total > 1.0 + 1e-9:
            named = ", ".join(f"{name} {share:g}" for name, share in shares.items())
            text = f"shares of one {pot} add up to more than the whole"
            flaws.append(Flaw(("clauses",), text, f"{total:g} ({named})", "shares that add up to 1 at most"))
    return flaws


def _lonely(
    loc: tuple[str, ...], needs: tuple[str, ...], uses: Mapping[str, Mapping[str, float]], above: Mapping[str, float]
) -> list[Flaw]:
    """What is wrong if none of the needed clauses is there, holds anything, and holds for every contract that this one does."""
    name, there = loc[-1], [need for need in needs if need in uses]
    if not there:
        return [Flaw(loc, f"the clause {name} cannot stand alone", None, f"with it {_either(needs)}")]
    if all(uses[need].get("share") == 0.0 for need in there):
        text = f"the clause {name} needs a share that is more than nothing"
        return [Flaw(("clauses", there[0], "settings", "share"), text, "0", "a share above 0")]
    if all(above[need] > above[name] for need in there):
        text = f"the clause {name} holds for contracts that are too small for the clause {there[0]}, which it needs"
        takes = f"{above[name]:,.0f} pounds at most, from where {name} holds"
        return [Flaw(("clauses", there[0], "above"), text, f"{above[there[0]]:,.0f}", takes)]
    return []


def _uses(clauses: Any) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """By clause, the settings given, and the value in pounds from which it holds; those that are not right by themselves have been
    said already."""
    found: dict[str, dict[str, float]] = {}
    above: dict[str, float] = {}
    for clause in clauses if isinstance(clauses, list | tuple) else ():
        name = clause.get("name") if isinstance(clause, dict) else None
        if not isinstance(name, str) or name not in clause_names():
            continue
        try:
            known = clause_settings(name)
        except ScenarioError:
            continue
        settings = clause.get("settings")
        given = settings.items() if isinstance(settings, dict) else ()
        found[name] = {key: value for key, value in given if key in known and _is_number(value) and known[key].takes(value)}
        above[name] = clause["above"] if _is_number(clause.get("above")) else 0.0
    return found, above


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_company(policy: Mapping[str, Any]) -> bool:
    packages = policy.get("packages")
    return isinstance(packages, list | tuple) and any("finance" in package for package in packages if isinstance(package, list | tuple))


def _taking_part(place: Place) -> bool:
    return place.population.participates_does > 0


def _either(names: tuple[str, ...]) -> str:
    words = ["a project company (finance in a package)" if name == COMPANY else f"the clause {name}" for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
