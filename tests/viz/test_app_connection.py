"""The workshop app when the network or the server goes: nothing on the page may lock, and it must come back by itself.

The browser reaches the server through a small go-between of ours that can tear every connection: a browser that is told to be offline
keeps a WebSocket it has, so that it would prove nothing.
"""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
from app_visitor import CHROMIUM, IN_A_BROWSER, drag
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = IN_A_BROWSER


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Between:
    """Passes bytes to and fro between a port of its own and the server's, until it is cut."""

    def __init__(self, to: int) -> None:
        self.to, self.port, self.whole, self.ends = to, free_port(), True, set[asyncio.StreamWriter]()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self.meet, "127.0.0.1", self.port), self.loop).result(10)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not self.whole:
                raise ConnectionError
            there = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            return writer.transport.abort()
        self.ends |= {writer, there[1]}
        await asyncio.gather(self.pump(reader, there[1]), self.pump(there[0], writer))

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()
            self.ends.discard(writer)

    def cut(self) -> None:
        """Tear all connections, and take no new ones."""
        self.whole = False
        self.loop.call_soon_threadsafe(lambda: [end.transport.abort() for end in list(self.ends)])

    def mend(self) -> None:
        self.whole = True


class Server:
    """The app on a port it keeps through a restart."""

    def __init__(self) -> None:
        self.port = free_port()
        self.begin()

    def begin(self) -> None:
        command = [sys.executable, "-m", "changemaking", "app", "--port", str(self.port), "--no-browser"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(600):
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.1)

    def end(self) -> str:
        """Stop it as whoever started it does; what it said in its terminal."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=30)[0]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.end()


@pytest.fixture(scope="module")
def between(server: Server) -> Between:
    return Between(server.port)


@pytest.fixture(scope="module")
def browser(server: Server, between: Between) -> Iterator[Browser]:
    """Goes to the go-between wherever it means to go to the server, and knows nothing of it: Host and Origin are the server's."""
    by_way_of = f"--host-resolver-rules=MAP localhost:{server.port} 127.0.0.1:{between.port}"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", by_way_of])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, server: Server, between: Between) -> Iterator[Page]:
    between.mend()
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    found = context.new_page()
    found.set_default_timeout(30_000)
    found.goto(f"http://localhost:{server.port}/?scenario=tiny&seeds=2")
    expect(found.locator(".cm-state")).to_have_text("2 of 2 pairs of runs", timeout=60_000)
    yield found
    context.close()


def test_without_a_connection_the_play_can_be_stopped_and_changes_wait(page: Page, between: Between) -> None:
    lost = page.get_by_text("The connection is lost. The play goes on; changes wait")
    page.get_by_role("button", name="Play", exact=True).click()
    between.cut()
    expect(lost).to_be_visible()
    before = page.locator(".cm-date").inner_text()
    expect(page.locator(".cm-date")).not_to_have_text(before)
    page.get_by_role("button", name="Pause", exact=True).click(timeout=5_000)  # a sheet over the page would take it
    drag(page, "lots", 3)
    page.wait_for_timeout(500)
    expect(page.get_by_role("tabpanel")).to_contain_text("Nothing is changed")
    between.mend()
    expect(lost).to_be_hidden(timeout=60_000)
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 3 lots"))
    expect(page.locator(".cm-state")).to_have_text("2 of 2 pairs of runs", timeout=60_000)


def test_whoever_does_not_want_to_wait_can_try_at_once(page: Page, between: Between) -> None:
    between.cut()
    again = page.get_by_role("button", name="Try now")
    expect(again).to_be_visible()
    page.wait_for_timeout(3_000)  # the first tries have failed, the next is seconds away
    between.mend()
    again.click(timeout=5_000)
    expect(again).to_be_hidden(timeout=8_000)
    drag(page, "lots", 2)
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 2 lots"))


def test_after_a_sleep_a_new_connection_is_taken(page: Page) -> None:
    page.evaluate("() => { const clock = Date.now; Date.now = () => clock() + 600000; }")
    page.wait_for_function("() => solara.debug.reconnectCount > 0 && app.connectionStatus === 'connected'", timeout=60_000)
    drag(page, "lots", 6)
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 6 lots"))


def test_a_server_that_falls_silent_is_noticed_and_what_waits_for_it_arrives(page: Page, server: Server) -> None:
    server.process.send_signal(signal.SIGSTOP)
    try:
        drag(page, "lots", 8)
        expect(page.get_by_text("The connection is lost. ")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("1 change waits for the connection.")).to_be_visible()  # though it was sent before that was noticed
    finally:
        server.process.send_signal(signal.SIGCONT)
    expect(page.get_by_text("The connection is lost. ")).to_be_hidden(timeout=60_000)
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 8 lots"))


def test_after_a_restart_of_the_server_the_page_is_there_again_as_it_was(page: Page, server: Server) -> None:
    drag(page, "lots", 4)
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 4 lots"))
    expect(page.locator(".cm-state")).to_have_text("2 of 2 pairs of runs", timeout=60_000)
    page.evaluate("() => { window.before = true; }")
    server.end()
    expect(page.get_by_text("The connection is lost. ")).to_be_visible()
    page.get_by_role("button", name="Play", exact=True).click(timeout=5_000)
    drag(page, "lots", 9)
    page.get_by_label("Partnership form").select_option("pfi")
    page.get_by_role("tab", name="Facilitate").click()
    page.get_by_label("A note to keep with it").fill("what the room said")
    page.get_by_role("button", name="Keep what is shown").click()
    expect(page.get_by_text("3 changes wait for the connection.")).to_be_visible()
    server.begin()
    page.wait_for_function("() => !window.before", timeout=90_000)  # it has loaded itself, nobody pressed a key
    expect(page.get_by_text("3 changes that waited for the connection could not be kept.")).to_be_visible()
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 4 lots"))
    page.get_by_role("tab", name="Facilitate").click()
    expect(page.get_by_label("A note to keep with it")).to_have_value("what the room said")
    page.get_by_role("tab", name="Explain").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    drag(page, "lots", 5)
    expect(page.get_by_text("could not be kept")).to_be_hidden()
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → 5 lots"))


def test_a_server_that_is_stopped_in_the_middle_of_its_work_ends_soon_and_without_a_traceback(page: Page, server: Server) -> None:
    page.locator("#cm-lots").evaluate(
        "e => { for (let i = 0; i < 600; i++) { e.value = 1 + i % 20; e.dispatchEvent(new Event('change', {bubbles: true})); } }"
    )
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("Lots .* → "))  # it is at the first of them
    began = time.monotonic()
    said = server.end()
    took = time.monotonic() - began
    server.begin()
    assert "(Ctrl-C stops it)" in said and "Traceback" not in said and "ERROR" not in said
    assert took < 15, "seconds, on a busy machine"
