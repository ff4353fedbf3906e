"""What happened, in sentences: every kind of event that the model notes, with firms and policies by what they are, not by their keys."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from ...experiments.recording import Recording
from ...model.outcome import Event
from ...scenarios.policy import Policy
from .. import words
from ..numbers import money
from .clause_words import clause_text

SENTENCES = {
    "award": "{provider} won the {service} contract of {buyer} ({phases}), worth {value} in all",
    "tender": "{buyer} put {service} out to tender ({phases}), worth {value} in all",
    "no bid": "the tender of {buyer} for {service} found too few takers: {detail}",
    "change": "{buyer} asked {provider} to change the {service} contract, for {value}",
    "dispute": "{buyer} and {provider} quarrelled {detail} in the {service} contract",
    "break": "{buyer} broke the {service} contract with {provider}{after}",
    "end": "the {service} contract of {buyer} with {provider} ended{after}",
    "extension": "{buyer} extended the {service} contract of {provider} by {detail}",
    "negotiation": "{buyer} renewed the {service} contract of {provider} by agreement, without a tender",
    "insourcing": "{provider} took over {service} of {buyer}: {detail}",
    "failure": "{provider} failed{after} and left {service} of {buyer}",
    "insolvency": "{provider} became insolvent",
    "receivables lost": "{provider} lost {value} that it was {detail}",
    "entry": "{provider} entered the market",
    "takeover": "{provider} was {detail}, for {value}",
    "group failed": "{provider}, which was {detail}, is free again since its owner failed, and lost the {value} it had lent",
    "policy": "the policy changed: {detail}",
    "shock": "from outside: {detail}",
    "election": "residents voted on {buyer}: {detail}",
    "intention": "{buyer} means to outsource {detail} in the years to come",
    "practice": "{buyer} {detail}, after what it saw of it",
    "decision": "{buyer} decided how to buy {service}: {detail}",
    "challenge": "{provider} used its right to ask for a tender of {service} of {buyer}",
    "challenge lost": "{provider} lost the tender for {service} that it had asked for",
    "community bid": "{provider} bid for a building of {buyer}, worth {value}",
    "community purchase": "{provider} bought a building of {buyer} for {value}",
    "sale": "{buyer} sold a building for {value}",
    "consortium": "{provider} won {service} of {buyer} together with {partner}",
    "interface": "{buyer} paid {value} for the hand-over between the phases of {service}",
    "innovation": "{buyer} and {provider} found a better way to do {service}, which saves {value} a year",
    "missed payment": "{provider} was found not to have paid {value} into the {detail} under its {service} contract with {buyer}",
    "step-in": "managers of {buyer} stepped in to run {service} of {provider} for {detail}, at a cost of {value}",
}
PHASES = {"design": "design", "build": "building", "operate": "running it", "finance": "finance"}
SHOCKS = {
    "budget": "budgets {moved}", "demand": "demand {moved}", "price": "what {on} takes to do {moved} in price",
    "need": "what is needed of {on} moved", "failure": "{on} was made to fail",
}  # fmt: skip
KINDS = {"large": ("a large", "firm"), "sme": ("a small", "firm"), "vcs": ("a voluntary", "body")}
CAPITALS = {"ict": "ICT"}


def happened(f: Recording) -> list[tuple[int, str, str]]:
    """Month, kind and sentence of all that concerns the district's commissioners or nobody in particular."""
    begun = {k.number: k.first for k in f.links}
    sectors = frozenset(i.sector for i in f.institutions)
    events = [e for e in f.outcome.events if not e.buyer or e.buyer in f.outcome.focal]
    return [(e.month, e.kind, sentence(e, sectors, e.month - begun.get(e.contract, e.month))) for e in events]


def sentence(event: Event, sectors: frozenset[str] = frozenset(), months: int = 0) -> str:
    """An event as one sentence; `months` that its contract had run."""
    pattern = SENTENCES.get(event.kind)
    if pattern is None:  # of a clause from another package
        about = [event.service, named(event.provider, sectors), event.detail]
        pattern = ": ".join([event.kind, ", ".join(part for part in about if part)]).replace("{", "(").replace("}", ")")
    text = pattern.format(
        provider=named(event.provider, sectors) or "a provider",
        buyer=event.buyer or "the region",
        service=_capital(event.service) or "a service",
        value=money(event.value / 100.0) if math.isfinite(event.value) else "an unknown sum",
        detail=_detail(event, sectors),
        partner=f"{named(event.detail.removeprefix('with '), sectors)}, which does {event.value:.0%} of it",
        phases=words.listed([PHASES.get(phase, phase) for phase in event.detail.split("+")]),
        after=f" after {_lasted(months)}" if months > 0 else "",
    )
    return text[:1].upper() + text[1:] + "."


def _detail(event: Event, sectors: frozenset[str]) -> str:
    kind, detail = event.kind, event.detail
    if kind == "policy":
        titles = {key: field.title for key, field in Policy.model_fields.items()}
        return words.listed([words.lower_first(titles.get(key) or key) for key in detail.split(", ")])
    if kind == "shock":
        what, _, on = detail.partition(" ")
        moved = f"{'rose' if event.value >= 0 else 'fell'} by {abs(event.value):.0%}"
        return SHOCKS.get(what, "{on} {moved}").format(moved=moved, on=named(on, sectors) or "every service")
    if kind == "intention":
        word = detail.partition(";")[0]
        return "as much as now" if word == "same" else word
    if kind == "practice":
        verb, _, clause = detail.rpartition(" ")
        return f"{verb} the clause “{clause_text(clause).title}”"
    if kind == "no bid":
        return detail.partition(": ")[2].replace("all 1 bids are", "the one bid is") or detail
    for lead in ("bought by ", "owned by ", "owed by "):
        if detail.startswith(lead):
            return lead + named(detail.removeprefix(lead), sectors)
    return detail.replace("; ", ", ").replace("stand-in", "as a stand-in")


@lru_cache(maxsize=4096)  # some hundred institutions in some thousand events
def named(name: str, sectors: frozenset[str] = frozenset()) -> str:
    """Who that is, in words: “elsewhere care large 4” is a large care firm from elsewhere (4). Other names stay."""
    for ending, what in ((" team", "’s own team"), (" company", "’s own company")):
        if name.endswith(ending):
            return name.removesuffix(ending) + what
    if found := re.fullmatch(r"(.+) company (\d+)", name):
        return f"the project company for {_capital(found[1])} ({found[2]})"
    found = re.fullmatch(r"(.+) (large|sme|vcs) (\d+)(?: \((\d+)\))?", name)
    if found is None:
        return name
    before, kind, number, again = found.groups()
    sector = max((s for s in sectors if s and before.endswith(f" {s}")), key=len, default=before.rpartition(" ")[2])
    home = before.removesuffix(sector).strip()
    size, what = KINDS[kind]
    where = "from elsewhere" if home == "elsewhere" else f"of {home}" if home else ""
    told = " ".join(part for part in (size, _capital(sector), what, where) if part)
    return f"{told} ({number}{f', the {_ordinal(int(again))} in its place' if again else ''})"


def _capital(text: str) -> str:
    return CAPITALS.get(text, text)


def _ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


@lru_cache(maxsize=600)
def _lasted(months: int) -> str:
    years, rest = divmod(months, 12)
    parts = [words.count(n, what) for n, what in ((years, "year"), (rest, "month")) if n]
    return words.listed(parts)
