"""A clause of one's own: what its author gets wrong is said in words, with what is accepted and the nearest right name."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from changemaking.commands import app
from changemaking.model import clauses
from changemaking.model.clauses import Clause, clause_class
from changemaking.scenarios import ScenarioError, check
from changemaking.scenarios import clauses as rules
from changemaking.scenarios.errors import ClauseError

SAVING = {"value": 0.1, "unit": "share", "accepts": (0, 1), "assumed": (0.0, 0.3), "note": "Made up"}
TOP = "from changemaking.model.clauses import Clause\n\n\n"
Write = Callable[..., str]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a clause, into a folder that stands in for model/clauses or as the entry point of another package; returns its name."""
    folder = tmp_path / "clauses"
    folder.mkdir()
    for module in (rules, clauses):
        monkeypatch.setattr(module, "FOLDER", folder)
    monkeypatch.setattr(clauses, "__path__", [*clauses.__path__, str(folder)])
    monkeypatch.syspath_prepend(tmp_path)
    before, caches = set(sys.modules), (rules.clause_names, rules._declared, clause_class)

    def write(name: str, text: str, entry: str = "") -> str:
        (tmp_path / f"{name}.py" if entry else folder / f"{name}.py").write_text(text, encoding="utf-8")
        if entry:
            package = tmp_path / f"{name}-1.0.dist-info"
            package.mkdir()
            (package / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
            (package / "entry_points.txt").write_text(f"[{rules.GROUP}]\n{name} = {name}:{entry}\n", encoding="utf-8")
        for cached in caches:
            cached.cache_clear()
        return name

    yield write
    for cached in caches:
        cached.cache_clear()
    for module in set(sys.modules) - before:
        if "made_up" in module:
            del sys.modules[module]


def said(folder: Path, name: str) -> str:
    """The one thing that is wrong with a scenario that names the clause; nothing if there is none."""
    (folder / "mine.toml").write_text(f'extends = "tiny"\n[policy]\nclauses = ["{name}"]\n', encoding="utf-8")
    problems = [str(problem) for problem in check(folder / "mine.toml")]
    assert len(problems) < 2, problems
    return problems[0].partition(" is faulty: ")[2] if problems else ""


# --- the file -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("PRICE = 0.1\n", "the file has no subclass of Clause; takes one class, written: class MyClause(Clause):"),
        ("class MadeUp:\n    every = 12\n", "the file has no subclass of Clause"),
        ("class A(Clause):\n    pass\n\n\nclass B(Clause):\n    pass\n", "the file has A, B; takes one class, written: class A(Clause):"),
        ("class A(Clause):\n    every =\n", "SyntaxError: invalid syntax (made_up.py, line 5)"),
    ],
)
def test_a_file_must_hold_one_clause(own: Write, tmp_path: Path, text: str, fault: str) -> None:
    name = own("made_up", TOP + text)
    assert fault in said(tmp_path, name)
    with pytest.raises(ScenarioError, match="the clause made_up is faulty"):
        clause_class(name)


def test_a_class_that_only_looks_like_a_clause_is_refused_when_it_is_needed(own: Write) -> None:
    with pytest.raises(ClauseError, match="the clause made_up is faulty: the file has no subclass of Clause"):
        clause_class(own("made_up", "class MadeUp(dict):\n    pass\n"))
    with pytest.raises(ClauseError, match="the clause made_up_b is faulty: ModuleNotFoundError: No module named 'no_such_module'"):
        clause_class(own("made_up_b", f"import no_such_module\n{TOP}class MadeUp(Clause):\n    pass\n"))
    with pytest.raises(KeyError):
        clause_class("made_up_nowhere")


def test_a_clause_that_extends_another_is_itself(own: Write) -> None:
    text = "from changemaking.model.clauses.living_wage import LivingWage\n\n\nclass ZLater(LivingWage):\n    every = 3\n"
    assert clause_class(own("made_up", text)).__name__ == "ZLater"


@pytest.mark.parametrize(
    ("text", "entry", "fault"),
    [
        ("class MadeUp:\n    pass\n", "MadeUp", "the entry point made_up:MadeUp is no subclass of Clause, got <class 'made_up.MadeUp'>"),
        ("x = y\n", "MadeUp", "NameError: name 'y' is not defined"),
        (f"{TOP}class MadeUp(Clause):\n    on_awrad = None\n", "MadeUp", "on_awrad is no hook"),
    ],
)
def test_an_entry_point_must_be_a_clause(own: Write, tmp_path: Path, text: str, entry: str, fault: str) -> None:
    assert fault in said(tmp_path, own("made_up", text, entry))


def test_an_entry_point_may_not_have_the_name_of_another_clause(own: Write, tmp_path: Path) -> None:
    own("made_up", f"{TOP}class MadeUp(Clause):\n    pass\n")
    assert not said(tmp_path, "made_up")
    own("made_up", f"{TOP}class Shadow(Clause):\n    pass\n", "Shadow")
    assert "it is there more than once, as made_up.py and as made_up:Shadow; give one" in said(tmp_path, "made_up")


# --- names ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('needs = ("equity_shar", "company")',
         "needs names 'equity_shar', which is no clause; takes names of clauses, or company; did you mean 'equity_share'?"),
        ('needs = ("compny",)', "did you mean 'company'?"),
        ('excludes = ("equity_sahre",)',
         "excludes names 'equity_sahre', which is no clause; takes names of clauses; did you mean 'equity_share'?"),
        ('excludes = ("company",)', "excludes names 'company', which is no clause"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("entry", ["", "MadeUp"])
def test_needs_and_excludes_name_clauses(own: Write, tmp_path: Path, line: str, fault: str, entry: str) -> None:
    own("equity_share", f"{TOP}class EquityShare(Clause):\n    pass\n")
    assert fault in said(tmp_path, own("made_up", f"{TOP}class MadeUp(Clause):\n    {line}\n", entry))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            "def on_awrad(self, contract):\n        pass",
            "on_awrad is no hook, and would never be called; hooks are: on_tender, … did you mean 'on_award'?",
        ),
        ("on_monht = None", "on_monht is no hook, … did you mean 'on_month'?"),
        (
            "need = ('company',)",
            "need is no attribute of a clause; … the name _need; attributes are: numbers, every, … did you mean 'needs'?",
        ),
        ("every_month: int = 1", "every_month is no attribute of a clause"),
        (f"numbers = {{'name': {SAVING}}}", "numbers.name: name is an attribute of the clause already; give the setting another name"),
        (f"numbers = {{'every': {SAVING}}}", "numbers.every: every is an attribute"),
        (f"numbers = {{'settings': {SAVING}}}", "numbers.settings: settings is an attribute"),
        (f"numbers = {{'on_price': {SAVING}}}", "numbers.on_price: on_price is a hook"),
        (f"numbers = {{'followed_up': {SAVING}}}", "numbers.followed_up: followed_up is a method"),
        (f"numbers = {{'paid': {SAVING}}}\n\n    def paid(self):\n        pass", "numbers.paid: paid is a method"),
        ("numbers = ['saving']", "numbers must be a table of settings, {name: {...}}, got ['saving']"),
        ("numbers = {'saving': 0.1}", "numbers.saving: must be a table with value, unit, accepts, note, and evidence or assumed, got 0.1"),
    ],
)
def test_a_name_that_means_nothing_or_two_things_is_refused(own: Write, tmp_path: Path, body: str, fault: str) -> None:
    """When the class is defined, and by those who only read its text."""
    text = f"{TOP}class MadeUp(Clause):\n    {body}\n"
    first, _, last = fault.partition("…")
    told = said(tmp_path, own("made_up", text))
    assert told.startswith(first) and all(part in told for part in last.split("…"))
    with pytest.raises(ValueError) as caught:
        exec(text, {"__name__": "mine"})
    assert " ".join(str(caught.value).split()) == told


@pytest.mark.parametrize(
    ("line", "fault"), [("every = 1.5", "every must be a whole number of months"), ("on_price = 0.1", "on_price must be")]
)
def test_hooks_are_methods_and_months_are_whole(line: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        exec(f"{TOP}class MadeUp(Clause):\n    {line}\n", {"__name__": "mine"})


def test_helpers_of_any_kind_are_allowed(own: Write, tmp_path: Path) -> None:
    body = """
    _months = 12
    every = 12
    twice = staticmethod(lambda x: 2 * x)

    def paid(self):
        return self._months

    @property
    def owed(self):
        return 1.0

    def on_month(self, contract, month):
        pass
"""
    name = own("made_up", f"{TOP}class MadeUp(Clause):{body}")
    assert said(tmp_path, name) == ""
    assert clause_class(name)().paid() == 12  # type: ignore[attr-defined]


# --- literals -------------------------------------------------------------------------------------------------------------------


def test_a_number_that_is_worked_out_is_named_with_its_line(own: Write, tmp_path: Path) -> None:
    row = "{'value': 1 / 3, 'unit': 'share', 'accepts': (0, 1), 'assumed': (0.1, 0.9), 'note': 'x'}"
    fault = said(tmp_path, own("made_up", f"{TOP}class MadeUp(Clause):\n    numbers = {{\n        'saving': {row},\n    }}\n"))
    assert fault == (
        "numbers: line 6: write out the value of `1 / 3`: scenarios read the file without running it, so only numbers, text, "
        "tuples and tables of them can stand here"
    )
    assert "needs: line 5: write out the value of `OTHERS`" in said(
        tmp_path, own("made_up_b", f"{TOP}class B(Clause):\n    needs = OTHERS\n")
    )


def test_numbers_that_the_text_does_not_show_are_refused(own: Write) -> None:
    text = "from changemaking.model.clauses.open_book import OpenBook\n\n\nclass MadeUp(OpenBook):\n    pass\n"
    with pytest.raises(ClauseError, match=r"numbers: the class has another value than its text.*write such values out in the class itself"):
        clause_class(own("made_up", text))


# --- hooks in a run -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [math.nan, math.inf, -math.inf, -1.01, None, "0.1", True, [0.1]])
def test_a_price_must_be_a_share(price: object) -> None:
    class MadeUp(Clause):
        def on_price(self, tender):  # type: ignore[no-untyped-def]
            return price

    with pytest.raises(ClauseError) as caught:
        MadeUp().on_price(SimpleNamespace())  # type: ignore[arg-type]
    assert str(caught.value) == f"the clause MadeUp, on_price: must return a share of the cost, a number from -1 up, got {price!r}"


def test_what_the_other_hooks_return_is_looked_at_too() -> None:
    class MadeUp(Clause):
        def on_price(self, tender):  # type: ignore[no-untyped-def]
            return -1

        def on_invite(self, tender, invited):  # type: ignore[no-untyped-def]
            pass

        def on_review(self, contract, month):  # type: ignore[no-untyped-def]
            return 1.5

    made = MadeUp()
    assert made.on_price(None) == -1
    with pytest.raises(ClauseError, match="on_invite: must return a list of those that may bid, got None"):
        made.on_invite(None, [])
    with pytest.raises(ClauseError, match=r"on_review: must return a whole number of months, 0 or more, got 1\.5"):
        made.on_review(None, 1)


def test_an_error_in_any_hook_names_clause_and_hook() -> None:
    hooks = [name for name in vars(Clause) if name.startswith("on_")]
    assert len(hooks) > 10

    class Mixed:
        def on_end(self, contract, month):  # type: ignore[no-untyped-def]
            raise KeyError("x")

    def fails(self: Clause, *arguments: object) -> None:
        self.savng  # noqa: B018

    MadeUp = type("MadeUp", (Mixed, Clause), {hook: fails for hook in hooks if hook != "on_end"} | {"numbers": {"saving": SAVING}})
    for hook in hooks:
        made = MadeUp()
        made.name = "made_up"
        with pytest.raises(ClauseError, match=rf"^the clause made_up, {hook}, line \d+: ") as caught:
            getattr(made, hook)(None, 1)
        assert isinstance(caught.value.__cause__, KeyError if hook == "on_end" else AttributeError)
    with pytest.raises(ClauseError, match="AttributeError: 'savng' is no setting of this clause; it has saving"):
        MadeUp().on_price(None)


def test_a_hook_called_by_another_is_named_once() -> None:
    class MadeUp(Clause):
        def on_award(self, contract):  # type: ignore[no-untyped-def]
            return 1 / 0

        def on_month(self, contract, month):  # type: ignore[no-untyped-def]
            self.on_award(contract)

    with pytest.raises(ClauseError, match=r"^the clause MadeUp, on_award, line \d+: ZeroDivisionError: division by zero$"):
        MadeUp().on_month(None, 1)  # type: ignore[arg-type]


def test_a_command_says_so_without_a_traceback(own: Write) -> None:
    name = own("made_up", f"{TOP}class MadeUp(Clause):\n    def on_price(self, tender):\n        return float('nan')\n", "MadeUp")
    told = CliRunner().invoke(app, ["run", "tiny", "--set", f'policy.clauses=["{name}"]', "--months", "36"])
    assert told.exit_code == 1 and isinstance(told.exception, SystemExit)
    assert "the clause made_up, on_price: must return a share of the cost, a number from -1 up, got nan" in told.output
    assert "Traceback" not in told.output
