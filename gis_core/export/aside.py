"""Files written aside and put in place whole: a reader sees the old ones or the new ones, never a half.

A hidden folder `.abat-…` beside the target takes the new files. A killed export leaves it behind; the next
export into the same place finds that nobody holds it any more and clears it away.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis_core.errors import InputError
from gis_core.export.exchange import exchange, hold, is_dead, release

PREFIX = ".abat-"
OLD = ".old"
# What of a folder NAME belongs to an export: NAME and one of these. The last four are indexes and notes that
# QGIS and ArcGIS lay beside a shapefile and that are wrong for a new one.
ENDINGS = (
    *(".shp", ".shx", ".dbf", ".prj", ".cpg", ".qml", "_fields.txt", "_full_text.csv"),
    *(".qix", ".sbn", ".sbx", ".shp.xml"),
)


@contextmanager
def file_aside(path: Path) -> Iterator[Path]:
    """A place to write a file that takes the name `path` when the block ends well, and is gone when not."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the name of a file in it")
    target = path.resolve()
    with _workshop(target.parent) as workshop:
        made = workshop / target.name
        yield made
        if target.exists():
            shutil.copymode(target, made)
        _flush(made)
        made.replace(target)
        _flush(target.parent)


@contextmanager
def folder_aside(path: Path) -> Iterator[Path]:
    """A folder to fill that takes the place of folder `path` as a whole when the block ends well.

    Files of the old folder that no export wrote (a project somebody saved there) are moved into the new one.
    """
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file; move it away or choose another folder")
    target = path.resolve()
    with _workshop(target.parent) as workshop:
        made = workshop / target.name
        made.mkdir()
        yield made
        for member in made.iterdir():
            _flush(member)
        _flush(made)
        _publish(made, target)
        _flush(target.parent)


def _publish(made: Path, target: Path) -> None:
    if not target.exists():
        made.rename(target)
        return
    shutil.copymode(target, made)
    if not exchange(made, target):
        # a file system without exchange: for a moment only the hidden folder holds the old files
        made_old = made.with_name(made.name + OLD)
        target.rename(made_old)
        made.rename(target)
        made_old.rename(made)
    _rescue(made, target)


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A hidden folder of this process in `folder` (made if need be); remains of the dead are cleared."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        gate = hold(folder)
        try:
            _sweep(folder)
            workshop = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
            held = hold(workshop)
        finally:
            release(gate)
    except OSError as reason:
        raise InputError(
            f"cannot write into {folder}: {reason.strerror or reason}; choose another folder"
        ) from reason
    try:
        yield workshop
    except OSError as reason:
        raise InputError(
            f"cannot write into {folder}: {reason.strerror or reason}; nothing was replaced"
        ) from reason
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
        release(held)


def _sweep(folder: Path) -> None:
    """Clear away what killed exports left, after saving from it whatever is not ours to delete."""
    for left in sorted(folder.glob(f"{PREFIX}*")):
        if left.is_dir() and not left.is_symlink() and is_dead(left):
            for member in sorted(left.iterdir()):
                _recover(member, folder)
            shutil.rmtree(left, ignore_errors=True)


def _recover(member: Path, folder: Path) -> None:
    if not member.is_dir():
        return
    target = folder / member.name.removesuffix(OLD)
    if member.name.endswith(OLD) and not target.exists():
        member.rename(target)
        return
    if target.is_dir():
        _rescue(member, target)


def _rescue(old: Path, target: Path) -> None:
    """Move what an export did not write from the old folder into the new one."""
    ours = {f"{target.name}{ending}" for ending in ENDINGS}
    for member in sorted(old.iterdir()):
        if member.name not in ours and not (target / member.name).exists():
            member.rename(target / member.name)


def _flush(path: Path) -> None:
    """Have the system write a file or a folder to the disk; some systems cannot for a folder."""
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
