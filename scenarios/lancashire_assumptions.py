"""What the place Lancashire assumes where no public figure was found. Each number has its plausible range in
`lancashire_sources.py`, which sensitivity analysis sweeps. Nothing here was chosen to meet a published outcome.
"""

from __future__ import annotations

AGE_BANDS = [
    ("children", 0, 15, False),
    ("young adults", 16, 24, True),
    ("adults", 25, 49, True),
    ("older adults", 50, 64, True),
    ("retired", 65, 84, False),
    ("oldest", 85, 120, False),
]

# Pounds a month and person, 2012/13.
BENEFIT = 650
PENSION = 950

# Flegg's location quotient: the part of an industry's domestic inputs that an area of a given size can supply grows with
# log2(1 + area / nation) to this power.
SIZE_POWER = 0.3

# Share of its wages that a provider pays to residents of the place of work and of the rest of the region, and the same
# of its supplies. None: set so that the shares meet the measured re-spending of local firms (see build_lancashire.supply).
SUPPLY = {
    # kind, home: (labour local, labour region, supplies local, supplies region)
    ("large", "local"): (0.50, 0.40, None, 0.20),
    ("large", "region"): (0.30, 0.55, 0.06, 0.18),
    ("large", "elsewhere"): (0.25, 0.20, 0.03, 0.07),
    ("sme", "local"): (0.65, 0.30, None, 0.25),
    ("sme", "region"): (0.30, 0.60, 0.08, 0.30),
    ("sme", "elsewhere"): (0.15, 0.15, 0.03, 0.07),
    ("vcs", "local"): (0.70, 0.25, 0.28, 0.25),
    ("vcs", "region"): (0.40, 0.50, 0.10, 0.28),
    ("vcs", "elsewhere"): (0.35, 0.25, 0.04, 0.08),
    ("in-house", "local"): (0.60, 0.35, 0.15, 0.20),
}

# Firms: how many stand for the market, where they are at home, and their turnover (median in pounds a year, spread of the log).
FIRMS = 256
HOMES = {"sme": {"focal": 0.30, "region": 0.45, "elsewhere": 0.25}, "large": {"focal": 0.07, "region": 0.25, "elsewhere": 0.68}}
REGION_HOMES_PER_SECTOR = 3
VOLUNTARY = {  # sector: firms at home in the focal district, the rest of the region, elsewhere
    "care": (5, 6, 2),
    "leisure": (3, 3, 1),
    "professional": (2, 1, 0),
    "facilities": (1, 1, 0),
}
TURNOVER = {
    ("sme", "focal"): (6_000_000, 1.0),
    ("sme", "region"): (6_000_000, 1.0),
    ("sme", "elsewhere"): (8_000_000, 1.0),
    ("large", "focal"): (60_000_000, 0.6),
    ("large", "region"): (70_000_000, 0.6),
    ("large", "elsewhere"): (150_000_000, 0.7),
    ("vcs", "focal"): (800_000, 0.9),
    ("vcs", "region"): (1_500_000, 0.9),
    ("vcs", "elsewhere"): (20_000_000, 0.7),
}

SERVICE_KEYS = (
    "sector",
    *("complexity", "measurability", "volatility", "asset_intensity", "externality", "build_quality", "scale_elasticity"),
    *("labour_share", "local_knowledge", "vulnerability", "demand_growth"),
    *("design_months", "build_months", "asset_life_months"),
)
SERVICES = {
    # sector, complexity, measurability, volatility, asset, delta, kappa, eta, labour, knowledge, vulnerability, growth of
    # demand, months of design and of building, life of the asset
    "leisure centre": ("leisure", 0.45, 0.55, 0.35, 3.0, 0.25, -0.15, 0.94, 0.50, 0.50, 0.30, 0.000, 9, 18, 150),
    "library and culture": ("leisure", 0.35, 0.45, 0.25, 1.5, 0.15, -0.10, 0.95, 0.60, 0.60, 0.35, -0.005, 8, 14, 168),
    "waste": ("waste", 0.30, 0.85, 0.12, 1.5, 0.20, 0.05, 0.92, 0.42, 0.25, 0.20, 0.005, 10, 20, 180),
    "street cleaning": ("waste", 0.15, 0.80, 0.10, 0.0, 0.05, 0.00, 0.95, 0.55, 0.35, 0.15, 0.000, 4, 6, 180),
    "highways maintenance": ("construction", 0.35, 0.70, 0.18, 0.0, 0.15, -0.05, 0.93, 0.35, 0.25, 0.20, 0.000, 6, 8, 180),
    "housing repairs": ("construction", 0.30, 0.65, 0.15, 0.0, 0.15, -0.05, 0.96, 0.42, 0.40, 0.50, 0.000, 4, 8, 180),
    "facilities management": ("facilities", 0.35, 0.65, 0.18, 1.5, 0.25, -0.10, 0.94, 0.50, 0.30, 0.25, 0.000, 9, 18, 160),
    "catering": ("food", 0.15, 0.65, 0.15, 0.0, 0.05, 0.00, 0.95, 0.45, 0.35, 0.35, 0.000, 3, 4, 180),
    "adult social care": ("care", 0.65, 0.35, 0.30, 0.0, 0.05, -0.10, 0.98, 0.60, 0.65, 0.90, 0.015, 6, 6, 180),
    "extra care housing": ("care", 0.60, 0.45, 0.28, 3.0, 0.20, 0.10, 0.95, 0.50, 0.55, 0.90, 0.020, 10, 20, 180),
    "children's services": ("care", 0.75, 0.30, 0.40, 0.0, 0.05, -0.10, 0.98, 0.58, 0.65, 0.95, 0.010, 6, 6, 180),
    "ict": ("ict", 0.70, 0.50, 0.50, 0.6, 0.30, 0.10, 0.92, 0.42, 0.15, 0.10, 0.010, 8, 12, 120),
    "professional services": ("professional", 0.50, 0.45, 0.25, 0.0, 0.10, 0.00, 0.97, 0.55, 0.25, 0.10, 0.000, 3, 4, 180),
    "transport": ("transport", 0.25, 0.75, 0.20, 0.0, 0.10, -0.05, 0.95, 0.40, 0.45, 0.45, 0.000, 4, 6, 144),
    "energy and materials": ("manufacturing", 0.10, 0.90, 0.20, 0.0, 0.05, 0.00, 0.94, 0.15, 0.05, 0.10, 0.000, 2, 2, 180),
}  # fmt: skip

# Relative use by age band.
USE_BY_AGE = {
    "leisure centre": (1.4, 1.6, 1.2, 0.8, 0.5, 0.1),
    "library and culture": (1.4, 0.8, 0.8, 0.9, 1.3, 0.6),
    "waste": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    "street cleaning": (0.8, 1.1, 1.1, 1.0, 0.8, 0.4),
    "highways maintenance": (0.5, 1.0, 1.4, 1.2, 0.8, 0.3),
    "housing repairs": (1.0, 1.0, 1.0, 0.9, 1.1, 1.1),
    "facilities management": (2.0, 1.2, 0.8, 0.6, 0.4, 0.3),
    "catering": (3.0, 0.8, 0.4, 0.3, 0.6, 1.0),
    "adult social care": (0.0, 0.3, 0.5, 0.9, 2.5, 9.0),
    "extra care housing": (0.0, 0.0, 0.1, 0.6, 3.5, 12.0),
    "children's services": (4.5, 0.6, 0.1, 0.0, 0.0, 0.0),
    "ict": (0.8, 1.2, 1.2, 1.0, 0.7, 0.3),
    "professional services": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    "transport": (2.0, 1.8, 0.5, 0.5, 1.5, 1.2),
    "energy and materials": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
}

# How a budget category of a council turns into purchases: the share bought from third parties, and on which services.
# Schools buy for themselves, so only transport, meals, buildings and ICT of "education" are bought by the council.
THIRD_PARTY = {
    "adult_social_care": (0.75, {"adult social care": 0.88, "extra care housing": 0.12}),
    "childrens_social_care": (0.45, {"children's services": 1.0}),
    "education": (0.12, {"transport": 0.40, "catering": 0.20, "facilities management": 0.30, "ict": 0.10}),
    "environmental": (0.60, {"waste": 0.75, "street cleaning": 0.25}),
    "public_health": (0.80, {"children's services": 0.50, "adult social care": 0.50}),
    "transport": (0.70, {"highways maintenance": 0.65, "transport": 0.35}),
    "cultural": (0.45, {"leisure centre": 0.60, "library and culture": 0.40}),
    "housing": (0.50, {"housing repairs": 1.0}),
    "planning": (0.45, {"professional services": 0.60, "highways maintenance": 0.40}),
    "central_services": (0.45, {"ict": 0.35, "professional services": 0.25, "facilities management": 0.25, "energy and materials": 0.15}),
    "other": (0.30, {"professional services": 1.0}),
}
# Building works and supplies are capital or overhead and stand in no service budget: share of all purchases.
BESIDE_SERVICES = {"highways maintenance": 0.08, "facilities management": 0.06, "energy and materials": 0.04}

# Running contracts of each commissioner, by service. Their purchases by service follow from the budgets, but for the
# anchors that are not councils, where shares are assumed as well.
COUNTY_CONTRACTS = {
    "adult social care": 26,
    "extra care housing": 3,
    "children's services": 12,
    "transport": 8,
    "catering": 2,
    "facilities management": 4,
    "waste": 2,
    "highways maintenance": 5,
    "library and culture": 1,
    "ict": 3,
    "professional services": 2,
    "energy and materials": 2,
}
PRESTON_CONTRACTS = {
    "leisure centre": 2,
    "library and culture": 2,
    "waste": 2,
    "street cleaning": 2,
    "highways maintenance": 2,
    "housing repairs": 3,
    "facilities management": 2,
    "ict": 1,
    "professional services": 3,
    "energy and materials": 1,
}
UNITARY_CONTRACTS = {"adult social care": 3, "children's services": 2, "waste": 1}
DISTRICT_CONTRACTS = {"waste": 1, "leisure centre": 1, "professional services": 1}

# Six anchors share the published 750 million. The council's part follows from its own published figure; these four are
# assumed from the size of such bodies; the county has the rest.
OTHER_ANCHORS = {
    "Lancashire Constabulary": (
        60_000_000,
        {
            "facilities management": (0.25, 2),
            "ict": (0.25, 2),
            "transport": (0.20, 2),
            "professional services": (0.15, 1),
            "energy and materials": (0.15, 1),
        },
    ),
    "Preston's College": (
        8_000_000,
        {"facilities management": (0.40, 1), "catering": (0.15, 1), "ict": (0.20, 1), "professional services": (0.25, 1)},
    ),
    "Cardinal Newman College": (
        4_000_000,
        {"facilities management": (0.40, 1), "catering": (0.20, 1), "ict": (0.20, 1), "professional services": (0.20, 1)},
    ),
    "Community Gateway Association": (
        28_000_000,
        {
            "housing repairs": (0.70, 4),
            "facilities management": (0.10, 1),
            "professional services": (0.10, 1),
            "energy and materials": (0.10, 1),
        },
    ),
}  # fmt: skip

# Client-side capacity and procurement skill.
CAPACITY = {"county": 0.55, "focal": 0.45, "anchor": 0.45, "unitary": 0.45, "district": 0.35}
NEIGHBOUR_IN_HOUSE = 0.3
NEIGHBOUR_LOCAL, NEIGHBOUR_REGION = 0.14, 0.34
