"""A kill -9 at any moment, of a command or of the server, leaves layers and files as before or as after."""

from __future__ import annotations

import os

from tests.killing import killing

MOMENTS = int(os.environ.get("ABAT_KILLS", "6"))


def test_a_kill_of_a_command_or_of_the_server_leaves_layers_and_files_whole() -> None:
    """One moment each of load, derive, assess, map, export and backup; ABAT_KILLS=300 does as many."""
    told: list[str] = []
    ended, broken = killing(MOMENTS, 7, told.append)
    assert (broken, ended.total()) == ([], MOMENTS), told
