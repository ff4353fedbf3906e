"""The shipped place Lancashire: its facts, its sources, and that the script gives it back from the data."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from changemaking.scenarios import build_lancashire, lancashire_data
from changemaking.scenarios.evidence import table
from changemaking.scenarios.paths import best, fits, numbers
from changemaking.scenarios.schema import Place

REPOSITORY = Path(build_lancashire.__file__).resolve().parents[1]
SHIPPED = build_lancashire.SHIPPED
DATA = Path(os.environ.get("CHANGEMAKING_DATA") or REPOSITORY.parent / "shared" / "data")
needs_data = pytest.mark.skipif(not (DATA / lancashire_data.WARDS).is_file(), reason="the public data are not here")
SIX = {
    "Preston City Council",
    "Lancashire County Council",
    "Lancashire Constabulary",
    "Preston's College",
    "Cardinal Newman College",
    "Community Gateway Association",
}


@pytest.fixture(scope="module")
def raw() -> dict:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def place(raw: dict) -> Place:
    return Place.model_validate(raw)


def six(place: Place) -> list:
    return [c for c in place.commissioners if c.name in SIX]


def test_has_the_districts_and_wards_of_lancashire(place: Place) -> None:
    preston = next(d for d in place.districts if d.focal)
    assert len(place.districts) == 14 and preston.name == "Preston" and len(preston.wards) == 16
    assert preston.population == sum(w.population for w in preston.wards)
    # The published census count; ward counts are perturbed a little against disclosure.
    assert abs(preston.population - 147_835) <= 50
    assert max(preston.wards, key=lambda w: w.deprivation).name == "St Matthew's"
    assert min(preston.wards, key=lambda w: w.deprivation).name == "Greyfriars"


def test_one_row_for_about_fifteen_people(place: Place) -> None:
    rows = sum(w.population for d in place.districts for w in d.wards) / place.population.people_per_row
    assert rows == pytest.approx(10_000, rel=0.005)


def test_the_six_anchors_spend_what_was_published_before(place: Place) -> None:
    anchors = six(place)
    total = sum(c.procurement for c in anchors)
    assert {c.name for c in anchors} == SIX and {c.district for c in anchors} == {"Preston"}
    assert total == pytest.approx(750e6)
    assert sum(c.procurement * c.start_local for c in anchors) / total == pytest.approx(0.05, abs=5e-5)
    assert sum(c.procurement * (c.start_local + c.start_region) for c in anchors) / total == pytest.approx(0.39, abs=5e-5)
    assert all(c.in_house == 0 for c in anchors), "the published money is spent with providers"


def test_the_six_anchors_budgets_fall_straight_to_the_published_total(place: Place) -> None:
    for anchor in six(place):
        assert anchor.budget_path[0] == 1 and len(anchor.budget_path) == 5
        assert anchor.budget_path[-1] * 750 == pytest.approx(617, abs=0.05)
        steps = [a - b for a, b in zip(anchor.budget_path, anchor.budget_path[1:], strict=False)]
        assert max(steps) - min(steps) < 2e-4


def test_local_firms_spend_again_what_was_measured(place: Place) -> None:
    labour_of = {s.name: s.labour_share for s in place.services}
    spent = {(c.name, x.service): c.procurement * x.share for c in place.commissioners for x in c.lines}
    labour = sum(money * labour_of[service] for (_, service), money in spent.items()) / sum(spent.values())
    again = {(s.kind, s.home): labour * s.labour_local + (1 - labour) * s.supplies_local for s in place.supply}
    rates = table()["respend_per_round"].values
    assert again["sme", "local"] == pytest.approx(rates["sme"], abs=0.001)
    assert again["large", "local"] == pytest.approx(rates["large"], abs=0.001)
    for kind in ("large", "sme", "vcs"):
        assert again[kind, "elsewhere"] < again[kind, "region"] < again[kind, "local"]


def test_is_small_enough_to_run_fast(place: Place) -> None:
    firms = sum(g.count for g in place.firms)
    contracts = sum(line.contracts for c in place.commissioners for line in c.lines)
    assert 250 <= firms + len(place.commissioners) <= 330
    assert 120 <= contracts <= 170


def test_a_typical_small_firm_is_too_small_for_a_typical_contract_of_the_county(place: Place) -> None:
    county = next(c for c in place.commissioners if c.name == "Lancashire County Council")
    yearly = county.procurement / sum(line.contracts for line in county.lines)
    asked = 2 * yearly
    assert all(g.turnover_median < asked / 2 for g in place.firms if g.kind == "sme")
    assert all(g.turnover_median > asked for g in place.firms if g.kind == "large")


def test_every_sector_that_services_use_has_firms_here_nearby_and_far(place: Place) -> None:
    for sector in {s.sector for s in place.services}:
        homes = {g.home for g in place.firms if g.sector == sector}
        assert {"Preston", "elsewhere"} < homes and len(homes) >= 4, sector


def test_residents_spend_all_of_their_local_money(place: Place) -> None:
    assert sum(s.household_share for s in place.sectors) == pytest.approx(1)


def test_every_number_has_a_source(raw: dict) -> None:
    place = {key: value for key, value in raw.items() if key != "sources"}
    found = {key: best(raw["sources"], key) for key, _ in numbers(place)}
    assert [key for key, pattern in found.items() if pattern is None] == []
    assert set(raw["sources"]) - set(found.values()) == set(), "a source that no number uses"


def test_cites_only_evidence_that_was_seen(raw: dict) -> None:
    known = table()
    cited = {note["evidence"] for note in raw["sources"].values() if "evidence" in note}
    assert cited and all(known[name].citable for name in cited)


def test_what_is_assumed_lies_in_its_range(raw: dict) -> None:
    place = {key: value for key, value in raw.items() if key != "sources"}
    outside = []
    for key, number in numbers(place):
        low, high = raw["sources"][best(raw["sources"], key)].get("assumed", (float("-inf"), float("inf")))
        outside += [key for x in (number if isinstance(number, list) else [number]) if not low <= x <= high]
    assert outside == []


def test_the_attribution_names_owners_and_licences(place: Place) -> None:
    for part in ("Office for National Statistics", "Open Government Licence v3.0", "mySociety", "CC BY 4.0"):
        assert part in place.attribution


def test_says_which_files_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "place.toml"
    assert build_lancashire.main(["--data", str(tmp_path), "--output", str(target)]) == 1
    message = capsys.readouterr().err
    assert str(tmp_path) in message and all(name in message for name in lancashire_data.FILES)
    assert not target.exists()


@pytest.mark.parametrize("bad", ["0", "-3", "nan", "inf"])
def test_refuses_a_scale_that_is_none(bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        build_lancashire.main(["--data", str(tmp_path), "--people-per-row", bad])
    assert stop.value.code == 2 and "--people-per-row" in capsys.readouterr().err


@needs_data
def test_the_script_gives_the_shipped_file(tmp_path: Path) -> None:
    target = tmp_path / "lancashire.toml"
    assert build_lancashire.main(["--data", str(DATA), "--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == SHIPPED.read_text(encoding="utf-8")
    assert build_lancashire.main(["--data", str(DATA), "--check"]) == 0


@needs_data
def test_check_sees_a_changed_file_and_leaves_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "lancashire.toml"
    target.write_text(SHIPPED.read_text(encoding="utf-8").replace("population", "inhabitants", 1), encoding="utf-8")
    before = target.read_bytes()
    assert build_lancashire.main(["--data", str(DATA), "--output", str(target), "--check"]) == 1
    assert target.read_bytes() == before and "differs" in capsys.readouterr().err


@needs_data
def test_exact_scale_changes_the_scale_only(tmp_path: Path, raw: dict) -> None:
    target = tmp_path / "exact.toml"
    assert build_lancashire.main(["--data", str(DATA), "--people-per-row", "1", "--output", str(target)]) == 0
    exact = tomllib.loads(target.read_text(encoding="utf-8"))
    assert exact["population"]["people_per_row"] == 1
    exact["population"]["people_per_row"] = raw["population"]["people_per_row"]
    assert exact == raw


@needs_data
def test_the_notices_hold_the_known_figures() -> None:
    facts = lancashire_data.notices(DATA)
    assert (facts["notices"], facts["to_sme"], facts["flagged"]) == (1224, 448, 802)
    low, median, high = facts["quartiles"]
    assert low < median == 99_683 < high


@needs_data
def test_sectors_hold_all_residents_at_work(place: Place) -> None:
    people = lancashire_data.read_json(DATA, lancashire_data.ECONOMY)["census"]["council_totals"]["industry"]
    assert sum(s.jobs for s in place.sectors) == sum(people.values())
    # The two census tables are perturbed separately.
    assert sum(people.values()) == pytest.approx(lancashire_data.at_work(DATA), rel=0.01)


def test_a_star_stands_for_a_name() -> None:
    """The patterns above rely on this: the more exact one wins."""
    assert fits("districts.*.population", "districts.Preston.population")
    assert (
        best({"districts.*.population": 0, "districts.Preston.population": 1}, "districts.Preston.population")
        == "districts.Preston.population"
    )
