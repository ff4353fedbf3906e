"""What a page shows before Solara is there: its frame, and both towns at the month of the link if their runs are known.

Solara's scripts take a second or more to load. What is shown meanwhile is drawn by the same `town.js`, from the same films.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
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


def first(query: str, engine: Engine) -> dict[str, Any]:
    """The page of that link, as Solara takes pages that are rendered already. A link that cannot be followed gives the frame alone."""
    try:
        towns, date = _towns(query, engine)
    except (LinkError, ScenarioError):
        towns, date = [], ""  # the app says what is wrong with it
    html = _template().render(heading=HEADING, intro=INTRO, date=date, year=date[-4:], towns=towns, drawing=Markup(_read("town.js")))
    return {"title": "changemaking", "html": html, "styles": [f"<style>{_read('page.css')}</style>"], "metas": []}


def _towns(query: str, engine: Engine) -> tuple[list[dict[str, Any]], str]:
    """Both towns at the month that is looked at and how that is written, or nothing if their runs are not known.

    Raises LinkError, ScenarioError.
    """
    asked = Asked.of_link(query)
    one, other = (engine.known(film, arm, 1) for arm in asked.arms())
    if one is None or other is None:
        return [], ""
    month = min(asked.month, one.months - 1)
    titles = asked.played.titles if asked.played else ARMS
    stills = [packing.still(f, title, month) for f, title in zip((one, other), titles, strict=True)]
    return stills, month_name(month_after(one.outcome.start, month))


def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    here = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=here, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("first.html")
