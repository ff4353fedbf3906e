"""What every built place assumes where neither its files nor the reference tables speak.

Services, use by age, homes and turnovers of firms, and how a budget turns into purchases are those of the shipped place
Lancashire (`scenarios/lancashire_assumptions.py`); the ranges stand in `notes.py`. Nothing was chosen to meet an outcome.
"""

from __future__ import annotations

# Pounds of 2025/26 a month and person.
BENEFIT = 900
PENSION = 1300
EMPLOYMENT_RATE = 0.75
CLAIMANTS = 0.04
BAND_D_PER_ADULT = 0.4  # dwellings of band D that an adult pays for

# Of the money whose supplier's place is not known: how much is with suppliers of the district, and of the rest of the region.
# Preston City Council's own share of 2012/13, and what the six anchors spent in the rest of Lancashire (evidence preston_share_2012).
PRIOR_LOCAL, PRIOR_REGION = 0.14, 0.34

BUDGET_RANGE = 0.3  # of yearly spending: how far a year may lie from the months that were read, either way
MOST_CONTRACTS = 40
LEAST_LINE = 0.004  # a service below this share of a buyer's money is folded into the others
NEIGHBOUR_LINES = 3  # of the council of another district

# Services that a sector of the files may mean; where it means several, the council's budget says how much of each.
SERVICES_OF = {
    "construction": ("highways maintenance", "housing repairs"),
    "facilities": ("facilities management",),
    "waste": ("waste", "street cleaning"),
    "care": ("adult social care", "extra care housing", "children's services"),
    "ict": ("ict",),
    "professional": ("professional services",),
    "transport": ("transport",),
    "leisure": ("leisure centre", "library and culture"),
    "food": ("catering",),
    "manufacturing": ("energy and materials",),
}
