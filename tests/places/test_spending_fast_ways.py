"""What makes reading fast changes nothing of what is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from changemaking.places.spending import judging, pseudonyms, repeats
from changemaking.places.spending.ahead import ahead
from changemaking.places.spending.encodings import _newlines
from changemaking.places.spending.pseudonyms import Known

USES = st.sampled_from(
    ["Council tax refunds 12", "GRANTS TO VOL ORGS - 3", "Home care", "", "Salaries", "Lifts", "Jane Cooper", "cooper, jane"]
)


# line ends


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"\xe9"])).map(b"".join))
@example(b"a\r\nb\r")
@example(b"\r\r\n")
def test_line_ends_are_one_letter(data: bytes) -> None:
    """The order in which a reader of texts takes them: CR LF first, then CR alone."""
    expected = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").encode("latin-1")
    assert _newlines(data) == expected


# texts that come again


@settings(deadline=None)
@given(st.lists(USES, min_size=1, max_size=60), st.booleans())
def test_a_text_has_its_reason_however_often_it_comes(uses: list[str], described: bool) -> None:
    texts = pa.array(uses, pa.string())
    one_by_one = [tuple(int(part[0]) for part in judging._by_use(texts.slice(row, 1), described)) for row in range(len(uses))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "FIRST", 4)
        together = judging._by_use(texts, described)
    assert list(zip(*(part.tolist() for part in together), strict=True)) == one_by_one


@settings(deadline=None)
@given(st.lists(USES, max_size=60))
def test_a_name_is_found_however_often_its_text_comes(uses: list[str]) -> None:
    known = Known([("Jane Cooper", "person 1")])
    texts = pa.array(uses, pa.string())
    expected = [row for row, text in enumerate(uses) if "cooper" in text.lower()]
    assert known.possible(texts).tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "FIRST", 4)
        patch.setattr(pseudonyms, "GROUP", 3)
        assert known.possible(texts).tolist() == expected


# what comes next


@settings(deadline=None)
@given(st.lists(st.integers()))
def test_all_comes_in_its_order(items: list[int]) -> None:
    assert list(ahead(iter(items))) == items


def test_what_goes_wrong_is_raised_after_what_came_before() -> None:
    def going_wrong() -> Iterator[int]:
        yield from (1, 2)
        raise ValueError("the third")

    found = []
    with pytest.raises(ValueError, match="the third"):
        for item in ahead(going_wrong()):
            found.append(item)
    assert found == [1, 2]


def test_the_next_is_made_while_one_is_used() -> None:
    made = threading.Event()

    def two() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    for item in ahead(two()):
        assert item == 2 or made.wait(timeout=30)


def test_what_is_not_read_to_its_end_is_closed() -> None:
    closed = []

    def many() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.append(threading.current_thread().name)

    items = ahead(many())
    assert next(items) == 0
    items.close()
    assert len(closed) == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]
