"""The command line: tables, JSON, messages and exit codes, with a stand-in for the model."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import changemaking as cm
from changemaking.commands import app
from changemaking.experiments.patterns import Found, Pattern, result_of, table
from changemaking.model.measures import NAMES
from changemaking.scenarios.files import shipped

SMALL = ["--set", "place=tiny", "--months", "12"]


def call(*words: str) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def compared(*words: str) -> Result:
    return call("compare", "phased", "--seeds", "4", "--workers", "1", *SMALL, *words)


def strict(text: str) -> object:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


# --- run ----------------------------------------------------------------------------------------------------------


def test_run_prints_a_table_or_json(fake_model: ModuleType) -> None:
    result = call("run", "tiny", "--seed", "3", "--months", "12")
    assert result.exit_code == 0 and "seed 3, 12 months from 2012-04" in result.stdout
    assert re.search(r"Whole-life cost +£", result.stdout) and re.search(r"award +1", result.stdout)
    assert max(map(len, result.stdout.splitlines())) <= 80
    content = strict(call("run", "tiny", "--seed", "3", "--months", "12", "--json").stdout)
    totals = cm.run("tiny", 3, {"horizon.months": 12}).totals
    assert {t["measure"]: t["value"] for t in content["totals"]} == pytest.approx(totals) and len(totals) == len(NAMES)
    assert content["events"] == {"tender": 1, "award": 1} and content["seed"] == 3


def test_what_cannot_be_measured_is_null(fake_model: ModuleType) -> None:
    content = strict(call("run", "tiny", "--seed", "4", "--months", "12", "--json").stdout)  # 4 + 1 lot: no bids
    assert next(t["value"] for t in content["totals"] if t["measure"] == "bids") is None


def test_run_writes_a_folder_that_verifies(fake_model: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "one"
    result = call("run", "tiny", "--months", "12", "--out", out)
    assert result.exit_code == 0 and f"Written to {out}" in result.stderr
    assert call("verify", out, "--workers", "1").exit_code == 0
    assert "Replaced the earlier results" in call("run", "tiny", "--months", "12", "--out", out).stderr


# --- compare ------------------------------------------------------------------------------------------------------


def test_compare_prints_a_table_that_fits(fake_model: ModuleType) -> None:
    result = compared()
    assert result.exit_code == 0, result.stderr
    assert "phased (policy) against today (baseline), 4 seeds, whole run" in result.stdout
    assert "Student's t" in result.stdout and max(map(len, result.stdout.splitlines())) <= 80
    assert "Nothing was written" in result.stderr and "8 of 8 runs" in result.stderr


def test_how_many_seeds_it_takes_is_told_of_few_too_and_runs_are_kept_where_it_cannot_be(fake_model: ModuleType, tmp_path: Path) -> None:
    assert "quality ± 0.01, phased against today: " in compared("--half-width", "quality=0.01").stdout
    out = tmp_path / "out"
    alone = call("compare", "phased", "--seeds", "1", "--half-width", "quality=0.01", "--workers", "1", "--out", str(out), *SMALL)
    assert alone.exit_code == 2 and "--half-width: quality: at least two seeds are needed" in alone.stderr
    assert "phased (policy) against today (baseline), 1 seed, whole run" in alone.stdout
    assert (out / "effects.parquet").exists()


def test_compare_in_json_is_what_python_gives(fake_model: ModuleType) -> None:
    content = strict(compared("--set", "policy.lots=3", "--json", "--half-width", "quality=0.01").stdout)
    found = cm.compare(["phased"], 4, workers=1, overrides={"place": "tiny", "horizon.months": 12, "policy.lots": 3})
    [block] = content["comparisons"]
    assert (block["scenario"], block["baseline"], block["seeds"]) == ("phased", "today", 4)
    effects = found.effects.set_index("measure")
    for row in block["effects"]:
        for column in ("baseline_mean", "policy_mean", "difference", "low", "high", "sd_paired", "sd_unpaired"):
            assert row[column] == pytest.approx(effects.loc[row["measure"], column])
    assert len(block["effects"]) == len(NAMES) and "Student's t" in content["interval"]
    [needed] = content["seeds_needed"]
    assert needed["seeds"] == found.seeds_needed("quality", 0.01)["phased", "today"]


def test_compare_says_when_two_arms_are_one_run(fake_model: ModuleType) -> None:
    words = ("compare", "outsourcing", "--seeds", "2", "--workers", "1", *SMALL)
    said = "outsourcing and today are one and the same run under two names"
    assert said in call(*words).stdout
    [block] = strict(call(*words, "--json").stdout)["comparisons"]
    assert block["same"].startswith(said)
    [other] = strict(call("compare", "maidstone", *words[2:], "--json").stdout)["comparisons"]
    assert other["same"] == "", "more lots are another run"


def test_compare_two_and_a_given_baseline(fake_model: ModuleType) -> None:
    two = strict(call("compare", "bundled", "phased", "--seeds", "3", "--workers", "1", *SMALL, "--json").stdout)
    assert [(c["scenario"], c["baseline"]) for c in two["comparisons"]] == [
        ("bundled", "today"),
        ("phased", "today"),
        ("phased", "bundled"),
    ]
    one = strict(compared("--baseline", "bundled", "--json").stdout)
    assert [(c["scenario"], c["baseline"]) for c in one["comparisons"]] == [("phased", "bundled")]


def test_compare_writes_tables_figures_report_and_record(fake_model: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = compared("--out", out)
    assert result.exit_code == 0, result.stderr
    names = {p.name for p in out.iterdir()}
    assert {"manifest.json", "effects.parquet", "monthly.parquet", "runs.parquet", "report.html", "effects.svg"} <= names
    assert set(json.loads((out / "manifest.json").read_text())["files"]) == names - {"manifest.json"}
    assert "report.html" in result.stderr
    checked = call("verify", out, "--workers", "1", "--json")
    assert checked.exit_code == 0 and strict(checked.stdout)["ok"] is True
    (out / "report.html").write_text("other")
    checked = call("verify", out, "--workers", "1")
    assert checked.exit_code == 1 and "report.html was altered" in checked.stdout


def test_ctrl_c_keeps_what_is_finished(fake_model: ModuleType, tmp_path: Path) -> None:
    real = fake_model.simulate

    def interrupted(scenario, seed, **words):
        if (scenario.name, seed) == ("phased", 3):
            os.kill(os.getpid(), signal.SIGINT)
        return real(scenario, seed, **words)

    fake_model.simulate = interrupted
    result = compared("--seeds", "40", "--out", tmp_path / "out")
    assert result.exit_code == 130 and "Stopped early: 3 of 40 seeds were kept" in result.stderr
    fake_model.simulate = real
    checked = call("verify", tmp_path / "out", "--workers", "1")
    assert checked.exit_code == 0 and "partial: interrupted after 6 runs" in checked.stdout


def test_ctrl_c_before_anything_is_finished(fake_model: ModuleType, tmp_path: Path) -> None:
    def interrupted(scenario, seed, **words):
        raise KeyboardInterrupt

    fake_model.simulate = interrupted
    result = compared("--out", tmp_path / "out")
    assert result.exit_code == 130 and "Stopped; nothing was written." in result.stderr and not list(tmp_path.iterdir())


def test_failed_runs_are_told_and_the_rest_is_kept(fake_model: ModuleType, tmp_path: Path) -> None:
    real = fake_model.simulate

    def failing(scenario, seed, **words):
        if seed == 2:
            raise ZeroDivisionError("nobody left")
        return real(scenario, seed, **words)

    fake_model.simulate = failing
    result = compared("--out", tmp_path / "out")
    assert result.exit_code == 1 and "2 runs failed and are left out; the first: today, seed 2" in result.stderr
    failures = json.loads((tmp_path / "out" / "manifest.json").read_text())["failures"]
    assert [f["seed"] for f in failures] == [2, 2] and "Traceback" in failures[0]["traceback"]


# --- patterns -----------------------------------------------------------------------------------------------------


def test_patterns_print_a_table_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Pattern("P07", "A title", "A claim", "S0", -1, "£", ablation={"switches.trust": False})
    result = result_of(one, np.array([-2e6, -1e6, -1.5e6]), np.array([1.0, -1.0, 0.0]))
    nothing = result_of(one, np.array([np.nan, 1.0]), np.array([np.nan, np.nan]))
    asked: list[tuple] = []
    monkeypatch.setattr(table, "find_patterns", lambda *words: asked.append(words) or Found([result, nothing], 3))
    [first, second] = strict(call("patterns", "--only", "P02,P16", "--seeds", "3", "--json").stdout)
    assert asked == [("P02,P16", 3, None, True)]
    assert first["effect"] == -1.5e6 and first["verdict"] == "emerges" and second["low"] is None
    assert "published" not in call("patterns", "--only", "P02").stdout
    row = {"label": "LM3 of a firm", "unit": "ratio", "mean": 1.5, "runs_low": 1.4, "runs_high": 1.6, "published": 1.63, "fitted": "no"}
    told = result_of(one, np.array([-2.0, -1.0]), np.zeros(2), published={"a": row})
    monkeypatch.setattr(table, "find_patterns", lambda *words: Found([told], 2))
    assert "P07  LM3 of a firm  1.50  1.40 to 1.60       1.63  no" in call("patterns").stdout
    monkeypatch.setattr(table, "find_patterns", lambda *words: Found([result, nothing], 3))
    keys = {"id", "claim", "effect", "low", "high", "ablated_effect", "ablated_low", "ablated_high", "verdict", "unit", "source"}
    assert keys <= set(first)
    text = call("patterns", "--seeds", "3").stdout
    assert "−£1.5m" in text and "emerges" in text and "does not emerge" in text and max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(("seeds", "said"), [(2, True), (4, True), (5, False), (30, False)])
def test_patterns_from_few_seeds_say_so_as_a_comparison_does(
    monkeypatch: pytest.MonkeyPatch, fake_model: ModuleType, tmp_path: Path, seeds: int, said: bool
) -> None:
    one = Pattern("P07", "A title", "A claim", "S0", -1, "£")
    monkeypatch.setattr(table, "find_patterns", lambda *words: Found([result_of(one, np.array([-2e6, -1e6]), np.zeros(2))], seeds))
    words = f"Only {seeds} seeds: too few to conclude anything; use 20 or more."
    compared = call("compare", "phased", "--seeds", seeds, "--workers", "1", *SMALL).stdout
    on_the_screen = call("patterns", "--out", tmp_path).stdout
    page = (tmp_path / "patterns.html").read_text(encoding="utf-8")
    assert [words in text for text in (compared, on_the_screen, page)] == [said] * 3
    [row] = strict(call("patterns", "--json").stdout)
    assert row["caution"] == (words if said else "")


def test_patterns_that_are_interrupted_are_kept_and_marked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = Pattern("P07", "A title", "A claim", "S0", -1, "£")
    found = Found([result_of(one, np.array([-2e6, -1e6]), np.zeros(2))], 2, ["P18"], partial=True)
    monkeypatch.setattr(table, "find_patterns", lambda *words: found)
    result = call("patterns", "--seeds", "30")
    assert result.exit_code == 130 and "Partial: stopped early, after 2 seeds" in result.stdout and "A title" in result.stdout
    assert "Stopped early: 1 of 2 patterns and 2 of 30 seeds were kept; give --out" in result.stderr
    result = call("patterns", "--out", tmp_path / "out", "--json")
    [kept] = strict(result.stdout)
    assert result.exit_code == 130 and (kept["id"], kept["seeds"]) == ("P07", 2)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["partial"] is True and manifest["seeds"] == [1, 2] and manifest["asked"]["scenarios"] == ["P07"]


# --- mistakes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compar"], "Did you mean 'compare'"),
        (["run", "tinny"], "did you mean 'tiny'"),
        (["run", "nowhere/x.toml"], "no such scenario file"),
        (["run", "tiny", "--seed", "x"], "--seed"),
        (["run", "tiny", "--seed", "-1"], "seed: takes a whole number from 0 to 9223372036854775807, got -1"),
        (["run", "tiny", "--seed", str(2**63)], f"seed: takes a whole number from 0 to 9223372036854775807, got {2**63}"),
        (["run", "tiny", "--out", ""], "give the name of a folder"),
        (["compare", "phased", "--out", " "], "give the name of a folder"),
        (["run", "tiny", "--set", "policy.lots"], "KEY=VALUE"),
        (["run", "tiny", "--set", "policy.clauses=open_book"], 'for example ["open_book", "break_clause"]'),
        (["run", "tiny", "--set", 'policy.clauses=[{"name": "break_clause"}]'], '[{ name = "break_clause", settings = { first = 24 } }]'),
        (["run", "tiny", "--set", "policy.clauses=[open_book]"], """in single quotes for the shell: 'policy.clauses=["open_book"]'"""),
        (["run", "tiny", "--set", "policy.applies_to=council"], 'for example ["council", "anchor"]'),
        (["run", "tiny", "--set", "policy.lots=0"], "a whole number from 1 to 20"),
        (["run", "tiny", "--set", "policy.lotz=2"], "did you mean 'lots'"),
        (["run", "tiny", "--months", "0"], "--months"),
        (["compare"], "scenarios"),
        (["compare", "today"], "names no baseline"),
        (["compare", "phased", "--seeds", "0"], "--seeds"),
        (["compare", "phased", "--workers", "0"], "--workers"),
        (["compare", "phased", "--baseline", "tody"], "did you mean 'today'"),
        (["compare", "phased", "--baseline", "phased"], "phased: cannot be compared with itself; give another baseline, or none"),
        (["compare", "tiny", "--baseline", "tiny"], "tiny: cannot be compared with itself; give another baseline"),
        (["compare", "phased", "--half-width", "qualty=1"], "did you mean 'quality'"),
        (["compare", "phased", "--half-width", "quality"], "MEASURE=X"),
        (["verify", "nowhere"], "no such folder"),
        (["patterns", "--only", "P99"], "there is no pattern P99"),
        (["patterns", "--only", ""], "there is no pattern ''; there are P01"),
        (["patterns", "--seeds", "1"], "at least 2"),
        (["multipliers", "."], "table: . is a folder; give a CSV file"),
        (["multipliers", "nowhere.csv"], "table: there is no file nowhere.csv"),
        (["scenarios", "show", "fased"], "did you mean 'phased'"),
        (["scenarios", "check", "fased"], "did you mean 'phased'"),
    ],
)
def test_mistakes_of_the_user(words: list[str], message: str) -> None:
    result = call(*words)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split()) and "Traceback" not in result.output


def test_folders_are_looked_at_before_anything_runs(fake_model: ModuleType, tmp_path: Path) -> None:
    def never(*args, **words):
        pytest.fail("ran before the folder was looked at")

    fake_model.simulate = never
    (tmp_path / "thesis.tex").write_text("mine")
    for words in (["compare", "phased"], ["run", "tiny"]):
        result = call(*words, "--out", tmp_path)
        assert result.exit_code == 2 and "holds other things (thesis.tex)" in result.stderr
        assert call(*words, "--out", tmp_path / "thesis.tex" / "out").exit_code == 1


# --- scenarios ----------------------------------------------------------------------------------------------------


def test_scenarios_list_and_schema() -> None:
    listed = strict(call("scenarios", "list", "--json").stdout)
    assert {s["name"] for s in listed} == {s.name for s in cm.list_scenarios()}
    text = call("scenarios", "list").stdout
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert "phased" in text and max(map(len, text.splitlines())) <= 80
    assert "properties" in strict(call("scenarios", "schema").stdout)


def test_forms_and_cases_are_listed() -> None:
    for words, key in (("forms", "title"), ("cases", "told")):
        listed = strict(call("scenarios", words, "--json").stdout)
        text = call("scenarios", words).stdout
        assert len(listed) > 10 and all(row["name"] in text and row[key] for row in listed)
        assert max(map(len, text.splitlines())) <= 80
    shown = call("scenarios", "show", "today", "--set", "form=pfi")
    assert shown.exit_code == 0 and re.search(r"form +pfi", shown.stdout) and "finance" in shown.stdout


def test_scenarios_show_has_every_number_with_its_source() -> None:
    result = call("scenarios", "show", "preston", "--set", "policy.lots=4")
    assert result.exit_code == 0 and re.search(r"lots +4", result.stdout) and "2013-04" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    content = strict(call("scenarios", "show", "preston", "--json").stdout)
    scenario = cm.load_scenario("preston")
    assert content["sha256"] == scenario.sha256 and content["timeline"][0]["month"] == "2013-04"
    assert {row["key"] for row in content["sources"]} >= {"parameters.hold_up", "parameters.buyer_cost"}


def test_scenarios_check_names_every_mistake(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text('extends = "tiny"\n[policy]\nlots = 2\n')
    bad.write_text('extends = "tiny"\n[policy]\nlots = 0\npaymnt = "fixed price"\n')
    assert call("scenarios", "check", good).exit_code == 0
    result = call("scenarios", "check", good, bad)
    assert result.exit_code == 2 and "good.toml: no mistakes found" in result.stdout
    assert "policy.lots" in result.stderr and "did you mean 'payment'" in result.stderr
    found = strict(call("scenarios", "check", good, bad, "--json").stdout)
    assert [(f["ok"], len(f["problems"])) for f in found] == [(True, 0), (False, 2)]


@pytest.mark.parametrize(
    "name", ["Work Programme", "work programme", "NHS Diabetes Prevention Programme", "national_primes", "National_Primes"]
)
def test_a_case_is_found_by_the_partnerships_it_is_after(name: str) -> None:
    made = call("scenarios", "cases", name)
    assert made.exit_code == 0 and made.stdout.startswith("Work Programme; NHS Diabetes Prevention Programme\n")
    wrong = call("scenarios", "cases", "Work Program")
    assert wrong.exit_code == 2 and "did you mean 'Work Programme'?" in wrong.output


@pytest.mark.slow
def test_everything_that_is_shipped_is_checked_where_nothing_is_named() -> None:
    made = call("scenarios", "check")
    names = [name for kind in ("scenario", "case", "form") for name in shipped(kind)]
    assert made.exit_code == 0 and made.stdout == "".join(f"{name}: no mistakes found\n" for name in names)


def test_a_policy_is_shown_as_a_term_sheet() -> None:
    clauses = 'policy.clauses=["gain_share", { name = "open_book", above = 1e6, settings = { compliance = 0.01 } }]'
    own = " ".join(call("scenarios", "show", "today", "--set", clauses).stdout.split())
    assert "gain_share, open_book (above £1,000,000; compliance 0.01)" in own
    shown = call("scenarios", "show", "alliance").stdout
    assert "design + build; operate" in shown and "gain_share, open_book, vcs_share" in shown and "name = " not in shown
    assert re.search(r"clauses +none\n", call("scenarios", "show", "today").stdout)
    dated = " ".join(call("scenarios", "show", "preston").stdout.split())
    assert "clauses = (living_wage, local_supply)" in dated and "weights = (price = 0.45" in dated


# --- the program itself -------------------------------------------------------------------------------------------


def test_version_and_help() -> None:
    assert call("--version").stdout == f"changemaking {cm.__version__}\n"
    text = call("--help").stdout
    assert all(name in text for name in ("run", "compare", "verify", "patterns", "scenarios"))
    for name in ("run", "compare", "verify", "patterns", "scenarios"):
        assert call(name, "--help").exit_code == 0


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom changemaking.commands import main\ntry:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert "Usage: changemaking" in done.stdout
    heavy = {"mesa", "numba", "numpy", "pandas", "matplotlib", "pyarrow", "pydantic", "networkx", "rich"}
    assert {name.partition(".")[0] for name in done.stderr.split()} & heavy == set()


def test_python_m_and_a_closed_pipe() -> None:
    listed = f"{sys.executable} -m changemaking scenarios list"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", f"{listed} | head -1"], capture_output=True, text=True)
    assert done.stdout.startswith("Name") and "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["run", "tiny", "--months", "2"], ["scenarios", "list"], ["scenarios", "schema"]])
def test_a_full_disk_behind_a_pipe_is_told_in_one_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "changemaking", *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and done.stderr.strip() == "cannot write the output: No space left on device"
