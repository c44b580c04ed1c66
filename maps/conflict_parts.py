"""A city with too many conflicts for one page: the page of the whole city, and one of each district."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from maps.conflicts import MOST, ConflictFrames, Part, conflicts_page
from maps.district_names import district_codes, district_file
from maps.names import triples
from maps.page import PageContext


def conflict_pages(
    context: PageContext, frames: ConflictFrames, most: int = MOST
) -> Iterator[tuple[str, str]]:
    """Name and HTML of each page; those of districts only where one page cannot carry all conflicts."""
    if len(frames.conflicts) <= most:
        yield "conflicts", conflicts_page(context, frames)
        return
    names = triples(frames.districts.sort_values("id"), "code")
    files = {code: district_file(code, "conflicts") for code in district_codes(frames.districts)}
    links = tuple((file, names[code]) for code, file in files.items())
    yield "conflicts", conflicts_page(context, frames, Part(most, links))
    for code, file in files.items():
        yield file, conflicts_page(context, of_district(frames, code), Part(most, links, names[code]))


def of_district(frames: ConflictFrames, code: str) -> ConflictFrames:
    """The frames of one district."""
    conflicts, contested = (
        rows[rows["district_code"] == code] for rows in (frames.conflicts, frames.contested_parcels)
    )
    districts = frames.districts[frames.districts["code"] == code]
    return replace(frames, conflicts=conflicts, contested_parcels=contested, districts=districts)
