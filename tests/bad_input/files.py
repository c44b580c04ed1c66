"""A small sample of a city, written in any format and then spoiled by a test."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyogrio
import shapely

COUNT = 12
EAST, NORTH = 668_000, 5_666_000
ADDRESSES = (
    "ул. Сарайшық, 5", "пр. Мәңгілік Ел, 12", "ул. Кенесары, 40", "көшесі Тәуелсіздік, 7", "ул. Сығанақ, 18",
    "ул. Достық, 3", "пр. Қабанбай батыр, 60", "ул. Иманова, 11", "ул. Бөгенбай, 24", "ул. Әуезова, 8",
    "ул. Желтоқсан, 33", "ул. Бейбітшілік, 1",
)  # fmt: skip
PLAIN = str.maketrans("қәңғіүұөҚӘӨ", "канги" + "ууо" + "КАО")


def courtyards(crs: Any = 32642) -> gpd.GeoDataFrame:
    """Twelve squares of 30 m in Astana."""
    squares = [shapely.box(EAST + 100 * i, NORTH, EAST + 100 * i + 30, NORTH + 30) for i in range(COUNT)]
    columns = {
        "dvor_id": [f"D-{i + 1:03d}" for i in range(COUNT)], "address": list(ADDRESSES),
        "district": ["Есиль"] * COUNT, "state": ["требует ремонта"] * COUNT, "area_m2": [900.0] * COUNT,
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=squares, crs=32642).to_crs(crs)


def appeals() -> list[dict[str, Any]]:
    """Twelve appeals with coordinates in degrees."""
    points = courtyards().centroid.to_crs(4326)
    return [
        {"appeal_id": f"109-{i + 1:05d}", "received": f"2022-03-{i + 1:02d}", "category": "Дворы",
         "text": f"Яма у дома {ADDRESSES[i]}", "district": "Есиль",
         "lon": round(point.x, 6), "lat": round(point.y, 6), "status": "закрыто"}
        for i, point in enumerate(points)
    ]  # fmt: skip


def as_csv(delimiter: str = ",") -> str:
    """The appeals as delimited text."""
    rows, made = appeals(), io.StringIO()
    sheet = csv.DictWriter(made, list(rows[0]), delimiter=delimiter)
    sheet.writeheader()
    sheet.writerows(rows)
    return made.getvalue()


def as_geojson() -> dict[str, Any]:
    """The courtyards as a collection of features."""
    made = json.loads(courtyards(4326).to_json(drop_id=True))
    made.pop("crs", None)
    return dict(made)


def save(path: Path, content: str | bytes | dict[str, Any]) -> Path:
    """A file of this content."""
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def shapefile(folder: Path, frame: gpd.GeoDataFrame | None = None) -> Path:
    """The courtyards as a shapefile in UTF-8."""
    path = folder / "yards.shp"
    pyogrio.write_dataframe(courtyards() if frame is None else frame, path, encoding="utf-8")
    return path


def recoded(folder: Path, encoding: str, page: str | None) -> Path:
    """The shapefile with its text in another encoding and with what its .cpg says."""
    path = shapefile(folder)
    beside = path.with_suffix(".dbf")
    raw = bytearray(beside.read_bytes())
    start, width = struct.unpack("<HH", raw[8:12])
    fields = [raw[at : at + 32] for at in range(32, start - 32, 32)]
    place = 1
    for field in fields:
        size = field[16]
        for row in range(COUNT if chr(field[11]) == "C" else 0):
            at = start + row * width + place
            text = bytes(raw[at : at + size]).decode("utf-8", "ignore").rstrip()
            text = text if encoding in ("utf-8", "kz1048") else text.translate(PLAIN)
            raw[at : at + size] = text.encode(encoding).ljust(size)[:size]
        place += size
    raw[29] = 0
    beside.write_bytes(bytes(raw))
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if page is not None:
        path.with_suffix(".cpg").write_text(page)
    return path


def geopackage(folder: Path, *statements: tuple[str, tuple[Any, ...]]) -> Path:
    """The courtyards as a GeoPackage, changed by SQL."""
    path = folder / "yards.gpkg"
    pyogrio.write_dataframe(courtyards(), path, layer="yards", driver="GPKG")
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement, values in statements:
        connection.execute(statement, values)
    connection.commit()
    connection.close()
    return path


def workbook(folder: Path, change: Callable[[Any, Any], object] = lambda _book, _sheet: None) -> Path:
    """The appeals as a workbook, changed before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows = appeals()
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    change(book, sheet)
    path = folder / "appeals.xlsx"
    book.save(path)
    return path


def rezipped(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """An archive with its members changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, change(name, data))
    return path


def archived(folder: Path, parts: dict[str, bytes | Path], name: str = "yards.zip") -> Path:
    """A zip of these members."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, data in parts.items():
            archive.writestr(inside, data.read_bytes() if isinstance(data, Path) else data)
    return path


def drawn(
    folder: Path, driver: str, ending: str, frame: gpd.GeoDataFrame | None = None, **options: Any
) -> Path:
    """The courtyards in a format that GDAL writes."""
    path = folder / f"yards.{ending}"
    pyogrio.write_dataframe(courtyards() if frame is None else frame, path, driver=driver, **options)
    return path


def cut(path: Path, share: float) -> Path:
    """A file of which only this share is left."""
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return path


def patched(path: Path, at: int, data: bytes) -> Path:
    """A file with other bytes at a place."""
    raw = bytearray(path.read_bytes())
    raw[at : at + len(data)] = data
    path.write_bytes(bytes(raw))
    return path
