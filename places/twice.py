"""Files that hold the same to the letter: a file given under two names would be counted twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path


def sha256(path: Path) -> str:
    """Of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def same_files(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Each file that holds what an earlier one holds, with that one; only files of one size are read."""
    held = [path for path in paths if path.is_file() and path.stat().st_size]
    sizes = Counter(path.stat().st_size for path in held)
    first: dict[str, Path] = {}
    for path in held:
        if sizes[path.stat().st_size] > 1 and (other := first.setdefault(sha256(path), path)) is not path:
            yield path, other
