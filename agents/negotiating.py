"""A running contract changed by negotiation: it is fitted to the need anew and runs on, in place of a tender.

The provider gains a further term without a rival; for that it gives up part of its mark-up on the change, the more the parties
trust each other. Sources: Peterborough and Trafford in the LGiU report; Bajari, McMillan and Tadelis 2009 on negotiation in
place of auctions; what to beware of, evidence f_peterborough.
"""

from __future__ import annotations

from typing import Any

from ..model.delivery import IN_HOUSE
from . import deciding, ending


def agree(buyer: Any, undertaking: Any) -> bool:
    """Negotiate, if policy says so, with a provider that is trusted and whose service is worth what the market is believed to offer.

    Returns whether there is an agreement. It may be renewed again and again.
    """
    model, p, contract = buyer.model, buyer.model.scenario.parameters, undertaking.operating[0]
    policy = deciding.policy_of(buyer, undertaking)
    if not policy.negotiated or contract.provider.kind == IN_HOUSE or len(undertaking.operating) > 1:
        return False
    if contract.trust < p.trust_quality or buyer.value_of(contract) < buyer.belief["market"]:
        return False
    buyer.change(contract, 1.0 - contract.trust)
    ending.extend(contract, policy.operate_months)
    model.event("negotiation", contract.number, buyer, contract.provider.name, undertaking, contract.price)
    model.schedule(contract.end - buyer.lead(undertaking), buyer.review, undertaking)
    return True
