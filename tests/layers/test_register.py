"""The register keeps verdicts through re-runs. Squares on paper; every number can be done in the head."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from layers.assessments import DECIDED, FIGURES, Assessment, AssessmentChange
from layers.bodies import Body
from layers.catalogue import DERIVED
from layers.city import City
from layers.computed import fill
from layers.conflicts import Conflict
from layers.project_areas import ProjectArea
from layers.project_funding import ProjectFunding
from layers.projects import Project
from layers.reading import rows_of
from layers.register import keep_register
from layers.restrictions import Restriction
from layers.runs import record_run
from layers.works import Work
from tests.drawing import box

MAY = (date(2022, 5, 1), date(2022, 5, 31))
Rerun = Callable[[], int]


@pytest.fixture(autouse=True)
def _two_works_that_clash(connection: Connection) -> None:
    """A on 10 x 10 m and B on its right half: 50 m2, all of May, 500 of 1000 tenge of each at risk."""
    names = ("akimat", "heat", "roads", "city")
    connection.execute(insert(Body), [{"code": code, "name_ru": code} for code in names])
    for id, body, shape in (("A", "akimat", box(0, 0, 10, 10)), ("B", "heat", box(5, 0, 5, 10))):
        work = "paving" if id == "A" else "heat_network"
        row = {"executing_body": body, "work_type": work, "starts": MAY[0], "ends": MAY[1]}
        connection.execute(insert(Project).values(id=id, geom=shape, **row))
        money = {"project_id": id, "year": 2022, "source": "local", "amount_kzt": 1000 if id == "A" else 500}
        connection.execute(insert(ProjectFunding).values(**money))


@pytest.fixture
def rerun(connection: Connection, city: City) -> Rerun:
    """Derive conflicts anew and bring the register up to date; the number of the run."""

    def run() -> int:
        for layer in (Work, Restriction, Conflict):
            connection.execute(delete(layer))
            fill(connection, layer, DERIVED[layer], city)
        number = record_run(connection, "derive", counts={"conflicts": 1})
        keep_register(connection, city, number)
        return number

    return run


def change(connection: Connection, id: str = "B", **said: Any) -> None:
    connection.execute(update(Project).where(Project.id == id).values(**said))


def row_of(connection: Connection, body: str = "heat") -> Any:
    query = rows_of(Assessment).where(Assessment.rule == "clash", Assessment.body == body)
    return connection.execute(query.add_columns(Assessment.judged, Assessment.assessed_at)).one()


def judge(connection: Connection, body: str = "heat", **said: Any) -> None:
    """A verdict by plain SQL, as QGIS gives it."""
    own = (Assessment.rule == "clash", Assessment.body == body)
    connection.execute(update(Assessment).where(*own).values(**said))


def history(connection: Connection) -> list[Any]:
    return list(connection.execute(select(AssessmentChange.__table__).order_by(AssessmentChange.at)))


def test_each_body_of_a_conflict_gets_a_row_to_fill_in(connection: Connection, rerun: Rerun) -> None:
    run = rerun()
    rows = [row_of(connection, body) for body in ("akimat", "heat")]
    assert [(row.verdict, row.state, row.first_seen, row.last_seen) for row in rows] == [
        ("not_assessed", "open", run, run)
    ] * 2
    assert (rows[0].shared_m2, rows[0].days_common, rows[0].money_at_risk_kzt) == (50, 31, 500)
    assert (rows[0].starts_a, rows[0].ends_b) == MAY
    assert history(connection) == []


def test_a_rerun_on_the_same_data_keeps_ids_and_verdicts(connection: Connection, rerun: Rerun) -> None:
    first = rerun()
    judge(connection, verdict="yes", note="перенесём на июнь")
    before = row_of(connection)
    second = rerun()
    after = row_of(connection)
    assert (after.conflict_id, after.verdict, after.note) == (before.conflict_id, "yes", "перенесём на июнь")
    assert (after.first_seen, after.last_seen, after.changed_in, after.edition) == (first, second, None, 1)


def test_a_rerun_touches_no_row_of_a_conflict_that_stays_as_it_was(
    connection: Connection, rerun: Rerun
) -> None:
    rerun()
    versions = text("SELECT rule, body, xmin, ctid FROM assessments ORDER BY 1, 2")
    before = connection.execute(versions).all()
    rerun()
    assert connection.execute(versions).all() == before
    change(connection, ends=date(2022, 5, 30))  # one day less of the clash
    rerun()
    assert connection.execute(versions).all() != before


def test_the_id_of_a_conflict_outlives_its_shape_and_dates(connection: Connection, rerun: Rerun) -> None:
    rerun()
    before = row_of(connection).conflict_id
    change(connection, geom=box(6, 0, 5, 10), starts=date(2022, 5, 20))
    changed = rerun()
    after = row_of(connection)
    assert (after.conflict_id, after.shared_m2, after.changed_in) == (before, 40, changed)


def test_a_conflict_that_is_found_no_more_is_gone_and_comes_back(
    connection: Connection, rerun: Rerun
) -> None:
    first = rerun()
    judge(connection, verdict="no", note="ждём")
    change(connection, geom=box(50, 50, 5, 10))
    gone = rerun()
    row = row_of(connection)
    assert (row.state, row.gone_in, row.last_seen, row.verdict) == ("gone", gone, first, "no")
    rerun()
    assert row_of(connection).gone_in == gone  # a later run does not move the day on which it went
    change(connection, geom=box(5, 0, 5, 10))
    back = rerun()
    row = row_of(connection)
    assert (row.state, row.gone_in, row.back_in, row.first_seen) == ("open", None, back, first)
    assert (row.verdict, row.note) == ("no", "ждём")


def test_a_project_that_is_deleted_takes_no_verdict_with_it(connection: Connection, rerun: Rerun) -> None:
    rerun()
    judge(connection, verdict="yes", note="отменим")
    for layer in (ProjectFunding, Project):
        key = layer.__table__.c["project_id" if layer is ProjectFunding else "id"]
        connection.execute(delete(layer).where(key == "B"))
    rerun()
    row = row_of(connection)
    assert (row.state, row.verdict, row.note, row.shared_m2) == ("gone", "yes", "отменим", 50)


def test_a_declared_joint_project_closes_the_clash_and_says_so(connection: Connection, rerun: Rerun) -> None:
    rerun()
    judge(connection, verdict="yes")
    change(connection, "A", joint_group="двор 7")
    rerun()
    assert row_of(connection).state == "open"  # one side alone declares nothing
    change(connection, "B", joint_group="двор 7")
    closed = rerun()
    assert (row_of(connection).state, row_of(connection).gone_in) == ("joint", closed)
    change(connection, "B", joint_group=None)
    back = rerun()
    assert (row_of(connection).state, row_of(connection).back_in) == ("open", back)


def test_the_rows_of_a_body_that_left_are_gone_unless_it_gave_a_verdict(
    connection: Connection, rerun: Rerun
) -> None:
    rerun()
    change(connection, executing_body="roads")
    rerun()
    assert (row_of(connection, "heat").state, row_of(connection, "roads").state) == ("gone", "open")
    judge(connection, "roads", verdict="yes")
    change(connection, executing_body="heat")
    rerun()
    assert [row_of(connection, body).state for body in ("heat", "roads")] == ["open", "open"]


# The tolerance: 7 days, a tenth of the area, a tenth of the money
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"ends": MAY[1] + timedelta(7)}, "yes"),
        ({"ends": MAY[1] + timedelta(8)}, "to_be_reassessed"),
        ({"starts": MAY[0] - timedelta(7)}, "yes"),
        ({"starts": MAY[0] - timedelta(8)}, "to_be_reassessed"),
        ({"starts": MAY[0] + timedelta(7)}, "yes"),  # 24 days in common instead of 31: 7 less
        ({"starts": MAY[0] + timedelta(4), "ends": MAY[1] - timedelta(4)}, "to_be_reassessed"),  # 23 days
        ({"ends": None, "dates_firm": True}, "to_be_reassessed"),  # now until the end of the budget year
        ({"geom": box(4.5, 0, 5.5, 10)}, "yes"),  # 55 m2 instead of 50
        ({"geom": box(4.49, 0, 5.51, 10)}, "to_be_reassessed"),
        ({"geom": box(5.5, 0, 4.5, 10)}, "yes"),  # 45 m2; 500 of B's 500 and 450 of A's 1000: 450
        ({"geom": box(5.51, 0, 4.49, 10)}, "to_be_reassessed"),
    ],
)
def test_a_verdict_is_called_in_beyond_the_tolerance_and_not_at_its_edge(
    connection: Connection, rerun: Rerun, said: dict[str, Any], verdict: str
) -> None:
    rerun()
    judge(connection, verdict="yes", savings_kzt=500)
    change(connection, **said)
    changed = rerun()
    row = row_of(connection)
    assert (row.verdict, row.changed_in, row.savings_kzt) == (verdict, changed, 500)


@pytest.mark.parametrize(
    ("amount", "verdict"), [(450, "yes"), (449, "to_be_reassessed"), (550, "yes"), (551, "yes")]
)
def test_money_at_risk_has_a_tolerance_of_its_own(
    connection: Connection, rerun: Rerun, amount: int, verdict: str
) -> None:
    """B's 500 is the smaller share, as A's half of 1000 is; a larger one does not count."""
    rerun()
    judge(connection, verdict="yes")
    own = ProjectFunding.project_id == "B"
    connection.execute(update(ProjectFunding).where(own).values(amount_kzt=amount))
    rerun()
    row = row_of(connection)
    assert (row.verdict, row.money_at_risk_kzt) == (verdict, min(amount, 500))


def test_small_changes_add_up_against_what_was_judged(connection: Connection, rerun: Rerun) -> None:
    rerun()
    judge(connection, verdict="yes")
    change(connection, ends=MAY[1] + timedelta(5))
    rerun()
    assert row_of(connection).verdict == "yes"
    change(connection, ends=MAY[1] + timedelta(10))
    rerun()
    assert row_of(connection).verdict == "to_be_reassessed"
    judge(connection, verdict="yes")  # judged anew, from these dates on
    change(connection, ends=MAY[1] + timedelta(17))
    rerun()
    assert row_of(connection).verdict == "yes"


def test_a_verdict_that_was_called_in_stays_in_the_history(connection: Connection, rerun: Rerun) -> None:
    rerun()
    judge(connection, verdict="no", note="разный грунт")
    change(connection, ends=MAY[1] + timedelta(30))
    run = rerun()
    given, called_in = history(connection)
    assert (given.before["verdict"], given.after["verdict"], given.run_id) == ("not_assessed", "no", None)
    assert (called_in.before["verdict"], called_in.after["verdict"]) == ("no", "to_be_reassessed")
    assert (called_in.how, called_in.run_id, called_in.edition) == ("abat derive", run, 2)
    assert (given.figures["ends_b"], called_in.figures["ends_b"]) == ("2022-05-31", "2022-06-30")
    assert called_in.after["note"] == "разный грунт"


def test_plain_sql_is_in_the_history_field_by_field(connection: Connection, rerun: Rerun) -> None:
    rerun()
    connection.execute(text("SET LOCAL application_name = 'QGIS'"))
    values: dict[str, Any] = {"verdict": "yes", "lead_body": "akimat", "note": "осенью", "savings_kzt": 250}
    assert set(values) == set(DECIDED)
    for name, value in values.items():
        judge(connection, **{name: value})
    changes = history(connection)
    user = connection.scalar(text("SELECT session_user"))
    assert [(each.edition, each.how, each.account) for each in changes] == [
        (number, "QGIS", user) for number in (1, 2, 3, 4)
    ]
    for each, (name, value) in zip(changes, values.items(), strict=True):
        assert {key for key in DECIDED if each.before[key] != each.after[key]} == {name}
        assert each.after[name] == value
        assert set(each.figures) == set(FIGURES)
    assert row_of(connection).edition == 4


def test_an_update_that_says_the_same_is_no_edition(connection: Connection, rerun: Rerun) -> None:
    rerun()
    judge(connection, verdict="yes", note=" осенью\n")
    judge(connection, verdict="yes", note="осенью", lead_body="")
    assert (row_of(connection).edition, len(history(connection))) == (1, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments SET rule = 'opportunity'",
        "UPDATE assessments SET edition = 0",
        "UPDATE assessments SET state = 'gone'",
        "UPDATE assessments SET assessed_by = 'nobody'",
        "UPDATE assessments SET geom = ST_Translate(geom, 1, 0)",
        "UPDATE assessments SET lead_body = 'nobody'",
        "UPDATE assessments SET verdict = 'maybe'",
        "UPDATE assessments SET savings_kzt = -1",
        "DELETE FROM assessments",
        "TRUNCATE assessments",
        "INSERT INTO assessments (conflict_id, body) VALUES ('nothing', 'heat')",
        "INSERT INTO assessments (conflict_id, body) SELECT DISTINCT conflict_id, 'nobody' FROM assessments",
        "UPDATE assessment_changes SET account = 'nobody'",
        "DELETE FROM assessment_changes",
        "TRUNCATE assessment_changes",
    ],
)
def test_nobody_changes_what_was_found_or_rewrites_the_past(
    connection: Connection, rerun: Rerun, statement: str
) -> None:
    rerun()
    judge(connection, verdict="yes")
    with pytest.raises(DBAPIError), connection.begin_nested():
        connection.execute(text(statement))
    assert row_of(connection).verdict == "yes"


def test_a_third_body_may_give_a_verdict_and_keeps_its_row(connection: Connection, rerun: Rerun) -> None:
    rerun()
    connection.execute(
        text(
            "INSERT INTO assessments (conflict_id, body, verdict, note)"
            " SELECT conflict_id, 'city', 'yes', 'решено' FROM assessments"
            " WHERE rule = 'clash' AND body = 'heat'"
        )
    )
    run = rerun()
    row = row_of(connection, "city")
    assert (row.verdict, row.state, row.last_seen, row.shared_m2) == ("yes", "open", run, 50)
    assert [(each.body, each.edition) for each in history(connection)] == [("city", 1)]


def test_dates_of_several_areas_count_from_the_first_to_the_last(
    connection: Connection, rerun: Rerun
) -> None:
    for number, starts, ends in ((1, date(2022, 4, 1), date(2022, 4, 9)), (2, *MAY)):
        row = {"project_id": "B", "area_no": number, "geom": box(5, 0, 5, 10)}
        connection.execute(insert(ProjectArea).values(starts=starts, ends=ends, **row))
    rerun()
    assert (row_of(connection).starts_b, row_of(connection).ends_b) == (date(2022, 4, 1), MAY[1])
