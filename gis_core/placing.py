"""How a file feeds a layer: its columns, where its shapes come from, its CRS; settled on the first chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import Transformer

from gis_core import row_marks
from gis_core.columns import (
    LATITUDES,
    LONGITUDES,
    PAIRS,
    SHAPE,
    SHAPES,
    check_required,
    listed,
    match_columns,
    only,
)
from gis_core.crs import WGS84, Known, advice, how, known_crs, transformer
from gis_core.dates import EXCEL_EPOCH
from gis_core.degrees import as_coordinate
from gis_core.errors import InputError
from gis_core.layer import GeometryKind, Layer, fields, geometry_kind, keys, table_of
from gis_core.ordinary import Ordinary, ordinary
from gis_core.reading.model import HEIGHTS
from gis_core.reading.parent import Chunk, Source
from gis_core.shape_cells import shapes_of_texts, srid_of
from gis_core.shapes import ShapeRules, city_box, limits, project, shapes_of_wkb
from gis_core.values import Read, parse_column

DEGREES = (180.0, 90.0)
DECIMAL = r"^-?[0-9]{1,7}(\.[0-9]+)?$"  # a number that can be read in one way only
SAMPLE = 5000


@dataclass(frozen=True)
class Plan:
    """`mapping`: field to column; `unused`: columns no field takes, with some of their values.

    `place`: how shapes are found: "shapes", a pair of columns, one column, or nothing. `numbered`: the key
    that is made of file name and row, else None. `step` leads to the store's CRS; `crs` is the file's, and
    `srid` what the shapes in a column say of it themselves. `outlines`: closed lines become areas.
    `epoch`: the day from which the file counts days. `mark`: the column of an export's marks of rows.
    """

    file: str
    stem: str
    mapping: Mapping[str, str]
    unused: Mapping[str, list[str]]
    place: str | tuple[str, ...] | None
    crs: Known | None
    step: Transformer | None
    numbered: str | None = None
    srid: int | None = None
    outlines: bool = False
    epoch: date = EXCEL_EPOCH
    mark: str | None = None
    notes: list[str] = field(default_factory=list)


def plan(layer: type[Layer], source: Source, chunk: Chunk, rules: Any, stated_crs: str | None) -> Plan:  # noqa: PLR0913
    """How this file is loaded. Raises InputError for what stands against it, naming the file."""
    try:
        return _plan(layer, source, chunk, rules, stated_crs)
    except InputError as fault:
        raise InputError(f"{source.path}: {str(fault).removeprefix(f'{source.path}: ')}") from None


def _plan(layer: type[Layer], source: Source, chunk: Chunk, rules: Any, stated_crs: str | None) -> Plan:  # noqa: PLR0913
    mapping = match_columns(layer, source.columns, rules.spellings, rules.stated)
    numbered = _numbered(layer, mapping) if rules.numbered else None
    made = dict.fromkeys([*rules.constants, *([numbered] if numbered else [])], "")
    check_required(layer, mapping | made, source.columns)
    mark = _mark(layer, source, chunk, mapping)
    place = _place(layer, source, mapping, rules, mark) if geometry_kind(layer) else None
    taken = {mark, *mapping.values(), *(place if isinstance(place, tuple) else ())}
    unused = {name: _some(chunk, name) for name in source.columns if name not in taken}
    notes: list[str] = []
    srid = _srid(chunk, place) if stated_crs is None else None
    crs = _crs(source, chunk, (place, srid), rules.shapes, stated_crs, notes) if place else None
    step = _step(crs, rules.shapes, notes) if crs else None
    outlines = source.outlines and geometry_kind(layer) == "MULTIPOLYGON"
    found = Plan(source.path.name, source.path.stem, mapping, unused, place, crs, step, numbered, srid,
                 outlines, source.epoch, mark, notes)  # fmt: skip
    if place and crs:
        _check_place(found, chunk, rules.shapes)
    return found


def _mark(layer: type[Layer], source: Source, chunk: Chunk, mapping: Mapping[str, str]) -> str | None:
    """The column in which the rows of an export bear their marks."""
    free = [name for name in source.columns if name not in mapping.values()]
    named = only(free, (row_marks.NAME, *row_marks.FIELD.label)) if row_marks.bears_marks(layer) else None
    found = chunk.table[named].slice(0, SAMPLE).to_pylist() if named else ()
    return named if any(map(row_marks.is_mark, found)) else None


def _srid(chunk: Chunk, place: Any) -> int | None:
    """The SRID that shapes in a column carry."""
    alone = isinstance(place, tuple) and len(place) == 1
    return srid_of(chunk.table[place[0]].combine_chunks()[:SAMPLE]) if alone else None


def _numbered(layer: type[Layer], mapping: Mapping[str, str]) -> str | None:
    """The one text key of a layer, where no column feeds it."""
    key = keys(layer)
    declared = fields(layer)
    return key[0] if len(key) == 1 and key[0] not in mapping and not declared[key[0]].choices else None


def _some(chunk: Chunk, name: str) -> list[str]:
    """Some distinct values of a column, as text, to show what is not loaded."""
    return [
        str(value)
        for value in chunk.table[name].slice(0, SAMPLE).unique().to_pylist()[:30]
        if value is not None
    ]


def _place(  # noqa: PLR0913
    layer: type[Layer], source: Source, mapping: Mapping[str, str], rules: Any, mark: str | None
) -> str | tuple[str, ...] | None:
    """Where the shapes are. Raises InputError where a layer that needs them gets none."""
    said = [column for column, target in rules.stated.items() if target == SHAPE]
    if said:
        return (said[0],)
    if source.shaped:
        return "shapes"
    free = [name for name in source.columns if name not in mapping.values()]
    lon, lat, cell = only(free, LONGITUDES), only(free, LATITUDES), only(free, SHAPES)
    if lon and lat:
        return lon, lat
    if cell:
        return (cell,)
    pair = only(free, PAIRS)
    told = (
        f"column {pair!r} holds both coordinates" if pair else "no columns lon and lat, no column of shapes"
    )
    if lon or lat:
        told = f"only one of the columns lon and lat is there ({lon or lat})"
    if mark and not (pair or lon or lat):
        return None  # the shapes stay what they are in the store
    by_address = rules.addressing is not None and rules.addressing.address in mapping
    needed = not table_of(layer).columns["geom"].nullable or (rules.placed and not by_address)
    if needed or pair or lon or lat:
        raise InputError(
            f"the file has no geometry for {layer.__tablename__}: {told};"
            f" rename or add columns lon and lat; it has the columns: {listed(source.columns)}"
        )
    return None


def sure_shapes(made: Plan, chunk: Chunk, kind: GeometryKind, rules: ShapeRules) -> Ordinary | None:
    """Shapes that are known to be right by their numbers alone; None where none is looked for."""
    if made.place != "shapes" or chunk.shape is None or made.outlines:
        return None
    return ordinary(chunk.shape, made.step, kind, limits(rules))


def raw_shapes(made: Plan, chunk: Chunk) -> tuple[Any, Any, Any]:
    """Shapes as the file has them, with reasons and repairs as texts; all as long as the chunk."""
    length = len(chunk.row)
    none = np.full(length, "", dtype=object)
    if made.place is None or (made.place == "shapes" and chunk.shape is None):
        return np.full(length, None, dtype=object), none, none
    if made.place == "shapes":
        return _filled(*shapes_of_wkb(chunk.shape)) if made.outlines else shapes_of_wkb(chunk.shape)
    if len(made.place) == 1:
        return _of_one_crs(made, *shapes_of_texts(chunk.table[made.place[0]].combine_chunks()))
    return _points(chunk, made.place[0], made.place[1])


def _filled(shapes: Any, reasons: Any, repairs: Any) -> tuple[Any, Any, Any]:
    """Closed lines as the areas they go around."""
    long = shapely.get_num_coordinates(shapes) > 3  # noqa: PLR2004  first and last are one point
    for at in np.flatnonzero((shapely.get_type_id(shapes) == 1) & shapely.is_closed(shapes) & long):
        shapes[at] = shapely.polygons(shapely.get_coordinates(shapes[at]))
        repairs[at] = "a closed line of the drawing, taken as the area inside"
    return shapes, reasons, repairs


def _coordinate(cell: object, axis: int) -> Read:
    return Read(*as_coordinate(cell, axis))


def _of_one_crs(made: Plan, shapes: Any, reasons: Any, repairs: Any) -> tuple[Any, Any, Any]:
    """Shapes with reasons for those that carry another CRS than the first of the file."""
    if made.srid:
        said = shapely.get_srid(shapes)
        for at in np.flatnonzero((said > 0) & (said != made.srid)):
            reasons[at] = f"the shape carries the CRS (SRID) {said[at]}, the file {made.srid}"
            shapes[at] = None
    return shapes, reasons, repairs


def _points(chunk: Chunk, *names: str) -> tuple[Any, Any, Any]:
    """Points of two columns; cells that are no numbers are reasons."""
    reasons = np.full(len(chunk.row), "", dtype=object)
    axes = []
    for axis, name in enumerate(names):
        cells = chunk.table[name].combine_chunks()
        if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
            axes.append(cells.cast(pa.float64()).to_numpy(zero_copy_only=False))
            continue
        if pa.types.is_string(cells.type) and pc.all(pc.match_substring_regex(cells, DECIMAL)).as_py():
            axes.append(cells.cast(pa.float64()).to_numpy(zero_copy_only=False))  # what most files hold
            continue
        parsed = parse_column(cells, pa.float64(), partial(_coordinate, axis=axis))
        for at, fault in parsed.faults.items():
            reasons[at] = f"no coordinates: {name}: {fault}"
        axes.append(parsed.values.to_numpy(zero_copy_only=False))
    shapes = np.asarray(shapely.points(axes[0], axes[1]), dtype=object)
    shapes[np.isnan(axes[0]) | np.isnan(axes[1])] = None
    return shapes, reasons, np.full(len(chunk.row), "", dtype=object)


def _crs(  # noqa: PLR0913
    source: Source, chunk: Chunk, where: Any, rules: ShapeRules, stated: str | None, notes: list[str]
) -> Known:
    """The CRS that was stated, that the file says, or that degrees in columns mean; else a refusal."""
    if stated is not None:
        given = known_crs(stated) if stated else None
        _coordinates(where[0], chunk, notes)
        if given and source.crs and known_label(source.crs) != given.label:
            notes.append(f"the file says the CRS {known_label(source.crs)}, --crs {given.label} was used")
        if given:
            return given
    place, srid = where
    points = _coordinates(place, chunk, notes)
    if source.crs or srid:
        return _said(source.crs or f"EPSG:{srid}", points, rules)
    if isinstance(place, tuple) and _in_degrees(points):
        notes.append("no CRS is said; the columns hold degrees: taken as WGS 84 (EPSG:4326)")
        return known_crs("EPSG:4326")
    raise InputError(
        f"the file does not say the CRS (coordinate system) of its geometry, no .prj or the like:"
        f" {advice(points, rules.city)}; ask the sender, then specify it with --crs"
    )


def _said(words: str, points: Any, rules: ShapeRules) -> Known:
    try:
        return known_crs(words)
    except InputError as fault:
        hint = advice(points, rules.city)
        raise InputError(f"{fault} (.prj, crs); {hint}; ask the sender, then specify it with --crs") from None


def known_label(words: str) -> str:
    """The name of a file's CRS, readable or not."""
    try:
        return known_crs(words).label
    except InputError:
        return " ".join(words.split())[:40]


def _coordinates(place: Any, chunk: Chunk, notes: list[str]) -> Any:
    """Some coordinates of a chunk, without those that are not finite; heights are noted."""
    few = Chunk(chunk.table.slice(0, SAMPLE), chunk.row[:SAMPLE], chunk.fault[:SAMPLE], chunk.remark[:SAMPLE],
                None if chunk.shape is None else chunk.shape[:SAMPLE])  # fmt: skip
    shapes, _, _ = raw_shapes(Plan("", "", {}, {}, place, None, None), few)
    if shapely.has_z(shapes).any():
        notes.append(HEIGHTS)
    points = shapely.get_coordinates(shapes)
    return points[np.isfinite(points).all(axis=1)]


def _in_degrees(points: Any) -> bool:
    """Whether most coordinates are longitudes and latitudes in this order or the other."""
    if not len(points):
        return True
    return bool((np.abs(points) <= DEGREES[0]).all(axis=1).mean() > 0.5)  # noqa: PLR2004  most


def _step(crs: Known, rules: ShapeRules, notes: list[str]) -> Transformer | None:
    """The transformation to the store's CRS, told in the notes; None where there is nothing to do."""
    if crs.crs.equals(rules.crs, ignore_axis_order=True):
        return None
    step = transformer(crs.crs, rules.crs, rules.bounds)
    notes.append(f"from {crs.label} by: {how(step)}")
    return step


def _check_place(made: Plan, chunk: Chunk, rules: ShapeRules) -> None:
    """Raises InputError where no shape of the first chunk meets the city: the CRS or the axes are wrong."""
    shapes, _, _ = raw_shapes(made, chunk)
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    finite = np.isfinite(shapely.bounds(flat)).all(axis=1)
    if not finite.any():
        return
    box, bounds = city_box(rules), shapely.bounds(project(flat[finite], made.step))
    meets = (
        (bounds[:, 0] <= box[2])
        & (bounds[:, 2] >= box[0])
        & (bounds[:, 1] <= box[3])
        & (bounds[:, 3] >= box[1])
    )
    points = shapely.get_coordinates(flat[finite])
    if meets.any():
        _note_strays(made, points, rules)
        return
    assert made.crs  # noqa: S101  a plan with a place has one
    raise InputError(
        f"all {int(finite.sum())} geometries (shapes) lie outside the city under the CRS {made.crs.label}"
        f" (range x {points[:, 0].min():.6g} to {points[:, 0].max():.6g}, y {points[:, 1].min():.6g} to"
        f" {points[:, 1].max():.6g}); {advice(points, rules.city)};"
        " correct the file (CRS, lat and lon exchanged), or specify the right --crs"
    )


def _note_strays(made: Plan, points: Any, rules: ShapeRules) -> None:
    """Note where no shape of the first chunk lies in the city's outline, but some within its bounds."""
    if rules.outline is None:
        return
    step = Transformer.from_crs(made.crs.crs if made.crs else rules.crs, WGS84, always_xy=True)
    if not rules.city.inside(*step.transform(points[:, 0], points[:, 1])).any():
        made.notes.append(f"nothing of it lies in the districts of the city; {advice(points, rules.city)}")
