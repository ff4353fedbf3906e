"""What people do to trust (mechanism 7), beside the month's work: disputes, failings found out, meetings.

A failing that the provider had disclosed costs less trust than one that is found out; one found behind reports that the
provider wrote alone costs more. Disputes get into the papers, good work does not, unless its data are there for all to read.
Source: Baker, Gibbons and Murphy 2002; evidence hay_damage.
"""

from __future__ import annotations

from math import fsum
from typing import Any


def shaken(contract: Any, by: float = 1.0) -> None:
    """A blow to trust: a dispute, or a step taken against the provider; `by` times the usual."""
    model = contract.buyer.model
    if model.scenario.switches.trust:
        contract.trust *= max(0.0, 1.0 - by * model.scenario.parameters.trust_down)


def found_out(contract: Any) -> None:
    """Effort withheld has come up."""
    p = contract.buyer.model.scenario.parameters
    shaken(contract, (1.0 - p.candour * opened(contract)) * (1.0 + p.false_report * contract.unheard))


def opened(contract: Any) -> float:
    """How far what goes on under a contract was there to be known, 0-1."""
    return max(contract.disclosed, contract.open_book) if contract.buyer.model.scenario.switches.disclosure else 0.0


def met(contract: Any, gain: float) -> None:
    """People of both sides have worked together: `gain` of the trust that is missing is won."""
    if contract.buyer.model.scenario.switches.trust:
        contract.trust += gain * (1.0 - contract.trust)


def spread(contract: Any) -> None:
    """A dispute gets about: residents hear of it as of a failure, by what the contract means to the place."""
    buyer, model = contract.buyer, contract.buyer.model
    if buyer.focal and contract.reference > 0.0:
        p = model.scenario.parameters
        model.news += p.quarrel_news * (1.0 - p.candour * opened(contract)) * contract.reference / model.bought


def bought(model: Any) -> float:
    """Reference cost of all that the focal commissioners buy, pence a month."""
    return fsum(d.reference for b in model.commissioners if b.focal for d in b.undertakings)
