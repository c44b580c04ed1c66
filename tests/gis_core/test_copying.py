"""Rows of a query as columns of Arrow, against the same rows as objects."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
import pytest
import shapely
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    literal,
    select,
    text,
)

from gis_core.copying import DIGIT_BYTES, NO_DIGITS, OTHER_DIGITS, masked_texts, read_columns
from gis_core.layer import table_of
from gis_core.personal import FreeText, masked, unmasked
from gis_core.store import box_of, read_frame
from layers.courtyards import Courtyard
from tests.drawing import box

SAID = ("", None, 'a;"b",c', "две\r\nстроки", "\\N", "\\.", "it's % :name", "Мәңгілік Ел, №5", " ")
PHONE = "звоните 8 701 123 45 67"
ROWS = Table(
    "every_kind", MetaData(), Column("id", Integer), Column("said", Text), Column("wrote", FreeText),
    Column("whole", BigInteger), Column("part", Float), Column("day", Date), Column("sure", Boolean),
    Column("words", ARRAY(Text)), prefixes=["TEMPORARY"],
)  # fmt: skip


@pytest.fixture
def filled(connection: Connection) -> Connection:
    """A table with every kind of value and with none."""
    ROWS.create(connection)
    for number, said in enumerate(SAID):
        whole = {"whole": 2**62 + number, "part": [-0.0, 0.1, 1e-300][number % 3], "day": date(2024, 2, 29)}
        kept = whole | {"sure": number % 2 == 0, "words": ["a,b", 'c"d', "ә"][: number % 4]}
        row = {"id": number, "said": said, "wrote": PHONE, **(kept if number % 2 else {})}
        connection.execute(ROWS.insert().values(row))
    return connection


def parts(connection: Connection, query: Any, rows: int) -> list[pa.Table]:
    return list(read_columns(connection, query, rows))


def test_every_kind_of_value_is_what_a_row_says_masked_or_not(filled: Connection) -> None:
    query = select(ROWS).order_by(ROWS.c.id)
    for found in (parts(filled, query, 4), parts(filled, query, 1000)):
        rows = [tuple(row.values()) for part in found for row in part.to_pylist()]
        assert rows == [tuple(row) for row in filled.execute(query)]
        assert rows[0][2] == masked(PHONE)
    assert [len(part) for part in parts(filled, query, 4)] == [4, 4, 1]
    with unmasked(filled):
        assert parts(filled, query, 9)[0]["wrote"].to_pylist() == [PHONE] * 9


def test_no_rows_are_one_empty_part_of_the_same_kinds(filled: Connection) -> None:
    (found,) = parts(filled, select(ROWS).where(ROWS.c.id < 0), 4)
    assert len(found) == 0
    assert found.schema.types == parts(filled, select(ROWS), 100)[0].schema.types


def test_shapes_come_as_bytes_and_their_lack_as_none(connection: Connection) -> None:
    made = func.ST_GeomFromText("MULTIPOLYGON(((0 0, 4 0, 4 0.1, 0 0)))", 32642).label("geom")
    query = select(literal(1).label("id"), made).union_all(select(literal(2), func.nullif(made, made)))
    (found,) = parts(connection, select(query.subquery("s")).order_by("id"), 10)
    assert shapely.from_wkb(found["geom"].to_pylist()).tolist() == [
        shapely.from_wkt("MULTIPOLYGON(((0 0, 4 0, 4 0.1, 0 0)))"),
        None,
    ]


def test_a_query_that_breaks_off_says_why(connection: Connection) -> None:
    number = func.generate_series(1, 9000).column_valued("n")
    broken = select((1000 / (literal(8000, Integer) - number)).label("share"))
    with pytest.raises(psycopg.errors.DivisionByZero, match="division by zero"), connection.begin_nested():
        parts(connection, broken, 100)
    assert connection.scalar(text("SELECT 7")) == 7


def test_whole_columns_are_masked_as_each_text_is() -> None:
    scripts = [
        "٨٧٠١١٢٣٤٥٦٧",
        "٨ 7٠1 123-45-67",
        "８７０１１２３４５６７",
        "८७०११२३४५६७",
        "— № 8 701 123 45 6",
    ]
    told = [None, "", PHONE, *scripts, "смета 87 011 234 567 тенге", "ИИН 850101300124", "дом 5", PHONE]
    whole = pa.array(told, pa.string())
    for some in (whole, whole.slice(2), whole.slice(3, 4), whole.slice(0, 0)):
        assert masked_texts(some).to_pylist() == [each and masked(each) for each in some.to_pylist()]


def test_bytes_of_digits_are_known_whatever_the_script() -> None:
    digits = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Nd"]
    first = {digit: digit.encode()[0] for digit in digits if not digit.isascii()}
    assert {digit.encode()[0] for digit in digits if digit.isascii()} == set(
        range(DIGIT_BYTES[0], DIGIT_BYTES[1] + 1)
    )
    assert all(byte >= OTHER_DIGITS and byte != NO_DIGITS for byte in first.values())


def test_the_box_of_a_table_is_that_of_its_shapes(connection: Connection) -> None:
    table = table_of(Courtyard)
    assert box_of(connection, table) is None
    corners = [(600000.1, 5600000.7), (600033.3, 5600100.9)]
    connection.execute(table.insert(), [
        {"id": str(number), "geom": box(x, y, 0.1, 0.3)} for number, (x, y) in enumerate(corners)
    ])  # fmt: skip
    frame = read_frame(connection, select(table.c.geom), "EPSG:32642")
    assert box_of(connection, table) == tuple(frame.total_bounds.tolist())  # type: ignore[operator]
