"""Which districts have a page, and what its file is called."""

from __future__ import annotations

import hashlib
import re

import pandas as pd


def district_codes(districts: pd.DataFrame) -> list[str]:
    """The districts that have a boundary today, in order of their codes."""
    return sorted(districts.loc[districts["valid_to"].isna(), "code"])


def district_file(code: str, page: str = "district") -> str:
    """The name of a district's page: a code is not trusted to be a file name."""
    safe = code if re.fullmatch(r"[A-Za-z0-9_-]+", code) else hashlib.sha256(code.encode()).hexdigest()[:12]
    return f"{page}-{safe}"
