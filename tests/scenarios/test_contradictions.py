"""Clauses that cannot stand together are refused with the rule that forbids them, beside every other mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from changemaking.scenarios import ScenarioError, check, load_scenario
from changemaking.scenarios import clauses as rules

SHARE = '"share": {"value": 0.5, "unit": "share of profit", "accepts": (0, 1), "assumed": (0.1, 0.9), "note": "made up"}'
MONTH = '"month": {"value": 12.0, "unit": "months", "accepts": (0, 360), "whole": True, "assumed": (6, 60), "note": "made up"}'
MADE_UP = {
    "made_up_return": 'needs = ("made_up_equity", "company")',
    "made_up_equity": f'pot = "profit"\n    numbers = {{{SHARE}}}',
    "made_up_profit": f'pot = "profit"\n    numbers = {{{SHARE}}}',
    "made_up_date": f'within_term = ("month",)\n    numbers = {{{MONTH}}}',
    "made_up_group": "needs_residents = True",
    "made_up_audit": 'excludes = ("made_up_own_word",)',
    "made_up_own_word": "every = 12",
}
FINANCED = '[policy]\npackages = [["design", "build", "finance", "operate"]]\npayment = "availability payment"\n'


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of clauses with every rule about what they may stand with."""
    folder = tmp_path / "clauses"
    folder.mkdir()
    for name, body in MADE_UP.items():
        (folder / f"{name}.py").write_text(f'class Rule(Clause):\n    """Made up."""\n\n    {body}\n', encoding="utf-8")
    monkeypatch.setattr(rules, "FOLDER", folder)
    rules.clause_names.cache_clear()
    rules._declared.cache_clear()
    yield tmp_path
    rules.clause_names.cache_clear()
    rules._declared.cache_clear()


def said(folder: Path, text: str) -> list[str]:
    path = folder / "mine.toml"
    path.write_text(f'extends = "tiny"\n{text}', encoding="utf-8")
    return [str(problem).removeprefix(f"{folder}/mine.toml: ") for problem in check(path)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[policy]\nclauses = ["made_up_return"]\n',
         "policy.clauses.made_up_return: the clause made_up_return cannot stand alone; takes with it the clause made_up_equity or a "
         "project company (finance in a package)"),
        ('[policy]\nclauses = ["made_up_return", { name = "made_up_equity", settings = { share = 0 } }]\n',
         "policy.clauses.made_up_equity.settings.share: the clause made_up_return needs a share that is more than nothing, got 0; "
         "takes a share above 0"),
        ('[policy]\nclauses = ["made_up_return", { name = "made_up_equity", above = 1e6 }]\n',
         "policy.clauses.made_up_equity.above: the clause made_up_return holds for contracts that are too small for the clause "
         "made_up_equity, which it needs, got 1,000,000; takes 0 pounds at most, from where made_up_return holds"),
        ('[policy]\noperate_months = 12\nclauses = ["made_up_date"]\n',
         "policy.clauses.made_up_date.settings.month: the clause made_up_date could never act within the term, got month 12; "
         "takes months that leave part of the term (policy.operate_months, 12)"),
        ('[policy]\nclauses = ["made_up_equity", { name = "made_up_profit", settings = { share = 0.7 } }]\n',
         "policy.clauses: shares of one profit add up to more than the whole, got 1.2 (made_up_equity 0.5, made_up_profit 0.7); "
         "takes shares that add up to 1 at most"),
        ('[policy]\noperate_months = 48\nclauses = [{ name = "made_up_date", settings = { month = 48 } }]\n',
         "policy.clauses.made_up_date.settings.month: the clause made_up_date could never act within the term, got month 48; "
         "takes months that leave part of the term (policy.operate_months, 48)"),
        ('[policy]\nclauses = ["made_up_group"]\n[place_changes]\n"population.participates_does" = 0.0\n',
         "policy.clauses.made_up_group: the clause made_up_group needs residents who take part, and in tiny nobody does; "
         "takes a place where some do (population.participates_does)"),
        ('[policy]\nclauses = ["made_up_audit", "made_up_own_word"]\n',
         "policy.clauses.made_up_audit: the clause made_up_audit cannot stand with the clause made_up_own_word; takes one of the two"),
    ],
)  # fmt: skip
def test_a_contradiction_names_its_rule(made_up: Path, text: str, expected: str) -> None:
    lines = said(made_up, text)
    assert [line.lower() for line in lines] == [expected.lower()], lines


@pytest.mark.parametrize(
    "text",
    [
        '[policy]\nclauses = ["made_up_return", "made_up_equity"]\n',
        FINANCED + 'clauses = ["made_up_return"]\n',
        '[policy]\nclauses = ["made_up_equity", "made_up_profit"]\n',
        '[policy]\noperate_months = 48\nclauses = [{ name = "made_up_date", settings = { month = 47 } }, "made_up_group"]\n',
    ],
)
def test_what_fits_together_is_accepted(made_up: Path, text: str) -> None:
    assert said(made_up, text) == []


def test_contradictions_come_with_every_other_mistake(made_up: Path) -> None:
    text = """[policy]
lots = "4"
operate_months = 24
clauses = ["made_up_return", "unheard_of", "made_up_profit", { name = "made_up_date", settings = { month = 30 } },
           { name = "made_up_equity", settings = { share = 0.9 } }, "made_up_audit", "made_up_own_word"]
[parameters]
spending = 1.2
"""
    keys = {line.split(": ")[0] for line in said(made_up, text)}
    wrong = {"made_up_date.settings.month", "made_up_audit"}
    assert keys == {"policy.lots", "parameters.spending", "policy.clauses", *(f"policy.clauses.{name}" for name in wrong)}


def test_a_dated_change_may_not_contradict_what_stands(made_up: Path) -> None:
    late = '[[timeline]]\nmonth = "2013-01"\nset = { clauses = ["made_up_return"] }\n'
    (line,) = said(made_up, late)
    assert line.startswith("timeline.2013-01.set.clauses.made_up_return: the clause made_up_return cannot stand alone")
    assert said(made_up, FINANCED + late) == []
    twice = '[policy]\nclauses = ["made_up_return"]\n[[timeline]]\nmonth = "2013-01"\nset = { lots = 2 }\n'
    assert len(said(made_up, twice)) == 1, "said once, where it began"


def test_overrides_are_held_to_the_same_rules(made_up: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot stand alone"):
        load_scenario("tiny", {"policy.clauses": ["made_up_return"]})


def test_a_faulty_declaration_is_the_clause_authors_mistake(made_up: Path) -> None:
    (made_up / "clauses" / "made_up_bad.py").write_text('class Rule(Clause):\n    pot = "profit"\n', encoding="utf-8")
    (made_up / "clauses" / "made_up_worse.py").write_text('class Rule(Clause):\n    needs = "made_up_equity"\n', encoding="utf-8")
    rules.clause_names.cache_clear()
    for name, fault in (("made_up_bad", "numbers has no share"), ("made_up_worse", "needs must be a tuple of names")):
        (line,) = said(made_up, f'[policy]\nclauses = ["{name}"]\n')
        assert f"the clause {name} is faulty: {fault}" in line


@pytest.mark.parametrize("name", rules.clause_names())
def test_shipped_clauses_declare_what_there_is(name: str) -> None:
    """What the text says is what the class says, and names only clauses there are."""
    from changemaking.model.clauses import clause_class

    found, cls = rules.clause_company(name), clause_class(name)
    assert {*found.needs, *found.excludes} <= {*rules.clause_names(), "company"}
    for attribute in ("needs", "excludes", "pot", "within_term", "needs_residents"):
        assert getattr(cls, attribute) == getattr(found, attribute), attribute
