"""Rows of a file as rows of a layer: every row is accepted, repaired or rejected with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gis_core.columns import LATITUDES, LONGITUDES, match_columns, plain
from gis_core.errors import InputError
from gis_core.layer import LANGUAGES, Choices, Field, Layer, fields, geometry_kind, keys, table_of
from gis_core.read import FileTable
from gis_core.shapes import ShapeRules, StoredShapes, store_shapes
from gis_core.values import Parser, as_float, is_missing, one_of, parse_column, parser_of

WGS84 = CRS("EPSG:4326")
Reasons: TypeAlias = "pd.Series[Any]"  # one text a row, "" where there is nothing to say


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
    `known[column]`: keys that a reference may point to.
    """

    shapes: ShapeRules
    zone: tzinfo
    stated: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    known: Mapping[str, frozenset[object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """`rows`: declared columns, source_file, source_row and `geom`, by `key`.

    `rejected`: row, record_id, reason, record. `repairs`: data row to what was mended.
    `mapping`: field to the column that fed it.
    """

    key: list[str]
    rows: pd.DataFrame
    rejected: pd.DataFrame
    repairs: pd.Series[Any]
    mapping: Mapping[str, str]

    def without(self, faults: Mapping[int, str], raw: pd.DataFrame) -> Accepted:
        """The same with further rows rejected; `faults` is source row to reason, `raw` the file's frame."""
        if not faults:
            return self
        bad = self.rows.index.isin(list(faults))
        reasons = pd.Series(faults, dtype=object).reindex(raw.index, fill_value="")
        lost = _rejections(self.key, raw, self.rows.reindex(raw.index), reasons)
        rejected = pd.concat([self.rejected, lost]).sort_values("row", kind="stable", ignore_index=True)
        return replace(
            self,
            rows=self.rows[~bad],
            rejected=rejected,
            repairs=self.repairs.drop(list(faults), errors="ignore"),
        )


def accept(layer: type[Layer], table: FileTable, rules: LoadRules) -> Accepted:
    """Read a file's rows as rows of a layer. Raises InputError where the whole file is wrong."""
    table = _with_points(layer, table)
    mapping = match_columns(layer, table.frame.columns, rules.spellings, rules.stated)
    rows, reasons = _values(layer, table, mapping, rules)
    repairs = pd.Series("", index=rows.index, dtype=object)
    if geometry_kind(layer):
        stored = _stored_shapes(layer, table, rules)
        rows["geom"] = stored.shapes
        rows["geom_source"] = _geom_source(rows, stored)
        reasons = _join(reasons, pd.Series(stored.reasons, index=rows.index))
        repairs = pd.Series(stored.repairs, index=rows.index)
        reasons = _join(reasons, _missing_shapes(layer, rows, reasons))
    reasons = _join(reasons, _missing_values(layer, rows, reasons))
    reasons = _join(reasons, _unknown_references(rows, rules.known))
    reasons = _join(reasons, _repeated(layer, rows))
    rows["source_file"] = table.path.name
    rows["source_row"] = rows.index
    good = reasons == ""
    rejected = _rejections(keys(layer), table.frame, rows, reasons)
    return Accepted(keys(layer), rows[good], rejected, repairs[good & (repairs != "")], mapping)


def _values(
    layer: type[Layer], table: FileTable, mapping: Mapping[str, str], rules: LoadRules
) -> tuple[pd.DataFrame, Reasons]:
    """Parsed values of the mapped fields, defaults elsewhere, and why cells could not be parsed."""
    columns, reasons = {}, pd.Series("", index=table.frame.index, dtype=object)
    for name, declared in fields(layer).items():
        if name in ("source_file", "source_row", "run_id"):
            continue
        if name not in mapping:
            columns[name] = pd.Series(declared.default, index=table.frame.index, dtype=object)
            continue
        source = mapping[name]
        parse = _parser(layer, name, declared, rules)
        values, faults = parse_column(table.frame[source], parse)
        columns[name] = (
            values.where(values.notna(), declared.default) if declared.default is not None else values
        )
        reasons = _join(
            reasons, faults.map(lambda fault, source=source: f"{source}: {fault}" if fault else "")
        )
    return pd.DataFrame(columns, index=table.frame.index, dtype=object), reasons


def _parser(layer: type[Layer], name: str, declared: Field, rules: LoadRules) -> Parser:
    if declared.choices:
        return one_of(spelled(declared.choices, rules.values.get(name, {})), name)
    if declared.vocabulary:
        words = rules.vocabularies[declared.vocabulary]
        return one_of(words.accepted, name, words.fold, words.stand_in)
    return parser_of(table_of(layer).columns[name].type, rules.zone)


def spelled(choices: Choices, further: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Plain spelling to code: the code itself, its labels in three languages, and further spellings."""
    accepted = {plain(text): code for code, texts in further.items() for text in texts}
    for code, label in choices.items():
        accepted |= {plain(text): code for text in (code, *(label.of(lang) for lang in LANGUAGES))}
    return accepted


def _with_points(layer: type[Layer], table: FileTable) -> FileTable:
    """A table without shapes but with columns of longitude and latitude, with points made of them."""
    if table.shapes is not None or geometry_kind(layer) is None:
        return table
    found = [[c for c in table.frame.columns if plain(c) in names] for names in (LONGITUDES, LATITUDES)]
    if not all(len(columns) == 1 for columns in found):
        return table
    lon, lat = (parse_column(table.frame[columns[0]], as_float)[0].astype(float) for columns in found)
    missing = (lon.isna() | lat.isna()).to_numpy()
    shapes = np.asarray(shapely.points(lon.fillna(0), lat.fillna(0)), dtype=object)
    shapes[missing] = None
    return FileTable(
        table.path, table.sha256, table.frame, shapes, table.crs or _degrees_or_refuse(table, lon, lat)
    )


def _degrees_or_refuse(table: FileTable, lon: pd.Series[float], lat: pd.Series[float]) -> CRS:
    """WGS 84 for columns whose every value is a longitude or latitude; else the CRS must be stated."""
    if lon.abs().max() <= 180 and lat.abs().max() <= 90:  # noqa: PLR2004  degrees
        return WGS84
    raise InputError(
        f"{table.path}: the coordinates are not degrees; say what they are with --crs, such as EPSG:32642"
    )


def _stored_shapes(layer: type[Layer], table: FileTable, rules: LoadRules) -> StoredShapes:
    kind = geometry_kind(layer) or "POINT"
    if table.shapes is None:
        if not table_of(layer).columns["geom"].nullable:
            raise InputError(
                f"{table.path}: the file has no shapes, {layer.__tablename__} needs them;"
                " give a file with geometry, or columns lon and lat"
            )
        empty = np.full(len(table.frame), None, dtype=object)
        return store_shapes(empty, WGS84, kind, rules.shapes)
    if table.crs is None:
        raise InputError(
            f"{table.path}: the file does not say its CRS; ask the sender,"
            f" then give --crs, such as {rules.shapes.crs.to_string()}"
        )
    return store_shapes(table.shapes, table.crs, kind, rules.shapes)


def _geom_source(rows: pd.DataFrame, stored: StoredShapes) -> pd.Series[Any]:
    """What the file says, unless the shape is missing or was made by us."""
    said = rows["geom_source"].where(pd.Series(stored.sources == "", index=rows.index), stored.sources)
    return said.where(rows["geom"].notna(), "none")


def _missing_shapes(layer: type[Layer], rows: pd.DataFrame, reasons: Reasons) -> Reasons:
    if table_of(layer).columns["geom"].nullable:
        return pd.Series("", index=rows.index, dtype=object)
    return pd.Series(
        np.where(rows["geom"].isna() & (reasons == ""), "the row has no shape", ""), index=rows.index
    )


def _missing_values(layer: type[Layer], rows: pd.DataFrame, reasons: Reasons) -> Reasons:
    """Required fields that are empty, in rows that have no other fault yet."""
    lacking = pd.Series("", index=rows.index, dtype=object)
    for name, declared in fields(layer).items():
        if declared.required and name in rows:
            lacking = _join(
                lacking, pd.Series(np.where(rows[name].isna(), f"{name} is empty", ""), index=rows.index)
            )
    return lacking.where(reasons == "", "")


def _unknown_references(rows: pd.DataFrame, known: Mapping[str, frozenset[object]]) -> Reasons:
    faults = pd.Series("", index=rows.index, dtype=object)
    for name, keys_known in known.items():
        stray = rows[name].map(
            lambda key, keys_known=keys_known: not is_missing(key) and key not in keys_known
        )
        faults = _join(
            faults,
            rows[name].map(lambda key, name=name: f"{name} {key!r} is not in the store").where(stray, ""),
        )
    return faults


def _repeated(layer: type[Layer], rows: pd.DataFrame) -> Reasons:
    """Rows that share a key: which of them is meant cannot be known, so none is taken."""
    key = keys(layer)
    repeated = rows.duplicated(key, keep=False) & rows[key].notna().all(axis=1)
    reasons = pd.Series("", index=rows.index, dtype=object)
    reasons[repeated] = [
        "duplicate id " + ", ".join(map(str, each)) for each in rows.loc[repeated, key].to_numpy()
    ]
    return reasons


def _join(first: Reasons, second: Reasons) -> Reasons:
    """Two reasons a row as one text."""
    both = (first != "") & (second != "")
    return (first + second).where(~both, first + "; " + second)


def _rejections(key: list[str], raw: pd.DataFrame, rows: pd.DataFrame, reasons: Reasons) -> pd.DataFrame:
    """Rejected rows with the record as it stood in the file."""
    bad = reasons != ""
    records = raw[bad].astype(object).where(raw[bad].notna(), None).to_dict("records")
    ids = rows.loc[bad, key].astype(object)
    return pd.DataFrame(
        {
            "row": rows.index[bad],
            "record_id": [
                " ".join(str(part) for part in each if not is_missing(part)) or None
                for each in ids.to_numpy()
            ],
            "reason": reasons[bad].to_numpy(),
            "record": [{name: _plain_json(value) for name, value in record.items()} for record in records],
        }
    )


def _plain_json(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
