"""Reading award notices: every packing, merging, what counts as an award, lines of a table, and how names are changed on the way in."""

from __future__ import annotations

import copy
import gzip
import json
import socket
from datetime import date

import pytest
from award_notices import PLAIN, RELEASE, SECOND, account, changed, rows

from changemaking.places.notices import notice_figures, read_notices

# -- packings ----------------------------------------------------------------------------------------------------------


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


def test_a_contract_details_notice_tells_by_its_contract(read):
    """As Find a Tender publishes them since 2025: a compiled release whose award has neither value, date nor title, and whose releases
    are stubs.
    """
    award = {"id": "1", "status": "active", "suppliers": RELEASE["awards"][0]["suppliers"]}
    contract = {
        "id": "1",
        "awardID": "1",
        "title": "Peatland restoration",
        "period": {"startDate": "2026-10-05T00:00:00+01:00", "endDate": "2027-03-31T23:59:59+01:00"},
        "value": {"amountGross": 438981, "amount": 395493, "currency": "GBP"},
        "dateSigned": "2026-09-30T00:00:00+01:00",
    }
    compiled = changed(awards=[award], contracts=[contract], tag=["compiled"])
    stub = {"id": "092299-2026", "date": "2026-09-30T11:59:50+01:00", "tag": ["award", "contract"]}
    (row,) = rows(read({"records": [{"ocid": compiled["ocid"], "releases": [stub], "compiledRelease": compiled}]}))
    told = {key: row[key] for key in ("title", "pence", "currency", "date", "start", "end")}
    assert told == {
        "title": "Peatland restoration",
        "pence": 39549300,
        "currency": "GBP",
        "date": date(2026, 9, 30),
        "start": date(2026, 10, 5),
        "end": date(2027, 3, 31),
    }


def contract(amount: int | None, **more):
    value = {} if amount is None else {"value": {"amount": amount, "currency": "GBP"}}
    return {"awardID": "a1", "status": "active", **value, **more}


def award_of(read, *contracts):
    """What an award without a value of its own has from its contracts, and what is noted."""
    award = {key: value for key, value in RELEASE["awards"][0].items() if key not in ("value", "date", "title", "contractPeriod")}
    notices = read(changed(awards=[award], contracts=[{"id": f"c{at}", **one} for at, one in enumerate(contracts)]))
    return rows(notices)[0], account(notices).notes


def test_several_contracts_of_an_award_come_together(read):
    year = [{"startDate": f"{at}-04-01", "endDate": f"{at + 1}-03-31"} for at in (2025, 2027)]
    row, notes = award_of(
        read,
        contract(5_000_000, dateSigned="2025-03-02", title="Lot 2", period=year[1]),
        contract(1_000_000, dateSigned="2025-03-01", title="Lot 1", period=year[0]),
    )
    assert (row["pence"], row["currency"], row["date"]) == (600_000_000, "GBP", date(2025, 3, 1))
    assert (row["start"], row["end"], row["title"]) == (date(2025, 4, 1), date(2028, 3, 31), RELEASE["tender"]["title"])
    assert notes == {"value of an award taken as the sum of its contracts": 1}


def test_a_contract_that_was_cancelled_says_nothing_and_one_that_was_ended_early_does(read):
    dead = contract(5_000, status="cancelled", dateSigned="2020-01-01", title="dead")
    row, notes = award_of(read, dead, contract(6_000, status="terminated", dateSigned="2026-02-02", title="Care"))
    assert (row["pence"], row["date"], row["title"], notes) == (600_000, date(2026, 2, 2), "Care", {})


@pytest.mark.parametrize("other", [contract(None), contract(5_000) | {"value": {"amount": 5_000, "currency": "EUR"}}])
def test_contracts_that_do_not_all_tell_their_value_in_one_currency_give_none(read, other):
    row, notes = award_of(read, other, contract(6_000, dateSigned="2026-02-02"))
    assert (row["pence"], row["currency"], row["date"]) == (None, None, date(2026, 2, 2))
    assert notes == {"value of an award not taken: not all of its contracts tell theirs in one currency": 1}


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


# -- merging -----------------------------------------------------------------------------------------------------------


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


# -- what counts as an award, and its value ----------------------------------------------------------------------------


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


# -- CSV ---------------------------------------------------------------------------------------------------------------


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


# -- names -------------------------------------------------------------------------------------------------------------


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
