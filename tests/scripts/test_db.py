"""The embedded server by its verbs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.conftest import Abat


@pytest.fixture
def embedded(abat: Abat, monkeypatch: pytest.MonkeyPatch) -> Iterator[Abat]:
    """Commands on an embedded server of their own."""
    home = Path(tempfile.mkdtemp(prefix="abat-home-"))
    home.chmod(0o755)
    monkeypatch.delenv("ABAT_DATABASE_URL")
    monkeypatch.setenv("ABAT_HOME", str(home))
    yield abat
    abat("db", "down")
    shutil.rmtree(home, ignore_errors=True)


def test_the_server_starts_on_first_use_is_kept_and_stopped(embedded: Abat) -> None:
    assert embedded("--json", "db", "status").facts["running"] is False
    assert embedded("db", "up").code == 0
    status = embedded("--json", "db", "status").facts
    assert (status["running"], status["kept"]) == (True, True)
    url = embedded("db", "url").out.strip()
    assert url.startswith("postgresql://abat@/abat_squares?host=")
    assert embedded("--database", url, "check").code in (0, 1)
    assert embedded("db", "down").code == 0
    assert embedded("--json", "db", "status").facts["running"] is False
    assert embedded("db", "down").code == 3


def test_upgrading_tables_that_are_up_to_date_says_so(abat: Abat) -> None:
    assert abat("db", "upgrade").code == 3


def test_verbs_of_the_embedded_server_refuse_a_server_of_ones_own(abat: Abat) -> None:
    for verb in ("up", "down", "status", "url"):
        result = abat("db", verb)
        assert result.code == 1
        assert "ABAT_DATABASE_URL" in result.err
