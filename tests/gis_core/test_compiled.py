"""Machine code that is kept on disk is that of the sources as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gis_core.overlap import compiled

INNER = """
from kept.compiled import compiled

@compiled
def step(x):
    return x + {}
"""
OUTER = """
from kept.compiled import compiled
from kept.inner import step

@compiled
def loop(x):
    return 10 * step(x)
"""
ASK = "from kept.outer import loop; print(loop(1), sum(loop.stats.cache_hits.values()))"


def test_a_loop_is_compiled_anew_when_only_a_step_of_another_file_has_changed(tmp_path: Path) -> None:
    package = tmp_path / "kept"
    package.mkdir()
    source = Path(compiled.__file__).read_text(encoding="utf-8")
    for name, text in (("__init__", ""), ("compiled", source), ("outer", OUTER)):
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    told = []
    for adds in (1, 1, 3):
        (package / "inner.py").write_text(INNER.format(adds), encoding="utf-8")
        asked = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, check=True)
        told.append(asked.stdout.decode().split())
    assert told == [["20", "0"], ["20", "1"], ["40", "0"]]
