"""Rows of a file as rows of a layer: every row is accepted, repaired or rejected with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gis_core import row_marks
from gis_core.addressing import Addressing, place_by_address
from gis_core.dates import EXCEL_EPOCH
from gis_core.edits import asked_addresses, edits_of, edits_of_shapes
from gis_core.errors import InputError
from gis_core.layer import (
    LANGUAGES,
    Choices,
    Field,
    GeometryKind,
    Layer,
    fields,
    geometry_kind,
    keys,
    table_of,
)
from gis_core.ordinary import Ordinary
from gis_core.placing import Plan, raw_shapes, sure_shapes
from gis_core.reading.parent import Chunk
from gis_core.returning import EDITED
from gis_core.shape_cells import shape_texts
from gis_core.shapes import ShapeRules, Shapes, added, as_ewkb, store_shapes
from gis_core.spelling import plain
from gis_core.values import (
    Parsed,
    Parser,
    arrow_type,
    is_missing,
    key_column,
    one_of,
    parse_column,
    parser_of,
    text_column,
)

BOOKKEEPING = ("source_file", "source_row", "run_id", row_marks.NAME, EDITED)


@dataclass(frozen=True)
class Vocabulary:
    """Words that a field may hold: spelling to code, and what an unknown word becomes (None: rejected).

    `fold` brings a cell's text into the form of the spellings.
    """

    accepted: Mapping[str, str]
    fold: Callable[[str], str] = plain
    stand_in: Callable[[str], str] | None = None


@dataclass(frozen=True)
class LoadRules:
    """What the city and the store know that a file is read against.

    `spellings[field]`: further column names; `values[field][code]`: further spellings of a choice;
    `known[column]`: keys that a reference may point to; `companions[plain column name]`: how cells of columns
    that no field takes are checked; `constants[field]`: what every row holds. `placed`: rows without a
    shape are rejected even where the layer takes
    them. `numbered`: rows of a file without an id get one of file name and row. `addressing`: how rows are
    placed that have an address and no coordinates. `epoch`: the day from which numbers of days count.
    """

    shapes: ShapeRules
    zone: tzinfo
    stated: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    known: Mapping[str, frozenset[object]] = field(default_factory=dict)
    companions: Mapping[str, Parser] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    placed: bool = False
    numbered: bool = False
    addressing: Addressing | None = None
    epoch: date = EXCEL_EPOCH


@dataclass(frozen=True)
class Accepted:
    """A chunk's good rows, and what became of the others.

    `rows`: declared columns without geom; `shapes` beside them as EWKB, None for a layer without; `rejected`:
    row, record_id, reason, record; `repairs`: row to what was mended; `doubts`: row to what should be looked
    at. `points`: for each row whether its shape came from a point of the file; `sure`: whether it is valid
    beyond doubt, or there is none. `bounds`: of all good shapes, in metres. `addressed`: how many of the good
    rows were placed by their address, by quality.
    """

    rows: pa.Table
    shapes: pa.Array | None
    rejected: list[dict[str, Any]]
    repairs: dict[int, str]
    doubts: dict[int, str]
    points: np.ndarray[Any, np.dtype[np.bool_]]
    sure: np.ndarray[Any, np.dtype[np.bool_]]
    bounds: tuple[float, float, float, float] | None = None
    addressed: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Placed:
    """Shapes of a chunk: those known to be right by their numbers (`sure`), the others one by one (`shapes`).

    `sources`: how an area was made from something else, or a place from an address; `points`: which shapes
    came from a point of the file.
    """

    sure: Ordinary | None
    shapes: Shapes
    points: np.ndarray[Any, np.dtype[np.bool_]]
    sources: Any

    @property
    def missing(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which rows have no shape."""
        gone = shapely.is_missing(self.shapes)
        return gone & ~self.sure.taken if self.sure else gone  # type: ignore[no-any-return]

    @property
    def certain(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which rows have a shape that is valid beyond doubt, or none: those without one to look at."""
        return shapely.is_missing(self.shapes)  # type: ignore[no-any-return]

    def blobs(self, kind: GeometryKind, srid: int) -> pa.Array:
        """All shapes as EWKB."""
        others = as_ewkb(self.shapes, kind, srid)
        return self.sure.blobs(others) if self.sure else others

    def bounds(self, good: Any) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the good shapes together."""
        boxes = shapely.bounds(self.shapes[good])
        if self.sure:
            boxes = np.vstack([boxes, self.sure.boxes[good & self.sure.taken]])
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        if not len(boxes):
            return None
        (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)


def accept(layer: type[Layer], plan: Plan, chunk: Chunk, rules: LoadRules) -> Accepted:
    """Read a chunk's rows as rows of a layer."""
    rules = rules if plan.epoch == rules.epoch else replace(rules, epoch=plan.epoch)
    rows = chunk.row.to_numpy()
    faults = _words(chunk.row, chunk.fault)
    doubts = _words(chunk.row, chunk.remark)
    columns = _values(layer, plan, chunk, rules, faults, doubts)
    columns |= edits_of(plan, chunk, columns) if plan.mark else {}
    repairs: dict[int, str] = {}
    placed, kind = None, geometry_kind(layer)
    if kind:
        placed = _shapes(kind, plan, chunk, rules, faults, repairs)
        _by_address(kind, rules, rows, columns, placed, doubts)
        columns["geom_source"] = _geom_source(columns.get("geom_source"), placed)
        columns |= edits_of_shapes(rules.addressing, columns, placed.shapes) if plan.mark else {}
        _lacking_shapes(layer, plan, rules, rows, placed, faults)
    _companions(plan, chunk, rules, doubts)
    _lacking_values(layer, rows, columns, faults)
    _stray_references(rows, columns, rules.known, faults)
    columns["source_file"] = pa.repeat(plan.file, len(rows))
    columns["source_row"] = chunk.row.cast(pa.int32())
    good = ~np.isin(rows, list(faults))
    table = pa.table(columns)
    rejected = _rejections(layer, plan, table, chunk, faults) if faults else []
    kept = table if good.all() else table.filter(pa.array(good))
    return Accepted(
        kept,
        _good(placed.blobs(kind, rules.shapes.srid), good) if kind and placed else None,
        rejected,
        {row: words for row, words in repairs.items() if row not in faults},
        {row: words for row, words in doubts.items() if row not in faults},
        placed.points[good] if placed else np.zeros(len(kept), dtype=bool),
        placed.certain[good] if placed else np.ones(len(kept), dtype=bool),
        placed.bounds(good) if placed else None,
        _addressed(rules, kept),
    )


def _good(blobs: pa.Array, good: Any) -> pa.Array:
    return blobs if good.all() else blobs.filter(pa.array(good))


def _addressed(rules: LoadRules, kept: pa.Table) -> Mapping[str, int]:
    """How many rows were found how well by their address."""
    if rules.addressing is None:
        return {}
    counted = pc.value_counts(kept[rules.addressing.quality].drop_null()).to_pylist()
    return {each["values"]: each["counts"] for each in counted}


def _words(rows: pa.Array, words: pa.Array) -> dict[int, str]:
    """Row number to words, where there are any."""
    if words.null_count == len(words):
        return {}
    return {row: text for row, text in zip(rows.to_pylist(), words.to_pylist(), strict=True) if text}


def _add(words: dict[int, str], rows: Any, name: str, found: Mapping[int, str]) -> None:
    """Put words about a column at positions beside those that rows have already."""
    for at, text in found.items():
        row = int(rows[at])
        told = f"{name}: {text}" if name else text
        words[row] = f"{words[row]}; {told}" if row in words else told


def _values(  # noqa: PLR0913
    layer: type[Layer],
    plan: Plan,
    chunk: Chunk,
    rules: LoadRules,
    faults: dict[int, str],
    doubts: dict[int, str],
) -> dict[str, Any]:
    """Parsed values of the mapped fields, defaults elsewhere, by field."""
    columns, rows = {}, chunk.row.to_numpy()
    for name, declared in fields(layer).items():
        if name in BOOKKEEPING:
            continue
        wanted = arrow_type(table_of(layer).columns[name].type)
        if name in rules.constants:
            columns[name] = _constant(layer, name, rules, len(rows))
            continue
        if name not in plan.mapping:
            columns[name] = _unmapped(layer, plan, name, declared, rows)
            continue
        source = plan.mapping[name]
        parsed = _parsed(layer, name, declared, chunk.table[source].combine_chunks(), rules)
        _add(faults, rows, source, parsed.faults)
        _add(doubts, rows, source, parsed.remarks)
        values = parsed.values.cast(wanted)
        columns[name] = values if declared.default is None else pc.fill_null(values, declared.default)
    return columns


def _constant(layer: type[Layer], name: str, rules: LoadRules, length: int) -> pa.Array:
    """The one value that the user set for a field. Raises InputError where it is none of the field's."""
    parsed = _parsed(layer, name, fields(layer)[name], pa.array([rules.constants[name]]), rules)
    if parsed.faults:
        raise InputError(f"--set {name}={rules.constants[name]}: {parsed.faults[0]}")
    return pa.repeat(parsed.values[0], length)


def _unmapped(layer: type[Layer], plan: Plan, name: str, declared: Field, rows: Any) -> pa.Array:  # noqa: PLR0913
    """The default of a field, its absence, or an id of file and row."""
    wanted = arrow_type(table_of(layer).columns[name].type)
    if plan.numbered == name:
        return pa.array([f"{plan.stem}-{row}" for row in rows], wanted)
    if declared.default is None:
        return pa.nulls(len(rows), wanted)
    return pa.repeat(pa.scalar(declared.default, wanted), len(rows))


def _parsed(layer: type[Layer], name: str, declared: Field, cells: Any, rules: LoadRules) -> Parsed:  # noqa: PLR0913
    column = table_of(layer).columns[name]
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    plain_text = arrow_type(column.type) == pa.string() and not declared.choices and not declared.vocabulary
    if plain_text:
        return key_column(cells) if column.primary_key else text_column(cells)
    return parse_column(cells, arrow_type(column.type), _parser(name, declared, column.type, rules))


def _parser(name: str, declared: Field, kind: Any, rules: LoadRules) -> Parser:
    if declared.choices:
        return one_of(spelled(declared.choices, rules.values.get(name, {})), name)
    if declared.vocabulary:
        words = rules.vocabularies[declared.vocabulary]
        return one_of(words.accepted, name, words.fold, words.stand_in)
    return parser_of(kind, rules.zone, rules.epoch)


def spelled(choices: Choices, further: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Plain spelling to code: the code itself, its labels in three languages, and further spellings."""
    accepted = {plain(text): code for code, texts in further.items() for text in texts}
    for code, label in choices.items():
        accepted |= {plain(text): code for text in (code, *(label.of(lang) for lang in LANGUAGES))}
    return accepted


def _shapes(  # noqa: PLR0913
    kind: GeometryKind,
    plan: Plan,
    chunk: Chunk,
    rules: LoadRules,
    faults: dict[int, str],
    repairs: dict[int, str],
) -> Placed:
    """Stored shapes of the rows; what is wrong with them and what was mended is added to the words."""
    sure = None if plan.mark else sure_shapes(plan, chunk, kind, rules.shapes)
    shapes, sources = np.full(len(chunk.row), None, dtype=object), np.full(len(chunk.row), "", dtype=object)
    points = sure.taken & (kind == "POINT") if sure else np.zeros(len(chunk.row), bool)
    at = np.flatnonzero(~sure.taken) if sure else np.arange(len(chunk.row))
    left = chunk if len(at) == len(chunk.row) else _shapes_only(chunk, at)
    rows = left.row.to_numpy()
    raw, reasons, mended = raw_shapes(plan, left)
    raw[np.isin(rows, list(faults))] = None
    stored = store_shapes(raw, plan.step, kind, rules.shapes)
    for words in (reasons, stored.reasons):
        merged = added(faults, words, rows)
        faults.update(merged)
    for words in (mended, stored.repairs):
        repairs.update(added(repairs, words, rows))
    shapes[at], sources[at], points[at] = stored.shapes, stored.sources, shapely.get_dimensions(raw) == 0
    return Placed(sure, shapes, points, sources)


def _shapes_only(chunk: Chunk, at: Any) -> Chunk:
    """Some rows of a chunk without their columns."""
    places = pa.array(at)
    shape = None if chunk.shape is None else chunk.shape.take(places)
    return Chunk(
        pa.table({}), chunk.row.take(places), chunk.fault.take(places), chunk.remark.take(places), shape
    )


def _by_address(  # noqa: PLR0913
    kind: GeometryKind,
    rules: LoadRules,
    rows: Any,
    columns: dict[str, Any],
    found: Placed,
    doubts: dict[int, str],
) -> None:
    """Put shapes where rows have none but an address that is known."""
    by, missing = rules.addressing, found.missing
    if by is None or not missing.any():
        return
    texts = asked_addresses(by, columns)
    if texts.null_count == len(rows):
        return
    placed = place_by_address(by, texts, found.shapes, missing)
    columns[by.quality] = pc.coalesce(placed.qualities, columns[by.quality])
    _add(doubts, rows, "", placed.doubts)
    made = placed.sources != ""
    if kind == "MULTIPOLYGON" and made.any():
        circles = shapely.buffer(placed.shapes[made], rules.shapes.point_m)
        placed.shapes[made] = shapely.multipolygons(circles, indices=np.arange(made.sum()))
    found.shapes, found.sources = placed.shapes, np.where(made, placed.sources, found.sources)


def _geom_source(said: Any, placed: Placed) -> pa.Array:
    """What the file says, unless the shape is missing or was made by us."""
    missing = placed.missing
    if not missing.any() and not (placed.sources != "").any():
        return said
    made = np.where(missing, "none", placed.sources)
    return pc.if_else(pa.array(made != ""), pa.array(made.astype(str)), said)


def _lacking_shapes(  # noqa: PLR0913
    layer: type[Layer], plan: Plan, rules: LoadRules, rows: Any, placed: Placed, faults: dict[int, str]
) -> None:
    if plan.mark and not plan.place:
        return  # those of the store stay
    if table_of(layer).columns["geom"].nullable and not rules.placed:
        return
    for row in rows[placed.missing]:
        faults.setdefault(int(row), "the row has no shape: geometry or coordinates are missing (null)")


def _companions(plan: Plan, chunk: Chunk, rules: LoadRules, doubts: dict[int, str]) -> None:
    """Doubts about cells of columns that no field takes, but whose meaning is known."""
    rows = chunk.row.to_numpy()
    for source in plan.unused:
        parse = rules.companions.get(plain(source))
        if parse:
            cells = chunk.table[source].combine_chunks()
            parsed = parse_column(cells, pa.null(), _checked(parse))
            _add(doubts, rows, source, parsed.faults | parsed.remarks)


def _checked(parse: Parser) -> Parser:
    """A parser that keeps only remarks."""
    return lambda cell: parse(cell)._replace(value=None)


def _lacking_values(
    layer: type[Layer], rows: Any, columns: Mapping[str, Any], faults: dict[int, str]
) -> None:
    """Required fields that are empty, in rows that have no other fault yet."""
    for name, declared in fields(layer).items():
        if declared.required and name in columns and columns[name].null_count:
            for at in np.flatnonzero(columns[name].is_null().to_numpy(zero_copy_only=False)):
                faults.setdefault(int(rows[at]), f"{name} is empty (missing)")


def _stray_references(
    rows: Any, columns: Mapping[str, Any], known: Mapping[str, frozenset[object]], faults: dict[int, str]
) -> None:
    for name, there in known.items():
        coded = columns[name].dictionary_encode()
        stray = {place for place, key in enumerate(coded.dictionary.to_pylist()) if key not in there}
        places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(np.isin(places, list(stray))):
            _add(
                faults, rows, "", {int(at): f"{name} {columns[name][int(at)].as_py()!r} is not in the store"}
            )


def _rejections(  # noqa: PLR0913
    layer: type[Layer], plan: Plan, table: pa.Table, chunk: Chunk, faults: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Rejected rows with the record as it stood in the file, a shape as text that can be loaded again."""
    rows = chunk.row.to_numpy()
    places = np.flatnonzero(np.isin(rows, list(faults)))
    records = (
        chunk.table.take(pa.array(places)).to_pylist() if chunk.table.num_columns else [{}] * len(places)
    )
    if chunk.shape is not None and "geometry" not in chunk.table.column_names:
        shapes = shape_texts(chunk.shape.take(pa.array(places)), plan.crs.label if plan.crs else "")
        records = [{**record, "geometry": shape} for record, shape in zip(records, shapes, strict=True)]
    ids = table.select(keys(layer)).take(pa.array(places)).to_pylist()
    return [
        {
            "row": int(rows[at]),
            "record_id": " ".join(str(part) for part in each.values() if not is_missing(part))[:200] or None,
            "reason": faults[int(rows[at])],
            "record": {name: _plain_json(value) for name, value in record.items()},
        }
        for at, record, each in zip(places, records, ids, strict=True)
    ]


def _plain_json(value: Any) -> Any:
    """A value as JSON may hold it; PostgreSQL takes no zero character and no NaN."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    return value if isinstance(value, int | bool | None) else str(value)
