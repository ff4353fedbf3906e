"""Real award notices, counted independently of the reader: nothing is lost, and every figure can be found in the file again."""

from __future__ import annotations

import csv
import html
import json
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from changemaking.places.notices import notice_figures, read_notices

DATA = Path(os.environ.get("CHANGEMAKING_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
FINDER = DATA / "ocds" / "uk_contracts_finder_dev_120.json"
SCOTLAND = DATA / "ocds" / "uk_public_contracts_scotland_90_tenders.json"
NORWAY = DATA / "ocds" / "norway_eforms_2024-110489_release_0.json"
FICTIONAL = DATA / "ocds" / "standard_fictional_1_1_ocds-213czf-000-00001.json"
LANCASHIRE = DATA / "preston" / "contracts_finder_lancashire_15_councils.csv"
ALL = (FINDER, SCOTLAND, NORWAY, FICTIONAL, LANCASHIRE)
pytestmark = pytest.mark.skipif(not all(path.is_file() for path in ALL), reason="the public data are not here")


@pytest.fixture(scope="module")
def notices():
    return read_notices(ALL)


@pytest.fixture(scope="module")
def finder_releases():
    return json.loads(FINDER.read_text(encoding="utf-8"), parse_float=Decimal)["releases"]


@pytest.fixture(scope="module")
def lines():
    with LANCASHIRE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(name):
    """A name as the reader writes it, for comparing; one supplier of the file has none."""
    return name and " ".join(name.split()).casefold()


def latest_awards(releases):
    """Each award as its latest release tells it, merged by hand: the publisher repeats whole awards, so the last one stands."""
    found = {}
    for release in sorted(releases, key=lambda one: one["date"]):
        for award in release.get("awards", ()):
            found[release["ocid"], award["id"]] = award, release
    return found


def awards(notices, path):
    rows = [row for row in notices.awards.to_pylist() if row["file"] == path.name]
    return {
        (row["ocid"], row["award"]): [one for one in rows if (one["ocid"], one["award"]) == (row["ocid"], row["award"])] for row in rows
    }


def test_every_release_and_award_is_accounted_for(notices):
    assert [account.file for account in notices.accounts] == [path.name for path in ALL]
    for account in notices.accounts:
        assert account.balances(), account
    assert not notices.rejects.num_rows
    assert {account.file: account.read for account in notices.accounts} == {
        FINDER.name: 120,
        SCOTLAND.name: 90,
        NORWAY.name: 1,
        FICTIONAL.name: 1,
        LANCASHIRE.name: 1224,
    }


def test_contracts_finder_awards_are_those_of_the_file(notices, finder_releases):
    mine, theirs = awards(notices, FINDER), latest_awards(finder_releases)
    assert set(mine) == set(theirs)
    for key, (award, release) in theirs.items():
        rows = mine[key]
        amount = award["value"]["amount"]
        assert rows[0]["pence"] == (int(amount * 100) if amount > 1 else None)
        assert {row["supplier"] and row["supplier"].casefold() for row in rows} == {plain(one["name"]) for one in award["suppliers"]}
        assert {row["suppliers"] for row in rows} == {len(rows)}
        assert str(rows[0]["start"]) == award["contractPeriod"]["startDate"][:10]
        assert rows[0]["buyer"] == " ".join(html.unescape(release["buyer"]["name"]).split())
        assert rows[0]["cpv"] == release["tender"]["classification"]["id"]


def test_contracts_finder_flags_are_those_of_the_parties(notices, finder_releases):
    parties = {}
    for _, release in latest_awards(finder_releases).values():
        for party in release["parties"]:
            if "supplier" in party["roles"]:
                parties[release["ocid"], plain(party.get("name"))] = party.get("details", {})
    mine = [row for row in notices.awards.to_pylist() if row["file"] == FINDER.name]
    for row in mine:
        details = parties[row["ocid"], plain(row["supplier"])]
        assert row["sme"] == {"sme": True, "large": False, None: None}[details.get("scale")]
        assert row["vcse"] == details.get("vcse")
    assert Counter(row["vcse"] for row in mine)[True] == 4


def test_the_account_of_contracts_finder(notices, finder_releases):
    account = next(one for one in notices.accounts if one.file == FINDER.name)
    tags = Counter(release["tag"][0] for release in finder_releases if not release.get("awards"))
    assert dict(account.aside) == {f"no award: {tag}": count for tag, count in tags.items()}
    told = sum(len(release.get("awards", ())) for release in finder_releases)
    assert account.told == told and account.awards == len(latest_awards(finder_releases))
    total = sum(award["value"]["amount"] for award, _ in latest_awards(finder_releases).values() if award["value"]["amount"] > 1)
    assert account.pence == {"GBP": int(total * 100)}


def test_lancashire_lines(notices, lines):
    account = next(one for one in notices.accounts if one.file == LANCASHIRE.name)
    statuses = Counter(line["status"] for line in lines)
    assert {key: account.aside[f"notice {key}"] for key in ("closed", "withdrawn", "open")} == {
        key: statuses[key] for key in ("closed", "withdrawn", "open")
    }
    nobody = account.aside["not awarded to anybody"] + account.aside["names neither supplier nor value"]
    assert account.awards + nobody == statuses["awarded"] == 802
    rows = {row["row"]: row for row in notices.awards.to_pylist() if row["file"] == LANCASHIRE.name}
    for number, row in rows.items():
        line = lines[number - 2]  # a spreadsheet counts from 1 and the heading is its first row
        assert row["award"] == line["id"] and row["title"] == " ".join(html.unescape(line["title"]).split())[:500]
        assert (row["pence"] or 0) == (int(Decimal(line["awarded_value"]) * 100) if Decimal(line["awarded_value"]) > 1 else 0)
        assert row["date"] is None or str(row["date"]) == line["awarded_date"]
        if row["suppliers"] == 1 and "," not in line["awarded_supplier"]:
            assert row["sme"] == (line["awarded_to_sme"] == "True")
    kept = sum(Decimal(lines[number - 2]["awarded_value"]) for number in rows if Decimal(lines[number - 2]["awarded_value"]) > 1)
    assert account.pence == {"GBP": int(kept * 100)}


def test_lancashire_lines_set_aside_name_nobody(notices, lines):
    kept = {row["row"] for row in notices.awards.to_pylist() if row["file"] == LANCASHIRE.name}
    left = {line["awarded_supplier"] for number, line in enumerate(lines, 2) if line["status"] == "awarded" and number not in kept}
    words = re.compile("not (been )?award|no award|no supplier|n/a|various|multiple", re.I)
    assert left and not [name for name in left if not words.search(name)]


def test_sme_shares_of_lancashire_hold_the_flags_of_the_file(notices, lines):
    """The share by count must hold what the flags alone say, whatever becomes of lines with several suppliers."""
    figures = notice_figures(read_notices([LANCASHIRE]))
    flags = [line["awarded_to_sme"] == "True" for line in lines if line["status"] == "awarded"]
    assert figures.sme_by_count.low < np.mean(flags) < figures.sme_by_count.high
    assert figures.sme_by_count.high - figures.sme_by_count.low == pytest.approx(figures.shared / figures.awards)
    assert (figures.vcse_by_count.low, figures.vcse_by_count.high) == (0, 1)  # the file has no such flag


def test_price_weighs_forty_percent_at_the_median_in_scotland(notices):
    """The description of the data says 40 at the median, quartiles 30 and 60, of the tenders that tell a figure."""
    figures = notice_figures(notices)
    assert figures.price_weight.count == 64
    assert figures.price_weight.values[1:4] == pytest.approx((30, 40, 60))
    # nothing is made of tenders that tell none: 90 tenders, 341 lots
    scotland = [row for row in notices.tenders.to_pylist() if row["file"] == SCOTLAND.name]
    assert len({row["ocid"] for row in scotland}) == 90 and len(scotland) == 341
    for row in scotland:
        if row["weights"] == "told":
            assert row["price_weight"] + row["quality_weight"] + row["social_weight"] == pytest.approx(100, abs=0.5)


def test_the_standards_own_example_and_the_norwegian_one(notices):
    fictional = next(row for row in notices.awards.to_pylist() if row["file"] == FICTIONAL.name)
    assert fictional["supplier"] == "AnyCorp Cycle Provision" and fictional["supplier_id"] == "GB-COH-11111111"
    assert fictional["pence"] == 1_100_000_000 and fictional["bidders"] == 2 and fictional["months"] == 12
    assert fictional["procedure"] == "open" and fictional["cpv"] == "45233130" and fictional["postcode"] == "AA1 1AA"
    assert fictional["buyer_id"] == "GB-LAC-E09000003"
    norway = next(row for row in notices.awards.to_pylist() if row["file"] == NORWAY.name)
    assert (norway["pence"], norway["currency"]) == (9_500_000_000, "NOK")
    assert norway["months"] == 84  # 2,555 days are seven years
    assert norway["bidders"] == 1  # thirteen offers, all by one tenderer
    assert norway["procedure"] == "direct"
    account = next(one for one in notices.accounts if one.file == NORWAY.name)
    assert account.awards_aside == {"names neither supplier nor value": 1}
