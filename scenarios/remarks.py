"""What is no mistake in a scenario and yet worth a word: clauses that cannot act, clauses of a form left out, numbers without a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clauses import clause_company, clause_settings
from .errors import ScenarioError, nearest_key
from .loading import layers_of, load_scenario
from .paths import best, fits, flat
from .policy import plain_clauses
from .provenance import parameter_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .schema import ClauseUse, Policy


def remarks(name_or_path: str | Path, overrides: Mapping[str, object] | None = None) -> list[str]:
    """The remarks on a scenario or form that can be used; none on anything else."""
    try:
        scenario = load_scenario(name_or_path, overrides)
    except ScenarioError:
        return []
    found = [*_left_out(name_or_path, overrides, {use.name for use in scenario.policy.clauses})]
    for month, policy in scenario.policies:
        found += [f"from month {month}: {text}" if month else text for text in _idle(policy)]
    keys = [row.key for row in parameter_sources(scenario, every_number=True)]
    own = next(file for file in layers_of(name_or_path, overrides) if not file.form or file.name == scenario.name).raw
    sources = own.get("sources", {})
    mine = {
        **flat({name: own.get(name, {}) for name in ("policy", "parameters", "rules")}),
        **flat({"place": own.get("place_changes", {})}),
    }
    bare = {row.key for row in parameter_sources(scenario) if row.kind == "none"}
    bare |= {key for key in keys if best(sources, key) is None and any(fits(given, key) for given in mine)}
    if bare:
        found.append(f"set without a source (table [sources]): {', '.join(key for key in keys if key in bare)}")
    for pattern in sources:
        if not any(best({pattern: None}, key) for key in keys):
            hint = nearest_key(pattern, keys)
            found.append(f"sources.{pattern}: no number has this key" + (f"; did you mean {hint!r}?" if hint else ""))
    return list(dict.fromkeys(found))


def _left_out(name_or_path: str | Path, overrides: Mapping[str, object] | None, stand: set[str]) -> Iterator[str]:
    for file in layers_of(name_or_path, overrides):
        policy = file.raw.get("policy", {})
        uses: Any = plain_clauses(policy.get("clauses", []))
        theirs = [use["name"] for use in uses] if file.form else []
        if gone := [name for name in theirs if name not in stand]:
            yield f"the form {file.name} has {', '.join(gone)} too: a list of clauses takes the place of the whole list below it"


def _idle(policy: Policy) -> Iterator[str]:
    names = [use.name for use in policy.clauses]
    if names and policy.delivery != "market":
        yield f"delivery is {policy.delivery!r}: what is run in own hands has no clauses, they hold for firms that build"
    if policy.negotiated and policy.delivery != "market":
        yield (
            f"delivery is {policy.delivery!r}, and yet contracts that firms hold as it begins are negotiated on (negotiated) for as long "
            "as they serve well, and come into own hands only after that"
        )
    for use in policy.clauses:
        yield from _clause_idle(use, policy)
    if policy.payment == "availability payment" and not any({"build", "operate"} <= set(package) for package in policy.packages):
        yield "payment 'availability payment' does nothing: no package both builds and operates, and all else has a fixed price"


def _clause_idle(use: ClauseUse, policy: Policy) -> Iterator[str]:
    name, company = use.name, clause_company(use.name)
    full = {**{key: setting.value for key, setting in clause_settings(name).items()}, **use.settings}
    paid = {policy.payment, *("availability payment" for package in policy.packages if "finance" in package)}
    if company.payments and not paid & set(company.payments):
        yield f"the clause {name} does nothing under {policy.payment!r}, only under {_either(company.payments)}"
    if company.any_of and not any(full[key] for key in company.any_of):
        yield f"the clause {name} does nothing: {', '.join(company.any_of)} are all 0"
    if company.no_more and full[company.no_more[0]] > full[company.no_more[1]]:
        more, than = (f"{key} ({full[key]:g})" for key in company.no_more)
        yield f"the clause {name} can hardly act: {more} is more than {than}"
    if company.every and company.every >= policy.operate_months:
        reached = "only as it ends" if company.every == policy.operate_months else "never"
        unless = ", unless it is extended" if policy.extension_months else ""
        months = f"{policy.operate_months} months (operate_months)"
        yield f"the clause {name} acts every {company.every} months of delivery: in a contract of {months} {reached}{unless}"


def _either(words: Any) -> str:
    return " or ".join(repr(word) for word in words)
