"""Undertakings: a commissioner's lasting duty to provide a service, and the asset it needs, if it needs one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..scenarios.schema import Policy, Service
from .delivery import BUILD, DESIGN, OPERATE

if TYPE_CHECKING:
    from .contracts import Contract
    from .procurement import Tender

PHASES = {"design": DESIGN, "build": BUILD, "operate": OPERATE}


@dataclass
class Asset:
    """What was built: for which need, how well, and what it saves in running."""

    specification: tuple[float, float, float]
    skill: float
    saving: float  # share of running cost
    bonus: float  # of quality
    expires: int  # month


@dataclass
class Undertaking:
    """One duty of one commissioner. `reference` is its running cost in pence a month at volume 1."""

    key: int
    service: Service
    need: int  # column of the exogenous paths
    index: int  # of the service
    reference: float
    design_share: float  # of capital that is design fees
    asset: Asset | None = None
    operating: list[Contract] = field(default_factory=list)
    building: Contract | None = None
    tender: Tender | None = None  # that is open
    coming: list[Contract] = field(default_factory=list)  # signed, and to operate in time
    designer: int = -1  # providers of the earlier phases of the cycle under way
    builder: int = -1
    design_skill: float = 0.0  # of these providers
    build_skill: float = 0.0
    plan: tuple[float, float, float] | None = None  # what is being built
    effort_in_design: float = 0.0  # a*, what the builder or designer invested to lower running costs
    last_tender: int = 0
    policy: Policy | None = None  # decided for this service by a council with discretion
    form: str = ""  # the partnership form it was decided to let it under; empty is the council's own policy
    watched_from: int = 0  # month since which changes are counted
    changes_met: int = 0
    challenger: Any = None  # voluntary body that asked for the open tender
    level: float = 1.0  # of what things cost, moved by price shocks; the worth of the service stays

    @property
    def procuring(self) -> bool:
        """Whether it is settled, or being settled, who comes next: a tender is open, an asset on its way, a contract signed."""
        return self.tender is not None or self.building is not None or bool(self.coming)

    @property
    def renewing(self) -> bool:
        """Whether an asset is being designed or built, or tendered for."""
        return self.building is not None or (self.tender is not None and "build" in self.tender.phases)

    @property
    def capital(self) -> float:
        """Cost of the asset in pence."""
        return 12.0 * self.reference * self.service.asset_intensity

    def months_of(self, phase: str, operate_months: int) -> int:
        return {"design": self.service.design_months, "build": self.service.build_months}.get(phase, operate_months)

    def reference_of(self, phase: str) -> float:
        """Reference cost of a phase in pence a month."""
        if phase == "design":
            return self.design_share * self.capital / self.service.design_months
        if phase == "build":
            return (1.0 - self.design_share) * self.capital / self.service.build_months
        return self.reference


def annuity(principal: float, rate: float, months: int) -> float:
    """Equal monthly payment that repays `principal` over `months` at `rate` a year."""
    factor, divisor = annuity_terms(rate, months)
    return principal * factor / divisor


def annuity_terms(rate: float, months: int) -> tuple[float, float]:
    """What a principal is multiplied with and divided by to get its annuity."""
    monthly = rate / 12.0
    divisor = 1.0 - (1.0 + monthly) ** -months
    return (monthly, divisor) if divisor > 0.0 else (1.0, float(months))  # a rate too small to show is none
