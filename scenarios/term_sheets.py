"""The partnership forms that councils with discretion may choose among: each laid over the policy, and what is wrong with it told once,
of the file whose fault it is."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .checks import validate
from .errors import Problem, ScenarioError, listed, nearest, shown
from .files import File, form_of, read, shipped
from .paths import has, merge
from .policy import Policy, TermSheet, plain_clauses

if TYPE_CHECKING:
    from .building import Builder
    from .place import Place

OWN = {"delivery": "market", "joint": "alone"}
"""What a form must leave as it is, to be chosen service by service: one buyer lets a contract."""


def term_sheets(builder: Builder, policy: dict[str, Any], place: Place | None) -> dict[str, TermSheet]:
    """The forms that a policy, a table as written, names in `forms`. Mistakes are added to the builder's problems."""
    names = policy.get("forms")
    where = builder.origin("policy", "forms")[0]
    giver = next((file for file in builder.files if has(file.raw, "policy.forms")), None)
    known = {(problem.key, problem.text) for problem in builder.problems}  # of the policy itself: no fault of what is laid over it
    found: dict[str, TermSheet] = {}
    for name in names if isinstance(names, list | tuple) else ():
        if not isinstance(name, str):
            continue  # said already
        try:
            form = form_of(name, where, giver.path.parent if giver else None)
        except ScenarioError as error:
            builder.problems += [_of_the_list(problem) for problem in error.problems]
            continue
        if not can_be_chosen(form):
            takes = "forms of a contract that one buyer lets: an own team may be chosen anyway, companies and joint tenders hold for all"
            builder.add("policy.forms", "cannot be chosen service by service", shown(name), takes, where=where)
            continue
        made, problems = laid_over(builder, form, policy, place)
        builder.problems += [_whose(problem, form, where) for problem in problems if (problem.key, problem.text) not in known]
        if made:
            found[form.name] = TermSheet(policy=made, says=tuple(sorted(_says(form))))
    return found


def can_be_chosen(form: File) -> bool:
    """Whether a form is one of a contract that one buyer lets."""
    said = _says(form)
    return all(said.get(key, usual) == usual for key, usual in OWN.items())


def laid_over(builder: Builder, form: File, policy: dict[str, Any], place: Place | None) -> tuple[Policy | None, list[Problem]]:
    """The policy under a form, and what is wrong with it."""
    laid = deepcopy(policy)
    merge(laid, _says(form))
    laid["clauses"] = plain_clauses(laid["clauses"])
    made, problems = validate(Policy, laid, lambda key: (form.where, f"policy.{key}" if key else "policy"))
    before, builder.problems = builder.problems, problems
    try:
        builder.clauses(laid["clauses"], lambda key: (form.where, f"policy.{key}"))
        builder.together(laid, lambda key: (form.where, f"policy.{key}"), place)
        return made, builder.problems
    finally:
        builder.problems = before


def _says(form: File) -> dict[str, Any]:
    said = form.raw.get("policy")
    return said if isinstance(said, dict) else {}


def _of_the_list(problem: Problem) -> Problem:
    """What is wrong with a form that is not there, told of the list: only such as can be chosen are offered."""
    if problem.key != "form":
        return problem
    choices = [name for name, path in shipped("form").items() if can_be_chosen(read(path))]
    takes = f"the path of a file, or forms of a contract that one buyer lets: {listed(choices)}"
    return replace(problem, key="policy.forms", accepts=takes, nearest=nearest(problem.got or "", choices))


def _whose(problem: Problem, form: File, where: str) -> Problem:
    """It is the form's fault if it says the key itself; else policy and form do not go together."""
    if has(form.raw, ".".join(problem.key.split(".")[:2])):
        return problem
    return replace(problem, where=where, text=f"{problem.text}, once the form {form.name} is laid over this policy")
