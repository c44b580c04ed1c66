"""Districts whose boundary changed, as both tests of layers held against their queries need them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert

from layers.districts import District
from tests.drawing import box


def put_districts_that_change(connection: Connection, turns: date, width: float) -> None:
    """District b holds before a day, a wider a from it on; c, as wide as told, overlaps both at all times."""
    districts = [("b", 0, 200, None, turns), ("a", 0, 240, turns, None), ("c", 180, width, None, None)]
    connection.execute(insert(District), [
        {"id": id, "code": id, "name_ru": id, "valid_from": since, "valid_to": until,
         "geom": box(west, 0, wide, 400)}
        for id, west, wide, since, until in districts
    ])  # fmt: skip
