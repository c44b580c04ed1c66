"""Cells as people write them: days, numbers, money, words in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_core.columns import match_columns
from gis_core.dates import as_day
from gis_core.degrees import LATITUDE, LONGITUDE, as_coordinate
from gis_core.errors import InputError
from gis_core.numbers import as_number
from gis_core.spelling import plain
from gis_core.values import as_bool, as_money
from layers.appeals import Appeal
from layers.courtyards import Courtyard
from layers.projects import Project

ZONE = ZoneInfo("Asia/Almaty")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2022-03-01", date(2022, 3, 1)),
        ("2022-03-01T23:30:00Z", date(2022, 3, 2)),
        ("2022-03-01T23:30:00+06:00", date(2022, 3, 1)),
        ("2022-03-01 00:00:00.000", date(2022, 3, 1)),
        ("01.03.2022", date(2022, 3, 1)),
        ("01.03.2022 14:05:06", date(2022, 3, 1)),
        ("1.3.22 г.", date(2022, 3, 1)),
        ("20220301", date(2022, 3, 1)),
        ("44621", date(2022, 3, 1)),
        ("44621.5", date(2022, 3, 1)),
        (datetime(2022, 3, 1, 23, 30, tzinfo=UTC), date(2022, 3, 2)),
        (date(2022, 3, 1), date(2022, 3, 1)),
    ],
)
def test_days_are_read_in_the_city_s_zone(cell: object, day: date) -> None:
    assert as_day(cell, ZONE).value == day


@pytest.mark.parametrize(
    "cell", ["31.02.2022", "29.02.2023", "2022-13-01", "2022", "март", "1646092800", "0", "н/д", "1500-01-01"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        as_day(cell, ZONE)


@pytest.mark.parametrize(
    "cell",
    [
        "12 марта 2023", "12 марта 2023 г.", "12 марта 2023 года", "12 МАРТА 2023г.", "«12» марта 2023 г.",
        "12 мар. 2023", "12-мар-23", "12 марта 2023, 10:30", "12 наурыз 2023", "12 наурыз 2023 ж.",
        "2023 жылғы 12 наурыз", "2023 ж. 12 наурыз", "12 March 2023", "12th March 2023", "12 Mar 2023",
        "12-Mar-23", "March 12, 2023", "Mar 12 2023",
    ],
)  # fmt: skip
def test_a_month_may_be_a_word_in_three_languages(cell: str) -> None:
    read = as_day(cell, ZONE)
    assert (read.value, read.remark) == (date(2023, 3, 12), "")


def test_every_month_has_its_words() -> None:
    russian = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    kazakh = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
    english = "January February March April May June July August September October November December"
    words = (each.split() for each in (russian, kazakh, english))
    for number, names in enumerate(zip(*words, strict=True), start=1):
        assert {as_day(f"1 {name} 2024", ZONE).value for name in names} == {date(2024, number, 1)}


@pytest.mark.parametrize(
    "cell", ["31 апреля 2023", "12 маршрут 2023", "март 2023", "12 марта", "45 May 2023"]
)
def test_what_only_looks_like_a_date_in_words_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        as_day(cell, ZONE)


def test_day_numbers_count_from_the_day_that_the_workbook_says() -> None:
    assert as_day("43160", ZONE, date(1904, 1, 1)).value == date(2022, 3, 2)  # 44622 less 1462
    assert as_day("44622", ZONE).value == date(2022, 3, 2)


@pytest.mark.parametrize(
    ("cell", "axis", "value"),
    [
        ("51°07'46.5\"N", LATITUDE, 51.12958333),
        ("51° 7′ 46,5″ с.ш.", LATITUDE, 51.12958333),
        ("с.ш. 51°07'46.5''", LATITUDE, 51.12958333),
        ("51°07'46,5\" с. е.", LATITUDE, 51.12958333),
        ("71º25’30” в.д.", LONGITUDE, 71.425),
        ("71°25,5' ш.б.", LONGITUDE, 71.425),
        ("E 71.425°", LONGITUDE, 71.425),
        ("71°25'30\"W", LONGITUDE, -71.425),
        ("-71°25'30\"", LONGITUDE, -71.425),
        ("33°30' ю.ш.", LATITUDE, -33.5),
        ("71,425", LONGITUDE, 71.425),
        ("668 123,45", LONGITUDE, 668123.45),
    ],
)
def test_coordinates_may_stand_in_degrees_minutes_and_seconds(cell: str, axis: int, value: float) -> None:
    assert as_coordinate(cell, axis).value == pytest.approx(value, abs=1e-8)


@pytest.mark.parametrize(
    ("cell", "axis"),
    [("51°07'46\"N", LONGITUDE), ("71°25' в.д.", LATITUDE), ("51°61'N", LATITUDE), ("51°07'60\"", LATITUDE),
     ("91°", LATITUDE), ("51° N E", LATITUDE), ("51°07", LATITUDE), ("север", LATITUDE)],
)  # fmt: skip
def test_what_is_no_coordinate_of_its_axis_is_refused(cell: str, axis: int) -> None:
    with pytest.raises(ValueError, match="is no"):
        as_coordinate(cell, axis)


@pytest.mark.parametrize("cell", ["03/04/2022", "44621", "1971-01-01"])
def test_a_doubtful_day_is_told(cell: str) -> None:
    assert as_day(cell, ZONE).remark


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_a_day_is_read_the_same_in_every_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone(timedelta(hours=5)))
    for form in (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%Y%m%d}", str(serial), moment.isoformat()):
        assert as_day(form, ZONE).value == day


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12500000", 12_500_000), ("12 500 000", 12_500_000), ("12\u00a0500\u202f000,40", 12_500_000),
        ("12,5 млн тг", 12_500_000), ("12.5 млн. тенге", 12_500_000), ("1,2 млрд ₸", 1_200_000_000),
        ("350 тыс. тг", 350_000), ("350 мың теңге", 350_000), ("1.234.567,00", 1_234_567),
        ("1,234,567.00", 1_234_567), ("\u22125", -5), ("7 000 000 KZT", 7_000_000), (12.0, 12),
    ],
)  # fmt: skip
def test_money_is_read_as_people_write_it(cell: object, value: int) -> None:
    assert as_money(cell).value == value


@pytest.mark.parametrize("cell", ["много", "12 500 000 и ещё", "1e400000", "NaN", "inf", "12..5", "", "--5"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        as_number(cell)


@pytest.mark.parametrize("cell", ["12,5 млн тг", "12,500", "-3"])
def test_doubtful_money_is_told(cell: str) -> None:
    assert as_money(cell).remark


@given(st.integers(-(10**15), 10**15), st.sampled_from([" ", "\u00a0", "\u202f", "'"]))
def test_spaces_between_thousands_change_nothing(number: int, space: str) -> None:
    assert as_number(f"{number:,}".replace(",", space)).value == number


def test_yes_and_no_in_three_languages() -> None:
    assert [as_bool(cell).value for cell in ("да", "иә", "Yes", 1, True)] == [True] * 5
    assert [as_bool(cell).value for cell in ("нет", "Жоқ", "no", 0, False)] == [False] * 5


@pytest.mark.parametrize(
    "names",
    [
        ["id", "requested_on", "category"],
        ["ID", "Requested On", "CATEGORY"],
        ["Номер обращения", "Поступило", "Тема"],
        ["Өтініш нөмірі", "Түскен күні", "Тақырыбы"],
        ["Appeal id", "Requested on", "Category"],
        ["id", "requested", "category"],
        ["№ заявки", "поступило", "тема"],
    ],
)
def test_columns_are_found_by_name_short_name_and_label_in_any_language(names: list[str]) -> None:
    spelled = {"id": ("№ заявки",)}
    assert list(match_columns(Appeal, names, spelled, {}).items())[:3] == [
        ("id", names[0]), ("requested_on", names[1]), ("category", names[2]),
    ]  # fmt: skip


def test_the_user_s_word_goes_before_any_name() -> None:
    found = match_columns(Courtyard, ["id", "номер"], {}, {"номер": "id"})
    assert found == {"id": "номер"}


def test_two_columns_for_one_field_are_left_to_the_user() -> None:
    with pytest.raises(InputError, match=r"адрес, Адрес all fit; choose with --map"):
        match_columns(Courtyard, ["id", "адрес", "Адрес"], {}, {})


def test_a_lookalike_latin_letter_changes_no_word() -> None:
    assert plain("ЕCИЛЬ") == plain("Есиль")
    assert match_columns(Project, ["Hазвание".replace("H", "Н").replace("а", "a")], {}, {})  # Latin a
