"""[data] of a place file: checked like the rest, and no part of the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from changemaking.scenarios import check, load_place, load_scenario
from changemaking.scenarios.file_schema import place_schema
from changemaking.scenarios.files import shipped
from changemaking.scenarios.place_files import load_place_data

TINY = shipped("place")["tiny"].read_text(encoding="utf-8")
DATA = """
[data]
council = "Trafford"
local = "branch"
files = [{ path = "spend.csv", kind = "spend" }]
[data.mapping."*.csv"]
amount = "Net"
"""


def place(folder: Path, data: str) -> Path:
    path = folder / "tiny.toml"
    path.write_text(TINY + data, encoding="utf-8")
    return path


def test_is_no_part_of_the_place(tmp_path: Path) -> None:
    """The same scenario, the same hash, with [data] and without."""
    path = place(tmp_path, DATA)
    assert load_place(path) == load_place("tiny")
    plain, with_data = (load_scenario("today", {"place": p}) for p in ("tiny", str(path)))
    assert plain.sha256 == with_data.sha256
    changed = load_scenario("today", {"place": str(path), "place.incomes.benefit": 700.0})
    assert changed.place.incomes.benefit == 700


def test_is_read_by_itself(tmp_path: Path) -> None:
    _, data = load_place_data(place(tmp_path, DATA))
    assert data.council == "Trafford" and data.files[0].kind == "spend" and data.mapping == {"*.csv": {"amount": "Net"}}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('local = "branch"', 'local = "branche"', r"data.local: is not accepted.*one of: registered, branch, region.*'branch'"),
        ('kind = "spend"', 'kind = "spending"', r"data.files.*kind: is not accepted.*'spend'"),
        ('amount = "Net"', 'amuont = "Net"', r"data.mapping.*is not what a column can be.*did you mean 'amount'"),
        ('council = "Trafford"', 'counsil = "Trafford"', r"data.counsil: unknown key.*'council'"),
        ('council = "Trafford"', "unknown = { local = [0.9, 0.1] }", r"low must not lie above high"),
        ('local = "branch"', "match = 20", r"data.match: is not accepted.*a number from 50 to 100"),
    ],
)
def test_mistakes_are_told_with_the_key_and_the_nearest_right_name(old: str, new: str, said: str, tmp_path: Path) -> None:
    import re

    (problem,) = check(place(tmp_path, DATA.replace(old, new)))
    assert re.search(said, str(problem)), str(problem)


def test_a_place_without_data_says_so() -> None:
    from changemaking.scenarios.errors import ScenarioError

    with pytest.raises(ScenarioError, match=r"places/tiny.toml: data: missing"):
        load_place_data("tiny")


def test_the_schema_for_editors_knows_it() -> None:
    schema = place_schema()
    assert schema["properties"]["data"] == {"$ref": "#/$defs/PlaceData"} and "mapping" in schema["$defs"]["PlaceData"]["properties"]
    assert "districts" in schema["required"] and "data" not in schema["required"]
