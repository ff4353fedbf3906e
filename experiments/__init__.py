"""What is asked: run, compare, record, patterns.

`run`, `compare` and `patterns` are functions here, though files and folders of these names lie beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .compare import Comparison, compare
from .errors import RunError, UsageError
from .patterns import run_patterns as patterns
from .run import Run, run
from .verification import verify

if TYPE_CHECKING:
    from ..model.ecosystem import simulate

__all__ = ["Comparison", "Run", "RunError", "UsageError", "compare", "patterns", "run", "simulate", "verify"]


def __getattr__(name: str) -> Any:
    """The model itself is fetched when first asked for: it takes half a second to import."""
    if name == "simulate":
        from ..model.ecosystem import simulate

        return simulate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
