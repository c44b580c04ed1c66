"""The house of DESIGN section 2: which room may call which, read from every import in the tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "gis_core": {"gis_core"},
    "layers": {"gis_core", "layers"},
    "maps": {"gis_core", "layers", "maps"},
    "scripts": {"gis_core", "layers", "maps", "scripts"},
    "data": {"gis_core", "layers", "data"},
}
OUR_OWN = {*MAY_IMPORT, "tests", "benchmarks"}
CONNECTIONS = {"sqlalchemy", "psycopg", "alembic", "gis_core.cluster", "gis_core.database", "gis_core.store"}
GEOMETRY = {"shapely", "geoalchemy2", "fiona", "pyogrio", "pyproj"}
MAKES_SQL = {"text", "select", "func", "insert", "update", "delete", "literal_column", "exec_driver_sql"}
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM|INSERT INTO|UPDATE\s.+\sSET|DELETE FROM|(CREATE|ALTER|DROP) \w)", re.DOTALL
)


class Import(NamedTuple):
    """One imported thing: `from gis_core.layer import Layer` is gis_core.layer and Layer."""

    where: str
    module: str
    name: str

    def is_of(self, names: set[str]) -> bool:
        full = f"{self.module}.{self.name}.".lstrip(".")
        return any(full.startswith(f"{name}.") for name in names)


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports_in(code: str, path: Path) -> Iterator[Import]:
    folder = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (Import(f"{path}:{node.lineno}", alias.name, "") for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = folder[: len(folder) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (Import(f"{path}:{node.lineno}", module, alias.name) for alias in node.names)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            named = [word.value for word in node.args[:1] if isinstance(word, ast.Constant)]
            yield from (Import(f"{path}:{node.lineno}", str(module), "") for module in named)


def imports(room: str) -> list[Import]:
    return [found for path in sources(room) for found in imports_in(path.read_text("utf-8"), path)]


def wrong_turns(room: str, found: list[Import]) -> list[Import]:
    return [one for one in found if one.is_of(OUR_OWN - MAY_IMPORT[room])]


def sql_in(code: str) -> Iterator[str]:
    """What a module does with SQLAlchemy beyond holding a connection, and SQL that it spells out."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            yield from (f"{node.lineno}: {alias.name}" for alias in node.names if alias.name in MAKES_SQL)
        if isinstance(node, ast.Import) and any(alias.name.startswith("sqlalchemy") for alias in node.names):
            yield f"{node.lineno}: all of sqlalchemy; import the names"
        if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql":
            yield f"{node.lineno}: exec_driver_sql"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield f"{node.lineno}: {node.value[:40]}"


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_has_modules(room: str) -> None:
    assert sources(room)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_from_itself_and_the_rooms_to_its_right(room: str) -> None:
    assert wrong_turns(room, imports(room)) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("gis_core", "from layers.projects import Project"),
        ("gis_core", "import layers"),
        ("layers", "import maps.page as page"),
        ("layers", "from .. import scripts"),
        ("maps", "from scripts import common"),
        ("maps", "def f():\n    import scripts.common"),
        ("maps", "from data.sample import dice"),
        ("maps", "importlib.import_module('scripts.common')"),
        ("scripts", "import tests.conftest"),
        ("scripts", "from data.boundaries import draw"),
        ("data", "from maps.page import CityMap"),
    ],
)
def test_a_wrong_turn_is_seen(room: str, line: str) -> None:
    found = list(imports_in(line, ROOT / room / "new.py"))
    assert wrong_turns(room, found) == found


def test_maps_get_frames_and_never_a_connection() -> None:
    assert [one for one in imports("maps") if one.is_of(CONNECTIONS)] == []


def test_scripts_know_no_geometry() -> None:
    assert [one for one in imports("scripts") if one.is_of(GEOMETRY)] == []


def test_scripts_write_no_sql() -> None:
    spelled = {str(path): list(sql_in(path.read_text("utf-8"))) for path in sources("scripts")}
    assert {path: lines for path, lines in spelled.items() if lines} == {}


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import text",
        "from sqlalchemy.sql import select",
        "import sqlalchemy as sa",
        "connection.exec_driver_sql('x')",
        "run('SELECT id\\n FROM projects')",
        "run(f'DELETE FROM {table}')",
    ],
)
def test_sql_in_a_script_is_seen(code: str) -> None:
    assert list(sql_in(code))


def test_a_script_may_hold_a_connection_and_speak_of_selecting() -> None:
    assert (
        list(sql_in("from sqlalchemy import Connection, Engine\nsay('Select a layer from the list')")) == []
    )
