"""What the database does by itself, set by every upgrade: triggers of register and history, the mask."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection

from gis_core.layer import Layer
from gis_core.personal_sql import functions

FILES = tuple(
    Path(__file__).resolve().parent / name for name in ("session.sql", "assessments.sql", "history.sql")
)
OF_SOURCE = """
CREATE OR REPLACE TRIGGER {name}_changed AFTER UPDATE ON {name}
    REFERENCING OLD TABLE AS former NEW TABLE AS latter FOR EACH STATEMENT EXECUTE FUNCTION row_changed();
CREATE OR REPLACE TRIGGER {name}_deleted AFTER DELETE ON {name}
    REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION row_changed();
CREATE OR REPLACE TRIGGER {name}_emptied BEFORE TRUNCATE ON {name}
    FOR EACH STATEMENT EXECUTE FUNCTION row_changed();
CREATE OR REPLACE TRIGGER {name}_added AFTER INSERT ON {name}
    REFERENCING NEW TABLE AS latter FOR EACH STATEMENT EXECUTE FUNCTION row_added();
"""
OF_DERIVED = """
CREATE OR REPLACE TRIGGER {name}_touched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {name}
    FOR EACH STATEMENT WHEN (current_setting('abat.deriving', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION layer_touched();
"""


def set_triggers(connection: Connection) -> None:
    """Make all triggers, or bring them up to date, in the transaction of the connection."""
    connection.exec_driver_sql(_words().replace("%", "%%"))


def trigger_names() -> list[str]:
    """Names of the triggers, in order of their making."""
    return re.findall(r"CREATE (?:OR REPLACE|CONSTRAINT) TRIGGER (\w+)", _words())


def function_names() -> list[str]:
    """Names of the functions that the triggers call."""
    return re.findall(r"CREATE OR REPLACE FUNCTION (\w+)", _words())


def _words() -> str:
    """All statements: those of the files, and those of each layer that is loaded or derived."""
    words = [file.read_text(encoding="utf-8") for file in FILES]
    for mapper in Layer.registry.mappers:
        name = mapper.class_.__tablename__
        if {"source_file", "run_id"} <= {*mapper.columns.keys()}:
            words.append(OF_SOURCE.format(name=name))
        elif mapper.class_.derived:
            words.append(OF_DERIVED.format(name=name))
    return "".join([*words, functions()])
