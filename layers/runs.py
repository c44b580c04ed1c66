"""Every command that changed the store: what, when, from which file, with what counts. Append-only."""

from __future__ import annotations

import getpass
import json
import platform
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    ForeignKey,
    Identity,
    ScalarSelect,
    Text,
    func,
    insert,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from gis_core.layer import Label, Layer

NUMBERED = """
INSERT INTO runs (id, account, version, verb, layer, file, sha256, options, counts, inputs, versions)
OVERRIDING SYSTEM VALUE
VALUES (:id, :account, :version, :verb, :layer, :file, :sha256, CAST(:options AS jsonb),
        CAST(:counts AS jsonb), CAST(:inputs AS jsonb), CAST(:versions AS jsonb))
"""


class Run(Layer):
    __tablename__ = "runs"
    label = Label("Журнал запусков", "Іске қосу журналы", "Runs")

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    account: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    layer: Mapped[str | None] = mapped_column(Text)
    file: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    options: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    counts: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    inputs: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default="[]")
    versions: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")


class RunTime(Layer):
    """When the transaction of a run began and ended; the database writes it as the last thing it does.

    A run that has none is therefore one of the transaction that asks. Of runs before schema 0003 both are the
    time at which they were recorded.
    """

    __tablename__ = "run_times"
    label = Label("Длительность запусков", "Іске қосу ұзақтығы", "Times of runs")

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    began: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def record_run(  # noqa: PLR0913  a run is what it says of itself
    connection: Connection,
    verb: str,
    *,
    layer: str | None = None,
    file: str | None = None,
    sha256: str | None = None,
    options: dict[str, object] | None = None,
    counts: dict[str, object] | None = None,
    inputs: list[dict[str, object]] | None = None,
    number: int | None = None,
) -> int:
    """Write a run into the journal; its id, which is `number` where that was taken beforehand.

    `inputs`: name and SHA-256 of each file that was read.
    """
    row = {
        "account": getpass.getuser(),
        "version": version("abat"),
        "verb": verb,
        "layer": layer,
        "file": file,
        "sha256": sha256,
        "options": options or {},
        "counts": counts or {},
        "inputs": inputs or ([{"file": file, "sha256": sha256}] if file else []),
        "versions": _versions(connection),
    }
    if number is None:
        return connection.execute(insert(Run).values(row).returning(Run.id)).scalar_one()
    told = {
        name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in row.items()
    }
    connection.execute(text(NUMBERED), told | {"id": number})
    return number


def _versions(connection: Connection) -> dict[str, object]:
    """Of what may change a result: this program, Python, the server, its PostGIS, the libraries of shapes."""
    postgis = "SELECT extversion FROM pg_extension WHERE extname = 'postgis'"
    return {
        **{name: version(name) for name in ("abat", "geopandas", "pyogrio", "pyproj", "shapely")},
        "python": platform.python_version(),
        "postgresql": str(connection.scalar(text("SHOW server_version"))),
        "postgis": str(connection.scalar(text(postgis))),
    }


def next_run(connection: Connection) -> int:
    """The number of a run that is written later in the transaction."""
    return connection.scalar(text("SELECT nextval(pg_get_serial_sequence('runs', 'id'))")) or 0


def last_run(connection: Connection, *verbs: str) -> Run | None:
    """The newest run of any of these verbs."""
    with Session(connection) as session:
        return session.scalar(select(Run).where(Run.verb.in_(verbs)).order_by(Run.id.desc()).limit(1))


def newest_register_run(before: int | None = None) -> ScalarSelect[int]:
    """The newest run that brought the register up to date, as each does that derives conflicts; null before
    the first."""
    kept = (Run.verb == "derive", Run.counts.has_key("conflicts"))
    earlier = true() if before is None else Run.id < before
    return select(func.max(Run.id)).where(*kept, earlier).scalar_subquery()
