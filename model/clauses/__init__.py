"""Contract rules. Each file here is one clause: its source, its numbers, and the moments of a contract's life it acts in.

A new clause is a new file with one subclass of `Clause`, named in a scenario by its file name (not beginning with `_`); another package
can offer one through the entry-point group `changemaking.clauses`.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar

from ...scenarios.clauses import (
    COMPANY,
    FOLDER,
    GROUP,
    Settings,
    check_names,
    check_one,
    clause_company,
    clause_names,
    clause_settings,
    declared,
    told,
)
from ...scenarios.errors import ClauseError
from ...scenarios.schema import ClauseUse
from ._watched import watched

if TYPE_CHECKING:
    from ..contracts import Contract
    from ..procurement import Tender
    from ..risk import Bearing


class Clause:
    """A contract rule. Every hook may be left out; `every` says after how many months `on_month` is called (0 = never).

    `numbers` declares its settings: to each name its usual `value`, its `unit`, the lowest and highest value it `accepts`,
    and its source as in scenarios/parameters.toml: an `evidence` id, or the plausible range within which it is `assumed`,
    with a `note`. A setting is an attribute of the clause, at its usual value unless the scenario says otherwise.
    """

    numbers: ClassVar[dict[str, Any]] = {}
    declared: ClassVar[Settings] = {}
    defaults: ClassVar[dict[str, float]] = {}
    every: ClassVar[int] = 0
    needs: ClassVar[tuple[str, ...]] = ()  # one of these must be named too, or else the scenario is refused
    excludes: ClassVar[tuple[str, ...]] = ()  # none of these may be
    pot: ClassVar[str] = ""  # what its setting `share` is a share of: with the other clauses of the pot, 1 at most
    within_term: ClassVar[tuple[str, ...]] = ()  # settings that are months; together they must leave part of the term
    needs_residents: ClassVar[bool] = False  # people who take part
    payments: ClassVar[tuple[str, ...]] = ()  # it acts under one of these only, and contracts paid otherwise are without it; all, if none
    operation_only: ClassVar[bool] = False  # it acts while a service is run, so contracts that run none are without it
    asks_a_price: ClassVar[bool] = False  # whom it lets bid may have to pay first, so it is asked after those that do not
    any_of: ClassVar[tuple[str, ...]] = ()  # settings: with all of them at 0 it does nothing
    no_more: ClassVar[tuple[str, ...]] = ()  # two settings: with the first above the second it can hardly act
    name: str = ""  # by which scenarios know it; given when it is made for a contract

    def __init_subclass__(cls) -> None:
        """Read `numbers` once, when the rule is defined. Raises ValueError for a number without range or source, a name that
        means nothing or two things, and a hook or `every` that is none."""
        stated = [name for name, value in vars(cls).items() if not callable(value) and not hasattr(value, "__get__")]
        cls.declared = declared(cls.numbers)
        check_names([name for name in dir(cls) if name not in stated], stated, cls.declared)
        cls.defaults = {name: setting.value for name, setting in cls.declared.items()}
        if not isinstance(cls.every, int) or isinstance(cls.every, bool) or cls.every < 0:
            raise ValueError(f"every must be a whole number of months, 0 or more, got {cls.every!r}")
        for hook in [name for name in vars(Clause) if name.startswith("on_")]:
            owner = next(base for base in cls.__mro__ if hook in vars(base))
            if owner is cls or not issubclass(owner, Clause):
                act = vars(owner)[hook]
                if not isinstance(act, FunctionType):
                    raise ValueError(f"{hook} must be a method, def {hook}(self, ...), got {act!r}")
                setattr(cls, hook, watched(hook, act))

    def __init__(self, **settings: float) -> None:
        for name, value in settings.items():
            if name not in self.declared:
                raise ValueError(f"{name!r} is no setting of this clause; it has {', '.join(self.declared) or 'none'}")
            if not self.declared[name].takes(value):
                raise ValueError(f"{name}: takes {self.declared[name].described}, got {value:g}")
        self.settings = {**self.defaults, **settings}

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["settings"][name]
        except KeyError:
            raise AttributeError(f"{name!r} is no setting of this clause; it has {', '.join(self.declared) or 'none'}") from None

    def acts_in(self, tender: Tender) -> bool:
        """Whether it can do anything in a contract for these phases, so paid; one where it cannot is without it."""
        runs, paid = "operate" in tender.phases, not self.payments or tender.payment in self.payments
        return paid and (runs or not self.operation_only)

    def added(self, tender: Tender) -> float:
        """What bidders add for it to the cost of all phases, as a share: `on_price`, of operation alone where it acts in that alone."""
        return self.on_price(tender) * (tender.weights["operate"] if self.operation_only else 1.0)

    def followed_up(self, contract: Contract) -> float:
        """Share of a promise that is kept: the setting `unseen` where the client knows nothing of the contract, all where it knows all."""
        return min(1.0, self.unseen + (1.0 - self.unseen) * contract.knowledge)

    def on_tender(self, tender: Tender) -> None:
        """The tender is being written."""

    def on_risk(self, bearing: Bearing) -> None:
        """How the contract is to share its risks: write the provider's shares, before anybody bids."""

    def on_invite(self, tender: Tender, invited: list[Any]) -> list[Any]:
        """Who may bid of those that know of the tender and could do it: (provider, error of its estimate, and in how the buyer sees it)."""
        return invited

    def on_price(self, tender: Tender) -> float:
        """What the clause adds to a bidder's cost in the phases that it acts in, as a share."""
        return 0.0

    def on_award(self, contract: Contract) -> None:
        """The contract is signed: write what the clause promises into its terms."""

    def on_start(self, contract: Contract, month: int) -> None:
        """Operation begins, its price and cost as in the contract: write what holds for operation alone."""

    def on_month(self, contract: Contract, month: int) -> None:
        """Every `every` months of operation."""

    def on_change(self, contract: Contract, month: int) -> None:
        """A change was agreed."""

    def on_breach(self, contract: Contract, month: int) -> None:
        """Delivery fell below what was promised, or shading was found."""

    def on_takeover(self, contract: Contract, month: int) -> None:
        """The provider has a new owner."""

    def on_review(self, contract: Contract, month: int) -> int:
        """The contract nears its end: months by which it runs on under this clause, 0 for none."""
        return 0

    def on_end(self, contract: Contract, month: int) -> None:
        """The contract ended, however it did."""


@cache
def clause_class(name: str) -> type[Clause]:
    """The clause of that name: a file of this folder, or an entry point. KeyError if there is none; ScenarioError for one whose
    text is faulty, ClauseError for one that cannot be loaded or is not what its text says."""
    if name not in clause_names():
        raise KeyError(name)
    settings, company = clause_settings(name), asdict(clause_company(name))
    try:
        if (FOLDER / f"{name}.py").is_file():
            module = import_module(f"{__name__}.{name}")
            own = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Clause) and c.__module__ == module.__name__]
            check_one(sorted({c.__name__ for c in own}))
            found = own[0]
        else:
            found = next(entry for entry in entry_points(group=GROUP) if entry.name == name).load()
        differing = [key for key, value in company.items() if getattr(found, key) != value]
        if differing := (["numbers"] if found.declared != settings else []) + differing:
            raise ValueError(
                f"{', '.join(differing)}: the class has another value than its text; scenarios read the file without running it, "
                "so write such values out in the class itself"
            )
    except Exception as error:
        raise ClauseError(f"the clause {name} is faulty: {told(error)}") from error
    return found


def acting(named: tuple[Clause, ...], tender: Tender) -> tuple[Clause, ...]:
    """Those of the named clauses that can do anything in the contract to be, and have beside them what they need."""
    found = [clause for clause in named if clause.acts_in(tender)]
    there = {clause.name for clause in found} | ({COMPANY} if "finance" in tender.phases else set())
    return tuple(clause for clause in found if not clause.needs or there.intersection(clause.needs))


def clauses_of(uses: tuple[ClauseUse, ...], value: float) -> tuple[Clause, ...]:
    """The clauses that apply to a contract of that whole-life value in pounds, in an order that is not the scenario's: none matters."""
    found = []
    for use in sorted(uses, key=lambda use: (clause_class(use.name).asks_a_price, use.name)):
        if value >= use.above:
            clause = clause_class(use.name)(**use.settings)
            clause.name = use.name
            found.append(clause)
    return tuple(found)
