"""python -m benchmarks.history [ROWS]: what the history of loaded layers costs an UPDATE of so many parcels.

CPU seconds of the server with the triggers of the history and without, turn by turn, least of five; every
turn is taken back. Prints the room that parcels and their history took, too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Connection, text

from benchmarks.server import cpu, database
from layers.city import read_city
from layers.schema import prepare

MAKE = """
INSERT INTO parcels (id, purpose, holder, geom)
SELECT 'P-' || n, 'дворовая территория ' || n % 97, 'город',
       ST_Multi(ST_Buffer(ST_Point(600000 + n % 1000 * 30, 5600000 + n / 1000 * 30, 32642), 10, 2))
FROM generate_series(1, :rows) AS n
"""
UPDATE = "UPDATE parcels SET purpose = purpose || '!'"
ROOM = "SELECT pg_total_relation_size('parcels') / 1e6, pg_total_relation_size('changes') / 1e6"
TURNS = 5


def turn(connection: Connection, state: str) -> float:
    """CPU seconds of one UPDATE with the table's own triggers enabled or disabled, which is then undone."""
    with connection.begin_nested() as undone:
        connection.execute(text(f"ALTER TABLE parcels {state} TRIGGER USER"))
        before = cpu(connection)
        connection.execute(text(UPDATE))
        took = cpu(connection) - before
        if state == "ENABLE":
            print("parcels {:.0f} MB, history {:.0f} MB".format(*connection.execute(text(ROOM)).one()))
        undone.rollback()
    return took


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with database() as connection:
        prepare(connection, read_city(Path("astana")))
        connection.execute(text(MAKE), {"rows": rows})
        connection.execute(text("ANALYZE parcels"))
        took = {state: [] for state in ("ENABLE", "DISABLE")}
        for _ in range(TURNS):
            for state, each in took.items():
                each.append(turn(connection, state))
        print(f"with {min(took['ENABLE']):.2f} s, without {min(took['DISABLE']):.2f} s; all: {took}")


if __name__ == "__main__":
    main()
