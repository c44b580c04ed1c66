"""One of these values: the same rows, whichever way the values travel."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import Connection, Text, column, select, values

from gis_core.joins import among

HELD = ("", "a", "b", "a\x1fb", "дом 5, кв. 'x' {1}", "%")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("a", "b", "c"), {"a", "b"}),
        (("дом 5, кв. 'x' {1}", "%"), {"дом 5, кв. 'x' {1}", "%"}),
        ((), set()),
        (("",), {""}),
        (("", "a"), {"", "a"}),
        (("a\x1fb",), {"a\x1fb"}),
        (("a\x1fb", "b"), {"a\x1fb", "b"}),
    ],
)
def test_among_finds_these_values_and_no_others(
    empty: Connection, wanted: Collection[str], found: set[str]
) -> None:
    rows = values(column("word", Text), name="held").data([(word,) for word in HELD])
    assert {*empty.scalars(select(rows.c.word).where(among(rows.c.word, wanted)))} == found
