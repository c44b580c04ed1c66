"""A page in a browser of its own, the network cut: what its processes cost, and what a reader waits for."""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info"]
WEBGL = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # without a graphics card, as on an office machine
TICK = os.sysconf("SC_CLK_TCK")
LONGEST = 180.0  # seconds that a page may take
STILL = 4.0  # seconds without work of the renderer: the picture is whole


class Opened:
    """A page that was opened, and what it asked for in vain."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.browser = browser
        self.page = page
        self.missed: list[str] = []
        self.complaints: list[str] = []

    def answer(self, route: Route, file: Path, libraries: Path) -> None:
        """The page itself, a library from a folder in the place of its host, or nothing."""
        url = route.request.url
        if url == file.as_uri() or url.startswith(("data:", "blob:")):
            return route.continue_()
        found = _library(url, libraries)
        if found is None:
            self.missed.append(url)
            return route.abort()
        return route.fulfill(path=found, headers={"Access-Control-Allow-Origin": "*"})

    def settle(self) -> dict[str, float]:
        """Wait until the renderer rests, and say what that took."""
        own, began = os.getpid(), time.monotonic()
        last, since = -1.0, began
        while time.monotonic() - began < LONGEST and time.monotonic() - since < STILL:
            self.page.wait_for_timeout(250)
            now = processor(process(own, "renderer"))
            if now > last + 0.02:
                last, since = now, time.monotonic()
        renderer = process(own, "renderer")
        figures = {
            "cpu s": last,
            "gpu cpu s": processor(process(own, "gpu-process")),
            "renderer MB": memory(renderer),
        }
        wall, busy = longest_tasks(self.browser.stop_tracing(), renderer)
        return {**figures, "longest task ms": wall, "longest task cpu ms": busy}

    def is_blank(self) -> bool:
        """Whether nothing but one colour is to be seen. Raises an Error if the page does not answer."""
        picture = self.page.screenshot(timeout=120_000)
        return len(set(zlib.decompress(_pixels(picture)))) <= 4  # a colour, and how lines are filtered


@contextmanager
def opened(file: Path, libraries: Path | None = None, flags: list[str] | None = None) -> Iterator[Opened]:
    """The file in a fresh browser; `libraries` holds unpacked npm packages as NAME@VERSION."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + (flags or []))
        context = browser.new_context(offline=True, viewport={"width": 1366, "height": 768})
        found = Opened(browser, context.new_page())
        found.page.on("console", lambda message: found.complaints.append(message.text))
        if libraries is not None:
            found.page.route("**/*", lambda route: found.answer(route, file, libraries))
        else:
            found.page.on("requestfailed", lambda request: found.missed.append(request.url))
        browser.start_tracing(page=found.page, categories=["toplevel"])
        found.page.goto(file.as_uri(), wait_until="commit", timeout=1000 * LONGEST)
        yield found
        browser.close()


def longest_tasks(trace: bytes, renderer: int) -> tuple[int, int]:
    """Milliseconds of the longest task of the page's own thread, while which nothing on the page answers: by
    the clock, and of processor time, which other programs on the machine do not lengthen."""
    events = json.loads(trace)["traceEvents"]
    threads = {
        event["tid"]
        for event in events
        if event["name"] == "thread_name"
        and event["pid"] == renderer
        and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        (event["dur"], event.get("tdur", 0))
        for event in events
        if event["pid"] == renderer
        and event["tid"] in threads
        and event["ph"] == "X"
        and event["name"].endswith("RunTask")
    ]
    wall, busy = (max(times, default=0) for times in zip(*tasks, strict=True))
    return round(wall / 1000), round(busy / 1000)


def _library(url: str, libraries: Path) -> Path | None:
    """The file of the package that the address names; that which is not minified if there is no other."""
    asked = url.partition("?")[0].split("/")
    name = asked[-1]
    names = (name, re.sub(r"-\d[\d.]*\d", "", name), name.replace(".min.", "."))
    for folder in sorted(libraries.iterdir()):
        package = folder.name.rpartition("@")[0].rpartition("+")[2]
        if _letters(package) not in _letters(url):
            continue
        for wanted in names:
            if found := sorted(folder.rglob(wanted)):
                return max(found, key=lambda path: len({*path.relative_to(folder).parts} & {*asked}))
    return None


def _letters(text: str) -> str:
    return re.sub(r"[.-]", "", text.lower())


def _pixels(picture: bytes) -> bytes:
    """The packed pixels of a PNG."""
    at, parts = 8, []
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        if picture[at + 4 : at + 8] == b"IDAT":
            parts.append(picture[at + 8 : at + 8 + length])
        at += length + 12
    return b"".join(parts)


def process(parent: int, kind: str) -> int:
    """The browser's process of a kind below `parent`: of several the one with the most memory."""
    found = [0]
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--type={kind}".encode() in words and parent in _ancestors(int(entry.name)):
            found.append(int(entry.name))
    return max(found, key=memory)


def _ancestors(pid: int) -> list[int]:
    """The parents of a process, up to the first."""
    found = []
    while pid > 1:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            break
        pid = int(stat[1])
        found.append(pid)
    return found


def processor(pid: int) -> float:
    """Processor seconds of a process so far."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return round((int(stat[11]) + int(stat[12])) / TICK, 2)


def memory(pid: int) -> float:
    """Megabytes that a process holds."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((round(int(line.split()[1]) / 1024) for line in lines if line.startswith("VmRSS")), 0.0)
