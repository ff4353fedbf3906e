"""What a page shows before Solara is there: its frame, and both towns at the month of the link if their runs are known.

Solara's scripts take a second or more to load. What is shown meanwhile is drawn by the same `town.js`, from the same films.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ...scenarios.errors import ScenarioError
from ...scenarios.schema import month_after
from . import packing
from .asked import Asked, LinkError
from .changes import month_name
from .engine import Engine, film
from .telling import ARMS

HEADING = "Change a rule, and see the town change"
INTRO = "Two copies of a town live through the same future: one under today’s policy, one under yours."
log = logging.getLogger(__name__)


def first(query: str, engine: Engine) -> dict[str, Any]:
    """The page of that link, as Solara takes pages that are rendered already. A link that cannot be followed gives the frame alone."""
    shown: dict[str, Any] = {"towns": [], "followed": False}
    try:
        shown = {**_towns(Asked.of_link(query), engine), "followed": True}
    except (LinkError, ScenarioError):
        pass  # the app says what is wrong with it
    except Exception:
        log.exception("the first picture could not be made")
    html = _template().render(heading=HEADING, intro=INTRO, drawing=Markup(_read("town.js")), **shown)
    return {"title": "changemaking", "html": html, "styles": [f"<style>{_read('page.css')}</style>"], "metas": []}


def _towns(asked: Asked, engine: Engine) -> dict[str, Any]:
    """Both towns at the month that is looked at, and where that stands in their run; no towns if their runs are not known.

    Raises LinkError, ScenarioError.
    """
    one, other = (engine.known(film, arm, 1) for arm in asked.arms())
    if one is None or other is None:
        return {"towns": []}
    month, start, last = min(asked.month, one.months - 1), one.outcome.start, one.months - 1
    titles = asked.played.titles if asked.played else ARMS
    return {
        "towns": [packing.still(f, title, month) for f, title in zip((one, other), titles, strict=True)],
        "month": month, "last": last, "date": month_name(month_after(start, month)), "year": _year(start, month, last),
    }  # fmt: skip


def _year(start: str, month: int, last: int) -> str:
    """The year of a run as councils write theirs: 2012/13 begins in April 2012."""
    begun = month - month % 12
    one, other = (month_after(start, at)[:4] for at in (begun, min(last, begun + 11)))
    return one if one == other else f"{one}/{other[2:]}"


def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    here = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=here, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("first.html")
