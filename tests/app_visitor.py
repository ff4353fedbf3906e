"""A visitor of the workshop app in a real browser.

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
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import changemaking as cm

ROOT = Path(cm.__file__).parent
SHOTS = ROOT / "build" / "screenshots"
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
BIG = {"width": 1400, "height": 900}
expect.set_options(timeout=30_000)  # nothing here is that slow; a busy machine may be
IN_A_BROWSER = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium"),
]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep, which nobody changes."""
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
        expect(self.page.locator(".cm-main")).to_be_enabled(timeout=60_000)
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


def drag(page: Page, key: str, value: float) -> None:
    """Drag a slider of the panel to a value with the mouse: a script's own events leave the page no time to draw between them."""
    slider = page.locator(f"#cm-{key}")
    slider.evaluate("e => e.scrollIntoView({block: 'center'})")  # at an edge a word on the connection may lie over it
    low, high, now = slider.evaluate("e => [Number(e.min), Number(e.max), Number(e.value)]")
    thumb = 16.0

    def place() -> tuple[float, float, float, float]:
        box = slider.bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"], box["height"]

    def at(number: float, width: float) -> float:
        return thumb / 2 + (width - thumb) * (number - low) / (high - low)

    _, _, width, height = place()
    slider.hover(position={"x": at(now, width), "y": height / 2})  # waits until it stands still: figures that come in move the page
    page.mouse.down()
    left, top, width, height = place()
    page.mouse.move(left + at(value, width), top + height / 2, steps=4)
    page.wait_for_timeout(100)  # a hand is not so quick
    page.mouse.up()
    expect(slider).to_have_js_property("value", f"{value:g}")
