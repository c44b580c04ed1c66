"""python -m benchmarks.changed [PROJECTS] [PARCELS] [SHARE]: conflicts after a change of some projects.

One generated city. All conflicts are found; then so many in a hundred projects are moved by some metres and
days, and the conflicts are brought up to date, once only what changed, once all anew. CPU seconds of this
process and of the server's; both must give the same rows.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, text

from benchmarks.conflicts import put_city
from benchmarks.server import cpu, database
from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import fill
from layers.conflict_marks import refresh_conflicts
from layers.schema import prepare
from layers.works import Work

MOVE = """
UPDATE projects SET geom = ST_Translate(geom, 7, -4), starts = starts + 9, ends = ends + 9
WHERE abs(hashtextextended(id, 1) % 10000) <= {most}
"""
SUM = "SELECT count(*), sum(hashtextextended(conflicts::text, 0)::numeric) FROM conflicts"


def measure(count: int, plots: int, percent: float) -> None:
    city = msgspec.structs.replace(read_city(Path("astana")), code="bench", powers={})
    with database() as connection:
        prepare(connection, city)
        put_city(connection, city, count, plots)
        fill(connection, Work, DERIVED[Work], city)
        _timed(connection, city, force=True)
        moved = connection.execute(text(MOVE.format(most=round(percent * 100) - 1))).rowcount
        connection.execute(delete(Work))
        fill(connection, Work, DERIVED[Work], city)
        changed, rows = _timed(connection, city, force=False)
        whole, same = _timed(connection, city, force=True)
    if rows != same:
        raise SystemExit("only what changed gives other rows than all anew")
    print(f"{moved} of {count} projects moved, {rows[0]} conflicts")
    print(f"only what changed {changed:.2f} CPU s, all anew {whole:.2f}, {changed / whole:.3f} of it")


def _timed(connection: Connection, city: City, *, force: bool) -> tuple[float, tuple[int, int]]:
    began = cpu(connection)
    refresh_conflicts(connection, city, force)
    used = cpu(connection) - began
    connection.execute(text("DROP TABLE IF EXISTS staged_conflicts"))
    found, total = connection.execute(text(SUM)).one()
    return used, (found, total)


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:3]] + [10_000, 50_000][len(sys.argv[1:3]) :]
    measure(*counts, float(sys.argv[3]) if sys.argv[3:] else 1.0)
