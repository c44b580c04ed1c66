"""python -m benchmarks.changed [PROJECTS] [PARCELS] [PERCENT]: conflicts after a change of some projects.

One generated city. Works, conflicts and their register are derived into empty tables; then so many in a
hundred projects are moved by some metres and days, and all three are brought up to date as `abat derive
conflicts` does, once only what changed, once all anew (`--force`, which finds all and writes what differs).
CPU seconds of this process and of the server's, each derive in a transaction of its own, as everywhere; both
must give the same rows.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import msgspec
from sqlalchemy import Connection, text

from benchmarks.conflicts import put_city
from benchmarks.server import cpu, database
from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import renew
from layers.conflicts import Conflict
from layers.register import keep_register
from layers.runs import record_run
from layers.schema import prepare
from layers.works import Work

MOVE = """
UPDATE projects SET geom = ST_Translate(geom, 7, -4), starts = starts + 9, ends = ends + 9
WHERE id IN (SELECT id FROM projects ORDER BY hashtextextended(id, {turn}), id LIMIT {many})
"""
SUM = "SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {} t"
TURNS = 3


def measure(count: int, plots: int, percent: float) -> None:
    city = msgspec.structs.replace(read_city(Path("astana")), code="bench", powers={})
    with database() as connection:
        prepare(connection, city)
        put_city(connection, city, count, plots)
        connection.commit()
        first, ((found, _), _) = _timed(connection, city, force=True)
        print(f"{found} conflicts of {count} projects into empty tables: {first:.2f} CPU s", flush=True)
        for turn in range(1, TURNS + 1):
            _turn(connection, city, MOVE.format(many=round(count * percent / 100), turn=turn), first)


def _turn(connection: Connection, city: City, move: str, first: float) -> None:
    moved = connection.execute(text(move)).rowcount
    connection.commit()
    changed, rows = _timed(connection, city, force=False)
    whole, same = _timed(connection, city, force=True)
    if rows != same:
        raise SystemExit("only what changed gives other rows than all anew")
    told = f"{moved} moved: only what changed {changed:.2f} CPU s, {changed / first:.3f} of the first time"
    print(f"{told}; all anew {whole:.2f}, {changed / whole:.3f} of it", flush=True)


def _timed(connection: Connection, city: City, *, force: bool) -> tuple[float, list[tuple[int, int]]]:
    gc.collect()
    gc.freeze()  # what a former turn left behind is not walked through in this one
    began = cpu(connection)
    made = [renew(connection, layer, DERIVED[layer], city, force=force) for layer in (Work, Conflict)]
    run_id = record_run(connection, "derive", counts={"conflicts": made[-1].rows})
    keep_register(connection, city, run_id, made[-1].about)
    connection.commit()
    used = cpu(connection) - began
    names = ("conflicts", "assessments")
    return used, [tuple(connection.execute(text(SUM.format(name))).one()) for name in names]


if __name__ == "__main__":
    projects, parcels, percent = [*sys.argv[1:], *["10000", "50000", "1"][len(sys.argv) - 1 :]]
    measure(int(projects), int(parcels), float(percent))
