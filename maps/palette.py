"""Colours of maps that are not a layer's own style."""

from __future__ import annotations

from typing import Any

from gis_core.layer import Layer
from layers.need_looks import COVERAGE, COVERAGE_BREAKS, NEED_BY_MONEY

__all__ = [
    "ACCENT",
    "BASE_AREAS",
    "BASE_LINES",
    "COVERAGE",
    "COVERAGE_BREAKS",
    "NEED_BY_MONEY",
    "SECOND",
    "look",
]

ACCENT = "#d9731a"
SECOND = "#4f8fb8"

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
