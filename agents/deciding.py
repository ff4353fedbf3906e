"""A council with discretion decides for each service what its policy leaves to it (mechanism 12): one method a decision.

`policy.discretion` gives it; without it the policy holds as it stands. Everything is reckoned from what the council has seen:
beliefs, bids, changes, trust, its own skill, money, and the leanings of those in office. What it decides is a policy for this
service, and an event `decision` with the reasons in words.
"""

from __future__ import annotations

from typing import Any

from ..scenarios.schema import ClauseUse, Policy, TermSheet, Weights
from . import circumstances, learning, skills
from .politics import WORDS


def policy_of(buyer: Any, undertaking: Any) -> Policy:
    """The policy for a service: the one decided for it, bound by what the nation asks for this month, or the commissioner's."""
    if undertaking.policy is None or not buyer.policy.discretion:
        return buyer.policy
    bound: Policy = buyer.model.government.bind(undertaking.policy)
    return bound


def lead_of_in_house(buyer: Any, undertaking: Any) -> float:
    """By how much in-house looks better than the market, in value per pound.

    Without discretion by belief alone; with it the circumstances, the leanings of those in office and what the team has forgotten count.
    """
    lead = buyer.belief["in-house"] - buyer.belief["market"]
    if buyer.policy.discretion:
        p = buyer.model.scenario.parameters
        forgotten = buyer.team.skill[2] * (1.0 - skills.rust(buyer.team))
        lead += p.circumstance_worth * len(circumstances.met(buyer, undertaking))
        lead -= buyer.politics.outsourcing + p.quality_value * forgotten
    return lead


def decide(buyer: Any, undertaking: Any) -> None:
    """Decide how this service is to be bought the next time."""
    Deliberation(buyer, undertaking).conclude()


class Deliberation:
    """One council thinking about one service; each method decides one thing and says why."""

    def __init__(self, buyer: Any, undertaking: Any) -> None:
        self.buyer, self.undertaking = buyer, undertaking
        self.p = buyer.model.scenario.parameters
        self.sheets: dict[str, TermSheet] = buyer.model.scenario.term_sheets if buyer.policy.forms else {}
        self.met = circumstances.met(buyer, undertaking)
        self.pressed = buyer.pressure > self.p.pressed
        years = max(1.0, (buyer.model.month - undertaking.watched_from) / 12.0)
        self.changes = undertaking.changes_met / years  # a year, since it last decided
        self.reasons: list[str] = []
        self.form = self.chosen()
        self.usual = buyer.policy.under(self.sheets[self.form]) if self.form else buyer.policy
        self.says = self.sheets[self.form].says if self.form else ()

    def chosen(self) -> str:
        """The partnership form: one nobody here has tried yet, for those who are first with it; else that of most worth, if it leads."""
        buyer, now = self.buyer, self.undertaking.form
        if not self.sheets:
            return ""
        tried = {duty.form for duty in buyer.undertakings}
        if untried := [form for form in self.sheets if form in buyer.pioneered and form not in tried]:
            self.reasons.append(f"{untried[0]}: to try it")
            return untried[0]
        worth = {form: self.worth_of(form) for form in ("", *self.sheets)}
        best = max(worth, key=lambda form: (worth[form], form == now))
        if best != now and worth[best] > worth[now] + self.p.switch_cost:
            self.reasons.append(f"{best or 'the usual form'}: worth more than {now or 'the usual form'}")
            return best
        return now

    def worth_of(self, form: str) -> float:
        """Value for money that it expects of a form: what it has seen and heard, what its money allows, and how those in office lean."""
        buyer, p = self.buyer, self.p
        worth = float(buyer.worth_of_form[form])
        policy = self.sheets[form].policy if form else buyer.policy
        if self.pressed and any("finance" in package for package in policy.packages):
            worth += p.circumstance_worth  # it is paid for over its life, and money is short now
        if any(clause.name in learning.FOR_VOLUNTARY_BODIES for clause in policy.clauses):
            worth += buyer.politics.social
        return worth

    def conclude(self) -> None:
        """Put the decisions together, note them, and start watching anew."""
        buyer, duty = self.buyer, self.undertaking
        packages, lots, weights, months = self.packages(), self.lots(), self.weights(), self.term()
        extension, engagement, clauses = self.extension(), self.engagement(), self.clauses()
        duty.form = self.form
        duty.policy = copy_of(
            buyer, self.form, self.usual, packages, lots, weights, months, extension, engagement, clauses, self.negotiated()
        )
        duty.watched_from, duty.changes_met = buyer.model.month, 0
        words = [*self.met, *self.reasons] or ["as usual"]
        buyer.model.event("decision", -1, buyer, "", duty, lead_of_in_house(buyer, duty), "; ".join(words))

    def packages(self) -> tuple[tuple[Any, ...], ...]:
        """Bundle all phases if what the builder would save by running it exceeds what being held up would cost."""
        buyer, duty, p = self.buyer, self.undertaking, self.p
        if "packages" in self.says or not buyer.asset_due(duty):
            return self.usual.packages
        service = duty.service
        saved = p.quality_value * service.build_quality * service.externality + service.externality**2 / 2
        saved += (len(self.usual.packages) - 1) * 100.0 * p.buyer_cost / (duty.reference * service.asset_life_months)
        held_up = p.hold_up * (1.0 - p.trust_discount * self.trust()) * (1.0 - p.insight_discount * buyer.capacity)
        lost = self.changes * p.adaptation_cost * p.change_base * held_up
        if saved > lost:
            self.reasons.append("one contract for all phases: who builds will run it")
            return (("design", "build", "operate"),)
        self.reasons.append("phases apart: it must be changed too often to be locked in")
        return (("design", "build"), ("operate",))

    def lots(self) -> int:
        """One lot when money is short; small ones where those in office want small suppliers to have a chance."""
        p, annual = self.p, 12.0 * self.undertaking.reference
        if "lots" in self.says:
            return self.usual.lots
        if self.pressed:
            if self.usual.lots > 1:
                self.reasons.append("one lot: money is short")
            return 1
        lots = int(min(p.lots_most, annual / (100.0 * p.lot_value)))
        if lots > self.usual.lots and self.buyer.politics.social > p.lean_social / 2:
            self.reasons.append(f"{lots} lots: small suppliers are to have a chance")
            return lots
        return self.usual.lots

    def weights(self) -> Weights:
        """Price weighs more the shorter money is, social value as those in office lean."""
        w, p, social = self.usual.weights, self.p, self.buyer.politics.social
        if "weights" in self.says:
            return w
        more = p.austerity_price * self.buyer.pressure
        price = min(1.0, max(0.0, stepped(w.price + more - social, p.weight_step)))
        if price > w.price:
            self.reasons.append("price weighs more: money is short")
        elif price < w.price:
            self.reasons.append("price weighs less: social value is wanted")
        social = min(1.0 - price, stepped(w.social + max(0.0, social - more), p.weight_step))
        rest, before = 1.0 - price - social, w.quality + w.community
        quality = rest * w.quality / before if before > 0 else rest
        return Weights.model_construct(price=price, quality=quality, social=social, community=max(0.0, rest - quality))

    def term(self) -> int:
        """Shorter terms for services that had to be changed often, longer for calm ones; in whole years."""
        p, usual = self.p, self.usual.operate_months
        if "operate_months" in self.says:
            return usual
        unrest = self.changes / (self.changes + p.many_changes)  # nothing: 0, as many as counts as many: a half
        months = usual * (1.0 + p.term_stretch * (1.0 - 2 * unrest))
        months = 12 * max(1, round(min(p.term_most, max(p.term_least, months)) / 12.0))
        if months < usual:
            self.reasons.append(f"{months} months: it had to be changed often")
        elif months > usual:
            self.reasons.append(f"{months} months: it was calm")
        return months

    def extension(self) -> int:
        """A right to extend only with a provider it trusts."""
        if self.trust() < self.p.trust_quality and self.usual.extension_months:
            self.reasons.append("no extension: little trust")
            return 0
        return self.usual.extension_months

    def negotiated(self) -> bool:
        """Negotiate with whoever runs the service, in place of a tender, where there is much trust and few would bid."""
        if self.usual.negotiated or (self.trust() >= self.p.trust_negotiates and "weak market" in self.met):
            self.reasons.append("to be negotiated: it is trusted and few would bid")
            return True
        return False

    def engagement(self) -> str:
        """As often as the policy says, and as those in office lean."""
        if "engagement" in self.says:
            return self.usual.engagement
        steps = WORDS.index(self.usual.engagement) + self.buyer.politics.engagement
        return WORDS[min(len(WORDS) - 1, max(0, steps))]

    def clauses(self) -> tuple[str, ...]:
        """Practices it has taken up, and a way out where the need moves."""
        wanted = [name for name in learning.PRACTICES if name in self.buyer.practices]
        if "need for flexibility" in self.met and "break_clause" not in wanted:
            wanted.append("break_clause")
            self.reasons.append("a right to break: the need moves")
        return tuple(wanted)

    def trust(self) -> float:
        """In those who run the service now."""
        running = self.undertaking.operating
        return max((float(c.trust) for c in running), default=self.p.trust_start)


def stepped(share: float, step: float) -> float:
    """A share rounded to steps."""
    return round(share / step) * step


def copy_of(
    buyer: Any,
    form: str,
    usual: Policy,
    packages: Any,
    lots: int,
    weights: Weights,
    months: int,
    extension: int,
    engagement: str,
    names: tuple[str, ...],
    negotiated: bool,
) -> Policy:
    """The usual policy, or a form's, with these changes; the same wish gives the same object, so that nothing is checked twice."""
    kept = buyer.model.decided
    wish = (id(buyer.policy), form, packages, lots, weights.price, weights.social, months, extension, engagement, names, negotiated)
    if wish not in kept:
        given = {clause.name for clause in usual.clauses}
        clauses = (*usual.clauses, *(ClauseUse(name=name) for name in names if name not in given))
        kept[wish] = buyer.policy, usual.model_copy(
            update={
                "packages": packages, "lots": lots, "weights": weights, "operate_months": months,
                "extension_months": extension, "engagement": engagement, "clauses": clauses, "negotiated": negotiated,
            }
        )  # fmt: skip
    return kept[wish][1]
