"""The workshop app under visitors: first picture, Play ready, frames a second, Pause, the server's answer to a tab and to a control,
and its memory as sessions come and go.

    python benchmarks/app.py [--visitors 20] [--minutes 20] [--scenario phased]

Every visitor is a browser context of its own (Debian's Chromium through Playwright): opens the page, plays, pauses, looks at tabs, moves
a control, and leaves; another comes. The browser shares the machine with the server, so absolute times are pessimistic.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

PLAY = """async (ms) => {
  const date = () => document.querySelector('.cm-date').innerText, button = () => document.querySelector('.cm-main');
  const seen = new Set(); const watch = new MutationObserver(() => seen.add(date()));
  watch.observe(document.querySelector('.cm-bar'), {subtree: true, characterData: true, childList: true});
  button().click(); await new Promise(r => setTimeout(r, ms));
  const began = performance.now(); button().click();
  while (button().innerText !== 'Play') await new Promise(r => setTimeout(r, 1));
  const paused = performance.now() - began, stood = date(); await new Promise(r => setTimeout(r, 500));
  watch.disconnect();
  return {frames: seen.size / ms * 1000, paused, moved: date() !== stood};
}"""
# Both towns are on the page, and something is drawn in each.
DRAWN = """() => {
  const towns = [...document.querySelectorAll('.cm-towns canvas')];
  const sheet = town => town.getContext('2d').getImageData(0, 0, town.width, town.height).data;
  return towns.length === 2 && towns.every(t => t.width > 0 && sheet(t).some(value => value > 0));
}"""
# From a click to what only the server can answer: a tab's text, and a policy's new link. The browser's own highlight does not count.
TAB = """async () => {
  const out = [];
  for (const id of ['table', 'money', 'principles', 'contracts']) {
    const began = performance.now(); document.querySelector('#tab-' + id).click();
    while (!document.querySelector('#panel-' + id + ' .cm-told')) await new Promise(r => setTimeout(r, 1));
    out.push(performance.now() - began); await new Promise(r => setTimeout(r, 300));
  }
  return out;
}"""
CONTROL = """async (values) => {
  const out = [], control = document.querySelector('#cm-lots');
  for (const value of values) {
    const before = location.href, began = performance.now();
    control.value = value; for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, {bubbles: true}));
    while (location.href === before) await new Promise(r => setTimeout(r, 1));
    out.push(performance.now() - began); await new Promise(r => setTimeout(r, 1500));
  }
  return out;
}"""


def memory(pid: int) -> float:
    """Megabytes that the server itself holds."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def visit(browser: Any, address: str, found: dict[str, list[float]], leave: bool) -> Any:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN, timeout=60_000)
    found["first picture, s"].append(time.perf_counter() - began)
    page.wait_for_selector(".cm-main:enabled", timeout=60_000)
    found["ready to play, s"].append(time.perf_counter() - began)
    played = page.evaluate(PLAY, 4000)
    found["frames a second"].append(played["frames"])
    found["Pause, ms"].append(played["paused"])
    found["moved after Pause"].append(float(played["moved"]))
    found["server's answer to a tab, ms"] += page.evaluate(TAB)
    found["server's answer to a control, ms"] += page.evaluate(CONTROL, [5, 6, 3])
    if leave:
        context.close()
    return context


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--scenario", default="phased")
    asked = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "changemaking", "app", "--port", str(port), "--no-browser"], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/?scenario={asked.scenario}&seeds=10"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=5).read()
                break
            except OSError:
                time.sleep(0.2)
        chromium = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            found: dict[str, list[float]] = defaultdict(list)
            visit(browser, address, found, leave=True)
            time.sleep(8)
            before = memory(server.pid)
            contexts = [visit(browser, address, found, leave=False) for _ in range(asked.visitors)]
            full = memory(server.pid)
            print(
                f"{asked.visitors} visitors at once: {(full - before) / asked.visitors:.1f} MB each (server {before:.0f} to {full:.0f} MB)"
            )
            for context in contexts:
                context.close()
            end, left = time.monotonic() + 60 * asked.minutes, []
            while time.monotonic() < end:
                visit(browser, address, found, leave=True)
                left.append(memory(server.pid))
            browser.close()
        for name, values in found.items():
            print(f"{name}: median {statistics.median(values):.3g}, worst {(min if name.startswith('frames') else max)(values):.3g}")
        if left:
            print(f"{len(left)} visitors came and went: {left[0]:.0f} MB after the first, {left[-1]:.0f} after the last")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


if __name__ == "__main__":
    main()
