"""Where each number of the place Lancashire comes from: a table of key patterns (`*` stands for any one name in a list).
Where several fit, the most exact one counts.
"""

from __future__ import annotations

CENSUS = "Census 2021, Office for National Statistics (Nomis), OGL v3"
IMD = "English Indices of Deprivation 2019, MHCLG, mean of the small areas of the ward, OGL v3"
CLAIMANTS = "Claimant count January 2026 by ward, Office for National Statistics (Nomis), OGL v3"
ESTIMATES = "Mid-year population estimates 2020 (ONS) in the list of UK local authorities by mySociety, CC BY 4.0"
EARNINGS = "Annual Survey of Hours and Earnings, Office for National Statistics, OGL v3"
INCOMES = "Regional gross disposable household income, Office for National Statistics, OGL v3"
TAX = "Council tax rates and collection, Preston, MHCLG, OGL v3"
TABLES = "UK input-output analytical table 2019 (domestic use), Office for National Statistics, OGL v3"
BUDGETS = "Council budgets by service 2025/26, MHCLG, OGL v3"
NOTICES = "Award notices of 15 Lancashire councils, Contracts Finder, OGL v3"

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0: Office for National Statistics, "
    "Ministry of Housing, Communities and Local Government, Contracts Finder (Cabinet Office). "
    "Contains data on local authorities by mySociety, licensed under CC BY 4.0."
)


def data(text: str, note: str = "") -> dict:
    return {"data": text} | ({"note": note} if note else {})


def assumed(low: float, high: float, note: str = "", **more: str) -> dict:
    return more | {"assumed": [low, high]} | ({"note": note} if note else {})


def evidence(name: str, note: str = "", **more: object) -> dict:
    return {"evidence": name} | more | ({"note": note} if note else {})


SOURCES = {
    "districts.*.wards.*.population": data(CENSUS),
    "districts.*.wards.*.deprivation": data(IMD),
    "districts.*.wards.*.unemployment": data(CLAIMANTS),
    "districts.Preston.population": data(CENSUS, "the sum of its wards; disclosure control makes it 15 more than the published total"),
    "districts.*.population": data(ESTIMATES),
    "population.people_per_row": assumed(1, 200, "a choice of scale: about 10,000 rows; 1 is exact"),
    "population.age_bands.*.low": assumed(0, 120, "a choice of bands"),
    "population.age_bands.*.high": assumed(0, 120, "a choice of bands"),
    "population.age_bands.*.share": data(CENSUS),
    "population.participates_never": evidence("public_no_interest"),
    "population.participates_would": evidence("cls_want_involvement"),
    "population.participates_does": evidence("cls_took_part"),
    "incomes.median_wage": data(f"{EARNINGS}; {INCOMES}", "2025, all employees, taken to 2012/13 pounds by the growth of pay 2012-2022"),
    "incomes.wage_spread": data(EARNINGS, "from the quartiles of weekly pay in Preston"),
    "incomes.benefit": assumed(400, 900, "mean of adults of working age without work, students too"),
    "incomes.pension": assumed(700, 1200, "state and occupational pension"),
    "incomes.employment_rate": data(CENSUS, "residents at work over residents aged 16 to 64"),
    "incomes.council_tax": data(TAX, "sum due in 2019/20 at the rates of 2012/13, per adult"),
    "sectors.*.jobs": data(CENSUS, "residents at work by industry, not jobs at workplaces; health and social work split by pay"),
    "sectors.*.labour_share": data(TABLES, "pay over output"),
    "sectors.*.local_supply": assumed(0, 0.2, "UK domestic inputs times the size quotient of Preston, power 0.3", data=TABLES),
    "sectors.*.region_supply": assumed(0, 0.25, "the same for Lancashire, less Preston", data=TABLES),
    "sectors.*.household_share": assumed(0, 0.6, "UK households' purchases; goods at the size quotient of Preston", data=TABLES),
    "supply.sme/local.supplies_local": evidence("respend_per_round", "so that 0.438 of each pound of cost stays", assumed=[0.1, 0.4]),
    "supply.large/local.supplies_local": evidence("respend_per_round", "so that 0.306 of each pound of cost stays", assumed=[0.0, 0.3]),
    "supply.*.labour_local": assumed(0.05, 0.9, "distant firms keep little but labour on site"),
    "supply.*.labour_region": assumed(0.05, 0.7),
    "supply.*.supplies_local": assumed(0, 0.5),
    "supply.*.supplies_region": assumed(0, 0.5),
    "firms.*.count": assumed(0, 30, "sectors and sizes half after the different winners in the notices; homes assumed", data=NOTICES),
    "firms.*.turnover_median": assumed(
        3e5,
        3e8,
        "medians by kind and home; SMEs 3 to 10 million (those that supply councils are the larger ones), large firms 50 to 200 million",
    ),
    "firms.*.turnover_spread": assumed(0.4, 1.2),
    "services.*.complexity": assumed(0, 1, "judged from the nature of the service"),
    "services.*.measurability": assumed(0, 1, "high for waste and supplies, low for care"),
    "services.*.volatility": assumed(0.05, 0.6),
    "services.*.asset_intensity": assumed(0, 5, "0: no building or plant of its own"),
    "services.*.externality": assumed(0.0, 0.35, "delta of Hart 2003"),
    "services.*.build_quality": assumed(-0.3, 0.3, "kappa of Hart 2003; either sign"),
    "services.*.scale_elasticity": assumed(0.9, 1.0, "eta"),
    "services.*.labour_share": assumed(0.1, 0.75),
    "services.*.local_knowledge": assumed(0, 1),
    "services.*.vulnerability": assumed(0, 1),
    "services.*.demand_growth": assumed(-0.02, 0.04, "care grows as the oldest do (evidence ageing_85)"),
    "services.*.use_by_age": assumed(0, 15),
    "services.*.design_months": assumed(1, 18),
    "services.*.build_months": assumed(1, 36),
    "services.*.asset_life_months": assumed(96, 360, "shorter than most buildings last: until the next renewal"),
    "commissioners.Preston City Council.procurement": evidence(
        "preston_council_share", "4 million are 28% in 2016/17; taken to 2012/13 by the anchors' total", assumed=[12e6, 25e6]
    ),
    "commissioners.Lancashire County Council.procurement": evidence(
        "preston_total_2012", "the six anchors' 750 million less the other five", assumed=[580e6, 680e6]
    ),
    "commissioners.Lancashire Constabulary.procurement": assumed(45e6, 80e6, "split of the six anchors' 750 million"),
    "commissioners.Preston's College.procurement": assumed(4e6, 15e6, "split of the six anchors' 750 million"),
    "commissioners.Cardinal Newman College.procurement": assumed(2e6, 8e6, "split of the six anchors' 750 million"),
    "commissioners.Community Gateway Association.procurement": assumed(15e6, 45e6, "split of the six anchors' 750 million"),
    "commissioners.*.procurement": evidence(
        "la_third_party_share",
        "34% of the budget without education, taken to 2012/13 by the growth of pay 2012-2022",
        data=BUDGETS,
        assumed=[0.5e6, 100e6],
    ),
    "commissioners.*.capacity": assumed(0.2, 0.8),
    "commissioners.*.in_house": assumed(0, 0.6, "0 for the six anchors: their published money is spent with providers"),
    "commissioners.Preston City Council.start_local": evidence("preston_council_share"),
    "commissioners.*.start_local": evidence("preston_share_2012", "5% of the six together; neighbours 14%", assumed=[0, 0.3]),
    "commissioners.*.start_region": evidence("preston_share_2012", "39% in Lancashire less the 5%", assumed=[0.2, 0.5]),
    "commissioners.*.budget_path": evidence(
        "preston_total_2016", "the six anchors: a straight fall in cash over four years, then flat; neighbours flat", assumed=[0.7, 1.1]
    ),
    "commissioners.*.lines.*.share": assumed(0, 1, "councils: budgets times an assumed third-party share of each", data=BUDGETS),
    "commissioners.*.lines.*.contracts": assumed(1, 40),
}
