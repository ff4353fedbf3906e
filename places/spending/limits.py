"""How much a file may ask of the machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

KB, MB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, unless said otherwise. Nothing beyond a limit is read: the file is refused by name.

    A line that is too long is rejected by itself while the rest of its file is read.
    """

    file: int = 4096 * MB  # a published file, or what one member of an archive unpacks to
    archive: int = 8192 * MB  # what all members of an archive unpack to
    ratio: int = 200  # how many times its packed size a member may unpack to, beyond the first megabyte
    members: int = 1000  # members of an archive, sheets of a workbook
    workbook: int = 512 * MB  # a workbook unpacked: its texts are held in memory
    line: int = 256 * KB  # one line of text
    row_lines: int = 200  # how many lines one row may go over, inside quotation marks
    columns: int = 400  # cells in a row
    rows: int = 50_000_000  # rows of one file
    rejects: int = 100_000  # rejected rows that are listed; further ones are only counted
    block: int = 4 * MB  # how much text is worked on at once
