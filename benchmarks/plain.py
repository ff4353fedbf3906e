"""The compiled rules as ordinary Python: the very same source text, run by the interpreter.

Two forms. `uncompiled` leaves the NumPy records and arrays as they are. `Objects` is how a plain Python program would have it:
records become objects with attributes, arrays become lists, and whole numbers Python's own; turning one into the
other and back is kept out of the measured time.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from common import clock
from numba.core.dispatcher import Dispatcher

from changemaking.model import chance, delivery, economy, firms, ledger
from changemaking.model.ledger import ENTRY

MODULES = (delivery, firms, economy, ledger)  # what institutions do; residents and chance stay compiled
WORD = 2**64 - 1


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def _bits(stream: int, when: int, who: int) -> int:
    """The draws of model/chance.py in Python's whole numbers."""
    step, stream, when, who = 0x9E3779B97F4A7C15, int(stream), int(when), int(who)
    return _mix((_mix((stream + step * (when + 1)) & WORD) + step * (who + 1)) & WORD)


DRAWS = {"bits": _bits, "fraction": lambda word: float(word >> 11) * (1.0 / 9007199254740992.0)}


# --- the same code, interpreted -----------------------------------------------------------------------------------


def uncompiled(compiled: Any, replaced: dict[str, Any] | None = None, done: dict[Any, Any] | None = None) -> Any:
    """The Python function of a compiled one, and of all compiled ones it calls, with some global names `replaced`."""
    replaced = DRAWS if replaced is None else replaced
    done = {} if done is None else done
    if compiled in done:
        return done[compiled]
    rule = compiled.py_func
    names = dict(rule.__globals__)
    clone = done[compiled] = FunctionType(rule.__code__, names, rule.__name__, rule.__defaults__, rule.__closure__)
    for name in rule.__code__.co_names:
        value = names.get(name)
        if isinstance(value, Dispatcher) and not of_chance(value):
            names[name] = uncompiled(value, replaced, done)
    names.update(replaced)
    return clone


def of_chance(compiled: Any) -> bool:
    """Whether it is one of the draws, which are replaced by hand or stay."""
    return compiled.py_func.__module__.endswith(".chance")


class View:
    """One row of a structured array, its fields as attributes (`np.record` would hide a field named like a method of arrays)."""

    __slots__ = ("row",)

    def __init__(self, row: np.void) -> None:
        object.__setattr__(self, "row", row)

    def __getattr__(self, name: str) -> Any:
        return self.row[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self.row[name] = value


class Records:
    """A structured array whose rows are views."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> View:
        return View(self.rows[i])


def as_records(given: Iterable[Any]) -> list[Any]:
    """Arguments with structured arrays as such."""
    return [Records(v) if isinstance(v, np.ndarray) and v.dtype.names else v for v in given]


def over_records() -> Callable[[Any], Callable[..., Any]]:
    """What stands for a compiled function: its source text over NumPy records and arrays."""
    done: dict[Any, Any] = {}

    def wrap(compiled: Any) -> Callable[..., Any]:
        rule = uncompiled(compiled, None, done)
        return lambda *given: rule(*as_records(given))

    return wrap


@contextmanager
def swapped(wrap: Callable[[Any], Any], modules: tuple[ModuleType, ...] = MODULES) -> Iterator[None]:
    """Inside, every compiled function of these modules that Python calls is what `wrap` makes of it."""
    before = [(m, n, v) for m in modules for n, v in vars(m).items() if isinstance(v, Dispatcher) and not of_chance(v)]
    after = [(module, name, wrap(value)) for module, name, value in before]  # all of them before any is replaced
    try:
        for module, name, value in after:
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


# --- objects and lists --------------------------------------------------------------------------------------------


# What the rules ask of NumPy, in Python's own numbers: they give the same results, bit for bit.
PLAIN_NUMPY = SimpleNamespace(int64=int, uint64=int, float64=float, sqrt=math.sqrt, ceil=math.ceil, floor=math.floor, rint=round)
REPLACED = {"np": PLAIN_NUMPY, **DRAWS}
_classes: dict[np.dtype, type] = {}


def _class_of(kind: np.dtype) -> type:
    """A class with the fields of a record as its attributes."""
    if kind not in _classes:
        names = kind.names or ()

        def start(self: Any, *values: Any) -> None:
            for name, value in zip(names, values, strict=True):
                setattr(self, name, value)

        _classes[kind] = type("Row", (), {"__slots__": names, "__init__": start})
    return _classes[kind]


class Page(dict):
    """The month's page of the ledger as objects: an entry is made when the first thing is written on it."""

    def __init__(self, rows: np.ndarray, used: int) -> None:
        cls = _class_of(rows.dtype)
        super().__init__(enumerate(cls(*values) for values in rows[:used].tolist()))
        self.blank = cls, (0,) * len(rows.dtype.names or ())

    def __missing__(self, line: int) -> Any:
        cls, zeros = self.blank
        self[line] = cls(*zeros)
        return self[line]


class Stretch(list):
    """Part of a row; adding a number adds it to each."""

    def __iadd__(self, amount: Any) -> Stretch:  # type: ignore[override, misc]
        self[:] = [value + amount for value in self]
        return self


class Grid(list):
    """A list of lists that can be asked for [i, j] and for [i, from:to] as well."""

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, tuple):
            found = list.__getitem__(self, at[0])[at[1]]
            return Stretch(found) if isinstance(at[1], slice) else found
        return list.__getitem__(self, at)

    def __setitem__(self, at: Any, value: Any) -> None:
        if isinstance(at, tuple):
            list.__getitem__(self, at[0])[at[1]] = value
        else:
            list.__setitem__(self, at, value)


class Objects:
    """Runs compiled rules as plain Python over objects and lists. `outside` adds up the seconds spent on turning one into the other."""

    def __init__(self) -> None:
        self.outside = 0.0
        self._done: dict[Any, Any] = {}

    def __call__(self, compiled: Any) -> Callable[..., Any]:
        """What stands for a compiled function."""
        rule = uncompiled(compiled, REPLACED, self._done)
        order = list(inspect.signature(compiled.py_func).parameters)

        def stand_in(*given: Any) -> Any:
            start = clock()
            used = 0
            if "count" in order:
                count = given[order.index("count")]
                used = int(count[0]) if isinstance(count, np.ndarray) else int(count)
            plain = [_to_plain(value, used) for value in given]
            ready = clock()
            result = rule(*plain)
            after = clock()
            for array, value in zip(given, plain, strict=True):
                _back(array, value, used)
            self.outside += ready - start + clock() - after
            return result

        return stand_in


def _to_plain(value: Any, used: int) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype == ENTRY:
            return Page(value, used)
        if value.dtype.names:
            cls = _class_of(value.dtype)
            return [cls(*row) for row in value.tolist()]
        return Grid(value.tolist()) if value.ndim == 2 else value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def _back(array: Any, value: Any, used: int) -> None:
    """Write what the rule left in objects and lists into the arrays they came from."""
    if not isinstance(array, np.ndarray) or not array.flags.writeable or array.size == 0:
        return
    if array.dtype == ENTRY:
        fresh = [tuple(getattr(value[i], n) for n in ENTRY.names or ()) for i in range(used, len(value))]
        if fresh:
            array[used : used + len(fresh)] = np.array(fresh, dtype=ENTRY)
    elif array.dtype.names:
        array[:] = np.array([tuple(getattr(row, n) for n in array.dtype.names) for row in value], dtype=array.dtype)
    else:
        array[:] = value


assert _bits(1, 2, 3) == int(chance.bits(np.uint64(1), np.uint64(2), np.uint64(3)))
