"""What a page shows before the app is there: the same picture as the play, nothing of runs that nobody knows, no word of a stranger's."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from app_trials import finished
from app_visitor import IN_A_BROWSER, Visitor
from playwright.sync_api import Browser, Route, expect

from changemaking.viz.app import packing, telling
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.engine import Engine
from changemaking.viz.app.first import first

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"


def in_browser(test: Any) -> Any:
    for mark in IN_A_BROWSER:
        test = mark(test)
    return test


@pytest.mark.parametrize("month", [0, 17])
def test_a_still_is_one_month_of_the_film(engine: Engine, month: int) -> None:
    trial = finished(engine.start(*Asked("tiny", set={"lots": 4}).arms(), seeds=2))
    assert trial.films is not None
    for film, title in zip(trial.films, telling.ARMS, strict=True):
        still, whole = packing.still(film, title, month), packing.film(film, title)
        value, trust = np.frombuffer(whole["value"], "<f4"), np.frombuffer(whole["trust"], np.uint8)
        minds = np.frombuffer(whole["wardTrust"], "<f4").reshape(film.months, -1)[month]
        there = [(b, p, at + month - begun) for b, p, begun, months, at in whole["links"] if begun <= month < begun + months]
        assert [link[:2] for link in still["links"]] == [[b, p] for b, p, _ in there] and there
        assert [still["value"][link[4]] for link in still["links"]] == [value[at] for *_, at in there]
        assert [still["trust"][link[4]] for link in still["links"]] == [trust[at] for *_, at in there]
        assert [row[1:] for row in still["who"]] == [row[1:] for row in whole["who"]]
        assert still["alive"] == list(np.frombuffer(whole["alive"], np.uint8).reshape(film.months, -1)[month])
        assert [math.nan if t is None else t for t in still["minds"]] == pytest.approx(minds.tolist(), nan_ok=True, abs=0)


def test_a_page_has_both_towns_only_if_they_are_known_and_asks_for_no_runs(engine: Engine) -> None:
    asked = Asked("tiny", set={"lots": 3}, month=8)
    link, trials = asked.link(), list(engine.trials)
    page = first(link, engine)["html"]
    assert "<canvas" not in page and "The two towns are being lived through" in page
    assert engine.trials == trials, "the page by itself has nothing lived through"
    finished(engine.start(*asked.arms(), seeds=2))
    page = first(link, engine)["html"]
    assert page.count("<canvas") == 2 and "December 2012" in page and "Today’s policy" in page
    assert 'min="0" max="59" value="8" disabled' in page and "<option>2012/13</option>" in page
    assert page.count("<canvas") == first(link.replace("month=8", "month=600"), engine)["html"].count("<canvas"), "a month beyond the last"


BROKEN = ("v=99", "scenario=nothing_of_that_name", "month=abc", "set={", "file=%ff%fe", "set=" + quote(json.dumps({"lots": "</script>"})))


@pytest.mark.parametrize("query", BROKEN)
def test_a_link_that_cannot_be_followed_gives_the_frame_alone(engine: Engine, query: str) -> None:
    page = first(query, engine)["html"]
    assert "<canvas" not in page and "coming …" in page and "lived through" not in page, "nothing is: the app will say what is wrong"
    assert re.findall(r"</?script>", page) == ["<script>", "</script>"] * 2, "no word of the link's own"


@in_browser
def test_the_picture_before_the_app_is_that_of_the_play(visitor: Visitor) -> None:
    """And Solara's scripts, which are held back meanwhile, are not needed for it."""
    query, page = "?scenario=tiny&seeds=2&month=30&set=%7B%22lots%22%3A4%7D", visitor.page
    visitor.open(query)  # now the runs are known
    visitor.settled()
    held: list[Route] = []
    page.route("**/solara-vuetify-app*.js", lambda route: held.append(route))
    page.goto(f"{visitor.address}/{query}", wait_until="commit")
    expect(page.locator(".cm-first canvas")).to_have_count(2)
    expect(page.locator(".cm-date")).to_have_text("October 2014")
    expect(page.locator(".cm-main")).to_be_disabled()
    pictures = "[...document.querySelectorAll('.cm-towns canvas')].map(c => c.toDataURL())"
    places = "[...document.querySelectorAll('.cm-towns canvas')].map(c => [c.getBoundingClientRect().x, c.width, c.height])"
    page.wait_for_function(f"new Set({pictures}).size === 2")  # two towns, under two policies; the page is read as it comes
    before, stood = page.evaluate(pictures), page.evaluate(places)
    visitor.shot("first")
    held[0].continue_()
    expect(page.locator(".cm-main")).to_be_enabled()
    expect(page.locator(".cm-first")).to_have_count(0)
    visitor.still()
    assert page.evaluate(places) == stood, "the app comes to where its picture was"
    page.wait_for_function(f"before => JSON.stringify({pictures}) === JSON.stringify(before)", arg=before)


SCREENS = [((1400, 900), False), ((1920, 1080), True), ((390, 844), False)]


@in_browser
@pytest.mark.parametrize(("size", "presenter"), SCREENS)
def test_before_the_app_a_page_can_be_used_by_everybody_and_stands_about_where_it_will(
    browser: Browser, address: str, size: tuple[int, int], presenter: bool
) -> None:
    visitor = Visitor(browser, address, viewport={"width": size[0], "height": size[1]})
    query, page = "?scenario=tiny&seeds=2", visitor.open("?scenario=tiny&seeds=2")
    visitor.settled()
    if presenter:
        visitor.tab("Facilitate").get_by_role("button", name="Presenter view").click()
        expect(page.get_by_role("button", name="Leave the presenter view")).to_be_visible()
    held: list[Route] = []
    page.route("**/solara-vuetify-app*.js", lambda route: held.append(route))
    page.goto(f"{address}/{query}", wait_until="commit")
    expect(page.locator(".cm-first canvas")).to_have_count(2)
    top = "document.querySelector('.cm-towns canvas').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    if size[0] > 900:
        assert before < size[1] / 2, "the towns are on the screen"
    visitor.shot(f"first-{size[0]}")
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
        assert not [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]]
    held[0].continue_()
    expect(page.locator(".cm-main")).to_be_enabled()
    page.wait_for_timeout(500)
    assert abs(page.evaluate(top) - before) < (60 if size[0] > 900 else 200)
    visitor.context.close()
    assert not visitor.wrong


@in_browser
def test_the_towns_are_never_empty_while_the_app_takes_over(visitor: Visitor) -> None:
    """Looked at after each frame is drawn, not before: a message that a frame sends itself comes when it has been painted."""
    query, page = "?scenario=tiny&seeds=2&month=9", visitor.page
    visitor.open(query)
    visitor.settled()
    page.add_init_script("""
      window.frames_ = []; const after = new MessageChannel();
      after.port1.onmessage = () => {
        const towns = [...document.querySelectorAll('.cm-towns canvas')];
        const full = c => c.width && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0);
        window.frames_.push([!!document.querySelector('.cm-first'), towns.length, towns.filter(full).length]);
      };
      const look = () => { after.port2.postMessage(0); requestAnimationFrame(look); };
      requestAnimationFrame(look);
    """)
    page.goto(f"{visitor.address}/{query}")
    expect(page.locator(".cm-main")).to_be_enabled()
    page.wait_for_timeout(500)
    frames = page.evaluate("window.frames_")
    first, later = ([f for f in frames if f[0] is is_first and f[1]] for is_first in (True, False))
    assert first and later and all(count == full for _, count, full in first[1:] + later), [f for f in frames if f[1] != f[2]]


@in_browser
def test_a_page_whose_app_does_not_come_says_so(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    page.route("**/solara-vuetify-app*.js", lambda route: None)
    page.goto(f"{visitor.address}/?scenario=tiny&seeds=2", wait_until="commit")
    expect(page.get_by_role("status")).to_have_text("The controls are coming …")
    page.clock.run_for(21_000)
    expect(page.get_by_role("status")).to_contain_text("load this page again")


@in_browser
def test_a_page_whose_app_fails_to_come_says_so_at_once(browser: Browser, address: str) -> None:
    visitor = Visitor(browser, address)
    visitor.page.route("**/solara-vuetify-app*.js", lambda route: route.abort())
    visitor.page.goto(f"{address}/?scenario=tiny&seeds=2", wait_until="commit")
    expect(visitor.page.get_by_role("status")).to_have_text("Part of this page did not come. Load it again.")
    visitor.context.close()
