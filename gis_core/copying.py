"""Rows of a query as columns of Arrow: the server's COPY as CSV, read part by part, no object for a row."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from typing import Any, cast

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
from psycopg import sql
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from psycopg.waiting import Ready, Wait
from sqlalchemy import ARRAY, Connection, Select, Text, func, select, text
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeDecorator

from gis_core.buffers import laid_out
from gis_core.personal import FEWEST, FreeText, is_shown, masked
from gis_core.values import arrow_type

SHAPE = "geom"
MOST = 1 << 26  # bytes of a part, however few its rows
LEAST = 1 << 20  # bytes of a block that Arrow takes at once
DIGIT_BYTES = (0x30, 0x39)
OTHER_DIGITS = 0xD9  # UTF-8 of digits of other scripts begins with this or more,
NO_DIGITS = 0xE2  # but not with this
Column = KeyedColumnElement[Any]


def read_columns(connection: Connection, query: Select[Any], rows: int) -> Generator[pa.Table, None, None]:
    """The rows of a query, so many at a time at most, at least one part; `geom` is WKB.

    Texts are masked as their columns say. While parts are left the connection can do nothing else, not even
    roll back: who may stop on the way closes the generator.
    """
    columns = list(query.subquery("q").c)
    empty = True
    with closing(_copied(connection, select(*map(_plain, columns)), rows)) as copied:
        for sent in copied:
            empty = False
            yield _read(connection, columns, sent)
    if empty:
        yield _read(connection, columns, b"")


def _plain(column: Column) -> Any:
    """A column as text that reads the same whatever the settings of the server."""
    if column.name == SHAPE:
        return func.encode(func.ST_AsBinary(column), "hex")
    if isinstance(column.type, ARRAY):
        return sql_cast(func.array_to_json(column), Text)
    if isinstance(column.type, TypeDecorator) and not isinstance(column.type, FreeText):
        raise TypeError(f"{column.name}: no way to read a {column.type!r} by columns")
    return column


def _copied(connection: Connection, query: Select[Any], rows: int) -> Generator[bytearray, None, None]:
    """CSV without a head, some whole rows at a time."""
    connection.execute(text("SET LOCAL datestyle TO ISO"))
    asked = query.compile(dialect=connection.dialect)
    copied = sql.SQL("COPY ({}) TO STDOUT (FORMAT CSV)").format(sql.SQL(str(asked)))
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(copied, asked.params):
        more = True
        while more:
            taken = bytearray()
            more = driver.wait(take(driver.pgconn, taken, rows))
            if taken:
                yield taken


def take(server: PGconn, into: bytearray, rows: int) -> Generator[Wait, Ready | int, bool]:
    """Take what a COPY sends, so many rows at most, for `wait` of a connection; whether more may follow.

    The server sends a message a row; a step of psycopg for each costs ten times as much as taking it.
    """
    while rows and len(into) < MOST:
        size, data = server.get_copy_data(1)
        if size > 0:
            into += data
            rows -= 1
        elif size < 0:
            _end(server)
            return False
        else:
            while not (yield Wait.R):
                pass
            server.consume_input()
    return True


def _end(server: PGconn) -> None:
    """Take the last word of the server; the connection is free for what follows."""
    told = server.get_result()
    while server.get_result():
        pass
    if told is None:
        raise psycopg.OperationalError("the server is gone")
    if told.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(told)


def _read(connection: Connection, columns: list[Column], sent: bytes | bytearray) -> pa.Table:
    kinds = {each.name: pa.string() if _is_text(each) else arrow_type(each.type) for each in columns}
    if not sent:
        own = [(each.name, pa.binary() if each.name == SHAPE else arrow_type(each.type)) for each in columns]
        return pa.schema(own).empty_table().combine_chunks()
    found = pcsv.read_csv(
        pa.py_buffer(sent),
        pcsv.ReadOptions(column_names=list(kinds), block_size=max(len(sent), LEAST), use_threads=False),
        pcsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        pcsv.ConvertOptions(
            column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
            true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip
    return pa.table({each.name: _as_said(connection, each, found[each.name]) for each in columns})


def _is_text(column: Column) -> bool:
    return column.name == SHAPE or isinstance(column.type, ARRAY)


def _as_said(connection: Connection, column: Column, found: pa.ChunkedArray) -> pa.Array:
    """A column as its type says: shapes as bytes, lists as lists, free text masked."""
    whole = found.combine_chunks()
    if isinstance(column.type, ARRAY):
        lists = [None if each is None else json.loads(each) for each in whole.to_pylist()]
        return pa.array(lists, arrow_type(column.type))
    if column.name == SHAPE:
        return _bytes(whole)
    if isinstance(column.type, FreeText) and not is_shown(connection):
        return masked_texts(whole)
    return whole


def masked_texts(texts: pa.Array) -> pa.Array:
    """Texts, each masked; those whose bytes cannot hold ten digits are not looked at one by one."""
    laid = laid_out(texts)
    digit = (laid.data >= DIGIT_BYTES[0]) & (laid.data <= DIGIT_BYTES[1])
    other = (laid.data >= OTHER_DIGITS) & (laid.data != NO_DIGITS)
    before = np.concatenate([[0], np.cumsum(np.where(other, FEWEST, digit), dtype=np.int64)])
    several = before[laid.first + np.maximum(laid.size, 0)] - before[laid.first] >= FEWEST
    some = np.flatnonzero(several)
    if not len(some):
        return texts
    hidden = [masked(text) for text in texts.take(pa.array(some)).to_pylist()]
    return pc.replace_with_mask(texts, pa.array(several), pa.array(hidden, texts.type))


def _bytes(figures: pa.Array) -> pa.Array:
    """The bytes that are written in hexadecimal."""
    laid = laid_out(figures)
    ends = np.concatenate([[0], np.cumsum(np.maximum(laid.size, 0) // 2)]).astype(np.int32)
    data = bytes.fromhex(laid.used.tobytes().decode("ascii"))
    held = pa.Array.from_buffers(pa.binary(), len(figures), [None, pa.py_buffer(ends), pa.py_buffer(data)])
    return pc.if_else(figures.is_valid(), held, None)
