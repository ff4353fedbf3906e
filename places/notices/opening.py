"""Opening a file of notices: what kind it is, and a stream that cannot run away."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from .errors import NoticesError
from .limits import Limits

ACCEPTED = "award notices come as JSON (Open Contracting Data Standard), as JSON lines or as CSV of Contracts Finder, each also as .gz"

LONGEST_NUMBER = 400
DIGITS = re.compile(rb"[0-9]{%d}" % LONGEST_NUMBER)


class Bounded:
    """Bytes of a file, counted. More than `limits` allow between two items, or altogether, is an error and not a full memory.

    With `numbers` so is a number of hundreds of digits, which would bring down the JSON parser and Python with it.
    """

    def __init__(self, file: IO[bytes], path: Path, limits: Limits, start: bytes = b"", numbers: bool = False) -> None:
        self._file, self._path, self._limits, self._start = file, path, limits, start
        self._numbers, self._tail = numbers, b""
        self._total = self._since = 0
        self.items = 0

    def read(self, size: int = -1) -> bytes:
        size = 1 << 16 if size < 0 else size
        if size == 0:
            return b""
        chunk = self._start or self._file.read(size)
        self._start = b""
        self._total += len(chunk)
        self._since += len(chunk)
        if self._total > self._limits.file_bytes:
            raise NoticesError(f"{self._path}: larger than {self._limits.file_bytes:,} bytes; split it, by year or by buyer")
        if self._since > self._limits.item_bytes + size:
            raise NoticesError(
                f"{self._path}: after item {self.items} comes one of more than {self._limits.item_bytes:,} bytes; no release is that long"
            )
        if self._numbers:
            if DIGITS.search(self._tail + chunk):
                raise NoticesError(
                    f"{self._path}: after item {self.items} comes a number of {LONGEST_NUMBER} digits or more; no amount is that long"
                )
            self._tail = chunk[-LONGEST_NUMBER:]
        return chunk

    def item_done(self) -> None:
        self.items += 1
        self._since = 0


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[tuple[str, Bounded]]:
    """The kind of a file, "json" or "csv", and its bytes. NoticesError for everything else, and for what breaks off."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with cast("IO[bytes]", gzip.open(raw) if packed else raw) as file:
                start = file.read(4096)
                kind = _kind(path, start)
                yield kind, Bounded(file, path, limits, start.removeprefix(b"\xef\xbb\xbf"), numbers=kind == "json")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NoticesError(f"{path}: a damaged .gz file ({error}); download it again") from None
    except IsADirectoryError:
        raise NoticesError(f"{path}: is a folder; give the files in it") from None
    except OSError as error:
        raise NoticesError(f"{path}: cannot be read ({error.strerror or error})") from None


def _kind(path: Path, start: bytes) -> str:
    content = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content:
        raise NoticesError(f"{path}: holds nothing; {ACCEPTED}")
    if content.startswith(b"PK"):
        raise NoticesError(f"{path}: a zip archive or workbook; unpack it, or save it as CSV: {ACCEPTED}")
    if content[:1] in b"{[":
        return "json"
    if content[:1] == b"<":
        raise NoticesError(f"{path}: XML or a web page; {ACCEPTED}")
    if b"\x00" in content:
        raise NoticesError(f"{path}: not text in UTF-8; {ACCEPTED}")
    return "csv"
