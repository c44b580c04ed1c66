"""The committed files of the sample city, read for the tests."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pyproj import Transformer
from shapely import from_geojson, transform

from data.sample import make
from gis_core.layer import Layer
from layers.addresses import Address
from layers.appeals import Appeal
from layers.bodies import Body
from layers.courtyard_equipment import CourtyardEquipment
from layers.courtyards import Courtyard
from layers.district_population import DistrictPopulation
from layers.parcels import Parcel
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.public_spaces import PublicSpace

FOLDER = Path(make.__file__).parent
METRES = Transformer.from_crs(4326, 32642, always_xy=True)
FILES: dict[str, type[Layer]] = {
    "bodies.csv": Body,
    "district_population.csv": DistrictPopulation,
    "parcels.geojson": Parcel,
    "courtyards.geojson": Courtyard,
    "courtyard_equipment.csv": CourtyardEquipment,
    "public_spaces.geojson": PublicSpace,
    "projects.geojson": Project,
    "project_areas.geojson": ProjectArea,
    "project_funding.csv": ProjectFunding,
    "addresses.csv.gz": Address,
    "appeals.csv.gz": Appeal,
}
Row = dict[str, Any]


def read(name: str) -> list[Row]:
    """Rows of a committed file; a shape, in metres of EPSG:32642, under `geom`."""
    content = (FOLDER / name).read_bytes()
    if name.endswith(".geojson"):
        return with_shapes(json.loads(content)["features"])
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
    return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]


def with_shapes(features: list[Row]) -> list[Row]:
    """Properties of features, their shapes in metres under `geom`."""
    texts = [json.dumps(feature["geometry"]) if feature["geometry"] else None for feature in features]
    shapes = transform(from_geojson(texts), METRES.transform, interleaved=False)
    return [{**feature["properties"], "geom": shape} for feature, shape in zip(features, shapes, strict=True)]


@dataclass(frozen=True)
class Sample:
    rows: dict[str, list[Row]]

    @cached_property
    def money(self) -> dict[tuple[str, str], int]:
        """Tenge by project and stage."""
        sums: Counter[tuple[str, str]] = Counter()
        for row in self.rows["project_funding.csv"]:
            sums[row["project_id"], row["stage"]] += int(row["amount_kzt"])
        return sums

    @cached_property
    def year(self) -> dict[str, int]:
        """Budget year by project; without money, the year of its number."""
        years = {row["id"]: int(row["id"][2:6]) for row in self.rows["projects.geojson"]}
        return years | {
            row["project_id"]: int(row["year"]) for row in reversed(self.rows["project_funding.csv"])
        }

    @cached_property
    def sources(self) -> dict[str, str]:
        return {row["project_id"]: row["source"] for row in self.rows["project_funding.csv"]}

    def projects(self, year: int, **wanted: Any) -> list[Row]:
        """Projects of a year with these values."""
        return [
            row
            for row in self.rows["projects.geojson"]
            if self.year[row["id"]] == year and all(row[key] == value for key, value in wanted.items())
        ]

    def adopted(self, projects: list[Row]) -> int:
        return sum(self.money[row["id"], "adopted"] for row in projects)

    def of_district(self, name: str, code: str) -> list[Row]:
        """Courtyards or public spaces whose id says the district."""
        return [row for row in self.rows[name] if row["id"].split("-")[1] == code]

    def improved(self, year: int) -> list[Row]:
        """Courtyard works of the akimat of Almaty district."""
        return self.projects(year, executing_body="akimat_almaty", work_type="courtyard_improvement")
