"""changemaking multipliers: what it prints for a nation and for a region, and what it says of options that do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from changemaking.commands import app
from changemaking.model.io_tables import published_table
from changemaking.places.regional import multipliers, read_jobs

TABLE = """table,pubdate,year,ioc098_sic,ioc098_short_description,IOC098_001,IOC098_002,TOT_IU,HOUSEHOLD,TOT_USE
IxI,x,2019,01,Farms,150,500,650,50,1000
IxI,x,2019,10.1,Meat,200,100,300,400,2000
IxI,x,2019,TDU,Total domestic use,350,600,950,450,
IxI,x,2019,CoE,Compensation of employees,300,500,,,
IxI,x,2019,TOut,Total output at basic prices,1000,2000,,,
"""
JOBS = "code,jobs,national_jobs\nA,20,100\nC,80,900\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    table, jobs = tmp_path / "table.csv", tmp_path / "jobs.csv"
    table.write_text(TABLE)
    jobs.write_text(JOBS)
    return table, jobs


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["multipliers", *map(str, words)])


def test_type_i_is_what_is_printed_if_nothing_is_asked(files: tuple[Path, Path]) -> None:
    result = call(files[0])
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()[1:4]] == [
        ["Code", "Industry", "Output,", "£m", "Type", "I"],
        ["01", "Farms", "1,000", "1.518"],
        ["10.1", "Meat", "2,000", "1.452"],
    ]
    assert json.loads(call(files[0], "--json").stdout)[0] == pytest.approx(
        {"code": "01", "name": "Farms", "output": 1000, "type_i": 1.518152}, abs=1e-6
    )


@pytest.mark.parametrize(("name", "columns"), [("ii", ["type_ii"]), ("2", ["type_ii"]), ("Both", ["type_i", "type_ii"])])
def test_types(files: tuple[Path, Path], name: str, columns: list[str]) -> None:
    rows = json.loads(call(files[0], "--type", name, "--income", 900, "--json").stdout)
    expected = multipliers(published_table(files[0]), ("I", "II"), income=900)
    assert [key for key in rows[0] if key.startswith("type")] == columns
    for row in rows:
        assert {column: row[column] for column in columns} == pytest.approx(expected.loc[row["code"], columns].to_dict())
    told = "Type II takes wages for all of households' income"
    assert told in " ".join(call(files[0], "--type", name).stdout.split())
    assert told not in " ".join(call(files[0], "--type", name, "--income", 900).stdout.split())


@pytest.mark.parametrize("delta", [None, 0, 0.25])
def test_a_region(files: tuple[Path, Path], delta: float | None) -> None:
    table, jobs = files
    options = [] if delta is None else ["--delta", delta]
    rows = json.loads(call(table, "--jobs", jobs, "--type", "both", *options, "--json").stdout)
    published = published_table(table)
    expected = multipliers(published, ("I", "II"), read_jobs(jobs, published.codes), 0.3 if delta is None else delta)
    for row in rows:
        for column in expected.columns.drop("name"):
            assert row[column] == pytest.approx(expected.loc[row["code"], column]), column
    for words in (["--type", "both"], []):
        result = call(table, "--jobs", jobs, *words, *options)
        assert result.exit_code == 0 and max(map(len, result.stdout.splitlines())) <= 80
        assert f"δ = {0.3 if delta is None else delta:g}" in " ".join(result.stdout.split())
        if not words:
            assert f"Over δ: from 0.4, which buys least here, to {0 if delta == 0 else 0.1:g}:" in " ".join(result.stdout.split())
        assert f"{expected.regional_type_i['01']:.3f}" in result.stdout


@pytest.mark.parametrize("options", [[], ["--type", "both"], ["--jobs"], ["--jobs", "--type", "both"]])
def test_a_long_name_is_cut_to_what_room_its_row_leaves(files: tuple[Path, Path], options: list[str]) -> None:
    table, jobs = files
    table.write_text(TABLE.replace("Farms", '"Crop and animal production, hunting and related service activities, of all farms"'))
    lines = call(table, *(word for o in options for word in ((o, jobs) if o == "--jobs" else (o,)))).stdout.splitlines()
    (first,) = [line for line in lines if line.startswith("01")]
    (second,) = [line for line in lines if line.startswith("10.1")]
    assert "Crop and animal" in first and "…" in first and len(first) == len(second) and 78 <= len(first) <= 80
    assert lines.index(second) in (lines.index(first) + 1, lines.index(first) - 1), "a line for each industry"


def test_an_industry_that_is_not_there_is_null(files: tuple[Path, Path]) -> None:
    table, jobs = files
    jobs.write_text("code,jobs,national_jobs\nA,0,100\nC,80,900\n")
    rows = {row["code"]: row for row in json.loads(call(table, "--jobs", jobs, "--json").stdout)}
    assert rows["01"]["regional_type_i"] is None and rows["01"]["type_i"] > 1
    assert "–" in next(line for line in call(table, "--jobs", jobs).stdout.splitlines() if line.startswith("01"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--type", "III"], "got 'III', expected I, II or both"),
        (["--delta", 0.2], "--delta: only with --jobs"),
        (["--income", 900], "--income: only with --type II"),
        (["--type", "II", "--income", 5], "--income: got 5, expected at least 800"),
        (["--jobs", "JOBS", "--delta", 1], "--delta: got 1, expected 0 or more and below 1"),
        (["--jobs", "nowhere.csv"], "--jobs: there is no file nowhere.csv"),
        (["--jobs", "."], "--jobs: . is a folder; give a CSV file"),
        (["--jobs", "TABLE"], "no column 'code'"),
    ],
)
def test_options_that_do_not_fit(files: tuple[Path, Path], words: list[object], message: str) -> None:
    result = call(files[0], *({"JOBS": files[1], "TABLE": files[0]}.get(str(word), word) for word in words))
    assert result.exit_code == 2 and message in " ".join(result.output.split()), result.output


def test_a_table_that_does_not_tell_of_households(files: tuple[Path, Path]) -> None:
    files[0].write_text(TABLE.replace("HOUSEHOLD", "HOMES"))
    assert call(files[0]).exit_code == 0
    result = call(files[0], "--type", "II")
    assert result.exit_code == 2 and "table.csv: type II needs what industries pay" in " ".join(result.output.split())
