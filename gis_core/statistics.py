"""What the server counts of a table, so that the next query does not guess."""

from __future__ import annotations

from sqlalchemy import Connection, text

OWNED = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = CAST(:name AS regclass)"


def analyse(connection: Connection, name: str) -> None:
    """Have the rows of a table counted: by its owner, else by the function that the owner left for that."""
    if connection.scalar(text(OWNED), {"name": name}):
        connection.execute(text(f"ANALYZE {name}"))
    else:
        connection.execute(text("SELECT rows_counted(:name)"), {"name": name})
