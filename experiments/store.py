"""Output folders: written whole or not at all, and never over something that is not ours."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import RunError, UsageError

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
FORMAT = "changemaking record"


def check_target(folder: str | Path) -> bool:
    """Make sure, before anything is run, that `folder` can be written. True if it holds an earlier record, to be replaced.

    Raises UsageError for a folder with other things in it, RunError for one that cannot be written.
    """
    target = _path(folder)
    earlier = _inspect(target)
    with new_folder(folder, dry=True):
        pass
    return earlier


def _path(folder: str | Path) -> Path:
    if not str(folder).strip():
        raise UsageError(f"folder: give the name of a folder, got {str(folder)!r}")
    return Path(folder)


def _inspect(target: Path) -> bool:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target}: is not a folder; give the name of a new folder")
    if not target.exists():
        return False
    if os.path.ismount(target):
        raise UsageError(f"{target}: is the top of a file system, which cannot be replaced; give a folder inside it")
    try:
        there = {str(p.relative_to(target)) for p in target.rglob("*") if not p.is_dir()}
    except OSError as error:
        raise RunError(f"{target}: cannot be read: {error.strerror or error}") from None
    if not there:
        return False
    listed = listed_files(target)  # nothing, if the record is not one of ours
    if others := sorted(there - {MANIFEST, *listed}) if listed else sorted(there):
        named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        raise UsageError(f"{target}: holds other things ({named}), which would be lost; give a new folder, or move them")
    return True


def listed_files(folder: Path) -> list[str]:
    """The files that the record in a folder lists; none if there is no record of ours."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return [str(name) for name in found["files"]] if found["format"] == FORMAT else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


@contextmanager
def new_folder(folder: str | Path, dry: bool = False) -> Iterator[Path]:
    """A fresh folder beside `folder`, which takes its place when all went well and is removed when not.

    Raises UsageError or RunError as `check_target` does, RunError too for a full disk. `dry` only tries.
    """
    target = _path(folder)
    _inspect(target)
    target = Path(os.path.abspath(target))
    made: list[Path] = []
    new: Path | None = None
    try:
        for parent in reversed([p for p in target.parents if not p.exists()]):
            parent.mkdir()
            made.append(parent)
        new = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        new.chmod(0o777 & ~_umask())
        yield new
        if not dry:
            _swap(new, target)
            made.clear()
    except OSError as error:
        why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror or str(error)
        raise RunError(f"{folder}: cannot be written: {why}; nothing was left there") from error
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
        for parent in reversed(made):
            with suppress(OSError):
                parent.rmdir()


def _swap(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`; what was there is removed last, or put back if that fails."""
    if not target.exists():
        new.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent))
    target.rename(old)  # onto an empty folder
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_table(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet. Raises OSError."""
    table.to_parquet(path, engine="pyarrow", index=False)


def write_json(content: Any, path: Path) -> None:
    """JSON as text that a person can read. Raises OSError; ValueError for NaN."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
