"""changemaking place: what it prints, writes and refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from changemaking.commands import app

SPEND = """Body,Payment Date,Supplier,Net Amount,Category
Trafford Council,01/04/2025,Alpha Homecare Ltd,20000.00,Social care
Trafford Council,02/05/2025,Beta Nursing CIC,20000.00,Social care
Trafford Council,04/04/2025,=Gamma Software Ltd,30000.00,ICT software
Trafford Council,06/05/2025,HM Revenue & Customs,99999.00,PAYE
Trafford Council,07/05/2025,Jane Hartley,900.00,Social care
Trafford Council,08/05/2025,Nobody Ltd,lots,Social care
"""


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def spend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "april.csv"
    path.write_text(SPEND, encoding="utf-8")
    (tmp_path / "may.csv").write_text(SPEND.replace("Alpha", "Omega"), encoding="utf-8")
    return path


def test_paths_can_be_copied_from_what_build_says(spend: Path) -> None:
    out = "a folder/" + "-".join(["long"] * 20)
    done = call("place", "build", "mytown", "--spend", spend, "--out", out)
    assert done.exit_code == 0 and f"{'-'.join(['long'] * 20)}/mytown.figures.csv" in done.output
    assert f"compare phased --set place='{out}/mytown.toml'" in done.output


def test_build_says_how_many_suppliers_the_tables_told_of(spend: Path) -> None:
    Path("firms.csv").write_text("name,postcode\nAlpha Homecare Limited,M33 1AA\nOther Ltd,M1 1AA\n", encoding="utf-8")
    done = call("place", "build", "mytown", "--spend", spend, "--suppliers", "firms.csv")
    assert "Tables of suppliers: 1 of 4 suppliers found (1 by name), 0 left open between rows that come near." in flat(done.output)


def test_an_option_that_names_nothing_and_a_postcode_that_is_none_are_named(spend: Path) -> None:
    done = call("place", "build", "mytown", "--spend", "--council", "Trafford")
    assert done.exit_code == 2 and "--spend: names nothing; give one value or more after it" in flat(done.output)
    done = call("place", "build", "mytown", "--spend", spend, "--local-postcodes", "M33", "Sale")
    assert done.exit_code == 2
    assert 'place build: --local-postcodes: is not the beginning of a postcode, got "Sale"' in flat(done.output)


@pytest.fixture
def town(spend: Path) -> Path:
    done = call("place", "build", "mytown", "--spend", spend)
    assert done.exit_code == 0, done.output
    return Path("mytown/mytown.toml")


def test_build_says_where_every_row_went_and_what_to_do_next(spend: Path) -> None:
    done = call("place", "build", "mytown", "--spend", "april.csv", "may.csv")
    assert done.exit_code == 0, done.output
    said = flat(done.output)
    assert "april.csv: 6 rows of £171k read; 4 of £70.9k used, 1 of £100k excluded, 1 rejected." in said
    assert "Trafford Metropolitan Borough Council (E08000009)" in said and "may.csv" in said
    assert "with suppliers of the district 0.0% 100.0%" in said
    assert "changemaking compare phased --set place=mytown/mytown.toml" in said
    assert max(map(len, done.output.splitlines())) <= 80
    made = {path.name for path in Path("mytown").iterdir()}
    assert made == {f"mytown.{end}" for end in ("toml", "unknowns.toml", "figures.csv", "suppliers.csv", "payments.parquet", "rejects.csv")}


def test_an_option_takes_all_that_follows_it(spend: Path) -> None:
    """As the shell makes it of `--spend *.csv`; the next option ends it."""
    both = call("place", "build", "one", "--spend", "april.csv", "may.csv", "--council", "Trafford", "--json")
    same = call("place", "build", "two", "--council", "Trafford", "--spend", "april.csv", "--spend", "may.csv", "--json")
    assert both.exit_code == same.exit_code == 0, both.output + same.output
    first, second = (json.loads(done.output) for done in (both, same))
    assert len(first["files"]) == 2 and first["files"] == second["files"]


def test_the_place_can_be_checked_run_and_built_again(town: Path) -> None:
    assert flat(call("scenarios", "check", town).output) == f"{town}: no mistakes found"
    assert call("place", "build", town, "--check").exit_code == 0
    text = town.read_text(encoding="utf-8")
    town.write_text(text.replace("capacity = 0.45", "capacity = 0.99", 1), encoding="utf-8")
    changed = call("place", "build", town, "--check")
    assert changed.exit_code == 1 and "differs" in changed.output
    assert call("place", "build", town).exit_code == 0 and town.read_text(encoding="utf-8") == text


def test_a_file_that_has_changed_since_is_seen(town: Path, spend: Path) -> None:
    spend.write_text(SPEND.replace("20000", "40000"), encoding="utf-8")
    assert call("place", "build", town, "--check").exit_code == 1


def test_names_of_persons_are_nowhere(town: Path) -> None:
    for path in town.parent.iterdir():
        assert b"Hartley" not in path.read_bytes(), path.name
    assert b"person 1" in (town.parent / "mytown.suppliers.csv").read_bytes()


CODES = ("41", "77", "36", "87", "58", "64", "49", "90", "55", "84", "45", "10")  # an industry of each sector


def io_files(folder: Path, jobs: dict[str, int]) -> tuple[Path, Path]:
    """A table in which each industry buys the same of each, and jobs by industry, as many as a million of the nation's people have."""
    table, file = folder / "table.csv", folder / "jobs.csv"
    columns = ",".join(f"IOC098_{i:03d}" for i in range(1, len(CODES) + 1))
    flows = ",".join(["20"] * len(CODES))
    rows = [f"IxI,x,2019,{code},Industry {code},{flows},{20 * len(CODES)},50,1000" for code in CODES]
    ends = [f"IxI,x,2019,{code},{name},{','.join([value] * len(CODES))},,,"
            for code, name, value in (("TDU", "Total domestic use", str(20 * len(CODES))), ("CoE", "Compensation of employees", "300"),
                                      ("TOut", "Total output at basic prices", "1000"))]  # fmt: skip
    head = f"table,pubdate,year,ioc098_sic,ioc098_short_description,{columns},TOT_IU,HOUSEHOLD,TOT_USE"
    table.write_text("\n".join([head, *rows, *ends]) + "\n", encoding="utf-8")
    lines = [f"{code},{jobs.get(code, 241_025)},67081234" for code in CODES]
    file.write_text("\n".join(["code,jobs,national_jobs", *lines]) + "\n", encoding="utf-8")
    return table, file


def test_an_io_table_and_jobs_together_say_what_sectors_buy_nearby(spend: Path) -> None:
    """Jobs everywhere in proportion to people say what the table says alone; where an industry has no jobs, nothing is bought of it."""

    def bought(name: str, *words: object) -> dict[str, float]:
        done = call("place", "build", name, "--spend", spend, *words)
        assert done.exit_code == 0, done.output
        raw = tomllib.loads((Path(name) / f"{name}.toml").read_text(encoding="utf-8"))
        assert [row["kind"] for row in raw["data"]["files"]] == ["spend", *(str(word)[2:] for word in words if str(word).startswith("--"))]
        return {row["name"]: row["local_supply"] for row in raw["sectors"]}

    table, even = io_files(spend.parent, {})
    alone, together = bought("alone", "--io", table), bought("even", "--io", table, "--jobs", even)
    assert together == pytest.approx(alone, rel=1e-3) and 0 < alone["ict"] < 12 * 20 / 1000
    io_files(spend.parent, {"58": 0})
    fewer = bought("fewer", "--io", table, "--jobs", even)
    assert fewer["care"] < 0.95 * together["care"]
    even.write_text("code,jobs,national_jobs\n41,lots,1\n", encoding="utf-8")
    done = call("place", "build", "bad", "--spend", spend, "--io", table, "--jobs", even)
    assert done.exit_code == 2 and "jobs.csv" in flat(done.output) and "lots" in flat(done.output), done.output


def test_bodies_can_be_chosen_and_what_came_of_each_is_told(spend: Path) -> None:
    with spend.open("a", encoding="utf-8") as file:
        file.write("Cefas,02/05/2025,Beta Nursing CIC,500.00,Social care\n")
    told = json.loads(call("place", "build", "all", "--spend", spend, "--json").stdout)
    assert [(one["body"], one["rows"], one["pence"], one["counted"]) for one in told["bodies"]] == [
        ("Trafford Council", 4, 7090000, True),
        ("Cefas", 1, 50000, True),
    ]
    done = call("place", "build", "some", "--spend", spend, "--bodies", "Trafford Council")
    assert done.exit_code == 0 and "of bodies that were not chosen: Cefas: 1 row, £500.00" in flat(done.output)
    assert call("place", "build", "some/some.toml", "--check").exit_code == 0, "what was chosen is kept"
    wrong = call("place", "build", "none", "--spend", spend, "--bodies", "Cephas")
    assert wrong.exit_code == 2 and "--bodies: is named by no file" in flat(wrong.output) and "did you mean 'Cefas'" in flat(wrong.output)


def test_csv_is_safe_for_a_spreadsheet(town: Path) -> None:
    text = (town.parent / "mytown.suppliers.csv").read_text(encoding="utf-8-sig")
    assert "'=Gamma Software Ltd" in text and "\n=Gamma" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x",), "names nothing to build from; takes payment files (--spend), award notices (--awards), or both"),
        (("x", "--spend", "nothing.csv"), "--spend: no such file, got nothing.csv"),
        (("x", "--spend", "april.csv", "--council", "Traford"), "did you mean 'Trafford'?"),
        (("x", "--spend", "april.csv", "--local", "near"), "takes one of: registered, branch, region"),
        (("../x!", "--spend", "april.csv"), "no such place file"),
        (("x y", "--spend", "april.csv"), "takes letters, digits"),
        (("x", "--spend", "april.csv", "--jobs", "may.csv"), "--io TABLE beside it"),
        (("x", "--spend", "empty.csv"), "empty.csv"),
        (("x", "--spend", "april.csv", "april.csv"), "place build: --spend: names a file twice"),
        (("x", "--spend", "april.csv", "--awards", "april.csv"), "place build: --spend and --awards: names a file twice"),
        (("x", "--awards", "april.csv"), "april.csv"),
        (("nowhere.toml",), "no such place file"),
        (("tiny",), "data: missing"),
        (("lancashire", "--spend", "april.csv"), "--spend"),
    ],
)
def test_bad_input_gets_a_message_and_writes_nothing(words: tuple[str, ...], said: str, spend: Path) -> None:
    Path("empty.csv").write_bytes(b"")
    before = sorted(Path().rglob("*"))
    done = call("place", "build", *words)
    assert done.exit_code == 2, done.output
    assert said in flat(done.output) and "Traceback" not in done.output
    assert sorted(Path().rglob("*")) == before


def test_does_not_replace_a_place_unasked(town: Path) -> None:
    done = call("place", "build", "mytown", "--spend", "april.csv")
    assert done.exit_code == 2 and "is there already" in done.output
    assert call("place", "build", "mytown", "--spend", "april.csv", "--replace").exit_code == 0


def test_read_reconciles_in_rows_and_pence(spend: Path) -> None:
    (account,) = json.loads(call("place", "read", spend, "--json").output)
    parts = [account["used"], account["rejected"], *account["excluded"].values()]
    for unit in ("rows", "pence"):
        assert sum(part[unit] for part in parts) == account["read"][unit]
    assert account["used"] == {"rows": 4, "pence": 7090000} and account["mapping"]["amount"] == "Net Amount"
    plain = call("place", "read", spend)
    assert 'supplier = "Supplier"' in flat(plain.output) and max(map(len, plain.output.splitlines())) <= 80


def test_sigterm_leaves_nothing_in_the_temporary_folder(spend: Path) -> None:
    rows = SPEND.splitlines(keepends=True)
    with spend.open("w", encoding="utf-8") as file:
        file.write(rows[0])
        file.writelines(rows[1:4] * 250_000)
    (held := spend.parent / "tmp").mkdir()
    command = [sys.executable, "-m", "changemaking", "place", "read", str(spend)]
    process = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(held)}, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not sum(path.stat().st_size for path in held.glob(".payments-*")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    assert process.poll() is None and len(list(held.iterdir())) == 2, "it has begun to write"
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (143, "Stopped; nothing was written.\n")
    assert not list(held.iterdir())


def test_figures_lead_to_their_rows(town: Path) -> None:
    whole = json.loads(call("place", "figures", town, "--json").output)
    assert {"spend by kind", "spend by sector", "concentration"} <= {line["figure"] for line in whole}
    (line,) = [row for row in whole if row["figure"] == "spend by sector" and row["group"] == "care" and row["measure"] == "spend"]
    rows = json.loads(call("place", "figures", town, "--figure", "spend by sector", "--rows", "care", "--json").output)
    assert sum(row["pence"] for row in rows if row["certain"]) == line["known"] == 4090000
    assert {(row["file"], row["row"]) for row in rows} == {("april.csv", 2), ("april.csv", 3), ("april.csv", 6)}
    wrong = call("place", "figures", town, "--figure", "spend by kinds")
    assert wrong.exit_code == 2 and "did you mean 'spend by kind'?" in flat(wrong.output)


def test_check_holds_the_first_year_against_the_data(town: Path) -> None:
    done = call("place", "check", town, "--seeds", 1, "--json")
    found = json.loads(done.output)
    assert {"kind", "ring", "sector", "size", "size by money"} == set(found["distances"])
    for row in found["rows"]:
        assert 0 <= row["low"] <= row["high"] <= 1 and row["least"] <= row["mean"] <= row["most"]
    wrong = call("place", "check", "lancashire")
    assert wrong.exit_code == 2 and "has no [data]" in wrong.output and "trafford" in wrong.output


def test_report_without_runs(town: Path) -> None:
    done = call("place", "report", town, "--no-runs")
    assert done.exit_code == 0, done.output
    page = (town.parent / "mytown-report.html").read_text(encoding="utf-8")
    assert "No runs were made for this report" in page and "april.csv" in page and "Hartley" not in page


def test_list_says_what_each_was_built_from() -> None:
    found = {place["name"]: place for place in json.loads(call("place", "list", "--json").output)}
    assert found["trafford"]["files"] == ["trafford_2026-04_2026-05.zip"] and found["lancashire"]["files"] == []
    listed = call("place", "list").output
    assert max(map(len, listed.splitlines())) <= 80
    assert "trafford_2026-04_2026-05.zip" in listed and "lancashire_award_notices.csv" in listed, "no name of a file is broken"


def test_a_sweep_runs_in_another_place(tmp_path: Path, town: Path) -> None:
    plan = call("sweep", "austerity", "--set", f"place={town}", "--store", tmp_path / "store", "--dry-run", "--seeds", 1)
    assert plan.exit_code == 0 and "8 runs in all" in plan.output
    ends = call("sweep", town.parent / "mytown.unknowns.toml", "--store", tmp_path / "other", "--dry-run", "--seeds", 1)
    assert ends.exit_code == 0 and "runs in all" in ends.output, ends.output
    wrong = call("sweep", "austerit", "--store", tmp_path / "store", "--dry-run")
    assert wrong.exit_code == 2 and "did you mean 'austerity'?" in wrong.output
