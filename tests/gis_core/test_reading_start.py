"""A killed load leaves a folder behind; a later one removes it, and nothing else."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from gis_core.reading.start import WEEK, begin


def test_folders_of_loads_killed_more_than_a_week_ago_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = ("abat-read-old", "abat-read-new", "abat-read-link", "other")
    old, new, link, other = (tmp_path / name for name in names)
    elsewhere = tmp_path / "kept"
    for folder in (old, new, other, elsewhere):
        folder.mkdir()
        (folder / "rows").write_text("1", "utf-8")
    link.symlink_to(elsewhere)
    (tmp_path / "a.csv").write_text("id\n1\n", "utf-8")
    for folder in (old, other, elsewhere):
        os.utime(folder, (0, time.time() - WEEK - 60))
    with begin(str(tmp_path / "a.csv")):
        assert len(list(tmp_path.glob("abat-read-*"))) == 3  # its own among them
    assert not old.exists()
    assert all(each.exists() for each in (new / "rows", link, other / "rows", elsewhere / "rows"))
