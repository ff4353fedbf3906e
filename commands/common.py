"""What all commands share: options, messages instead of tracebacks, tables, JSON."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from types import FrameType

WIDTH = 80


def folder(text: str) -> Path:
    """A folder as named on the command line; an empty name would mean the one we are in."""
    if not text.strip():
        raise typer.BadParameter("give the name of a folder")
    return Path(text)


Seed = Annotated[int, typer.Option("--seed", help="Seed of the run: a whole number, 0 or more.")]
Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Number of seeds; all scenarios run under the same ones.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes to run on; all processors if not given.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=folder, help="Folder to write results to, with a record.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a value, e.g. policy.lots=4 or 'policy.clauses=[\"open_book\"]'; repeatable."),
]
Months = Annotated[int | None, typer.Option("--months", min=1, help="Months to run, instead of the scenario's.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

F = TypeVar("F", bound=Callable[..., None])


def guarded(command: F) -> F:
    """Turn errors into a message and an exit code: 2 for a mistake of the user, 1 for a failure, 130 for Ctrl-C."""

    @wraps(command)
    def inner(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            say("Stopped; nothing was written.")
            raise typer.Exit(130) from None
        except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
            sys.stderr.close()
            raise typer.Exit(1) from None
        except OSError as error:  # of a file of ours the code below says more
            say(f"cannot write {error.filename or 'the output'}: {error.strerror or error}")
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left in the buffer cannot be written either
            raise typer.Exit(1) from None
        except Exception as error:
            code = exit_code(error)
            if code is None:
                raise
            say(str(error))
            raise typer.Exit(code) from None

    return inner  # type: ignore[return-value]


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """While this lasts SIGTERM, as schedulers and `timeout` send it, does what Ctrl-C does, with 143 for its exit code.

    Only in the main thread.
    """
    came: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would break off the tidying up
        came.append(number)
        pressed = signal.getsignal(signal.SIGINT)
        if callable(pressed):  # not where Ctrl-C is ignored, as behind a script's back
            pressed(signal.SIGINT, frame)
        else:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield
    except SystemExit as stop:
        if came and stop.code == 130:
            raise SystemExit(143) from None
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def exit_code(error: Exception) -> int | None:
    """2 for a mistake of the user, 1 for a failure of the run or the disk, None for a mistake of ours."""
    from ..experiments.errors import RunError, UsageError
    from ..scenarios.errors import ClauseError, ScenarioError

    if isinstance(error, ScenarioError | UsageError) or _unreadable(error):
        return 2
    return 1 if isinstance(error, RunError | ClauseError) else None


def _unreadable(error: Exception) -> bool:
    """Whether a published file could not be read; only then are its readers imported."""
    if type(error).__module__.startswith("changemaking.places."):
        from ..places.notices.errors import NoticesError

        return isinstance(error, NoticesError)
    return False


def say(text: str) -> None:
    """A message to the user, on standard error."""
    typer.echo(text, err=True)


def tell(text: str) -> None:
    """A sentence on standard output, in lines of at most 80 characters but where a path is longer: one that is broken is no path."""
    typer.echo(fill(text, WIDTH, break_on_hyphens=False, break_long_words=False))


def _fitting(width: int, columns: list[tuple[str, str]], rows: list[list[str]], wide: list[int]) -> int:
    """How many columns of numbers fit beside the first, if all of them are too many; 0 if they are not, or are not all that there is."""
    if any(side != "right" for _, side in columns[1:]) or len(columns) < 3:
        return 0
    words = [word for row in rows for word in row[0].split()]
    room = width - max(map(len, words), default=0)
    ends = [sum(2 + each for each in wide[1 : 1 + many]) for many in range(1, len(columns))]
    return 0 if ends[-1] <= room else max(1, sum(end <= room for end in ends))


def _cut_to(width: int, columns: list[tuple[str, str]], rows: list[list[str]], heading: str) -> list[list[str]]:
    """Rows whose cells of one column leave the others room on one line, two spaces apart."""
    at = [name for name, _ in columns].index(heading)
    taken = (max(len(columns[i][0]), *(len(row[i]) for row in rows)) + 2 for i in range(len(columns)) if i != at)
    room = max(len(heading), width - sum(taken))
    return [[*row[:at], row[at] if len(row[at]) <= room else f"{row[at][: room - 1].rstrip()}…", *row[at + 1 :]] for row in rows]


def _broken_to(width: int, columns: list[tuple[str, str]], rows: list[list[str]], heading: str) -> list[list[str]]:
    """Rows whose cells of one column are broken into lines that leave the others room: at spaces and after the dots of a key, never in a
    word."""
    at = [name for name, _ in columns].index(heading)
    taken = (max(len(columns[i][0]), *(len(row[i]) for row in rows)) + 2 for i in range(len(columns)) if i != at)
    room = max(len(heading), width - sum(taken))
    return [[*row[:at], _lines_of(row[at], room), *row[at + 1 :]] for row in rows]


def _lines_of(text: str, room: int) -> str:
    lines = [""]
    for part in re.split(r"(?<=\.)(?=[^\W\d]|\*)|(?<=\s)", text):
        if lines[-1] and len(lines[-1] + part.rstrip()) > room:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def overrides(changes: list[str] | None, months: int | None) -> dict[str, object]:
    """What --set and --months change, as dotted keys. Raises ScenarioError for what is not KEY=VALUE."""
    from ..scenarios.loading import parse_override

    found = dict(parse_override(text) for text in changes or ())
    return found | ({"horizon.months": months} if months is not None else {})


def words() -> list[str]:
    """The words of the command line, for the record."""
    return ["changemaking", *sys.argv[1:]]


def print_json(content: Any) -> None:
    """Strict JSON on standard output: what there is no number for is null."""
    typer.echo(json.dumps(_strict(content), indent=1, ensure_ascii=False, allow_nan=False))


def _strict(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _strict(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_strict(value) for value in content]
    if hasattr(content, "tolist"):  # a number or an array of numpy
        return _strict(content.tolist())
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


def print_table(
    columns: list[tuple[str, str]], rows: list[list[str]], title: str = "", whole: tuple[str, ...] = (), cut: str = "", keys: str = ""
) -> None:
    """A table of text: (heading, "left" or "right") by column, at most 80 characters wide in a pipe and in a terminal.

    No line of the columns `whole` is broken, nor a number (what stands on the right): where they find no room beside each other the table
    goes on below, under its first column again. Cells of the column `cut` end in … where their row would not fit on one line; those of
    the column `keys` are broken after dots and spaces only.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.width = min(WIDTH, console.width) if console.is_terminal else WIDTH
    if cut:
        rows = _cut_to(console.width, columns, rows, cut)
    if keys and rows:
        rows = _broken_to(console.width, columns, rows, keys)
        at = [name for name, _ in columns].index(keys)
        whole += (keys,) if max(len(line) for row in rows for line in row[at].split("\n")) <= WIDTH // 2 else ()
    wide = [
        max((len(word) for word in (*heading.split(), *(row[at] for row in rows))), default=0) if side == "right" else 0
        for at, (heading, side) in enumerate(columns)
    ]
    if fits := _fitting(console.width, columns, rows, wide):
        print_table(columns[: 1 + fits], [row[: 1 + fits] for row in rows], title, whole, cut, keys)
        rest = [row[:1] + row[1 + fits :] for row in rows]
        return print_table(columns[:1] + columns[1 + fits :], rest, "", whole, cut, keys)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(heading for heading, _ in columns))
    for (heading, side), least in zip(columns, wide, strict=True):
        # Rich narrows the widest column that may be broken, though it be as narrow as can be, so only those wider than that may.
        table.add_column(
            Text(heading),
            justify="right" if side == "right" else "left",
            overflow="fold",
            no_wrap=heading in whole or 0 < len(heading) <= least,
            min_width=least or None,
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    with console.capture() as captured:
        if title:
            console.print(Text(title, style="bold"))
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")
