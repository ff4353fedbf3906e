"""What award notices tell of a contract: framework or not, procedure, weights of criteria, bidders, length."""

from __future__ import annotations

import pytest
from award_notices import changed, criteria, rows


@pytest.mark.parametrize(
    ("tender", "suppliers", "expected"),
    [
        ({"techniques": {"hasFrameworkAgreement": True}}, 1, True),
        ({"techniques": {"hasFrameworkAgreement": False}, "title": "Works framework"}, 2, False),
        ({"procurementMethodDetails": "Call-off from a framework agreement", "title": "Roads framework"}, 2, False),
        ({"title": "Bridge Maintenance Framework"}, 2, True),
        ({"title": "Bridge Maintenance Framework"}, 1, None),
        ({"title": "Further Competition under Lot 4 of the X Consultants Framework Agreement"}, 2, False),
        ({"title": "Minibuses"}, 2, None),
    ],
)
def test_what_is_a_framework(read, tender, suppliers, expected):
    winners = [{"id": f"s{number}"} for number in range(1, suppliers + 1)]
    release = changed(awards__0__suppliers=winners)
    release["tender"] = tender
    assert {row["framework"] for row in rows(read(release))} == {expected}


@pytest.mark.parametrize(
    ("method", "details", "expected"),
    [
        ("open", None, "open"),
        (None, "Open procedure (below threshold)", "open"),
        ("selective", "Call-off from a framework agreement", "call-off"),
        ("limited", "Negotiated procedure without prior publication (above threshold)", "direct"),
        ("selective", "Restricted procedure", "selective"),
        (None, "Single tender action (below threshold)", "direct"),
        ("limited", None, "limited"),
        ("strange", "Not specified", None),
    ],
)
def test_procedures(read, method, details, expected):
    release = changed(tender={"procurementMethod": method, "procurementMethodDetails": details})
    assert [row["procedure"] for row in rows(read(release))] == [expected]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("price", "", "40"), ("quality", "", "60%")], (40, 60, 0, "told")),
        ([("cost", "", "40"), ("quality", "Technical", "50"), ("quality", "Social value", "10")], (40, 50, 10, "told")),
        ([("price", "", "30"), ("quality", "", "14-40%")], (30, None, None, "told in part")),
        ([("price", "", "60-85%"), ("quality", "", "40")], (None, None, None, "told in part")),
        ([("price", "", "95"), ("quality", "", "95")], (None, None, None, "add up to 190")),
        ([("price", "", "95"), ("quality", "", "2")], (95, None, None, "add up to 97")),
        ([("price", "", "lowest")], (None, None, None, "without figures")),
        ([], (None, None, None, "none")),
    ],
)
def test_what_criteria_weigh(read, told, expected):
    release = changed(tender__lots=[{"id": "1", "awardCriteria": criteria(*told)}])
    (lot,) = read(release).tenders.to_pylist()
    assert (lot["price_weight"], lot["quality_weight"], lot["social_weight"], lot["weights"]) == expected
    (row,) = rows(read(release))
    assert (row["price_weight"], row["quality_weight"], row["social_weight"]) == expected[:3]


def test_criteria_of_find_a_tender_and_of_lots_that_differ(read):
    numbers = [
        {"type": "price", "numbers": [{"number": 70, "weight": "percentageExact"}]},
        {"type": "quality", "numbers": [{"number": 30, "weight": "percentageExact"}]},
    ]
    one, two = {"id": "1", "awardCriteria": {"criteria": numbers}}, {"id": "2", "awardCriteria": criteria(("price", "", "100"))}
    release = changed(tender__lots=[one, two])
    assert [row["price_weight"] for row in rows(read(release))] == [None]  # 70 for one lot, 100 for the other
    release["awards"][0]["relatedLots"] = ["1"]
    assert [(row["price_weight"], row["lots"]) for row in rows(read(release))] == [(70, 2)]


@pytest.mark.parametrize(
    ("bids", "tender", "expected"),
    [
        (
            {
                "statistics": [
                    {"id": "1", "measure": "bids", "value": 4, "relatedLot": "1"},
                    {"id": "2", "measure": "bids", "value": 7, "relatedLot": "2"},
                ]
            },
            {},
            7,
        ),
        (
            {
                "statistics": [
                    {"id": "1", "measure": "bids", "value": 9},
                    {"id": "2", "measure": "validBids", "value": 3, "relatedLots": ["2"]},
                ]
            },
            {},
            3,
        ),
        ({}, {"numberOfTenderers": 5}, 5),
        ({}, {"tenderers": [{"id": "x"}, {"id": "y"}]}, 2),
        ({"details": [{"id": "1", "tenderers": [{"id": "x"}]}, {"id": "2", "tenderers": [{"id": "x"}]}]}, {}, 1),
        ({}, {}, None),
    ],
)
def test_how_many_bid(read, bids, tender, expected):
    release = changed(bids=bids, tender=tender, awards__0__relatedLots=["2"])
    assert [row["bidders"] for row in rows(read(release))] == [expected]


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ({"startDate": "2025-01-01", "endDate": "2025-12-31"}, 12),
        ({"startDate": "2025-01-15T00:00:00Z", "endDate": "2025-04-14T23:59:59+01:00"}, 3),
        ({"startDate": "2025-01-01", "endDate": "2025-01-10"}, pytest.approx(10 * 12 / 365.25)),
        ({"durationInDays": 1080}, 36),
        ({"durationInDays": 730}, 24),
        ({"startDate": "2025-12-31", "endDate": "2025-01-01"}, None),
        ({"startDate": "soon"}, None),
        ({"durationInDays": -3}, None),
    ],
)
def test_how_long_a_contract_lives(read, period, months):
    release = changed(tender={}, awards__0__contractPeriod=period)
    assert [row["months"] for row in rows(read(release))] == [months]
