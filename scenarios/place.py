"""A place: a region of districts, with its people, firms, commissioners and services.

Units: money in pounds (pence inside the model), time in months, shares and rates as fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .base import CommissionerKind, Frozen, NonNegative, Positive, Share, SourceNote
from .errors import Flaw, Inconsistent, unknown

RingName = Literal["local", "region", "elsewhere"]
FirmKind = Literal["large", "sme", "vcs"]


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

    @property
    def provider_names(self) -> tuple[str, ...]:
        """What its providers are called: home, sector, kind and number."""
        return provider_names(self.model_dump())


def provider_names(group: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the providers of a firm group, as a table that may not be sound."""
    count = group.get("count")
    numbers = range(1, min(count, 5000) + 1) if isinstance(count, int) else ()
    return tuple(f"{group.get('home')} {group.get('sector')} {group.get('kind')} {n}" for n in numbers)


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
        if flaws := self.flaws():
            raise Inconsistent(flaws)
        return self

    def flaws(self) -> list[Flaw]:
        """What does not fit together: names that refer to nothing, names given twice, what a place cannot do without."""
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
        named: list[tuple[tuple[str | int, ...], list[str]]] = [
            (("districts",), [d.name for d in self.districts]),
            (("sectors",), [s.name for s in self.sectors]),
            (("services",), [s.name for s in self.services]),
            (("commissioners",), [b.name for b in self.commissioners]),
            (("firms",), [f"{g.kind}/{g.home}/{g.sector}" for g in self.firms]),
            (("population", "age_bands"), [b.name for b in self.population.age_bands]),
            *((("districts", i, "wards"), [w.name for w in self.districts[i].wards]) for i in focal),
        ]
        for loc, names in named:
            for double in sorted(name for name, times in Counter(names).items() if times > 1):
                flaws.append(Flaw(loc, f"two have the name {double!r}: names must be unique"))
        for i, group in enumerate(self.firms):
            if group.home not in districts | {"elsewhere"}:
                flaws.append(unknown(("firms", i, "home"), "district (or 'elsewhere')", group.home, sorted(districts | {"elsewhere"})))
            if group.sector not in sectors:
                flaws.append(unknown(("firms", i, "sector"), "sector", group.sector, sorted(sectors)))
        for i, service in enumerate(self.services):
            if service.sector not in sectors:
                flaws.append(unknown(("services", i, "sector"), "sector", service.sector, sorted(sectors)))
            if len(service.use_by_age) != (bands := len(self.population.age_bands)):
                flaws.append(
                    Flaw(("services", i, "use_by_age"), f"one number for each of the {bands} age bands", str(len(service.use_by_age)))
                )
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
        return flaws
