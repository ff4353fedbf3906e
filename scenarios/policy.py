"""A policy: how commissioners package, tender and contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .base import CommissionerKind, Frozen, NonNegative, Share
from .errors import Flaw, Inconsistent, shown
from .paths import assign, broad_first, flat

PhaseName = Literal["design", "build", "finance", "operate"]
PaymentName = Literal["fixed price", "cost-plus", "volume price", "availability payment", "payment by results", "gain share"]
EngagementName = Literal["never", "infrequently", "mostly", "regularly"]
DeliveryName = Literal["market", "in-house", "company"]
JointName = Literal["alone", "aggregated", "lots"]


PACKAGE, VALUE, CONTRACT, SAY, MONEY = (
    "How we package", "What we value in bids", "What the contract says", "Who has a say", "Money and demand",
)  # fmt: skip


def _told(title: str, group: str, unit: str = "") -> Any:
    """How people speak of a setting, and under which heading: for pages and editors."""
    return {"title": title, "json_schema_extra": {"group": group, "unit": unit}}


class Weights(Frozen):
    """Award weights on price, quality, social value and community engagement; they add up to 1."""

    price: Share = Field(description="What the price counts for in an award", **_told("Weight of price", VALUE, "share"))
    quality: Share = Field(description="What the quality offered counts for", **_told("Weight of quality", VALUE, "share"))
    social: Share = Field(description="What social purpose and local spending count for", **_told("Weight of social value", VALUE, "share"))
    community: Share = Field(
        description="What a bidder's standing with the community counts for", **_told("Weight of community engagement", VALUE, "share")
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Weights:
        total = self.price + self.quality + self.social + self.community
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the award weights must add up to 1, got {total:g}")
        return self


class ClauseUse(Frozen):
    """A contract rule named in a policy, with its own numbers."""

    name: str
    above: NonNegative = Field(default=0.0, description="Applies to contracts worth at least this over their life, pounds")
    settings: dict[str, float] = Field(default={}, description="Which there are, and what each accepts, the clause declares")


class Policy(Frozen):
    """How the commissioners it applies to package, tender and contract."""

    applies_to: Annotated[tuple[CommissionerKind, ...], Field(min_length=1, examples=[["council", "anchor"]])]
    packages: Annotated[
        tuple[tuple[PhaseName, ...], ...],
        Field(
            min_length=1,
            description="Which phases share a contract",
            **_told("Phases in one contract", PACKAGE),
            examples=[[["design", "build"], ["operate"]]],
        ),
    ]
    operate_months: Annotated[
        int,
        Field(ge=12, le=360, description="Term of a stand-alone operating contract", **_told("Length of a contract", PACKAGE, "months")),
    ]
    extension_months: Annotated[
        int, Field(ge=0, le=120, description="By how much a contract may be prolonged", **_told("Extension", PACKAGE, "months"))
    ]
    lots: Annotated[
        int, Field(ge=1, le=20, description="Parts that the work of one tender is split into", **_told("Lots", PACKAGE, "lots"))
    ]
    payment: PaymentName = Field(description="What providers are paid for", **_told("Payment", CONTRACT))
    weights: Weights
    local_preference: Share = Field(
        description="Share of the social score that is the bidder's local spending", **_told("Local preference", VALUE, "share")
    )
    engagement: EngagementName = Field(description="How often providers are engaged before a tender", **_told("Talks before a tender", SAY))
    supplier_development: Share = Field(
        description="Effort to find, inform and advise local suppliers", **_told("Help for local suppliers", SAY, "share")
    )
    turnover_ratio: NonNegative = Field(
        description="Turnover asked of a bidder, in years of contract value", **_told("Turnover asked of bidders", VALUE, "years of value")
    )
    co_design: Share = Field(
        description="Voice of the operator in the design when phases are apart (vc)",
        **_told("Operator's voice in the design", SAY, "share"),
    )
    client_side: Annotated[
        float,
        Field(
            ge=0, le=0.2, description="Spending on contract management, share of contract value",
            **_told("Contract management", SAY, "share"),
        ),
    ]  # fmt: skip
    insourcing: bool = Field(
        description="Whether commissioners may take services in-house at a contract's end", **_told("May take services in-house", SAY)
    )
    discretion: bool = Field(
        default=False,
        description="Whether councils decide for each service what is given here (mechanism 12)",
        **_told("Councils decide service by service", SAY),
    )
    grants: Annotated[
        float,
        Field(
            ge=0, le=0.2, description="Share of the budget given to voluntary bodies of the place as grants",
            **_told("Grants to voluntary bodies", MONEY, "share"),
        ),
    ] = 0.0  # fmt: skip
    right_to_challenge: bool = Field(
        default=False,
        description="Whether voluntary bodies may ask for an open tender when a service is due",
        **_told("Right to challenge", SAY),
    )
    asset_sales: Share = Field(
        default=0.0,
        description="Chance a year that a council puts up a community building for sale",
        **_told("Sale of community buildings", MONEY, "chance a year"),
    )
    right_to_bid: bool = Field(
        default=False,
        description="Whether voluntary bodies may bid for community buildings before the market does",
        **_told("Right to bid for buildings", SAY),
    )
    examine_bids: bool = Field(
        default=False,
        description="Whether bidders are asked to explain prices that look too low (mechanism 6)",
        **_told("Question low bids", VALUE),
    )
    delivery: DeliveryName = Field(
        default="market",
        description="Who runs a service: bidders, the own team, or a company the buyer owns",
        **_told("Who delivers", PACKAGE),
    )
    joint: JointName = Field(
        default="alone",
        description="Whether councils of the region buy together: one specification, or a lot each",
        **_told("Buy with other councils", PACKAGE),
    )
    forms: tuple[str, ...] = Field(
        default=(),
        description="Partnership forms that a council with discretion may choose among for a service",
        **_told("Forms to choose among", SAY),
    )
    consortia: bool = Field(
        default=False, description="Whether small firms are invited to bid together", **_told("Joint bids of small firms", VALUE)
    )
    negotiated: bool = Field(
        default=False,
        description="Whether contracts that serve well are changed and prolonged by negotiation",
        **_told("Negotiate good contracts on", PACKAGE),
    )
    clauses: tuple[ClauseUse, ...] = Field(default=(), examples=[["open_book", "break_clause"]], **_told("Clauses", CONTRACT))

    @model_validator(mode="after")
    def _fits_together(self) -> Policy:
        if flaws := self.flaws():
            raise Inconsistent(flaws)
        return self

    def flaws(self) -> list[Flaw]:
        """What does not fit together: phases left out, given twice or out of order, a clause or form named twice."""
        flaws: list[Flaw] = []
        phases = [phase for package in self.packages for phase in package]
        real = [phase for phase in phases if phase != "finance"]
        if len(set(phases)) < len(phases):
            flaws.append(Flaw(("packages",), "a phase may stand in one package only", shown(self.packages)))
        elif real != ["design", "build", "operate"]:
            text = "give design, build and operate once each, in this order (finance with any of them)"
            flaws.append(Flaw(("packages",), text, shown(self.packages)))
        if not all(self.packages):
            flaws.append(Flaw(("packages",), "a package needs a phase", shown(self.packages)))
        whole = next((set(package) for package in self.packages if "finance" in package), None)
        if whole and not {"build", "operate"} <= whole:
            text = "finance must stand with build and operate: it is repaid from the payments for running the asset"
            flaws.append(Flaw(("packages",), text, shown(self.packages)))
        if self.forms and not self.discretion:
            flaws.append(Flaw(("forms",), "are for councils that may choose", shown(self.forms), "discretion = true"))
        if len(set(self.forms)) < len(self.forms):
            flaws.append(Flaw(("forms",), "a form may be named once only", shown(self.forms)))
        if self.right_to_bid and not self.asset_sales:
            flaws.append(Flaw(("right_to_bid",), "needs buildings for sale", shown(self.right_to_bid), "asset_sales above 0"))
        names = [clause.name for clause in self.clauses]
        if len(set(names)) < len(names):
            flaws.append(Flaw(("clauses",), "a clause may be named once only", shown(names)))
        return flaws

    def under(self, sheet: TermSheet) -> Policy:
        """This policy with what a partnership form says in its place."""
        return self.model_copy(update={key: getattr(sheet.policy, key) for key in sheet.says})

    def changed(self, changes: Mapping[str, object]) -> Policy:
        """This policy with some keys set, dotted ones too (`weights.price`). Raises NotThere or pydantic's ValidationError."""
        return Policy.model_validate_json(json.dumps(self.raw_changed(changes), default=str), strict=True)

    def raw_changed(self, changes: Mapping[str, object]) -> dict:
        """The same as a plain table, not yet checked. Raises NotThere for a key that leads nowhere."""
        raw = json.loads(self.model_dump_json())
        changes = flat(changes)
        for key in broad_first(changes):
            assign(raw, Policy, key, plain_clauses(changes[key]) if key == "clauses" else changes[key])
        return raw


class TermSheet(Frozen):
    """A partnership form as a council may choose it: the policy with the form laid over it, and which keys the form says."""

    policy: Policy
    says: tuple[str, ...]


def plain_clauses(clauses: object) -> object:
    """Clauses may be written as bare names, `["open_book"]`; this gives each its table."""
    if not isinstance(clauses, list | tuple):
        return clauses
    return [{"name": clause} if isinstance(clause, str) else deepcopy(clause) for clause in clauses]
