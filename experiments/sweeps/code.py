"""The code that decides what a run gives, as one hash: it is in the key of every run a store keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from ...scenarios.clauses import GROUP

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("agents", "model", "scenarios")


@cache
def code_version() -> str:
    """Hash of the model, the agents, the scenarios' schema, and the packages that bring clauses of their own."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        _add(digest, ROOT / folder, ROOT)
    for name, value, sources in sorted(_brought()):
        digest.update(f"{name} = {value}\0".encode())
        for source in sources:
            _add(digest, source, source.parent)
    return digest.hexdigest()[:16]


def _add(digest: hashlib._Hash, source: Path, root: Path) -> None:
    """A file, or all Python files of a folder, by their names below `root`; how lines end means nothing."""
    for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")


def _brought() -> Iterator[tuple[str, str, list[Path]]]:
    """Clauses of other packages: name, what it points to, and the top module or package, which is found without being imported."""
    for entry in set(entry_points(group=GROUP)):
        try:
            spec = find_spec(entry.module.partition(".")[0])
        except (ImportError, ValueError):  # whoever names the clause is told that it is faulty
            spec = None
        folders = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
        file = Path(spec.origin) if spec and spec.origin and not folders else None
        yield entry.name, entry.value, sorted(folders) or ([file] if file and file.is_file() else [])
