"""The page: hands a visitor's question to the session and what comes back to the three parts that show it.

A visitor's state lives in this component alone, so no two share anything but the engine's finished runs. The browser asks how
far the runs are (`tick`); nothing here runs by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from .session import Session

log = logging.getLogger(__name__)


@solara.component_vue("panel.vue")
def _Panel(
    place: str, places: list, scenario: str, scenarios: list, form: str, forms: list, about: str, groups: list, problems: list,
    refusal: dict, answered: int, left: str, changed: bool, since: int, dates: list, most: int,
    event_choose: Any = None, event_move: Any = None, event_handed: Any = None, event_back: Any = None,
) -> None:  # fmt: skip
    pass


@solara.component_vue("stage.vue")
def _Stage(
    film: dict | None, numbers: dict | None, running: bool, short: bool, state: str, opened: int, event_tick: Any = None,
    event_stop: Any = None, event_resume: Any = None, event_reached: Any = None,
) -> None:  # fmt: skip
    pass


@solara.component_vue("shelf.vue")
def _Shelf(
    tabs: list, tab: str, shown: str, html: str, ready: bool, offers: list, parcel: dict | None, link: str, code: dict,
    presenter: bool, history: list, full: str, heads: list, stores: list, sweep: str, event_turn: Any = None,
    event_take: Any = None, event_present: Any = None,
    event_keep: Any = None, event_again: Any = None, event_look: Any = None, event_play: Any = None,
    event_restore: Any = None, event_encode: Any = None,
) -> None:  # fmt: skip
    pass


@solara.component
def Page() -> None:
    """What is served at /. Whatever goes wrong below, the page says so in words."""
    error, again_ = solara.use_exception()
    solara.Title("changemaking")
    solara.Style(Path(__file__).with_name("page.css"))
    if error is None:
        _Town()
    else:
        log.error("the page failed", exc_info=error)
        with solara.Div(classes=["cm-page"]):
            solara.HTML("h1", "Something went wrong on our side")
            solara.HTML("p", "The page could not be drawn. Nothing you did is to blame.")
            solara.Button("Start again", on_click=again_)


@solara.component
def _Town() -> None:
    search = solara.use_router().search
    session = solara.use_memo(lambda: Session(search or ""), [])
    _, redraw = solara.use_state(0)
    solara.use_effect(lambda: lambda: session.stop({}), [])  # whoever leaves wants no more runs

    def on(act: Callable[[dict[str, Any]], Any]) -> Callable[[Any], None]:
        def handle(data: Any = None) -> None:
            try:
                act(data if isinstance(data, dict) else {})
            except Exception:
                log.exception("an action failed")
                session.problems = ["That could not be done. The page goes on as before."]
            redraw(lambda n: n + 1)

        return handle

    def tick(_: Any = None) -> None:
        if session.tick():
            redraw(lambda n: n + 1)

    session.tick()  # runs that are known already are there at once
    with solara.Div(classes=["cm-page"]):
        solara.HTML("h1", "Change a rule, and see the town change")
        solara.HTML(
            "p", "Two copies of a town live through the same future: one under today’s policy, one under yours.", classes=["cm-soft"]
        )
        with solara.Div(classes=["cm-grid"]):
            _Panel(
                **session.panel(), event_choose=on(session.choose), event_move=on(session.move), event_handed=on(session.handed),
                event_back=on(session.back),
            )  # fmt: skip
            with solara.Div():
                _Stage(
                    **session.stage(), event_tick=tick, event_stop=on(session.stop), event_resume=on(session.resume),
                    event_reached=on(session.reached),
                )  # fmt: skip
                _Shelf(
                    **session.shelf(), event_turn=on(session.turn), event_take=on(session.take), event_present=on(session.present),
                    event_keep=on(session.keep), event_again=on(session.again), event_look=on(session.look), event_play=on(session.play),
                    event_restore=on(session.restore), event_encode=on(session.encode),
                )  # fmt: skip
