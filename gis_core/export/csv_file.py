"""Layers as CSV for the office: written and read back by whole columns, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import shapely
from pyproj import CRS

from gis_core.buffers import laid_out
from gis_core.export.aside import file_aside
from gis_core.export.cells import safe_cells
from gis_core.export.compare import check_column, check_rows, differs
from gis_core.export.parts import Rows, Tally, prepared_parts
from gis_core.export.table import Table, Written, marked
from gis_core.layer import Layer

WKT_COLUMN = "wkt"
BEGIN = b"\xef\xbb\xbf"  # tells Excel that what follows is UTF-8
SEPARATOR, QUOTE, END = ";", '"', "\r\n"
QUOTED = f"[{SEPARATOR}{QUOTE}{END}]"
BLOCK = 1 << 20  # bytes that Arrow takes at once, or all of a part where it is more
Cells = dict[str, pa.Array]


class File(NamedTuple):
    """A file that is read back while it is written."""

    path: Path
    sink: BinaryIO
    source: BinaryIO


def write_csv(  # noqa: PLR0913  as many options as a user has
    layer: type[Layer],
    rows: Rows,
    path: Path,
    *,
    crs: CRS | str | None = None,
    wkt: bool = False,
    decimal: str = ",",
) -> Written:
    """A table for Excel: semicolons, UTF-8 with a mark, full column names, decimal commas, no formula ever.

    With `wkt` the last column holds the shape as WKT, in `crs` or the frame's own. Rows may come in parts;
    each is read back before the next is asked for.
    """
    path, tally = Path(path), Tally()
    with file_aside(path) as made, made.open("wb") as sink, made.open("rb") as source:
        file = File(made, sink, source)
        for number, (frame, plain) in enumerate(prepared_parts(layer, rows, crs)):
            cells = _cells(marked(plain, plain.drawn if wkt else None), decimal, wkt=wkt)
            if number == 0:
                _put(file, {name: pa.array([name]) for name in cells}, BEGIN, 0)
            _put(file, cells, b"", tally.rows)
            tally.add(frame, plain)
    return Written((path,), tally.rows, tally.told)


def _cells(table: Table, decimal: str, *, wkt: bool) -> Cells:
    """The texts of all cells by column."""
    cells = {column.name: safe_cells(table.flat(column), decimal) for column in table.columns}
    if wkt and table.shapes is not None:
        drawn = pa.array(shapely.to_wkt(table.shapes.found, rounding_precision=-1), pa.string())
        cells[WKT_COLUMN] = drawn.fill_null("")
    return cells


def _put(file: File, cells: Cells, begin: bytes, before: int) -> None:
    """Rows into the file and out of it again; GisError unless they, behind `before` others, are the same."""
    lines = begin + _lines(cells)
    file.sink.write(lines)
    file.sink.flush()
    written = file.source.read()
    check_rows(file.path, before + lines.count(b"\n"), before + written.count(b"\n"))
    if not lines:
        return
    try:
        found = _read(written.removeprefix(begin), list(cells))
    except pa.ArrowInvalid as reason:
        raise differs(file.path, str(reason)) from None
    for name, meant in cells.items():
        check_column(file.path, name, meant, found[name].combine_chunks(), before=before)


def _read(written: bytes, names: list[str]) -> pa.Table:
    """All cells as texts, none missing."""
    return pcsv.read_csv(
        pa.py_buffer(written),
        pcsv.ReadOptions(column_names=names, block_size=max(len(written), BLOCK), use_threads=False),
        pcsv.ParseOptions(delimiter=SEPARATOR, newlines_in_values=True),
        pcsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )


def _lines(cells: Cells) -> bytes:
    """Cells as lines of text, those in quotes that would break them."""
    if not len(next(iter(cells.values()))):
        return b""
    separator, end = pa.scalar(SEPARATOR), pa.scalar(END)
    rows = pc.binary_join_element_wise(*map(_quoted, cells.values()), separator)
    return laid_out(pc.binary_join_element_wise(rows, end, pa.scalar(""))).used.tobytes()


def _quoted(cells: pa.Array) -> pa.Array:
    bare = pc.match_substring_regex(cells, QUOTED)
    if not pc.any(bare).as_py():
        return cells
    doubled = pc.replace_substring(cells.filter(bare), QUOTE, QUOTE * 2)
    quote = pa.scalar(QUOTE)
    return pc.replace_with_mask(
        cells, bare, pc.binary_join_element_wise(quote, doubled, quote, pa.scalar(""))
    )
