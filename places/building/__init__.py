"""From figures and reference tables to a place file whose numbers say where they come from."""

from __future__ import annotations

from .build import Built, build, files_of
from .writing import write

__all__ = ["Built", "build", "files_of", "write"]
