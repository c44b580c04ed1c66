"""How QGIS chooses the symbol of a shape: one for all, by a value or several, or by classes of a ratio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from gis_core.export.symbols import add_symbol
from gis_core.layer import Choices, GeometryKind, Label, Language, Ratio, Style

OTHER = Label("прочее", "өзге", "other")
ENDLESS = 1e9
Names = Mapping[str, str]


def add_renderer(
    root: ET.Element, style: Style, kind: GeometryKind, words: tuple[Names, Choices, Language]
) -> None:
    """The renderer of a style; `words` are names of fields in the file, labels of values, language."""
    names, choices, lang = words
    renderer = ET.SubElement(root, "renderer-v2", symbollevels="0", enableorderby="0", forceraster="0")
    if style.ratio:
        _add_ranges(renderer, style, kind, (names, lang))
        return
    by = _chosen_by(style, names)
    if not by or not style.colours:
        renderer.set("type", "singleSymbol")
        add_symbol(ET.SubElement(renderer, "symbols"), kind, style, style.fill)
        return
    renderer.set("type", "categorizedSymbol")
    renderer.set("attr", by)
    labels = {**choices, **(style.classes or {}), "": OTHER}
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for code, colour in (*style.colours.items(), ("", style.fill)):
        # the empty value is QGIS's sign for «all other values»
        label = labels[code].of(lang) if code in labels else code
        symbol = add_symbol(symbols, kind, style, colour)
        ET.SubElement(categories, "category", value=code, label=label, symbol=symbol, render="true")


def _chosen_by(style: Style, names: Names) -> str | None:
    """The field, or the expression that joins several."""
    if style.columns:
        return " || '/' || ".join(f'"{names[each]}"' for each in style.columns)
    return names[style.column] if style.column else None


def _add_ranges(
    renderer: ET.Element, style: Style, kind: GeometryKind, words: tuple[Names, Language]
) -> None:
    ratio, (names, lang) = style.ratio, words
    if ratio is None:
        raise TypeError("the style has no ratio")
    upper, lower = (names[each] for each in ratio.of)
    renderer.set("type", "graduatedSymbol")
    renderer.set("attr", f'"{upper}" / nullif("{lower}", 0)')
    renderer.set("graduatedMethod", "GraduatedColor")
    ranges, symbols = ET.SubElement(renderer, "ranges"), ET.SubElement(renderer, "symbols")
    for low, high, colour, label in _classes(ratio):
        symbol = add_symbol(symbols, kind, style, colour)
        told = f"{ratio.label.of(lang)} {label}"
        ET.SubElement(
            ranges, "range", lower=repr(low), upper=repr(high), label=told, symbol=symbol, render="true"
        )


def _classes(ratio: Ratio) -> Iterator[tuple[float, float, str, str]]:
    """From, to, colour and words of each class."""
    edges = (0.0, *ratio.breaks, ENDLESS)
    for low, high, colour in zip(edges[:-1], edges[1:], ratio.colours, strict=True):
        if low == 0:
            yield low, high, colour, f"< {high:.0%}"
        elif high == ENDLESS:
            yield low, high, colour, f"≥ {low:.0%}"
        else:
            yield low, high, colour, f"{low:.0%}–{high:.0%}"
