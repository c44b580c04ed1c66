"""Columns of a layer that go out, and the values of a frame in them as plain Python values."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ARRAY, Boolean, Date, Float, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

from gis_core.errors import InputError
from gis_core.layer import Field, Layer, fields, table_of
from gis_core.personal import FreeText

Kind = Literal["text", "list", "integer", "float", "bool", "date"]
Value = Any  # str, list[str], int, float, bool, datetime.date or None

ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "list": pa.list_(pa.string()),
    "integer": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}
_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (ARRAY, "list"),
    (Boolean, "bool"),
    (Integer, "integer"),
    (Float, "float"),
    (Numeric, "float"),
    (Date, "date"),
    (String, "text"),
    (FreeText, "text"),
)


class Column(NamedTuple):
    """A field of a layer that goes out, with what kind of value it holds."""

    name: str
    field: Field
    kind: Kind
    nullable: bool


def visible_columns(layer: type[Layer]) -> tuple[Column, ...]:
    """The fields of a layer that go out (not the hidden ones), in table order."""
    shown = {name: field for name, field in fields(layer).items() if not field.hidden}
    declared = table_of(layer).columns
    return tuple(
        Column(name, field, _kind(name, declared[name].type), bool(declared[name].nullable))
        for name, field in shown.items()
    )


def column_of(layer: type[Layer], column: Column, series: pd.Series) -> pa.Array:
    """A column of a frame as Arrow has it; InputError names a value of another kind."""
    wanted = ARROW[column.kind]
    if isinstance(series.dtype, pd.ArrowDtype):
        found = pa.array(series.array)
        found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        if column.kind == "integer" and pa.types.is_integer(found.type):
            found = found.cast(wanted)
        if found.type == wanted and not (column.kind == "float" and _is_endless(found)):
            return found
    return pa.array(values_of(layer, column, series), wanted)


def values_of(layer: type[Layer], column: Column, series: pd.Series) -> list[Value]:
    """A column of a frame as plain values, None where one is missing; InputError names a strange one."""
    plain = _PLAIN[column.kind]
    found: list[Value] = []
    for row, (value, missing) in enumerate(zip(series.tolist(), series.isna(), strict=True), start=1):
        try:
            found.append(None if missing else plain(value))
        except (TypeError, ValueError) as reason:
            where = f"{layer.__tablename__}.{column.name}, row {row}"
            raise InputError(f"{where}: {value!r} is not of kind {column.kind}") from reason
    return found


def _is_endless(numbers: pa.Array) -> bool:
    return pc.all(pc.is_finite(numbers)).as_py() is False


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        raise TypeError(value)
    return [_text(part) for part in value]


def _integer(value: Any) -> int:
    """Also a float that holds a whole number: pandas makes one of a column with gaps."""
    if int(value) != value:
        raise ValueError(value)
    return int(value)


def _float(value: Any) -> float:
    if not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _bool(value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(value)
    return bool(value)


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if not isinstance(value, dt.date):
        raise TypeError(value)
    return value


_PLAIN: dict[Kind, Callable[[Any], Value]] = {
    "text": _text,
    "list": _list,
    "integer": _integer,
    "float": _float,
    "bool": _bool,
    "date": _date,
}


def _kind(name: str, declared: TypeEngine[Any]) -> Kind:
    for known, kind in _KINDS:
        if isinstance(declared, known):
            return kind
    raise TypeError(f"column {name} of type {declared!r} has no form in an export; name one in {__name__}")
