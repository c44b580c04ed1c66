"""The public corpus of bad files through the runner, judged by its own judge.

One entry of each format and class of fault (57 of the 262) keeps the run within a minute or two; the whole
runs by `python -m tests.bad_input MANIFEST > RESULTS` and `judge_app.py MANIFEST RESULTS`.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "bad_input"
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")


def _judge() -> ModuleType:
    found = importlib.util.spec_from_file_location("judge_app", CORPUS / "judge_app.py")
    assert found
    assert found.loader
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


def test_one_entry_of_every_format_and_fault_is_judged_right() -> None:
    with (CORPUS / "manifest.csv").open(encoding="utf-8") as file:
        entries = list(csv.DictReader(file))
    chosen: dict[tuple[str, str], dict[str, str]] = {}
    for entry in entries:
        chosen.setdefault((entry["format"], entry["class"]), entry)
    words = [entry["id"] for entry in chosen.values()]
    run = subprocess.run(
        [sys.executable, "-m", "tests.bad_input", str(CORPUS / "manifest.csv"), *words],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=900,
    )  # fmt: skip
    results = {each["id"]: each for each in map(json.loads, run.stdout.split("\n")[:-1])}
    judge = _judge()
    # time and memory are for the machine of the judge: a test has no limits of time
    wrong = {
        entry["id"]: faults
        for entry in chosen.values()
        if (faults := judge.judge(entry | {"max_s": "1e9"}, results[entry["id"]]))
    }
    assert wrong == {}
    assert len(chosen) >= 50
