"""The app's server: Solara behind a guard, everything from installed packages, nothing sent anywhere.

Solara by itself reports its use, asks who it is on the internet and answers whoever asks; all that is turned off here, before it
is imported.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...experiments.errors import UsageError

NEEDED = ("solara", "starlette", "uvicorn", "segno")
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9",  # a port where nobody answers: what is not installed is not fetched
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_VARIANT": "light",
    "SOLARA_THEME_FORCE_REFRESH": "true",  # a page that meets a server which does not know it loads itself again, from its link
    "SOLARA_THEME_TITLE": "changemaking",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    "SOLARA_KERNEL_MAX_COUNT": "120",
    "SOLARA_KERNEL_MAX_PER_SESSION": "12",
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_SESSION_HTTPS_ONLY": "false",
    "SOLARA_SESSION_SAME_SITE": "lax",
    "SOLARA_APP": "changemaking.viz.app.page",
    "SOLARA_MODE": "production",
}
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Vue makes its templates into functions
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "object-src 'none'",
    )
)
CLOSED = ("/resourcez", "/_solara/api/evict")
ASKED: ContextVar[str] = ContextVar("asked", default="")  # the query of the page that is asked for, which Solara does not pass on
MOST_MESSAGE = 1_000_000  # bytes that a page may send at once


class Guard:
    """Lets in who asks for this server by a name it has, from a page of its own; adds the headers; keeps errors to itself."""

    def __init__(self, app: Any, hosts: set[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = {key.decode("latin1").lower(): value.decode("latin1") for key, value in scope["headers"]}
        host, origin = headers.get("host", ""), headers.get("origin")
        own = host in self.hosts and (origin is None or origin.partition("://")[2] == host)
        closed = scope["path"].startswith(CLOSED) or int(headers.get("content-length") or 0) > MOST_MESSAGE
        if not own or closed:
            return await _refuse(scope, receive, send, 403 if not own else 404)

        ASKED.set(scope.get("query_string", b"").decode("latin1"))

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                extra = [
                    ("content-security-policy", POLICY),
                    ("x-content-type-options", "nosniff"),
                    ("referrer-policy", "no-referrer"),
                    ("x-frame-options", "DENY"),
                ]
                message["headers"] = [*message.get("headers", []), *((k.encode(), v.encode()) for k, v in extra)]
            await send(message)

        await self.app(scope, receive, with_headers)


async def _refuse(scope: Any, receive: Any, send: Any, status: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        return await send({"type": "websocket.close", "code": 1008})
    text = b"This server answers its own pages only." if status == 403 else b"Not here."
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": text})


def serve(
    port: int, room: bool = False, stores: list[Path] | None = None, host: str = "", ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until stopped; `ready` is called once whoever asks is answered. `room` answers the local network too.

    Raises UsageError if something is missing or the port is taken.
    """
    check()
    os.environ.update(SETTINGS)
    from . import stores as known

    known.allow(stores or [])
    listen = host or ("0.0.0.0" if room else "127.0.0.1")
    check_port(listen, port)
    import uvicorn
    from solara.server import server as pages
    from solara.server.starlette import app

    from .first import first
    from .session import engine

    quiet()
    names = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", *([address()] if room else []), *([host] if host else []))}
    if port == 80:
        names |= {name.partition(":")[0] for name in names}
    running, render = engine(), pages.read_root
    pages.read_root = lambda path, root: render(path, root, ssg_data=first(ASKED.get(), running))  # type: ignore[assignment,misc]
    threading.Thread(target=first_picture, name="first picture", daemon=True).start()
    config = uvicorn.Config(
        Guard(app, names),
        host=listen,
        port=port,
        log_level="warning",
        access_log=False,
        ws_max_size=MOST_MESSAGE,
        server_header=False,
        timeout_graceful_shutdown=1,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    server = Server(config)
    try:
        with suppress(KeyboardInterrupt):
            server.run()
        if not server.started:
            sys.exit(3)  # it has said why
    finally:
        running.close()


def first_picture() -> None:
    """Live through what a page without a link shows, before anybody asks: workers are up and the films known by the time one does.

    It goes the way of a visitor, so what a first visit loads and compiles is there as well.
    """
    from .session import Session

    try:
        visitor = Session("")
        while visitor.numbers is None and not visitor.problems and visitor.trial.progress().running:
            visitor.tick()
            time.sleep(0.05)
        visitor.stage(), visitor.shelf()
        visitor.stop({})
    except Exception:
        logging.getLogger(__name__).exception("the first picture could not be made")


def check() -> None:
    """Raises UsageError if the app's libraries are not installed."""
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking or not (Path(sys.prefix) / "share" / "solara" / "cdn").is_dir():
        what = ", ".join(lacking) or "solara-assets"
        raise UsageError(f"the app needs libraries that are not installed ({what}); install them with: pip install 'changemaking[app]'")


def check_port(host: str, port: int) -> None:
    """Raises UsageError if nobody may listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(f"port {port}: {error.strerror or error}; give another with --port") from None


def address() -> str:
    """This machine's address in its network, as others there see it; the loopback if it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation: nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def quiet() -> None:
    """Errors of the page go to the terminal of whoever runs it, one line each."""
    logging.getLogger("solara").setLevel(logging.ERROR)
    logging.getLogger("reacton").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    warnings.filterwarnings("ignore", message="Attempting to work in a virtualenv")
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")


def _is_news(record: logging.LogRecord) -> bool:
    """Not that the end of the server cut off what a page was still asking: that is what whoever stops it wants."""
    cut_off = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not (cut_off or str(record.msg).startswith("Cancel %s running task"))
