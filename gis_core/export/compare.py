"""What was written held against what was meant: an export is done only after this."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import shapely

from gis_core.errors import GisError
from gis_core.export.moving import Array
from gis_core.export.table import Table
from gis_core.export.values import Column, Value

AREA_TOLERANCE = 1e-9  # relative: parts of a shape may come back in another order, and sums round differently


def check_rows(path: Path, meant: int, found: int) -> None:
    """GisError unless as many rows are there as were to be written."""
    if meant != found:
        raise differs(path, f"{meant} rows were to be written, {found} are there")


def check_values(  # noqa: PLR0913  `before`: rows of the file before these
    path: Path, name: str, meant: Sequence[Value], found: Sequence[Value], *, before: int = 0
) -> None:
    """Every value of a column, in order and of the same type; GisError tells the first that differs."""
    check_rows(path, len(meant), len(found))
    if list(meant) == list(found):
        return
    row = next(row for row, pair in enumerate(zip(meant, found, strict=True)) if pair[0] != pair[1])
    raise differs(path, f"column {name}, row {before + row + 1}: {meant[row]!r} became {found[row]!r}")


def check_column(  # noqa: PLR0913  as above
    path: Path, name: str, meant: pa.Array, found: pa.Array, *, before: int
) -> None:
    """The same for columns of Arrow."""
    if not meant.equals(found):
        check_values(path, name, meant.to_pylist(), found.to_pylist(), before=before)


def as_column(path: Path, name: str, found: Sequence[Value], kind: pa.DataType) -> pa.Array:
    """Values that were read back, as a column of the kind that was written, else GisError."""
    try:
        return pa.array(found, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as reason:
        raise differs(path, f"column {name}: {reason}") from None


def check_sums(path: Path, table: Table, frame: pd.DataFrame, found: Mapping[str, Iterable[Value]]) -> None:
    """The sums of the number columns as read back against the frame as it was handed in."""
    for column in table.columns:
        if column.kind in {"integer", "float"}:
            check_sum(path, column, sum_of(frame[column.name].dropna().tolist()), sum_of(found[column.name]))


def check_sum(path: Path, column: Column, meant: float, found: float) -> None:
    """A sum as read back against the one that was handed in."""
    slack = 0.0 if column.kind == "integer" else 1e-9 * max(1.0, abs(meant))
    if abs(meant - found) > slack:
        raise differs(path, f"column {column.name}: the sum {meant} became {found}")


def check_shapes(path: Path, meant: Array, found: Array) -> None:
    """Every shape, and the total area; parts and rings may stand in another order."""
    check_rows(path, len(meant), len(found))
    if (shapely.is_missing(meant) != shapely.is_missing(found)).any():
        raise differs(path, "a row lost its shape or won one")
    there = ~shapely.is_missing(meant)
    same = shapely.equals_exact(_plain(meant[there]), _plain(found[there]))
    if not same.all():
        raise differs(path, f"{(~same).sum()} shapes are not the same")
    areas = math.fsum(shapely.area(meant[there])), math.fsum(shapely.area(found[there]))
    if not math.isclose(*areas, rel_tol=AREA_TOLERANCE):
        raise differs(path, f"the total area {areas[0]} became {areas[1]}")


def sum_of(values: Iterable[Value]) -> float | int:
    """The sum of numbers, whole ones exactly."""
    held = [value for value in values if value is not None]
    if all(float(value).is_integer() for value in held):
        return sum(int(value) for value in held)
    return math.fsum(held)


def _plain(shapes: Array) -> Array:
    """Shapes in one order of rings and parts; a multi shape of one part as that part."""
    shapes = shapes.copy()
    lone = shapely.get_num_geometries(shapes) == 1
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    return shapely.normalize(shapes)  # type: ignore[no-any-return]


def differs(path: Path, what: str) -> GisError:
    """The fault of a file that says something else than what was meant."""
    cure = "nothing was replaced; export again, and if it comes again report it with this line"
    return GisError(f"{path.name}: read back, it is not what was written: {what}; {cure}")
