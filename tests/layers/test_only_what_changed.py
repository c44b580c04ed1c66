"""A derive after edits gives what a full one gives, and leaves alone what did not change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update

from gis_core.layer import table_of
from layers.assessments import Assessment
from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import renew
from layers.conflict_frame import frame
from layers.conflict_marks import changes
from layers.conflicts import Conflict
from layers.courtyards import Courtyard
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.register import keep_register
from layers.runs import record_run
from layers.works import Work
from tests.conftest import SQUARES
from tests.drawing import box
from tests.layers import oracle
from tests.layers.towns import BODIES, DISTRICTS, IDS, PLACES, projects, put, store, towns

FIELDS = (
    "areas",
    "body",
    "payer",
    "work",
    "starts",
    "firm",
    "cancelled",
    "joint",
    "exception",
    "money",
    "kind",
)


@pytest.fixture(scope="session")
def city() -> City:
    return read_city(SQUARES.with_name("rules.toml"))


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, oracle.Project]:
    """What is done to which project, and a project to take its new facts from."""
    id = draw(st.sampled_from(IDS))
    return draw(st.sampled_from(("remove", "put", *FIELDS))), id, draw(projects(id))


def edited(town: oracle.Town, edit: tuple[str, str, oracle.Project]) -> oracle.Town:
    kind, id, new = edit
    old = next((project for project in town.projects if project.id == id), None)
    others = [project for project in town.projects if project.id != id]
    if kind == "remove":
        return replace(town, projects=others)
    if old is None or kind == "put":
        return replace(town, projects=[*others, new])
    moved = {
        "areas": ("areas", "parts", "starts", "ends"),
        "starts": ("starts", "ends", "earliest", "latest"),
    }
    if old.parts != new.parts and kind == "starts":
        return town
    facts = {name: getattr(new, name) for name in moved.get(kind, (kind,))}
    return replace(town, projects=[*others, replace(old, **facts)])


def bring(connection: Connection, before: oracle.Town, after: oracle.Town) -> None:
    """Change the rows of the projects that differ, as a load would."""
    was, now = ({project.id: project for project in town.projects} for town in (before, after))
    for id in was.keys() | now.keys():
        if was.get(id) == now.get(id):
            continue
        for layer, column in ((ProjectFunding, "project_id"), (ProjectArea, "project_id"), (Project, "id")):
            connection.execute(delete(layer).where(table_of(layer).c[column] == id))
        if id in now:
            put(connection, now[id])


def derive(connection: Connection, city: City, *, force: bool = False) -> Collection[str] | None:
    """What `abat derive conflicts` does, as often as one likes in one transaction; the projects that it found
    anew."""
    made = [renew(connection, layer, DERIVED[layer], city, force=force) for layer in (Work, Conflict)]
    connection.execute(text("DROP TABLE IF EXISTS staged_works, staged_conflicts"))
    return made[-1].about


def rows(connection: Connection) -> dict[str, tuple[Any, ...]]:
    """All columns of all conflicts by id, shapes as WKB."""
    names = [column for column in table_of(Conflict).c if column.name != "geom"]
    shape = table_of(Conflict).c.geom.ST_AsBinary()
    return {row[0]: (*row[:-1], bytes(row[-1])) for row in connection.execute(select(*names, shape))}


def whole(connection: Connection, city: City) -> dict[str, tuple[Any, ...]]:
    """What a full run gives for the works as they are."""
    names = [column.name for column in table_of(Conflict).c if column.name != "geom"]
    found = frame(connection, city)
    columns = [[None if pd.isna(value) else value for value in found[name].tolist()] for name in names]
    shapes = shapely.to_wkb(np.asarray(found["geom"], dtype=object), output_dimension=2)
    return {row[0]: row for row in zip(*columns, shapes.tolist(), strict=True)}


def places_on_disk(connection: Connection) -> dict[str, str]:
    return dict(connection.execute(text("SELECT id, ctid::text FROM conflicts")).all())


@settings(
    max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(town=towns(most=5), made=st.lists(edits(), min_size=1, max_size=3))
def test_after_edits_a_derive_gives_exactly_what_a_full_run_gives(
    connection: Connection, city: City, town: oracle.Town, made: list[Any]
) -> None:
    with connection.begin_nested() as trial, pytest.MonkeyPatch.context() as patch:
        patch.setattr("layers.conflict_marks.MANY", 1.0)  # in a small town one project is many
        store(connection, town)
        derive(connection, city)
        for change in made:
            after = edited(town, change)
            bring(connection, town, after)
            before, stood = rows(connection), places_on_disk(connection)
            derive(connection, city)
            held, stands = rows(connection), places_on_disk(connection)
            assert held == whole(connection, city)
            assert all(stands[id] == stood[id] for id in held if before.get(id) == held[id])
            town = after
        trial.rollback()


class Dice:
    """A town of blocks of 50 m, each a courtyard, thrown from a seed, and changes of it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def project(self, id: str) -> oracle.Project:
        """Works on a box, some of them in two areas; every third without dates of its own."""
        dated = self.random.random() < 0.7
        starts = date(2022, 3, 1) + timedelta(days=self.random.randrange(200))
        parts = self.random.random() < 0.3
        return oracle.Project(
            id, self.random.choice(sorted(BODIES)), self.random.choice(sorted({*oracle.GROUPS, "other"})),
            [oracle.Area(self.box()) for _ in range(1 + parts)], parts=parts,
            starts=starts if dated else None, ends=starts + timedelta(days=40) if dated else None,
            money={(self.random.choice((2022, 2023)), "local"): self.random.randrange(9000)},
        )  # fmt: skip

    def box(self) -> shapely.Polygon:
        x, y = self.random.randrange(230), self.random.randrange(230)
        return shapely.box(x, y, x + self.random.randrange(5, 40), y + self.random.randrange(5, 40))

    def town(self) -> oracle.Town:
        corners = [(x, y) for x in range(0, 250, 50) for y in range(0, 250, 50)]
        blocks = [("courtyard", f"C-{x}-{y}", shapely.box(x, y, x + 40, y + 45)) for x, y in corners]
        plots = [("parcel", f"21-{x}-{y}", shapely.box(x, y, x + 50, y + 50)) for x, y in corners]
        return oracle.Town([self.project(f"P-{n}") for n in range(40)], blocks + plots, BODIES, DISTRICTS)

    def changed(self, town: oracle.Town) -> oracle.Town:
        """Some projects deleted, added, moved, or given other money, dates, another body or kind of works."""
        kept = {project.id: project for project in town.projects}
        for id in self.random.sample(sorted(kept), 3):
            new, field = (
                self.project(id),
                self.random.choice(("areas", "money", "starts", "body", "work", "")),
            )
            if not field:
                del kept[id]
            elif field == "starts":
                kept[id] = replace(kept[id], starts=new.starts, ends=new.ends)
            elif field != "areas":
                kept[id] = replace(kept[id], **{field: getattr(new, field)})
            else:
                kept[id] = replace(kept[id], areas=[oracle.Area(self.box()) for _ in kept[id].areas])
        added = self.project(f"N-{self.random.randrange(10**6)}")
        return replace(town, projects=[*kept.values(), added])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[str] | None]:
    """The projects that each derive finds conflicts of; None where of all."""
    found: list[set[str] | None] = []

    def noted(connection: Connection, city: City, only: Collection[str] | None) -> pd.DataFrame:
        found.append(None if only is None else {*only})
        return frame(connection, city, only)

    monkeypatch.setattr("layers.conflict_marks.frame", noted)
    return found


def test_random_changes_give_what_a_full_run_gives(
    connection: Connection, city: City, asked: list[set[str] | None]
) -> None:
    dice = Dice(8)
    town = dice.town()
    store(connection, town)
    derive(connection, city)
    for turn in range(6):
        after = dice.changed(town)
        bring(connection, town, after)
        if turn == 3:
            connection.execute(
                update(Courtyard).where(Courtyard.id == "C-0-50").values(geom=box(9, 55, 30, 60))
            )
        derive(connection, city)
        held = rows(connection)
        assert held == whole(connection, city)
        assert len(held) > 30
        town = after
    assert [only is None for only in asked] == [True, False, False, False, True, False, False]


def register(connection: Connection) -> list[str]:
    """All rows, without the moment in which a verdict was called in."""
    return list(
        connection.scalars(text("SELECT (to_jsonb(a) - 'assessed_at')::text FROM assessments a ORDER BY 1"))
    )


def judged_at_random(connection: Connection, random: Random) -> None:
    """Verdicts given and taken back, also of conflicts that are gone, and by bodies that are in none."""
    keys = connection.execute(text("SELECT conflict_id, body, verdict FROM assessments ORDER BY 1, 2")).all()
    outside = "SELECT conflict_id, body, verdict FROM assessments WHERE body NOT IN (body_a, body_b)"
    guests = connection.execute(text(f"{outside} ORDER BY 1, 2")).all()
    for id, body, verdict in sorted({*random.sample(keys, 12), *guests}):
        row = (Assessment.conflict_id == id, Assessment.body == body)
        said = "yes" if verdict == "not_assessed" else "not_assessed"
        connection.execute(update(Assessment).where(*row).values(verdict=said))
    id, other = random.choice(keys)[0], random.choice(sorted(BODIES))
    if (id, other) not in {key[:2] for key in keys}:
        connection.execute(
            text("INSERT INTO assessments (conflict_id, body, verdict) VALUES (:i, :b, 'no')"),
            {"i": id, "b": other},
        )


def test_a_register_kept_by_what_changed_is_that_kept_by_all(
    connection: Connection, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.conflict_marks.MANY", 1.0)
    dice, kept = Dice(11), []
    town = dice.town()
    store(connection, town)
    derive(connection, city)
    keep_register(connection, city, record_run(connection, "derive", counts={"conflicts": 1}))
    for turn in range(6):
        after = dice.changed(town)
        bring(connection, town, after)
        judged_at_random(connection, dice.random)
        pair = [project.id for project in after.projects][turn : turn + 9]
        connection.execute(update(Project).where(Project.id.in_(pair)).values(joint_group="one"))
        about = derive(connection, city)
        assert about
        assert len(about) < 20
        number = record_run(connection, "derive", counts={"conflicts": 1})
        with connection.begin_nested() as trial:
            counts, whole = keep_register(connection, city, number), register(connection)
            trial.rollback()
        assert keep_register(connection, city, number, about) == counts
        assert register(connection) == whole
        kept.append(counts)
        town = after
    assert all(sum(each[name] for each in kept) for name in kept[0])


def two_clashes(connection: Connection) -> None:
    """Two pairs far from each other."""
    day = date(2022, 5, 1)

    def works(id: str, body: str, x: float) -> oracle.Project:
        return oracle.Project(
            id, body, "other", [oracle.Area(shapely.box(x, 0, x + 10, 10))], starts=day, ends=day
        )

    pairs = [works("A", "roads", 0), works("B", "heat", 5), works("C", "roads", 500), works("D", "heat", 505)]
    store(connection, oracle.Town(pairs, PLACES, BODIES, DISTRICTS))


def test_only_the_projects_that_changed_are_asked_about(
    connection: Connection, city: City, asked: list[set[str] | None]
) -> None:
    two_clashes(connection)
    derive(connection, city)
    derive(connection, city)
    assert asked == [None]  # nothing changed
    connection.execute(update(Project).where(Project.id == "A").values(geom=box(3, 0, 10, 10)))
    derive(connection, city)
    assert asked == [None, {"A"}]
    assert {row[6] for row in rows(connection).values()} >= {"A", "C"}


def test_a_new_place_is_found_by_every_conflict(connection: Connection, city: City) -> None:
    two_clashes(connection)
    derive(connection, city)
    connection.execute(insert(Courtyard).values(id="C-9", address="C-9", geom=box(490, -10, 50, 50)))
    derive(connection, city)
    assert rows(connection) == whole(connection, city)
    assert changes(connection) == {}


def test_a_conflict_taken_away_by_hand_comes_back_by_force(connection: Connection, city: City) -> None:
    two_clashes(connection)
    derive(connection, city)
    connection.execute(text("DELETE FROM conflicts WHERE project_a = 'C'"))
    derive(connection, city)
    assert len(rows(connection)) == 1
    derive(connection, city, force=True)
    assert len(rows(connection)) == 2
