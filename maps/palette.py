"""Colours of maps that are not a layer's own style: classes of need by money, coverage, base map."""

from __future__ import annotations

from typing import Any

from gis_core.layer import Layer

# Need in rows (low first), money in columns (none first). The smallest difference between any two of the nine
# is 11.5 CAM02-UCS for readers with deuteranopia; the usual bivariate palettes have 1.4 to 3.9.
NEED_BY_MONEY = (
    "#f2f0ea", "#a9c8dc", "#4f8fb8",
    "#f0bf8b", "#a79f9b", "#4d6f8f",
    "#d9731a", "#96603f", "#3d3b45",
)  # fmt: skip
ACCENT = "#d9731a"
SECOND = "#4f8fb8"

# Share of the city's money by share of its need: 1 is money in proportion. The breaks lie evenly about 1 (a
# half and double, four fifths and five quarters) and hold for every year, else the slider would lie.
COVERAGE_BREAKS = (0.5, 0.8, 1.25, 2.0)
COVERAGE = ("#b35806", "#f1a340", "#f3efe6", "#9ecae1", "#3182bd")

BASE_AREAS: dict[str, dict[str, Any]] = {
    "green": {"fill": "#dbe6cf"},
    "water": {"fill": "#c3d9e6"},
}
BASE_LINES: dict[str, dict[str, Any]] = {
    "water": {"line": "#c3d9e6", "width": 2.5, "grow": 1.35},
    "street": {"line": "#ffffff", "width": 1.6, "grow": 1.35, "casing": "#dedad2"},
    "rail": {"line": "#a8a39a", "width": 1.2, "dash": [6, 4]},
}


def look(layer: type[Layer], **more: Any) -> dict[str, Any]:
    """A layer's declared style in the words of `assets/abat/paint.js`; `more` adds or replaces."""
    style = layer.style
    if style is None:
        raise LookupError(f"layer {layer.__tablename__} declares no style")
    declared = {"fill": style.fill, "opacity": style.opacity, "line": style.line, "width": style.width}
    return {**declared, **more}
