"""Bytes as text: which encoding a file is in, found by reading all of it once, and its lines as UTF-8.

Councils' systems write UTF-8, Windows-1252 and code page 850, sometimes two of them in one file. So a line that is not
UTF-8 is read by the older encoding for which the file's other letters speak, and how many lines were is kept.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from .errors import refused
from .limits import Limits

# Byte-order marks, whole and as they look once they were read as Windows-1252 and written as UTF-8, once or twice.
_MARKS = tuple(mark.encode() for mark in ("\ufeff", "ï»¿", "Ã¯Â»Â¿"))
# Where the two old encodings put what British files hold: £ é à è ç; and £ é à è ç, quotation marks, dashes, the hard space.
_CP850 = frozenset(b"\x9c\x82\x85\x8a\x87")
_CP1252 = frozenset(b"\xa3\xe9\xe0\xe8\xe7\x91\x92\x93\x94\x96\x97\xa0\x80")
_CR, _LF = b"\r\n"
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1f]")


@dataclass
class Encoding:
    """How a file's bytes become text; what has a default is filled in while it is read."""

    name: str
    old: str  # for lines that are not UTF-8
    size: int
    sha256: str
    nuls: int = 0
    old_lines: int = 0
    new_lines: int = 0  # lines in UTF-8 beyond ASCII, counted in blocks that hold both
    mangled_marks: int = 0
    unended: bytes = b""  # the last line, when no line end comes after it

    def __str__(self) -> str:
        if not self.old_lines:
            return self.name
        return f"utf-8 and {self.old}" if self.new_lines else self.old


def find_encoding(handle: BinaryIO, name: str, limits: Limits, accepts: str = "CSV, xlsx, or a zip of these") -> Encoding:
    """Reads a whole file once. Raises SpendingError when it holds no text or is too large; `accepts`: what would be text."""
    digest = hashlib.sha256()
    size = nuls = controls = 0
    head = b""
    high: Counter[int] = Counter()
    while block := handle.read(limits.block):
        head = head or block[:4096]
        digest.update(block)
        size += len(block)
        if size > limits.file:
            raise refused(name, "is too large", accepts=f"up to {limits.file:,} bytes")
        nuls += block.count(0)
        controls += len(_NO_TEXT.findall(block[: 1 << 16]))
        if not block.isascii() and high.total() < 1 << 20:
            high.update(b"".join(re.findall(rb"[\x80-\xff]+", block[: 1 << 20])))
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and nuls * 2 > size:
        return Encoding("utf-32", "", size, digest.hexdigest())
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", "", size, digest.hexdigest())
    if nuls * 3 > size:
        return Encoding("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "", size, digest.hexdigest())
    if controls > 20 + size // 100 or nuls > 20 + size // 20:
        raise refused(name, "is not text", "bytes that no text holds", accepts)
    old = "cp850" if sum(high[byte] for byte in _CP850) > sum(high[byte] for byte in _CP1252) else "cp1252"
    return Encoding("utf-8" if high else "ascii", old, size, digest.hexdigest(), nuls)


def blocks(handle: BinaryIO, encoding: Encoding, limits: Limits) -> Iterator[bytes]:
    """The file as UTF-8 with LF line ends, without NULs and byte-order marks, in blocks of whole lines.

    Of a line beyond the limit only the beginning is kept, which is still too long, so that its reader can say so.
    """
    decode = codecs.getincrementaldecoder(encoding.name)("replace").decode if encoding.name.startswith(("utf-16", "utf-32")) else None
    rest = b""
    at_start = True
    endless = False
    while True:
        raw = handle.read(limits.block)
        if not raw and not rest:
            return
        data = raw if decode is None else decode(raw, final=not raw).encode("utf-8", "replace")
        if b"\0" in data:
            data = data.replace(b"\0", b"")
        data = rest + data
        if (at_start and len(data) >= 16) or not raw:
            data, at_start = _without_marks(data, encoding) if at_start else data, False
        held = raw and data[-1:] == b"\r"  # its LF may come with the next block
        data = _newlines(data[:-1] if held else data)
        if endless:
            end = data.find(b"\n")
            if end < 0 and raw:
                rest = b""
                continue
            data, endless = data[end + 1 :] if end >= 0 else b"", False  # the end of a block is the end of its line
        cut = data.rfind(b"\n") + 1 if raw else len(data)
        done, rest = data[:cut], data[cut:] + (b"\r" if held else b"")
        if len(rest) > limits.line + 4096:
            done, rest, endless = done + rest[: limits.line + 1], b"", True
        if done:
            done = _as_utf8(done, encoding)
            encoding.unended = done[done.rfind(b"\n") + 1 :]
            yield done
        if not raw:
            return


def _newlines(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    letters = np.frombuffer(data, np.uint8)
    after = np.flatnonzero(letters == _CR) + 1
    if after[-1] < len(letters) and (letters[after] == _LF).all():  # all of them before an LF: leaving them out is faster than replacing
        return data.translate(None, b"\r")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _without_marks(data: bytes, encoding: Encoding) -> bytes:
    while mark := next((mark for mark in _MARKS if data.startswith(mark)), None):
        data = data[len(mark) :]
        if mark is _MARKS[0]:
            encoding.name = "utf-8-sig" if encoding.name == "utf-8" else encoding.name
        else:
            encoding.mangled_marks += 1
    return data


def _as_utf8(data: bytes, encoding: Encoding) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return b"\n".join(_line_as_utf8(line, encoding) for line in data.split(b"\n"))
    return data


def _line_as_utf8(line: bytes, encoding: Encoding) -> bytes:
    if line.isascii():
        return line
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        encoding.old_lines += 1
        return line.decode(encoding.old or "cp1252", "replace").encode("utf-8")
    encoding.new_lines += 1
    return line
