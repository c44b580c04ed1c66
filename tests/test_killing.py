"""A kill -9 at any moment, of a command or of the server, leaves layers and files as before or as after."""

from __future__ import annotations

from tests.killing import killing


def test_a_kill_of_a_command_or_of_the_server_leaves_layers_and_files_whole() -> None:
    """One moment each of load, derive, assess, map, export and backup; `python -m tests.killing` has 300."""
    told: list[str] = []
    ended, broken = killing(6, 7, told.append)
    assert (broken, ended.total()) == ([], 6), told
