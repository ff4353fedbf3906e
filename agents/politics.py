"""Politics: what those in office lean to, and elections from residents' votes (mechanism 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model import voting

WORDS = ("never", "infrequently", "mostly", "regularly")


@dataclass(frozen=True)
class Politics:
    """Those in office: how far they lean to outsourcing (pounds of value per pound), how much social value weighs more than in
    the policy they found (share of the award), and by how many steps they engage more."""

    outsourcing: float = 0.0
    social: float = 0.0
    engagement: int = 0


def of(buyer: Any, term: int) -> Politics:
    """Who is in office in a term, drawn from the assumed ranges, whatever anybody does."""
    p, uniform = buyer.model.scenario.parameters, buyer.model.chance.uniform
    lean = p.lean_outsourcing * (2 * uniform("lean outsourcing", buyer.key, term) - 1.0)
    social = p.lean_social * uniform("lean social", buyer.key, term)
    return Politics(lean, social, int(3 * uniform("lean engagement", buyer.key, term)) - 1)


def election_due(model: Any) -> bool:
    """Whether this month is one in which the council is elected."""
    p = model.scenario.parameters
    year, month = divmod(model.calendar + model.month, 12)
    return month + 1 == p.election_month and year >= p.election_year and (year - p.election_year) % p.election_years == 0


def hold_election(model: Any) -> None:
    """Residents of the focal district vote: below half, those in office leave, and others with other leanings come."""
    council, p = model.council, model.scenario.parameters
    rate, people = model.rate, model.people
    luck = tuple(model.chance.uniforms(purpose, voting.rows(people), model.month) for purpose in ("turnout", "vote"))
    turnout, support = voting.votes(people, luck, rate, model.fixed, model.town.council_tax, council.expected, p)
    council.expected = voting.mean_satisfaction(people)
    stays = support >= p.vote_needed
    detail = f"turnout {turnout:.0%}; " + ("those in office stay" if stays else "others take office")
    model.event("election", -1, council, "", None, support, detail)
    if stays or not council.policy.discretion:
        return
    council.term += 1
    council.politics = of(council, council.term)
