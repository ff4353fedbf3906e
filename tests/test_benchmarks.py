"""What the benchmarks compare must still lead to the same results: other forms of a rule are changed with the rule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "benchmarks"
AGREE = "import residents as b; start = b.a_month(300); b.agree(start, 2); b.agree(b.hard_times(start), 2); print('agreed')"


def test_all_ways_to_live_a_residents_month_agree() -> None:
    done = subprocess.run([sys.executable, "-c", AGREE], cwd=FOLDER, capture_output=True, text=True)
    assert done.stdout.endswith("agreed\n"), done.stderr
