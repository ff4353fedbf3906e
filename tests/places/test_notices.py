"""Reading award notices: every packing, merging, what is kept of a supplier, and what a bad file says."""

from __future__ import annotations

import copy
import gzip
import json
import socket
import time
from datetime import date

import pytest

from changemaking.places.notices import Limits, NoticesError, notice_figures, read_notices

RELEASE = {
    "ocid": "ocds-test-1",
    "id": "r1",
    "date": "2025-01-01T00:00:00Z",
    "tag": ["award"],
    "buyer": {"id": "b", "name": "Anytown Council"},
    "parties": [
        {"id": "b", "name": "Anytown Council", "identifier": {"scheme": "GB-LAE", "id": "ANY"}, "roles": ["buyer"]},
        {
            "id": "s1",
            "name": "Alpha Ltd",
            "identifier": {"scheme": "GB-COH", "id": "1234567"},
            "address": {"postalCode": "pr12he"},
            "details": {"scale": "sme", "vcse": False},
            "roles": ["supplier"],
        },
        {
            "id": "s2",
            "name": "Beta CIC",
            "address": {"streetAddress": "1 High St, Anytown, LA1 1AA"},
            "details": {"scale": "large", "vcse": True},
        },
    ],
    "tender": {
        "title": "Care at home",
        "procurementMethod": "open",
        "classification": {"scheme": "CPV", "id": "85000000-9"},
        "contractPeriod": {"startDate": "2025-04-01", "endDate": "2028-03-31"},
    },
    "awards": [
        {"id": "a1", "date": "2024-12-24", "value": {"amount": 1000.5, "currency": "GBP"}, "suppliers": [{"id": "s1", "name": "Alpha Ltd"}]}
    ],
}


def changed(**changes):
    """RELEASE with some keys replaced; a dotted key goes inside."""
    release = copy.deepcopy(RELEASE)
    for path, value in changes.items():
        *inside, last = path.split("__")
        holder = release
        for key in inside:
            holder = holder[int(key)] if key.isdigit() else holder[key]
        holder[last] = value
    return release


@pytest.fixture
def read(tmp_path):
    """Reads one file with the given content: text, bytes, or anything JSON holds."""

    def reading(content, name="notices.json", **limits):
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_notices([path], Limits(**limits))

    return reading


def rows(notices):
    return notices.awards.to_pylist()


def account(notices):
    (found,) = notices.accounts
    assert found.balances(), found
    return found


def test_one_award_in_full(read):
    (row,) = rows(read(RELEASE))
    assert row == {
        "file": "notices.json",
        "row": 1,
        "ocid": "ocds-test-1",
        "award": "a1",
        "buyer": "Anytown Council",
        "buyer_id": "GB-LAE-ANY",
        "title": "Care at home",
        "supplier": "Alpha Ltd",
        "supplier_id": "GB-COH-01234567",
        "suppliers": 1,
        "sme": True,
        "vcse": False,
        "postcode": "PR1 2HE",
        "pence": 100050,
        "currency": "GBP",
        "date": date(2024, 12, 24),
        "start": date(2025, 4, 1),
        "end": date(2028, 3, 31),
        "months": 36.0,
        "procedure": "open",
        "framework": None,
        "lots": None,
        "cpv": "85000000",
        "bidders": None,
        "price_weight": None,
        "quality_weight": None,
        "social_weight": None,
    }


SECOND = changed(ocid="ocds-test-2")
PACKINGS = {
    "release package": ({"uri": "x", "releases": [RELEASE, SECOND]}, "OCDS release package"),
    "record package": ({"records": [{"ocid": one["ocid"], "compiledRelease": one} for one in (RELEASE, SECOND)]}, "OCDS record package"),
    "records with whole releases": (
        {"records": [{"ocid": one["ocid"], "releases": [one]} for one in (RELEASE, SECOND)]},
        "OCDS record package",
    ),
    "list": ([RELEASE, SECOND], "OCDS list"),
    "list of packages": ([{"releases": [RELEASE]}, {"releases": [SECOND]}], "OCDS list"),
    "search results": ({"results": [{"releases": [RELEASE]}, {"releases": [SECOND]}]}, "OCDS search results"),
    "lines of releases": ("\n".join(json.dumps(one) for one in (RELEASE, SECOND)) + "\n", "OCDS JSON lines"),
    "lines of packages": ("\n".join(json.dumps({"releases": [one]}) for one in (RELEASE, SECOND)), "OCDS JSON lines"),
    "lines of records": (
        "\n".join(json.dumps({"ocid": one["ocid"], "compiledRelease": one}) for one in (RELEASE, SECOND)),
        "OCDS JSON lines",
    ),
}


@pytest.mark.parametrize(("content", "kind"), PACKINGS.values(), ids=PACKINGS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_packing_gives_the_same_awards(read, content, kind, packed):
    text = content if isinstance(content, str) else json.dumps(content)
    notices = read(gzip.compress(b"\xef\xbb\xbf" + text.encode()) if packed else text)
    found = account(notices)
    assert (found.kind, found.read, found.used, found.awards) == (kind, 2, 2, 2)
    assert [row["ocid"] for row in rows(notices)] == ["ocds-test-1", "ocds-test-2"]
    assert found.pence == {"GBP": 200100}


def test_a_later_release_stands_and_nothing_asks_the_net(read, monkeypatch):
    def no_net(*args):
        raise AssertionError("asked the net")

    monkeypatch.setattr(socket.socket, "connect", no_net)
    later = changed(id="r2", date="2025-02-01", awards=[{"id": "a1", "value": {"amount": 2000}}])
    for order in ([RELEASE, later], [later, RELEASE]):
        notices = read(order)
        (row,) = rows(notices)
        assert row["pence"] == 200000  # from the later one
        assert row["supplier"] == "Alpha Ltd" and row["currency"] == "GBP"  # which does not repeat what the earlier one told
        assert row["row"] == 1 + order.index(later)
        assert account(notices).awards_aside == {"told again by a later release": 1}


def test_releases_of_one_process_in_two_files_are_merged(tmp_path):
    for name, release in (
        ("a.json", RELEASE),
        ("b.json", changed(id="r2", date="2025-02-01", awards=[{"id": "a1", "value": {"amount": 3000}}])),
    ):
        (tmp_path / name).write_text(json.dumps(release))
    notices = read_notices([tmp_path / "b.json", tmp_path / "a.json"])
    (row,) = rows(notices)
    assert (row["file"], row["pence"]) == ("b.json", 300000)
    assert all(one.balances() for one in notices.accounts)
    assert [one.awards for one in notices.accounts] == [1, 0]


def test_the_same_release_twice_counts_once(read):
    notices = read([RELEASE, RELEASE])
    assert account(notices).aside == {"the same release again": 1}
    assert len(rows(notices)) == 1


def test_two_awards_with_one_id_are_both_kept(read):
    twins = changed(awards=[{**RELEASE["awards"][0]}, {**RELEASE["awards"][0], "value": {"amount": 5, "currency": "GBP"}}])
    notices = read(twins)
    assert [row["pence"] for row in rows(notices)] == [100050, 500]
    assert {row["award"] for row in rows(notices)} == {"a1"}


def test_suppliers_with_one_id_are_all_kept(read):
    many = changed(awards__0__suppliers=[{"id": "0", "name": name} for name in ("Alpha", "Beta", "Gamma")])
    later = copy.deepcopy(many) | {"date": "2025-03-01", "id": "r2"}
    assert [row["supplier"] for row in rows(read([many, later]))] == ["Alpha", "Beta", "Gamma"]


def test_a_shared_award_keeps_its_value_whole(read):
    notices = read(changed(awards__0__suppliers=[{"id": "s1"}, {"id": "s2"}]))
    both = rows(notices)
    assert [(row["supplier"], row["pence"], row["suppliers"]) for row in both] == [("Alpha Ltd", 100050, 2), ("Beta CIC", 100050, 2)]
    assert both[1]["postcode"] == "LA1 1AA"
    assert account(notices).pence == {"GBP": 100050} and account(notices).shared == 1
    figures = notice_figures(notices)
    # one is an SME and one is not, one is voluntary and one is not: how they share the money nobody knows
    assert (figures.sme_by_value.low, figures.sme_by_value.high) == (0, 1)
    assert (figures.vcse_by_count.low, figures.vcse_by_count.high) == (0, 1)
    assert figures.sizes.count == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"awards__0__status": "cancelled"}, "award cancelled"),
        ({"awards__0__status": "pending"}, "award pending"),
        ({"awards__0__suppliers": [{"name": "Contract not awarded"}]}, "not awarded to anybody"),
        ({"awards__0__suppliers": [], "awards__0__value": {"amount": 0}}, "names neither supplier nor value"),
    ],
)
def test_awards_that_are_none(read, change, reason):
    notices = read(changed(**change))
    assert not rows(notices)
    assert account(notices).awards_aside == {reason: 1}


@pytest.mark.parametrize("amount", [0, 1, 0.01, None])
def test_a_value_that_is_a_placeholder_is_not_told(read, amount):
    notices = read(changed(awards__0__value={"amount": amount, "currency": "GBP"}))
    assert [row["pence"] for row in rows(notices)] == [None]
    assert account(notices).without_value == 1 and not account(notices).pence


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"awards__0__value": {"amount": -5}}, "awards.value", "got '-5', expected an amount of 0 or more"),
        ({"awards__0__value": {"amount": "much"}}, "awards.value", "got 'much', expected an amount of money"),
        (
            {"awards__0__value": {"amount": "1e999999999"}},
            "awards.value",
            "got '1e999999999', expected an amount below ten thousand billion",
        ),
        ({"awards__0__value": 12}, "awards.value", "got '12', expected an object"),
        ({"awards": "none"}, "awards", "got 'none', expected a list"),
        ({"awards": ["a1"]}, "awards", "holds 'a1', expected objects"),
        ({"awards__0__suppliers": {"name": "Alpha"}}, "awards.suppliers", "got an object, expected a list"),
        ({"tender": []}, "tender", "got a list, expected an object"),
        ({"ocid": 7}, "ocid", "not a text"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_reason_and_the_rest_kept(read, change, field, reason):
    notices = read({"releases": [changed(**change), SECOND]})
    assert notices.rejects.to_pylist() == [{"file": "notices.json", "row": 1, "field": field, "reason": reason}]
    assert [row["ocid"] for row in rows(notices)] == ["ocds-test-2"]
    assert account(notices)


def test_a_release_that_is_none(read):
    notices = read({"releases": [5, {"id": "x"}, SECOND]})
    assert [one["reason"] for one in notices.rejects.to_pylist()] == [
        "got '5', expected an object",
        "missing, so that nobody can say which releases belong together",
    ]
    assert account(notices).read == 3


def test_links_to_releases_are_not_releases(read):
    notices = read(
        {
            "records": [
                {"ocid": "o", "releases": [{"url": "http://x", "date": "2020", "tag": ["award"]}]},
                {"ocid": "p", "compiledRelease": SECOND},
            ]
        }
    )
    assert account(notices).aside == {"a link to a release, not the release": 1}


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


def criteria(*told):
    return {"criteria": [{"type": kind, "name": name, "description": weight} for kind, name, weight in told]}


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


# -- CSV ---------------------------------------------------------------------------------------------------------------

PLAIN = "id,title,organisation,status,awarded_date,awarded_value,awarded_supplier,awarded_to_sme,cpv_codes\n"
EXPORT = (
    "Notice Identifier,Notice Type,Organisation Name,Status,Title,CPV Codes,Awarded Date,Awarded Value,"
    '"Supplier [Name|Address|Ref type|Ref Number|Is SME|Is VCSE]",Contract start date,Contract end date,OJEU Procedure Type\n'
)


def test_the_export_of_contracts_finder(read):
    line = (
        'n1,Contract,Anytown Council,Awarded,Meals,55523100,24/12/2024,"12,000.50",'
        '"[Alpha Ltd|1 High St PR1 2HE|COMPANIES_HOUSE|1234567|Yes|No][Beta CIC|LA1 1AA|NONE||No|Yes]",'
        "01/01/2025,31/12/2026,Open procedure \n"
    )
    both = rows(read(EXPORT + line, "notices.csv"))
    assert [(row["supplier"], row["supplier_id"], row["sme"], row["vcse"], row["postcode"]) for row in both] == [
        ("Alpha Ltd", "GB-COH-01234567", True, False, "PR1 2HE"),
        ("Beta CIC", None, False, True, "LA1 1AA"),
    ]
    assert {(row["pence"], row["months"], row["procedure"], row["date"], row["suppliers"]) for row in both} == {
        (1200050, 24.0, "open", date(2024, 12, 24), 2)
    }


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Alpha &amp; Son Ltd", ["Alpha & Son Ltd"]),
        ("Knight, Kavanagh & Page", ["Knight, Kavanagh & Page"]),
        ("Alpha Ltd,Beta Ltd,alpha ltd", ["Alpha Ltd", "Beta Ltd"]),
        ("Lot 1 - Suez,Lot 2 - Suez,Lot 3 - Boden &amp; Davies", ["Suez", "Boden & Davies"]),
        ("North - No Award,South - Alpha", ["South - Alpha"]),
    ],
)
def test_suppliers_of_one_cell(read, cell, expected):
    notices = read(PLAIN + f'n1,Roads,Anytown,awarded,2025-01-01,500,"{cell}",True,45000000\n', "notices.csv")
    found = rows(notices)
    assert [row["supplier"] for row in found] == expected
    # one flag cannot say which of several suppliers it is about
    assert {row["sme"] for row in found} == {True if len(expected) == 1 else None}


def test_lines_are_accounted_for(read):
    text = PLAIN + (
        "n1,Roads,Anytown,awarded,2025-01-01,500,Alpha,True,45000000\n"
        "n1,Roads,Anytown and Otherton,awarded,2025-01-01,500,Alpha,True,45000000\n"
        "n2,Roads,Anytown,closed,,0,,,45000000\n"
        ",,,,,,,,\n"
        "n3,Roads,Anytown,awarded,2025-01-01,-7,Beta,False,45000000\n"
        "n4,Roads,Anytown,awarded,2025-01-01,0,NOT AWARDED TO SUPPLIER,False,45000000\n"
    )
    notices = read(text.replace("\n", "\r").encode("cp1252"), "notices.csv")
    found = account(notices)
    assert (found.read, found.used, found.awards) == (5, 1, 1)
    assert found.aside == {"the same notice again": 1, "notice closed": 1, "not awarded to anybody": 1}
    assert notices.rejects.to_pylist() == [
        {"file": "notices.csv", "row": 6, "field": "awarded value", "reason": "got '-7', expected an amount of 0 or more"}
    ]


def test_a_line_that_is_also_in_the_json_counts_once(tmp_path):
    notice = "e26cbf23-8cbf-4b38-90c3-e62e3f1048a9"
    (tmp_path / "a.csv").write_text(PLAIN + f"{notice},Care at home,Anytown,awarded,2025-01-01,1000.5,Alpha,True,85000000\n")
    (tmp_path / "b.json").write_text(json.dumps(changed(id=f"{notice}-819933")))
    notices = read_notices([tmp_path / "a.csv", tmp_path / "b.json"])
    assert [row["file"] for row in rows(notices)] == ["b.json"]
    assert [dict(one.awards_aside) for one in notices.accounts] == [{"also in b.json": 1}, {}]
    assert all(one.balances() for one in notices.accounts)


def test_lines_in_two_encodings(read):
    text = (
        PLAIN.encode() + "n1,Cafés,Anytown,awarded,,500,Zoë Ltd,,\n".encode() + "n2,Cafés,Anytown,awarded,,500,Zoë Ltd,,\n".encode("cp1252")
    )
    notices = read(text, "notices.csv")
    assert {row["supplier"] for row in rows(notices)} == {"Zoë Ltd"}
    assert account(notices).notes == {"lines in the Windows encoding, not UTF-8": 1}


# -- bad files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds nothing"),
        (b" \n ", "holds nothing"),
        (b"PK\x03\x04....", "a zip archive or workbook; unpack it"),
        (b"<html>", "XML or a web page"),
        (b"\x00\x01\x02\x03", "not text in UTF-8"),
        (b'{"a": 1}', r"no 'releases', no 'records' and no 'ocid'; found 'a'"),
        (b'{"releases": [{"ocid": "o"}', "no longer JSON after item 1"),
        (b'{"releases": [{"ocid": "o"},,]}', "no longer JSON after item 1"),
        (b'["\xff"]', "no longer JSON after item 0"),
        (b"[" * 1000, "nested deeper than 64 levels|no longer JSON"),
        (b'[{"ocid": ' + b"[" * 70 + b"]" * 70 + b"}]", "item 1 is nested deeper than 64 levels"),
        (b"{}", "found nothing"),
        (b'[{"ocid": ' + b"9" * 5000 + b"}]", "after item 0 comes a number of 400 digits or more"),
        (b'[{"ocid": 1e' + b"9" * 30 + b"}]", "a number in item 1 is too large to be read"),
        (gzip.compress(b'{"releases": []}', mtime=0)[:-9], "a damaged .gz file"),
        (
            b"Date,Supplier,Amount\n",
            r"row 1: no column for title, buyer, value in a table of award notices; found 'Date', 'Supplier', 'Amount'",
        ),
    ],
)
def test_a_bad_file_says_so_by_name(read, content, message):
    with pytest.raises(NoticesError, match=rf"(?s)notices\.json: .*({message})"):
        read(content)


def test_what_is_too_much_ends_soon(read):
    with pytest.raises(NoticesError, match="larger than 5,000 bytes"):
        read([RELEASE] * 100, file_bytes=5000)
    with pytest.raises(NoticesError, match="more than 3 releases or lines in all"):
        read([changed(ocid=str(number)) for number in range(5)], releases=3)
    with pytest.raises(NoticesError, match="after item 1 comes one of more than 100,000 bytes"):
        read([RELEASE, changed(tender__title="x" * 2_000_000)], item_bytes=100_000)
    with pytest.raises(NoticesError, match="larger than 1,000,000 bytes"):  # a small file that unpacks to a large one
        read(gzip.compress(b"[" + b" " * 50_000_000 + b"]"), file_bytes=1_000_000)
    with pytest.raises(NoticesError, match="a line of more than"):
        read(PLAIN + "," * 10_000_000, "notices.csv")
    notices = read(changed(awards__0__suppliers=[{"name": str(number)} for number in range(20)]), suppliers=10)
    assert [one["reason"] for one in notices.rejects.to_pylist()] == ["suppliers: got 20, expected 10 at most"]


def test_a_number_cut_by_the_reading_is_seen_whole(read):
    """Longer than what is read at once, and beginning at any place of it."""
    for before in (0, 4090, 65_400, 65_530):
        with pytest.raises(NoticesError, match="a number of 400 digits or more"):
            read(b'[{"x": "' + b" " * before + b'", "ocid": ' + b"9" * 70_000 + b"}]")


def test_the_time_grows_with_the_file_and_not_with_its_square(read):
    """Ten times the suppliers, lots and releases of one process take about ten times as long, not a hundred times."""

    def seconds(n):
        everybody = [{"id": "0", "name": f"Firm {number}"} for number in range(n)]
        lots = [{"id": str(number), "awardCriteria": criteria(("price", "", "40"))} for number in range(n)]
        awards = [{"id": str(number), "value": {"amount": 5}, "suppliers": [{"name": "Alpha"}]} for number in range(n)]
        crowd = {"ocid": "o", "awards": [{"id": "a", "suppliers": everybody}, *awards], "tender": {"lots": lots}}
        start = time.process_time()
        notices = read([crowd, *({"ocid": "p", "date": str(number), "awards": [{"id": "a"}]} for number in range(n))])
        assert account(notices).awards == n + 1
        return time.process_time() - start

    seconds(200)  # imports
    assert seconds(4000) < 40 * seconds(400)


def test_files_that_are_not_there_or_given_twice(tmp_path):
    with pytest.raises(NoticesError, match=r"nowhere\.json: cannot be read \(No such file"):
        read_notices([tmp_path / "nowhere.json"])
    with pytest.raises(NoticesError, match="is a folder"):
        read_notices([tmp_path])
    with pytest.raises(NoticesError, match="no files given"):
        read_notices([])
    with pytest.raises(NoticesError, match="given twice"):
        read_notices([tmp_path / "a.json", tmp_path / "a.json"])


def test_names_can_be_changed_on_the_way_in(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(RELEASE))
    (row,) = rows(read_notices([tmp_path / "a.json"], rename=lambda name: name[:1]))
    assert row["supplier"] == "A"


def test_titles_do_not_name_a_person_who_is_renamed(tmp_path):
    """Nor does a rejected line whose name slipped into the value."""
    from changemaking.places.spending import Pseudonyms

    head = "id,title,organisation,status,awarded_value,awarded_supplier"
    lines = [
        "1,Counselling by JANE  HARTLEY (Hartley Jane),Acton Council,awarded,900,Mrs Jane Hartley",
        "2,Roads for Jane Hartley,Acton Council,awarded,900,Roads Ltd",
        "3,Janet Hartleys,Acton Council,awarded,900,Mrs Jane Hartley",
        "4,Care,Acton Council,awarded,Harold Cooper,Roads Ltd",
    ]
    (tmp_path / "a.csv").write_text("\n".join([head, *lines]) + "\n")
    found = read_notices([tmp_path / "a.csv"], rename=Pseudonyms())
    titles = ["Counselling by person 2 (person 2)", "Roads for Jane Hartley", "Janet Hartleys"]
    assert found.awards["title"].to_pylist() == titles, "a title is judged by who is paid for it, as payments are"
    assert found.rejects["reason"].to_pylist() == ["got 'person 1', expected an amount of money"]
    assert "Cooper" not in json.dumps(found.accounts[0].as_dict())
    release = json.loads(json.dumps(RELEASE))
    release["awards"][0] |= {"title": "Work of jane hartley", "suppliers": [{"id": "9", "name": "Jane Hartley"}]}
    (tmp_path / "b.json").write_text(json.dumps(release))
    assert read_notices([tmp_path / "b.json"], rename=Pseudonyms()).awards["title"].to_pylist() == ["Work of person 1"]
