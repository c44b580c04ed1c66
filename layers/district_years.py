"""One line a district and year for its head: courtyards, appeals, money, and the frame budget."""

from __future__ import annotations

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, Label, Layer, field
from layers.bodies import Body
from layers.budgets import budgets
from layers.city import City
from layers.district_appeals import appeals_of_districts
from layers.districts import District
from layers.needs import amounts_by, years
from layers.places import district_of_year
from layers.project_places import ProjectPlace
from layers.projects import Project
from layers.renewals import MOSTLY, renewals
from layers.words import CONDITIONS, DISTRICT, YEAR
from layers.works import Work
from layers.yard_facts import yard_facts


def _count(ru: str, kk: str, en: str, short: str) -> Mapped[int]:
    return field(Integer, Label(ru, kk, en), short, required=True)


class DistrictYear(Layer):
    __tablename__ = "district_years"
    label = Label("Итоги районов по годам", "Аудандардың жылдық қорытындысы", "Districts by year")
    derived = True

    district_id: Mapped[str] = field(
        Text, Label("Версия границы", "Шекара нұсқасы", "Boundary version"), "distr_id", key=True
    )
    year: Mapped[int] = field(Integer, YEAR, "year", key=True)
    district_code: Mapped[str] = field(Text, DISTRICT, "distr_code", required=True)
    courtyards: Mapped[int] = _count("Дворов", "Аулалар", "Courtyards", "yards")
    satisfactory: Mapped[int] = _count(
        "Дворов в удовлетворительном состоянии",
        "Қанағаттанарлық аулалар",
        "Courtyards in satisfactory condition",
        "yards_ok",
    )
    needs_repair: Mapped[int] = _count(
        "Дворов требует ремонта", "Жөндеуді қажет ететін аулалар", "Courtyards that need repair", "yards_rep"
    )
    in_works: Mapped[int] = _count(
        "Дворов в работах", "Жұмыс жүріп жатқан аулалар", "Courtyards under works", "yards_wrk"
    )
    unknown: Mapped[int] = _count(
        "Дворов не обследовано", "Тексерілмеген аулалар", "Courtyards not inspected", "yards_unk"
    )
    improved: Mapped[int] = _count(
        "Дворов благоустроено за год",
        "Жыл ішінде абаттандырылған аулалар",
        "Courtyards improved in the year",
        "yards_done",
    )
    planned: Mapped[int] = _count(
        "Дворов в плане года", "Жыл жоспарындағы аулалар", "Courtyards in the year's plan", "yards_plan"
    )
    appeals: Mapped[int] = _count("Обращений поступило", "Түскен өтініштер", "Appeals received", "appeals")
    appeals_solved: Mapped[int] = _count(
        "Из них исполнено", "Оның ішінде орындалғаны", "Of them solved", "app_solved"
    )
    appeals_waiting: Mapped[int] = _count(
        "Из них ожидает", "Оның ішінде күтіп тұрғаны", "Of them waiting", "app_wait"
    )
    appeals_open: Mapped[int] = _count(
        "Всего не закрыто на конец года",
        "Жыл соңында жабылмағаны",
        "All open at the end of the year",
        "app_open",
    )
    appeals_passed: Mapped[int | None] = field(
        Integer,
        Label("Передавались между органами", "Органдар арасында берілгені", "Passed between bodies"),
        "app_passed",
    )
    appeals_reopened: Mapped[int | None] = field(
        Integer, Label("Открыты снова", "Қайта ашылғаны", "Reopened"), "app_again"
    )
    amount_kzt: Mapped[int] = field(
        BigInteger,
        Label("Деньги всех органов", "Барлық органдар қаржысы", "Money of all bodies"),
        "amount_kzt",
        unit=KZT,
        required=True,
    )
    own_kzt: Mapped[int] = field(
        BigInteger,
        Label("Проекты аппарата акима", "Әкім аппаратының жобалары", "Projects of the district akimat"),
        "own_kzt",
        unit=KZT,
        required=True,
    )
    frame_kzt: Mapped[int | None] = field(
        BigInteger,
        Label("Рамочный бюджет", "Шекті бюджет", "Frame budget"),
        "frame_kzt",
        unit=KZT,
    )
    over_frame_kzt: Mapped[int | None] = field(
        BigInteger,
        Label("Сверх рамочного бюджета", "Шекті бюджеттен асқаны", "Over the frame budget"),
        "over_kzt",
        unit=KZT,
    )


def rows(city: City) -> Select[tuple[object, ...]]:
    """Each district in each year, in the boundary of that year; conditions as they were last inspected."""
    year, district = years(), District.__table__.c
    yard = yard_facts(city)
    yards, works, asked = _yards(yard), _works(yard, city), appeals_of_districts()
    paid, own = amounts_by("district"), _own()
    frame = _frame(city, district.code, year.c.year)
    spent = func.coalesce(own.c.amount, 0)
    counts = [func.coalesce(yards.c[name], 0) for name in ("courtyards", *CONDITIONS)]
    voices = [func.coalesce(asked.c[name], 0) for name in ("received", "solved", "waiting", "open")]
    here = [
        and_(each.c.place == district.id, each.c.year == year.c.year) for each in (yards, works, asked, paid)
    ]
    return (
        select(
            *(district.id, year.c.year, district.code, *counts),
            *(func.coalesce(works.c.improved, 0), func.coalesce(works.c.planned, 0), *voices),
            *(asked.c.passed, asked.c.reopened, func.coalesce(paid.c.amount, 0), spent, frame),
            case((frame.is_not(None), func.greatest(spent - frame, 0))),
        )
        .select_from(District)
        .join(year, district_of_year(year.c.year))
        .outerjoin(yards, here[0])
        .outerjoin(works, here[1])
        .outerjoin(asked, here[2])
        .outerjoin(paid, here[3])
        .outerjoin(own, and_(own.c.code == district.code, own.c.year == year.c.year))
    )


def _yards(yard: CTE) -> CTE:
    kinds = [func.count().filter(yard.c.condition == kind).label(kind) for kind in CONDITIONS]
    return (
        select(yard.c.district_id.label("place"), yard.c.year, func.count().label("courtyards"), *kinds)
        .group_by(yard.c.district_id, yard.c.year)
        .cte("yards_of")
    )


def _works(yard: CTE, city: City) -> CTE:
    """Courtyards by district and year: made new in it, and in its plan, as a whole."""
    done, on = renewals(city, "made_new"), ProjectPlace.__table__.c
    whole = _whole(city)
    anew = done.c.work_type.in_(whole) if whole else true()
    improved = and_(
        done.c.kind == "courtyard",
        done.c.place == yard.c.id,
        anew,
        cast(extract("year", done.c.ended_on), Integer) == yard.c.year,
    )
    begun = (
        select(on.place_id.label("place"), cast(extract("year", Work.starts), Integer).label("year"))
        .select_from(ProjectPlace)
        .join(Work, Work.project_id == on.project_id)
        .where(
            on.place_kind == "courtyard",
            on.shared_m2 * MOSTLY >= on.works_m2,
            Work.work_type.in_(whole) if whole else true(),
        )
        .distinct()
        .cte("begun")
    )
    return (
        select(
            *(yard.c.district_id.label("place"), yard.c.year),
            func.count(done.c.place.distinct()).label("improved"),
            func.count(begun.c.place.distinct()).label("planned"),
        )
        .select_from(yard)
        .outerjoin(done, improved)
        .outerjoin(begun, and_(begun.c.place == yard.c.id, begun.c.year == yard.c.year))
        .group_by(yard.c.district_id, yard.c.year)
        .cte("works_of")
    )


def _whole(city: City) -> list[str]:
    """Works that take away the whole need of a courtyard, else those that make places new; none: any."""
    measures = [each for each in city.programme.measures if each.place_kind == "courtyard"]
    return [each.work_type for each in measures if each.covers == 1] or list(city.needs.renewing)


def _own() -> CTE:
    """Budgets of the projects that the akimat of a district carries out, wherever they lie: code, year."""
    budget = budgets()
    return (
        select(Body.district_code.label("code"), budget.c.year, func.sum(budget.c.amount_kzt).label("amount"))
        .join(Project, Project.id == budget.c.project_id)
        .join(Body, Body.code == Project.executing_body)
        .where(Body.kind == "district_akimat", Project.status != "cancelled")
        .group_by(Body.district_code, budget.c.year)
        .cte("own")
    )


def _frame(city: City, code: ColumnElement[str], year: ColumnElement[int]) -> ColumnElement[int | None]:
    granted = [
        (and_(code == district, year == when), literal(amount, BigInteger))
        for district, by_year in city.frame_budgets.items()
        for when, amount in by_year.items()
    ]
    return case(*granted) if granted else cast(null(), BigInteger)
