"""The parts a page is made of: Folium elements of our own, with fixed ids and without foreign texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from gis_core.layer import Language
from maps.offline import ascii_markup
from maps.packed import INFLATE
from maps.payload import packed_json

CLOSEST_ZOOM = 18  # one step of the grid is one pixel there, see maps/worldgrid.py
NO_SCRIPT = (
    "Странице нужен JavaScript; из сети она ничего не берёт. / "
    "Бетке JavaScript керек; ол желіден ештеңе алмайды. / "
    "This page needs JavaScript; it takes nothing from the network."
)


class PageFigure(Figure):
    """Folium's figure as a page with a language and its script inside the body."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.lang }}">\n<head>\n{{ this.header.render(**kwargs) }}\n</head>\n'
        '<body data-page="{{ this.page }}">\n{{ this.html.render(**kwargs) }}\n'
        "<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, page: str, lang: Language) -> None:
        super().__init__()
        self.page = page
        self.lang = lang
        viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        self.header.add_child(Element(viewport), name="meta_viewport")
        self.header.add_child(Element("<title>Abat</title>"), name="title")


class CityMap(folium.Map):
    """A Folium map without tiles, whose place on the page is decided by our style sheet.

    Folium's own template forbids the reader to enlarge the page and gives the map a size of its own.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <main class="folium-map" id={{ this.get_name()|tojson }}></main>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        L.control.zoom({position: "bottomright"}).addTo({{ this.get_name() }});
        Abat.home({{ this.get_name() }}, {{ this.extent|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, extent: list[list[float]]) -> None:
        # without fading a closed popup is gone at once
        options: dict[str, Any] = {"zoom_snap": 0.5, "min_zoom": 8, "fade_animation": False}
        super().__init__(location=(0, 0), tiles=None, zoom_control=False, **options)
        self._id = "city"
        self.default_js = [*self.default_js, ("abat_home", "abat:home.js")]
        self.extent = extent
        self.options["max_zoom"] = CLOSEST_ZOOM  # folium.Map drops the argument when there are no tiles


class Shell(MacroElement):
    """The parts of a page round its map, and its texts and facts as data that no template sees."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <header id="head"></header>
        {% if this.with_map %}
        <aside id="panel"></aside>
        <section id="legend"></section>
        {% else %}
        <main id="panel"></main>
        {% endif %}
        <noscript>{{ this.no_script }}</noscript>
        <script type="application/octet-stream" id="page-model">{{ this.model }}</script>
        {% endmacro %}
        """
    )

    def __init__(self, model: dict[str, Any], *, with_map: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Shell", "page"
        self.model = packed_json(model)
        self.with_map = with_map
        self.no_script = ascii_markup(NO_SCRIPT)


class Start(JSCSSMixin):
    """Our scripts and styles, after Leaflet's, and the call that makes a page live."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        Abat.{{ this.page }}({{ this.arguments|join(", ") }});
        {% endmacro %}
        """
    )

    def __init__(
        self, page: str, arguments: Iterable[Element], scripts: Iterable[str], styles: Iterable[str]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Start", "page"
        self.page = page
        self.arguments = [element.get_name() for element in arguments]
        self.default_js = [INFLATE, *((f"abat_{name}", f"abat:{name}.js") for name in scripts)]
        self.default_css = [(f"abat_{name}_css", f"abat:{name}.css") for name in styles]
