"""Work on a connection in a thread of its own: the next rows are read while the server takes these."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

AHEAD = 2  # pieces of work that may wait


class Sender:
    """Calls one after the other, in order, while the caller goes on; at most `ahead` of them wait.

    Nothing else may use the connection before `finish`. What a call raises is raised at a later `do` or at
    `finish`.
    """

    def __init__(self, ahead: int = AHEAD) -> None:
        self.ahead = ahead
        self.pool = ThreadPoolExecutor(1)
        self.waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)

    def do(self, call: Callable[..., None], *words: Any) -> None:
        """Have a call made after those before it."""
        self.waiting.append(self.pool.submit(call, *words))
        self._wait(self.ahead)

    def finish(self) -> None:
        """Wait for all calls."""
        self._wait(0)

    def _wait(self, most: int) -> None:
        while len(self.waiting) > most:
            self.waiting.popleft().result()
