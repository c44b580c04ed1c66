"""A bar by rows on stderr for what takes longer than two seconds."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from scripts.common import Call

PATIENCE = 2.0  # seconds


class Progress:
    """Rows done of rows expected, shown from the third second on, gone at the end."""

    def __init__(self, call: Call, expected: int | None) -> None:
        self.quiet, self.expected = call.quiet or call.log_json, expected
        self.started = time.monotonic()
        self.bar: Bar | None = None
        self.task = TaskID(0)

    def __enter__(self) -> Progress:
        return self

    def at(self, rows: int) -> None:
        """So many rows are done."""
        if self.bar is None and not self.quiet and time.monotonic() - self.started > PATIENCE:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task("rows", total=self.expected)
            self.bar.start()
        if self.bar is not None:
            self.bar.update(self.task, completed=rows)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()
