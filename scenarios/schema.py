"""What a run is, as typed data: the place, the policy, the parameters, the horizon, the timeline, the switches.

Every model is validated once, here, at the door; inside the model the objects are frozen and trusted.
Units: money in pounds in files (pence inside the model), time in months, shares and rates as fractions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Frozen
from .errors import Flaw, Inconsistent, shown, unknown
from .parameters import Parameters
from .paths import assign, broad_first, flat

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Month = Annotated[str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="A month, written YYYY-MM")]

PhaseName = Literal["design", "build", "finance", "operate"]
PaymentName = Literal["fixed price", "cost-plus", "volume price", "availability payment"]
EngagementName = Literal["never", "infrequently", "mostly", "regularly"]
RingName = Literal["local", "region", "elsewhere"]
FirmKind = Literal["large", "sme", "vcs"]
CommissionerKind = Literal["council", "anchor"]


# --- the place ------------------------------------------------------------------------------------------------


class Ward(Frozen):
    """A ward of the focal district: where residents live."""

    name: str
    code: str = ""
    population: Annotated[int, Field(ge=0)]
    deprivation: Annotated[float, Field(ge=0, le=100, description="Mean Index of Multiple Deprivation score")]
    unemployment: Share = Field(description="Claimant rate of the working-age population")


class District(Frozen):
    """A district of the region. Exactly one is focal: its residents are individuals."""

    name: str
    code: str = ""
    population: Annotated[int, Field(gt=0)]
    focal: bool = False
    wards: tuple[Ward, ...] = ()


class AgeBand(Frozen):
    """An age band with its share of the population."""

    name: str
    low: Annotated[int, Field(ge=0, le=120)]
    high: Annotated[int, Field(ge=0, le=120)]
    share: Share
    works: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> AgeBand:
        if self.low > self.high:
            raise ValueError(f"low must not lie above high, got {self.low} and {self.high}")
        return self


class Population(Frozen):
    """Who lives in the focal district. One resident row stands for `people_per_row` people."""

    people_per_row: Positive
    age_bands: Annotated[tuple[AgeBand, ...], Field(min_length=1)]
    participates_never: Share
    participates_would: Share
    participates_does: Share

    @model_validator(mode="after")
    def _adds_up(self) -> Population:
        if abs(sum(b.share for b in self.age_bands) - 1) > 1e-6:
            raise ValueError(f"the shares of the age bands must add up to 1, got {sum(b.share for b in self.age_bands):g}")
        if self.participates_never + self.participates_would + self.participates_does > 1 + 1e-9:
            raise ValueError("the participation types must not add up to more than 1")
        return self


class Incomes(Frozen):
    """Monthly money of one person, in pounds."""

    median_wage: Positive
    wage_spread: Annotated[float, Field(ge=0, le=2, description="Standard deviation of the log wage")]
    benefit: NonNegative
    pension: NonNegative
    employment_rate: Share
    council_tax: NonNegative = Field(description="Council tax per adult and month")


class Sector(Frozen):
    """An industry: its unmodelled firms are one account in the focal district."""

    name: str
    jobs: NonNegative = Field(description="Jobs in the focal district")
    labour_share: Share = Field(description="Wages as a share of turnover")
    local_supply: Share = Field(description="Share of turnover bought from firms of the district")
    region_supply: Share = Field(description="Share of turnover bought from the rest of the region")
    household_share: Share = Field(description="Share of residents' local spending that goes to this sector")

    @model_validator(mode="after")
    def _within_turnover(self) -> Sector:
        if self.labour_share + self.local_supply + self.region_supply > 1 + 1e-9:
            raise ValueError("labour_share + local_supply + region_supply must not exceed 1")
        return self


class SupplyShares(Frozen):
    """Where a kind of provider of a given home ring spends each pound of its costs (the rest goes elsewhere)."""

    kind: Literal["large", "sme", "vcs", "in-house"]
    home: RingName
    labour_local: Share = Field(description="Share of its wages earned by residents of the place where the work is done")
    labour_region: Share
    supplies_local: Share = Field(description="Share of its supplies bought in the place where the work is done")
    supplies_region: Share

    @model_validator(mode="after")
    def _adds_up(self) -> SupplyShares:
        for what in ("labour", "supplies"):
            if getattr(self, f"{what}_local") + getattr(self, f"{what}_region") > 1 + 1e-9:
                raise ValueError(f"{what}_local + {what}_region must not exceed 1")
        return self


class FirmGroup(Frozen):
    """`count` providers of one kind, home and sector, their turnover lognormal around a median (pounds a year)."""

    kind: FirmKind
    home: str = Field(description="A district's name, or 'elsewhere'")
    sector: str
    count: Annotated[int, Field(ge=0, le=5000)]
    turnover_median: Positive
    turnover_spread: Annotated[float, Field(ge=0, le=3, description="Standard deviation of log turnover")]


class Service(Frozen):
    """A service line and what makes it easy or hard to contract for."""

    name: str
    sector: str
    complexity: Share
    measurability: Share = Field(description="How much of quality a performance indicator can capture")
    volatility: NonNegative = Field(description="Standard deviation a year of the drift of the need")
    asset_intensity: NonNegative = Field(description="Capital cost of the asset in years of running cost; 0 = no asset")
    externality: Share = Field(description="Share of running cost a unit of design effort saves (delta)")
    build_quality: Annotated[float, Field(ge=-1, le=1, description="What a unit of that effort does to quality (kappa)")]
    scale_elasticity: Annotated[float, Field(ge=0.5, le=1, description="Elasticity of cost with size (eta); 1 = no scale economy")]
    labour_share: Share
    local_knowledge: Share = Field(description="Value of knowing the place, as a share of skill")
    vulnerability: Share = Field(description="Vulnerability of users: how much a failure is noticed")
    demand_growth: Annotated[float, Field(ge=-0.5, le=0.5, description="Trend of demand a year")]
    use_by_age: tuple[NonNegative, ...] = Field(description="Relative use by age band, in the order of the bands")
    design_months: Annotated[int, Field(ge=1, le=60)] = 6
    build_months: Annotated[int, Field(ge=1, le=120)] = 18
    asset_life_months: Annotated[int, Field(ge=12, le=720)] = 180


class ServiceLine(Frozen):
    """A commissioner's spending on a service: a share of its procurement, in `contracts` running contracts."""

    service: str
    share: Share
    contracts: Annotated[int, Field(ge=1, le=500)] = 1


class Commissioner(Frozen):
    """A council or an anchor institution that buys services."""

    name: str
    kind: CommissionerKind
    district: str
    procurement: NonNegative = Field(description="Pounds a year spent with providers at the start")
    capacity: Share = Field(description="Client-side capacity and procurement skill (K)")
    in_house: Share = Field(description="Share of its service lines run by its own staff at the start")
    start_local: Share = Field(description="Share of its contract value with providers of its district at the start")
    start_region: Share = Field(description="Share with providers of the rest of the region at the start")
    budget_path: tuple[NonNegative, ...] = Field(default=(1.0,), description="Budget of each year relative to the first; the last holds on")
    lines: Annotated[tuple[ServiceLine, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Commissioner:
        if abs(sum(line.share for line in self.lines) - 1) > 1e-6:
            raise ValueError(f"the shares of the service lines must add up to 1, got {sum(line.share for line in self.lines):g}")
        if self.start_local + self.start_region > 1 + 1e-9:
            raise ValueError("start_local + start_region must not exceed 1")
        return self


class Place(Frozen):
    """A region of districts, one of them focal, with its people, firms, commissioners and services."""

    name: str
    title: str
    region: str
    attribution: str
    districts: Annotated[tuple[District, ...], Field(min_length=1)]
    population: Population
    incomes: Incomes
    sectors: Annotated[tuple[Sector, ...], Field(min_length=1)]
    supply: Annotated[tuple[SupplyShares, ...], Field(min_length=1)]
    firms: Annotated[tuple[FirmGroup, ...], Field(min_length=1)]
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    commissioners: Annotated[tuple[Commissioner, ...], Field(min_length=1)]
    sources: dict[str, SourceNote] = {}

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Place:
        flaws: list[Flaw] = []
        districts = {d.name for d in self.districts}
        sectors = {s.name for s in self.sectors}
        services = {s.name for s in self.services}
        focal = [i for i, d in enumerate(self.districts) if d.focal]
        if len(focal) != 1:
            flaws.append(Flaw(("districts",), f"exactly one district must be focal, {len(focal)} are"))
        for i in focal:
            if not any(ward.population > 0 for ward in self.districts[i].wards):
                flaws.append(Flaw(("districts", i, "wards"), "the focal district has no residents: give it wards with a population"))
        named = [(("districts",), self.districts), (("sectors",), self.sectors), (("services",), self.services)]
        named += [(("commissioners",), self.commissioners), (("population", "age_bands"), self.population.age_bands)]
        named += [(("districts", i, "wards"), self.districts[i].wards) for i in focal]
        for loc, items in named:
            names = [item.name for item in items]
            for twice in sorted({name for name in names if names.count(name) > 1}):
                flaws.append(Flaw(loc, f"two have the name {twice!r}: names must be unique"))
        for i, group in enumerate(self.firms):
            if group.home not in districts | {"elsewhere"}:
                flaws.append(unknown(("firms", i, "home"), "district (or 'elsewhere')", group.home, sorted(districts | {"elsewhere"})))
            if group.sector not in sectors:
                flaws.append(unknown(("firms", i, "sector"), "sector", group.sector, sorted(sectors)))
        for i, service in enumerate(self.services):
            if service.sector not in sectors:
                flaws.append(unknown(("services", i, "sector"), "sector", service.sector, sorted(sectors)))
            if len(service.use_by_age) != (bands := len(self.population.age_bands)):
                flaws.append(Flaw(("services", i, "use_by_age"), f"one number for each of the {bands} age bands", str(len(service.use_by_age))))
        for i, buyer in enumerate(self.commissioners):
            if buyer.district not in districts:
                flaws.append(unknown(("commissioners", i, "district"), "district", buyer.district, sorted(districts)))
            for j, line in enumerate(buyer.lines):
                if line.service not in services:
                    flaws.append(unknown(("commissioners", i, "lines", j, "service"), "service", line.service, sorted(services)))
        centre = {self.districts[i].name for i in focal}
        if focal and not any(b.kind == "council" and b.district in centre for b in self.commissioners):
            flaws.append(Flaw(("commissioners",), "the focal district needs a commissioner of kind 'council'"))
        if sum(g.count for g in self.firms) == 0:
            flaws.append(Flaw(("firms",), "the place has no firm at all"))
        pairs = [(s.kind, s.home) for s in self.supply]
        needed = {(kind, home) for kind in ("large", "sme", "vcs") for home in ("local", "region", "elsewhere")} | {("in-house", "local")}
        if missing := sorted(needed - set(pairs)):
            flaws.append(Flaw(("supply",), f"no shares given for {', '.join(f'{k}/{h}' for k, h in missing)}"))
        if twice := sorted({f"{k}/{h}" for k, h in pairs if pairs.count((k, h)) > 1}):
            flaws.append(Flaw(("supply",), f"given twice: {', '.join(twice)}"))
        if flaws:
            raise Inconsistent(flaws)
        return self


# --- the policy -----------------------------------------------------------------------------------------------


class Weights(Frozen):
    """Award weights on price, quality, social value and community engagement; they add up to 1."""

    price: Share
    quality: Share
    social: Share
    community: Share

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
    settings: dict[str, float] = {}


class Policy(Frozen):
    """How the commissioners it applies to package, tender and contract."""

    applies_to: Annotated[tuple[CommissionerKind, ...], Field(min_length=1)]
    packages: Annotated[tuple[tuple[PhaseName, ...], ...], Field(min_length=1, description="Which phases share a contract")]
    operate_months: Annotated[int, Field(ge=12, le=360, description="Term of a stand-alone operating contract")]
    extension_months: Annotated[int, Field(ge=0, le=120)]
    lots: Annotated[int, Field(ge=1, le=20)]
    payment: PaymentName
    weights: Weights
    local_preference: Share = Field(description="Share of the social score that is the bidder's local spending")
    engagement: EngagementName = Field(description="How often providers are engaged before a tender")
    supplier_development: Share = Field(description="Effort to find, inform and advise local suppliers")
    turnover_ratio: NonNegative = Field(description="Turnover asked of a bidder, in years of contract value")
    co_design: Share = Field(description="Voice of the operator in the design when phases are apart (vc)")
    client_side: Annotated[float, Field(ge=0, le=0.2, description="Spending on contract management, share of contract value")]
    insourcing: bool = Field(description="Whether commissioners may take services in-house at a contract's end")
    clauses: tuple[ClauseUse, ...] = ()

    @model_validator(mode="after")
    def _covers_the_phases(self) -> Policy:
        phases = [p for package in self.packages for p in package]
        order = [p for p in ("design", "build", "finance", "operate") if p in phases]
        if len(set(phases)) < len(phases):
            raise Inconsistent([Flaw(("packages",), "a phase may stand in one package only", shown(self.packages))])
        if [p for p in phases if p != "finance"] != [p for p in order if p != "finance"] or not {"design", "build", "operate"} <= set(phases):
            text = "give design, build and operate once each, in this order (finance with any of them)"
            raise Inconsistent([Flaw(("packages",), text, shown(self.packages))])
        names = [clause.name for clause in self.clauses]
        if len(set(names)) < len(names):
            raise Inconsistent([Flaw(("clauses",), "a clause may be named once only", shown(names))])
        return self

    def changed(self, changes: Mapping[str, object]) -> Policy:
        """This policy with some keys set, dotted ones too (`weights.price`). Raises NotThere or pydantic's ValidationError."""
        raw = json.loads(self.model_dump_json())
        changes = flat(changes)
        for key in broad_first(changes):
            assign(raw, Policy, key, plain_clauses(changes[key]) if key == "clauses" else changes[key])
        return Policy.model_validate_json(json.dumps(raw), strict=True)


def plain_clauses(clauses: object) -> object:
    """Clauses may be written as bare names, `["open_book"]`; this gives each its table."""
    if not isinstance(clauses, list | tuple):
        return clauses
    return [{"name": clause} if isinstance(clause, str) else deepcopy(clause) for clause in clauses]


# --- the scenario ---------------------------------------------------------------------------------------------


class SourceNote(Frozen):
    """Where a number comes from: an evidence id, a citation of data, or an assumption with its plausible range."""

    evidence: str | None = None
    data: str | None = None
    assumed: tuple[float, float] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> SourceNote:
        if self.evidence is None and self.data is None and self.assumed is None:
            raise ValueError("a source needs one of: evidence, data, assumed")
        return self


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
    on: str = Field(default="", description="Name of the service, sector or provider struck; empty = all")

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
    capacity: bool = True
    circulation: bool = True
    learning: bool = True
    engagement: bool = True
    displacement: bool = True
    supply_shares: bool = True


class Scenario(Frozen):
    """Everything a run needs besides its seed."""

    name: str
    title: str
    description: str = ""
    baseline: str | None = None
    place: Place
    policy: Policy
    parameters: Parameters
    horizon: Horizon
    switches: Switches = Switches()
    timeline: tuple[Change, ...] = Field(default=(), description="Sorted by month")
    sources: dict[str, SourceNote] = {}

    def canonical(self) -> str:
        """Everything as one JSON text that depends on nothing but the content: keys sorted, floats in their shortest form."""
        return _stable(json.loads(self.model_dump_json()))

    @classmethod
    def from_canonical(cls, text: str) -> Scenario:
        """The scenario that `canonical` wrote. Raises pydantic's ValidationError."""
        return cls.model_validate_json(text, strict=True)

    @cached_property
    def sha256(self) -> str:
        """Hash of all that decides a result: names, titles and sources are left out."""
        content = json.loads(self.model_dump_json(exclude={"name", "title", "description", "baseline", "sources"}))
        for prose in ("title", "attribution", "sources"):
            del content["place"][prose]
        return hashlib.sha256(_stable(content).encode()).hexdigest()

    def month_index(self, month: str) -> int:
        """Months from the start of the horizon to a month written YYYY-MM; 0 is the first month."""
        years, months = (int(a) - int(b) for a, b in zip(month.split("-"), self.horizon.start.split("-"), strict=True))
        return 12 * years + months

    @cached_property
    def policies(self) -> tuple[tuple[int, Policy], ...]:
        """The policy in force from each month on: (month index, policy), the first from month 0."""
        found = [(0, self.policy)]
        for change in self.timeline:
            if change.set:
                found.append((self.month_index(change.month), found[-1][1].changed(change.set)))
        return tuple(found)

    def policy_at(self, month: int) -> Policy:
        """The policy in force in a month of the run (0 = the first)."""
        return [policy for start, policy in self.policies if start <= month][-1]


def _stable(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
