"""Files of notices that nobody meant to write: whatever they hold, reading ends in tables or in a NoticesError.

More inputs than a test should take: `python tests/places/test_notices_fuzz.py 10000`.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changemaking.places.notices import Limits, NoticesError, notice_figures, read_notices

LIMITS = Limits(file_bytes=1 << 20, item_bytes=1 << 18, releases=500)
KEYS = (
    "ocid id date tag releases records results compiledRelease url parties name identifier scheme additionalIdentifiers address "
    "postalCode streetAddress details scale vcse roles buyer tender title lots awardCriteria criteria type description numbers number "
    "weight techniques hasFrameworkAgreement classification items relatedLot contractPeriod startDate endDate durationInDays awards "
    "status value amount currency suppliers relatedLots contracts awardID period bids statistics measure procurementMethod "
    "numberOfTenderers tenderers"
).split()
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(["ocds-1", "GBP", "2025-01-01", "9999-99-99", "1e999999", "award", "#2", "\ud800", "=cmd()", "40%", "large"]),
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6), max_leaves=30
)


@st.composite
def releases(draw):
    """A release whose outline is right and whose every field may be anything."""
    value = st.fixed_dictionaries({"amount": scalars | anything, "currency": scalars})
    someone = st.fixed_dictionaries(
        {"id": scalars, "name": scalars}, optional={"details": anything, "address": anything, "identifier": anything}
    )
    award = st.fixed_dictionaries(
        {"id": scalars},
        optional={"value": value | anything, "suppliers": st.lists(someone, max_size=4) | anything, "contractPeriod": anything},
    )
    return draw(
        st.fixed_dictionaries(
            {"ocid": st.sampled_from(["ocds-1", "ocds-2"]) | scalars},
            optional={
                "id": scalars,
                "date": st.sampled_from(["2025-01-01", "2024"]) | scalars,
                "parties": st.lists(someone, max_size=4) | anything,
                "awards": st.lists(award, max_size=4) | anything,
                "tender": st.dictionaries(st.sampled_from(KEYS), anything, max_size=6) | anything,
                "bids": anything,
                "contracts": st.lists(award, max_size=2) | anything,
                "tag": anything,
            },
        )
    )


def check(content: bytes, folder: Path) -> bool:
    """Whether the content could be read; fails on any exception but our own and on an account that does not add up."""
    path = folder / "notices.any"
    path.write_bytes(content)
    try:
        notices = read_notices([path], LIMITS)
    except NoticesError as error:
        assert "notices.any" in str(error)
        return False
    (account,) = notices.accounts
    assert account.balances(), account
    assert sum(1 for _ in notices.rejects.to_pylist()) == account.rejected.total() + account.awards_rejected.total()
    seen = {(row["row"], row["ocid"], row["award"], row["pence"]) for row in notices.awards.to_pylist()}
    assert bool(seen) == bool(account.awards) and notices.awards.num_rows == account.rows
    figures = notice_figures(notices)
    for share in (figures.sme_by_count, figures.vcse_by_value):
        assert not share.low > share.high
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


several = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.slow
@several
@given(st.lists(releases(), max_size=4), st.sampled_from(["package", "list", "lines", "records"]))
def test_releases_of_any_content(folder, content, packing):
    packed = {
        "package": lambda: json.dumps({"releases": content}),
        "list": lambda: json.dumps(content),
        "lines": lambda: "\n".join(map(json.dumps, content)),
        "records": lambda: json.dumps({"records": [{"ocid": "o", "compiledRelease": one} for one in content]}),
    }[packing]()
    check(packed.encode(), folder)


@several
@given(anything)
def test_json_of_any_content(folder, content):
    check(json.dumps(content).encode(), folder)


@several
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_bytes_of_any_kind(folder, content):
    check(content, folder)


@several
@given(
    st.lists(st.lists(st.text(max_size=15), min_size=9, max_size=11), max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r", "\r\n"]),
)
def test_lines_of_any_content(folder, content, delimiter, end):
    heading = "id,title,organisation,status,awarded_date,awarded_value,awarded_supplier,awarded_to_sme,cpv_codes".replace(",", delimiter)
    check(end.join([heading, *(delimiter.join(line) for line in content)]).encode("utf-8", "surrogatepass"), folder)


def damaged(text: bytes, chance: random.Random) -> bytes:
    """A good file with a few bytes cut, doubled, swapped or replaced."""
    content = bytearray(text)
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(content) or 1), chance.randint(1, 40)
        kind = chance.randrange(4)
        if kind == 0:
            del content[place : place + length]
        elif kind == 1:
            content[place:place] = content[place : place + length]
        elif kind == 2:
            content[place : place + 1] = bytes([chance.randrange(256)])
        else:
            content[place:place] = chance.choice(
                [
                    b'"',
                    b",",
                    b"[",
                    b"}",
                    b"null",
                    b"\x00",
                    b"\r",
                    b"1e99999",
                    b'"\\ud800"',
                    b"'",
                    b"=1+1",
                    b"9" * 5000,
                    b"1e99999999999999999999",
                ]
            )
    return bytes(content)


GOOD = json.dumps(
    {
        "releases": [
            {
                "ocid": f"ocds-{number % 3}",
                "id": str(number),
                "date": f"2025-01-0{number + 1}",
                "tag": ["award"],
                "buyer": {"id": "b", "name": "Anytown"},
                "parties": [{"id": "s", "name": "Alpha", "details": {"scale": "sme"}, "address": {"postalCode": "PR1 2HE"}}],
                "tender": {
                    "title": "Roads",
                    "lots": [{"id": "1", "awardCriteria": {"criteria": [{"type": "price", "description": "40"}]}}],
                },
                "awards": [{"id": "a", "value": {"amount": 100.5, "currency": "GBP"}, "suppliers": [{"id": "s", "name": "Alpha"}]}],
            }
            for number in range(5)
        ]
    }
).encode()
GOOD_LINES = (
    "id,title,organisation,status,awarded_date,awarded_value,awarded_supplier,awarded_to_sme,cpv_codes\n"
    + 'n1,"Roads, and more",Anytown,awarded,2025-01-01,500,"Alpha,Beta",True,45000000\n' * 5
).encode()


@pytest.mark.parametrize("good", [GOOD, GOOD_LINES], ids=["json", "csv"])
def test_damaged_files(folder, good):
    assert check(good, folder)
    chance = random.Random(1)
    read = [check(damaged(good, chance), folder) for _ in range(150)]
    assert any(read) and not all(read)  # the damage is neither nothing nor everything


def main(count: int) -> None:
    """The same with as many inputs as wanted."""
    with tempfile.TemporaryDirectory() as name:
        chance = random.Random(count)
        read = sum(check(damaged(chance.choice([GOOD, GOOD_LINES]), chance), Path(name)) for _ in range(count))
    print(f"{count} damaged files: {read} read, {count - read} refused with a message, no other exception")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
