"""What all benchmarks share: options, timing in turns, the machine's description, a plain table and its JSON.

Absolute times depend on the machine and on what else it does; ratios of things measured in turns, in one run, hardly do.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
clock = time.process_time  # seconds this process has computed: waiting for a core that others use does not count
Row = dict[str, Any]


def options(text: str | None) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    parser = argparse.ArgumentParser(description=(text or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes and few repeats: does it work at all?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows and the machine's description there")
    return parser


def in_turns(tasks: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each task, `repeats` times in turns, so that a disturbance hits all alike. A task returns its own seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, task in tasks.items():
            seconds[name].append(task())
    return seconds


def timed(task: Callable[[], Any]) -> float:
    """Seconds that one call takes by the clock on the wall."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def spread(values: Sequence[float], scale: float = 1.0) -> dict[str, float]:
    """Least and median of some seconds, times `scale`."""
    return {"min": scale * min(values), "median": scale * median(values)}


def machine() -> dict[str, Any]:
    """What was measured on: processor, load, versions, and the commit."""
    try:
        names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    except OSError:
        names = []
    found = {
        "date": datetime.now().strftime("%Y-%m-%d %H:%M"),
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "commit": commit(),
    }
    for name in ("changemaking", "numpy", "numba", "mesa"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def commit() -> str:
    """The checkout's commit, with a + if files differ from it; empty outside a checkout."""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(HERE), *words], capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def report(title: str, rows: Sequence[Row], where: Path | None, notes: Sequence[str] = ()) -> None:
    """Print the rows as a table, the machine and the notes below; write them to `where` too, if given."""
    about = machine()
    print(f"\n{title}\n")
    print(table(rows))
    for note in notes:
        print(f"  {note}")
    print("  " + ", ".join(f"{k} {v}" for k, v in about.items() if v not in ("", None)))
    if where:
        where.write_text(json.dumps({"title": title, "machine": about, "rows": list(rows), "notes": list(notes)}, indent=1) + "\n")


def table(rows: Sequence[Row]) -> str:
    """Rows in columns: text to the left, numbers to the right with three or more figures."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[shown(row.get(head)) for head in heads] for row in rows]
    widths = [max(len(head), *(len(line[i]) for line in cells)) for i, head in enumerate(heads)]
    left = [all(isinstance(row.get(head), str) for row in rows) for head in heads]

    def line(texts: Sequence[str]) -> str:
        return "  ".join(t.ljust(w) if to_left else t.rjust(w) for t, w, to_left in zip(texts, widths, left, strict=True)).rstrip()

    return "\n".join([line(heads), line(["-" * w for w in widths]), *map(line, cells)])


def shown(value: Any) -> str:
    """A cell's text: three figures, thousands apart, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def resident_memory() -> int:
    """Bytes of memory this process holds now (Linux), or has held at most (elsewhere)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if platform.system() == "Darwin" else 1024)
