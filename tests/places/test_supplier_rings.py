"""Local under its three definitions; what a postcode does not say stays open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.places.suppliers import DEFINITIONS, RINGS, Facts, Locality, ring_of
from changemaking.places.suppliers.postcodes import levels
from changemaking.scenarios.errors import ScenarioError

PLACE, REGION = frozenset({"PR1", "PR2 9"}), frozenset({"PR", "BB", "LA"})
HERE, NEAR, FAR = "PR1 2RL", "BB1 1AA", "M1 1AE"


def rings(definition: str, **facts: object) -> set[str]:
    return set(ring_of(Facts("k", "Bird", **facts), Locality(definition, PLACE, REGION)).possible)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("postcode", "found"),
    [("pr1 2rl", ("PR", "PR1", "PR1 2", "PR1 2RL")), ("PR12RL", ("PR", "PR1", "PR1 2", "PR1 2RL")),
     ("PR12", ("PR", "PR12")), ("PR1 2", ("PR", "PR1", "PR1 2")),
     ("EC1A 1BB", ("EC", "EC1A", "EC1A 1", "EC1A 1BB")), ("M", ("M",)), ("", ()), ("none", ()), ("12345", ()), ("PR1 2R", ())],
)  # fmt: skip
def test_postcodes(postcode: str, found: tuple[str, ...]) -> None:
    assert levels(postcode) == found


@pytest.mark.parametrize(
    ("definition", "facts", "possible"),
    [
        ("registered", {}, {"local", "region", "elsewhere"}),
        ("registered", {"registered_postcode": HERE}, {"local"}),
        ("registered", {"registered_postcode": "PR2 9AA"}, {"local"}),
        ("registered", {"registered_postcode": "PR2 1AA"}, {"region"}),
        ("registered", {"registered_postcode": "PR11 1AA"}, {"region"}),
        ("registered", {"registered_postcode": "PR2"}, {"local", "region"}),
        ("registered", {"registered_postcode": "PR"}, {"local", "region"}),
        ("registered", {"registered_postcode": FAR}, {"elsewhere"}),
        ("registered", {"registered_postcode": "?"}, {"local", "region", "elsewhere"}),
        ("registered", {"paid_postcode": HERE}, {"local", "region", "elsewhere"}),
        ("region", {"registered_postcode": NEAR}, {"local"}),
        ("region", {"registered_postcode": FAR}, {"elsewhere"}),
        ("region", {}, {"local", "elsewhere"}),
        ("branch", {"registered_postcode": FAR}, {"local", "region", "elsewhere"}),
        ("branch", {"registered_postcode": FAR, "branch_postcodes": ()}, {"elsewhere"}),
        ("branch", {"registered_postcode": FAR, "branch_postcodes": (NEAR, HERE)}, {"local"}),
        ("branch", {"registered_postcode": NEAR}, {"local", "region"}),
        ("branch", {"paid_postcode": HERE}, {"local"}),
        ("branch", {"paid_postcode": FAR}, {"local", "region", "elsewhere"}),
        ("branch", {"branch_postcodes": (NEAR,)}, {"local", "region"}),
    ],
)
def test_rings(definition: str, facts: dict, possible: set) -> None:
    assert rings(definition, **facts) == possible


CODES = st.sampled_from(["", HERE, NEAR, FAR, "PR2", "??"])


@given(CODES, CODES, st.one_of(st.none(), st.lists(CODES.filter(bool), max_size=2).map(tuple)))
def test_wider_definitions_bring_suppliers_nearer(registered: str, paid: str, branches: tuple[str, ...] | None) -> None:
    facts = {"registered_postcode": registered, "paid_postcode": paid, "branch_postcodes": branches}
    found = {definition: rings(definition, **facts) for definition in DEFINITIONS}
    if found["registered"] == {"local"}:
        assert found["branch"] == {"local"} and found["region"] == {"local"}
    assert max(map(RINGS.index, found["branch"])) <= max(map(RINGS.index, found["registered"]))


@given(CODES, CODES)
def test_learning_the_branches_never_leaves_what_was_possible(registered: str, branch: str) -> None:
    before = rings("branch", registered_postcode=registered)
    assert rings("branch", registered_postcode=registered, branch_postcodes=(branch,) if branch else ()) <= before


def test_the_definition_is_stated() -> None:
    for definition in DEFINITIONS:
        stated = Locality(definition, PLACE, REGION, "list of the council").stated
        assert "PR1" in stated and "list of the council" in stated
    assert len({Locality(definition, PLACE, REGION).stated for definition in DEFINITIONS}) == 3


def test_a_locality_that_cannot_be_used_says_all_that_is_wrong() -> None:
    with pytest.raises(ScenarioError) as caught:
        Locality("registerd", frozenset({"Preston"}), frozenset({"PR 1 2"}))
    text = str(caught.value)
    assert "did you mean 'registered'" in text and '"Preston"' in text and '"PR 1 2"' in text
    with pytest.raises(ScenarioError, match="names no postcode"):
        Locality("registered", frozenset())
