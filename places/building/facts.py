"""What published files say of a place, in the terms in which a place is built: buyers, and the market they buy from.

A share that the files leave open is a pair (low, high): all of the unknown out, all of it in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Bounds = tuple[float, float]
KINDS = ("large", "sme", "vcs")


@dataclass(frozen=True)
class BuyerFacts:
    """What one body buys. `sectors` are shares of the money whose sector is known; `known` is how much of the money that is.

    `contracts` is the number of equally large suppliers that would be as concentrated (payments), or of awards, by sector.
    `pounds` a year may be None: award notices do not say what is spent in a year. `cite` says file, rows and method.
    """

    name: str
    sectors: dict[str, float]
    known: float
    contracts: dict[str, float]
    cite: str
    pounds: float | None = None
    pounds_range: Bounds = (0.0, 0.0)
    local: Bounds = (0.0, 1.0)
    region: Bounds = (0.0, 1.0)
    kinds: dict[str, Bounds] = field(default_factory=dict)
    sizes: tuple[float, ...] = ()  # pounds, of each supplier a year (payments) or of each award
    sizes_of: str = "supplier"
    rings_asked: bool = False  # whether the files could have told where suppliers are


@dataclass(frozen=True)
class MarketFacts:
    """How many different suppliers there are, by sector and kind; `unknown` of a sector are those whose kind is not known."""

    suppliers: dict[str, dict[str, int]]
    unknown: dict[str, int]
    cite: str


@dataclass(frozen=True)
class Facts:
    """All that the files of a place say."""

    buyers: dict[str, BuyerFacts] = field(default_factory=dict)  # by ONS code
    market: MarketFacts | None = None
    first: str = ""
    last: str = ""

    @property
    def years(self) -> str:
        """The years the files speak of, as `2026` or `2015-2026`."""
        first, last = self.first[:4], self.last[:4]
        return first if first == last else f"{first}-{last}"


def middle(bounds: Bounds, prior: float) -> float:
    """The value that stands in for a share within bounds: what is known, and of the unknown the share that `prior` says."""
    low, high = bounds
    return low + (high - low) * prior
