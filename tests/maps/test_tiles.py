"""Map tiles from a server: only where a page was made with one, and only when its reader asks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gis_core.errors import InputError
from maps.needs import needs_page
from maps.tiles import Tiles
from tests.maps.town import context, needs_frames

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


class Answers(BaseHTTPRequestHandler):
    """A server of tiles that has one for every place, but none below /broken."""

    def do_GET(self) -> None:
        found = not self.path.startswith("/broken")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(DOT if found else b"")

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def server() -> Iterator[str]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


@pytest.fixture
def online(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, list[str]]]:
    """A window with a network, and what it asks for beside the page's own file."""
    window = browser.new_context(viewport={"width": 1366, "height": 768})
    page, asked = window.new_page(), []
    page.on("request", lambda request: asked.append(request.url) if request.url[:4] == "http" else None)
    yield page, asked
    window.close()


def opened(page: Page, folder: Path, tiles: Tiles | None) -> None:
    file = folder / "page.html"
    file.write_text(needs_page(context(tiles=tiles), needs_frames()), encoding="utf-8")
    page.goto(file.as_uri() + "#lang=en")
    page.wait_for_selector("body[data-ready]", state="attached")


def test_a_page_asks_for_tiles_only_while_its_reader_wants_them(
    online: tuple[Page, list[str]], server: str, tmp_path: Path
) -> None:
    page, asked = online
    opened(page, tmp_path, Tiles(server + "/{z}/{x}/{y}.png", "© <b>City</b>"))
    page.wait_for_timeout(200)
    assert asked == []
    assert not page.locator(".tiles-switch input").is_checked()
    page.click(".tiles-switch label")
    page.wait_for_selector("img.leaflet-tile-loaded", state="attached")
    assert asked
    assert all(url.startswith(server + "/") for url in asked)
    assert page.locator(".tiles-switch small").text_content() == "© <b>City</b>"
    page.click(".tiles-switch label")
    assert page.locator("img.leaflet-tile").count() == 0
    assert page.locator(".tiles-switch small").text_content() == ""


def test_a_server_that_does_not_answer_turns_the_switch_off_and_says_so(
    online: tuple[Page, list[str]], server: str, tmp_path: Path
) -> None:
    page, _ = online
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    opened(page, tmp_path, Tiles(server + "/broken/{z}/{x}/{y}.png"))
    page.click(".tiles-switch label")
    said = page.locator(".tiles-switch small:has-text('does not answer')")
    said.wait_for()
    assert not page.locator(".tiles-switch input").is_checked()
    assert page.locator("img.leaflet-tile").count() == 0
    page.click("[data-lang='ru']")
    assert "Сервер карты не отвечает" in (page.text_content(".tiles-switch small") or "")
    assert faults == []


def test_the_policy_opens_one_host_for_pictures_and_no_other(
    online: tuple[Page, list[str]], server: str, tmp_path: Path
) -> None:
    page, _ = online
    opened(page, tmp_path, Tiles("https://tiles.example.org/{z}/{x}/{y}.png"))
    policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content") or ""
    assert "img-src data: https://tiles.example.org;" in policy
    assert "default-src 'none'" in policy
    load = """(url) => new Promise((done) => {
        const image = new Image();
        image.onload = () => done('came');
        image.onerror = () => done('kept out');
        image.src = url;
    })"""
    assert page.evaluate(load, server + "/1/1/1.png") == "kept out"


def test_without_a_server_there_is_no_switch_and_no_host_in_the_policy(
    online: tuple[Page, list[str]], tmp_path: Path
) -> None:
    page, asked = online
    opened(page, tmp_path, None)
    assert page.locator(".tiles-switch").count() == 0
    policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content") or ""
    assert "img-src data:;" in policy
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{s}.png",
        "ftp://tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "https://a.org; script-src */{z}/{x}/{y}.png",
        "https://a.org/{z}/{x}/{y}.png' 'unsafe-inline'",
        "javascript:alert(1)/{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_no_server_of_tiles_is_refused_with_a_right_one(url: str) -> None:
    with pytest.raises(InputError, match="give an address such as"):
        Tiles(url)
