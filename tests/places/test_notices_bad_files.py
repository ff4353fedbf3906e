"""Award notices that cannot be read, in part or at all: what is said of them, and that the reading ends soon."""

from __future__ import annotations

import gzip
import time

import pytest
from award_notices import PLAIN, RELEASE, SECOND, account, changed, criteria, rows

from changemaking.places.notices import NoticesError, read_notices

# -- what cannot be read, and the rest kept ----------------------------------------------------------------------------


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
        ({"awards__0__value": 12}, "awards.value", "got a number, expected an object"),
        ({"awards": "none"}, "awards", "got a text, expected a list"),
        ({"awards": ["a1"]}, "awards", "holds a text, expected objects"),
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
        "got a number, expected an object",
        "missing, so that nobody can say which releases belong together",
    ]
    assert account(notices).read == 3


# -- whole files -------------------------------------------------------------------------------------------------------


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


def test_files_that_are_not_there_or_given_twice(tmp_path):
    with pytest.raises(NoticesError, match=r"nowhere\.json: cannot be read \(No such file"):
        read_notices([tmp_path / "nowhere.json"])
    with pytest.raises(NoticesError, match="is a folder"):
        read_notices([tmp_path])
    with pytest.raises(NoticesError, match="no files given"):
        read_notices([])
    with pytest.raises(NoticesError, match="given twice"):
        read_notices([tmp_path / "a.json", tmp_path / "a.json"])


# -- too much ----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"ocid": "a"}\n\n{"ocid": "b"}\nJane Hartley\n', "no longer JSON in line 4: a sign or word that JSON does not have there"),
        (b'{"ocid": "a"}\n{"ocid": "Jane Hartley\n', "no longer JSON in line 2: a text that JSON would write otherwise"),
        (b'[{"ocid": "a"}, {"ocid": "b", "title": "Jane Hartley', "no longer JSON after item 1: it breaks off; download it again"),
        (b'[{"ocid": "a", "title": "Jane Hartley"}}', "no longer JSON after item 1: a comma, colon or bracket too many or too few"),
        (b'[{"ocid": "a", "title": "Jane Hartley \xe9"}]', "no longer JSON after item 0: bytes that are no UTF-8"),
        (b'[{"ocid": "Jane Hartley", "value": Infinity}]', "no longer JSON after item 0: Infinity and NaN are no numbers in JSON"),
        (b'{"ocid": "a"}\n{"ocid": "Jane Hartley", "value": -NaN}\n', "no longer JSON in line 2: Infinity and NaN are no numbers in JSON"),
    ],
)
def test_what_is_no_json_is_told_without_its_own_words(read, content, message):
    with pytest.raises(NoticesError) as caught:
        read(content)
    said = str(caught.value)
    assert message in said and said.endswith("; accepted: JSON of the Open Contracting Data Standard, whole or one release a line")
    assert "Hartley" not in said and "ocid" not in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"ocid": "a"}\n"Jane Hartley"', "item 2 is a text by itself, expected an object or a list"),
        (b'{"Jane Hartley": {}, "total": 1}', "found 'total'"),
        (b'{"Jane Hartley": {}}', "found 1 field of other names"),
    ],
)
def test_what_is_no_release_is_told_without_names(read, content, message):
    with pytest.raises(NoticesError) as caught:
        read(content)
    assert message in str(caught.value) and "Hartley" not in str(caught.value)


def test_a_name_where_an_object_should_be_is_not_told(read):
    rejects = read(b'[{"ocid": "a", "awards": ["Jane Hartley"]}, {"ocid": "b", "awards": "Jane Hartley"}]').rejects
    assert rejects["reason"].to_pylist() == ["holds a text, expected objects", "got a text, expected a list"]
