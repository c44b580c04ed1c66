"""A shape corrected in QGIS itself, in an exported GeoPackage that is loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.drawing import box
from tests.qgis.conftest import Look
from tests.scripts.conftest import Abat
from tests.scripts.test_assess import clash

pytestmark = pytest.mark.qgis
BOOKKEEPING = ("source_file", "source_row", "run_id")


def projects(engine: Engine) -> dict[str, dict[str, Any]]:
    """Every column of every project but where its row came from."""
    with engine.connect() as connection:
        rows = connection.scalars(text("SELECT to_jsonb(p) FROM projects p")).all()
    return {row["id"]: {k: v for k, v in row.items() if k not in BOOKKEEPING} for row in rows}


def ground(engine: Engine, conflict: str) -> float:
    with engine.connect() as connection:
        query = text("SELECT shared_m2 FROM conflicts WHERE id = :id")
        return float(connection.execute(query, {"id": conflict}).scalar_one())


def test_of_shapes_corrected_in_qgis_only_the_correction_comes_back(
    town: Abat, store: Engine, look: Look, tmp_path: Path
) -> None:
    own, before = clash(store), projects(store)
    assert ground(store, own) == 100
    assert town("export", "projects", "--to", "out").code == 0
    package = tmp_path / "out" / "squares.gpkg"
    moved = box(0, 0, 9, 10).partition(";")[2]
    edit = {"source": f"{package}|layername=projects", "provider": "ogr", "where": "id = 'A'", "values": {}}
    done = look({"edits": [{**edit, "shape": moved}]})["edits"]
    assert [(each["rows"], each["committed"]) for each in done] == [(1, True)]
    back = town("--json", "load", "projects", package).facts["counts"]
    assert (back["new"], back["changed"], back["unchanged"]) == (0, 1, len(before) - 1)
    after = projects(store)
    differs = {id: {k for k in row if row[k] != before[id][k]} for id, row in after.items()}
    assert {id: columns for id, columns in differs.items() if columns} == {"A": {"geom"}}
    assert town("derive").code == 0
    assert ground(store, own) == 90
    assert town("load", "projects", package).code == 3  # nothing more to say
