"""What goes wrong in a hook of a clause is said by the clause's name, its hook and the line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import inf
from numbers import Real
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from ...scenarios.clauses import told
from ...scenarios.errors import ClauseError

if TYPE_CHECKING:
    from . import Clause

ANSWERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "on_price": (
        lambda x: isinstance(x, Real) and not isinstance(x, bool) and -1.0 <= float(x) < inf,
        "a share of the cost, a number from -1 up",
    ),
    "on_invite": (lambda x: isinstance(x, list), "a list of those that may bid"),
    "on_review": (lambda x: isinstance(x, Real) and float(x) >= 0 and float(x) % 1 == 0, "a whole number of months, 0 or more"),
}


def watched(hook: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """The hook, which says by name what goes wrong in it and what it may not return. Hooks are called some thousand times in a
    run, so this costs nothing that could be measured."""
    allowed, takes = ANSWERS.get(hook, (None, ""))

    @wraps(act)
    def call(self: Clause, *arguments: Any, **named: Any) -> Any:
        try:
            answer = act(self, *arguments, **named)
        except ClauseError:  # of a hook that this one called: said already
            raise
        except Exception as error:
            own = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == act.__code__.co_filename]
            where = f"{hook}, line {own[-1]}" if own else hook
            raise ClauseError(f"the clause {self.name or type(self).__name__}, {where}: {told(error)}") from error
        if allowed and not allowed(answer):
            raise ClauseError(f"the clause {self.name or type(self).__name__}, {hook}: must return {takes}, got {answer!r}")
        return answer

    return call
