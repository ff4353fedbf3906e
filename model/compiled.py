"""Numba with a cache that cannot go stale.

Numba's own cache watches only the file a compiled function stands in, so an edited rule that another file calls would be
ignored silently. Here the cache's folder is named after the contents of all files of this package folder: edit any of them and
everything is compiled anew (about half a minute, once).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numba


def _cache_folder() -> str:
    digest = blake2b(numba.__version__.encode(), digest_size=8)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for root in (Path(home) / "changemaking", Path(tempfile.gettempdir()) / f"changemaking-{os.environ.get('USER', 'user')}"):
        folder = root / digest.hexdigest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".writable").touch()
            return str(folder)
        except OSError:
            continue
    return ""


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = _cache_folder()


def njit(function: Callable[..., Any] | None = None, *, signature: str | None = None, inline: str = "never") -> Any:
    """`numba.njit`, cached; with `inline="always"` the rule becomes part of the loop that calls it."""
    decorate = numba.njit(*([signature] if signature else []), cache=_cached(), inline=inline)
    return decorate(function) if function is not None else decorate


def vectorize(signature: str) -> Any:
    """`numba.vectorize`, cached: a rule for one number becomes one for arrays, broadcast together."""
    return numba.vectorize([signature], cache=_cached())


def _cached() -> bool:
    return bool(numba.config.CACHE_DIR) or bool(os.environ.get("NUMBA_CACHE_DIR"))
