"""What a run is, as typed data: the place, the policy, the parameters, the horizon, the timeline, the switches.

Every model is validated once, here, at the door; inside the model the objects are frozen and trusted.
Units: money in pounds in files (pence inside the model), time in months, shares and rates as fractions.
The tables of a place stand in place.py, those of a policy in policy.py; all can be had from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .base import CommissionerKind, Frozen, Month, NonNegative, Positive, Share, SourceNote
from .parameters import Parameters
from .place import (
    AgeBand,
    Commissioner,
    District,
    FirmGroup,
    FirmKind,
    Incomes,
    Place,
    Population,
    RingName,
    Sector,
    Service,
    ServiceLine,
    SupplyShares,
    Ward,
)
from .policy import ClauseUse, EngagementName, PaymentName, PhaseName, Policy, TermSheet, Weights, plain_clauses
from .rules import Rules

__all__ = [
    "AgeBand",
    "Change",
    "ClauseUse",
    "Commissioner",
    "CommissionerKind",
    "District",
    "EngagementName",
    "FirmGroup",
    "FirmKind",
    "Frozen",
    "Horizon",
    "Incomes",
    "Month",
    "NonNegative",
    "Parameters",
    "PaymentName",
    "PhaseName",
    "Place",
    "Policy",
    "Population",
    "Positive",
    "RingName",
    "Rules",
    "Scenario",
    "Sector",
    "Service",
    "ServiceLine",
    "Share",
    "SourceNote",
    "SupplyShares",
    "Switches",
    "TermSheet",
    "Ward",
    "Weights",
    "month_after",
    "months_between",
    "plain_clauses",
]


class Horizon(Frozen):
    """When a run starts and how many months it lasts."""

    start: Month
    months: Annotated[int, Field(ge=1, le=600)]


class Change(Frozen):
    """A dated change of policy or a dated shock."""

    month: Month
    set: dict[str, object] = Field(default={}, description="Policy keys and their new values, e.g. {lots = 4}")
    shock: Literal["budget", "demand", "need", "price", "failure"] | None = None
    size: float = Field(default=0.0, description="Relative size of the shock (budget, demand, price), or distance (need)")
    on: str = Field(
        default="",
        description="Name of what is struck (a commissioner, service, sector or provider); empty = all",
    )

    @model_validator(mode="after")
    def _does_something(self) -> Change:
        if not self.set and self.shock is None:
            raise ValueError("a timeline entry needs 'set' or 'shock'")
        if self.shock == "failure" and not self.on:
            raise ValueError("a failure shock needs 'on', the name of the provider")
        if self.shock in ("budget", "demand", "price") and self.size <= -1:
            raise ValueError(f"a {self.shock} shock must leave something: size > -1")
        return self


class Switches(Frozen):
    """Mechanisms that can be ablated, one by one: false takes the mechanism out of the world."""

    needs_drift: bool = True
    specification_error: bool = True
    hold_up: bool = True
    shading: bool = True
    internalisation: bool = True
    scale_economies: bool = True
    coordination: bool = True
    tender_cost: bool = True
    bid_cost: bool = True
    thresholds: bool = True
    underpricing: bool = True
    lock_in: bool = True
    trust: bool = True
    insolvency: bool = True
    debt: bool = True
    takeovers: bool = True
    published_work: bool = True
    continuity: bool = True
    capacity: bool = True
    circulation: bool = True
    learning: bool = True
    engagement: bool = True
    displacement: bool = True
    supply_shares: bool = True
    circumstances: bool = True
    elections: bool = True
    social_learning: bool = True
    team_skill: bool = True
    team_plans: bool = True
    experience: bool = True
    integration: bool = True
    budgets: bool = True
    cost_shifting: bool = True
    capacity_building: bool = True
    missions: bool = True
    life_events: bool = True
    volunteering: bool = True
    prevention: bool = True
    risks: bool = True
    risk_pricing: bool = True
    care: bool = True
    ownership: bool = True
    selection: bool = True
    breaks: bool = True
    joining: bool = True
    closeness: bool = True
    late_payment: bool = True
    complaints: bool = True
    disclosure: bool = True
    joint_innovation: bool = True
    reporting: bool = True
    steering: bool = True


TOLD = ("name", "title", "description", "baseline", "form", "sources")  # what of a scenario decides no result


class Scenario(Frozen):
    """Everything a run needs besides its seed."""

    name: str
    title: str
    description: str = ""
    baseline: str | None = None
    form: str | None = None
    place: Place
    policy: Policy
    neighbours: Policy | None = Field(
        default=None, description="Policy of the commissioners it does not apply to: that of the scenario extended in the end"
    )
    term_sheets: dict[str, TermSheet] = Field(default={}, description="The forms that councils with discretion may choose among, by name")
    parameters: Parameters
    horizon: Horizon
    switches: Switches = Switches()
    rules: Rules = Field(default=Rules(), description="National rules, beside the policy")
    timeline: tuple[Change, ...] = Field(default=(), description="Sorted by month")
    sources: dict[str, SourceNote] = {}

    def canonical(self) -> str:
        """Everything as one JSON text that depends on nothing but the content: keys sorted, floats in their shortest form.

        The hash is worked out on the way.
        """
        texts = self._texts()
        if "sha256" not in self.__dict__:
            self.__dict__["sha256"] = self._hashed(texts)
        return _joined(texts | {"place": _place_texts(self.place)[0]})

    @classmethod
    def from_canonical(cls, text: str) -> Scenario:
        """The scenario that `canonical` wrote. Raises pydantic's ValidationError."""
        return cls.model_validate_json(text, strict=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields altered; what was worked out of them before is worked out anew."""
        made = super().model_copy(update=update, deep=deep)
        if update and set(update) - set(TOLD):
            for worked_out in ("sha256", "policies"):
                made.__dict__.pop(worked_out, None)
        return made

    @cached_property
    def sha256(self) -> str:
        """Hash of all that decides a result: names, titles and sources are left out."""
        return self._hashed(self._texts())

    def _texts(self) -> dict[str, str]:
        """All but the place, each in its stable form."""
        return {key: _stable(value) for key, value in json.loads(self.model_dump_json(exclude={"place"})).items()}

    def _hashed(self, texts: Mapping[str, str]) -> str:
        deciding = {key: text for key, text in texts.items() if key not in TOLD}
        return hashlib.sha256(_joined(deciding | {"place": _place_texts(self.place)[1]}).encode()).hexdigest()

    def month_index(self, month: str) -> int:
        """Months from the start of the horizon to a month written YYYY-MM; 0 is the first month."""
        return months_between(self.horizon.start, month)

    @cached_property
    def policies(self) -> tuple[tuple[int, Policy], ...]:
        """The policy in force from each month on: (month index, policy), the first from month 0."""
        found = [(0, self.policy)]
        for change in self.timeline:
            if change.set:
                found.append((self.month_index(change.month), found[-1][1].changed(change.set)))
        return tuple(found)


def _stable(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _joined(texts: Mapping[str, str]) -> str:
    """The stable form of a table from those of its values."""
    return "{" + ",".join(f"{_stable(key)}:{texts[key]}" for key in sorted(texts)) + "}"


_last_place: tuple[Place | None, tuple[str, str]] = None, ("", "")


def _place_texts(place: Place) -> tuple[str, str]:
    """A place's stable form, and that of what decides a result; of the last one remembered, which a sweep's scenarios mostly share."""
    global _last_place
    known, texts = _last_place
    if known is not place:
        content = json.loads(place.model_dump_json())
        texts = _stable(content), _stable({key: value for key, value in content.items() if key not in ("title", "attribution", "sources")})
        _last_place = place, texts
    return texts


def months_between(first: str, later: str) -> int:
    """Months from one month to another, both written YYYY-MM."""
    years, months = (int(b) - int(a) for a, b in zip(first.split("-"), later.split("-"), strict=True))
    return 12 * years + months


def month_after(first: str, months: int) -> str:
    """The month, written YYYY-MM, that comes so many months after another."""
    year, month = map(int, first.split("-"))
    year, month = divmod(12 * year + month - 1 + months, 12)
    return f"{year:04d}-{month + 1:02d}"
