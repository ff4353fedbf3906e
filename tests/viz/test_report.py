"""The page: whole in one file, escaped, deterministic, readable, and never saying more than the intervals."""

from __future__ import annotations

import base64
import json
import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from page_reader import Page

from changemaking.viz import figures, report, words

RECORD = {
    "version": "9.9.9",
    "packages": {"numpy": "1.2.3"},
    "scenarios": {"made-up-a": {"fingerprint": "0ff1ce", "contents": {"title": "<img src=x onerror=alert(1)>", "lots": 4}}},
}


@pytest.fixture(scope="module")
def drawn(comparison: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    return figures.comparison_figures(comparison, tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="module")
def html(comparison: SimpleNamespace, drawn: list[tuple[Path, str]], tmp_path_factory: pytest.TempPathFactory) -> str:
    return report.write_report(comparison, tmp_path_factory.mktemp("report"), drawn, RECORD).read_text(encoding="utf-8")


def test_it_needs_nothing_else(html: str) -> None:
    page = Page(html)
    assert not re.search(r"https?:|@import|url\(|<script|<link|<iframe|<object", html)
    assert all(str(a.get("src", "data:image/")).startswith("data:image/") for _, a in page.tags)
    assert all(str(a.get("href", "#")).startswith("#") for _, a in page.tags)
    assert not any(name.startswith("on") for _, a in page.tags for name in a)
    for image in page.all("img"):
        svg = base64.b64decode(str(image["src"]).split(",")[1]).decode()
        assert svg.rstrip().endswith("</svg>") and "<script" not in svg


def test_text_of_scenarios_is_escaped(html: str) -> None:
    assert "&lt;script&gt;alert(&#39;b&#39;)&lt;/script&gt; &amp; co" in html
    assert "<img src=x" not in html and "&lt;img src=x onerror=alert(1)&gt;" in html


def test_the_same_input_gives_the_same_bytes(comparison: SimpleNamespace, drawn: list[tuple[Path, str]], html: str, tmp_path: Path) -> None:
    assert report.write_report(comparison, tmp_path, drawn, RECORD).read_text(encoding="utf-8") == html


def test_every_effect_stands_in_a_table(comparison: SimpleNamespace, html: str) -> None:
    page = Page(html)
    cells = [text for tag, text in page.text if tag in ("td", "th")]
    for e in comparison.effects.itertuples():
        m = words.known(e.measure)
        assert m.label in cells
        assert words.interval(e.low, e.high, m.unit) in cells
    assert len(page.all("table")) == 2 == len(page.all("caption"))
    assert {a.get("scope") for a in page.all("th")} == {"col", "row", "rowgroup"}


def test_it_can_be_read_aloud_and_on_a_phone(html: str) -> None:
    page = Page(html)
    assert page.all("html")[0]["lang"] == "en-GB"
    assert any(a.get("name") == "viewport" for a in page.all("meta"))
    assert all(a.get("alt") for a in page.all("img")) and len(page.all("img")) == 5
    levels = [int(t[1]) for t, _ in page.tags if re.fullmatch(r"h[1-6]", t)]
    assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert all(i in ids for _, a in page.tags for i in str(a.get("aria-labelledby") or "").split())


def test_the_record_is_shown(html: str) -> None:
    assert "0ff1ce" in html and "9.9.9" in html and "numpy 1.2.3" in html


def test_pairing_is_computed_from_the_spreads(comparison: SimpleNamespace) -> None:
    one = comparison.effects[comparison.effects["measure"] == "quality"].head(1).assign(sd_paired=0.5, sd_unpaired=2.0)
    found = report.pairing(SimpleNamespace(effects=one))
    assert found == {"median": "16", "low": "16", "high": "16", "helped": "1", "of": "1"}


def test_an_interrupted_or_failed_comparison_says_so(comparison: SimpleNamespace, tmp_path: Path) -> None:
    failed = [SimpleNamespace(scenario="made-up-a", seed=3, error="broke & fell")]
    page = report.write_report(SimpleNamespace(**vars(comparison), partial=True, failures=failed), tmp_path, [])
    text = page.read_text(encoding="utf-8")
    assert "partial result" in text and "broke &amp; fell" in text


def test_nothing_is_written_if_a_figure_is_missing(comparison: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        report.write_report(comparison, tmp_path / "out", [(tmp_path / "gone.svg", "gone")])
    with pytest.raises(ValueError, match=r"\.svg and \.png"):
        report.write_report(comparison, tmp_path / "out", [(tmp_path / "x.html", "x")])
    assert not (tmp_path / "out").exists()


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_contrasts_with_its_ground(html: str) -> None:
    themes = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", html, flags=re.DOTALL)]
    assert len(themes) == 3, "light, dark and print"
    for own in themes:
        theme = themes[0] | own
        for ink in ("ink", "soft", "better", "worse"):
            for ground in ("paper", "wash"):
                assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground, own)


def test_a_record_may_list_its_scenarios() -> None:
    found = report.contents({"scenarios": [{"name": "a", "hash": "h", "scenario": {"x": 1}}]})
    assert found == [{"name": "a", "fingerprint": "h", "contents": json.dumps({"x": 1}, indent=1)}]
