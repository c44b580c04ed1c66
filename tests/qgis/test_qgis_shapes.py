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


def edit(source: str, project: str, **values: Any) -> dict[str, Any]:
    shape = {"shape": values.pop("shape")} if "shape" in values else {}
    return {"source": source, "provider": "ogr", "where": f"id = '{project}'", "values": values, **shape}


def test_the_form_of_a_conflict_shows_its_two_projects(
    town: Abat, store: Engine, look: Look, tmp_path: Path
) -> None:
    own = clash(store)
    layers = ("conflicts", "projects", "project_funding", "assessments")
    assert town("export", *layers, "--to", "out", "--format", "qgz").code == 0
    project = str(tmp_path / "out" / "squares.qgz")
    asked = [
        {"project": project, "layer": "Пересечения", "where": f"id = '{own}'"},
        {"project": project, "layer": "Финансирование проектов", "where": "project_id = 'C'"},
    ]
    conflict, money = look({"forms": asked})["forms"]
    assert {name: each["row"]["name"] for name, each in conflict.items()} == {
        "conflicts.project_a": "Works A",
        "conflicts.project_b": "Works B",
    }
    assert all(each["embedded"] for each in conflict.values())
    assert money["project_funding.project_id"]["row"]["name"] == "Works C"


def test_of_what_was_corrected_in_qgis_only_the_corrections_come_back(
    town: Abat, store: Engine, look: Look, tmp_path: Path
) -> None:
    """A shape in a GeoPackage, a name in a shapefile, one more that somebody else changed meanwhile."""
    own, before = clash(store), projects(store)
    assert ground(store, own) == 100
    for kind in ("gpkg", "shp"):
        assert town("export", "projects", "--to", "out", "--format", kind).code == 0
    package, shapefile = tmp_path / "out" / "squares.gpkg", tmp_path / "out" / "projects" / "projects.shp"
    moved = box(0, 0, 9, 10).partition(";")[2]
    edits = [
        edit(f"{package}|layername=projects", "A", shape=moved),
        edit(str(shapefile), "B", name="Сеть «Жылу»: Ә ө ү"),
        edit(str(shapefile), "C", name="третий"),
    ]
    done = look({"edits": edits})["edits"]
    assert [(each["rows"], each["committed"]) for each in done] == [(1, True)] * 3
    with store.begin() as connection:
        connection.execute(text("UPDATE projects SET name = 'другой' WHERE id = 'C'"))
    back = town("--json", "load", "projects", package).facts
    assert (back["counts"]["changed"], back["counts"]["unchanged"], back["met"]) == (1, len(before) - 1, 0)
    told = town("load", "projects", shapefile)
    assert told.code == 0
    assert "name is 'другой' there and 'третий' here" in told.err
    after = projects(store)
    differs = {id: {k for k in row if row[k] != before[id][k]} for id, row in after.items()}
    assert differs == {"A": {"geom"}, "B": {"name"}, "C": {"name"}}
    assert (after["B"]["name"], after["C"]["name"]) == ("Сеть «Жылу»: Ә ө ү", "другой")
    assert town("derive").code == 0
    assert ground(store, own) == 90
    assert town("load", "projects", package).code == 3  # nothing more to say
