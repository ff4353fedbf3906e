"""What reads as a person's name and what does not. Made-up names: those of real people stay in the published files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.places.spending import public_body
from changemaking.places.suppliers.names import clean_name, known_names, legal_form
from changemaking.places.suppliers.persons import looks_like_person, persons_named


@pytest.mark.parametrize(
    "name",
    ["Mrs A Bird", "Mr & Mrs Bird", "Kayleigh Birdling", "J R Hartley-Bird", "Patel, S", "Bird J", "Bird, Mr John", "SHABANA BIRD",
     "Gordon Bird t/a Bird Associates", "Bird Sports#Eric Birdling", "Fatima al-Bird", "Dr Andrew Bird Educational Psycho", "JOHN O'BIRD",
     "Ann-Marie Birdling", "Birdling, Anne-Marie", "JEAN-LUC BIRDLING", "Mary-Jane Hartley-Bird", "Hartley-Bird, Sarah-Jane",
     "Ann-Marie Green-Bird", "Bird B C", "Birdling C C", "Bird, M B C", "Chorley, B C", "Mr Bird M B C", "A M B Bird",
     "J.R. Birdling", "J.R.Birdling", "Birdling, J.R.", "Birdling J.R.", "J.Birdling", "Jane A.Birdling", "J.R.R. Hartley-Bird",
     "Birdling, J.R. (Locum)", "A Birdling (Leeds)", "Jane Birdling (Childminder)",
     "KAYLEIGH BIRDLING (TREE SURGEON)", "Craven, D C", "L B Birdling"],
)  # fmt: skip
def test_persons(name: str) -> None:
    assert looks_like_person(name)


@pytest.mark.parametrize(
    "name",
    ["Hugh Bird Ltd", "W Bird & Son", "Jane Bird Education Consultancy", "St John Street Chambers", "Bird Solutions", "Amazon", "", "   ",
     "King James's School", "J Bird t/a Bird Limited", "Dr Bird & Partners", "Lee 24 7", "info@bird.example", "\x00",
     "Mark-Up Services", "Mark-Care", "Mark-Care Bird", "Clean-Mark Bird", "Ann-Marie", "Ann-Marie Bird Ltd", "-", "- - -",
     "Birdling U.K.", "Birdling C.I.C.", "B.I.R.D.", "J.R. Bird Ltd", "J.R. Bird Roofing", "A Bird (Builders)", "Wirral M.B.C. (Leeds)",
     "Arthur J Bird (UK)",
     "Craven D C", "Cumbria C C", "L B Lambeth", "L.B. of Camden", "Kirklees M C",
     "Wirral M.B.C.", "Trafford M B C", "Bolton M. B. C", "Lancashire C C", "Bird M B C"],
)  # fmt: skip
def test_others(name: str) -> None:
    assert not looks_like_person(name)


@pytest.mark.parametrize(
    ("name", "clean", "form"),
    [
        ("The Bird Company Ltd.", "bird", "ltd"),
        ("BIRD & SONS LIMITED", "bird and sons", "ltd"),
        ("Bird &amp; Sons P.L.C.", "bird and sons", "plc"),
        ("Bird's Nest C.I.C.", "birds nest", "cic"),
        ("Bird Ltd T/A Nest", "bird", "ltd"),
        ("Café Bird", "cafe bird", None),
        ("Ltd", "ltd", None),
        ("", "", None),
    ],
)
def test_cleaned(name: str, clean: str, form: str | None) -> None:
    assert (clean_name(name), legal_form(name)) == (clean, form)


@pytest.mark.parametrize(
    ("name", "parts"),
    [("A Ltd t/a B", ("A Ltd", "B")), ("A T/As B", ("A", "B")), ("A trading as B", ("A", "B")), ("A#2", ("A", "2")), ("Tat/a", ("Tat/a",))],
)
def test_known_names(name: str, parts: tuple[str, ...]) -> None:
    assert known_names(name) == parts


def test_cleaning_a_clean_name_changes_nothing() -> None:
    for name in ["The Bird Company Ltd.", "BIRD & SONS LIMITED", "Café Bird"]:
        assert clean_name(clean_name(name)) == clean_name(name)


@given(
    st.sampled_from(["ann", "jean", "Mary", "Sarah"]),
    st.sampled_from(["marie", "Luc", "x", "O'Bird"]),
    st.sampled_from(["Bird", "Hartley-Green"]),
)
def test_a_given_name_with_a_hyphen_is_one_in_either_order(first: str, second: str, surname: str) -> None:
    for name in (f"{first}-{second} {surname}", f"{surname}, {first}-{second}"):
        assert looks_like_person(name) and persons_named(name) == (name,)
        assert not looks_like_person(f"{name} Services") and not looks_like_person(f"{first}-care {surname}")


@given(
    st.sampled_from(["Trafford", "Chorley", "Bird", "Jane Bird", "Mr Bird", "Lancashire,", "York"]),
    st.lists(st.sampled_from("BCDMW"), min_size=1, max_size=5),
    st.sampled_from([" ", ".", ". ", "  "]),
    st.sampled_from(["", ".", " (Schools)"]),
)
def test_no_name_is_a_persons_and_a_councils(name: str, initials: list[str], between: str, end: str) -> None:
    name = f"{name} {between.join(initials)}{end}"
    assert not (looks_like_person(name) and public_body(name))


@given(st.text(max_size=40))
def test_no_text_makes_a_traceback(text: str) -> None:
    assert isinstance(looks_like_person(text), bool)
    assert clean_name(f" {text} ") == clean_name(text)
