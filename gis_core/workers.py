"""Workers on this or other machines: one function over many parts, each answered once, in their order (Dask).

Parts and answers travel by pickle, which runs what it is given: a scheduler belongs into a closed network, or
behind TLS with certificates of one's own (`dask+tls://`; docs/scale.md).
"""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gis_core.errors import InputError, StoreError

if TYPE_CHECKING:
    from distributed import Client, Future

Part = TypeVar("Part")
Answer = TypeVar("Answer")
SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
ANSWERS_IN = 10.0  # seconds until a scheduler has answered, and until one worker has joined
ALONE = 60.0  # seconds that a scheduler may be without workers, while one is started anew
AHEAD = 2  # parts sent for each thread of a worker: one under way, one waiting
INSTALL = "pip install -e '.[workers]' in the folder of Abat"


@dataclass(frozen=True)
class Workers:
    """Workers that have joined a scheduler, and where to tell how far they are."""

    client: Client
    say: Callable[[str], None]

    @property
    def threads(self) -> int:
        return sum(self.client.nthreads().values()) or 1

    def map(self, work: Callable[[Part], Answer], parts: Iterable[Part], count: int) -> list[Answer]:
        """What `work` gives for each of so many parts, in their order.

        A few parts are on their way at any time, so that neither side holds all. What a dead worker had is
        done again by another. Raises StoreError if none is left, or if they die of a part again and again.
        """
        coming = enumerate(parts)
        flying: dict[Future[bytes], int] = {}
        answers: dict[int, Answer] = {}

        def send(many: int) -> None:
            for number, part in islice(coming, many):
                sent = self.client.submit(answer_to, programme(), pickle.dumps((work, part)), pure=False)
                flying[sent] = number

        send(AHEAD * self.threads)
        while flying:
            for done in self._first_of(flying):
                answers[flying.pop(done)] = _result(done)
                self.say(f"part {len(answers)} of {count}")
                send(1)
        return [answers[number] for number in sorted(answers)]

    def _first_of(self, flying: dict[Future[bytes], int]) -> list[Future[bytes]]:
        """Those that are done, at least one."""
        from distributed import wait  # noqa: PLC0415

        waited = 0.0
        while True:
            try:
                return list(wait(list(flying), timeout=ANSWERS_IN, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                waited = 0.0 if self.client.nthreads() else waited + ANSWERS_IN
            if waited >= ALONE:
                raise StoreError(
                    f"the scheduler has had no worker for {ALONE:.0f} seconds; nothing was changed. "
                    "Start workers again and repeat the command"
                )


_AT_HAND: ContextVar[Workers | None] = ContextVar("workers", default=None)


def at_hand() -> Workers | None:
    """The workers that this command was given."""
    return _AT_HAND.get()


@contextmanager
def given(address: str | None, say: Callable[[str], None]) -> Iterator[None]:
    """Within it, work goes to the workers of a scheduler at `dask://host:port`; with None it stays here."""
    if address is None:
        yield
        return
    with _joined(address) as client:
        workers = Workers(client, say)
        say(f"{len(client.nthreads())} workers with {workers.threads} threads at {address}")
        before = _AT_HAND.set(workers)
        try:
            yield
        finally:
            _AT_HAND.reset(before)


def _joined(address: str) -> Client:
    where = _understood(address)
    try:
        from distributed import Client  # noqa: PLC0415  a second of imports, for those who ask for it
    except ModuleNotFoundError as missing:
        raise InputError(f"--workers needs Dask: {INSTALL}") from missing
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it would say, we say
    with ExitStack() as begun:
        try:
            client: Client = begun.enter_context(Client(where, timeout=ANSWERS_IN))
            client.wait_for_workers(1, timeout=ANSWERS_IN)
        except (OSError, TimeoutError) as error:
            raise StoreError(
                f"no Dask scheduler with a worker answers at {address}; start them with "
                "`dask scheduler` and, on each machine, `dask worker tcp://HOST:8786`"
            ) from error
        begun.pop_all()  # who asked for it closes it
        return client


def _understood(address: str) -> str:
    scheme, _, rest = address.partition("://")
    if scheme not in SCHEMES or not rest:
        raise InputError(f"--workers {address}: give dask://HOST:PORT or dask+tls://HOST:PORT")
    return f"{SCHEMES[scheme]}://{rest}"


def _result(done: Future[bytes]) -> Any:
    from distributed import CancelledError, KilledWorker  # noqa: PLC0415

    try:
        return pickle.loads(done.result())  # nosec B301  # noqa: S301  a worker we trust with our data
    except KilledWorker as error:
        raise StoreError(
            "workers died several times of one part, most likely for want of memory; nothing was changed. "
            "Give each worker more memory, or fewer threads"
        ) from error
    except (CancelledError, OSError) as error:
        if done.status == "error":  # its own, and not of the way to it
            raise StoreError(f"a worker could not go on ({error}); nothing was changed") from error
        raise StoreError(f"the scheduler went away ({error}); nothing was changed") from error
    except ImportError as error:
        raise StoreError(f"a worker lacks what Abat needs ({error}); install the same Abat there") from error


def answer_to(asking: str, message: bytes) -> bytes:
    """On a worker: the answer to one part; refused where the programme is not the one that asks."""
    if asking != programme():
        raise ImportError("it runs another version of Abat")
    work, part = pickle.loads(message)  # nosec B301  # noqa: S301  from the scheduler of this worker
    return pickle.dumps(work(part))


@cache
def programme() -> str:
    """Sixteen digits that change with the source of the programme."""
    room = Path(__file__).parents[1]
    sources = sorted(path for name in ("gis_core", "layers") for path in (room / name).rglob("*.py"))
    told = hashlib.sha256()
    for path in sources:
        told.update(path.relative_to(room).as_posix().encode())
        told.update(path.read_bytes())
    return told.hexdigest()[:16]
