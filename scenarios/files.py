"""Finding and reading the TOML files: shipped ones by name, the user's by path; or, for a record, their texts as they were."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from .errors import Problem, ScenarioError, listed, nearest

HERE = Path(__file__).parent
FOLDERS = {"scenario": HERE / "library", "case": HERE / "cases", "form": HERE / "forms", "place": HERE / "places"}
Kind = Literal["scenario", "case", "form", "place"]


@dataclass(frozen=True)
class File:
    """A TOML file as read. `where` is how messages call it; treat `raw` as read-only, since readers share it."""

    path: Path
    where: str
    raw: dict[str, Any]
    stamp: tuple[int, int] = (0, 0)  # when it was changed and how long it is: tells one version from another
    form: bool = False  # whether it is the partnership form that the layer above it names

    @property
    def name(self) -> str:
        return self.path.stem


# --- files as they were --------------------------------------------------------------------------------------------

_kept: ContextVar[Mapping[str, str] | None] = ContextVar("_kept", default=None)
_noted: ContextVar[dict[str, str] | None] = ContextVar("_noted", default=None)
_closed: ContextVar[bool] = ContextVar("_closed", default=False)


@contextmanager
def noting() -> Iterator[dict[str, str]]:
    """The texts, by path, of the user's files that are found while this lasts, for `standing_in`."""
    found: dict[str, str] = {}
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


@contextmanager
def standing_in(texts: Mapping[str, str]) -> Iterator[None]:
    """While this lasts these texts are read instead of the files they were noted from, which may be gone by now or altered."""
    token = _kept.set(texts)
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def shipped_only() -> Iterator[None]:
    """While this lasts nothing is opened but the shipped files and those that stand in: what is asked for comes from a stranger."""
    token = _closed.set(True)
    try:
        yield
    finally:
        _closed.reset(token)


def _as_it_was(path: Path) -> str | None:
    kept = _kept.get()
    return kept.get(os.path.abspath(path), kept.get(str(path))) if kept else None


def _note(path: Path) -> None:
    noted = _noted.get()
    if noted is not None and path.parent not in FOLDERS.values():
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        noted |= {os.path.abspath(path): text, str(path): text}  # the second for one named from where the reader stands


# --- finding and reading --------------------------------------------------------------------------------------------


def shipped(kind: Kind) -> dict[str, Path]:
    """The shipped scenarios, cases (scenarios after a real partnership), partnership forms or places by name."""
    return dict(_by_name(FOLDERS[kind], tuple(os.listdir(FOLDERS[kind]))))


@lru_cache(maxsize=16)  # building a scenario asks six times, and paths are slow to make
def _by_name(folder: Path, files: tuple[str, ...]) -> dict[str, Path]:
    return {name.removesuffix(".toml"): folder / name for name in sorted(files) if name.endswith(".toml")}


def locate(kind: Kind, name: str | Path, folder: Path | None = None, said: tuple[str, str] = ("", "")) -> Path:
    """The file that a shipped name or a path (relative to `folder`) means; `said` is the file and key that named it.

    Raises ScenarioError when there is no such file.
    """
    known = shipped(kind)
    text = str(name)
    if isinstance(name, str) and text in (named := known | shipped("case") if kind == "scenario" else known):
        return named[text]
    path = Path(text)
    path = path if path.is_absolute() or folder is None else folder / path
    if _as_it_was(path) is not None:
        return path
    closed = _closed.get()
    try:
        if not closed and path.is_file():
            _note(path)
            return path
    except (OSError, ValueError):
        pass
    where, key = said if said[0] else (text or "(empty name)", "")
    looks_like_path = path.suffix or len(Path(text).parts) > 1
    if text and not closed and path.is_dir():
        what = "is a folder, not a file"
    else:
        what = f"no such {kind} file" if looks_like_path else f"no such {kind}"
    if kind == "scenario" and text in shipped("form"):
        what, accepts = "is a partnership form, not a scenario", f'a scenario that names it: form = "{text}", or --set form={text}'
        raise ScenarioError([Problem(where, key, what, None, accepts)])
    near, others = known, ""
    if kind == "scenario":
        near = known | shipped("case")
        if not said[0]:  # a form stands for a scenario only where one is asked for, not in a file
            near = near | shipped("form")
            others = ", or a case or partnership form" + ("" if closed else " (scenarios cases, scenarios forms)")
    hint = nearest(Path(text).stem, near)
    accepts = ("" if closed else "the path of a file, or ") + f"a shipped {kind}: {listed(known)}{others}"
    raise ScenarioError([Problem(where, key, what, text if said[0] else None, accepts, hint)])


def read(path: Path) -> File:
    """A TOML file. Raises ScenarioError with line and column when it is not TOML."""
    where = f"{path.parent.name}/{path.name}" if path.parent in FOLDERS.values() else str(path)
    try:
        if (text := _as_it_was(path)) is not None:
            stamp = (-int(hashlib.sha256(text.encode()).hexdigest()[:15], 16), len(text))
        else:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        return File(path, where, _parsed(path, where, stamp), stamp)
    except OSError as error:
        raise ScenarioError([Problem(where, "", f"cannot be read: {error.strerror or error}")]) from None


@lru_cache(maxsize=64)
def _parsed(path: Path, where: str, stamp: tuple[int, int]) -> dict[str, Any]:
    try:
        text = _as_it_was(path)
        return tomllib.loads(decoded(path.read_bytes(), where) if text is None else text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([Problem(where, "", f"is not valid TOML: {error}")]) from None
    except RecursionError:
        raise ScenarioError([Problem(where, "", "is nested too deeply to be read")]) from None


def decoded(raw: bytes, where: str) -> str:
    """A file's text, without a byte-order mark. Raises ScenarioError, in which the file goes by `where`, if it is none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError([Problem(where, "", f"is not UTF-8 text: byte {error.start} cannot be read; save it as UTF-8")]) from None


def form_of(name: object, where: str, folder: Path | None = None) -> File:
    """The partnership form that a file, or an override, names. Raises ScenarioError if there is none."""
    if not isinstance(name, str):
        raise ScenarioError(
            [Problem(where, "form", "is not accepted", repr(name), f"the path of a file, or one of: {listed(shipped('form'))}")]
        )
    return replace(read(locate("form", name, folder, (where, "form"))), form=True)


def chain(path: Path) -> Iterator[File]:
    """A scenario file and those it extends, the file itself first, each followed by the form that it names.

    Raises ScenarioError on a cycle or a missing file.
    """
    seen: list[Path] = []
    said = ("", "")
    while True:
        if (real := path.resolve()) in seen:
            circle = " → ".join(p.name for p in [*seen[seen.index(real) :], real])
            raise ScenarioError([Problem(said[0], "extends", f"leads in a circle: {circle}")])
        seen.append(real)
        file = read(path)
        yield file
        if "form" in file.raw:
            yield form_of(file.raw["form"], file.where, file.path.parent)
        parent = file.raw.get("extends")
        if parent is None:
            return
        said = (file.where, "extends")
        if not isinstance(parent, str):
            raise ScenarioError([Problem(*said, "is not accepted", repr(parent), "a shipped scenario or a path")])
        path = locate("scenario", parent, file.path.parent, said)
