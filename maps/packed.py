"""A Folium layer that carries any number of shapes as one compact payload, drawn on one canvas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from maps.payload import packed, packed_texts
from maps.worldgrid import morton_order, on_grid

INFLATE = ("tiny_inflate", "npm:tiny-inflate")  # for browsers without DecompressionStream
# In this order: each script uses those before it.
SCRIPTS = ("payload", "table", "shapes", "grid", "paint", "density", "sheet", "layer")


def neighbours_together(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows in the order in which they pack best; equal frames give equal orders."""
    return frame.iloc[morton_order(on_grid(frame))]


class Packed(JSCSSMixin, Layer):
    """The rows of a frame, in the order given, with their attributes; `more` are further tables.

    Columns named in `texts` hold long texts: they travel in chunks of their own, opened when asked for.

    `look` says how shapes are drawn before a page changes it: {"style": style}, or {"by": column, "styles":
    {value: style}}; see `assets/abat/paint.js`. It must be our own words: it passes through Folium's
    templates, rows do not.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <script type="application/octet-stream" id="{{ this.get_name() }}_data">{{ this.data }}</script>
        {% for name, text in this.texts.items() %}
        <script type="application/octet-stream" id="{{ this.get_name() }}_data_{{ name }}">{{ text }}</script>
        {% endfor %}
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = new Abat.Layer(
            {{ (this.get_name() + "_data")|tojson }}, {{ this.sheet|tojson }}, {{ this.look|tojson }},
            {{ this.waits|tojson }});
        {% endmacro %}
        """
    )
    sheet = "data"
    waits = False
    default_js = [  # noqa: RUF012  Folium declares it so
        INFLATE,
        *((f"abat_{name}", f"abat:{name}.js") for name in SCRIPTS),
    ]

    def __init__(
        self,
        name: str,
        frame: gpd.GeoDataFrame,
        look: dict[str, Any],
        *,
        texts: Sequence[str] = (),
        **more: pd.DataFrame,
    ) -> None:
        super().__init__(name=name, overlay=True, control=False, show=not self.waits)
        self._name, self._id = "Packed", name  # the name is the id: Folium's own are random
        self.look = look
        self.texts = {column: packed_texts(frame[column]) for column in texts}
        self.data = packed(frame, on_grid(frame), texts=texts, **more)


class Ground(Packed):
    """A packed layer that lies under all data and is not pointed at."""

    sheet = "base"


class Waiting(Packed):
    """A packed layer that is neither read nor drawn until the page's script opens it."""

    waits = True
