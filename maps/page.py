"""The frame that all pages share: what they are told of city and date, and how a page is put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from gis_core.layer import KZT, SHARE, Label, Language, Layer, fields, is_logical
from layers.words import YEAR
from maps.offline import render_offline
from maps.packed import Packed
from maps.shell import CityMap, PageFigure, Shell, Start
from maps.texts import texts_of
from maps.tiles import Tiles

# Our scripts by use, each after those it uses; maps/packed.py brings those that open and draw layers.
COMMON = ("payload", "dom", "words", "page", "frame", "charts")
ON_MAP = ("tiles", "view", "labels")
MAP_STYLES = ("frame", "map", "panel", "print")
TEXT_STYLES = ("frame", "index")
FORMS: dict[Label | None, str] = {SHARE: "share", KZT: "money"}  # units that say how a value is written


@dataclass(frozen=True)
class PageContext:
    """What every page says of itself.

    `date` is the day of the data: 2026-11-24 is written in the reader's language, other text as it is.
    `money_on_map` and `appeals_on_map` are shares of one, None if not known. `sample` and `schematic` put
    the marks for invented data and for unofficial outlines. `pages` are those of this run; they link to
    each other as NAME.html. `downloads` are files beside the pages, as relative paths. `tiles` are for maps
    and make their policy name one host. `appeal_texts`: what citizens wrote stands on the page of needs too.
    """

    city: Label
    currency: Label
    date: str
    sources: tuple[str, ...] = ()
    money_on_map: float | None = None
    appeals_on_map: float | None = None
    sample: bool = False
    schematic: bool = False
    lang: Language = "ru"
    pages: tuple[str, ...] = ("index", "needs", "conflicts")
    downloads: tuple[str, ...] = ()
    tiles: Tiles | None = None
    appeal_texts: bool = False


Model = dict[str, Any]


def page_model(name: str, context: PageContext, layers: Iterable[type[Layer]]) -> Model:
    """What the scripts of a page must know beside its rows: texts, labels of fields, city and date."""
    return {
        "page": name,
        "context": {**asdict(context), "city": list(context.city), "currency": list(context.currency)},
        "texts": texts_of(name),
        "fields": {layer.__tablename__: declared(layer) for layer in layers},
    }


def declared(layer: type[Layer]) -> dict[str, Any]:
    """Labels, units and choices of a layer's visible fields, as the page's scripts read them."""
    return {
        name: {
            "label": list(field.label),
            "unit": list(field.unit) if field.unit else None,
            "form": "year" if field.label == YEAR else FORMS.get(field.unit),
            "names": field.vocabulary,
            "logical": is_logical(layer, name),
            "choices": {code: list(label) for code, label in field.choices.items()} if field.choices else {},
        }
        for name, field in fields(layer).items()
        if not field.hidden
    }


def map_page(model: Model, city: CityMap, layers: Iterable[Packed], scripts: Iterable[str]) -> str:
    """A page with a map as one HTML text: layers are drawn in their order and handed to the page's script."""
    drawn = list(layers)
    figure = PageFigure(model["page"], model["context"]["lang"])
    figure.add_child(Shell(model, with_map=True))
    figure.add_child(city)
    for layer in drawn:
        city.add_child(layer)
    handed = [layer for layer in drawn if layer.sheet == "data"]
    figure.add_child(Start(model["page"], [city, *handed], (*COMMON, *ON_MAP, *scripts), MAP_STYLES))
    tiles = model["context"]["tiles"]
    return render_offline(figure, Tiles(**tiles).origin if tiles else "")


def text_page(model: Model, scripts: Iterable[str]) -> str:
    """A page without a map as one HTML text."""
    figure = PageFigure(model["page"], model["context"]["lang"])
    figure.add_child(Shell(model, with_map=False))
    figure.add_child(Start(model["page"], [], (*COMMON, *scripts), TEXT_STYLES))
    return render_offline(figure)
