"""The server's settings: for a city's data on a desk, or for a throw-away cluster of tests."""

import os
import shutil
from pathlib import Path

PORT = 5432  # only the name of the socket file: the server opens no port
SMALL_SHM_MB = 256  # Docker gives 64: parallel queries then die of "could not resize shared memory segment"

ALWAYS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "40",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",  # COPY into a table made in the same transaction writes no log of changes
    "max_wal_senders": "0",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",  # a small spatial join: 861 ms with, 267 ms without
    "timezone": "UTC",
    "lc_messages": "C",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum_naptime": "10min",
}


def settings_text(socket: Path, *, durable: bool) -> str:
    """The settings file of a server that listens in the folder `socket`.

    A throw-away server (`durable=False`) forgets commits when the machine fails: tests only.
    """
    place = {"unix_socket_directories": str(socket)}
    chosen = ALWAYS | _sizes() | _workers() | (DURABLE if durable else THROW_AWAY) | place
    quoted = {name: value.replace("'", "''") for name, value in chosen.items()}
    return "".join(f"{name} = '{value}'\n" for name, value in quoted.items())


def _sizes() -> dict[str, str]:
    """Memory in megabytes, by what the machine has."""
    ram = _memory_mb()
    return {
        "shared_buffers": f"{_between(128, ram // 8, 2048)}MB",
        "work_mem": f"{_between(16, ram // 128, 128)}MB",
        "maintenance_work_mem": f"{_between(64, ram // 16, 1024)}MB",
        "effective_cache_size": f"{max(128, ram // 2)}MB",
    }


def _workers() -> dict[str, str]:
    """Processes that may share one query, by the cores there are."""
    cores = _cores()
    helpers = _between(1, cores - 1, 4) if _shared_memory_mb() >= SMALL_SHM_MB else 0
    return {
        "max_worker_processes": str(max(8, cores + 4)),
        "max_parallel_workers": str(cores),
        "max_parallel_workers_per_gather": str(helpers),
        "max_parallel_maintenance_workers": str(helpers),
    }


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def _shared_memory_mb() -> int:
    shm = Path("/dev/shm")  # nosec B108  # noqa: S108 - asked for its size only
    return shutil.disk_usage(shm).total // 2**20 if shm.is_dir() else SMALL_SHM_MB


def _memory_mb() -> int:
    """Memory of the machine, or of the container if that has less."""
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            ram = min(ram, int(Path(limit).read_text(encoding="ascii")) // 2**20)
        except (OSError, ValueError):
            continue
    return ram
