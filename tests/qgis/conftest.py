"""The program itself: Debian's QGIS opens what was exported. PyQGIS belongs to the system's Python."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import abat as abat  # noqa: PLC0414  fixtures of commands, for rounds through QGIS
from tests.scripts.test_assess import store as store  # noqa: PLC0414
from tests.scripts.test_assess import town as town  # noqa: PLC0414

collect_ignore = ["look.py"]  # it runs in another Python

LOOK = Path(__file__).with_name("look.py")
PYTHON = "/usr/bin/python3"
Look = Callable[..., dict[str, Any]]


def look(asked: Mapping[str, Any], **environment: str) -> dict[str, Any]:
    """What QGIS saw of files and projects."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    ended = subprocess.run(
        [PYTHON, "-I", str(LOOK), json.dumps(asked)],
        env={**plain, "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": "/tmp", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.fixture(scope="session", name="look")
def _look() -> Look:
    return look
