"""Pages printed to PDF by a browser of the Chromium family, if the machine has one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from gis_core.errors import InputError
from gis_core.export.aside import file_aside
from gis_core.layer import Language
from scripts.common import Call

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
FLAGS = ("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer", "--no-first-run")
ENOUGH = 30_000  # milliseconds of a page's own clock until its map is drawn
PATIENCE = 180  # seconds
MOMENT = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}")


def find_browser() -> str:
    """The program that prints: `ABAT_CHROMIUM`, else the first found. Raises InputError if there is none."""
    asked = os.environ.get("ABAT_CHROMIUM")
    found = [shutil.which(name) for name in ([asked] if asked else BROWSERS)]
    there = [path for path in found if path]
    if not there:
        raise InputError(
            f"--pdf needs Chromium, Chrome or Edge, and {asked or 'none of them'} is not here; install"
            " one, name it in ABAT_CHROMIUM, or open the pages and print them there (each is one sheet of A4)"
        )
    return there[0]


def print_pdf(call: Call, browser: str, page: Path, lang: Language | None = None) -> Path:
    """The PDF of a page, beside it, in a language as NAME-LANG.pdf.

    No moment stands in it, so that equal pages give equal files.
    """
    path = page.with_name(f"{page.stem}-{lang}.pdf") if lang else page.with_suffix(".pdf")
    call.say(f"printing {path.name}")
    with tempfile.TemporaryDirectory() as folder, file_aside(path) as made:
        raw = Path(folder) / "page.pdf"
        _run(_order(browser, page.resolve().as_uri() + (f"#lang={lang}" if lang else ""), folder, raw), page)
        made.write_bytes(MOMENT.sub(rb"\g<1>20000101000000", raw.read_bytes()))
    return path


def _order(browser: str, address: str, folder: str, raw: Path) -> list[str]:
    unboxed = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has no sandbox
    profile = f"--user-data-dir={folder}/profile"
    wait = f"--virtual-time-budget={ENOUGH}"
    return [browser, *FLAGS, *unboxed, profile, wait, f"--print-to-pdf={raw}", address]


def _run(order: list[str], page: Path) -> None:
    try:
        done = subprocess.run(order, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(f"{page}: {order[0]} did not print it in {PATIENCE} s; print it by hand") from None
    if done.returncode or not Path(order[-2].partition("=")[2]).is_file():
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise InputError(f"{page}: {order[0]} could not print it: {' '.join(words) or done.returncode}")
