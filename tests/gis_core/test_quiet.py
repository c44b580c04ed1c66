"""What compiled code prints does not stand in a result."""

from __future__ import annotations

import subprocess
import sys

SAYS = """
import ctypes
from gis_core.quiet import printing_on_stderr
print("before")
with printing_on_stderr():
    ctypes.CDLL(None).puts(b"a remark")
print("after")
"""


def test_a_remark_of_compiled_code_goes_to_standard_error() -> None:
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["before", "after"]
    assert done.stderr == "a remark\n"
