"""What the README shows of output is what comes out, to the letter."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs" / "refresh.py")
refresh = importlib.util.module_from_spec(spec)
spec.loader.exec_module(refresh)
README = refresh.README.read_text(encoding="utf-8")
BLOCKS = refresh.blocks(README)


def test_the_blocks_are_found() -> None:
    assert set(BLOCKS) == {"scenarios", "run", "compare", "python"}
    assert README.count("<!-- begin ") == README.count("<!-- end ") == len(BLOCKS)
    assert re.search(refresh.PATTERNS, README)


def test_the_page_of_cases_is_what_the_files_say() -> None:
    assert refresh.CASES.read_text(encoding="utf-8") == refresh.cases(), "docs/cases.md is out of date; docs/refresh.py writes it anew"


@pytest.mark.slow
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_what_comes_out(name: str) -> None:
    assert BLOCKS[name] == refresh.fresh(README, name), f"the block {name} is out of date; docs/refresh.py writes it anew"
