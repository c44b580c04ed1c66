"""Clauses that several queries share: periods, texts by their bytes, sums shared out exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    Numeric,
    SQLColumnExpression,
    Text,
    any_,
    case,
    cast,
    collate,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, aggregate_order_by

Column = SQLColumnExpression[Any]
BETWEEN = "\x1f"  # the ASCII unit separator, which texts hardly ever hold


def among(column: Column, values: Collection[str]) -> ColumnElement[bool]:
    """True for one of these values, however many they are: they travel as one parameter.

    One text is encoded ten times faster than an array; it cannot say one empty value, or none.
    """
    texts = [*values]
    joined = BETWEEN.join(texts)
    if not joined or joined.count(BETWEEN) >= len(texts):
        return column == any_(literal(texts, ARRAY(Text)))
    return column == any_(func.string_to_array(joined, BETWEEN, type_=ARRAY(Text)))


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """A block in which few rows of large tables are looked up; by the mean of all, the server would read
    everything."""
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    connection.execute(text("SET LOCAL enable_seqscan = on"))


def rounded(number: Column, digits: int) -> ColumnElement[Any]:
    """A float rounded, so that the last bits of a sum do not depend on the order of its parts."""
    return cast(func.round(cast(number, Numeric), digits), Float)


def year_end(year: Column) -> ColumnElement[Any]:
    """31 December of a year."""
    return func.make_date(year, 12, 31)


def period(starts: Column, ends: Column) -> ColumnElement[Any]:
    """Days from start to end, both included; a missing date leaves that side open."""
    return func.daterange(starts, ends, literal_column("'[]'"), type_=DATERANGE)


def valid_on(day: Column, valid_from: Column, valid_to: Column) -> ColumnElement[Any]:
    """True where a version that begins with `valid_from` and ends before `valid_to` holds on a day."""
    return func.daterange(valid_from, valid_to, type_=DATERANGE).op("@>")(cast(day, Date))


def in_bytes(text: Column) -> ColumnElement[Any]:
    """A text that compares and sorts by its bytes, the same in every database."""
    return collate(text, "C")


def listed(text: Column) -> ColumnElement[Any]:
    """The distinct values of a group as an array, sorted by bytes."""
    plain = in_bytes(text)
    return func.array_agg(aggregate_order_by(plain.distinct(), plain))


def days_in(ranges: Column) -> ColumnElement[Any]:
    """Number of days in a multirange of dates; null where it has no end or no beginning."""
    part = func.unnest(ranges).column_valued("part")
    days = select(func.sum(func.upper(part) - func.lower(part))).scalar_subquery()
    return case((func.lower_inf(ranges) | func.upper_inf(ranges), None), else_=cast(days, Integer))


def shared_out(  # noqa: PLR0913  a share is what it is a share of
    amount: Column, part: Column, whole: Column, *, among: Sequence[Column], order: Sequence[Column]
) -> ColumnElement[Any]:
    """Whole units of an amount by shares of a whole, summing to it: the largest remainders get one more.

    `among` names the group within which `part`s add up to `whole`; `order` breaks ties between equal
    remainders. Hamilton's method, as described in Balinski and Young, Fair Representation (1982), chapter 2.
    """
    exact = cast(amount, Numeric) * cast(part, Numeric) / cast(whole, Numeric)
    floor = func.floor(exact)
    missing = cast(amount, Numeric) - func.sum(floor).over(partition_by=among)
    rank = func.row_number().over(partition_by=among, order_by=[(exact - floor).desc(), *order])
    return cast(floor + case((rank <= missing, 1), else_=0), BigInteger)
