"""The command line: help without waiting, one message for a fault, exit codes that mean something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.app import VERBS, _options_first
from tests.scripts.conftest import Abat

ROOT = Path(__file__).parents[2]


def test_every_verb_is_a_module_that_can_be_run_by_itself() -> None:
    for verb in VERBS:
        text = (ROOT / "scripts" / f"{verb}.py").read_text(encoding="utf-8")
        assert f'run("{verb}")' in text


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom scripts.app import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'geopandas', 'pandas', 'numpy', 'sqlalchemy', 'pyogrio', 'fiona', 'folium', 'shapely'}\n"
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert all(verb in done.stdout for verb in VERBS)


def test_a_load_begins_to_read_before_heavy_imports_and_needs_no_pandas() -> None:
    code = (
        "import sys, scripts.load\n"
        "first = {'numpy', 'pyarrow', 'sqlalchemy', 'shapely'} & set(sys.modules)\n"
        "import scripts.loading\n"
        "scripts.loading.spare_pandas()\n"
        "import pyarrow as pa\n"
        "pa.array(['a'])\n"
        "never = {'pandas', 'geopandas', 'numba', 'scipy'} & set(sys.modules)\n"
        "sys.exit(str([first, never]) if first or never else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_a_derive_with_nothing_to_do_imports_nothing_that_derives(abat: Abat) -> None:
    assert abat("derive").code == 0
    code = (
        "import sys\nfrom scripts.app import main\n"
        "try:\n    main(['derive'])\nexcept SystemExit as done:\n    code = done.code\n"
        "heavy = {'pandas', 'geopandas', 'geoalchemy2', 'pyarrow', 'numba', 'rich', 'layers.catalogue'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(str([code, heavy]) if heavy or code != 3 else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, "derived layers are up to date\n"), done.stderr


def test_a_verb_as_a_module_is_the_same_command() -> None:
    words = [sys.executable, "-m", "scripts.load", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "Usage: abat load" in done.stdout


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["load", "parcels", "f", "--city", "paris"], ["--city", "paris", "load", "parcels", "f"]),
        (["load", "--city=paris", "-q", "x"], ["--city=paris", "-q", "load", "x"]),
        (["load", "x", "--", "--json"], ["load", "x", "--", "--json"]),
        (["derive", "--city"], ["--city", "derive"]),
    ],
)
def test_common_options_may_stand_anywhere(said: list[str], meant: list[str]) -> None:
    assert _options_first(said) == meant


def test_wrong_usage_ends_in_two(abat: Abat) -> None:
    assert abat("fly").code == 2
    assert abat("load", "parcels").code == 2
    assert abat("--lang", "fr", "check").code == 2


def test_a_fault_of_the_outside_is_one_message_and_one(abat: Abat) -> None:
    result = abat("load", "parcels", "no_such_file.gpkg")
    assert result.code == 1
    assert "no_such_file.gpkg" in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_a_database_that_does_not_answer_is_named_without_its_password(abat: Abat) -> None:
    result = abat("check", "--database", "postgresql://me:secret@localhost:1/none")
    assert result.code == 1
    assert "localhost" in result.err
    assert "secret" not in result.err


def test_another_kind_of_database_is_refused(abat: Abat) -> None:
    assert "needs PostgreSQL" in abat("check", "--database", "sqlite://").err
