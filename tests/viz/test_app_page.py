"""The page itself, without a browser: its parts, no error printed on it, nothing sent anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from changemaking.viz.app import session
from changemaking.viz.app.asked import Asked
from changemaking.viz.app.engine import Engine
from changemaking.viz.app.server import SETTINGS


def test_the_page_is_drawn_without_a_browser(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    import solara

    from changemaking.viz.app import page

    monkeypatch.setattr(session, "_engine", engine)
    box, context = solara.render(page.Page(), handle_error=False)  # raises what goes wrong
    waiting, parts = list(box.children), {}
    while waiting:
        widget = waiting.pop()
        waiting += list(getattr(widget, "children", None) or [])
        parts |= {name: widget for name in ("groups", "baseline", "tabs") if name in widget.trait_names()}
    assert parts["groups"].scenario == "tiny" and len(parts["groups"].groups.value) == 5 and parts["tabs"].link.startswith("v=1")
    assert parts["baseline"].running in (True, False)
    sent = parts["groups"].get_state(["groups", "scenario"])
    assert isinstance(sent["groups"], list) and sent["scenario"] == "tiny", "the browser gets what is in there"
    assert page.Whole([1]) == page.Whole([1]) != page.Whole([2])
    context.close()


@pytest.mark.parametrize("broken", ["stage", "link", "tick"])
def test_no_error_leaves_the_page_where_solara_would_print_it(engine: Engine, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """At the first drawing too, when Solara's own catching of errors fails."""
    import solara

    from changemaking.viz.app import page

    def boom(self: session.Session) -> None:
        raise RuntimeError("/a/path/of/the/server")

    monkeypatch.setattr(session, "_engine", engine)
    monkeypatch.setattr(session.Session, broken, boom)
    box, context = solara.render(page.Page(), handle_error=False)
    waiting, told = list(box.children), ""
    while waiting:
        widget = waiting.pop()
        told += str(widget)
        waiting += list(getattr(widget, "children", None) or [])
    assert "Something went wrong on our side" in told and "Start again" in told and "/a/path" not in told
    context.close()


def test_a_link_that_fails_in_a_way_nobody_foresaw_opens_the_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from changemaking.viz.app import page

    real = Asked.of_link

    def of_link(query: str) -> Asked:
        if query:
            raise RuntimeError("/a/path/of/the/server")
        return real(query)

    monkeypatch.setattr(session, "_engine", engine)
    monkeypatch.setattr(Asked, "of_link", of_link)
    found = page._arrived("?scenario=tiny")
    assert found is not None and found.asked == Asked()
    assert found.problems == ["This link cannot be opened here. The page starts with the small made-up town instead."]
    found.stop({})


def test_solara_understands_that_it_is_to_keep_to_itself() -> None:
    """Names of settings change: asked of Solara itself, in a process that starts as the server does."""
    ask = (
        "import json, solara.settings as own; from solara.server import settings as s; "
        "print(json.dumps([s.telemetry.mixpanel_enable, own.assets.cdn, s.main.mode, s.kernel.cull_timeout, s.theme.show_banner]))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=120, env={**os.environ, **SETTINGS})
    assert json.loads(done.stdout) == [False, "http://127.0.0.1:9", "production", "10m", False], done.stderr
