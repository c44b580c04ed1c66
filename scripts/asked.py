"""What a load was asked for; imported at once, while the layers and all that a load needs take their time."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gis_core.errors import InputError
from gis_core.reading.formats import ENDINGS, local_file
from gis_core.reading.start import Begun, begin
from gis_core.spelling import Meant
from layers.osm import tags_of
from layers.wishes import Wishes

if TYPE_CHECKING:
    from gis_core.layer import Layer


@dataclass(frozen=True)
class Load:
    """What was asked for; `name`: of the layer."""

    name: str
    files: tuple[str, ...]
    wishes: Wishes
    sublayer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    replace: bool = False
    force: bool = False
    dry_run: bool = False

    @cached_property
    def layer(self) -> type[Layer]:
        """The layer that the files are loaded into. Raises InputError for a name that is none."""
        from layers.sources import SOURCES  # noqa: PLC0415

        found = next((each for each in SOURCES if each.__tablename__ == self.name), None)
        if found is None:
            known = ", ".join(layer.__tablename__ for layer in SOURCES)
            raise InputError(f"{self.name}: no layer that files are loaded into; there are: {known}")
        return found

    def begin(self, file: str, meant: Meant | None = None) -> AbstractContextManager[Begun]:
        """Have a file be read: of OpenStreetMap with the layer's choice of tags; of several tables that which
        is `meant`, else the one of the layer's name."""
        osm = tags_of(self.name) if file.lower().endswith((".osm", ".pbf")) else None
        sublayer = self.sublayer or (osm.sublayer if osm else None)
        tags = osm.tags if osm else ()
        return begin(
            file, sublayer=sublayer, encoding=self.encoding, tags=tags, meant=meant or Meant((self.name,))
        )


def is_workbook(file: str) -> bool:
    """Whether a file has sheets, of which only the declared fields tell the one that is meant."""
    return file.lower().endswith((".xlsx", ".xlsm"))


def files_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """The files of a list that may name folders, in order. Raises InputError for a folder without layers."""
    found: list[str] = []
    for name in names:
        folder = Path(name)
        if not folder.is_dir() or folder.suffix.lower() in ENDINGS:
            local_file(name)
            found.append(name)
            continue
        inside = sorted(str(each) for each in folder.iterdir() if _is_layer(each))
        if not inside:
            raise InputError(
                f"{name}: the folder (directory) holds no file that is known; give the file itself"
            )
        found += inside
    twice = [name for name, times in Counter(Path(each).name for each in found).items() if times > 1]
    if twice:
        raise InputError(f"{twice[0]}: two files of this name; load them one after the other, or rename one")
    return tuple(found)


def _is_layer(path: Path) -> bool:
    """Whether a file of a folder is a layer of its own and no part of a shapefile."""
    ending = path.suffix.lower()
    if ending == ".dbf" and any(path.with_suffix(other).exists() for other in (".shp", ".SHP")):
        return False
    return (
        path.is_file()
        and ending in ENDINGS
        and ending not in (".txt", ".xml")
        and not path.name.startswith(".")
    )
