"""What every verb shares: options before the verb, one transaction, one way to report and one to fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import typer

from gis_core.cluster import Cluster
from gis_core.languages import Language
from gis_core.settings import Settings

NOTHING_TO_DO = 3


@dataclass(frozen=True)
class Call:
    """The options that stand before a verb, and where results and progress go."""

    settings: Settings
    lang: Language | None
    as_json: bool
    quiet: bool
    verbose: bool
    personal: bool = False
    log_json: bool = False

    def say(self, step: str) -> None:
        """A step under way, on stderr."""
        if self.log_json:
            log_line("info", self.shown(step))
        elif not self.quiet:
            from rich.console import Console  # noqa: PLC0415  a tenth of a second for what may not be said
            from rich.markup import escape  # noqa: PLC0415

            Console(stderr=True, highlight=False, soft_wrap=True).print(escape(self.shown(step)), style="dim")

    def report(self, line: str, facts: Mapping[str, object]) -> None:
        """The result on stdout: one line, or with --json the facts."""
        sys.stdout.write(
            (json.dumps(facts, ensure_ascii=False, default=str) if self.as_json else self.shown(line)) + "\n"
        )

    def shown(self, words: str) -> str:
        """Words for a terminal, without phone and personal numbers unless they were asked for."""
        from gis_core.personal import masked  # noqa: PLC0415  SQLAlchemy, which a load imports while it reads

        return words if self.personal else masked(words)

    def nothing_to_do(self, line: str, facts: Mapping[str, object]) -> None:
        """Report that nothing changed, and end with the exit code that says so."""
        self.report(line, {**facts, "changed": False})
        raise typer.Exit(NOTHING_TO_DO)


def log_line(level: str, message: str) -> None:
    """One line of a structured log on stderr: a JSON object with time (UTC), level and message."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = {"time": at, "level": level, "message": " ".join(message.split())}
    sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")


def call_of(context: typer.Context) -> Call:
    """The call that the options before the verb describe."""
    return cast(Call, context.obj)


def cluster_of(call: Call) -> Cluster:
    """The embedded server of this user, running or not."""
    return Cluster(call.settings.home / "postgres")


def city_path(call: Call) -> Path:
    """File or shipped name of the city profile."""
    return Path(call.settings.city)
