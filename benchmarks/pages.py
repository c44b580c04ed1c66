"""What a page costs at size, beside other programs: `python -m benchmarks.pages [CASE...]`, the network cut.

For each case: bytes of the page, processor seconds of the browser until the picture is whole, memory of its
renderer, the longest task that keeps the page from answering (by the clock, and of processor time, which a
busy machine does not lengthen), milliseconds from a click to the card. Each page has a browser of its own.
Prints one table. Needs Linux (`/proc`) and Chromium.

Without more it measures pages of ours. Peers are no dependency of Abat: `--peers PYTHON` names the Python of
an environment that has folium, lonboard, keplergl, pydeck and geopandas, and the same rows are drawn by each.
Their pages ask hosts for libraries. `--libraries DIR` answers in the place of those hosts from npm packages
unpacked as NAME@VERSION: leaflet, leaflet.markercluster, jquery, bootstrap, requirejs, anywidget,
@jupyter-widgets+html-manager. Without it a page shows what it shows without a network.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
from folium.elements import JSCSSMixin
from folium.template import Template
from playwright.sync_api import Error, Page

from benchmarks.browser import WEBGL, Opened, opened
from benchmarks.invented import appeals, courtyards
from benchmarks.invented_needs import needs_frames
from gis_core.layer import Label
from maps.extent import extent
from maps.needs import needs_page
from maps.offline import render_offline
from maps.packed import Packed, neighbours_together
from maps.page import PageContext
from maps.shell import CityMap, PageFigure

Figures = dict[str, Any]
COLUMNS = (
    "MB",
    "cpu s",
    "gpu cpu s",
    "renderer MB",
    "longest task ms",
    "longest task cpu ms",
    "click ms",
    "asks hosts",
    "shows",
)
LOOK = {"fill": "#f0bf8b", "line": "#8a8375", "width": 0.6, "mark": "square", "least": 4}
COLOURS = ["#f2f0ea", "#f0bf8b", "#d9731a"]
BLUE = "#4f8fb8"


class Bench(JSCSSMixin):
    """The page's script: colours, a card on a click, and a mark when the picture is whole."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (async () => {
            const layers = [{{ this.names|join(", ") }}];
            await Promise.all(layers.map((layer) => layer.ready));
            for (const layer of layers) {
                if (layer.shapes.kind === "point") layer.condense({{ this.blue|tojson }}, 20000);
                else layer.recolour({{ this.styles|tojson }}, (row) => layer.value("need_class", row));
            }
            Abat.sheet(map_city, "data").on("update", () => { document.body.dataset.whole = "true"; });
            window.card = async (layer, row) => {
                const facts = Object.entries(layer.tables.rows.row(row));
                for (const name in layer.texts) facts.push([name, await layer.texts[name].of(row)]);
                return Abat.h("div", {}, Abat.facts(facts.map(([name, value]) => [name, String(value)])));
            };
            map_city.on("click", async (event) => {
                for (const layer of [...layers].reverse()) {
                    const [row] = layer.hits(event.latlng);
                    if (row === undefined) continue;
                    const card = await window.card(layer, row);
                    L.popup().setLatLng(event.latlng).setContent(card).openOn(map_city);
                    break;
                }
            });
        })();
        {% endmacro %}
        """
    )

    def __init__(self, names: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.default_js = [("abat_dom", "abat:dom.js")]
        self.default_css = [(f"abat_{name}", f"abat:{name}.css") for name in ("frame", "map")]
        self.names = names
        self.blue = BLUE
        self.styles = [{**LOOK, "fill": colour} for colour in COLOURS]


def packed_page(*frames: gpd.GeoDataFrame) -> str:
    """The frames as packed layers, in the order given."""
    figure, city = PageFigure("bench", "ru"), CityMap(extent(*frames))
    figure.add_child(city)
    names = []
    for number, frame in enumerate(frames):
        texts = ["text"] if "text" in frame else []
        mark = {"style": {**LOOK, "mark": "circle" if texts else "square"}}
        names.append(f"packed_layer{number}")
        city.add_child(Packed(f"layer{number}", neighbours_together(frame), mark, texts=texts))
    figure.add_child(Bench(names))
    return render_offline(figure)


def whole_page(count: int) -> str:
    """The page of needs of so many courtyards in four years."""
    context = PageContext(Label("Город", "Қала", "City"), Label("тенге", "теңге", "tenge"), "2023-12-31")
    return needs_page(context, needs_frames(count))


ROWS: dict[str, Callable[[int], gpd.GeoDataFrame]] = {"courtyards": courtyards, "appeals": appeals}
OURS: dict[str, Callable[[], str]] = {
    "empty": lambda: packed_page(courtyards(1)),
    "courtyards-425": lambda: packed_page(courtyards(425)),
    "courtyards-20000": lambda: packed_page(courtyards(20_000)),
    "courtyards-200000": lambda: packed_page(courtyards(200_000)),
    "appeals-10000": lambda: packed_page(appeals(10_000)),
    "appeals-1000000": lambda: packed_page(appeals(1_000_000)),
    "both": lambda: packed_page(courtyards(200_000), appeals(1_000_000)),
    "needs-20000": lambda: whole_page(20_000),
    "needs-200000": lambda: whole_page(200_000),
}
PEERS = {
    f"{peer}-{rows}": (peer, rows)
    for rows in ("courtyards-425", "courtyards-20000", "appeals-10000")
    for peer in ("folium", "cluster", "lonboard", "kepler", "pydeck")
}
# A shape near the middle of the window, in pixels of the page.
TARGET = """() => {
    const layer = window.packed_layer1 || window.packed_layer0 || packed_courtyards;
    const middle = layer.shapes.point(map_city.getCenter());
    let [best, least] = [0, Infinity];
    for (let row = 0; row < layer.shapes.rows; row++) {
        const away = layer.distance(row, middle.x, middle.y);
        if (away < least) [best, least] = [row, away];
    }
    map_city.setView(layer.boundsOf(best).getCenter(), 17, {animate: false});
    const point = map_city.latLngToContainerPoint(layer.boundsOf(best).getCenter());
    const frame = map_city.getContainer().getBoundingClientRect();
    return [frame.x + point.x, frame.y + point.y];
}"""
WATCH = """() => {
    window.clicked = null;
    addEventListener('mousedown', () => (window.clicked = performance.now()), true);
    map_city.on('popupopen', () => (window.took = performance.now() - window.clicked));
}"""


# Cards of peers: popups of Leaflet, tooltips of deck.gl.
CARDS = """() => {
    const cards = '.leaflet-popup, .deck-tooltip, .map-popover';
    window.took = undefined;
    const began = (event) => (window.began = performance.now());
    for (const kind of ['mousemove', 'mousedown']) addEventListener(kind, began, true);
    const look = () => {
        const card = document.querySelector(cards);
        if (card && getComputedStyle(card).display !== 'none' && window.took === undefined)
            window.took = performance.now() - window.began;
    };
    new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
}"""
# The shape of Leaflet nearest to the middle of the window; where there is none, the middle.
NEAREST = """([x, y]) => {
    const shapes = Array.from(document.querySelectorAll('path.leaflet-interactive'));
    const boxes = shapes.map((shape) => shape.getBoundingClientRect()).filter((box) => box.width > 0);
    const middles = boxes.map((box) => [box.x + box.width / 2, box.y + box.height / 2]);
    const away = (at) => Math.hypot(at[0] - x, at[1] - y);
    return middles.sort((a, b) => away(a) - away(b))[0] || [x, y];
}"""
MIDDLE = (683, 384)  # of the window: there the peers put a shape
WHEELS = 6  # turns of the wheel from the whole city to a house


def ours(found: Opened) -> Figures:
    """Figures of a page of ours, whose map and layer have names."""
    page = found.page
    page.wait_for_selector("body[data-whole], body[data-ready]", timeout=300_000, state="attached")
    figures = found.settle()
    page.evaluate(WATCH)
    x, y = page.evaluate(TARGET)
    page.wait_for_timeout(1500)
    page.mouse.click(x, y)
    page.wait_for_function("() => window.took !== undefined", timeout=60_000)
    return {**figures, "click ms": round(page.evaluate("window.took")), "shows": "all"}


def theirs(found: Opened) -> Figures:
    """Figures of a page of a peer: what it shows, and a click on the shape in the middle, seen from near."""
    figures = found.settle()
    try:
        if found.is_blank():
            return {**figures, "shows": "nothing"}
    except Error:
        return {**figures, "shows": "does not answer"}
    return {**figures, "click ms": click(found.page), "shows": "all"}


def click(page: Page) -> int | str:
    """Milliseconds from pointing or clicking to a card; in words if none comes."""
    try:
        page.mouse.move(*MIDDLE)
        for _ in range(WHEELS):
            page.mouse.wheel(0, -240)
            page.wait_for_timeout(700)
        page.mouse.move(40, 700)
        page.evaluate(CARDS)
        there = page.evaluate(NEAREST, MIDDLE)
        page.mouse.move(*there)
        page.wait_for_timeout(1500)
        if page.evaluate("window.took") is None:
            page.mouse.click(*there)
            page.wait_for_timeout(4000)
        took = page.evaluate("window.took")
    except Error as error:
        return error.message.splitlines()[0]
    return "no card" if took is None else round(took)


def run(case: str, folder: Path, options: argparse.Namespace) -> Figures:
    """Make one page and open it in a browser of its own."""
    file = folder / f"{case}.html"
    if case in OURS:
        file.write_text(OURS[case](), encoding="utf-8")
        with opened(file) as found:
            figures = ours(found)
    else:
        make_peer(case, file, options.peers)
        with opened(file, options.libraries, WEBGL) as found:
            figures = theirs(found)
    hosts = {url.split("/")[2] for url in found.missed if "//" in url and not url.startswith("file:")}
    return {"MB": round(file.stat().st_size / 1e6, 2), "asks hosts": len(hosts), **figures}


def make_peer(case: str, file: Path, python: str) -> None:
    """The page of a peer, made by its own Python from a file of the same rows."""
    peer, rows = PEERS[case]
    kind, count = rows.rsplit("-", 1)
    data = file.parent / f"{rows}.gpkg"
    if not data.exists():
        ROWS[kind](int(count)).to_file(data)
    script = Path(__file__).with_name("peer_pages.py")
    subprocess.run([python, script, peer, data, file], check=True, stdout=subprocess.DEVNULL)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(" integrity=", " data-integrity="), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", choices=[*OURS, *PEERS, []], help="all that can be made if none")
    parser.add_argument("--peers", metavar="PYTHON", help="the Python in which the peers are installed")
    parser.add_argument("--libraries", metavar="DIR", type=Path, help="libraries in the place of their hosts")
    options = parser.parse_args()
    cases = options.cases or [*OURS, *(PEERS if options.peers else [])]
    print("| case |", " | ".join(COLUMNS), "|")
    print("|---" * (len(COLUMNS) + 1) + "|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            figures = run(case, Path(folder), options)
            print("|", " | ".join([case, *(str(figures.get(name, "")) for name in COLUMNS)]), "|", flush=True)


if __name__ == "__main__":
    main()
