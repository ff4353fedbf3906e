"""What the workshop app does in a real browser: a facilitator's whole path, and what must never happen on a projector."""

from __future__ import annotations

import re
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from app_visitor import IN_A_BROWSER, Visitor, drag
from playwright.sync_api import Browser, expect

pytestmark = IN_A_BROWSER


def test_the_whole_path_of_a_facilitator(visitor: Visitor, browser: Browser, address: str) -> None:
    page = visitor.open("?scenario=tiny&seeds=10")
    visitor.settled()
    expect(page.get_by_role("tabpanel")).to_contain_text("Nothing is changed")
    drag(page, "lots", 4)
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
        assert re.fullmatch(rf"changemaking-tiny-[0-9a-f]{{6}}\.{ending}", got.value.suggested_filename) and len(data) > 50
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
    expect(other.page.locator(".cm-main")).to_be_enabled()
    expect(other.page.get_by_role("tabpanel")).to_contain_text("A link that opens exactly this")
    expect(other.tab("Explain")).to_contain_text("Lots 1 lot → 4 lots")
    assert other.page.locator(".cm-date").inner_text() == stopped, "the link reopens the month that was shown"
    other.context.close()
    assert not other.wrong


def test_a_slider_stays_where_the_hand_or_the_keys_have_put_it(visitor: Visitor) -> None:
    """Thumb, words, link and policy say the same, also while answers to earlier keys come in."""
    page = visitor.open("?scenario=tiny&seeds=2")
    lots, words = page.locator("#cm-lots"), page.locator("label[for='cm-lots'] output")

    def says(number: int) -> None:
        visitor.settled()
        expect(page.get_by_role("tabpanel")).to_contain_text(f"→ {number} lots")
        expect(lots).to_have_js_property("value", str(number))
        expect(words).to_have_text(f"{number} lots")
        page.wait_for_function("n => JSON.parse(new URL(location.href).searchParams.get('set')).lots === n", arg=number)

    drag(page, "lots", 11)
    says(11)
    lots.focus()
    lots.press("Home")
    for _ in range(10):
        page.keyboard.press("ArrowRight", delay=20)
    says(11)
    lots.press("End")
    says(20)
    page.get_by_text("What we value in bids").click()
    price, quality = page.locator("[id='cm-weights.price']"), page.locator("[id='cm-weights.quality']")
    before = float(quality.input_value())
    price.press("End")
    expect(quality).not_to_have_js_property("value", str(before))
    assert float(quality.input_value()) < before, "others make room at once"
    page.get_by_role("button", name="Undo all changes").click()
    expect(lots).to_have_js_property("value", "1")
    expect(price).not_to_have_js_property("value", "1")


def test_a_link_with_a_month_shows_its_year(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2&month=40&set=%7B%22lots%22%3A9%7D")
    expect(page.locator(".cm-date")).to_have_text("August 2015")
    expect(page.get_by_label("Year").locator("option:checked")).to_have_text("2015/16")


def test_a_reload_keeps_what_was_asked(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    drag(page, "lots", 3)
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


def test_after_a_vote_its_choices_can_be_removed(visitor: Visitor) -> None:
    page = visitor.open("?scenario=tiny&seeds=2")
    panel = visitor.tab("Facilitate")
    for choice in ("one", "two"):
        panel.get_by_label("A choice").fill(choice)
        page.keyboard.press("Enter")
    panel.get_by_label("Seconds").fill("10")
    panel.get_by_role("button", name="Start the vote").click()
    panel.get_by_role("button", name="one: 0").click()
    last = panel.get_by_role("button", name="one: 1")
    last.focus()
    expect(panel.get_by_role("status").filter(has_text="Chosen: one")).to_be_visible()
    expect(last).to_be_focused()  # though there is nothing more to count
    last.press("Enter")
    expect(panel.get_by_role("button", name="one: 1")).to_be_visible()
    panel.get_by_role("button", name="Remove one").press("Enter")
    expect(panel.get_by_text("Chosen: one")).to_have_count(0)
    expect(panel.get_by_label("A choice")).to_be_focused()
    panel.get_by_role("button", name="Remove two").click()
    expect(panel.locator(".cm-votes li")).to_have_count(0)
    panel.get_by_label("A choice").fill("three")
    page.keyboard.press("Enter")
    expect(panel.locator(".cm-votes li")).to_have_count(1)


def test_what_does_not_fit_is_said_and_nothing_is_lost(visitor: Visitor) -> None:
    """Events beyond those listed, changes that a choice leaves behind, a row too many, a choice too many, a reload while it plays."""
    page = visitor.open("?scenario=tiny&seeds=2&set=%7B%22lots%22%3A4%7D")
    visitor.settled()
    page.get_by_label("Month", exact=True).evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    feed = page.locator(".cm-feed")
    expect(feed.locator("li")).to_have_count(60)
    told = re.search(r"The latest 60 of ([\d,]+) so far", feed.inner_text())
    assert told is not None and int(told[1].replace(",", "")) > 60

    visitor.tab("Facilitate")
    page.wait_for_function("() => location.href.includes('tab=')")
    row = {"title": "t", "note": "", "link": "", "pairs": 20, "figures": [[1, 0, 2]] * 4}
    page.evaluate("row => sessionStorage.setItem('cm-kept', JSON.stringify({history: Array(30).fill(row), choices: []}))", row)
    page.reload()
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("30 are kept, and no more find room.")
    expect(panel.locator("tbody tr").first).to_contain_text("20")
    visitor.settled()
    note = page.get_by_label("A note to keep with it")
    note.fill("the 31st")
    panel.get_by_role("button", name="Keep what is shown").click()
    for i in range(9):
        panel.get_by_label("A choice").fill(f"choice {i}")
        page.keyboard.press("Enter")
    expect(panel.locator(".cm-votes li")).to_have_count(8)
    expect(panel.get_by_label("A choice")).to_have_value("choice 8")
    expect(panel.locator("tbody tr")).to_have_count(30)
    expect(note).to_have_value("the 31st")

    page.get_by_text("Who has a say").click()
    tops = page.locator("fieldset .cm-switch").evaluate_all("all => all.map(e => Math.round(e.getBoundingClientRect().top))")
    assert len(set(tops)) == len(tops) > 5, "one form a line"

    page.get_by_label("Partnership form").select_option("pfi")
    left = page.get_by_text("Your 1 change was left behind.")
    expect(left).to_be_visible()
    page.get_by_role("button", name="Go back to what was set").click()
    expect(left).to_have_count(0)
    expect(page.locator("label[for='cm-lots'] output")).to_have_text("4 lots")
    visitor.settled()

    visitor.tab("Take home")
    page.get_by_role("button", name="Restart").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => [...Array(58).keys()].slice(4).includes(Number(new URL(location.href).searchParams.get('month')))")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator(".cm-link")).to_have_value(re.compile(r"month=\d"))  # of this moment, while it plays
    page.reload()
    visitor.settled()
    assert page.locator(".cm-date").inner_text() != "April 2012"


def test_two_visitors_do_not_see_each_other(browser: Browser, address: str) -> None:
    one, two = (Visitor(browser, address) for _ in range(2))
    one.open("?scenario=tiny&seeds=2"), two.open("?scenario=tiny&seeds=2")
    drag(one.page, "lots", 5)
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
     ("?scenario=tiny&budget=nan", "from −0.5 to 1"), ("?scenario=tiny&seeds=0", "“Pairs of runs” cannot be 0")],
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
    drag(page, "lots", 4)
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
    page.get_by_label("Month", exact=True).evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('input', {bubbles: true})); }")
    kind = page.locator(".cm-feed select").first
    kind.select_option("policy")
    page.get_by_role("button", name="Undo all changes").click()
    expect(page.locator(".cm-feed li")).to_have_text("None.")
    expect(kind).to_have_value("policy")  # what is chosen can be seen, though nothing of that kind happens any more
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
    expect(page.locator(".cm-note")).to_contain_text("The towns show a point: four against one")
    expect(page.locator(".cm-towns figcaption")).to_have_text(["one", "four"])
    point = panel.get_by_role("button", name="Play four against one at local preference 0.5")
    point.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cm-note")).to_contain_text("four against one at local preference 0.5")
    panel = visitor.tab("Take home")
    link = panel.get_by_label("A link that opens exactly this")
    expect(link).to_have_value(re.compile("tab=home"))
    page.goto(link.input_value())
    expect(page.locator(".cm-note")).to_contain_text("four against one at local preference 0.5")
    expect(page.locator(".cm-towns figcaption")).to_have_text(["one", "four"])
    expect(panel).to_contain_text("A link that opens exactly this")
    expect(panel.get_by_role("button", name="My policy")).to_have_count(0)
    page.get_by_role("button", name="Back to your own policy").click()
    expect(page.locator(".cm-towns figcaption")).to_have_text(["Today’s policy", "Your policy"])
    expect(page.locator(".cm-note")).to_have_count(0)


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
