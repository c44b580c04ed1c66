"""Online tiles: a server that a page may ask once its reader switches them on; else it asks nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gis_core.errors import InputError

# Nothing in it can end the policy of a page or its string: no quote, blank, semicolon or comma.
ADDRESS = re.compile(r"(https?://[a-z0-9.-]+(?::[0-9]+)?)/[A-Za-z0-9._~/%?=&@{}-]*", re.IGNORECASE)
HOLES = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class Tiles:
    """The address of map tiles with {z}, {x} and {y}, and whom the map must name. InputError for another."""

    url: str
    credit: str = ""

    def __post_init__(self) -> None:
        if not ADDRESS.fullmatch(self.url) or sorted(HOLES.findall(self.url)) != ["x", "y", "z"]:
            raise InputError(
                f"--tiles {self.url}: give an address such as https://tiles.example.org/{{z}}/{{x}}/{{y}}.png,"
                " with {z}, {x} and {y} once each"
            )

    @property
    def origin(self) -> str:
        """Scheme and host: all that the page's policy opens, and for pictures only."""
        found = ADDRESS.fullmatch(self.url)
        return found[1].lower() if found else ""
