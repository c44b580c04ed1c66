"""What a page costs at size: `python -m benchmarks.pages [CASE...]`, the network cut, beside plain Folium.

For each case: bytes of the page, seconds to make it, processor seconds and memory of the browser's renderer
until the picture is whole, milliseconds from a click to its popup, and the longest task that keeps the page
from answering. Each case has a browser of its own. Needs Linux (`/proc`) and Chromium.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.elements import JSCSSMixin
from folium.plugins import FastMarkerCluster
from folium.template import Template
from playwright.sync_api import Page, sync_playwright

from maps.extent import extent
from maps.offline import render_offline
from maps.packed import Packed, neighbours_together
from maps.shell import CityMap, PageFigure

CRS = 32642
X0, Y0 = 660_000, 5_660_000
CITY = 25_000  # metres from side to side
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info"]
TICK = os.sysconf("SC_CLK_TCK")
STREETS = ["Абай", "Кенесары", "Сарыарқа", "Мәңгілік Ел", "Қабанбай батыр", "Республика", "Тәуелсіздік"]
WORDS = (
    "не работает освещение во дворе нужен ремонт детской площадки яма на дороге не вывозят мусор просим",
    "заменить скамейки прорвало трубу аулада жарық жоқ балалар алаңын жөндеу керек",
)
WORDS_OF_APPEALS = [word for line in WORDS for word in line.split()]
LOOK = {"fill": "#f0bf8b", "line": "#8a8375", "width": 0.6, "mark": "square", "least": 4}
COLOURS = ["#f2f0ea", "#f0bf8b", "#d9731a"]
BLUE = "#4f8fb8"


def courtyards(count: int) -> gpd.GeoDataFrame:
    """Courtyards of twenty-two corners in random places, with twelve fields."""
    dice = np.random.default_rng(1)
    turns = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    middles = dice.uniform(0, CITY, (count, 1, 2)) + np.array([X0, Y0])
    corners = middles + dice.uniform(25, 50, (count, 22, 1)) * np.stack([np.cos(turns), np.sin(turns)], 1)
    rows = pd.DataFrame(
        {
            "id": [f"109-{n:06d}" for n in range(count)],
            "address": [f"улица {STREETS[n % 7]} {n // 7 % 99}, дом {n * 13 % 97}" for n in range(count)],
            "district": dice.choice(["almaty", "baikonyr", "yesil", "nura", "saryarka"], count),
            "condition": dice.choice(["satisfactory", "needs_repair", "in_works"], count),
            "residents": dice.integers(80, 900, count),
            "appeals": dice.poisson(6, count),
            "open": dice.poisson(2, count),
            "need": dice.gamma(2, 1, count).round(3),
            "amount": np.where(dice.random(count) < 0.4, dice.integers(1, 60_000, count) * 1000, 0),
            "need_class": dice.integers(0, 3, count),
            "money_class": dice.integers(0, 3, count),
            "project": [f"P-{n}" if n % 3 == 0 else None for n in dice.integers(0, 2000, count)],
        }
    )
    return gpd.GeoDataFrame(rows, geometry=shapely.polygons(corners), crs=CRS)


def appeals(count: int) -> gpd.GeoDataFrame:
    """Appeals with eight fields, one of them a text of some sixty characters."""
    dice = np.random.default_rng(2)
    places = dice.normal(CITY / 2, CITY / 7, (count, 2)) + np.array([X0, Y0])
    sentences = [" ".join(dice.choice(WORDS_OF_APPEALS, 9))[:60] for _ in range(5000)]
    text = [f"{sentences[a]} {b}" for a, b in dice.integers(0, [5000, 200], (count, 2))]
    rows = pd.DataFrame(
        {
            "number": np.arange(count),
            "category": dice.choice(["roads", "lighting", "rubbish", "playground", "water"], count),
            "status": dice.choice(["open", "closed"], count),
            "channel": dice.choice(["phone", "app", "web"], count),
            "day": dice.integers(18_262, 19_723, count),
            "address": np.array([f"улица {STREETS[n % 7]}, {n // 7}" for n in range(3000)])[
                dice.integers(0, 3000, count)
            ],
            "repeated": dice.random(count) < 0.1,
            "text": text,
        }
    )
    return gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(*places.T), crs=CRS)


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


def folium_page(frame: gpd.GeoDataFrame) -> str:
    """The same as a plain folium.GeoJson with a popup of all fields."""
    city = folium.Map(location=[51.15, 71.5], zoom_start=11, tiles=None)
    fields = [name for name in frame.columns if name != "geometry"]
    folium.GeoJson(frame.to_crs(4326), popup=folium.GeoJsonPopup(fields=fields)).add_to(city)
    return render_offline(city.get_root())


def cluster_page(frame: gpd.GeoDataFrame) -> str:
    """Points as FastMarkerCluster, its values in the data; not opened, since its library is not vendored."""
    degrees = frame.to_crs(4326)
    rows = frame.drop(columns="geometry").astype(object).to_numpy().tolist()
    data = [[p.y, p.x, *row] for p, row in zip(degrees.geometry, rows, strict=True)]
    city = folium.Map(location=[51.15, 71.5], zoom_start=11, tiles=None)
    FastMarkerCluster(data).add_to(city)
    return str(city.get_root().render())


CASES: dict[str, Callable[[], str]] = {
    "empty": lambda: packed_page(courtyards(1)),
    "425": lambda: packed_page(courtyards(425)),
    "20000": lambda: packed_page(courtyards(20_000)),
    "200000": lambda: packed_page(courtyards(200_000)),
    "million": lambda: packed_page(appeals(1_000_000)),
    "both": lambda: packed_page(courtyards(200_000), appeals(1_000_000)),
    "folium-425": lambda: folium_page(courtyards(425)),
    "folium-2000": lambda: folium_page(courtyards(2_000)),
    "folium-20000": lambda: folium_page(courtyards(20_000)),
    "cluster-100000": lambda: cluster_page(appeals(100_000)),
}
# The longest task of the page's own thread: while it runs, nothing on the page answers.
STOPS = """() => {
    window.longest = 0;
    const look = (list) => {
        for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
    };
    new PerformanceObserver(look).observe({type: 'longtask', buffered: true});
}"""
# A shape near the middle of the window, in pixels of the page.
TARGET = """() => {
    const layer = window.packed_layer1 || packed_layer0;
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


def measured(page: Page, file: Path, own: bool) -> dict[str, float | str]:
    """Open a page and read its figures."""
    page.add_init_script(f"({STOPS})()")
    page.goto(file.as_uri(), wait_until="load", timeout=300_000)
    page.wait_for_selector(
        "body[data-whole]" if own else "path.leaflet-interactive", timeout=300_000, state="attached"
    )
    page.wait_for_timeout(1500)  # a second picture, if the first asked for one
    pid = renderer(os.getpid())
    found: dict[str, float | str] = {
        "cpu s": processor(pid),
        "renderer MB": memory(pid),
        "longest task ms": round(page.evaluate("window.longest")),
    }
    if own:
        page.evaluate(WATCH)
        x, y = page.evaluate(TARGET)
        page.wait_for_timeout(1500)
        page.evaluate("window.longest = 0")
        page.mouse.click(x, y)
        page.wait_for_function("() => window.took !== undefined", timeout=60_000)
        found["click ms"] = round(page.evaluate("window.took"))
        page.evaluate(
            "() => { setTimeout(() => map_city.setView(map_city.getCenter(), 12, {animate: false})); }"
        )
        page.wait_for_timeout(4000)
        found["task after zoom ms"] = round(page.evaluate("window.longest"))
    return found


def renderer(parent: int) -> int:
    """The process below `parent` that renders pages: the one with the most memory."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"--type=renderer" in words and parent in ancestors(int(entry.name)):
            found.append(int(entry.name))
    return max(found, key=memory)


def ancestors(pid: int) -> list[int]:
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
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return round((int(stat[11]) + int(stat[12])) / TICK, 2)


def memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return round(int(line.split()[1]) / 1024)
    return 0.0


def run(case: str, folder: Path) -> dict[str, float | str]:
    """Make one page and open it in a browser of its own."""
    began = time.process_time()
    text = CASES[case]()
    file = folder / f"{case}.html"
    file.write_text(text, encoding="utf-8")
    found: dict[str, float | str] = {
        "MB": round(len(text.encode()) / 1e6, 2),
        "made s": round(time.process_time() - began, 1),
    }
    if case.startswith("cluster"):
        return found
    del text
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(offline=True, viewport={"width": 1366, "height": 768}).new_page()
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.on(
            "request", lambda request: None if request.url == file.as_uri() else heard.append(request.url)
        )
        found |= measured(page, file, own=not case.startswith("folium"))
        found["requests and complaints"] = len(heard)
        for line in heard[:3]:
            print(line)
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], help="all of them if none is named")
    cases = parser.parse_args().cases or list(CASES)
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            figures = run(case, Path(folder))
            print(case, ", ".join(f"{name} {value}" for name, value in figures.items()), sep=": ", flush=True)


if __name__ == "__main__":
    main()
