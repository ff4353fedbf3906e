"""The page: hands a visitor's question to the session and what comes back to the three parts that show it.

A visitor's state lives in this component alone, so no two share anything but the engine's finished runs. The browser asks how
far the runs are (`tick`); nothing here runs by itself.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from .first import HEADING, INTRO
from .session import Session

log = logging.getLogger(__name__)


class Whole:
    """What goes to the browser whole: Solara looks through every list it is given, at each redraw, for parts of the page."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Whole) and (self.value is other.value or self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


def whole(shown: dict[str, Any]) -> dict[str, Any]:
    """What a part of the page shows, ready for Solara."""
    return {name: Whole(value) if isinstance(value, (dict, list)) else value for name, value in shown.items()}


def part(file: str) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """A part of the page, from a file of Vue: it is shown what is `whole`, and calls what is named `event_`."""

    def of(signature: Callable[..., None]) -> Callable[..., Any]:
        shown = [name for name in inspect.signature(signature).parameters if not name.startswith("event_")]
        return solara.component_vue(file, to_json=dict.fromkeys(shown, _sent))(signature)

    return of


def _sent(value: Any, _: Any) -> Any:
    return value.value if isinstance(value, Whole) else value


@part("panel.vue")
def _Panel(
    place: str, places: list, scenario: str, scenarios: list, form: str, forms: list, about: str, groups: list, problems: list,
    refusal: dict, answered: int, left: str, playing: str, changed: bool, since: int, dates: list, most: int,
    event_choose: Any = None, event_move: Any = None, event_handed: Any = None, event_back: Any = None,
) -> None:  # fmt: skip
    pass


@part("stage.vue")
def _Stage(
    baseline: dict | None, policy: dict | None, numbers: dict | None, running: bool, going: bool, short: bool, state: str, opened: int,
    event_tick: Any = None, event_stop: Any = None, event_resume: Any = None, event_reached: Any = None,
) -> None:  # fmt: skip
    pass


@part("shelf.vue")
def _Shelf(
    tabs: list, tab: str, shown: str, html: str, ready: bool, offers: list, parcel: dict | None, link: str, code: dict,
    presenter: bool, history: list, full: str, heads: list, stores: list, sweep: str, event_turn: Any = None,
    event_take: Any = None, event_present: Any = None,
    event_keep: Any = None, event_again: Any = None, event_look: Any = None, event_play: Any = None,
    event_restore: Any = None, event_encode: Any = None,
) -> None:  # fmt: skip
    pass


def _arrived(query: str) -> Session | None:
    """A visitor who comes by a link; what is known already is there at once. A link that fails unforeseen opens the page without it."""
    for asked in (query, ""):
        try:
            session = Session(asked)
            session.tick()
        except Exception:
            log.exception("a link could not be opened")
            continue
        if asked != query:
            session.problems = ["This link cannot be opened here. The page starts with the small made-up town instead."]
        return session
    return None


def _shown(session: Session | None) -> tuple[dict[str, Any], ...]:
    """What the three parts of the page show; nothing if that fails, for whatever is raised in a component Solara prints on the page."""
    try:
        return () if session is None else (whole(session.panel()), whole(session.stage()), whole(session.shelf()))
    except Exception:
        log.exception("the page could not be drawn")
        return ()


@solara.component
def Page() -> None:
    """What is served at /. Whatever goes wrong below, the page says so in words."""
    search = solara.use_router().search
    attempt, again = solara.use_state(0)
    session = solara.use_memo(lambda: _arrived(search or ""), [attempt])
    _, redraw = solara.use_state(0)

    def leave() -> None:
        if session is not None:
            session.stop({})  # whoever leaves wants no more runs

    solara.use_effect(lambda: leave, [session])
    solara.Title("changemaking")
    solara.Style(Path(__file__).with_name("page.css"))
    shown = _shown(session)
    if session is None or not shown:
        with solara.Div(classes=["cm-page"]):
            solara.HTML("h1", "Something went wrong on our side")
            solara.HTML("p", "The page could not be drawn. Nothing you did is to blame.")
            solara.Button("Start again", on_click=lambda: again(attempt + 1))
        return
    panel, stage, shelf = shown

    def on(act: Callable[[dict[str, Any]], Any], counted: bool = False) -> Callable[[Any], None]:
        def handle(data: Any = None) -> None:
            try:
                act(data if isinstance(data, dict) else {})
            except Exception:
                log.exception("an action failed")
                session.problems = ["That could not be done. The page goes on as before."]
            session.answered += counted
            redraw(lambda n: n + 1)

        return handle

    def answer(act: Callable[[dict[str, Any]], Any]) -> Callable[[Any], None]:
        """What the browser counts as sent, and waits for."""
        return on(act, counted=True)

    def tick(_: Any = None) -> None:
        try:
            news = session.tick()
        except Exception:
            log.exception("the runs could not be looked at")
            return
        if news:
            redraw(lambda n: n + 1)

    with solara.Div(classes=["cm-page"]):
        solara.HTML("h1", HEADING)
        solara.HTML("p", INTRO, classes=["cm-soft"])
        with solara.Div(classes=["cm-grid"]):
            _Panel(
                **panel, event_choose=answer(session.choose), event_move=answer(session.move),
                event_handed=answer(session.handed), event_back=answer(session.back),
            )  # fmt: skip
            with solara.Div():
                _Stage(
                    **stage, event_tick=tick, event_stop=on(session.stop), event_resume=on(session.resume),
                    event_reached=on(session.reached),
                )  # fmt: skip
                _Shelf(
                    **shelf, event_turn=on(session.turn), event_take=on(session.take), event_present=on(session.present),
                    event_keep=answer(session.keep), event_again=answer(session.again), event_look=on(session.look),
                    event_play=answer(session.play), event_restore=on(session.restore), event_encode=on(session.encode),
                )  # fmt: skip
