"""The page of patterns: one file, nothing outside it, every row with its verdict, its figure and its own text."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from page_reader import Page

from changemaking.experiments.patterns import PatternResult
from changemaking.viz import patterns_page, words

NAN = float("nan")


def result(name: str, verdict: str, **more: object) -> PatternResult:
    facts = {"title": f"Title {name} <b>", "claim": "More of this", "source": "A & B", "unit": "share, a less b", "effect": 0.12}
    numbers = {"low": 0.1, "high": 0.14, "ablated_effect": 0.01, "ablated_low": -0.02, "ablated_high": 0.04, "seeds": 30}
    return PatternResult(id=name, **{**facts, **numbers, "verdict": verdict, "ablation": {"switches.trust": False}, **more})


ROW = {"label": "A share", "unit": "share", "mean": 0.2, "low": 0.1, "high": 0.3, "runs_low": 0.05, "runs_high": 0.4, "published": 0.21}
RESULTS = [
    result("P01", "emerges", details={"published": {"a": {**ROW, "evidence": "x", "fitted": "no"}}}),
    result("P02", "does not emerge", reason="For want of it", ablated_effect=NAN, ablated_low=NAN, ablated_high=NAN, unit="£"),
    result("P99", "not due to its mechanism"),
]


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    table = SimpleNamespace(results=RESULTS, seeds=list(range(30)), partial=False, left=[])
    path: Path = patterns_page.write_page(table, tmp_path_factory.mktemp("page"), {"version": "9.9.9", "fingerprint": "abc"})
    return path.read_text(encoding="utf-8")


def test_the_page_is_whole_and_escaped(html: str) -> None:
    page = Page(html)
    assert "Title P01 &lt;b&gt;" in html and "<b>" not in html and "A &amp; B" in html
    assert not page.all("script") and not page.all("link")
    assert all(image["src"].startswith("data:image/svg+xml;base64,") and image["alt"] for image in page.all("img"))
    assert len(page.all("img")) == 3 and all(a["href"].startswith("#") for a in page.all("a"))
    assert {a["href"] for a in page.all("a")} <= {f"#{i['id']}" for tag in ("h3",) for i in page.all(tag)}
    assert not re.search(r"https?://(?!www\.w3\.org)", re.sub(r"<pre>.*?</pre>", "", html, flags=re.S))


def test_every_row_says_its_verdict_and_why(html: str) -> None:
    assert "Of 3 claims, 1 emerges for the stated reason, 1 does not emerge and 1 is there, but not due to its mechanism." in html
    assert "For want of it" in html and "switches.trust = off" in html and "9.9.9" in html
    assert "+12.0 points" in html or "+12 points" in html


def test_the_comparison_stands_on_the_page(html: str) -> None:
    """The text of the row's own file; a row without a file has none."""
    assert html.count("<details>") == 2 and "experiments/patterns/p01.py" in html and "statistic=&#34;transaction_cost&#34;" in html
    assert "A share" in html and "21.0%" in html


def test_the_same_results_give_the_same_page(html: str, tmp_path: Path) -> None:
    table = SimpleNamespace(results=RESULTS, seeds=list(range(30)), partial=False, left=[])
    again = patterns_page.write_page(table, tmp_path, {"version": "9.9.9", "fingerprint": "abc"})
    assert again.read_text(encoding="utf-8") == html


@pytest.mark.parametrize(
    ("unit", "known"),
    [
        ("£", "£"),
        ("share, a less b", "share"),
        ("share of officers", "share"),
        ("£m of value", "£m of value"),
        ("£ of cost", "£"),
        ("sd", "sd"),
    ],
)
def test_units_in_words_are_written_as_known_ones(unit: str, known: str) -> None:
    assert words.known_unit(unit) == known
