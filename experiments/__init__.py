"""What is asked: run, compare, record, patterns.

`run`, `compare` and `patterns` are functions here, though files and folders of these names lie beside them.
"""

from __future__ import annotations

from .compare import Comparison, compare
from .errors import RunError, UsageError
from .patterns import run_patterns as patterns
from .run import Run, run, simulate
from .sweeps.store import Store, open_store
from .sweeps.sweep import sweep
from .verification import verify

__all__ = [
    "Comparison",
    "Run",
    "RunError",
    "Store",
    "UsageError",
    "compare",
    "open_store",
    "patterns",
    "run",
    "simulate",
    "sweep",
    "verify",
]
