"""Whether what a test has started is gone."""

from __future__ import annotations

import subprocess
import time


def gone(group: int) -> bool:
    """Whether all processes of a group have ended within ten seconds (a zombie has ended)."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        rows = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout.split("\n")
        if not [row for row in rows if row.split()[:1] == [str(group)] and not row.split()[1].startswith("Z")]:
            return True
        time.sleep(0.1)
    return False
