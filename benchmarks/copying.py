"""Whole numbers and shapes of a query as arrays, by binary COPY: no object for a row.

The bytes are those of PostgreSQL's documentation, chapter COPY, section Binary Format.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import Connection

from gis_core.copying import take
from gis_core.overlap import Polygons
from gis_core.overlap.compiled import compiled

Whole = NDArray[np.int64]
Bytes = NDArray[np.uint8]
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
HEADER = len(SIGNATURE)  # bytes before the first row
END = 0xFFFF  # in place of the number of fields, behind the last row
LAST = b"\xff\xff"  # the same as it is sent
NUMBER = np.dtype([("length", ">i4"), ("value", ">i8")])
PAIR = np.dtype([("fields", ">i2"), ("i", NUMBER), ("j", NUMBER), ("length", ">i4"), ("m2", ">f8")])
MISSING = 0xFFFFFFFF  # in place of the length of a field
AT_ONCE = 50_000  # rows


def read_arrays(connection: Connection, query: str, columns: int) -> tuple[list[Whole], Polygons]:
    """So many columns of a query of our own: whole numbers (bigint, none missing), last a geometry."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    copied = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(sql.SQL(query))
    sent, more = bytearray(), True
    with driver.cursor() as cursor, cursor.copy(copied):
        while more:
            taken = bytearray()
            more = driver.wait(take(driver.pgconn, taken, AT_ONCE))
            sent += taken
    received = np.frombuffer(sent, np.uint8)
    received.flags.writeable = False  # compiled loops know such arrays
    start, length = np.empty((2, columns, count_rows(received)), np.int64)
    find_fields(received, start, length)
    numbers = [_numbers(received, each) for each in start[:-1]]
    return numbers, Polygons.from_wkb(received, start[-1], length[-1])


def _numbers(received: Bytes, start: Whole) -> Whole:
    eight = received[start[:, None] + np.arange(8)]
    return eight.view(">i8").ravel().astype(np.int64)  # type: ignore[no-any-return]


def write_pairs(connection: Connection, table: str, pairs: tuple[Whole, Whole, NDArray[np.float64]]) -> None:
    """Rows of two whole numbers and square metres into a table of bigint, bigint, float8."""
    rows = np.empty(len(pairs[0]), PAIR)
    rows["fields"], rows["length"], rows["m2"] = 3, 8, pairs[2]
    for name, column in zip("ij", pairs[:2], strict=True):
        rows[name]["length"], rows[name]["value"] = 8, column
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    copied = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))
    with driver.cursor() as cursor, cursor.copy(copied) as copy:
        copy.write(SIGNATURE)
        for begin in range(0, len(rows), AT_ONCE):
            copy.write(rows[begin : begin + AT_ONCE].tobytes())
        copy.write(LAST)


@compiled
def count_rows(received: Bytes) -> int:
    """How many rows there are."""
    count, at = 0, HEADER
    while True:
        fields = int(np.int64(received[at]) << 8 | np.int64(received[at + 1]))
        if fields == END:
            return count
        at += 2
        for _ in range(fields):
            at += 4 + max(length_at(received, at), 0)
        count += 1


@compiled
def find_fields(received: Bytes, start: Whole, length: Whole) -> None:
    """Where each field begins and how long it is, by field and row; -1 for a missing one."""
    at = HEADER
    for row in range(start.shape[1]):
        at += 2
        for field in range(start.shape[0]):
            length[field, row] = length_at(received, at)
            start[field, row] = at + 4
            at += 4 + max(length[field, row], 0)


@compiled
def length_at(received: Bytes, at: int) -> int:
    """The four bytes at a place as a signed number, the greatest first."""
    size = np.int64(0)
    for byte in range(at, at + 4):
        size = size << 8 | np.int64(received[byte])
    return -1 if size == MISSING else int(size)
