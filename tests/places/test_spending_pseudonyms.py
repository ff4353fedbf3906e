"""Names of persons who are paid, and that they are gone from all other texts of the payments."""

from __future__ import annotations

import itertools
import json
import random
import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from payment_files import HEADING, column, read

from changemaking.places.spending import Limits, pseudonyms, read_spending, writing
from changemaking.places.spending.pseudonyms import Known, without


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Fees Mrs S Higginbotham", "Fees person 1"),
        ("Fees Mrs. S.J. Higginbotham, May", "Fees person 1, May"),
        ("Mrs Higginbotham's taxi", "person 1's taxi"),
        ("Higginbotham S", "person 1"),
        ("S Higginbotham", "person 1"),
        ("Sarah Higginbotham, SJ Higginbotham", "person 1, person 1"),
        ("Higginbotham, Sarah J.", "person 1."),
        ("Simon Higginbotham, J Higginbotham", "Simon Higginbotham, J Higginbotham"),
        ("Sarah Jane Higginbotham", "person 1"),
        ("Peter Quigglesworth to Higginbotham Lane", "person 2 to Higginbotham Lane"),
        ("QUIGGLESWORTH, PETER", "person 2"),
        ("P Quigglesworth", "P Quigglesworth"),
    ],
)
def test_a_person_is_not_named_in_other_cells_nor_in_other_rows(tmp_path: Path, said: str, left: str) -> None:
    rows = [
        ("Mrs Sarah Jane Higginbotham", said),
        ("Acme Ltd", "Payment to Peter Quigglesworth"),
        ("Mr Peter Quigglesworth", "Sarah Jane Higginbotham"),
    ]
    text = f"{HEADING},Description\n" + "".join(f'{name},01/04/2026,1.00,"{purpose}"\n' for name, purpose in rows)
    _, spending = read(tmp_path, text)
    assert column(spending, "purpose") == [left, "Payment to person 2", "person 1"]
    assert column(read(tmp_path, text, persons=True)[1], "purpose")[0] == said


def test_persons_are_numbered_across_files_unless_asked_for(tmp_path: Path) -> None:
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(f"{HEADING}\nMrs Kayleigh Burke,01/04/2026,1\nAcme Ltd,01/04/2026,2\nMr Harold Cooper,01/04/2026,3\n")
    two.write_text(f"{HEADING}\nMR  HAROLD COOPER,01/05/2026,4\n")
    spending = read_spending([one, two])
    assert column(spending, "supplier") == ["person 1", "Acme Ltd", "person 2", "person 2"]
    assert "Cooper" not in json.dumps([account.to_dict() for account in spending.accounts])
    assert column(read_spending([one], persons=True), "supplier") == ["Mrs Kayleigh Burke", "Acme Ltd", "Mr Harold Cooper"]


def test_a_person_is_not_named_in_other_columns_either(tmp_path: Path) -> None:
    text = (
        f"Description,Reference,Company Number,{HEADING}\n"
        "Payment to JANE  HARTLEY for care,Hartley Jane 7,,Mrs Jane Hartley,01/04/2026,1\n"
        'Paint for Jane Hartley,A1,,"Acme Ltd",01/04/2026,Harold Cooper\n'
        "Janet Hartleys,A2,,Jane Hartley,01/04/2026,Jane Hartley's\n"
        "Jane Rowe,A3,01234567,Jane Rowe,01/04/2026,1\n"
    )
    _, spending = read(tmp_path, text, out=tmp_path / "out")
    assert column(spending, "supplier") == ["person 1", "Acme Ltd", "person 2", "Jane Rowe"]
    assert column(spending, "purpose")[0] == "Payment to person 1 for care" and column(spending, "reference")[0] == "person 1 7"
    assert column(spending, "purpose")[2:] == ["Janet Hartleys", "Jane Rowe"], "no other name, and no firm's"
    assert [reject.found for reject in spending.rejects] == ["person 4", "person 2's"]
    assert b"Mrs Jane Hartley" not in (tmp_path / "out" / "payments.parquet").read_bytes()


def test_a_name_is_not_left_in_part_where_a_rejected_cell_is_cut(tmp_path: Path) -> None:
    text = f"{HEADING}\nAcme Ltd,01/04/2026,{'x' * 190} Harold Cooper and more\nHarold Cooper,01/04/2026,1\n"
    (reject,) = read(tmp_path, text)[1].rejects
    assert reject.found == f"{'x' * 190} person 1 "


def test_who_has_a_company_number_is_no_person(tmp_path: Path) -> None:
    _, spending = read(tmp_path, f"Company Number,{HEADING}\n01234567,Harold Cooper,01/04/2026,1\n,Harold Cooper,01/04/2026,1\n")
    assert column(spending, "supplier") == ["Harold Cooper", "person 1"]


@pytest.mark.parametrize("group", [1, 7, 10**6])
def test_a_name_that_becomes_known_later_leaves_the_rows_before_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: int) -> None:
    """Of the same file, far above, and of files before it; and nothing else in them changes."""
    monkeypatch.setattr(writing, "GROUP", group)
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    filler = "".join(f"Acme Ltd,0{1 + n % 9}/04/2026,{n}.00,paper {n},\n" for n in range(40))
    one.write_text(
        f"{HEADING},Description,Department\nAcme Ltd,01/04/2026,1.00,taxi for Harold Cooper,Cooper Harold team\n"
        f"Acme Ltd,01/04/2026,Harold Cooper said 5,,\n{filler}Mrs Kayleigh Burke,01/04/2026,2.00,her own,\n"
    )
    two.write_text(f"{HEADING},Description\nAcme Ltd,01/05/2026,3.00,Kayleigh Burke (Cooperage)\nMr Harold Cooper,01/05/2026,4.00,\n")
    spending = read_spending([one, two], limits=Limits(block=64))
    plain = read_spending([one, two], persons=True)
    purposes, departments = column(spending, "purpose"), column(spending, "department")
    assert purposes[0] == "taxi for person 2" and departments[0] == "person 2 team"
    assert purposes[42:] == ["her own", "person 1 (Cooperage)", None]
    assert [reject.found for reject in spending.rejects] == ["person 2 said 5"]
    assert purposes[1:42] == column(plain, "purpose")[1:42] and departments[1:] == column(plain, "department")[1:]
    for name in ("file", "row", "date", "pence", "status", "reason"):
        assert column(spending, name) == column(plain, name)


@pytest.mark.parametrize("later", [False, True])
def test_only_what_may_name_somebody_is_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: bool) -> None:
    """A row group is read back only if a name in it was known as it was written, or another person became known after it."""
    looked: list[int] = []
    real = writing._named
    monkeypatch.setattr(writing, "_named", lambda table, known: (looked.append(table.num_rows), real(table, known))[1])
    monkeypatch.setattr(writing, "GROUP", 1)
    end = "Mrs Kayleigh Burke,02/05/2026,4.00,taxi\n" if later else ""
    file = tmp_path / "a.csv"
    file.write_text(
        f"{HEADING},Description\nMr Harold Cooper,01/04/2026,1.00,paper\n"
        + "Acme Ltd,01/05/2026,4.00,for Harold Cooper\n"
        + "Acme Ltd,01/05/2026,4.00,taxi\n" * 9
        + end
    )
    spending = read_spending([file], limits=Limits(block=64))
    assert column(spending, "purpose")[:3] == ["paper", "for person 1", "taxi"]
    assert (len(looked) > 1) if later else (len(looked) == 1)


def test_what_is_written_once_is_not_written_again_for_names_that_nobody_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[object] = []
    monkeypatch.setattr(writing, "_with", lambda table, changed: (again.append(table), table)[1])
    monkeypatch.setattr(writing, "GROUP", 1)
    file = tmp_path / "a.csv"
    file.write_text(f"{HEADING},Description\nAcme Ltd,01/04/2026,1.00,paper\n" + "Mr Harold Cooper,01/05/2026,4.00,taxi\n" * 9)
    read_spending([file], limits=Limits(block=64))
    assert not again


def purposes(folder: Path, *rows: tuple[str, ...], headings: str = "Description") -> list:
    """What is left of the description of each row, given as payee and the cells under the headings after the amount."""
    text = "".join(",".join((f'"{payee}"', "01/04/2026", "1.00", *(f'"{cell}"' for cell in cells))) + "\n" for payee, *cells in rows)
    return column(read(folder, f"{HEADING},{headings}\n{text}")[1], "purpose")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Jane Cooper's placement", "person 1's placement"),
        ("Jane Cooper’s flat", "person 1’s flat"),
        ("for 'Jane Cooper'", "for 'person 1'"),
        ("Jane Cooper-April", "person 1-April"),
        ("INV-Jane Cooper-1", "INV-person 1-1"),
        ("_Jane Cooper_", "_person 1_"),
        ("Jane_Cooper", "person 1"),
        ("0426Jane Cooper2", "0426person 12"),
        ("Strauß, Mrs Anna", "person 3"),
        ("COOPER - JANE/2", "person 1/2"),
        ("Jane\tCooper", "person 1"),
        ("Jane   \n  Cooper", "person 1"),
        (
            "Janet Cooper of Jane Cooperage or xJane Cooper",
            "Janet Cooper of Jane Cooperage or xJane Cooper",
        ),
        ("MARY O’NEILL and Mary O'Neill", "person 2 and person 2"),
        ("Anna Strauß, ANNA STRAUSS, Strauß Anna", "person 3, person 3, person 3"),
    ],
)
def test_a_name_leaves_other_rows_whatever_stands_beside_it(tmp_path: Path, said: str, left: str) -> None:
    paid = [("Jane Cooper", ""), ("Mary O'Neill", ""), ("Mrs Anna Strauß", "")]
    assert purposes(tmp_path, *paid, ("Acme Ltd", said))[-1] == left


@pytest.mark.parametrize(
    ("payee", "person"),
    [
        ("Jane Smith t/a Smith Childcare", "Jane Smith"),
        ("Mr Peter Pan trading as Pan Taxis", "Peter Pan"),
        ("Redacted#Tom Jones", "Tom Jones"),
        ("Dr Peter Jones (Locum)", "Peter Jones"),
        ("Smith, Jane (Locum)", "Jane Smith"),
        ("Tom Jones - Locum", "Jones, Tom"),
        ("Mrs Jane Smith Childminding Services", "Smith Jane"),
        ("Jane Smith t/a Shop 24", "Jane Smith"),
    ],
)
def test_a_trading_name_or_an_addition_does_not_keep_a_person_named(tmp_path: Path, payee: str, person: str) -> None:
    texts = (f"{payee} May", f"{person}'s May")
    left = purposes(tmp_path, *((payee, text) for text in texts), *(("Acme Ltd", text) for text in texts))
    assert left == ["person 1 May", "person 1's May"] * 2


def test_an_identifier_and_a_body_do_not_name_who_is_paid(tmp_path: Path) -> None:
    text = (
        f"Body Name,Supplier ID,{HEADING}\n"
        "Anytown,HAROLD BIRD,Mr Harold Bird,01/04/2026,1\n"
        "Anytown,Bird Harold James,Harold James Bird,01/04/2026,1\n"
        "Anytown,Bird James Harold,Harold James Bird,01/04/2026,1\n"
        "Anytown,Bird James Harold 7,Harold James Bird,01/04/2026,1\n"
        "Harold Bird's fund,HB01,Mr Harold Bird,01/04/2026,1\n"
        "Harold Bird's fund,10,Acme Ltd,01/04/2026,1\n"
    )
    _, spending = read(tmp_path, text)
    assert column(spending, "supplier_id") == ["person 1", "person 2", "person 2", "Bird James Harold 7", "HB01", "10"]
    assert column(spending, "body") == ["Anytown"] * 4 + ["person 1's fund"] * 2


@pytest.mark.parametrize(
    "said",
    [
        *(
            "Grant Thornton LLP audit",
            "GRANT THORNTON L.L.P.",
            "Grant Thornton Ltd invoice",
            "Grant Thornton (Limited) x",
            "Grant Thornton Lt",
        ),
        *(
            "Grant Thornton & Co",
            "Grant Thornton and Co",
            "Grant Thornton & Sons",
            "Grant Thornton and Son",
            "Grant Thornton Community Interest Company",
        ),
    ],
)
def test_a_firm_that_is_called_like_a_person_stays(tmp_path: Path, said: str) -> None:
    assert purposes(tmp_path, ("Grant Thornton", ""), ("Acme Ltd", said), ("Acme Ltd", "Grant Thornton")) == [None, said, "person 1"]


@pytest.mark.parametrize(
    "said", ["Grant Thornton lltd", "Grant Thornton limit reached", "Grant Thornton inc VAT", "Grant Thornton and son"]
)
def test_what_is_no_legal_form_saves_no_name(tmp_path: Path, said: str) -> None:
    assert purposes(tmp_path, ("Grant Thornton", ""), ("Acme Ltd", said))[1] == said.replace("Grant Thornton", "person 1")


def test_a_firm_keeps_its_own_name_in_its_own_texts(tmp_path: Path) -> None:
    text = (
        f"Company Number,Description,{HEADING}\n"
        "01234567,Harold Cooper's work,Harold Cooper,01/04/2026,1\n"
        ",Harold Cooper's work,Harold Cooper,01/04/2026,1\n"
        ",Harold Cooper's work,Harold Cooper Ltd,01/04/2026,1\n"
        ",Harold Cooper's work,Acme Ltd,01/04/2026,1\n"
    )
    _, spending = read(tmp_path, text)
    assert column(spending, "purpose") == ["Harold Cooper's work", "person 1's work"] * 2


def test_a_text_is_given_the_number_of_who_is_spelt_like_it(tmp_path: Path) -> None:
    """Though others, one of them before and one after, are spelt like it in another order."""
    paid = [("Cooper, Harold", ""), ("Harold Cooper", ""), ("Mr Harold Cooper", "")]
    texts = ["Harold Cooper", "Cooper Harold", "Mr Harold Cooper", "MR. HAROLD COOPER"]
    for folder, rows in (("a", [*paid, *(("Acme Ltd", text) for text in texts)]), ("b", [*(("Acme Ltd", text) for text in texts), *paid])):
        (tmp_path / folder).mkdir()
        left = [text for text in purposes(tmp_path / folder, *rows) if text]
        assert left == ["person 2", "person 1", "person 3", "person 3"]


@pytest.mark.parametrize("letters", ["abcdefghij", "жщюяабвгде", "éßĳﬁiſsskk"])
@pytest.mark.parametrize(("count", "long"), [(400, 300), (300, 10), (3, 900), (1, 3000)])
def test_many_and_long_names_are_looked_for(letters: str, count: int, long: int) -> None:
    draw = random.Random(count)
    names = [("Mr Tom " + "".join(draw.choices(letters, k=long)), f"person {at}") for at in range(count)]
    texts = [f"for {name}'s" for name, _ in names] + ["nothing"] * 99
    changed = Known(names).changed(pa.array(texts), pa.array([""] * len(texts)))
    assert changed == {at: f"for {instead}'s" for at, (_, instead) in enumerate(names)}


def test_the_time_does_not_grow_with_names_that_share_a_first_name() -> None:
    names = [(f"Jane {word}", f"person {at}") for at, word in enumerate(map("".join, itertools.product("abcdefgh", repeat=5)))]
    texts = pa.array([f"Jane {name[1:]} {name}" for (name, _), _ in zip(names, range(20_000), strict=False)])
    start = time.process_time()
    assert len(Known(names).changed(texts, pa.array([""] * len(texts)))) == len(texts)
    assert time.process_time() - start < 20, "32,768 names in 20,000 texts"


BESIDE = st.text(st.characters(exclude_categories=["L", "Nl", "No", "Cs", "Cn"]), max_size=3)  # Cn: letters that came after this Python
BETWEEN = st.text(st.characters(exclude_categories=["L", "N", "Cs", "Cn"]), min_size=1, max_size=3)


@given(
    st.sampled_from(["Mr Harold Cooper", "Jane O'Neill", "Cooper, Jane", "Zoë Smith-Jones"]),
    BESIDE,
    BESIDE,
    BETWEEN,
    st.booleans(),
)
def test_whole_names_are_gone_whatever_stands_beside_them(name: str, before: str, after: str, between: str, upper: bool) -> None:
    *first, last = re.findall(r"[^\W\d_]+", name.upper() if upper else name)
    text = f"x{' ' + before}{between.join([*first, last])}{after}"
    known = Known([(name, "person 1")])
    assert known.changed(pa.array(["", text]), pa.array(["", ""])) == {1: known.replaced(text)}
    assert last.casefold() not in known.replaced(text).casefold()
    assert last.casefold() not in without(text, name, "person 1").casefold()


PIECES = ["Ab", "aB", "Kéx", "KÉX", "Ka", "Jab", "Mr", "Mrs", "Xa", "Bb", "x", "1", "Ltd", *"-_'.\n,;/", *"    "]
WHOLE = ["Ab Kéx", "Kéx, Ab", "Jab Ka", "Mr Ab Kéx", "Ka-Jab", "Ab Ka Bb"]
TEXTS = st.lists(st.lists(st.sampled_from([*PIECES, *WHOLE]), max_size=12).map("".join), max_size=150)
NAMES = st.permutations(["Mr Ab Kéx", "Mr Ab Kéx Bb", "Mrs Jab Ka", "Miss Xa Bb", "Mr Ka Jab", "Dr Ab Ka Bb"])


def spelt(text: str, names: list[str], between: str) -> list[tuple[int, int, str]]:
    """Where names stand in a text, each looked for in each of its orders by a pattern of its own."""
    ways: dict[tuple[str, ...], str] = {tuple(re.findall(r"\w+", name)): f"person {at}" for at, name in enumerate(names)}
    for at, name in enumerate(names):
        title, *bare = re.findall(r"\w+", name)
        for way in (bare, bare[1:] + bare[:1], bare[-1:] + bare[:-1], [bare[-1], title, *bare[:-1]]):
            ways.setdefault(tuple(way), f"person {at}")
    found, at = [], 0
    while at < len(text):
        for way in sorted(ways, key=len, reverse=True):
            pattern = r"(?<![^\W\d_])" + between.join(way) + r"(?![^\W\d_])(?![\s.,(]+ltd(?![^\W_]))"
            if name := re.compile(pattern, re.I).match(text, at):
                found.append((at, name.end(), ways[way]))
                at = name.end()
                break
        else:
            at += 1
    return found


def plainly(text: str, names: list[str]) -> str:
    """A text without names: across what divides a list only where no name is cut that stands within, and else what that one leaves."""
    across, within = spelt(text, names, r"[\W_]+"), spelt(text, names, r"((?![;|/\n\r\t]|\s\s)[\W_])+")
    met = {name: [one for one in within if one[0] < name[1] and name[0] < one[1]] for name in across}
    whole = [name for name, ones in met.items() if all(name[0] <= one[0] and one[1] <= name[1] for one in ones)]
    gone = sorted({*whole, *within} - {one for name in whole for one in met[name] if one != name})
    for first, last, instead in set(across) - set(whole):
        ends = [first, *(end for one in gone if one[0] < last and first < one[1] for end in one[:2]), last]
        for start, stop in zip(ends[::2], ends[1::2], strict=True):
            if words := list(re.finditer(r"[^\W\d_]+", text[start : min(stop, last)])):
                gone.append((start + words[0].start(), start + words[-1].end(), instead))
    for first, last, instead in sorted(gone, reverse=True):
        text = text[:first] + instead + text[last:]
    return text


@given(TEXTS, NAMES, st.integers(0, 5), st.integers(1, 6), st.booleans())
def test_names_are_looked_for_in_many_texts_as_one_by_one_in_each(
    texts: list[str], names: list[str], skipped: int, paid: int, many: bool
) -> None:
    names = names[:paid]
    known = Known((name, f"person {at}") for at, name in enumerate(names))
    held = pa.array(["", *texts, "x"], pa.string())[skipped:]
    expected = {row: left for row, text in enumerate(held.to_pylist()) if (left := plainly(text, names)) != text}
    with mock.patch.object(pseudonyms, "FEW", 0 if many else pseudonyms.FEW):
        assert known.changed(held, pa.array([""] * len(held))) == expected


@pytest.mark.parametrize("sign", [";", " | ", "/", "\n", "\t", "  "])
def test_a_name_is_not_cut_by_another_across_what_divides_a_list(sign: str) -> None:
    known = Known([("John Cooper", "person 1"), ("John Bird", "person 2"), ("Jane Cooper John", "person 3")])
    assert known.replaced(f"for Mary Cooper{sign}John Bird's") == f"for Mary person 1{sign}person 2's"
    assert known.replaced(f"Mary Cooper{sign}John") == "Mary person 1", "as long as it cuts none"
    assert known.replaced(f"Jane Cooper{sign}John") == "person 3"
    assert without(f"J Cooper{sign}Harold Cooper", "Harold Cooper", "person 1") == f"J person 1{sign}person 1"


@given(TEXTS.map(" ".join), NAMES)
def test_no_word_stays_that_would_go_if_nothing_divided_the_text(text: str, names: list[str]) -> None:
    known = Known((name, "-") for name in names)
    left, own = known.replaced(text), without(text, names[0], "-")
    with mock.patch.object(pseudonyms, "_DIVIDES", re.compile("(?!)")):
        for new, old in ((left, known.replaced(text)), (own, without(text, names[0], "-"))):
            assert Counter(re.findall(r"[^\W\d_]+", new)) <= Counter(re.findall(r"[^\W\d_]+", old))


@pytest.mark.parametrize("payee", ["Ann-Marie Birdling", "Birdling, Ann-Marie", "Mrs Ann-Marie Birdling", "Ann-Marie Birdling (Locum)"])
def test_names_with_a_hyphen_leave_all_texts_in_all_orders(tmp_path: Path, payee: str) -> None:
    said = ["Ann-Marie Birdling's", "Birdling, Ann-Marie", "BIRDLING ANN-MARIE", "Ann Marie Birdling", "Birdling Ann Marie 2"]
    left = ["person 1's", "person 1", "person 1", "person 1", "person 1 2"]
    assert purposes(tmp_path, *((payee, text) for text in said), *(("Acme Ltd", text) for text in said)) == left * 2
    (tmp_path / "own").mkdir()
    short = ["A-M Birdling", "Birdling A", "Birdling, Ann", "Mrs Birdling", "Marie Birdling"]
    assert purposes(tmp_path / "own", *((payee, text) for text in short)) == ["person 1"] * 4 + ["Marie Birdling"]


def test_a_surname_with_a_hyphen_is_whole_though_its_end_is_a_word_of_firms(tmp_path: Path) -> None:
    said = ["Hartley-Green, Jane Ann", "Jane Ann Hartley-Green"]
    assert purposes(tmp_path, ("Jane Ann Hartley-Green", ""), *(("Acme Ltd", text) for text in said))[1:] == ["person 1"] * 2


@given(
    st.permutations(
        [
            *(("Jane Cooper", "a"), ("Cooper, Jane", "b"), ("Mr Tom Bird", "Bird T and Jane Cooper"), ("Bolt Ltd", "none")),
            *(("Acme Ltd", "Tom Bird, Cooper Jane"), ("Acme Ltd", "Jane Cooper's"), ("Bolt Ltd", "mr tom bird")),
        ]
    ),
    st.integers(0, 7),
    st.sampled_from([64, 10**6]),
)
@settings(max_examples=25, deadline=None)
def test_names_and_texts_come_out_alike_in_any_order(rows: list[tuple[str, str]], cut: int, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(writing, "GROUP", 2):
        files = []
        for at, part in enumerate((rows[:cut], rows[cut:])):
            if part:
                files.append(Path(folder, f"{at}.csv"))
                files[-1].write_text(f"{HEADING},Description\n" + "".join(f'"{who}",01/04/2026,{len(why)},"{why}"\n' for who, why in part))
        spending = read_spending(files, limits=Limits(block=block))
        left, payees = column(spending, "purpose"), column(spending, "supplier")
    who = {payee: name for payee, (name, _) in zip(payees, rows, strict=True)}
    named = [re.sub(r"person \d", lambda found: f"<{who[found[0]]}>", text) for text in left]
    assert dict(zip((why for _, why in rows), named, strict=True)) == {
        "a": "a",
        "b": "b",
        "Bird T and Jane Cooper": "<Mr Tom Bird> and <Jane Cooper>",
        "Tom Bird, Cooper Jane": "<Mr Tom Bird>, <Cooper, Jane>",
        "Jane Cooper's": "<Jane Cooper>'s",
        "mr tom bird": "<Mr Tom Bird>",
        "none": "none",
    }
