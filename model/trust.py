"""Trust as a contract's month moves it (mechanism 7): what the client gets to see, what it expected, and how close the two parties are.

A client judges by what it sees, and what it sees a provider can colour: effort withheld shows only as far as the client sees (M),
less where the provider itself reports how it does (`unheard`), more where performance data are disclosed. Sudden losses (disputes,
shading found out) are events: trusting.py. Sources: Baker, Gibbons and Murphy 2002; Poppo and Zenger 2002; evidence
hay_small_scale (smaller partnerships succeed, through closer contact).
"""

from __future__ import annotations

from .compiled import njit


@njit(inline="always")
def seen_of(c, p):
    """Share of what the provider does that the client can see, 0-1 (M in E5).

    It is what the client knows by itself, less where it must rely on the provider's own figures, plus what is opened to it.
    """
    own = c.knowledge / (c.knowledge + c.complexity + 1e-9) * (1.0 - c.unheard)
    return min(1.0, own + p.open_book_insight * c.open_book + p.disclosure_insight * c.disclosed)


@njit(inline="always")
def judged(c, p, honest, seen):
    """The quality a client takes the month to have had: of what is lost on `honest` quality by effort withheld, it counts what it sees."""
    hidden = (1.0 - seen) * p.shading_harm * c.effort * (1.0 - c.measurability)
    return min(1.0, c.quality + honest * hidden)


@njit(inline="always")
def closeness_of(c, p):
    """How close the two sides of a contract are, 0-1: the smaller it is, the better the people on it know each other."""
    return p.close_size / (p.close_size + 12.0 * c.price / 100.0)


@njit(inline="always")
def build_trust(c, p, view):
    """A month of trust: it rises where the client finds more than it expected and where the two are close, and falls, faster, where
    it finds less, or where it pays late. What is expected follows what was found."""
    surprise = view - c.awaited
    good = max(0.0, surprise)
    c.trust += (p.trust_up * good + p.trust_contact * closeness_of(c, p)) * (1.0 - c.trust) - (
        p.trust_lost * (good - surprise) + p.trust_late * c.late
    ) * c.trust
    c.awaited += p.trust_memory * surprise
