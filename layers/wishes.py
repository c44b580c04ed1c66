"""What the user asked of a load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wishes:
    """What the user asked of a load: columns by hand (column to field), values for all rows (field to text).

    `placed`: rows without a place are rejected; `numbered`: ids are made where the file has none.
    """

    stated: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    placed: bool = False
    numbered: bool = False
