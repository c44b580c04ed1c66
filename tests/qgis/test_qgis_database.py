"""Tables of the database added by hand: QGIS takes the style that lies beside them; a verdict goes home."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, insert, make_url, select, text

from gis_core.export.database_styles import STYLES, write_styles
from gis_core.export.qml import database_qml
from gis_core.layer import table_of
from layers.catalogue import LAYERS
from layers.city import City
from layers.courtyards import Courtyard
from layers.label_views import make_views
from tests.drawing import box
from tests.qgis.conftest import Look

pytestmark = pytest.mark.qgis


def test_a_table_added_by_hand_has_style_and_labels_and_a_view_has_words(
    engine: Engine, look: Look, city: City
) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(table_of(Courtyard)),
            [{"id": "C-1", "condition": "needs_repair", "geom": box(0, 0, 10, 10)}],
        )
        make_views(connection, city, "ru")
        for _ in range(2):  # written again, ours are replaced
            assert write_styles(connection, {Courtyard: database_qml(Courtyard, "ru", {})}) == 1
        assert len(connection.execute(select(STYLES.c.id)).all()) == 1
    url = make_url(engine.url)
    source = (
        f"dbname='{url.database}' host={url.query['host']} port=5432 user='{url.username}' key='id'"
        ' srid=32642 type=MultiPolygon table="public"."courtyards" (geom)'
    )
    view = source.replace('"public"', '"abat_ru"')
    found = look({"tables": {"yards": source, "view": view}})["files"]
    seen, told = found["yards"], found["view"]
    assert (told["valid"], told["rows"], told["crs"]) == (True, 1, "EPSG:32642")
    assert dict(zip(told["fields"], told["values"], strict=True))["condition"] == "требует ремонта"
    assert (seen["valid"], seen["rows"], seen["crs"]) == (True, 1, "EPSG:32642")
    assert seen["colours"]["needs_repair"] == "#d9731a"
    assert seen["aliases"]["condition"] == "Состояние"


def test_every_layer_has_a_style_that_the_database_takes_for_xml(engine: Engine) -> None:
    with engine.begin() as connection:
        made = {layer: database_qml(layer, "kk", {}) for layer in LAYERS.values()}
        assert write_styles(connection, made) == len(LAYERS)
        found = connection.execute(
            text("SELECT count(*) FROM layer_styles WHERE xml_is_well_formed(styleqml::text)")
        )
        assert found.scalar() == len(LAYERS)
