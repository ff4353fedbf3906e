"""The real model, asked from end to end, in the small made-up place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import changemaking as cm
from changemaking.experiments.record import outcome_sha256
from changemaking.experiments.statistics import t_quantile

SMALL = {"place": "tiny", "horizon.months": 36}


@pytest.fixture(scope="module")
def both() -> cm.experiments.Comparison:
    return cm.compare(["bundled", "phased"], seeds=6, workers=2, overrides=SMALL)


def test_the_number_of_workers_changes_nothing(both: cm.experiments.Comparison) -> None:
    alone = cm.compare(["phased", "bundled"], seeds=[6, 5, 4, 3, 2, 1], workers=1, overrides=SMALL)
    for job, outcome in both.outcomes.items():
        assert outcome_sha256(alone.outcomes[job]) == outcome_sha256(outcome)


def test_effects_against_a_plain_loop(both: cm.experiments.Comparison) -> None:
    """The comparison worked out once more, run by run."""
    a, b = (cm.load_scenario(name, SMALL) for name in ("bundled", "phased"))
    d = np.array([cm.simulate(b, s).totals["whole_life_cost"] - cm.simulate(a, s).totals["whole_life_cost"] for s in range(1, 7)])
    rows = both.effects[(both.effects["scenario"] == "phased") & (both.effects["baseline"] == "bundled")].set_index("measure")
    half = t_quantile(0.975, 5) * d.std(ddof=1) / np.sqrt(6)
    expected = [d.mean(), d.mean() - half, d.mean() + half]
    assert rows.loc["whole_life_cost", ["difference", "low", "high"]].to_list() == pytest.approx(expected, rel=1e-9)
    assert d.mean() != 0, "the policies must differ for this to mean anything"


def test_a_saved_comparison_verifies_in_another_process(both: cm.experiments.Comparison, tmp_path: Path) -> None:
    both.save(tmp_path / "out")
    command = [sys.executable, "-m", "changemaking", "verify", str(tmp_path / "out"), "--workers", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "every bit matches (18 runs made again, 5 files unchanged)" in done.stdout, done.stdout + done.stderr


def test_the_ledger_of_a_run_balances_and_its_rings_are_known(tmp_path: Path) -> None:
    run = cm.run("tiny", seed=2, overrides={"horizon.months": 24})
    ledger = run.ledger
    assert (ledger["pence"] > 0).all() and set(ledger["ring"]) == {"local", "region", "elsewhere"}
    paid, received = (ledger.groupby(side, observed=False)["pence"].sum() for side in ("payer", "payee"))
    assert (received.sub(paid, fill_value=0)).sum() == 0
    contracts = ledger[ledger["category"] == "contract"]
    assert len(contracts) and contracts["month"].isin(run.indicators["month"]).all()
    run.save(tmp_path / "run")
    again = pd.read_parquet(tmp_path / "run" / "ledger.parquet")
    assert again["pence"].sum() == ledger["pence"].sum() and list(again["payer"]) == list(ledger["payer"])
    assert cm.verify(tmp_path / "run", workers=1).ok


SCRIPT = """
import changemaking as cm
found = cm.compare(["phased"], seeds=4, workers=2, overrides={"place": "tiny", "horizon.months": 12})
print("done", len(found.outcomes), found.scenarios["phased"].sha256)
"""


def test_a_plain_script_without_a_main_guard(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == ["done", "8"] and done.stdout.count("done") == 1
