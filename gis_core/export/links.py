"""Fields of layers that name rows of other layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gis_core.export.widgets import Parent
from gis_core.layer import Language, Layer, fields


@dataclass(frozen=True)
class Link:
    """A field of one layer that names a row of another."""

    child: type[Layer]
    field: str
    parent: type[Layer]
    key: str

    @property
    def name(self) -> str:
        return f"{self.child.__tablename__}.{self.field}"

    def title(self, lang: Language) -> str:
        """What the rows are that name another: «Пересечения: Проект А»."""
        return f"{self.child.label.of(lang)}: {fields(self.child)[self.field].label.of(lang)}"


def parents_in(
    file: str, layers: Sequence[type[Layer]], links: Iterable[Link], lang: Language
) -> dict[type[Layer], dict[str, Parent]]:
    """By layer what its fields refer to in a GeoPackage that holds these layers."""
    found: dict[type[Layer], dict[str, Parent]] = {}
    for link in links:
        if link.child in layers and link.parent in layers:
            name = str(link.parent.__tablename__)
            made = Parent(
                link.name, link.title(lang), name, name, f"./{file}|layername={name}", "ogr", link.key
            )
            found.setdefault(link.child, {})[link.field] = made
    return found
