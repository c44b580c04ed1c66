"""All rules on random towns against an independent computation, and laws that hold in every town."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from layers.catalogue import DERIVED
from layers.city import City, read_city
from layers.computed import fill
from layers.conflict_frame import frame
from layers.works import Work
from tests.conftest import SQUARES
from tests.layers import oracle
from tests.layers.towns import IDS, store, towns

RANDOM = {"deadline": None, "database": None, "derandomize": True}
SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="session")
def city() -> City:
    return read_city(SQUARES.with_name("rules.toml"))


@contextmanager
def settled(
    connection: Connection, city: City, town: oracle.Town, shift: tuple[float, float] = (0, 0)
) -> Iterator[None]:
    """The store with a town in it, empty again afterwards."""
    with connection.begin_nested() as trial:
        store(connection, town, shift)
        fill(connection, Work, DERIVED[Work], city)
        yield
        trial.rollback()


def found(connection: Connection, city: City, town: oracle.Town, **moved: Any) -> dict[Any, Any]:
    """Conflicts by rule, kind of place, place and the pair."""
    with settled(connection, city, town, **moved):
        rows = frame(connection, city)
    return {
        (row.rule, row.place_kind or "", row.place_id or "", row.project_a, row.project_b): row
        for row in rows.replace({float("nan"): None}).itertuples()
    }


@settings(max_examples=60, suppress_health_check=SHARED_STORE, **RANDOM)
@given(town=towns())
def test_conflicts_are_those_of_the_oracle(connection: Connection, city: City, town: oracle.Town) -> None:
    ours, theirs = found(connection, city, town), oracle.conflicts(town)
    assert sorted(ours) == sorted(theirs)
    for key, told in theirs.items():
        row = ours[key]
        assert row.shared_m2 == pytest.approx(told["m2"], rel=1e-6, abs=1e-6), key
        assert (row.share_a, row.share_b) == pytest.approx((told["share_a"], told["share_b"]), abs=1e-6), key
        assert row.money_at_risk_kzt == pytest.approx(told["money"], abs=1), key
        assert (row.severity, row.certainty) == (told["severity"], told["certainty"]), key
        assert (none(row.days_common), none(row.shift_days)) == (told["days"], told["shift"]), key
        assert (row.body_a, row.body_b) == told["bodies"], key
        assert none(row.district_code) in told["districts"], key


def none(value: Any) -> Any:
    return None if pd.isna(value) else value


@settings(max_examples=12, suppress_health_check=SHARED_STORE, **RANDOM)
@given(town=towns(), order=st.randoms(use_true_random=False))
def test_the_order_in_which_projects_come_changes_nothing(
    connection: Connection, city: City, town: oracle.Town, order: Any
) -> None:
    mixed = list(town.projects)
    order.shuffle(mixed)
    assert told(found(connection, city, town)) == told(found(connection, city, replace(town, projects=mixed)))


def told(rows: dict[Any, Any]) -> dict[Any, Any]:
    """Findings without their shapes, whose first corner may be another."""
    return {
        key: (row.id, row.shared_m2, row.money_at_risk_kzt, row.days_common, row.shift_days, row.why_ru)
        for key, row in rows.items()
    }


@settings(max_examples=12, suppress_health_check=SHARED_STORE, **RANDOM)
@given(town=towns())
def test_other_spellings_of_the_ids_change_no_finding(
    connection: Connection, city: City, town: oracle.Town
) -> None:
    spelt = dict(zip(IDS, reversed(("Z", "я-1", "0", "B", "b", "á", "№ 7")), strict=True))
    renamed = [replace(project, id=spelt[project.id]) for project in town.projects]
    before = unordered(found(connection, city, town), spelt)
    assert before == unordered(found(connection, city, replace(town, projects=renamed)), {})


def unordered(rows: dict[Any, Any], spelt: dict[str, str]) -> set[Any]:
    """Findings with the pair as a set, which may change sides."""
    return {
        (
            rule,
            kind,
            place,
            frozenset({spelt.get(a, a), spelt.get(b, b)}),
            row.money_at_risk_kzt,
            row.certainty,
        )
        for (rule, kind, place, a, b), row in rows.items()
    }


@settings(max_examples=12, suppress_health_check=SHARED_STORE, **RANDOM)
@given(town=towns(), shift=st.sampled_from([(1, 0), (0, -1), (-0.37, 1000)]))
def test_a_city_moved_as_a_whole_has_the_same_conflicts(
    connection: Connection, city: City, town: oracle.Town, shift: tuple[float, float]
) -> None:
    here, there = found(connection, city, town), found(connection, city, town, shift=shift)
    assert {key: row.id for key, row in here.items()} == {key: row.id for key, row in there.items()}
    for key, row in here.items():
        assert row.shared_m2 == pytest.approx(there[key].shared_m2, rel=1e-6, abs=1e-5)
        assert abs(row.money_at_risk_kzt - there[key].money_at_risk_kzt) <= 1
