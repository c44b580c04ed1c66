"""Files as cities receive them, spoiled in one way each: nothing is lost, changed or guessed in silence.

Each kind says what must come of it: every row in, some rows named, or a refusal that tells the cause.
"""

from __future__ import annotations

import datetime
import gzip
import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
import shapely
from pyproj import CRS
from sqlalchemy import Connection

from gis_core.errors import InputError
from layers.appeals import Appeal
from layers.courtyards import Courtyard
from tests.bad_input import files
from tests.bad_input.files import ADDRESSES, COUNT, EAST, NORTH
from tests.reading import taken

Make = Callable[[Path], Path]
ZEROS = bytes(99_000_000)


def refused(make: Make, empty: Connection, folder: Path, layer: type[Any]) -> str:
    """The refusal, which must name the file and hold a cure."""
    path = make(folder)
    with pytest.raises(InputError) as caught:
        taken(empty, path, layer)
    told = str(caught.value)
    assert path.stem in told
    assert re.search(
        r"--|copy|export|save|give|check|specify|fix|correct|draw|split|unpack|choose|add", told
    ), told
    return told


# --- shapefiles


def prj(text: str | bytes) -> Make:
    def make(folder: Path) -> Path:
        path = files.shapefile(folder)
        path.with_suffix(".prj").write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return make


def beside(ending: str, change: Callable[[bytes], bytes]) -> Make:
    def make(folder: Path) -> Path:
        path = files.shapefile(folder).with_suffix(ending)
        path.write_bytes(change(path.read_bytes()))
        return path.with_suffix(".shp")

    return make


def coded(encoding: str, page: str | None) -> Make:
    return lambda folder: files.recoded(folder, encoding, page)


UTM = CRS(32642).to_wkt("WKT1_ESRI")
GOOD_SHAPEFILES = {
    "bytes after the last shape": beside(".shp", lambda raw: raw + b"\0" * 57),
    "bytes after the last record": beside(".dbf", lambda raw: raw + b"junk" * 9),
    "an empty index": beside(".shx", lambda _: b""),
    "a mark before the CRS": prj(b"\xef\xbb\xbf" + UTM.encode()),
    "a CRS in utf-16": prj(UTM.encode("utf-16")),
    "a CRS by its code": prj("EPSG:32642"),
    "a CRS in words of PROJ": prj("+proj=utm +zone=42 +datum=WGS84 +units=m"),
    "utf-8 named by its number": coded("utf-8", "65001"),
    "utf-8 and a .cpg of rubbish": coded("utf-8", "\x01\x02"),
    "utf-8 and a .cpg with a zero byte": coded("utf-8", "\x00"),
    "kz1048 without a .cpg": coded("kz1048", None),
    "kz1048 named": coded("kz1048", "KZ-1048"),
    "koi8-r without a .cpg": coded("koi8-r", None),
    "cp866 named": coded("cp866", "CP866"),
    "mac without a .cpg": coded("mac_cyrillic", None),
    "cp1251 and an empty .cpg": coded("cp1251", ""),
}


@pytest.mark.parametrize("kind", GOOD_SHAPEFILES)
def test_a_shapefile_with_a_harmless_oddity_loses_nothing(
    kind: str, empty: Connection, tmp_path: Path
) -> None:
    found = taken(empty, GOOD_SHAPEFILES[kind](tmp_path), Courtyard)
    assert not found.rejected
    whole = found.source.encoding in ("utf-8", "kz1048")
    expected = [text if whole else text.translate(files.PLAIN) for text in ADDRESSES]
    assert [row["address"] for row in found.rows] == expected
    assert found.crs == "EPSG:32642"
    assert [shape.area for shape in found.shapes] == pytest.approx([900] * COUNT)


BAD_SHAPEFILES = {
    "shapes of no bytes": (beside(".shp", lambda _: b""), "truncated|empty"),
    "cut by one byte": (beside(".shp", lambda raw: raw[:-1]), "truncated"),
    "cut before the last shape": (beside(".shp", lambda raw: raw[:-136]), "truncated"),
    "a table of no width": (beside(".dbf", lambda raw: raw[:10] + b"\0\0" + raw[12:]), "header"),
    "a table of no bytes": (beside(".dbf", lambda _: b""), "truncated"),
    "a table that claims 2 000 000 000 rows": (
        beside(".dbf", lambda raw: raw[:4] + struct.pack("<I", 2_000_000_000) + raw[8:]),
        "truncated",
    ),
    "a type that is not known": (
        beside(".shp", lambda raw: raw[:32] + struct.pack("<i", 31) + raw[36:]),
        "shape type 31",
    ),
    "kz1048 under a .cpg of cp1251": (coded("kz1048", "1251"), "perhaps kz1048"),
    "cp866 under a .cpg of cp1251": (coded("cp866", "1251"), "perhaps cp866"),
    "cp1251 under a .cpg of cp866": (coded("cp1251", "866"), "perhaps cp1251"),
    "cp1251 under a .cpg of Latin 1": (coded("cp1251", "ISO 88591"), "perhaps cp1251"),
    "a CRS cut short": (prj(UTM[:80]), "CRS cannot be understood.*EPSG:32642"),
    "a CRS of the next zone": (prj(CRS(32643).to_wkt("WKT1_ESRI")), "outside the city.*EPSG:32642"),
    "a CRS of web maps": (prj(CRS(3857).to_wkt("WKT1_ESRI")), "outside the city.*EPSG:32642"),
}


@pytest.mark.parametrize("kind", BAD_SHAPEFILES)
def test_a_shapefile_that_cannot_be_trusted_is_refused(kind: str, empty: Connection, tmp_path: Path) -> None:
    make, cause = BAD_SHAPEFILES[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Courtyard))


def test_text_cut_inside_a_letter_keeps_its_whole_letters_and_is_noted(
    empty: Connection, tmp_path: Path
) -> None:
    frame = files.courtyards()
    frame["address"] = ["a" + "ы" * 200] * COUNT  # 401 bytes of which a field holds 254
    with pytest.warns(RuntimeWarning, match="truncated"):
        path = files.shapefile(tmp_path, frame)
    found = taken(empty, path, Courtyard)
    assert {row["address"] for row in found.rows} == {"a" + "ы" * 126}
    assert all("probably cut" in found.doubts[row] for row in range(1, COUNT + 1))


# --- GeoJSON


def changed(change: Callable[[dict[str, Any]], object]) -> Make:
    def make(folder: Path) -> Path:
        made = files.as_geojson()
        change(made)
        return files.save(folder / "yards.geojson", made)

    return make


def fifth(**members: Any) -> Make:
    return changed(lambda made: made["features"][4].update(members))


def shape(**members: Any) -> Make:
    return changed(lambda made: made["features"][4]["geometry"].update(members))


def corner(value: Any) -> Make:
    return changed(lambda made: made["features"][4]["geometry"]["coordinates"][0].__setitem__(1, value))


ONE_BAD_FEATURE = {
    "null": changed(lambda made: made["features"].__setitem__(4, None)),
    "a list": changed(lambda made: made["features"].__setitem__(4, [1, 2])),
    "a collection": fifth(type="FeatureCollection"),
    "a shape in words": fifth(geometry="POINT (1 2)"),
    "no shape": fifth(geometry=None),
    "properties that are a list": fifth(properties=[1, 2]),
    "no properties": fifth(properties=None),
    "a shape without coordinates": fifth(geometry={"type": "Polygon"}),
    "no ring": shape(coordinates=[]),
    "an empty ring": shape(coordinates=[[]]),
    "a type in small letters": shape(type="polygon"),
    "a curve": shape(type="CircularString"),
    "an empty collection of shapes": fifth(geometry={"type": "GeometryCollection", "geometries": []}),
    "coordinates in quotes": corner(["71.4", "51.1"]),
    "coordinates that are yes and no": corner([True, False]),
    "a coordinate that is null": corner(None),
    "a coordinate of 400 figures": corner([10**400, 51.1]),
    "an id of nothing": changed(lambda made: made["features"][4]["properties"].update(dvor_id="")),
    "a stray vertex": corner([0.0, 0.0]),
}


@pytest.mark.parametrize("kind", ONE_BAD_FEATURE)
def test_one_bad_feature_costs_that_feature_only(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, ONE_BAD_FEATURE[kind](tmp_path), Courtyard)
    assert list(found.rejected) == [5]
    assert len(found.rows) == COUNT - 1


def text_of(change: Callable[[str], str | bytes], name: str = "yards.geojson") -> Make:
    return lambda folder: files.save(
        folder / name, change(json.dumps(files.as_geojson(), ensure_ascii=False))
    )


def lines(between: str) -> Callable[[str], str]:
    return lambda text: between.join(
        json.dumps(each, ensure_ascii=False) for each in json.loads(text)["features"]
    )


GOOD_JSON = {
    "utf-16": text_of(lambda text: text.encode("utf-16")),
    "utf-16 without a mark": text_of(lambda text: text.encode("utf-16-be")),
    "a feature a line": text_of(lines("\n"), "yards.geojsonl"),
    "a feature a line, of Windows": text_of(lines("\r\n"), "yards.ndjson"),
    "records parted by RS": text_of(lambda text: "\x1e" + lines("\n\x1e")(text) + "\n", "yards.geojsons"),
    "blank lines": text_of(lines("\n\n\n")),
    "a list of features": text_of(lambda text: json.dumps(json.loads(text)["features"], ensure_ascii=False)),
    "the type last": text_of(lambda text: json.dumps(dict(reversed(json.loads(text).items())))),
    "a CRS of null": changed(lambda made: made.update(crs=None)),
}


@pytest.mark.parametrize("kind", GOOD_JSON)
def test_json_in_another_outer_form_loses_nothing(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, GOOD_JSON[kind](tmp_path), Courtyard)
    assert not found.rejected
    assert [row["address"] for row in found.rows] == list(ADDRESSES)


BAD_JSON = {
    "two collections": (text_of(lambda text: text + text), "follows after"),
    "rubbish at the end": (text_of(lambda text: text + " end"), "not valid JSON|follows"),
    "a comment": (text_of(lambda text: "// made\n" + text), "begins with"),
    "single quotes": (text_of(lambda text: text.replace('"', "'")), "line 1"),
    "a call": (text_of(lambda text: f"callback({text})"), "begins with"),
    "commas between lines": (text_of(lines(",\n")), "not valid JSON"),
    "the last line cut": (text_of(lambda text: lines("\n")(text)[:-90]), "line 12"),
    "a broken letter": (
        text_of(lambda text: text.encode().replace("Сыған".encode(), b"\xd0 ")),
        "damaged letters",
    ),
    "cp1251": (text_of(lambda text: text.translate(files.PLAIN).encode("cp1251")), "perhaps cp1251"),
    "spaces": (text_of(lambda _: "  \n "), "empty"),
    "Esri": (text_of(lambda _: '{"features": [{"attributes": {"a": 1}, "geometry": {}}]}'), "Esri"),
    "Overpass": (text_of(lambda _: '{"elements": [{"type": "node"}]}'), "Overpass"),
    "a page of a login": (text_of(lambda _: "<html>log in</html>"), "html"),
    "VRT": (text_of(lambda _: "<OGRVRTDataSource/>"), "vrt"),
    "a CRS that is linked": (
        changed(lambda made: made.update(crs={"type": "link", "properties": {"href": "http://x"}})),
        "names no CRS",
    ),
    "50 000 lists in a property": (
        text_of(lambda text: text.replace('"D-003"', "[" * 50_000 + "]" * 50_000)),
        "nested too deep",
    ),
}


@pytest.mark.parametrize("kind", BAD_JSON)
def test_json_that_is_no_whole_geojson_is_refused(kind: str, empty: Connection, tmp_path: Path) -> None:
    make, cause = BAD_JSON[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Courtyard))


def test_heights_are_left_out_and_told(empty: Connection, tmp_path: Path) -> None:
    path = corner([71.4042, 51.1206, 350.0])(tmp_path)
    assert not any("heights" in note for note in taken(empty, path, Courtyard).notes)
    made = files.as_geojson()
    for feature in made["features"]:
        feature["geometry"]["coordinates"] = [[[*at, 350.0] for at in feature["geometry"]["coordinates"][0]]]
    found = taken(empty, files.save(tmp_path / "high.geojson", made), Courtyard)
    assert any("heights" in note for note in found.notes)
    assert not any(each.has_z for each in found.shapes)


def test_half_a_letter_is_replaced_and_told(empty: Connection, tmp_path: Path) -> None:
    made = files.as_geojson()
    made["features"][4]["properties"]["address"] = "a\ud800b"
    (tmp_path / "half.geojson").write_text(json.dumps(made))
    assert "surrogate" in taken(empty, tmp_path / "half.geojson", Courtyard).doubts[5]


# --- delimited text


def csv(change: Callable[[str], str | bytes], name: str = "appeals.csv") -> Make:
    return lambda folder: files.save(folder / name, change(files.as_csv()))


def russian(encoding: str) -> Make:
    return csv(lambda text: text.translate(files.PLAIN).encode(encoding))


GOOD_CSV = {
    "utf-16 with a mark": csv(lambda text: text.encode("utf-16")),
    "utf-16 the other way round": csv(lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
    "utf-16 without a mark": csv(lambda text: text.encode("utf-16-le")),
    "cp1251": russian("cp1251"), "cp866": russian("cp866"), "koi8-r": russian("koi8-r"),
    "mac": russian("mac_cyrillic"), "iso8859-5": russian("iso8859-5"),
    "kz1048": csv(lambda text: text.encode("kz1048")),
    "tabs": csv(lambda _: files.as_csv("\t")), "bars": csv(lambda _: files.as_csv("|")),
    "tabs in utf-16": csv(lambda _: files.as_csv("\t").encode("utf-16"), "appeals.txt"),
    "a remark above the header": csv(lambda text: "# made by the system\r\n" + text),
    "no break at the end": csv(str.strip),
    "line ends of two kinds": csv(lambda text: text.replace("\r\n", "\n", 4)),
    "no-break spaces about a word": csv(lambda text: text.replace("закрыто", "\u00a0закрыто\u00a0")),
    "a header in capitals": csv(lambda text: text.replace("appeal_id", "APPEAL_ID")),
    "gzip": lambda folder: files.save(folder / "a.csv.gz", gzip.compress(files.as_csv().encode())),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD_CSV)
def test_delimited_text_in_any_dress_loses_nothing(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, GOOD_CSV[kind](tmp_path), Appeal)
    assert not found.rejected
    whole = found.source.encoding in ("utf-8", "utf-16-le", "utf-16-be", "kz1048")
    expected = [f"Яма у дома {text if whole else text.translate(files.PLAIN)}" for text in ADDRESSES]
    assert [row["text"] for row in found.rows] == expected
    assert found.source.sample or found.source.encoding == "utf-8"


BAD_CSV = {
    "ptcp154": (csv(lambda text: text.encode("ptcp154")), "encoding is not said and unsure"),
    "a few letters of cp1251": (
        csv(lambda _: "appeal_id,received,text,lon,lat\n1,2022-03-01,яма,71.4,51.1\n".encode("cp1251")),
        "encoding is not said and unsure",
    ),
    "a quote inside a cell": (csv(lambda text: text.replace("Яма", '"Яма" и', 1)), "row 1.*quote"),
    "only a header": (csv(lambda text: text.split("\n")[0]), "no rows"),
    "nothing but blanks": (csv(lambda _: "  \n \n"), "empty"),
    "a page": (csv(lambda _: "<html><table></table></html>"), "html"),
    "a PDF": (csv(lambda _: b"%PDF-1.4"), "pdf"),
    "columns of a strange delimiter": (csv(lambda text: text.replace(",", "^")), "required fields"),
    "every row too short": (csv(lambda text: text.replace(",закрыто", "")), "7 cells, the header 8"),
    "gzip cut": (
        lambda folder: files.save(folder / "a.csv.gz", gzip.compress(files.as_csv().encode())[:-20]),
        "truncated",
    ),
    "gzip of zeros": (lambda folder: files.save(folder / "a.csv.gz", gzip.compress(ZEROS)), "ratio"),
    "gzip twice": (lambda folder: files.save(folder / "a.csv.gz.gz", gzip.compress(b"x")), "gzip"),
    "metres without a CRS": (
        csv(lambda _: "appeal_id,received,x,y\n1,2022-03-01,12668697,5668320\n"),
        "EPSG:28412.*EPSG:10946",
    ),
    "degrees without their point": (
        csv(lambda _: "appeal_id,received,lon,lat\n1,2022-03-01,7140123,5112345\n"),
        "under no system",
    ),
    "shapes of two CRS": (
        csv(lambda _: "appeal_id,received,wkt\n1,2022-03-01,SRID=4326;POINT(71.4 51.1)\n"
                      "2,2022-03-01,SRID=32642;POINT(668000 5666000)\n"),
        "several CRS",
    ),
    "latitude before longitude": (
        csv(lambda _: "appeal_id;received;wkt\n1;2022-03-01;POINT(51.12 71.4)\n"),
        "axes exchanged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_CSV)
def test_delimited_text_that_cannot_be_trusted_is_refused(
    kind: str, empty: Connection, tmp_path: Path
) -> None:
    make, cause = BAD_CSV[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Appeal))


ONE_BAD_ROW = {
    "cp1251 among utf-8": lambda text: text.encode().replace(
        f"Яма у дома {ADDRESSES[5]}".encode(), "Яма у дома".encode("cp1251")
    ),
    "a letter cut in two": lambda text: text.encode().replace("Достық".encode(), "Дост".encode() + b"\xd1 "),
    "a longitude of 1e4000": lambda text: re.sub(r"(109-00006.*Есиль,)71", r"\g<1>1e4000", text),
    "no longitude": lambda text: re.sub(r"(109-00006.*Есиль,)[\d.]+", r"\1н/д", text),
    "a day that does not exist": lambda text: text.replace("2022-03-06", "2022-02-30"),
    "a cell too many": lambda text: text.replace("109-00006,", "109-00006,x,"),
    "latitude before longitude": lambda text: re.sub(
        r"(109-00006.*Есиль,)([\d.]+),([\d.]+)", r"\1\3,\2", text
    ),
}


@pytest.mark.parametrize("kind", ONE_BAD_ROW)
def test_one_bad_row_costs_that_row_only(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, csv(ONE_BAD_ROW[kind])(tmp_path), Appeal)  # type: ignore[arg-type]
    assert list(found.rejected) == [6]
    assert len(found.rows) == COUNT - 1


def test_an_invisible_character_in_an_id_is_left_out_and_told(empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, csv(lambda text: text.replace("109-00003", "109-00003\u200b"))(tmp_path), Appeal)
    assert found.rows[2]["id"] == "109-00003"
    assert "invisible" in found.doubts[3]


def test_kz1048_that_is_stated_as_cp1251_is_read_so_with_a_doubt(empty: Connection, tmp_path: Path) -> None:
    path = csv(lambda text: text.encode("kz1048"))(tmp_path)
    found = taken(empty, path, Appeal, encoding="cp1251")
    assert any("perhaps the encoding is kz1048" in note for note in found.notes)


# --- workbooks


def without_size(raw: bytes, size: bytes) -> bytes:
    return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + size + b'"', raw)


def sheet_changed(change: Callable[[bytes], bytes]) -> Make:
    return lambda folder: files.rezipped(
        files.workbook(folder), lambda name, raw: change(raw) if "sheet1" in name else raw
    )


def book(change: Callable[[Any, Any], object]) -> Make:
    return lambda folder: files.workbook(folder, change)


GOOD_BOOKS: dict[str, Make] = {
    "a sheet that says it is two cells": sheet_changed(lambda raw: without_size(raw, b"A1:B1")),
    "a sheet that says it is endless": sheet_changed(lambda raw: without_size(raw, b"A1:XFD1048576")),
    "a hidden column": book(lambda _, sheet: setattr(sheet.column_dimensions["D"], "hidden", True)),
    "an empty first column": book(lambda _, sheet: sheet.insert_cols(1)),
    "a second empty sheet": book(lambda made, _: made.create_sheet("пусто")),
    "a line of a total": book(lambda _, sheet: sheet.append(["Итого", 12])),
    "a locked sheet": book(lambda _, sheet: sheet.protection.enable()),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD_BOOKS)
def test_a_workbook_with_an_oddity_loses_nothing(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, GOOD_BOOKS[kind](tmp_path), Appeal)
    assert not found.rejected
    assert [row["text"] for row in found.rows] == [f"Яма у дома {text}" for text in ADDRESSES]


@pytest.mark.parametrize("shown", [True, False], ids=["as dates", "as numbers"])
def test_a_workbook_that_counts_from_1904_gives_right_dates_and_says_so(
    shown: bool, empty: Connection, tmp_path: Path
) -> None:
    def change(made: Any, sheet: Any) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        for row in range(2, COUNT + 2):
            day = datetime.datetime(2022, 3, row)  # noqa: DTZ001  as Excel has it
            number = (day - datetime.datetime(1904, 1, 1)).days  # noqa: DTZ001
            sheet.cell(row, 2).value = day if shown else number

    found = taken(empty, files.workbook(tmp_path, change), Appeal)
    days = [datetime.date(2022, 3, day) for day in range(2, COUNT + 2)]
    assert [row["requested_on"] for row in found.rows] == days
    assert any("1904" in note for note in found.notes)


BAD_BOOKS = {
    "entities": (
        sheet_changed(lambda raw: raw.replace(b"<worksheet", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", 1)),
        "DOCTYPE",
    ),
    "a sheet cut short": (sheet_changed(lambda raw: raw[:-200]), "damaged"),
    "cut in half": (lambda folder: files.cut(files.workbook(folder), 0.5), "truncated|damaged"),
    "no header": (book(lambda _, sheet: sheet.delete_rows(1)), "required fields"),
    "no rows": (book(lambda _, sheet: sheet.delete_rows(2, 50)), "no rows"),
    "two tables": (
        book(lambda made, _: [made.create_sheet("другая").append([i, "x"]) for i in range(5)]
             and [made["другая"].append([i, "x"]) for i in range(5)]),
        "several sheets",
    ),
    "a formula without a value": (
        book(lambda _, sheet: setattr(sheet["F4"], "value", "=70+1.4")),
        "formulas without a saved value",
    ),
    "an old or locked workbook": (
        lambda folder: files.save(folder / "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "old Excel or encrypted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_BOOKS)
def test_a_workbook_that_cannot_be_trusted_is_refused(kind: str, empty: Connection, tmp_path: Path) -> None:
    make, cause = BAD_BOOKS[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Appeal))


# --- archives


def zipped(*parts: str, **more: bytes) -> Make:
    """A zip of the shapefile's parts below a folder, and of other members."""

    def make(folder: Path) -> Path:
        (folder / "in").mkdir()
        files.shapefile(folder / "in")
        members: dict[str, bytes | Path] = {
            f"{prefix}{each.name}": each for prefix in parts for each in sorted((folder / "in").iterdir())
        }
        return files.archived(folder, members | more)

    return make


def encrypted(folder: Path) -> Path:
    path = zipped("")(folder)
    raw = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(raw)):
            raw[found.start() + flags] |= 1
    return files.save(path, bytes(raw))


BAD_ARCHIVES: dict[str, tuple[Make, str]] = {
    "a way out": (zipped("", **{"../out.txt": b"x"}), "unsafe path"),
    "a way out of Windows": (zipped("", **{"..\\out.txt": b"x"}), "unsafe path"),
    "a disk": (zipped("", **{"C:/out.txt": b"x"}), "unsafe path"),
    "an archive inside": (zipped("", **{"more.7z": b"x"}), "nested"),
    "zeros": (zipped("", **{"zeros.txt": bytes(90_000_000)}), "ratio"),
    "a password": (encrypted, "password"),
    "very many files": (zipped("", **{f"{n}.txt": b"" for n in range(10_001)}), "size limit"),
    "two layers": (zipped("a/", "b/"), "several layers"),
    "cut": (lambda folder: files.cut(zipped("")(folder), 0.7), "truncated"),
    "nothing inside": (zipped(**{"readme.md": b"x"}), "no layer"),
    "another archive by its bytes": (
        lambda folder: files.save(folder / "a.zip", b"7z\xbc\xaf\x27\x1c"),
        "7z",
    ),
}


@pytest.mark.parametrize("kind", BAD_ARCHIVES)
def test_an_unsafe_archive_is_refused_as_a_whole(kind: str, empty: Connection, tmp_path: Path) -> None:
    make, cause = BAD_ARCHIVES[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Courtyard))
    assert not (tmp_path.parent / "out.txt").exists()


GOOD_ARCHIVES = {
    "in folders": zipped("a/b/c/"),
    "with papers beside": zipped(
        "", **{"readme.txt": b"x", "yards.shp.xml": b"<a/>", "__MACOSX/._yards.shp": b"x"}
    ),
    "with bytes behind": lambda folder: files.save(
        zipped("")(folder), (folder / "yards.zip").read_bytes() + b"tail"
    ),
}


@pytest.mark.parametrize("kind", GOOD_ARCHIVES)
def test_an_archive_of_one_layer_is_read(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, GOOD_ARCHIVES[kind](tmp_path), Courtyard)
    assert (len(found.rows), found.rejected) == (COUNT, {})


def test_a_damaged_member_is_found_by_its_checksum(empty: Connection, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as archive:
        (tmp_path / "in").mkdir()
        for each in files.shapefile(tmp_path / "in").parent.iterdir():
            archive.write(each, each.name)
    raw = (tmp_path / "a.zip").read_bytes().replace("Кенесары".encode(), "Кенесари".encode(), 1)
    told = refused(lambda folder: files.save(folder / "a.zip", raw), empty, tmp_path, Courtyard)
    assert "CRC" in told


# --- GeoPackages


def package(*statements: Any) -> Make:
    return lambda folder: files.geopackage(
        folder, *((each, ()) if isinstance(each, str) else each for each in statements)
    )


def third(blob: Any) -> Make:
    return package(("UPDATE yards SET geom = ? WHERE fid = 3", (blob,)))


HEAD = b"GP\x00\x01" + struct.pack("<i", 32642)
SQUARE = shapely.box(EAST, NORTH, EAST + 30, NORTH + 30).wkb
CURVE = (
    b"\x01"
    + struct.pack("<II", 10, 1)
    + b"\x01"
    + struct.pack("<II", 8, 3)
    + struct.pack("<6d", *[EAST, NORTH] * 3)
)
ENDLESS = (
    "CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS fid FROM r"
)
BAD_BLOBS = {
    "words": "POLYGON ((0 0, 1 0, 1 1, 0 0))",
    "WKB without its head": SQUARE,
    "cut": HEAD + SQUARE[:-7],
    "a count of 400 000 000 points": HEAD + SQUARE[:9] + struct.pack("<I", 400_000_000) + SQUARE[13:],
    "not a number": HEAD + SQUARE[:-16] + struct.pack("<dd", float("nan"), 1.0),
    "a curve": HEAD + CURVE,
    "nothing": None,
}


@pytest.mark.parametrize("kind", BAD_BLOBS)
def test_one_bad_shape_in_a_geopackage_costs_its_row_only(
    kind: str, empty: Connection, tmp_path: Path
) -> None:
    found = taken(empty, third(BAD_BLOBS[kind])(tmp_path), Courtyard)
    assert list(found.rejected) == [3]
    assert len(found.rows) == COUNT - 1


def test_a_shape_with_another_crs_than_its_layer_is_told(empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, third(b"GP\x00\x01" + struct.pack("<i", 4326) + SQUARE)(tmp_path), Courtyard)
    assert "CRS 4326" in found.doubts[3]


GOOD_PACKAGES = {
    "a wrong count in its notes": package("UPDATE gpkg_ogr_contents SET feature_count = 7"),
    "a CRS of its own with known words": package(
        "UPDATE gpkg_spatial_ref_sys SET organization = 'OWN', organization_coordsys_id = 9"
        " WHERE srs_id = 32642"
    ),
    "the layer's name in capitals": package("UPDATE gpkg_contents SET table_name = 'YARDS'"),
    "a table of pictures": package(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('p', 'tiles', 'p')"
    ),
}


@pytest.mark.parametrize("kind", GOOD_PACKAGES)
def test_a_geopackage_with_an_oddity_loses_nothing(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, GOOD_PACKAGES[kind](tmp_path), Courtyard)
    assert ([row["address"] for row in found.rows], found.rejected) == (list(ADDRESSES), {})


AS_VIEW = ("UPDATE gpkg_contents SET table_name = 'v'", "UPDATE gpkg_geometry_columns SET table_name = 'v'")
BAD_PACKAGES = {
    "an endless view": (package(ENDLESS, *AS_VIEW), "no table but view"),
    "no rows": (package("DELETE FROM yards"), "no rows"),
    "a layer that is not there": (package("UPDATE gpkg_contents SET table_name = 'x'"), "no table"),
    "a CRS that is not there": (
        package("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 32642"),
        "EPSG:32642",
    ),
    "a CRS of nothing": (
        package("UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', definition = 'undefined'"),
        "EPSG:32642",
    ),
    "zeros in the middle": (
        lambda folder: files.patched(files.geopackage(folder), 20_480, bytes(16_384)),
        "damaged",
    ),
    "cut": (lambda folder: files.cut(files.geopackage(folder), 0.6), "damaged"),
    "a name that is no text": (
        lambda folder: files.patched(files.geopackage(folder), 100, bytes(range(128, 250)) * 4),
        "damaged",
    ),
}


@pytest.mark.parametrize("kind", BAD_PACKAGES)
def test_a_geopackage_that_cannot_be_trusted_is_refused(kind: str, empty: Connection, tmp_path: Path) -> None:
    make, cause = BAD_PACKAGES[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Courtyard))


def test_text_of_another_encoding_in_a_geopackage_costs_its_row_only(
    empty: Connection, tmp_path: Path
) -> None:
    change = ("UPDATE yards SET address = CAST(? AS TEXT) WHERE fid = 3", ("ул. Мира".encode("cp1251"),))
    found = taken(empty, package(change)(tmp_path), Courtyard)
    assert list(found.rejected) == [3]


# --- KML


def kml(body: str, declared: str = "UTF-8") -> str:
    return f'<?xml version="1.0" encoding="{declared}"?><kml><Document>{body}</Document></kml>'


def placemark(number: int, inner: str = "") -> str:
    west, south = 71.4 + number / 1000, 51.12
    ring = " ".join(
        f"{west + x},{south + y}" for x, y in ((0, 0), (3e-4, 0), (3e-4, 3e-4), (0, 3e-4), (0, 0))
    )
    return (
        f'<Placemark><ExtendedData><Data name="dvor_id"><value>{number}</value></Data>'
        f'<Data name="address"><value>{ADDRESSES[number].translate(files.PLAIN)}</value></Data>'
        f"</ExtendedData>{inner}"
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark>"
    )


PLACES = "".join(placemark(number) for number in range(6))


def marked(text: str | bytes) -> Make:
    return lambda folder: files.save(folder / "yards.kml", text)


GOOD_KML = {
    "utf-16": marked(kml(PLACES, "UTF-16").encode("utf-16")),
    "cp866": marked(kml(PLACES, "cp866").encode("cp866")),
    "koi8-r": marked(kml(PLACES, "koi8-r").encode("koi8-r")),
    "a mark before it": marked(b"\xef\xbb\xbf" + kml(PLACES).encode()),
    "folders in folders": marked(kml(f"<Folder><name>a</name><Folder>{PLACES}</Folder></Folder>")),
    "links beside": marked(
        kml("<NetworkLink><Link><href>http://127.0.0.1:9/a</href></Link></NetworkLink>" + PLACES)
    ),
    "breaks between points": marked(kml(re.sub(r" (?=71\.)", "\n\t", PLACES))),
}


@pytest.mark.parametrize("kind", GOOD_KML)
def test_kml_in_any_dress_loses_nothing(kind: str, empty: Connection, tmp_path: Path) -> None:
    found = taken(empty, GOOD_KML[kind](tmp_path), Courtyard)
    assert [row["address"] for row in found.rows] == [text.translate(files.PLAIN) for text in ADDRESSES[:6]]


BAD_KML = {
    "a DOCTYPE": (marked(kml(PLACES).replace("<kml>", "<!DOCTYPE kml><kml>")), "DOCTYPE"),
    "cp1251 that says utf-8": (marked(kml(PLACES).encode("cp1251")), "invalid XML"),
    "an encoding nobody knows": (marked(kml(PLACES, "x-none")), "encoding"),
    "rubbish behind": (marked(kml(PLACES) + "end"), "junk after"),
    "cut": (marked(kml(PLACES)[:-300]), "truncated"),
    "only links": (marked(kml("<NetworkLink/>")), "no features"),
    "30 000 empty folders": (marked(kml("<Folder>" * 30_000 + "</Folder>" * 30_000)), "no features"),
    "a decimal comma": (
        marked(
            kml(
                re.sub(
                    r"<coordinates>.*?</coordinates>",
                    "<coordinates>71,4 51,12 71,5 71,4</coordinates>",
                    PLACES,
                )
            )
        ),
        "outside|invalid",
    ),
}


@pytest.mark.parametrize("kind", BAD_KML)
def test_kml_that_cannot_be_trusted_is_refused(kind: str, empty: Connection, tmp_path: Path) -> None:
    make, cause = BAD_KML[kind]
    assert re.search(cause, refused(make, empty, tmp_path, Courtyard))


ODD_PLACEMARKS = {
    "two shapes": (placemark(6, "<Point><coordinates>71.4,51.12</coordinates></Point>"), "several"),
    "one name twice": (placemark(6).replace('"address"', '"dvor_id"'), "twice"),
    "no boundary": (re.sub(r"<outer.*</outerBoundaryIs>", "", placemark(6)), "boundary"),
    "no shape": (re.sub(r"<Polygon.*</Polygon>", "", placemark(6)), "no shape"),
    "a ring of three points": (re.sub(r"(<coordinates>\S+ \S+).*?<", r"\1<", placemark(6)), "four points"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD_PLACEMARKS)
def test_one_odd_placemark_costs_that_placemark_only(kind: str, empty: Connection, tmp_path: Path) -> None:
    odd, cause = ODD_PLACEMARKS[kind]
    found = taken(empty, files.save(tmp_path / "yards.kml", kml(PLACES + odd)), Courtyard)
    assert list(found.rejected) == [7]
    assert cause in found.rejected[7]


def test_an_open_ring_in_kml_is_closed_and_told(empty: Connection, tmp_path: Path) -> None:
    ring = re.sub(r" \S+(?=</coordinates>)", "", placemark(6))
    found = taken(empty, files.save(tmp_path / "yards.kml", kml(PLACES + ring)), Courtyard)
    assert (len(found.rows), found.doubts) == (7, {7: "a ring was not closed: invalid, closed"})


# --- formats that GDAL reads


def gdal(driver: str, ending: str, change: Callable[[Path], object], **options: Any) -> Make:
    def make(folder: Path) -> Path:
        path = files.drawn(folder, driver, ending, **options)
        change(path)
        return path

    return make


MAPINFO = {"encoding": "UTF-8"}
CUT_DRAWINGS = {
    "mif": gdal("MapInfo File", "mif", lambda path: files.cut(path, 0.6), **MAPINFO),
    "mid": gdal("MapInfo File", "mif", lambda path: files.cut(path.with_suffix(".mid"), 0.5), **MAPINFO),
    "mif without mid": gdal("MapInfo File", "mif", lambda path: path.with_suffix(".mid").unlink(), **MAPINFO),
    "tab without map": gdal("MapInfo File", "tab", lambda path: path.with_suffix(".map").unlink(), **MAPINFO),
    "tab without dat": gdal("MapInfo File", "tab", lambda path: path.with_suffix(".dat").unlink(), **MAPINFO),
    "map": gdal("MapInfo File", "tab", lambda path: files.cut(path.with_suffix(".map"), 0.3), **MAPINFO),
    "dat": gdal("MapInfo File", "tab", lambda path: files.cut(path.with_suffix(".dat"), 0.6), **MAPINFO),
    "gml": gdal("GML", "gml", lambda path: files.cut(path, 0.8)),
    "fgb": gdal("FlatGeobuf", "fgb", lambda path: files.cut(path, 0.9)),
    "fgb by a little": gdal("FlatGeobuf", "fgb", lambda path: files.cut(path, 0.99)),
    "dxf": gdal(
        "DXF",
        "dxf",
        lambda path: files.cut(path, 0.97),
        frame=files.courtyards()[["geometry"]].boundary.to_frame(),
    ),
}


@pytest.mark.parametrize("kind", CUT_DRAWINGS)
def test_a_file_that_was_cut_is_refused_and_not_read_in_part(
    kind: str, empty: Connection, tmp_path: Path
) -> None:
    told = refused(CUT_DRAWINGS[kind], empty, tmp_path, Courtyard)
    assert re.search("truncated|damaged|no .mid|no geometry", told)


def test_a_mapinfo_view_opens_no_other_table(empty: Connection, tmp_path: Path) -> None:
    text = '!table\n!version 300\n\nopen table "/etc/passwd" hide\ncreate view x as select *\n'
    assert "not a valid MapInfo" in refused(
        lambda at: files.save(at / "v.tab", text), empty, tmp_path, Courtyard
    )


# --- Parquet


def test_parquet_that_was_cut_or_names_no_shapes_is_refused(empty: Connection, tmp_path: Path) -> None:
    files.courtyards().to_parquet(tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    assert "truncated" in refused(
        lambda at: files.save(at / "b.parquet", whole[:-40]), empty, tmp_path, Courtyard
    )
    table = pq.read_table(tmp_path / "a.parquet").replace_schema_metadata({"geo": '{"columns": {}}'})
    pq.write_table(table, tmp_path / "c.parquet")
    assert "geo metadata" in refused(lambda at: at / "c.parquet", empty, tmp_path, Courtyard)


# --- paths


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9/a.geojson", "/vsicurl/http://127.0.0.1:9/a.shp", "/vsizip/a.zip", "s3://a/b",
        "PG:dbname=a password=geheim", "postgresql://u:geheim@127.0.0.1:9/a", "file:///etc/passwd",
        "SQLITE:/a", "/dev/zero", "/dev/stdin", "-", "\x00a", "a" * 5000, ".",
    ],
)  # fmt: skip
def test_what_is_no_local_file_is_refused(name: str, empty: Connection) -> None:
    with pytest.raises(InputError) as caught:
        taken(empty, name, Courtyard)  # type: ignore[arg-type]
    assert "geheim" not in str(caught.value)
