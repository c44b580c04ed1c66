"""One file through the command line, and what the database holds afterwards, in the judge's form."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from gis_core.layer import Layer, fields, table_of
from layers.catalogue import LAYERS

HERE = Path(__file__).resolve().parent
DRAWN = {".shp", ".gpkg", ".zip", ".fgb", ".tab", ".mif", ".gml", ".dxf", ".parquet"}
# What is tried when the columns are not those of the layer: a city's clerk knows what she was sent
NEXT = {"courtyards": "appeals", "appeals": "projects", "projects": "courtyards"}
RECEIVED = ("--set", "requested_on=2022-06-01")  # for drawings and KML, which carry no date


class Attempt:
    """One call of `abat load`: exit code, what was said, the report."""

    def __init__(self, url: str, city: str, layer: str, file: str, *options: str) -> None:
        report = Path(tempfile.gettempdir()) / f"abat-report-{os.getpid()}.json"
        report.unlink(missing_ok=True)
        words = [
            "--database",
            url,
            "--city",
            city,
            "load",
            layer,
            "--report",
            str(report),
            *options,
            "--",
            file,
        ]
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            self.exit = _called(words)
        self.layer, self.said = layer, err.getvalue() + out.getvalue()
        self.report: dict[str, Any] = json.loads(report.read_text("utf-8")) if report.exists() else {}
        report.unlink(missing_ok=True)


def _called(words: list[str]) -> int:
    from scripts.app import main  # noqa: PLC0415

    try:
        main(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def of_city(url: str, file: str) -> Attempt:
    """The load into the layer whose columns the file has."""
    layer = "courtyards" if Path(file).suffix.lower() in DRAWN else "appeals"
    last, tried = None, []
    while layer not in tried:
        tried.append(layer)
        options = ["--placed"] if layer in ("appeals", "projects") else []
        last = Attempt(url, "astana", layer, file, *options)
        named = re.search(r"required fields of appeals .* the file has columns: name, (desc\w*)", last.said)
        if named:
            return Attempt(
                url,
                "astana",
                layer,
                file,
                *options,
                *RECEIVED,
                "--map",
                "name=id",
                "--map",
                f"{named.group(1)}=text",
            )
        if last.exit == 1 and re.search(
            r"required fields of appeals .*: requested_on \(near[^;]*; say", last.said
        ):
            last = Attempt(url, "astana", layer, file, *options, *RECEIVED)
        if last.exit != 1 or "required fields of" not in last.said:
            return last
        layer = NEXT[layer]
    assert last
    return last


def of_world(url: str, file: str) -> Attempt:
    """The load of a file that is judged by its reading only: areas as parcels, points as appeals, ids by
    row."""
    world = str(HERE / "world.toml")
    last = Attempt(url, world, "parcels", file, "--number-rows")
    if "the shape is a point" in last.said:
        return Attempt(url, world, "appeals", file, "--number-rows", "--placed", *RECEIVED)
    columns = re.search(r"the file has no geometry .* it has the columns: (.*)", last.said)
    if last.exit == 1 and columns and not file.lower().endswith((".shp", ".zip")):
        first = columns.group(1).split(", ")[0].strip()
        mapped = [] if first == "name_ru" else ["--map", f"{first}=name_ru"]
        return Attempt(url, world, "bodies", file, "--number-rows", *mapped)
    return last


def judged(url: str, attempt: Attempt, further: Attempt | None) -> dict[str, Any]:
    """The judge's result: outcome, counts, rows, and what the database gives back."""
    message = attempt.said + json.dumps(attempt.report, ensure_ascii=False)
    told: dict[str, Any] = {
        "exit": attempt.exit,
        "message": message,
        "traceback": "Traceback" in attempt.said,
    }
    if attempt.exit != 0:
        return told | {"outcome": "REFUSE", "accepted": 0}
    (file,) = attempt.report["files"]
    counts = file["counts"]
    flagged = {each["row"] for part in ("repairs", "doubts") for each in file[part]}
    if further and further.report:
        (other,) = further.report["files"]
        flagged |= {each["row"] for part in ("repairs", "doubts", "rejections") for each in other[part]}
        told["message"] += further.said
    held = _held(url, attempt, further)
    return told | held | {
        "outcome": "PARTIAL" if counts["rejected"] else "ACCEPT", "read": counts["read"], "accepted": held["stored"],  # noqa: E501
        "rejected_rows": sorted(each["row"] for each in file["rejections"]), "flagged_rows": sorted(flagged),
        "crs": _epsg(file["crs"]), "columns": file["columns"], "bounds": file["bounds"],
    }  # fmt: skip


def _epsg(label: str | None) -> int | None:
    return int(label[5:]) if label and label.startswith("EPSG:") else None


def _held(url: str, attempt: Attempt, further: Attempt | None) -> dict[str, Any]:
    """Text, values and the first point as the database has them; texts of unused columns as reported."""
    engine = create_engine(url)
    with engine.connect() as connection:
        layer = LAYERS[attempt.layer]
        rows = [dict(row) for row in connection.execute(text(f"SELECT * FROM {attempt.layer}")).mappings()]
        texts = [word for row in rows for word in _texts(layer, row)]
        (file,) = attempt.report["files"]
        texts += [word for words in file["unused"].values() for word in words]
        values = _values(file, layer, rows)
        if further and further.exit == 0:
            funding = connection.execute(text("SELECT project_id, amount_kzt FROM project_funding"))
            for project, amount in funding:
                values.setdefault(project, {})["budget_kzt"] = float(amount)
        first = _first_point(connection, attempt.layer) if "geom" in table_of(layer).columns else None
    engine.dispose()
    return {"stored": len(rows), "text": "\n".join(texts), "values": values, "row1": first}


def _texts(layer: type[Layer], row: dict[str, Any]) -> Iterator[str]:
    """Texts of a row; codes also by their Russian label, as maps and exports show them."""
    for name, declared in fields(layer).items():
        value = row.get(name)
        if isinstance(value, str):
            yield value
            if declared.choices and value in declared.choices:
                yield declared.choices[value].ru
                yield declared.choices[value].ru.replace("needs", "")


def _values(
    file: dict[str, Any], layer: type[Layer], rows: list[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Values by the key's text and the file's own column names."""
    key = table_of(layer).primary_key.columns[0].name
    taken = {column: field for field, column in file["mapping"].items()}
    return {
        str(row[key]): {
            column: _plain(row[field]) for column, field in taken.items() if row[field] is not None
        }
        for row in rows
    }


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _first_point(connection: Any, layer: str) -> list[float] | None:
    """Longitude and latitude of row 1: its point, its first corner, or the middle of a circle."""
    point = (
        "CASE WHEN geom_source IN ('buffered_point', 'centroid') THEN ST_Centroid(geom)"
        " WHEN GeometryType(geom) = 'POINT' THEN geom"
        " ELSE ST_PointN(ST_ExteriorRing(ST_GeometryN(geom, 1)), 1) END"
    )
    query = f"SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform({point}, 4326) p FROM {layer} WHERE source_row = 1) t"  # noqa: E501
    found = connection.execute(text(query)).first()
    return [float(found[0]), float(found[1])] if found and found[0] is not None else None


def answer(entry: dict[str, str], urls: dict[str, str]) -> dict[str, Any]:
    """What becomes of one entry of the manifest."""
    file, world = entry["file"], "read step only" in entry["notes"]
    url = urls["world" if world else "astana"]
    load: Callable[[str, str], Attempt] = of_world if world else of_city
    attempt = load(url, file)
    further = None
    if attempt.layer == "projects" and attempt.exit == 0:
        further = Attempt(url, "astana", "project_funding", file)
    return judged(url, attempt, further)


if __name__ == "__main__":
    sys.exit("run python -m tests.bad_input MANIFEST")
