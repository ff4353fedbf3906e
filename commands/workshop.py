"""changemaking app: the workshop app in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import folder, guarded, say


@guarded
def command(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8765,
    room: Annotated[bool, typer.Option("--room", help="Let others in this network open it too: prints the address and a QR code.")] = False,
    store: Annotated[
        list[Path] | None, typer.Option("--store", metavar="DIR", parser=folder, help="A store of a sweep to show; repeatable.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Open the workshop app: change a rule, and see the town change."""
    from ..viz.app.server import address, check, check_port, serve

    check()
    check_port("0.0.0.0" if room else "127.0.0.1", port)
    for path in store or []:
        from ..experiments.sweeps.store import open_store

        open_store(path)
    here = f"http://{address() if room else '127.0.0.1'}:{port}"  # in a room, what is copied from the page opens on other machines too

    def ready() -> None:
        say(f"The app is at {here}  (Ctrl-C stops it)")
        if room:
            import segno

            say("Others in this network open the same address. Whoever can reach it can use it;")
            say("nothing they type is kept.")
            segno.make(here).terminal(compact=True)
        else:
            say("Only this computer can open it. With --room others in the network can.")
        if browser:
            import threading
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(here,), daemon=True).start()  # some browsers return when they are closed

    say("Starting the app ...")
    serve(port, room, list(store or []), ready=ready)
