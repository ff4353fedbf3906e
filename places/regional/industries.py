"""Which industries of a table a code means: the table's own code, a section of SIC 2007 (A to U), or a division (01 to 99)."""

from __future__ import annotations

import re

# The divisions of each section, United Kingdom Standard Industrial Classification 2007.
SECTIONS = {
    "A": range(1, 4),
    "B": range(5, 10),
    "C": range(10, 34),
    "D": range(35, 36),
    "E": range(36, 40),
    "F": range(41, 44),
    "G": range(45, 48),
    "H": range(49, 54),
    "I": range(55, 57),
    "J": range(58, 64),
    "K": range(64, 67),
    "L": range(68, 69),
    "M": range(69, 76),
    "N": range(77, 83),
    "O": range(84, 85),
    "P": range(85, 86),
    "Q": range(86, 89),
    "R": range(90, 94),
    "S": range(94, 97),
    "T": range(97, 99),
    "U": range(99, 100),
}
_LETTERS = re.compile(r"([A-U](?:\s*(?:,|&|and)\s*[A-U])*)(?:\s*[:\-–].*|\s+[A-Z][a-z].*)?")
_RANGE = re.compile(r"[A-U]?(\d{2})\s*[-–]\s*[A-U]?(\d{2})")
_NUMBER = re.compile(r"[A-U]?(\d{2})")


def sections(code: str) -> frozenset[int]:
    """Divisions of a code of sections: 'C', 'R, S', 'A : Agriculture, forestry and fishing'; none if it is not one."""
    match = _LETTERS.fullmatch(code.strip())
    return frozenset(d for letter in re.findall(r"\b[A-U]\b", match.group(1)) for d in SECTIONS[letter]) if match else frozenset()


def divisions(code: str) -> frozenset[int]:
    """Divisions that a code names or lies in: '02.2-3' in 02, '41-43' 41 to 43, 'B06 & B07' 06 and 07, 'C102_3' in 10. None if unknown."""
    found: set[int] = set()
    for part in re.split(r"[,&]|\band\b", code.strip()):
        if match := _RANGE.fullmatch(part.strip()):
            found.update(range(int(match.group(1)), int(match.group(2)) + 1))
        elif match := _NUMBER.match(part.strip()):
            found.add(int(match.group(1)))
    known = {division for section in SECTIONS.values() for division in section}
    return frozenset(found & known)
