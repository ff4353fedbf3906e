"""The shipped reference tables: every English council is found by its names, lies in a region, and can be made a place."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from changemaking.places.building.assemble import assemble
from changemaking.places.building.facts import Facts
from changemaking.places.building.text import to_toml
from changemaking.places.reference import (
    Authority,
    authorities,
    authority,
    budget,
    make_samples,
    make_tables,
    population,
    region_of,
    ward_rows,
)
from changemaking.places.reference.authorities import find_authority
from changemaking.scenarios.checks import validate
from changemaking.scenarios.errors import ScenarioError
from changemaking.scenarios.paths import best, numbers
from changemaking.scenarios.place_data import PlaceData
from changemaking.scenarios.schema import Place

REPOSITORY = Path(make_tables.__file__).resolve().parents[2]
DATA = Path(os.environ.get("CHANGEMAKING_DATA") or REPOSITORY.parent / "shared" / "data")
needs_data = pytest.mark.skipif(not (DATA / "geo").is_dir(), reason="the public data are not here")
ENGLISH = [council for council in authorities() if council.nation == "England"]


def test_holds_the_councils_of_england_once_each() -> None:
    assert len(ENGLISH) == len({council.gss for council in ENGLISH}) == 317
    kinds = [council.kind for council in ENGLISH]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"CTY": 21, "NMD": 164, "UA": 63, "MD": 36, "LBO": 32, "CC": 1}
    assert not [council.name for council in ENGLISH if not budget(council) or population(council) < 2_000]


def test_finds_every_council_by_its_own_name_and_code() -> None:
    for council in ENGLISH:
        assert find_authority(council.name) is council
        assert find_authority(council.gss) is council


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("BURNLEY BOROUGH COUNCIL", "Burnley Borough Council"),
        ("Blackburn With Darwen Borough Council", "Blackburn with Darwen Borough Council"),
        ("Wyre Council", "Wyre Borough Council"),
        ("trafford", "Trafford Metropolitan Borough Council"),
        ("Leicester", "Leicester City Council"),
        ("Leicestershire County Council", "Leicestershire County Council"),
    ],
)
def test_knows_a_council_as_files_write_it(said: str, meant: str) -> None:
    found = find_authority(said)
    assert found is not None and found.name == meant


@pytest.mark.parametrize("said", ["", "Chorley Council and South Ribble Borough Council", "Blackpool Trading Standards", "a council"])
def test_takes_no_other_body_for_a_council(said: str) -> None:
    assert find_authority(said) is None


def test_an_unknown_council_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match=r"'Traford'.*did you mean 'Trafford'"):
        authority("Traford")
    with pytest.raises(ScenarioError, match="is in Wales"):
        authority("Cardiff")


def test_a_region_is_the_county_with_the_focal_district_first() -> None:
    name, members = region_of(authority("Trafford"))
    assert name == "Greater Manchester" and members[0].short == "Trafford" and len(members) == 10
    name, members = region_of(authority("Preston"))
    assert name == "Lancashire" and {"Blackpool", "Blackburn with Darwen"} < {m.short for m in members} and len(members) == 14
    assert all(len(region_of(council)[1]) > 1 and region_of(council)[1][0] is council for council in ENGLISH)


def test_wards_add_up_to_the_district_where_they_are_shipped() -> None:
    trafford = authority("Trafford")
    assert len(ward_rows(trafford)) == 21 and sum(int(row["population"]) for row in ward_rows(trafford)) == population(trafford) == 241_025
    assert ward_rows(authority("Salford")) == []


SOME = "Isles of Scilly,Birmingham,City of London,Bristol City Council,Lancashire County Council,Preston,Trafford,Camden,Rutland,St Helens"


@pytest.mark.parametrize("name", SOME.split(","))
def test_a_council_of_each_sort_makes_a_sound_place(name: str) -> None:
    sound(authority(name))


@pytest.mark.slow
def test_every_english_council_makes_a_sound_place() -> None:
    for council in ENGLISH:
        sound(council)


def sound(council: Authority) -> None:
    """From its budget alone: valid, each number with a source that covers it, no source without a number."""
    raw = tomllib.loads(to_toml(assemble("x", council, Facts()), PlaceData(council=council.gss)))
    del raw["data"]
    place, problems = validate(Place, raw, lambda key: ("x", key))
    assert place is not None and problems == []
    used = set()
    for key, number in numbers({name: table for name, table in raw.items() if name != "sources"}):
        pattern = best(raw["sources"], key)
        assert pattern is not None, key
        used.add(pattern)
        low, high = raw["sources"][pattern].get("assumed", (float("-inf"), float("inf")))
        assert all(low <= x <= high for x in (number if isinstance(number, list) else [number])), key
    assert used == set(raw["sources"])


@needs_data
def test_tables_and_samples_are_what_the_public_files_give() -> None:
    assert make_tables.main(["--data", str(DATA), "--check"]) == 0
    assert make_samples.main(["--data", str(DATA), "--check"]) == 0


def test_says_which_files_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_tables.main(["--data", str(tmp_path)]) == 1 and make_samples.main(["--data", str(tmp_path)]) == 1
    assert "uk_local_authorities_current.csv" in capsys.readouterr().err
