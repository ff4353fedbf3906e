"""Published files as parts: a text file is one, a zip archive has one for each file in it.

What a file is, its first bytes say, not its name. An archive is read in place and never unpacked to disk; one that could
harm (paths out of its folder, members that swell, archives within archives, passwords) is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .errors import SpendingError, refused
from .limits import Limits

ACCEPTED = "CSV, xlsx, or a zip of these"
# The first bytes of what people publish or save by mistake.
_OTHER = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file (xls) or an Excel file with a password: save it as xlsx without one"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ", "an xz archive: unpack it first"),
    (b"SQLite format 3", "a SQLite database"),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|head|script)", re.I)
_JSON = re.compile(rb'\s*(\{\s*("|\})|\[\s*[\[{"])')
_NO_FILES = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$)", re.I)  # what computers leave in archives
_NOT_TABLES = re.compile(r"\.(txt|md|pdf|docx?|html?|rtf|png|jpe?g|xml|json)$", re.I)
UNREAD = "unread"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError, KeyError)


@dataclass(frozen=True)
class Part:
    """One file: what it is called in messages and accounts, its kind (`text`, `workbook` or `unread`), and how to open it."""

    name: str
    kind: str
    open: Callable[[], BinaryIO]


def parts(path: Path, name: str, limits: Limits) -> Iterator[Part]:
    """The files in a published file, what is no table in an archive as `unread`. Raises SpendingError for what is none or could harm."""
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            head = handle.read(4096)
    except OSError as error:
        raise refused(str(path), f"cannot be read: {error.strerror or error}") from None
    if size > limits.file:
        raise refused(str(path), "is too large", f"{size:,} bytes", f"up to {limits.file:,} bytes")
    kind = _kind(head, name)
    if kind == "zip":
        yield from _members(path, name, limits)
    else:
        yield Part(name, kind, lambda: path.open("rb"))


def _kind(head: bytes, name: str) -> str:
    if not head.strip(b"\0 \t\r\n"):
        raise refused(name, "is empty", accepts=ACCEPTED)
    if head.startswith(b"PK\x03\x04"):
        return "workbook" if name.lower().endswith((".xlsx", ".xlsm")) or b"[Content_Types].xml" in head[:300] else "zip"
    if head.startswith(b"PK\x05\x06"):
        raise refused(name, "is an empty archive", accepts=ACCEPTED)
    for mark, what in _OTHER:
        if head.startswith(mark):
            raise refused(name, "is not a table", what, ACCEPTED)
    if _MARKUP.match(head):
        raise refused(name, "is not a table", "a web page or XML, perhaps the page of an error", ACCEPTED)
    if _JSON.match(head):
        raise refused(name, "is not a table", "JSON", ACCEPTED)
    if name.lower().endswith((".xlsx", ".xlsm", ".zip")):
        raise refused(name, "is damaged: it does not begin like its kind", accepts=ACCEPTED)
    return "text"


def _members(path: Path, name: str, limits: Limits) -> Iterator[Part]:
    with _understood(name), zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
    if len(members) > limits.members:
        raise refused(name, "holds too many files", f"{len(members):,}", f"up to {limits.members:,}")
    for member in members:
        _harmless(member, name, limits)
    if (total := sum(m.file_size for m in members)) > limits.archive:
        raise refused(name, "would unpack to too much", f"{total:,} bytes", f"up to {limits.archive:,} bytes")
    members = [m for m in members if not _NO_FILES.search(m.filename)]
    if all(_NOT_TABLES.search(m.filename) for m in members):
        raise refused(name, "holds no tables", ", ".join(m.filename for m in members[:5]) or "nothing", ACCEPTED)
    seen: set[str] = set()
    for member in members:
        inside = f"{name}/{member.filename}"
        if _NOT_TABLES.search(member.filename):
            yield Part(inside, UNREAD, _opener(path, member, inside, limits))
            continue
        if member.filename in seen:
            raise refused(name, "holds two files of the same name", member.filename)
        seen.add(member.filename)
        with _understood(inside), zipfile.ZipFile(path) as archive, archive.open(member) as handle:
            kind = _kind(handle.read(4096), inside)
        if kind == "zip":
            raise refused(inside, "is an archive within an archive: unpack the outer one first")
        yield Part(inside, kind, _opener(path, member, inside, limits))


def _harmless(member: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    inside = member.filename
    if inside.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", inside) or ".." in re.split(r"[/\\]", inside) or "\0" in inside:
        raise refused(name, "holds a file whose path leads out of the archive", repr(inside))
    if member.flag_bits & 1:
        raise refused(f"{name}/{inside}", "is locked with a password", accepts="files without one")
    unpackable(member, f"{name}/{inside}", limits)


def unpackable(member: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    """Raises SpendingError for a member that could not be unpacked within the limits, by what the archive says of it."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(name, "is packed in a way that is not read", f"method {member.compress_type}", "deflate")
    if member.file_size > limits.file:
        raise refused(name, "is too large", f"{member.file_size:,} bytes", f"up to {limits.file:,} bytes")
    if member.file_size > (1 << 20) + limits.ratio * max(member.compress_size, 1):
        raise refused(
            name,
            "swells too much when unpacked",
            f"{member.file_size:,} bytes from {member.compress_size:,}",
            f"up to {limits.ratio} times as much",
        )


def _opener(path: Path, member: zipfile.ZipInfo, inside: str, limits: Limits) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        with _understood(inside):
            return _Member(zipfile.ZipFile(path), member, inside, limits.file)

    return opened


class _Member(io.RawIOBase, BinaryIO):
    """A member of an archive, which closes the archive with itself and words the archive's faults."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, most: int) -> None:
        self._archive, self._name, self._left = archive, name, most
        self._handle = archive.open(member)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        with _understood(self._name):
            data = self._handle.read(size if size is not None and size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:  # whatever its directory says
            raise refused(self._name, "unpacks to too much")
        return data

    def close(self) -> None:
        if not self.closed:
            self._handle.close()
            self._archive.close()
        super().close()


@contextmanager
def _understood(name: str) -> Iterator[None]:
    """The faults of a zip archive as errors of the file."""
    try:
        yield
    except SpendingError:
        raise
    except _BROKEN as error:
        raise refused(name, f"is a damaged archive: {error}") from None
