"""The workshop app in a real browser: a facilitator's whole path, and what must never happen on a projector.

Every request beyond the loopback, every answer of 400 or more and every error in the console fails the test it happens in.
Screenshots go to build/screenshots.
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import changemaking as cm
from changemaking.scenarios.loading import load_scenario
from changemaking.viz.app.controls import controls
from changemaking.viz.app.controls import shown as shown_as

ROOT = Path(cm.__file__).parent
SHOTS = ROOT / "build" / "screenshots"
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=30_000)  # a machine that does other things too answers late, and rightly
BIG = {"width": 1400, "height": 900}
expect.set_options(timeout=30_000)  # nothing here is that slow; a busy machine may be
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep."""
    folder = tmp_path_factory.mktemp("sweeps")
    (folder / "lots.toml").write_text(
        'title = "Lots"\nseeds = 3\nmonths = 12\nmeasures = ["quality", "spend"]\n[arms]\none = { scenario = "tiny" }\n'
        'four = { scenario = "tiny", set = { "policy.lots" = 4 } }\n[vary."policy.local_preference"]\nvalues = [0.0, 0.5]\n'
    )
    command = [sys.executable, "-m", "changemaking", "sweep", str(folder / "lots.toml"), "--store", str(folder / "store")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "store"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "changemaking", "app", "--port", str(port), "--no-browser", "--store", str(store)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(3000):  # a busy machine starts it late
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except OSError:
                assert server.poll() is None, server.communicate()[0]
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=30)
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Visitor:
    """A browser of its own; remembers what went wrong in it."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address, self.wrong = address, []
        self.context = browser.new_context(**{"viewport": BIG, "accept_downloads": True, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.set_default_navigation_timeout(120_000)  # on a busy machine
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("response", lambda r: self.wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        self.page.on("request", lambda r: self.wrong.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None)

    def open(self, query: str = "") -> Page:
        self.page.goto(f"{self.address}/{query}")
        expect(self.page.locator(".cm-towns canvas")).to_have_count(2, timeout=60_000)
        return self.page

    def settled(self) -> None:
        expect(self.page.locator(".cm-state")).to_have_text(re.compile(r"^(\d+) of \1 pairs of runs$"), timeout=60_000)

    def still(self) -> None:
        """Wait until nothing fades in or out any more."""
        self.page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")

    def tab(self, name: str) -> Any:
        self.page.get_by_role("tab", name=name, exact=True).click()
        expect(self.page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        return self.page.get_by_role("tabpanel")

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.still()
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    found = Visitor(browser, address)
    yield found
    found.context.close()
    assert not found.wrong


def set_range(page: Page, key: str, value: float) -> None:
    page.locator(f"#cm-{key}").evaluate(
        "(e, v) => { e.value = v; for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {bubbles: true})); }",
        value,
    )


def test_the_whole_path_of_a_facilitator(visitor: Visitor, browser: Browser, address: str) -> None:
    page = visitor.open("?scenario=tiny&seeds=10")
    visitor.settled()
    expect(page.get_by_role("tabpanel")).to_contain_text("Nothing is changed")
    set_range(page, "lots", 4)
    visitor.settled()
    expect(page.get_by_role("tabpanel")).to_contain_text("Lots 1 lot → 4 lots")
    page.get_by_text("What the contract says").click()
    page.get_by_label("Open book", exact=True).check()
    visitor.settled()
    expect(page.get_by_role("tabpanel")).to_contain_text("Open book off → on")
    before = page.locator(".cm-date").inner_text()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".cm-date")).not_to_have_text(before)
    page.get_by_role("button", name="Pause", exact=True).click()
    stopped = page.locator(".cm-date").inner_text()
    page.wait_for_timeout(700)
    assert page.locator(".cm-date").inner_text() == stopped, "nothing moves after Pause"
    expect(visitor.tab("All figures")).to_contain_text("Whole-life value")
    for name in ("Money", "Five principles", "Contracts"):
        expect(visitor.tab(name).locator("svg[aria-label]").first).to_be_visible()
    panel = visitor.tab("Take home")
    for label, ending in (
        ("All figures (CSV)", "csv"),
        ("My policy (scenario file)", "toml"),
        ("Figure (SVG)", "svg"),
        ("Report (HTML)", "html"),
    ):
        with page.expect_download() as got:
            panel.get_by_role("button", name=label).click()
        expect(panel.get_by_role("button", name=label)).to_be_enabled()
        data = Path(got.value.path()).read_bytes()
        assert got.value.suggested_filename == f"changemaking.{ending}" and len(data) > 50
        if ending == "toml":
            assert tomllib.loads(data.decode())["policy"]["lots"] == 4
    link = panel.get_by_label("A link that opens exactly this").input_value()
    assert "lots" in link and page.url == link
    panel = visitor.tab("Facilitate")
    page.get_by_label("A note to keep with it").fill("our first try")
    panel.get_by_role("button", name="Keep what is shown").click()
    expect(panel).to_contain_text("our first try")
    visitor.shot("facilitator")
    other = Visitor(browser, address)
    other.page.goto(link)
    expect(other.page.locator(".cm-towns canvas")).to_have_count(2)
    expect(other.page.get_by_role("tabpanel")).to_contain_text("A link that opens exactly this")
    expect(other.tab("Explain")).to_contain_text("Lots 1 lot → 4 lots")
    assert other.page.locator(".cm-date").inner_text() == stopped, "the link reopens the month that was shown"
    other.context.close()
    assert not other.wrong


def test_a_reload_keeps_what_was_asked(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    set_range(page, "lots", 3)
    expect(page.get_by_role("tabpanel")).to_contain_text("Lots 1 lot → 3 lots")
    page.reload()
    expect(page.get_by_role("tabpanel")).to_contain_text("Lots 1 lot → 3 lots")


def test_a_reload_keeps_what_was_kept_the_vote_and_the_tab(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2&set=%7B%22lots%22%3A4%7D")
    visitor.settled()
    panel = visitor.tab("Facilitate")
    page.get_by_label("A note to keep with it").fill("our first try")
    panel.get_by_role("button", name="Keep what is shown").click()
    for choice in ("four lots", "open books"):
        panel.get_by_label("A choice").fill(choice)
        panel.get_by_role("button", name="Add", exact=True).click()
    panel.get_by_role("button", name="Start the vote").click()
    panel.get_by_role("button", name="open books: 0").click()
    page.reload()
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("our first try")
    expect(panel.get_by_role("button", name="open books: 1")).to_be_enabled()
    expect(panel.get_by_role("timer")).to_contain_text("s left")
    with page.expect_download() as got:
        panel.get_by_role("button", name="Take this table home").click()
    assert "our first try" in Path(got.value.path()).read_text(encoding="utf-8-sig")


def test_two_visitors_do_not_see_each_other(browser: Browser, address: str) -> None:
    one, two = (Visitor(browser, address) for _ in range(2))
    one.open("?scenario=tiny&seeds=2"), two.open("?scenario=tiny&seeds=2")
    set_range(one.page, "lots", 5)
    expect(one.page.get_by_role("tabpanel")).to_contain_text("5 lots")
    two.tab("All figures"), two.tab("Explain")
    expect(two.page.get_by_role("tabpanel")).to_contain_text("Nothing is changed")
    one.context.close(), two.context.close()
    assert not one.wrong + two.wrong


def test_files_dropped_in_are_checked_as_on_the_command_line(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    for name, text, said in (
        ("bad.toml", 'extends = "tiny"\n[policy]\nlotz = 4\n', "did you mean 'lots'"),
        ("path.toml", 'extends = "/etc/passwd"\n', "no such scenario file"),
        ("none.toml", "lots = \n", "is not valid TOML"),
        ("huge.toml", "# " + "x" * 200_000, "too large"),
        ("<b>.toml", "\x00\x01", "not valid"),
    ):
        (tmp_path / name).write_text(text)
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        expect(page.get_by_role("alert").first).to_contain_text(said)
        assert str(tmp_path) not in page.inner_text("body") and "/tmp" not in page.inner_text(".cm-panel")
    (tmp_path / "good.toml").write_text('title = "Ours"\nextends = "tiny"\n[policy]\nlots = 6\n')
    page.locator("input[type=file]").set_input_files(tmp_path / "good.toml")
    expect(page.get_by_label("Start from")).to_contain_text("Ours (your file)")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Start from")).to_contain_text("Ours (your file)")


@pytest.mark.parametrize(
    ("query", "said"),
    [("?scenario=tody", "did you mean 'today'"), ("?v=99&scenario=tiny", "another version"), ("?scenario=tiny&set=%7B", "damaged"),
     ("?scenario=tiny&set=%7B%22lots%22%3A999%7D", "from 1 to 20"), ("?scenario=../../etc/passwd", "no such"),
     ("?scenario=tiny&budget=nan", "from -0.5 to 1"), ("?scenario=tiny&seeds=0", "from 2 to 100")],
)  # fmt: skip
def test_a_bad_link_says_what_is_wrong_and_the_page_goes_on(visitor: Visitor, query: str, said: str) -> None:
    page = visitor.open(query)
    expect(page.get_by_role("alert").first).to_contain_text(said)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()


def test_a_rule_that_cannot_stand_alone_is_refused_in_words_and_nothing_changes(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    page.get_by_text("What the contract says").click()
    box = page.get_by_label("Guaranteed return", exact=True)
    box.click()
    said = page.get_by_role("alert")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("“Guaranteed return” cannot stand alone")
    expect(said).to_be_in_viewport(ratio=0.9)
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    assert said.evaluate("e => e.closest('.cm-control').textContent.includes('Guaranteed return')"), "it stands at the control"
    expect(page.get_by_role("tabpanel")).to_contain_text("Nothing is changed")
    box.click()
    expect(box).not_to_be_checked()
    expect(said).to_have_count(1)
    page.get_by_label("Equity share", exact=True).check()
    expect(said).to_have_count(0)
    box.check()
    expect(page.get_by_role("tabpanel")).to_contain_text("Guaranteed return off → on")


def test_every_slider_stands_at_the_number_beside_it_and_no_choice_is_cut(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{visitor.address}/?scenario=phased&seeds=2")
    expect(page.locator("#cm-lots")).to_have_count(1)
    shown = {f"cm-{c.key}": c for c in controls(load_scenario("phased")) if c.kind in ("number", "whole")}
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


def test_a_file_that_misses_the_button_is_opened_all_the_same(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    for target in (".cm-panel", "h1"):
        kept = page.evaluate(
            """target => { const data = new DataTransfer();
            data.items.add(new File(['title = "Onto ' + target + '"\\nextends = "tiny"\\n[policy]\\nlots = 6\\n'], "ours.toml"));
            return ["dragover", "drop"].map(kind => document.querySelector(target)
              .dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}))); }""",
            target,
        )
        assert kept == [False, False], "the browser is kept from leaving the page for the file"
        expect(page.get_by_label("Start from")).to_contain_text(f"Onto {target} (your file)")
    expect(page.get_by_role("tabpanel")).to_contain_text("Lots 1 lot → 6 lots")


def test_a_policy_may_begin_in_mid_run(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    set_range(page, "lots", 4)
    page.get_by_label("Your policy holds").select_option(label="from April 2014")
    expect(page.get_by_role("tabpanel")).to_contain_text("from April 2014, today’s policy until then; Lots 1 lot → 4 lots")
    visitor.settled()
    assert "since=24" in page.url
    page.get_by_label("Month", exact=True).evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    page.locator(".cm-feed select").first.select_option("policy")
    expect(page.locator(".cm-feed li").first).to_contain_text("April 2014 · Your policy")
    page.reload()
    expect(page.get_by_label("Your policy holds")).to_have_value("24")
    expect(page.locator("label[for='cm-lots'] output")).to_have_text("4 lots")
    page.get_by_role("button", name="Undo all changes").click()
    expect(page.get_by_label("Your policy holds")).to_have_value("0")


def test_runs_can_be_stopped_and_gone_on_with(visitor: Visitor) -> None:
    page = visitor.open("?scenario=phased&seeds=100")
    state, stop = page.locator(".cm-state"), page.get_by_role("button", name="Stop the runs")
    expect(state).to_have_text(re.compile(r"^\d+ of 100 pairs of runs so far$"), timeout=60_000)
    said = stop.evaluate(
        "async b => { b.click(); await new Promise(r => setTimeout(r)); return document.querySelector('.cm-state').innerText; }"
    )
    assert said == "Stopping …", "at once, before the server answers"
    expect(state).to_have_text(re.compile(r"^Stopped at \d+ of 100 pairs of runs$"), timeout=60_000)
    expect(stop).to_have_count(0)
    done = int(state.inner_text().split()[2])
    assert done < 100
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
    expect(state).to_have_text(re.compile(r"^\d+ of 100 pairs of runs so far$"))
    while int(state.inner_text().split()[0]) <= done:
        page.wait_for_timeout(200)
    stop.click()


def test_a_sweep_is_shown_and_a_point_of_it_played(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    panel = visitor.tab("Experiments")
    panel.get_by_label("Sweep").select_option(index=1)
    expect(panel).to_contain_text("Over all points")
    expect(panel.locator("img[alt]").first).to_be_visible()
    panel.get_by_role("button", name="four").last.click()
    expect(page.get_by_role("alert").first).to_contain_text("a point of the sweep")
    expect(page.locator(".cm-towns figcaption")).to_have_text(["one", "four"])
    point = panel.get_by_role("button", name="Play four against one at local preference 0.5")
    point.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("four against one at local preference 0.5")
    panel = visitor.tab("Take home")
    expect(panel).to_contain_text("has no link of its own")
    expect(panel.get_by_role("button", name="My policy")).to_have_count(0)


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
    visitor.context.close()
    assert not visitor.wrong


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe: npm ci --prefix tests/viz/axe")
@SCREENS
def test_axe_finds_nothing(browser: Browser, address: str, name: str, size: tuple[int, int], dark: bool) -> None:
    visitor = Visitor(browser, address, viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light")
    page = visitor.open("?scenario=tiny&seeds=4&set=%7B%22lots%22%3A4%7D")
    visitor.settled()
    page.evaluate(AXE.read_text(encoding="utf-8"))
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


def test_the_keyboard_alone_does(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    page.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Explain").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="All figures")).to_be_focused()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [("/", {"Host": "evil.example"}, 403), ("/", {"Origin": "http://evil.example"}, 403), ("/resourcez", {}, 404), ("/", {}, 200)],
)
def test_strangers_are_turned_away(address: str, path: str, headers: dict[str, str], status: int) -> None:
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == status and "default-src 'self'" in answer.headers["content-security-policy"]
    except urllib.error.HTTPError as refused:
        assert refused.code == status
