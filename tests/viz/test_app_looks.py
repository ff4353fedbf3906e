"""How the workshop app looks in a real browser: on every screen, to axe, in the dark, and what its drawings show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from app_visitor import IN_A_BROWSER, Visitor
from playwright.sync_api import Browser, expect

from changemaking.scenarios.loading import load_scenario
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.controls import controls
from changemaking.viz.app.controls import shown as shown_as

pytestmark = IN_A_BROWSER
AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = pytest.mark.parametrize(
    ("name", "size", "dark"),
    [("phone", (390, 844), False), ("laptop", (1366, 768), False), ("projector", (1920, 1080), False), ("dark", (1400, 900), True)],
)
TABS = ("Explain", "All figures", "Money", "Five principles", "Contracts", "Take home", "Facilitate", "Experiments")
STICKS_OUT = """() => [...document.querySelectorAll('.cm-page *')].filter(e => {
  for (let box = e.parentElement; !box.matches('.cm-page'); box = box.parentElement)
    if (getComputedStyle(box).overflowX !== 'visible') return false;
  const r = e.getBoundingClientRect(); return r.width > 1 && r.right > innerWidth + 1;
}).map(e => e.tagName + '.' + e.className + ' ' + e.getBoundingClientRect().right).slice(0, 5)"""


def test_every_slider_stands_at_the_number_beside_it_and_no_choice_is_cut(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{visitor.address}/?scenario=phased&seeds=2")
    shown = {f"cm-{c.key}": c for c in controls(load_scenario("phased")) if c.kind in ("number", "whole")}
    page.wait_for_function("last => document.getElementById(last)", arg=[*shown][-1])  # the groups that are shut come last
    found = page.evaluate(
        "[...document.querySelectorAll('.cm-control input[type=range]')]"
        ".map(e => [e.id, Number(e.value), e.parentNode.querySelector('output').textContent])"
    )
    assert {name for name, *_ in found} >= set(shown)
    for name, value, text in found:
        if name in shown:
            assert value == pytest.approx(shown[name].value, abs=1e-9) and text == shown_as(shown[name]), name
    page.evaluate("document.querySelectorAll('.cm-panel > details').forEach(d => d.open = true)")
    lot = page.locator("#cm-turnover_ratio")
    lot.evaluate("e => { e.value = 1; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    expect(page.locator("label[for='cm-turnover_ratio'] output")).to_have_text("1.0 year of value")
    cut = page.evaluate(
        "[...document.querySelectorAll('.cm-panel select')].filter(e => { const g = document.createElement('canvas').getContext('2d');"
        " g.font = getComputedStyle(e).font; return g.measureText(e.selectedOptions[0].text).width > e.clientWidth - 30; })"
        ".map(e => e.selectedOptions[0].text)"
    )
    assert not cut


@SCREENS
def test_nothing_sticks_out_of_any_screen(browser: Browser, address: str, name: str, size: tuple[int, int], dark: bool) -> None:
    visitor = Visitor(browser, address, viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light")
    page = visitor.open("?scenario=tiny&seeds=4&set=%7B%22lots%22%3A4%7D")
    visitor.settled()
    visitor.shot(name)
    visitor.tab("Facilitate").get_by_role("button", name="Keep what is shown").click()
    expect(page.get_by_role("tabpanel").locator("tbody tr")).to_have_count(1)
    for tab in TABS:
        expect(visitor.tab(tab)).not_to_be_empty()
        visitor.still()
        assert page.evaluate(STICKS_OUT) == [], tab
    if name == "projector":
        assert page.locator(".cm-towns canvas").first.bounding_box()["height"] > 560  # type: ignore[index]
        visitor.tab("Facilitate").get_by_role("button", name="Presenter view").click()
        expect(page.locator("body")).to_have_class(re.compile("cm-presenter"))
        sizes = page.evaluate("['h3', 'p'].map(e => parseFloat(getComputedStyle(document.querySelector('[role=tabpanel] ' + e)).fontSize))")
        assert sizes[0] > sizes[1], "headings are larger than text"
        visitor.shot("presenter")
        page.evaluate("""() => { const data = new DataTransfer(); data.items.add(new File(["x"], "x.png"));
            window.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})); }""")
        expect(page.get_by_role("alert")).to_have_text("x.png: is no scenario file; takes TOML, under a name that ends in .toml")
        expect(page.get_by_role("alert")).to_be_in_viewport()  # though the controls are away and the page stands far below
        expect(page.get_by_label("Partnership form")).to_be_hidden()
    visitor.context.close()
    assert not visitor.wrong


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe: npm ci --prefix tests/viz/axe")
@SCREENS
def test_axe_finds_nothing(browser: Browser, address: str, name: str, size: tuple[int, int], dark: bool) -> None:
    visitor = Visitor(browser, address, viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light")
    page = visitor.open("?scenario=tiny&seeds=4&set=%7B%22lots%22%3A4%7D")
    visitor.settled()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("window.app.kernelBusyLong = true")  # as on a slow machine: Solara's bar shows
    expect(page.get_by_role("progressbar", name="The app is working")).to_be_visible()
    for tab in TABS:
        visitor.tab(tab)
        visitor.still()
        page.get_by_role("heading", level=1).scroll_into_view_if_needed()  # nothing lies half under the play bar, which stays in view
        found = page.evaluate(
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})).violations"
            ".map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.target).slice(0, 3).join(' '))"
        )
        assert not found, f"{tab}: {found}"
    visitor.context.close()
    assert not visitor.wrong


def test_the_measures_are_in_figures_and_drawn_before_anybody_plays(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=4&set=%7B%22lots%22%3A4%7D")
    visitor.settled()
    assert page.locator("input[type=range]").first.input_value() and page.locator(".cm-date").inner_text() == "April 2012"
    assert page.get_by_label("Year").locator("option").first.inner_text() == "2012/13", "a year of the run, which begins in April"
    cost = page.locator(".cm-charts figure").first
    expect(cost.locator("figcaption")).to_contain_text(re.compile(r"£[\d.]+\w* → £[\d.]+\w* \([+−]£[\d.]+\w*\)"))
    drawn = cost.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(9, 0, c.width / 2, c.height / 2).data].filter((v, i) => i % 4 === 3 && v).length"
    )
    assert drawn > 100, "the lines are there in the first month"
    bottoms = page.locator(".cm-charts canvas").evaluate_all("all => all.map(c => Math.round(c.getBoundingClientRect().bottom))")
    assert len(set(bottoms)) == page.evaluate(
        "Math.ceil(12 / getComputedStyle(document.querySelector('.cm-charts')).gridTemplateColumns.split(' ').length)"
    )


def test_a_run_of_one_month_is_drawn_from_end_to_end(visitor: Visitor) -> None:
    text = 'extends = "tiny"\n[horizon]\nmonths = 1\n[policy]\nlots = 4\n'
    page = visitor.open("?" + Asked("month.toml", file=text, seeds=4).link())
    visitor.settled()
    drawn = page.locator(".cm-charts canvas").first.evaluate(
        "c => [...c.getContext('2d').getImageData(9, 0, c.width / 2, c.height / 2).data].filter((v, i) => i % 4 === 3 && v).length"
    )
    assert drawn > 100


def test_the_town_names_its_marks_to_finger_and_keyboard_and_shows_its_wards(browser: Browser, address: str) -> None:
    visitor = Visitor(browser, address, viewport={"width": 390, "height": 844}, has_touch=True)
    page = visitor.open("?scenario=tiny&seeds=2")
    visitor.settled()
    town, tip = page.locator(".cm-towns canvas").first, page.locator(".cm-tip")
    town.scroll_into_view_if_needed()
    expect(town).to_have_attribute("aria-label", re.compile(r"Residents’ trust by ward: 0\.\d+ \(.+\) to 0\.\d+ \(.+\)\."))
    box = town.bounding_box()
    assert box is not None
    half = min(box["width"], box["height"]) / 2 - 8
    town.tap(position={"x": box["width"] / 2, "y": box["height"] / 2 - 0.14 * half})
    expect(tip).to_have_text(re.compile(r"\(councils of the district\): contracts worth £[\d,]+ a year"))
    town.tap(position={"x": box["width"] / 2 + 0.25 * half, "y": box["height"] / 2})
    expect(tip).to_have_text(re.compile(r"residents’ trust 0\.\d{3}$"))
    town.press("ArrowRight")
    first = tip.inner_text()
    assert "contracts worth" in first
    town.press("ArrowRight")
    expect(tip).not_to_have_text(first)
    town.press("Escape")
    expect(tip).to_be_hidden()
    marks = page.locator(".cm-key svg path").evaluate_all("all => all.map(p => p.getAttribute('d') + p.getAttribute('fill'))")
    assert len(marks) == len(set(marks)) == 7
    visitor.context.close()
    assert not visitor.wrong


def test_on_dark_the_lines_are_light(browser: Browser, address: str) -> None:
    visitor = Visitor(browser, address, color_scheme="dark")
    page = visitor.open("?scenario=tiny&seeds=2")
    visitor.settled()
    page.get_by_label("Month", exact=True).evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    page.wait_for_function(
        """() => {
          const c = document.querySelector('.cm-charts canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height / 2).data;
          const light = i => d[i + 3] > 250 && Math.hypot(d[i] - 0x56, d[i + 1] - 0xB4, d[i + 2] - 0xE9) < 12;
          for (let i = 0; i < d.length; i += 4) if (light(i)) return true;
          return false;
        }"""
    )
    visitor.context.close()
    assert not visitor.wrong


def test_a_page_that_is_hidden_for_a_while_is_drawn_without_errors(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    town = page.locator(".cm-towns canvas").first
    for shown, width in (("none", "0"), ("", "[1-9]")):
        page.evaluate("shown => { document.querySelector('.cm-page').style.display = shown; }", shown)
        page.wait_for_function(f"() => /^{width}/.test(document.querySelector('.cm-towns canvas').getBoundingClientRect().width)")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    ink = "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((v, i) => i % 4 === 3 && v).length"
    assert town.evaluate(ink) > 100, "it is there again"
