"""Commands as processes of their own, forked from one that has everything imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from gis_core import filling
from tests.scripts.conftest import SQUARES

ROOT = Path(__file__).parents[1]
# Forks before each command, so that the libraries are read once and a kill meets the work, not the imports
NURSERY = """
import json, os, sys
import scripts.load, scripts.derive, scripts.assess, scripts.map, scripts.export, scripts.db
from gis_core import filling
from scripts.app import main
filling.LARGE = int(sys.argv[1])
for line in sys.stdin:
    told = json.loads(line)
    if "wait" in told:
        print(os.waitstatus_to_exitcode(os.waitpid(told["wait"], 0)[1]), flush=True)
        continue
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    said = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1), os.dup2(said, 2)
    os.environ["ABAT_DATABASE_URL"] = told["url"]
    try:
        main(told["start"])
    except SystemExit as end:
        os._exit(end.code or 0)
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(70)
    os._exit(0)
"""


class Nursery:
    """Commands on the city of squares; `large`: bytes of files from which a first load goes straight in."""

    def __init__(self, large: int = filling.LARGE) -> None:
        words = [sys.executable, "-W", "ignore", "-c", NURSERY, str(large)]
        self.process = subprocess.Popen(
            words, env=os.environ | {"ABAT_CITY": SQUARES}, text=True, cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, **told: object) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def begin(self, url: str, log: str | Path, words: list[str]) -> int:
        """The number of the process of a command."""
        return self.ask(start=words, log=str(log), url=url)

    def wait(self, process: int) -> int:
        """Its exit code, negative after a signal."""
        return self.ask(wait=process)

    def run(self, url: str, log: str | Path, words: list[str]) -> int:
        return self.wait(self.begin(url, log, words))

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
