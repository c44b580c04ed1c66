"""python -m layers.migrations.draft REVISION WORDS…: the next step of the schema, drafted from the declarations.

A throw-away server gets the tables of the steps there are; what the declarations say beyond them becomes
`versions/REVISION_words.py`, to be read and mended by hand. With revision 0001 the first step is made anew.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import MetaData, create_engine

from gis_core.cluster import Cluster
from gis_core.layer import Layer, in_srid
from layers import catalogue  # noqa: F401  every declaration is known once it is read
from layers.city import read_city
from layers.schema import MIGRATIONS, alembic_config, srid_of

VERSIONS = MIGRATIONS / "versions"


def draft(revision: str, words: str) -> Path:
    """The file of a new step; FileExistsError where the revision is there already, save 0001."""
    found = [*VERSIONS.glob(f"{revision}_*.py")]
    if found and revision != "0001":
        raise FileExistsError(found[0])
    for old in found:
        old.unlink()
    city = read_city(Path("astana"))
    with tempfile.TemporaryDirectory(prefix="abat-draft-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # the server runs as another user when this runs as root
        server = Cluster(root / "postgres", durable=False, linger=0).start()
        server.ensure_database("draft")
        engine = create_engine(server.url("draft"))
        try:
            with engine.begin() as connection:
                config = alembic_config(connection, city)
                config.attributes["tables"] = _unlabelled(srid_of(city))
                if revision != "0001":
                    command.upgrade(config, "head")
                command.revision(config, words, autogenerate=True, rev_id=revision)
        finally:
            engine.dispose()
            server.stop()
    made = next(iter(VERSIONS.glob(f"{revision}_*.py")))
    made.write_text(_plain(made.read_text("utf-8"), srid_of(city)), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "--fix", str(made)], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(made)], check=True)
    return made


def _unlabelled(srid: int) -> MetaData:
    """The tables as declared, without labels: no step repeats them, the upgrade sets them in what it finds."""
    tables = in_srid(Layer.metadata, srid)
    for table in tables.sorted_tables:
        for each in (table, *table.columns):
            each.comment = None
    return tables


def _plain(drafted: str, srid: int) -> str:
    """The step for any city's SRID."""
    bare = re.sub(r"\n *# ###.*", "", drafted)
    if f"srid={srid}" not in bare:
        return bare
    start = "def upgrade() -> None:\n"
    return bare.replace(f"srid={srid}", "srid=srid").replace(
        start, start + '    srid = context.config.attributes["srid"]\n'
    )


if __name__ == "__main__":
    draft(sys.argv[1], " ".join(sys.argv[2:]))
