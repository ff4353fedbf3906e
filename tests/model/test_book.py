"""Every penny of a run against a plain double-entry book kept beside it: entries, balances and residents, month by month."""

from __future__ import annotations

import plain_book
import pytest
from plain_book import Shadowed
from worlds import CLAUSES, living, town

from changemaking.agents import founding
from changemaking.agents.project_company import ProjectCompany

RENEWING = {"place.services.*.asset_life_months": 48}
WORLDS = {
    "today": ({}, ()),
    "clauses": ({"policy.clauses": list(CLAUSES), "policy.payment": "cost-plus", **RENEWING}, ()),
    "financed": (
        {"policy.packages": [["design", "build", "finance", "operate"]], "policy.payment": "availability payment", **RENEWING},
        (),
    ),
    "lots": ({"policy.lots": 3, "policy.operate_months": 12, "policy.extension_months": 0, "policy.payment": "volume price"}, ()),
    "failures": (
        {"parameters.entry_months": 5.0, "parameters.subcontract": 0.5},
        (
            {"month": 3, "shock": "failure", "on": "elsewhere services large 1"},
            {"month": 9, "shock": "failure", "on": "Millbridge services sme 6"},
            {"month": 11, "shock": "failure", "on": "Millbridge construction sme 2"},
        ),
    ),
    "hard times": ({"parameters.credit": 0.0, "parameters.start_cash": 0.2, "parameters.entry_months": 3.0, **RENEWING}, ()),
    "community": (
        {
            "policy.clauses": ["vcs_share", "capacity_transfer", "community_fund", "apprenticeships"],
            "policy.operate_months": 24,
            "policy.extension_months": 0,
            "policy.insourcing": False,
            "place.services.*.sector": "care",
            "place.firms.*.turnover_median": 1e7,
        },
        (),
    ),
    "risks": (
        {
            "policy.clauses": [
                {"name": "risk_share", "settings": {"running": 0.5, "calamity": 0.6}},
                "support_package",
                "equity_share",
                "guaranteed_return",
                {"name": "profit_share", "settings": {"community": 0.5}},
            ],
            "parameters.calamity_rate": 0.5,
            "policy.operate_months": 12,
            "policy.extension_months": 0,
            "policy.payment": "gain share",
            **RENEWING,
        },
        (),
    ),
    "owned": (
        {
            "policy.packages": [["design", "build", "finance", "operate"]],
            "policy.payment": "availability payment",
            "policy.clauses": ["risk_share", "support_package", "equity_share", "guaranteed_return"],
            "parameters.calamity_rate": 0.5,
            **RENEWING,
        },
        (),
    ),
    "results": (
        {
            "policy.payment": "payment by results",
            "policy.clauses": ["volume_band"],
            "policy.operate_months": 12,
            "policy.extension_months": 0,
        },
        (),
    ),
    "grants": ({"policy.grants": 0.05}, ()),
    "groups": (
        {
            "parameters.takeover_rate": 1.0,
            "parameters.leverage": 1.0,
            "parameters.takeover_debt": 10.0,
            "parameters.entry_months": 4.0,
            "policy.clauses": ["accreditation", "staff_transfer_protection", "prompt_payment", "subcontract_publication"],
            "policy.operate_months": 12,
            "policy.extension_months": 0,
        },
        ({"month": 25, "shock": "failure", "on": "elsewhere services large 1"},),
    ),
    "companies": ({"form": "trading_company", "policy.operate_months": 12, "policy.extension_months": 0}, ()),
    "no mechanism": ({"switches.circulation": False, "switches.displacement": False, "switches.trust": False}, ()),
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_book_agrees_to_the_penny(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(founding, "enter", plain_book.enter_with_book)
    monkeypatch.setattr(ProjectCompany, "month", plain_book.company_month_told)
    overrides, shocks = WORLDS[name]
    with living(town(overrides, 36, shocks), seed=3, cls=Shadowed) as world:
        world.run()
        assert world.month == 36
        if name == "failures":
            assert sum(e.kind == "entry" for e in world.events) >= 3
        if name == "financed":
            assert any(k == "project company" for k in world.ledger.kinds)
