"""What is wrong with a text that is no JSON, in words and without its own: it may hold names."""

from __future__ import annotations

import gzip
import json
import re
from itertools import count
from pathlib import Path
from typing import IO, NoReturn, cast

JSON = "JSON of the Open Contracting Data Standard, whole or one release a line"
_ENDLESS = re.compile(r"[:\[,]\s*-?(Infinity|Inf|NaN)\b", re.I)
# What parsers say, and what is told of it.
_CAUSES = (
    (re.compile(r"eof|incomplete|unterminated", re.I), "it breaks off; download it again"),
    (re.compile(r"utf-?8|bytes|decode", re.I), "bytes that are no UTF-8"),
    (re.compile(r"string|escape", re.I), "a text that JSON would write otherwise, with a line end or a backslash in it"),
    (re.compile(r"number", re.I), "a number that is not written as in JSON"),
    (re.compile(r"expect|unallowed|additional|delimiter|trailing", re.I), "a comma, colon or bracket too many or too few"),
)


def cause(message: str) -> str:
    """What a parser's message means; what it quotes is looked at and left out."""
    if _ENDLESS.search(message):
        return "Infinity and NaN are no numbers in JSON; leave the value out or write null"
    first = message.strip().split("\n")[0]
    return next((told for pattern, told in _CAUSES if pattern.search(first)), "a sign or word that JSON does not have there")


def broken_line(path: Path, most: int) -> int | None:
    """The first line that is no JSON of a file of which each line before is; None when it is no file of lines, or a line is too long."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        with cast("IO[bytes]", gzip.open(raw) if packed else raw) as file:
            good = 0
            for number in count(1):
                line = file.readline(most)
                if not line or len(line) == most:
                    return None
                if not line.strip():
                    continue
                try:
                    json.loads(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, parse_constant=_refuse)
                except (ValueError, RecursionError):
                    return number if good else None
                good += 1
    return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
