"""The forms that councils may choose among: what is wrong is told once, of the file whose fault it is."""

from __future__ import annotations

from pathlib import Path

from changemaking.scenarios import check

CHOOSING = 'extends = "today"\n[policy]\ndiscretion = true\n'


def said(folder: Path, text: str) -> list[str]:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return [str(problem).removeprefix(f"{path}: ") for problem in check(path)]


def test_what_is_wrong_with_the_policy_is_no_fault_of_a_form(tmp_path: Path) -> None:
    assert said(tmp_path, 'extends = "today"\n[policy]\nforms = ["pfi", "pf2"]\n') == [
        'policy.forms: are for councils that may choose, got ["pfi", "pf2"]; takes discretion = true'
    ]
    [once] = said(tmp_path, CHOOSING + 'forms = ["consortium", "grant"]\nclauses = ["guaranteed_return"]\n')
    assert once.startswith("policy.clauses.guaranteed_return: the clause guaranteed_return cannot stand alone; takes")


def test_a_form_is_named_once_as_a_clause_is(tmp_path: Path) -> None:
    assert said(tmp_path, CHOOSING + 'forms = ["pfi", "pfi"]\nclauses = ["open_book", "open_book"]\n') == [
        'policy.forms: a form may be named once only, got ["pfi", "pfi"]',
        'policy.clauses: a clause may be named once only, got ["open_book", "open_book"]',
    ]
    assert said(tmp_path, CHOOSING + 'forms = ["pfi", "pf2"]\n') == []


def test_policy_and_form_that_do_not_go_together_are_told_as_such(tmp_path: Path) -> None:
    text = CHOOSING.replace("today", "bundled_financed") + 'forms = ["consortium"]\nclauses = ["guaranteed_return"]\n'
    [problem] = said(tmp_path, text)
    assert "cannot stand alone, once the form consortium is laid over this policy" in problem


def test_the_forms_own_fault_stays_with_it(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('title = "Own"\nsource = "we"\n[policy]\nlots = 99\n', encoding="utf-8")
    [problem] = said(tmp_path, CHOOSING + 'forms = ["own.toml"]\n')
    assert problem.startswith(f"{tmp_path}/own.toml: policy.lots: is not accepted, got 99") and "laid over" not in problem


def test_only_forms_that_can_be_chosen_are_offered(tmp_path: Path) -> None:
    [problem] = said(tmp_path, CHOOSING + 'forms = ["shared_servce"]\n')
    assert "policy.forms: no such form" in problem
    offered = set(problem.partition("takes ")[2].replace(",", "").split())
    assert not {"in_house", "trading_company", "shared_service", "co_commissioning", "co_commissioning_lots"} & offered
    for name in ("alliance", "consortium", "negotiated_change", "pf2"):
        assert name in offered and said(tmp_path, CHOOSING + f'forms = ["{name}"]\n') == []
