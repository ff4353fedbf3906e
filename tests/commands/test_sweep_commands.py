"""sweep, sensitivity, discover, robustness, regimes, convergence: what they print, write and refuse, with a stand-in for the model."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

import changemaking as cm
from changemaking.commands import app

HEAD = """
title = "Lots and trust"
measures = ["quality"]
months = 12
seeds = 4
[set]
place = "tiny"
[arms.one]
scenario = "today"
[arms.two]
scenario = "today"
set = {{ "policy.lots" = 2 }}
[vary."parameters.trust_start"]
label = "Trust at the start"
low = 0.2
high = 0.8
{steps}
[vary."policy.bundle_share"]
low = 0.1
high = 0.9
{steps}
"""


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def flat(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def file(folder: Path, name: str, design: str, samples: int | None) -> Path:
    path = folder / f"{name}.toml"
    text = f'design = "{design}"\n' + (f"samples = {samples}\n" if samples else "")
    body = HEAD.format(steps="" if samples else "steps = 3").replace("policy.bundle_share", "parameters.dispute_rate")
    path.write_text(text + body, encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path, fake_model: ModuleType) -> Path:
    for name, design, samples in (("map", "grid", None), ("who", "saltelli", 8), ("screen", "morris", 6), ("when", "latin", 40)):
        made = call("sweep", file(tmp_path, name, design, samples), "--store", tmp_path / "store", "--workers", 1)
        assert made.exit_code == 0, made.output
    return tmp_path / "store"


def test_a_sweep_says_what_it_would_take_what_it_did_and_what_was_there(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    dry = call("sweep", path, "--store", tmp_path / "store", "--workers", 3, "--dry-run")
    assert dry.exit_code == 0 and "72 runs in all: 0 are in the store, 0 failed before, 72 are to be made." in flat(dry.stdout)
    assert (
        "a guess" in flat(dry.stdout)
        and " on 3 workers, starting" in flat(dry.stdout)
        and "MB of disk" in flat(dry.stdout)
        and not (tmp_path / "store").exists()
    )
    made = call("sweep", path, "--store", tmp_path / "store", "--workers", 1)
    assert "map: 9 points, 2 arms (one, two), 4 seeds." in made.stdout and "0 runs were there, 72 were made" in made.stdout
    again = json.loads(call("sweep", path, "--store", tmp_path / "store", "--seeds", 5, "--workers", 1, "--json").stdout)
    assert (again["there"], again["made"], again["partial"]) == (72, 18, False)
    assert "90 runs in all: 90 are in the store" in call("sweep", path, "--store", tmp_path / "store", "--seeds", 5, "--dry-run").stdout


def test_points_that_a_design_draws_twice_are_told(tmp_path: Path, fake_model: ModuleType) -> None:
    path = tmp_path / "screen.toml"
    vary = '[vary."policy.lots"]\nlow = 1\nhigh = 4\nwhole = true\n'
    path.write_text(f'scenarios = ["tiny"]\nmonths = 12\nseeds = 3\ndesign = "morris"\nsamples = 6\n{vary}', encoding="utf-8")
    dry = call("sweep", path, "--store", tmp_path / "store", "--dry-run").stdout
    made = call("sweep", path, "--store", tmp_path / "store", "--workers", 1).stdout
    different = len(set(cm.open_store(tmp_path / "store").sweep().design.points))
    assert different < 12
    for said in (dry, made):
        assert f"screen: 12 points ({different} different), 1 arm (tiny), 3 seeds." in flat(said)
    assert f"{3 * different} runs in all" in flat(dry) and f"{3 * different} were made" in flat(made)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sweep", "{tmp}/none.toml", "--store", "{tmp}/s"], "none.toml: no such file"),
        (["sweep", "{tmp}/bad.toml", "--store", "{tmp}/s"], "did you mean 'scenarios'"),
        (["run", "tyni"], "did you mean 'tiny'?"),
        (["sweep", "{tmp}/named.toml", "--store", "{tmp}/s"], "did you mean 'tiny'?"),
        (["sweep", "{tmp}/empty.toml", "--store", "{tmp}/s"], "vary.policy.lots.values: is empty, got []; takes one value or more"),
        (["sweep", "{tmp}/map.toml", "--store", "{tmp}"], "holds other things"),
        (["sweep", "{tmp}/map.toml", "--store", " "], "give the name of a folder"),
        (["sweep", "{tmp}/map.toml", "--store", "{tmp}/s", "--dry-run", "--on", "tcp:/there"], 'takes "dask" or the address'),
        (["sensitivity", "{tmp}/nowhere"], "no such folder"),
        (["sensitivity", "{tmp}"], "not a store"),
    ],
)
def test_mistakes_are_told_in_words_and_write_nothing(tmp_path: Path, words: list[str], said: str) -> None:
    file(tmp_path, "map", "grid", None)
    (tmp_path / "bad.toml").write_text('scenaros = ["today"]')
    for name, scenario, values in (("named", "tyni", [1]), ("empty", "tiny", [])):
        (tmp_path / f"{name}.toml").write_text(f'scenarios = ["{scenario}"]\n[vary."policy.lots"]\nvalues = {values}\n')
    before = sorted(tmp_path.rglob("*"))
    made = call(*[word.format(tmp=tmp_path) for word in words])
    assert made.exit_code == 2 and said in made.output and "Traceback" not in made.output
    assert sorted(tmp_path.rglob("*")) == before


def test_failures_are_counted_and_named(tmp_path: Path, fake_model: ModuleType) -> None:
    real = fake_model.simulate

    def unlucky(scenario, seed, **words):
        if seed == 3:
            raise ValueError("three is unlucky")
        return real(scenario, seed, **words)

    fake_model.simulate = unlucky
    path = file(tmp_path, "map", "grid", None)
    made = call("sweep", path, "--store", tmp_path / "store", "--workers", 1)
    assert made.exit_code == 1 and "18 runs failed; --retry-failed runs them again" in made.output and "three is unlucky" in made.output
    asked = ["regimes", tmp_path / "store", "--arm", "two", "--against", "one"]
    refused = call(*asked)
    assert refused.exit_code == 1 and "18 of 72 runs are missing (18 of them failed" in refused.output and "seed 3" in refused.output
    fake_model.simulate = real
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1, "--retry-failed").exit_code == 0
    assert call(*asked).exit_code == 0


def test_no_number_is_broken_where_there_are_too_many_for_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    from changemaking.commands.common import print_table

    values = [[f"−£{row}.{column}9k" for column in range(12)] for row in range(3)]
    print_table([("", "left"), *((f"{n} lots", "right") for n in range(12))], [[f"share {n}", *row] for n, row in enumerate(values)], "Map")
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80 and out.count("Map") == 1 and out.count("share 1") == 2
    assert sorted(re.findall(r"−£\S+", out)) == sorted(value for row in values for value in row)


def test_headings_give_way_before_numbers_do(capsys: pytest.CaptureFixture[str]) -> None:
    from changemaking.commands.common import print_table

    heads = [("", "left"), *((head, "right") for head in ("Mean", "Mean regret", "Greatest", "95% interval", "Best", "First"))]
    cells = ["£504k", "£2.90k", "£3.02k", "£1.30k to £4.72k", "100% (100% to 100%)", "100%"]
    print_table(heads, [["heard", *cells]])
    lines = capsys.readouterr().out.splitlines()
    assert all(cell in lines[-2] for cell in cells) and lines[1].split()[-1] == "First"
    print_table([("", "left"), *((head, "right") for head in ("Difference", "Now", "Reached at", "Takes"))], [["heard", *["9" * 18] * 4]])
    out = capsys.readouterr().out
    assert out.count("9" * 18) == 4 and "Difference" in out and max(map(len, (line.rstrip() for line in out.splitlines()))) <= 80


def test_keys_are_broken_after_dots_only(capsys: pytest.CaptureFixture[str]) -> None:
    from changemaking.commands.common import print_table

    key, label = "place.services.*.scale_elasticity", "Elasticity of cost with size over 0.5 m"
    heads = [("Factor", "left"), ("Range", "right"), ("90% interval", "right"), ("", "left"), ("Learnt", "right")]
    cells = ["0.0001 to 0.0002", "0.000123 to 0.000134", "of some length", "44%"]
    print_table(heads, [[key, *cells], [label, *cells]], keys="Factor")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80 and all(any(cell in line for line in lines) for cell in cells)
    first = [line[:18].split("  ")[0].strip() for line in lines if line.strip()][1:]
    assert "".join(first[:3]) == key and all(part.endswith(".") for part in first[:2])
    assert " ".join(first[3:]) == label
    print_table(heads, [["x" * 100, *cells]], keys="Factor")
    assert capsys.readouterr().out.count("x") == 100, "a word that fits nowhere loses no letter"


def test_sensitivity(store: Path, tmp_path: Path) -> None:
    made = call("sensitivity", store, "--sweep", "screen", "--arm", "one", "--measure", "quality")
    assert (made.exit_code == 2 and "nothing varies" in made.output) or "Elementary effects" in made.stdout  # the stand-in knows lots only
    which = call("sensitivity", store)
    assert which.exit_code == 2 and "which sweep? there are map, screen, when, who" in which.output
    wrong = call("sensitivity", store, "--sweep", "map", "--arm", "one")
    assert wrong.exit_code == 2 and 'sensitivity needs design = "morris" or "saltelli"' in wrong.output


def test_a_map_is_printed_and_saved_with_a_record_that_verifies(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = call("regimes", store, "--sweep", "map", "--arm", "two", "--against", "one", "--out", out)
    assert made.exit_code == 0 and "Up:" in made.stdout and "Trust at the start" in made.stdout
    assert max(map(len, made.stdout.splitlines())) <= 80
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "regimes.parquet", "regimes.png", "regimes.svg"]
    record = json.loads((out / "manifest.json").read_text())
    assert Image.open(out / "regimes.png").info["Source"] == record["fingerprint"] and list(record["scenarios"]) == ["one", "two"]
    assert cm.verify(out, workers=1).ok
    for key, other in (("seeds", [7, 8, 9, 10]), ("command", ["other"])):
        (out / "manifest.json").write_text(json.dumps(record | {key: other}))
        assert not cm.verify(out, workers=1).ok
    (out / "manifest.json").write_text(json.dumps(record))
    assert cm.verify(out, workers=1).ok
    table = pd.read_parquet(out / "regimes.parquet")
    assert len(table) == 9
    table["difference"] += 1e-12
    table.to_parquet(out / "regimes.parquet")
    assert not cm.verify(out, workers=1).ok


def test_discovery_and_robustness(store: Path, tmp_path: Path) -> None:
    means = cm.open_store(store).sweep("when").values("quality", "one").mean(axis=1)
    found = call("discover", store, "--sweep", "when", "--arm", "two", "--against", "one")
    assert found.exit_code == 0 and "At every point is" in flat(found.stdout)  # lots always help in the stand-in: an answer too
    assert "so there is nothing to discover." in flat(found.stdout)
    assert means.std() < 1e-9
    made = call("robustness", store, "--sweep", "when", "--threshold", "10.2", "--out", tmp_path / "out")
    assert made.exit_code == 0 and "Good enough" in made.stdout and (tmp_path / "out" / "robustness.png").exists()
    table = pd.read_parquet(tmp_path / "out" / "robustness.parquet")
    for row in table.itertuples():
        assert f"{row.satisfices:.0%} ({row.satisfices_low:.0%} to {row.satisfices_high:.0%})" in made.stdout
    content = json.loads(call("robustness", store, "--sweep", "when", "--json").stdout)
    assert [row["arm"] for row in content["robustness"]] == ["two", "one"] and content["robustness"][0]["max_regret"] == 0


def test_nothing_to_discover_is_an_answer_that_is_kept_and_verifies(store: Path, tmp_path: Path) -> None:
    asked = ["discover", store, "--sweep", "when", "--arm", "one", "--above", "1e6"]
    made = call(*asked, "--out", tmp_path / "out")
    assert made.exit_code == 0 and "At no point is" in flat(made.stdout), made.output
    assert {"boxes.parquet", "points.parquet", "discovery.svg"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert not len(pd.read_parquet(tmp_path / "out" / "boxes.parquet")) and cm.verify(tmp_path / "out", workers=1).ok
    assert json.loads(call(*asked, "--json").stdout)["boxes"] == []


def test_a_figure_of_discovery_gives_the_whole_rule_and_draws_nothing_where_there_is_none(store: Path) -> None:
    from dataclasses import replace

    from changemaking.experiments.analyses.discovery import Box, discover
    from changemaking.viz.analyses import discovery_figure

    found = discover(cm.open_store(store).sweep("when"), "quality", "one", above=1e6)
    bare = discovery_figure(found)
    assert found.nothing in flat(" ".join(text.get_text() for text in bare.texts)) and len(bare.axes) == 1
    rule = " and ".join(f"0.1 < a factor with a long name, number {i} < 0.9" for i in range(9))
    success = found.success.copy()
    success[0] = True
    told = discovery_figure(replace(found, success=success, boxes=[Box({}, rule, 0.5, 0.5, 0.5)]))
    assert rule in flat(" ".join(text.get_text() for text in told.texts))
    bottom = min(text.get_window_extent().y0 for text in told.texts)
    assert bottom > max(axes.get_tightbbox().y1 for axes in told.axes), "the rule stands clear of what is drawn"


def test_the_results_of_one_analysis_do_not_take_anothers_place(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    regimes = ["regimes", store, "--sweep", "map", "--arm", "two", "--against", "one", "--out", out]
    assert call(*regimes).exit_code == 0
    before = {path: path.read_bytes() for path in out.iterdir()}
    for others in (["robustness", store, "--sweep", "map"], ["report", store, "--sweep", "when"]):
        refused = call(*others, "--out", out)
        assert refused.exit_code == 2 and "holds the regimes of the sweep map, which would be lost; give another folder" in flat(
            refused.output
        )
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    again = call(*regimes)
    assert again.exit_code == 0 and "Replaced the earlier results" in again.output


def test_a_threshold_that_the_file_names_is_what_the_table_shows(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    path.write_text(path.read_text() + '\n[analysis]\nkind = "robustness"\nmeasure = "quality"\nthreshold = 10.2\n')
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    shown = call("robustness", tmp_path / "store").stdout
    assert "Good enough" in shown and "Best" not in shown


def test_seeds_beyond_the_limit_are_refused_at_once(tmp_path: Path) -> None:
    path = file(tmp_path, "map", "grid", None)
    made = call("sweep", path, "--store", tmp_path / "store", "--seeds", 10**6, "--dry-run")
    assert made.exit_code == 2 and "seeds: takes a whole number from 1 to 100,000, got 1,000,000" in flat(made.output)


def test_a_report_says_how_many_values_a_factor_took(store: Path, tmp_path: Path) -> None:
    assert call("report", store, "--sweep", "map", "--out", tmp_path / "out").exit_code == 0
    assert "0.2 to 0.8, 3 values" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_other_code_is_noted(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from changemaking.experiments.sweeps import results

    monkeypatch.setattr(results, "code_version", lambda: "another")
    made = call("regimes", store, "--sweep", "map", "--arm", "two", "--against", "one")
    assert made.exit_code == 0 and "was run by other code of the model" in made.output


def test_a_report_is_one_page_with_its_record(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    made = call("report", store, "--sweep", "map", "--out", out)
    assert made.exit_code == 0, made.output
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Lots and trust" in page and "two: quality of service is higher than under one by" in page and "Trust at the start" in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page
    assert "Where the numbers come from" in page and "<code>parameters.hold_up</code>" in page
    record = json.loads((out / "manifest.json").read_text())
    assert record["fingerprint"][:16] in page and {"effects.parquet", "arms.png", "arms.svg", "report.html"} <= set(record["files"])
    effects = pd.read_parquet(out / "effects.parquet").set_index("arm")
    values = cm.open_store(store).sweep("map").values("quality", "two", "one")
    assert effects.loc["two", "difference"] == pytest.approx(values.mean())
    assert cm.verify(out, workers=1).ok


def test_whether_there_are_enough_seeds_is_answered_saved_and_verified(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    path.write_text('series = ["quality"]\n' + path.read_text())
    assert call("sweep", path, "--store", tmp_path / "store", "--seeds", 14, "--workers", 1).exit_code == 0
    values = cm.open_store(tmp_path / "store").sweep("map").values("quality", "two", "one").mean(axis=0)
    half = float(2.1604 * values.std(ddof=1) / 14**0.5)  # Student's t, 13 degrees of freedom
    out = tmp_path / "out"
    made = call("convergence", tmp_path / "store", "--half-width", 2 * half, "--out", out)
    assert made.exit_code == 0 and max(map(len, made.stdout.splitlines())) <= 80, made.output
    assert {"convergence.parquet", "running.parquet", "months.parquet", "convergence.svg", "months.svg"} <= {p.name for p in out.iterdir()}
    [row] = pd.read_parquet(out / "convergence.parquet").to_dict("records")
    assert row["half_width"] == pytest.approx(half, rel=1e-4) and 10 <= row["enough"] <= 14
    assert f" {row['enough']} " in next(line for line in made.stdout.splitlines() if line.startswith("two"))
    assert "by month: whether it has settled (MSER-5) takes 50 months to tell" in flat(made.stdout)
    assert cm.verify(out, workers=1).ok
    table = pd.read_parquet(out / "convergence.parquet")
    table["enough"] += 1
    table.to_parquet(out / "convergence.parquet")
    assert "convergence.parquet holds other numbers than its runs give" in str(cm.verify(out, workers=1))
    content = json.loads(call("convergence", tmp_path / "store", "--half-width", half / 2, "--json").stdout)["convergence"][0]
    assert content["enough"] is None and content["needed"] > 14
    refused = call("convergence", tmp_path / "store", "--half-width", 0)
    assert refused.exit_code == 2 and "takes a number above 0" in refused.output
    report = call("report", tmp_path / "store", "--half-width", half / 2, "--out", tmp_path / "report")
    page = flat((tmp_path / "report" / "report.html").read_text(encoding="utf-8"))
    assert report.exit_code == 0 and f"which would take some {content['needed']} seeds in all, {content['needed'] - 14} more." in page
    assert (tmp_path / "report" / "convergence.parquet").exists() and cm.verify(tmp_path / "report", workers=1).ok


def test_a_report_draws_the_months_that_a_sweep_keeps(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    path.write_text('series = ["quality"]\n' + path.read_text())
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    assert call("report", tmp_path / "store", "--out", tmp_path / "out").exit_code == 0
    assert "How it moves over the run" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "months.svg").exists() and cm.verify(tmp_path / "out", workers=1).ok


def test_a_report_with_a_map_says_how_often_chance_looks_clear(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    path.write_text(path.read_text() + '\n[analysis]\nkind = "regimes"\narm = "two"\nagainst = "one"\n')
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    assert call("report", tmp_path / "store", "--out", tmp_path / "out").exit_code == 0
    page = flat((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "The map has 9 points, each with an interval for itself." in page and "one point in twenty" in page


def test_a_report_says_so_where_there_is_nothing_to_discover(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    path.write_text(path.read_text() + '\n[analysis]\nkind = "discovery"\nmeasure = "quality"\narm = "one"\nabove = 1e6\n')
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    assert call("report", tmp_path / "store", "--out", tmp_path / "out").exit_code == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "At no point is Quality of service, one above 1e+06, so there is nothing to discover." in page
    assert cm.verify(tmp_path / "out", workers=1).ok


def test_a_report_of_one_arm_compares_nothing_and_of_what_was_never_measured_says_so(tmp_path: Path, fake_model: ModuleType) -> None:
    path = tmp_path / "alone.toml"
    text = 'scenarios = ["tiny"]\nmonths = 12\nseeds = 3\nmeasures = ["quality"]\n[vary."policy.lots"]\nvalues = [1, 2]\n'
    path.write_text(text, encoding="utf-8")
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    assert call("report", tmp_path / "store", "--out", tmp_path / "a folder").exit_code == 0
    page = (tmp_path / "a folder" / "report.html").read_text(encoding="utf-8")
    assert "There is one arm, so nothing is compared" in page and "mean difference" not in page and " to " in page

    from changemaking.viz.sweep_report import _sentence

    nan = float("nan")
    row = {"measure": "quality", "arm": "two", "baseline": "one", "difference": nan, "low": nan, "high": nan}
    assert "is not known" in _sentence(row)


def test_a_page_escapes_what_a_file_says(tmp_path: Path, fake_model: ModuleType) -> None:
    path = file(tmp_path, "map", "grid", None)
    path.write_text(path.read_text().replace("Lots and trust", "<script>alert(1)</script>"), encoding="utf-8")
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    assert call("report", tmp_path / "store", "--out", tmp_path / "out").exit_code == 0
    assert "<script>" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_factor_of_words_is_drawn_too(tmp_path: Path, fake_model: ModuleType) -> None:
    path = tmp_path / "words.toml"
    vary = '[vary."policy.payment"]\nvalues = ["fixed price", "cost-plus"]\n[vary."policy.lots"]\nvalues = [1, 2, 3, 4]\n'
    path.write_text('scenarios = ["tiny"]\nmonths = 12\nseeds = 3\nmeasures = ["quality"]\n' + vary, encoding="utf-8")
    assert call("sweep", path, "--store", tmp_path / "store", "--workers", 1).exit_code == 0
    middle = float(cm.open_store(tmp_path / "store").sweep("words").values("quality").mean())
    made = call("discover", tmp_path / "store", "--above", middle, "--out", tmp_path / "out")
    assert made.exit_code == 0 and (tmp_path / "out" / "discovery.svg").exists(), made.output
