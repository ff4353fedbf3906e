"""Clauses that cannot stand with each other, with the term of the contract, or in the place: each is refused with its rule."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from .clauses import clause_company, clause_names, clause_settings
from .errors import Flaw, ScenarioError, shown
from .place import Place

COMPANY = "company"  # stands for a project company between buyer and provider


def contradictions(policy: Mapping[str, Any], place: Place | None) -> list[Flaw]:
    """What the clauses of a policy, a table as written, say against each other. Whatever is wrong by itself is passed over."""
    uses = _uses(policy.get("clauses"))
    given = set(uses) | ({COMPANY} if _has_company(policy) else set())
    flaws: list[Flaw] = []
    pots: dict[str, dict[str, float]] = {}
    for name, settings in uses.items():
        company, known = clause_company(name), clause_settings(name)
        loc = ("clauses", name)
        if company.needs and not given & set(company.needs):
            flaws.append(Flaw(loc, f"the clause {name} cannot stand alone", None, f"with it {_either(company.needs)}"))
        for other in [other for other in company.excludes if other in uses]:
            flaws.append(Flaw(loc, f"the clause {name} cannot stand with the clause {other}", None, "one of the two"))
        if company.pot:
            pots.setdefault(company.pot, {})[name] = settings.get("share", known["share"].value)
        months = policy.get("operate_months")
        term = float(months) if isinstance(months, int) else inf
        for setting in company.within_term:
            if setting in settings and settings[setting] >= term:
                takes = f"a month before the end of the term (policy.operate_months, {term:g})"
                text = f"the month of {setting} comes after the contract has ended"
                flaws.append(Flaw((*loc, "settings", setting), text, shown(settings[setting]), takes))
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


def _uses(clauses: Any) -> dict[str, dict[str, float]]:
    """The settings given, by clause; those that are not right by themselves have been said already."""
    found: dict[str, dict[str, float]] = {}
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
    return found


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
