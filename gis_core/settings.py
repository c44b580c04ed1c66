"""Settings of a machine, read from the environment, with defaults that work on a desk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`database_url`: a PostGIS of the user's own, else None.

    `home`: where the embedded server keeps its data; `city`: a profile's file, or the name of one shipped.
    """

    database_url: str | None
    home: Path
    city: str


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """What ABAT_DATABASE_URL, ABAT_HOME and ABAT_CITY say, or the defaults."""
    return Settings(
        database_url=environ.get("ABAT_DATABASE_URL") or None,
        home=Path(environ["ABAT_HOME"]) if environ.get("ABAT_HOME") else _default_home(environ),
        city=environ.get("ABAT_CITY") or "astana",
    )


def _default_home(environ: Mapping[str, str]) -> Path:
    """The user's data folder; for root, whose own folder no other account may enter, one under /var/lib."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/abat")
    base = environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "abat"
