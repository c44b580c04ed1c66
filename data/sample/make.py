"""Makes the files of the sample city: `python -m data.sample.make --out data/sample`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data.sample import files
from data.sample.address_rows import address_rows
from data.sample.appeal_rows import appeal_rows
from data.sample.bodies import bodies
from data.sample.city import City, built, voices, works
from data.sample.courtyards import Courtyard
from data.sample.dice import SEED
from data.sample.equipment import equipment
from data.sample.ground import table
from data.sample.money import apportioned
from data.sample.parcels import Parcel, parcels
from data.sample.projects import area_rows, funding_rows, numbered, project_rows
from data.sample.spaces import CODES, Space

Row = dict[str, Any]
VERSION = 1
NOTE = f"""Sample data, not facts: an invented city on a schematic Astana that follows some published figures.
seed {SEED}, version {VERSION}; what is published and what is invented: docs/sample.md
"""


def population(plan: Row) -> list[Row]:
    """Residents of each district by year, summing to the city's published figure."""
    years, last = plan["years"], len(plan["years"]) - 1
    rows = []
    for index, (year, total) in enumerate(zip(years, plan["city"], strict=True)):
        shares = [plan["share"][code][0] * (last - index) + plan["share"][code][1] * index for code in CODES]
        counts = apportioned(total, shares, unit=1)
        rows += [
            {"district_code": c, "year": year, "residents": n} for c, n in zip(CODES, counts, strict=True)
        ]
    return sorted(rows, key=lambda row: (row["district_code"], row["year"]))


def courtyard_fields(yard: Courtyard) -> Row:
    """Fields of the layer `courtyards`."""
    return {
        "id": yard.id,
        "address": yard.address,
        "condition": yard.fate.condition,
        "inspected_on": yard.inspected_on,
        "residents": yard.residents,
        "geom_source": "drawn",
    }


def space_fields(space: Space) -> Row:
    """Fields of the layer `public_spaces`."""
    kept = {"id": space.id, "name": space.name, "kind": space.kind, "condition": space.condition}
    return {**kept, "geom_source": "drawn"}


def parcel_fields(parcel: Parcel) -> Row:
    """Fields of the layer `parcels`."""
    return {"id": parcel.id, "purpose": parcel.purpose, "holder": parcel.holder, "geom_source": "drawn"}


def made() -> dict[str, bytes]:
    """Every file of the sample: name and bytes."""
    plan = table("figures.toml")
    city = built(plan)
    projects = numbered(works(city, plan))
    almaty = plan["almaty"]
    return {
        "SAMPLE": NOTE.encode(),
        "bodies.csv": files.table(bodies()),
        "district_population.csv": files.table(population(plan["population"])),
        **_places(city, plan),
        "courtyard_equipment.csv": files.table(
            equipment(city.courtyards, almaty["benches_2022"], almaty["bins_2022"])
        ),
        "projects.geojson": files.geojson(project_rows(projects)),
        "project_areas.geojson": files.geojson(area_rows(projects)),
        "project_funding.csv": files.table(funding_rows(projects)),
        "addresses.csv.gz": files.packed(files.table(address_rows(city))),
        "appeals.csv.gz": files.packed(files.table(appeal_rows(voices(city, plan)))),
    }


def _places(city: City, plan: Row) -> dict[str, bytes]:
    codes = {code: plan[code]["cadastre"] for code in CODES}
    plots = parcels(city.blocks, {block for block, _ in city.homes}, codes)
    return {
        "parcels.geojson": files.geojson((parcel_fields(one), (one.ring,)) for one in plots),
        "courtyards.geojson": files.geojson((courtyard_fields(one), (one.ring,)) for one in city.courtyards),
        "public_spaces.geojson": files.geojson((space_fields(one), (one.ring,)) for one in city.spaces),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the files into a folder and says how many bytes each has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made().items():
        (out / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
