"""What conflicts are found from, in memory: works, money, places, districts, bodies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from gis_core.store import read_frame
from layers.city import City
from layers.conflict_days import AFTER, BEFORE, Days, after_all, before_all, days, years_of
from layers.conflict_queries import everything, near

FIRM_SHAPES = ("surveyed", "drawn")


@dataclass(frozen=True)
class Inputs:
    """Frames of the layers of these names; `works` by project and area, days as numbers since 1970.

    `works`: a missing start lies before, a missing end after every other day. `projects`: by id, with
    `payer`. `places`: kind, id, name, geom. `budgets`: project_id, year, source, amount_kzt.
    """

    city: City
    works: pd.DataFrame
    projects: pd.DataFrame
    budgets: pd.DataFrame
    places: pd.DataFrame
    districts: pd.DataFrame
    bodies: pd.DataFrame

    def under(self, city: City) -> Inputs:
        """The same rows for another profile, with all that is already known of them."""
        made = replace(self, city=city)
        made.__dict__.update(self.__dict__ | {"city": city})  # what the properties keep is of the rows alone
        return made

    @cached_property
    def ids(self) -> NDArray[np.object_]:
        """The project of each of the works."""
        return self.works["project_id"].to_numpy(object)  # type: ignore[no-any-return]

    @cached_property
    def numbered(self) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
        """The number of the project of each of the works, and the projects by number."""
        return pd.factorize(self.ids)  # type: ignore[no-any-return]

    @cached_property
    def spans(self) -> Mapping[str, slice]:
        """Where the works of each project stand in `works`."""
        numbers, ids = self.numbered
        first = np.searchsorted(numbers, np.arange(len(ids) + 1)).tolist()
        return {project: slice(first[at], first[at + 1]) for at, project in enumerate(ids)}

    @cached_property
    def works_m2(self) -> Mapping[str, float]:
        """Area of all works of each project."""
        shapes = self.works["geom"].to_numpy(object)
        areas = shapely.area(shapes).tolist()
        return {
            project: areas[own.start] if own.stop - own.start == 1 else shapely.union_all(shapes[own]).area
            for project, own in self.spans.items()
        }

    def by(self, column: str, values: Mapping[str, int]) -> Days:
        """A number for each of the works by its value in a column; -1 for a value that has none."""
        codes, names = self._coded[column]
        return np.array([*(values.get(name, -1) for name in names), -1], dtype=np.int64)[codes]

    @cached_property
    def _coded(self) -> dict[str, tuple[NDArray[np.intp], list[str]]]:
        """Of texts with few values: the number of each of the works (-1: missing) and the values."""
        coded = {}
        for column in ("work_type", "exception", "joint_group"):
            codes, names = pd.factorize(self.works[column])
            coded[column] = codes, list(names)
        return coded

    @cached_property
    def joint(self) -> NDArray[np.intp]:
        """Number of the declared joint project of each of the works; -1 for none."""
        return self._coded["joint_group"][0]

    @cached_property
    def starts(self) -> Days:
        """First day of each of the works."""
        return self.works["starts"].to_numpy(np.int64)  # type: ignore[no-any-return]

    @cached_property
    def ends(self) -> Days:
        """Last day of each of the works."""
        return self.works["ends"].to_numpy(np.int64)  # type: ignore[no-any-return]

    @cached_property
    def doubts(self) -> Days:
        """Of each of the works 0: firm dates, shape surveyed or drawn; 2: a shape by address or a period
        without an end; else 1."""
        works = self.works
        vague = (works["geom_source"] == "address") | (self.starts == BEFORE) | (self.ends == AFTER)
        firm = works["geom_source"].isin(FIRM_SHAPES) & works["dates_firm"]
        return np.where(vague, 2, np.where(firm, 0, 1))

    @cached_property
    def years(self) -> list[frozenset[int]]:
        """Budget years of each of the works, else the years of its own dates; none where neither is known."""
        found = [frozenset(self.purses.get(project, ())) for project in self.ids.tolist()]
        first, last = years_of(self.starts).tolist(), years_of(self.ends).tolist()
        dated = ~(self.works["open_start"] | self.works["open_end"]).to_numpy(bool)
        without = np.array([not years for years in found], dtype=bool)
        for at in np.flatnonzero(dated & without).tolist():
            found[at] = frozenset(range(first[at], last[at] + 1))
        return found

    @cached_property
    def budget(self) -> Mapping[str, int]:
        """Tenge of all years of each project; 0 where no money is known."""
        sums = dict.fromkeys(self.kinds, 0)
        for project, amount in zip(*self._budget_columns("project_id", "amount_kzt"), strict=True):
            sums[project] += amount
        return sums

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Work type of each project."""
        ids, types = (self.projects[name].to_numpy(object) for name in ("id", "work_type"))
        return dict(zip(ids, types, strict=True))

    @cached_property
    def purses(self) -> Mapping[str, dict[int, dict[str, int]]]:
        """Project to year to source to tenge."""
        held: dict[str, dict[int, dict[str, int]]] = {}
        columns = self._budget_columns("project_id", "year", "source", "amount_kzt")
        for project, year, source, amount in zip(*columns, strict=True):
            held.setdefault(project, {}).setdefault(year, {})[source] = amount
        return held

    def _budget_columns(self, *names: str) -> list[list[Any]]:
        return [self.budgets[name].to_numpy(object).tolist() for name in names]


def read_inputs(connection: Connection, city: City, only: Collection[str] | None = None) -> Inputs:
    """Everything the rules ask of the store, with `only` about these projects; `works` must be filled."""
    queries = everything() if only is None else near(connection, city, only)
    read = {name: pd.DataFrame(read_frame(connection, query, city.crs)) for name, query in queries.items()}
    return Inputs(
        city,
        works_frame(read["works"]),
        _projects(read["projects"]),
        read["budgets"],
        read["places"].sort_values(["kind", "id"], ignore_index=True),
        _districts(read["districts"]),
        read["bodies"],
    )


def works_frame(works: pd.DataFrame) -> pd.DataFrame:
    """Works in the order of their ids by bytes, with days as numbers and `open_start`, `open_end`."""
    rows = works.sort_values(["project_id", "area_no"], ignore_index=True)
    starts, ends = days(rows["starts"]), days(rows["ends"])
    known = {"open_start": np.isnan(starts), "open_end": np.isnan(ends)}
    return rows.assign(
        starts=before_all(starts), ends=after_all(ends), **known, dates_firm=rows["dates_firm"].astype(bool)
    )


def _projects(projects: pd.DataFrame) -> pd.DataFrame:
    payer = projects["funding_body"].where(projects["funding_body"].notna(), projects["executing_body"])
    return projects.assign(payer=payer).set_index("id", drop=False).sort_index()


def _districts(districts: pd.DataFrame) -> pd.DataFrame:
    """Boundary versions by id, with the first and the last day on which each holds."""
    rows = districts.sort_values("id", ignore_index=True)
    first, last = before_all(days(rows["valid_from"])), after_all(days(rows["valid_to"]) - 1)
    return rows.assign(first=first, last=last)
