"""Addresses as people write them, found among a handful of houses or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.city import City, read_city
from layers.gazetteer import Gazetteer, Row

HOUSES = (
    ("ул. Кенесары", "Кенесары көшесі", "12", "saryarka", (0.0, 0.0)),
    ("ул. Кенесары", "Кенесары көшесі", "12/1", "saryarka", (10.0, 0.0)),
    ("ул. Кенесары", "Кенесары көшесі", "14А", "saryarka", (100.0, 0.0)),
    ("пр. Абая", "Абай даңғылы", "5", "almaty", (0.0, 500.0)),
    ("ул. Абая", None, "7", "esil", (0.0, 900.0)),
    ("ул. К. Сатпаева", "Қаныш Сәтбаев көшесі", "29", "almaty", (700.0, 0.0)),
    ("ул. Бауыржана Момышулы", None, "3", "almaty", (800.0, 0.0)),
    ("ул. 187", None, "15", "nura", (900.0, 0.0)),
    ("ж.м. Железнодорожный, ул. Мира", None, "1", "almaty", (3000.0, 0.0)),
    ("ж.м. Интернациональный, ул. Мира", None, "1", "almaty", (4000.0, 0.0)),
    ("ул. Сейфуллина", None, "8", "saryarka", (0.0, 70.0)),
    ("ул. Сейфуллина", None, "8", "baikonyr", (0.0, 9000.0)),
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    middles = {"saryarka": (-1.0, -1.0), "esil": (-2.0, -2.0)}
    return Gazetteer((Row(*house) for house in HOUSES), read_city(Path("astana")), middles)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("ул. Кенесары, 12", (0, 0)),
        ("г. Астана, ул.Кенесары д.12 кв. 40", (0, 0)),
        ("010000, Астана қ., Сарыарқа ауданы, Кенесары көшесі, 12 үй, 40 пәтер", (0, 0)),
        ("Кенесары 12/1", (10, 0)),
        ("улица Кенесары, дом 12, корпус 1", (10, 0)),
        ("КЕНЕСАРЫ К-СІ, 14 а", (100, 0)),
        ("проспект Абая, 5", (0, 500)),
        ("Абай даңғылы 5", (0, 500)),
        ("ул. Абая 7", (0, 900)),
        ("Абая, 7", (0, 900)),  # of two streets of this name only one has a house 7
        ("Сатпаева 29", (700, 0)),
        ("ул. Каныша Сатпаева, 29", (700, 0)),
        ("Қ. Сәтбаев көшесі, 29", (700, 0)),
        ("ул. Момышулы, 3", (800, 0)),
        ("ул. Баурджана Момышулы 3", (800, 0)),
        ("улица 187, дом 15", (900, 0)),
        ("ж/м Железнодорожный, ул. Мира 1", (3000, 0)),
        ("р-н Сарыарка, ул. Сейфуллина, 8", None),  # house 8 stands twice, kilometres apart
    ],
)
def test_a_house_is_found_however_its_address_is_written(
    gazetteer: Gazetteer, text: str, point: tuple[float, float] | None
) -> None:
    found = gazetteer.find(text)
    assert (found.point, found.quality) == (point, "exact") if point else found.quality == "street"


@pytest.mark.parametrize(
    ("text", "quality", "told"),
    [
        ("ул. Кенесары, 99", "street", "no house 99 among the addresses"),
        ("ул. Кенесары", "street", "no house is named"),
        ("Абая", "none", "several streets bear this name"),
        ("ул. Мира, 1", "none", "several streets bear this name"),
        ("р-н Есиль, ул. Неизвестная, 5", "district", "no street of this name"),
        ("Сарыарқа ауданы", "district", "no street is named"),
        ("р-н Нура", "none", "no street is named"),  # a district without an outline
        ("парк Дружбы", "none", "no street of this name"),
        ("Абаз 7", "none", "no street of this name"),  # too short to be a misspelling
        ("пересечение ул. Кенесары и ул. Сейфуллина", "none", "no street of this name"),
        ("-", "none", "no street is named"),
    ],
)
def test_what_is_not_found_is_not_guessed_and_says_why(
    gazetteer: Gazetteer, text: str, quality: str, told: str
) -> None:
    found = gazetteer.find(text)
    assert found.quality == quality
    assert told in found.words
    assert (found.point is None) == (quality == "none")


def test_a_misspelled_street_is_taken_and_told(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("ул. Кенисары, 12")
    assert (found.point, found.quality) == ((0, 0), "exact")
    assert found.words == "the address 'ул. Кенисары, 12' was read as ул. Кенесары, 12"


def test_a_street_stands_at_the_house_nearest_to_its_middle(gazetteer: Gazetteer) -> None:
    # houses at 0, 10 and 100: the middle is 36.7, nearest to it is 10
    assert gazetteer.find("ул. Кенесары").point == (10, 0)


def test_every_house_of_the_gazetteer_is_found_by_its_own_address(gazetteer: Gazetteer) -> None:
    for street, _, house, _, point in HOUSES[:-2]:
        assert gazetteer.find(f"{street}, {house}").point == point


def test_the_order_of_rows_does_not_matter(city: City) -> None:
    forth = Gazetteer((Row(*house) for house in HOUSES), city, {})
    back = Gazetteer((Row(*house) for house in reversed(HOUSES)), city, {})
    for text in ("Кенесары", "Кенесары 12/1", "Мира 1", "Абая 7", "Сейфуллина"):
        assert forth.find(text) == back.find(text)
