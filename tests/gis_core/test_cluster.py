"""The private PostGIS server: real ones, started, shared, killed and mended."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from gis_core.cluster import Cluster, lifecycle, server, sockets
from gis_core.cluster.folder import Folder
from gis_core.cluster.server import stop_server
from gis_core.errors import InputError, StoreError

CODE = Path(__file__).resolve().parents[2]
CLIENT = """
import sys
from pathlib import Path
from gis_core.cluster import Cluster

cluster = Cluster(Path(sys.argv[1]), durable=False, linger=float(sys.argv[2]))
cluster.start()
cluster.ensure_database("city")
print(cluster.status().pid, flush=True)
sys.stdin.read()
"""
Spawn = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def shelf() -> Iterator[Path]:
    """A folder that the server's user can reach, which as root tmp_path is not."""
    place = Path(tempfile.mkdtemp(prefix="abat-test-", dir="/tmp")).resolve()
    place.chmod(0o755)
    (place / "gis_core.py").write_text("raise RuntimeError('a stranger of our name in the working folder')\n")
    try:
        yield place
    finally:
        for lock in place.rglob("server.lock"):
            stop_server(Folder(lock.parent))
        shutil.rmtree(place)


@pytest.fixture(scope="module")
def seed(shelf: Path) -> Path:
    """A stopped cluster with one row, to copy."""
    cluster = Cluster(shelf / "seed", durable=False)
    cluster.ensure_database("city")
    ask(cluster, "create table kept as select 7 as n")
    cluster.stop()
    return shelf / "seed"


@pytest.fixture
def root(shelf: Path) -> Iterator[Path]:
    """A folder for a cluster; whatever runs there is stopped."""
    place = Path(tempfile.mkdtemp(dir=shelf)) / "cluster"
    place.parent.chmod(0o755)
    yield place
    stop_server(Folder(place))


@pytest.fixture
def made(root: Path, seed: Path) -> Path:
    """A copy of the seed."""
    subprocess.run(["cp", "-a", seed, root], check=True)
    return root


@pytest.fixture
def spawn(root: Path, shelf: Path) -> Iterator[Spawn]:
    """Starts a process that uses the cluster until its input ends."""
    started: list[subprocess.Popen[str]] = []

    def start(linger: float = 0.0) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-P", "-c", CLIENT, str(root), str(linger)]
        started.append(
            subprocess.Popen(command, cwd=shelf, env=os.environ | {"PYTHONPATH": search_path()}, **pipes)
        )
        return started[-1]

    yield start
    for client in started:
        client.kill()
        client.communicate()


def search_path() -> str:
    return os.pathsep.join([str(CODE), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)


def ask(cluster: Cluster, query: str) -> Any:
    """The one value a query gives in the database city, if it gives any."""
    engine = create_engine(cluster.url("city"), poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(query))
        return result.scalar_one() if result.returns_rows else None


def server_of(client: subprocess.Popen[str]) -> int:
    """The server's process, which the client tells when it is connected."""
    assert client.stdout is not None
    return int(client.stdout.readline())


def kill(client: subprocess.Popen[str]) -> None:
    client.kill()
    client.communicate()


def wait_until(holds: Callable[[], bool], patience: float = 20.0) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def crash(cluster: Cluster) -> None:
    """Kill the server's first process, and no other."""
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not cluster.status().running)


# ---- a first start


def test_first_start_makes_a_database_with_postgis_and_btree_gist(root: Path) -> None:
    said: list[str] = []
    with Cluster(root, linger=0).start(said.append) as cluster:
        cluster.ensure_database("city")
        extensions = (
            "select string_agg(extname, ',' order by extname) from pg_extension where extname <> 'plpgsql'"
        )
        assert ask(cluster, extensions) == "btree_gist,postgis"
        assert ask(cluster, "select current_user") == "abat"
    assert [line.split(" the ")[0] for line in said] == ["creating", "starting"]


def test_server_listens_on_a_socket_that_only_its_user_can_reach(made: Path) -> None:
    with Cluster(made, durable=False) as cluster:
        socket = cluster.status().socket
        assert socket is not None
        assert ask(cluster, "show listen_addresses") == ""
        assert socket.stat().st_mode & 0o777 == 0o700
        assert socket.stat().st_uid == (made / "data").stat().st_uid


def test_root_runs_server_as_ordinary_user(made: Path) -> None:
    with Cluster(made, durable=False) as cluster:
        owner = (made / "data" / "postmaster.pid").stat().st_uid
        assert ask(cluster, "select 1") == 1
    assert owner != 0
    assert os.geteuid() in (0, owner)


def test_letters_of_russian_and_kazakh_are_compared_without_case(made: Path) -> None:
    with Cluster(made, durable=False) as cluster:
        assert ask(cluster, "select 'ӘЛІХАН Бөкейхан' ilike 'әліхан бӨКЕЙХАН'")
        assert (
            ask(cluster, "select string_agg(c, '' order by c) from unnest('{б,ә,в,а}'::text[]) c") == "аәбв"
        )


def test_only_a_throw_away_server_forgets_commits(made: Path) -> None:
    cluster = Cluster(made, durable=False).start()
    assert ask(cluster, "show fsync") == "off"
    cluster.stop()
    with Cluster(made) as cluster:
        assert ask(cluster, "show fsync") == "on"
        assert ask(cluster, "show synchronous_commit") == "on"


def test_status_makes_nothing(root: Path) -> None:
    status = Cluster(root).status()
    assert not root.exists()
    assert (status.running, status.pid, status.socket, status.version) == (False, None, None, None)


# ---- several users


def test_eight_processes_starting_at_once_share_one_server(root: Path, spawn: Spawn) -> None:
    clients = [spawn() for _ in range(8)]
    assert len({server_of(client) for client in clients}) == 1
    with Cluster(root) as cluster:
        assert ask(cluster, "select count(*) from pg_extension") == 3
        assert cluster.status().users in (9, None)


def test_server_stops_when_the_last_user_is_killed(made: Path, spawn: Spawn) -> None:
    first, second = spawn(), spawn()
    assert server_of(first) == server_of(second)
    cluster = Cluster(made)
    kill(first)
    time.sleep(0.3)
    assert cluster.status().running
    kill(second)
    wait_until(lambda: not cluster.status().running, 5.0)


def test_server_waits_for_the_next_user_before_it_stops(made: Path, spawn: Spawn) -> None:
    client = spawn(linger=1.5)
    pid = server_of(client)
    kill(client)
    with Cluster(made) as cluster:
        time.sleep(2.0)
        assert cluster.status().pid == pid
    begin = time.monotonic()
    wait_until(lambda: not cluster.status().running)
    assert time.monotonic() - begin > 1.0


def test_kept_server_outlives_its_users_until_it_is_stopped(made: Path, spawn: Spawn) -> None:
    cluster = Cluster(made)
    client = spawn()
    server_of(client)
    cluster.keep()
    kill(client)
    time.sleep(0.3)
    assert (cluster.status().running, cluster.status().kept) == (True, True)
    cluster.stop()
    assert (cluster.status().running, cluster.status().kept) == (False, False)


def test_stop_refuses_while_another_process_uses_the_server(
    made: Path, spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "STOP_WAIT", 0.1)
    pid = server_of(spawn())
    with pytest.raises(StoreError, match="in use by"):
        Cluster(made).stop()
    assert Cluster(made).status().pid == pid


# ---- kills


def test_kill_during_first_start_leaves_no_half_cluster(root: Path, spawn: Spawn) -> None:
    for delay in (0.1, 0.3, 0.6, 0.9):
        client = spawn()
        time.sleep(delay)
        kill(client)
        cluster = Cluster(root, durable=False).start()
        assert cluster.status().running
        assert not list(root.glob("data.new-*"))
        cluster.stop()
        shutil.rmtree(root)


def test_empty_folder_that_a_killed_start_left_is_taken_over(root: Path) -> None:
    root.mkdir(mode=0o700)
    with Cluster(root, durable=False) as cluster:
        assert cluster.status().running


def test_killed_postmaster_is_started_again_and_keeps_committed_rows(made: Path) -> None:
    with Cluster(made) as cluster:
        ask(cluster, "insert into kept values (8)")
        crash(cluster)
        cluster.start()
        assert ask(cluster, "select sum(n) from kept") == 15


def test_pid_file_of_a_stranger_does_not_block_the_start(made: Path) -> None:
    leave_pid_file(made, os.getpid())
    with Cluster(made, durable=False) as cluster:
        assert ask(cluster, "select n from kept") == 7


def test_pid_file_of_a_zombie_does_not_block_the_start(made: Path) -> None:
    zombie = subprocess.Popen(["true"])
    leave_pid_file(made, zombie.pid)
    with Cluster(made, durable=False) as cluster:
        assert ask(cluster, "select n from kept") == 7
    zombie.wait()


def test_torn_pid_file_does_not_block_the_start(made: Path) -> None:
    (made / "data" / "postmaster.pid").write_text("")
    with Cluster(made, durable=False) as cluster:
        assert ask(cluster, "select n from kept") == 7


def leave_pid_file(root: Path, pid: int) -> None:
    """What a killed server leaves when its number has passed to another process."""
    with Cluster(root, durable=False) as cluster:
        lines = (root / "data" / "postmaster.pid").read_text().splitlines()
        crash(cluster)
    stop_server(Folder(root))
    (root / "data" / "postmaster.pid").write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def test_server_that_has_not_yet_written_its_pid_file_is_stopped(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_yet, read = iter([None, None]), server.read_postmaster
    with Cluster(made, durable=False) as cluster:
        monkeypatch.setattr(server, "read_postmaster", lambda folder: next(not_yet, read(folder)))
        stop_server(Folder(made), patience=10.0)
        assert not cluster.status().running


def test_folder_moved_under_a_running_server_is_served_from_its_new_place(made: Path) -> None:
    moved = made.with_name("moved")
    with Cluster(made, durable=False):
        made.rename(moved)
        with Cluster(moved, durable=False) as cluster:
            assert ask(cluster, "select n from kept") == 7
    cluster.stop()


def test_deleted_socket_folder_is_made_again(made: Path) -> None:
    with Cluster(made, durable=False) as cluster:
        socket = cluster.status().socket
        assert socket is not None
        shutil.rmtree(socket)
        cluster.start()
        assert ask(cluster, "select n from kept") == 7


# ---- surroundings


def test_pg_variables_do_not_leak(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = {
        "PGPORT": "9999",
        "PGHOST": "nowhere",
        "PGUSER": "nobody",
        "PGDATA": "/nowhere",
        "PGDATABASE": "no",
    }
    for name, value in (
        strange | {"PROJ_DATA": "/nowhere", "PROJ_LIB": "/nowhere", "TZ": "Asia/Tokyo"}
    ).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")
    with Cluster(made, durable=False) as cluster:
        cluster.ensure_database("other")
        assert round(ask(cluster, "select ST_X(ST_Transform(ST_Point(69, 51, 4326), 32642))")) == 500000
        assert ask(cluster, "show timezone") == "UTC"


def test_long_cyrillic_path_and_strange_tmpdir_do_no_harm(
    root: Path, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = root / ("Благоустройство дворов, $(touch /oops) " * 2) / "қала"
    deep.parent.mkdir(parents=True)
    subprocess.run(["cp", "-a", seed, deep], check=True)
    monkeypatch.setenv("TMPDIR", "/nowhere, really")
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere, really")
    cluster = Cluster(deep, durable=False).start()
    socket = cluster.status().socket
    assert ask(cluster, "select n from kept") == 7
    cluster.stop()
    assert socket is not None
    assert not socket.exists()


def test_socket_folder_that_another_took_is_not_used(
    shelf: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap, good = shelf / "trap", shelf / "good"
    for place in (trap, good):
        place.mkdir()
    monkeypatch.setattr(sockets, "TEMPORARY", (str(trap), str(good)))
    long = root / ("long" * 30)
    [_, name, *_] = [path.name for path in sockets._candidates(long, None)]
    (trap / name).symlink_to(good)
    assert sockets.claim_socket_folder(long, None) == good / name


def test_data_of_another_major_version_are_refused(made: Path) -> None:
    (made / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(StoreError, match=r"The data are of PostgreSQL 9.*\n(.*\n)+.*postgresql-9-postgis"):
        Cluster(made).start()


def test_failed_start_quotes_the_log(made: Path) -> None:
    with (made / "data" / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    cluster = Cluster(made)
    with pytest.raises(StoreError, match='unrecognized configuration parameter "nonsense"'):
        cluster.start()
    assert cluster.status().users in (0, None)


def test_folder_out_of_reach_names_the_cure(root: Path) -> None:
    root.mkdir()
    root.chmod(0o700 if os.geteuid() == 0 else 0o500)
    with pytest.raises(StoreError, match="ABAT_HOME"):
        Cluster(root / "below").start()
    root.chmod(0o700)


def test_foreign_files_in_the_data_folder_are_left_alone(made: Path) -> None:
    (made / "data" / "PG_VERSION").unlink()
    with pytest.raises(StoreError, match="Move it away"):
        Cluster(made).start()
    assert (made / "data" / "postgresql.conf").exists()


@pytest.mark.parametrize(
    "name", ["", "City", "1city", "city-1", 'city"; drop', "қала", "template1", "c" * 64]
)
def test_name_of_a_database_that_needs_quotes_is_refused(root: Path, name: str) -> None:
    with pytest.raises(InputError, match="small Latin letters"):
        Cluster(root).ensure_database(name)
    assert not root.exists()


def test_url_of_a_stopped_server_says_how_to_start_it(made: Path) -> None:
    with pytest.raises(StoreError, match="abat db up"):
        Cluster(made).url("city")


def test_windows_is_told_what_to_use_instead(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "sys", SimpleNamespace(platform="win32"))
    with pytest.raises(StoreError, match="ABAT_DATABASE_URL"):
        Cluster(root)


def test_importing_the_cluster_loads_nothing_heavy() -> None:
    code = (
        "import gis_core.cluster.watchdog, sys; print({'psycopg', 'sqlalchemy', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | {"PYTHONPATH": search_path()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"
