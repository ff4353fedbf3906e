"""What a page shows before the app is there: the same picture as the play, nothing of runs that nobody knows, no word of a stranger's."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from app_trials import finished
from app_visitor import IN_A_BROWSER, Visitor
from playwright.sync_api import Route, expect

from changemaking.viz.app import packing, telling
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.engine import Engine
from changemaking.viz.app.first import first


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
    assert "<canvas" not in first(link, engine)["html"] and engine.trials == trials, "the page by itself has nothing lived through"
    finished(engine.start(*asked.arms(), seeds=2))
    page = first(link, engine)["html"]
    assert page.count("<canvas") == 2 and "December 2012" in page and "Today’s policy" in page
    assert page.count("<canvas") == first(link.replace("month=8", "month=600"), engine)["html"].count("<canvas"), "a month beyond the last"


BROKEN = ("v=99", "scenario=nothing_of_that_name", "month=abc", "set={", "file=%ff%fe", "set=" + quote(json.dumps({"lots": "</script>"})))


@pytest.mark.parametrize("query", BROKEN)
def test_a_link_that_cannot_be_followed_gives_the_frame_alone(engine: Engine, query: str) -> None:
    page = first(query, engine)["html"]
    assert "<canvas" not in page and "The two towns are being lived through" in page
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
    before, stood = page.evaluate(pictures), page.evaluate(places)
    assert len(set(before)) == 2, "two towns, under two policies"
    visitor.shot("first")
    held[0].continue_()
    expect(page.locator(".cm-main")).to_be_enabled()
    expect(page.locator(".cm-first")).to_have_count(0)
    visitor.still()
    assert page.evaluate(places) == stood, "the app comes to where its picture was"
    page.wait_for_function(f"before => JSON.stringify({pictures}) === JSON.stringify(before)", arg=before)


@in_browser
def test_a_page_whose_app_does_not_come_says_so(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    page.route("**/solara-vuetify-app*.js", lambda route: None)
    page.goto(f"{visitor.address}/?scenario=tiny&seeds=2", wait_until="commit")
    expect(page.get_by_role("status")).to_have_text("The controls are coming …")
    page.clock.run_for(21_000)
    expect(page.get_by_role("status")).to_contain_text("load this page again")
