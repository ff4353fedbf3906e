"""Kinds from identifiers and flags; sizes are never guessed; sectors from codes and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.places.suppliers import KINDS, SECTORS, Facts, Judgement, kind_of, reads_as_voluntary, sector_of
from changemaking.places.suppliers.kinds import company_prefix
from changemaking.places.suppliers.sectors import sector_of_cpv, sector_of_proclass, sector_of_sic, sector_of_words


@pytest.mark.parametrize(
    ("facts", "possible"),
    [
        ({}, set(KINDS)),
        ({"name": "Bird Ltd"}, {"large", "sme", "vcs"}),
        ({"name": "Bird plc"}, {"large", "sme"}),
        ({"name": "Nest CIC"}, {"vcs"}),
        ({"charity_number": "123456"}, {"vcs"}),
        ({"company_number": "CE001234"}, {"vcs"}),
        ({"company_number": "IP12345R"}, {"vcs"}),
        ({"company_number": "OC123456"}, {"large", "sme"}),
        ({"company_number": "01234567"}, {"large", "sme", "vcs"}),
        ({"vcse": True}, {"vcs"}),
        ({"vcse": False, "sme": True}, {"sme"}),
        ({"sme": True}, {"sme", "vcs"}),
        ({"sme": False}, {"large", "vcs", "public"}),
        ({"size": "large", "name": "Bird Ltd", "vcse": False}, {"large"}),
        ({"size": "micro"}, {"sme", "vcs", "public"}),
        ({"kind": "public"}, {"public"}),
        ({"name": "Bird Voluntary Trust"}, set(KINDS)),
    ],
)
def test_kinds(facts: dict, possible: set) -> None:
    judged = kind_of(Facts("k", **{"name": "Bird", **facts}))
    assert judged.possible == possible
    assert bool(judged.by) == (possible != set(KINDS))


def test_a_witness_against_all_others_is_noted_and_not_believed() -> None:
    judged = kind_of(Facts("k", "Bird", charity_number="1", vcse=False))
    assert judged.certain == "vcs" and "against VCSE flag" in judged.by


def test_public_bodies_only_by_the_rule_that_is_given() -> None:
    assert kind_of(Facts("k", "Bird Council")).certain is None
    assert kind_of(Facts("k", "Bird Council"), lambda name: "Council" in name).certain == "public"


FLAG = st.sampled_from([None, True, False])


@given(
    FLAG,
    FLAG,
    st.sampled_from(["", "large", "small"]),
    st.sampled_from(["", "01234567", "IP123R", "OC1"]),
    st.sampled_from(["A", "A Ltd", "A CIC"]),
)
def test_no_size_without_a_flag_or_a_table(vcse: bool | None, sme: bool | None, size: str, number: str, name: str) -> None:
    judged = kind_of(Facts("k", name, vcse=vcse, sme=sme, size=size, company_number=number))
    assert judged.possible and judged.possible <= set(KINDS)
    if sme is None and not size:
        assert judged.certain not in ("large", "sme")


def test_a_judgement_is_never_empty() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Judgement(frozenset())


@pytest.mark.parametrize(
    ("number", "prefix"), [("01234567", ""), ("sc 123456", "SC"), ("ip12345r", "IP"), ("R0123456", "R0"), ("n/a", None), ("", None)]
)
def test_company_numbers(number: str, prefix: str | None) -> None:
    assert company_prefix(number) == prefix


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("Friends of Bird Park", True),
        ("Bird Hospice", True),
        ("Bird Academy Trust", False),
        ("Bird Insurance Society", False),
        ("Bird Ltd", False),
    ],
)
def test_names_that_read_as_voluntary(name: str, reads: bool) -> None:
    assert reads_as_voluntary(name) is reads


@pytest.mark.parametrize(
    ("code", "sector"),
    [("87100", "care"), ("8710", "manufacturing"), ("1110", "manufacturing"), ("62020", "ict"), ("43999", "construction"), ("47", "retail"),
     ("38110", "waste"), ("82990", None), ("99999", None), ("", None), ("abc", None), ("0", None), ("44000", None)],
)  # fmt: skip
def test_sic(code: str, sector: str | None) -> None:
    assert sector_of_sic(code) == sector


def test_other_codes() -> None:
    assert (sector_of_proclass("321014"), sector_of_proclass("271600"), sector_of_proclass("NA")) == ("care", "ict", None)
    assert (sector_of_cpv("45453100"), sector_of_cpv("99")) == ("construction", None)
    assert (sector_of_words("CONSULTANCY : Construction"), sector_of_words("Misc"), sector_of_words("SC : Nurseries")) == (
        "professional",
        None,
        "care",
    )


def test_words_before_codes_before_the_suppliers_register() -> None:
    assert sector_of("UTILITIES : Gas", "170000", "62020").certain == "manufacturing"
    assert sector_of("NA", "170000", "62020").certain == "public"
    assert sector_of("NA", "NA", "62020").by == "SIC code"
    assert sector_of("NA", "", "62020", "food").by == "table"
    assert sector_of().possible == set(SECTORS)
    assert sector_of("ICT", sectors=("care", "food")).possible == {"care", "food"}
