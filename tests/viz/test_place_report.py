"""The report of a place: one page that needs nothing else, says what the files gave, and escapes what they hold."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from changemaking.experiments.place_check import PlaceCheck, Row, SizeRow
from changemaking.experiments.place_sensitivity import MEASURES, Effect, Sensitivity
from changemaking.places.building import Built, build, files_of
from changemaking.places.building.bodies import STRANGER, FromBody
from changemaking.places.building.unknowns import extremes
from changemaking.scenarios.place_data import PlaceData
from changemaking.viz.place_figures import check_figure, known_figure, matters_figure, short_name
from changemaking.viz.place_report import distances, in_short, sources, write_place_report
from changemaking.viz.place_words import about_files, distance_rows, pounds

SPEND = """Body,Payment Date,Supplier,Net Amount,Category
Trafford Council,01/04/2025,<script>alert(1)</script> Ltd,20000.00,Social care
Trafford Council,02/05/2025,Beta Nursing CIC,20000.00,Social care
Trafford Council,06/05/2025,HM Revenue & Customs,99999.00,PAYE
Trafford Council,08/05/2025,Nobody Ltd,lots,Social care
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("place")
    path = folder / "<b>spend.csv"
    path.write_text(SPEND, encoding="utf-8")
    return build(PlaceData(files=files_of("spend", [path], folder)), "mytown", folder, "build")


CHECK = PlaceCheck(
    "x", "Trafford Council", 2, (1e6, 1e6),
    (Row("kind", "sme", 0.0, 0.5, 0.7, 0.6, 0.8), Row("kind", "large", 0.2, 0.9, 0.3, 0.2, 0.4),
     Row("sector", "public", 0.1, 0.2, 0.15, 0.1, 0.2)),
    tuple(SizeRow(q, 1e3 * (1 + q), 1e4, 2e3, 2e4) for q in (0.1, 0.5, 0.9)), "supplier",
    {"kind": 0.2, "sector": 0.0, "size": 8.0, "size by money": 3.0},
)  # fmt: skip
MATTERS = Sensitivity(
    "x", 3, 60,
    tuple(
        Effect(what, side, m, 0.5, (size, size - 0.01, size + 0.01), 0.1, (0.0, -0.1, 0.1))
        for m in MEASURES
        for what, side, size in (("most_local", "", 0.2), ("services.*.complexity", "low", -0.05), ("incomes.pension", "high", 0.00001))
    ),
    {"supply.*.labour_local high": "must not exceed 1"},
)  # fmt: skip


def test_says_what_came_in_and_what_is_assumed(built: Built, tmp_path: Path) -> None:
    page = write_place_report(built, tmp_path / "report.html", CHECK, MATTERS).read_text(encoding="utf-8")
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "Of 4 rows of payments, £140k, 2 were used" in text and "1 excluded for a stated reason and 1 rejected" in text
    assert "tax 1 £100k" in text, "what was excluded, and why"
    assert "No postcodes of the district were given" in text
    counts = sources(built)["counts"]
    assert f"{counts['assumed']:,} numbers of the place are assumed" in text
    assert sum(counts.values()) == sum(int(row["many"].replace(",", "")) for row in sources(built)["rows"])
    assert "20.0% of the money" in text and "3.00 times" in text, "the distances of the check"
    assert "most with local suppliers" in text and "must not exceed 1" in text
    assert page.count('data-name="Clear">yes<') == 2 * len(MEASURES) and "built-in method" not in page


def test_in_short_names_no_mover_that_may_be_chance(built: Built) -> None:
    short = in_short(built, CHECK, MATTERS)
    assert short[-1].endswith("clear of chance at 3 seeds: most with local suppliers and services: complexity, low.")
    chance = replace(MATTERS, effects=tuple(replace(e, change=(0.2, -0.1, 0.5)) for e in MATTERS.effects))
    assert in_short(built, None, chance)[-1] == "Nothing moved the quality of service further than chance at 3 seeds."


def test_sizes_without_any_simulated_are_not_infinitely_far(built: Built) -> None:
    none = replace(CHECK, distances=CHECK.distances | {"size": float("inf"), "size by money": float("inf")})
    told = [*in_short(built, none, None), *(cell for row in distance_rows(none) for cell in row), *(d["far"] for d in distances(none))]
    told += [axes.get_title() for axes in check_figure(none).axes]
    assert not [text for text in told if "inf" in text] and any("nothing was simulated whose size" in text for text in told)
    assert distance_rows(none)[-1] == ["size by money", "nothing simulated"]


@pytest.mark.parametrize(
    ("pence", "said"), [(0, "£0"), (1, "£0.01"), (-250, "−£2.50"), (1234, "£12.34"), (99_99, "£99.99"), (123_45, "£123"), (4e8, "£4.00m")]
)
def test_small_sums_are_in_pounds_and_pence(pence: float, said: str) -> None:
    assert pounds(pence) == said


def test_one_row_is_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("".join(SPEND.splitlines(keepends=True)[:2]).replace("20000", "50"), encoding="utf-8")
    made = build(PlaceData(files=files_of("spend", [path], tmp_path)), "mytown", tmp_path, "build")
    (told,) = about_files(made)
    assert told == "one.csv: 1 row of £50.00 read; 1 of £50.00 used, 0 of £0 excluded, 0 rejected."
    assert in_short(made, None, None)[0].startswith("Of 1 row of payments, £50.00, 1 was used")


def test_in_short_gives_both_distances_of_size(built: Built) -> None:
    said = in_short(built, CHECK, None)[-1]
    assert said.endswith("sizes are 8.0 times off where each supplier counts once, 3.0 times where each pound does.")


def test_says_that_the_sweep_of_unknowns_runs_the_ends_of_each(built: Built, tmp_path: Path) -> None:
    page = " ".join(write_place_report(built, tmp_path / "report.html").read_text(encoding="utf-8").split())
    assert "runs the ends of each: the money a year" in page
    arms = extremes(built.place, {**built.data.unknown, "public": (0.0, 0.2), "sector": (0.0, 0.1)})
    assert {"most_voluntary", "most_public", "unknown_sector_care"} <= arms.keys()
    assert all("_" not in short_name(name, "") for name in arms), "each is called in words"


def test_says_what_came_from_which_body(built: Built, tmp_path: Path) -> None:
    body = FromBody("payments", "Harbour <Trust>", STRANGER, True, 3, 12_345_00)
    made = replace(built, read=replace(built.read, bodies=(body,)), notes=("Cefas: 1 row",))
    page = write_place_report(made, tmp_path / "report.html").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if "Harbour &lt;Trust&gt;" in line)
    assert "3 rows" in row and "£12.3k" in row and STRANGER in row and ">yes<" in row
    assert "Cefas: 1 row." in page, "names keep their capitals"


def test_bodies_beyond_the_first_are_told_together(built: Built, tmp_path: Path) -> None:
    many = tuple(FromBody("payments", f"Trust {n}", STRANGER, True, 1, 100_00) for n in range(23))
    made = replace(built, read=replace(built.read, bodies=many))
    page = write_place_report(made, tmp_path / "report.html").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if "3 others" in line)
    assert "3 rows" in row and "£300" in row and "Trust 20" not in page


def test_needs_nothing_else_and_escapes_what_files_hold(built: Built, tmp_path: Path) -> None:
    page = write_place_report(built, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;b&gt;spend.csv" in page
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page) and "http" not in re.sub(r"data:[^\"]+", "", page)
    assert page.count("No runs were made for this report") == 2


def test_figures_say_in_words_what_they_show(built: Built) -> None:
    assert "voluntary bodies" in known_figure(built).alt and "care" in known_figure(built).alt
    alt = check_figure(CHECK).alt
    assert "small and medium firms 70% simulated, 0% to 50% in the data" in alt and "public services 15%" in alt
    assert "moved most by most with local suppliers" in matters_figure(MATTERS).alt


@pytest.mark.parametrize(
    ("what", "side", "said"),
    [
        ("most_local", "", "most with local suppliers"),
        ("services.*.complexity", "low", "services: complexity, low"),
        ("commissioners.Trafford Council.lines.*.contracts", "high", "Trafford Council: contracts, high"),
        ("incomes.wage_spread", "low", "incomes: wage spread, low"),
    ],
)
def test_names_things_shortly(what: str, side: str, said: str) -> None:
    assert short_name(what, side) == said
