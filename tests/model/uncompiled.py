"""Compiled rules run as ordinary Python: the same source without Numba, on the same arrays.

A record's field reads as a plain number here and is rounded to its own type when stored, as in compiled code; NumPy's own records
would compute with single precision throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher

from changemaking.model import chance, delivery, economy, firms, indicators, ledger, market, residents, risk, shifted, subcontracts, trust

MODULES = (chance, ledger, delivery, firms, economy, residents, market, indicators, shifted, subcontracts, risk, trust)


class Row:
    """One record of a structured array, by attribute."""

    __slots__ = ("_array", "_at")

    def __init__(self, array: np.ndarray, at: int) -> None:
        object.__setattr__(self, "_array", array)
        object.__setattr__(self, "_at", at)

    def __getattr__(self, name: str) -> Any:
        return self._array[name][self._at].item()

    def __setattr__(self, name: str, value: Any) -> None:
        self._array[name][self._at] = value


class Rows:
    """A structured array whose items are `Row`."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, at: Any) -> Row:
        return Row(self.array, int(at))


def plain(function: Any, known: dict[Any, Callable[..., Any]]) -> Callable[..., Any]:
    """A compiled function as Python, together with all compiled functions that it calls."""
    if function not in known:
        source = function.py_func
        names = dict(source.__globals__)
        code = FunctionType(source.__code__, names, source.__name__, source.__defaults__)

        def called(*arguments: Any) -> Any:
            with np.errstate(over="ignore"):  # whole numbers of 64 bits wrap round
                return code(*(Rows(a) if isinstance(a, np.ndarray) and a.dtype.names else a for a in arguments))

        called.py_func = code  # type: ignore[attr-defined]
        known[function] = called
        names.update({k: plain(v, known) for k, v in source.__globals__.items() if isinstance(v, CPUDispatcher)})
    return known[function]


def uncompile(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put plain Python in the place of every compiled function of the model; returns their names."""
    known: dict[Any, Callable[..., Any]] = {}
    done = []
    for module in MODULES:
        for name, value in compiled(module).items():
            monkeypatch.setattr(module, name, plain(value, known))
            done.append(f"{module.__name__.rsplit('.', 1)[1]}.{name}")
    return done


def compiled(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if isinstance(value, CPUDispatcher)}
