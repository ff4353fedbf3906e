"""docs/extending.md: its clause and its scenarios run as they stand there, and what its changes take away is in the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "docs" / "extending.md").read_text(encoding="utf-8"), re.S)


def block(name: str) -> str:
    """The text of the block that begins with this file's name."""
    return next(text.partition("\n")[2] for _, text in BLOCKS if text.startswith(f"# {name}\n"))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with the new clause in it, and the scenario files beside it."""
    here = tmp_path_factory.mktemp("extended")
    kept = shutil.ignore_patterns(".*", "__pycache__", "build", "tests", "docs", "results", "*.egg-info")
    shutil.copytree(ROOT, here / "changemaking", ignore=kept)
    (here / "changemaking" / "model" / "clauses" / "yearly_saving.py").write_text(block("model/clauses/yearly_saving.py"), encoding="utf-8")
    for name in ("savings.toml", "tenlots.toml", "openbooks.toml", "mutual.toml"):
        (here / name).write_text(block(name), encoding="utf-8")
    (here / "bad.toml").write_text(block("tenlots.toml").replace("lots = 10", "lost = 10"), encoding="utf-8")
    return here


def call(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "changemaking", *words]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["savings.toml", "tenlots.toml", "openbooks.toml"])
def test_the_scenarios_are_accepted(checkout: Path, name: str) -> None:
    assert call(checkout, "scenarios", "check", name).stdout == f"{name}: no mistakes found\n"


def test_the_form_is_laid_under_a_scenario(checkout: Path) -> None:
    told = call(checkout, "scenarios", "show", "today", "--set", "form=mutual.toml").stdout
    assert re.search(r"form +mutual\n", told) and re.search(r"payment +gain share\n", told), told


def test_a_slip_is_told_as_the_text_says(checkout: Path) -> None:
    told = next(
        text for _, text in re.findall(r"```(\n)(bad\.toml: .*?\n)```", (ROOT / "docs/extending.md").read_text(encoding="utf-8"), re.S)
    )
    assert call(checkout, "scenarios", "check", "bad.toml").stderr == told


def test_national_rules_bind_what_is_let_once_they_hold(checkout: Path) -> None:
    """Every contract of that worth let from the month on opens its books, none before; every client side is trained by then."""
    program = """
import changemaking as cm
from changemaking.model.ecosystem import Ecosystem
world = Ecosystem(cm.load_scenario("openbooks.toml", {"place": "tiny"}), 1)
start, seen, low = 36, {}, []
while world.month < 72:
    world.step()
    low.append(min(buyer.capacity for buyer in world.commissioners))
    for contract in world.contracts.at.values():
        seen.setdefault(contract.number, (world.month, [clause.name for clause in contract.clauses]))
before, after = ([names for month, names in seen.values() if (month > start + 1) == late] for late in (False, True))
assert before and not any("open_book" in names for names in before)
assert after and any("open_book" in names for names in after), after
assert min(low[:start - 1]) < 0.6 and 0.55 < low[-1], low
print(len(after))
"""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run([sys.executable, "-c", program], cwd=checkout, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and int(done.stdout) > 0, done.stderr


def test_the_clause_does_what_it_says(checkout: Path) -> None:
    """The price falls by the share the scenario sets, each year."""
    program = """
import changemaking as cm
from changemaking.model.ecosystem import Ecosystem
world = Ecosystem(cm.load_scenario("savings.toml", {"place": "tiny", "policy.clauses.yearly_saving.above": 0.0}), 1)
seen = {}
while world.month < 60:
    world.step()
    for contract in world.contracts.at.values():
        if contract.clauses and contract.what == "operate":
            seen.setdefault(contract.number, []).append(contract.price)
falls = [after / before for path in seen.values() for before, after in zip(path, path[1:]) if after != before]
assert falls and all(abs(fall - 0.98) < 1e-12 for fall in falls), falls[:5]
print(len(falls))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, text=True
    )
    assert done.returncode == 0 and int(done.stdout) > 0, done.stderr


def test_bidders_ask_it_back_where_a_service_is_run_and_for_that_alone(checkout: Path) -> None:
    """The mean of what they give up over the term, by operation's part of the cost; builders give up nothing."""
    program = """
import changemaking as cm
from changemaking.agents import pricing
from changemaking.model.ecosystem import Ecosystem
seen, price = {}, pricing.price_tender
def noted(tender):
    price(tender)
    share = sum(c.saving for c in tender.clauses) * max(0.0, tender.operate_months / 12.0 - 1.0) / 2.0
    assert abs(tender.add_on - share * tender.weights.get("operate", 0.0)) < 1e-12
    if tender.buyer.focal:  # neighbours keep the usual policy
        seen["+".join(tender.phases)] = tender.add_on
pricing.price_tender = noted
given = {"place": "tiny", "policy.clauses.yearly_saving.above": 0.0, "place.services.*.asset_life_months": 60}
for packages in ([["design", "build"], ["operate"]], [["design", "build", "operate"]]):
    world = Ecosystem(cm.load_scenario("savings.toml", {**given, "policy.packages": packages}), 1)
    while world.month < 60:
        world.step()
assert seen.pop("design+build") == 0.0 and len(seen) == 2 and min(seen.values()) > 0.0, seen
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_what_the_changes_start_from_is_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for folder in ("agents", "model") for path in (ROOT / folder).glob("*.py"))
    lines = [line for language, text in BLOCKS if language == "diff" for line in text.splitlines()]
    before = [
        line[1:].strip() for line in lines if line[:1] in ("-", " ") and line.strip() not in ("", "...") and not line.startswith(" #")
    ]
    assert before and not [line for line in before if line not in code]
