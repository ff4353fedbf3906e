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
    assert set(BLOCKS) == {"scenarios", "forms", "run", "compare", "python"}
    assert README.count("<!-- begin ") == README.count("<!-- end ") == len(BLOCKS)
    assert re.search(refresh.PATTERNS, README)


def test_counts_in_the_texts_are_those_of_the_files() -> None:
    from changemaking.model.measures import NAMES
    from changemaking.scenarios.clauses import clause_names
    from changemaking.scenarios.defaults import shipped_parameters
    from changemaking.scenarios.evidence import table

    shipped = shipped_parameters().values()
    assumed = sum(row.evidence is None for row in shipped)
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/odd.md", "docs/evidence.md")}
    assert f"{assumed} of the {len(shipped)} parameters" in texts["README.md"] and f"{len(clause_names())} clauses" in texts["README.md"]
    assert f"{assumed} of {len(shipped)} behavioural" in texts["docs/odd.md"] and f"{len(NAMES)} measures a month" in texts["docs/odd.md"]
    assert f"the {len(shipped)} parameters of behaviour. {len(shipped) - assumed} rest on evidence" in texts["docs/evidence.md"]
    assert f"{len(table())} numbers from reports and studies" in texts["docs/evidence.md"]


def test_the_page_of_cases_is_what_the_files_say() -> None:
    assert refresh.CASES.read_text(encoding="utf-8") == refresh.cases(), "docs/cases.md is out of date; docs/refresh.py writes it anew"


def test_the_tables_of_the_description_are_what_the_code_says() -> None:
    page = refresh.TABLES.read_text(encoding="utf-8")
    assert page == refresh.odd_tables(), "docs/odd_tables.md is out of date; docs/refresh.py writes it anew"
    for name in ("`spec_error`", "`whole_life_value`", "`happen`", "`satisfaction`", "`hold_up`", "`price`"):
        assert name in page


def test_the_table_of_formulas_is_what_the_app_shows() -> None:
    """Every measure has one formula, which stands in the description, in "why?" and nowhere else."""
    from changemaking.model.formulas import FORMULAS
    from changemaking.model.measures import MEASURES

    assert list(FORMULAS) == [m.name for m in MEASURES] and all(m.formula == FORMULAS[m.name] != "" for m in MEASURES)
    found = refresh.FORMULAS.search(refresh.ODD.read_text(encoding="utf-8"))
    assert found and found["inside"] == refresh.formulas(), "docs/odd.md is out of date; docs/refresh.py writes it anew"


@pytest.mark.slow
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_what_comes_out(name: str) -> None:
    assert BLOCKS[name] == refresh.fresh(README, name), f"the block {name} is out of date; docs/refresh.py writes it anew"
