"""The data dictionary: `python -m layers.dictionary > docs/layers.md` writes it from the declarations."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from gis_core.layer import Layer, fields, geometry_kind, table_of
from layers.catalogue import LAYERS
from layers.sources import SOURCES

HEAD = """# Layers

Made from the declarations in `layers/` by `python -m layers.dictionary > docs/layers.md`; do not edit.
*Key* fields name a row; *required* ones must have a value; *short* is the name in a shapefile.
"""


def dictionary() -> str:
    """Every layer with every field, as Markdown."""
    return "\n".join([HEAD, *(line for layer in LAYERS.values() for line in _layer(layer))])


def _layer(layer: type[Layer]) -> Iterator[str]:
    filled = "derived" if layer.derived else "loaded from files" if layer in SOURCES else "kept by people"
    shape = (geometry_kind(layer) or "no shape").lower()
    yield f"## {layer.__tablename__}\n"
    yield f"{' / '.join(layer.label)}; {shape}; {filled}.\n"
    yield "| field | short | type | русский | қазақша | English | values |"
    yield "|---|---|---|---|---|---|---|"
    for name, field in fields(layer).items():
        if field.hidden:
            continue
        column = table_of(layer).columns[name]
        rank = " (key)" if column.primary_key else "" if column.nullable else " (required)"
        values = ", ".join(f"`{code}`" for code in field.choices or ())
        values = values or (f"list `{field.vocabulary}`" if field.vocabulary else "")
        kind = str(column.type).split()[0].lower()  # without how it compares
        labels = " | ".join(field.title(lang) for lang in ("ru", "kk", "en"))
        yield f"| {name}{rank} | {field.short} | {kind} | {labels} | {values} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(dictionary())
