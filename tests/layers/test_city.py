"""The profile of a city is checked on reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_core.errors import InputError
from layers.city import CITIES, read_city

SQUARES = Path(__file__).parents[1] / "squares.toml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SQUARES.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "city.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(CITIES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_shipped_can_be_read_by_its_name(path: Path) -> None:
    assert read_city(Path(path.stem)).code == path.stem


def test_an_unknown_city_names_those_there_are() -> None:
    with pytest.raises(InputError, match="astana"):
        read_city(Path("atlantis"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("timezone", "timezones", "unknown field `timezones`"),
        ('code = "squares"', 'code = "Two Squares"', r"code"),
        ("[currency]", "[conflicts]\nmin_shared_m2 = -1.0\n\n[currency]", r"min_shared_m2"),
        ("[currency]", "[needs]\nappeals = 0.9\n\n[currency]", r"add up to 1.4, not to 1"),
        ("[currency]", "[conflicts]\nnear_km = 1\n\n[currency]", r"unknown field `near_km`.*conflicts"),
        ("[currency]", "[conflicts]\nnear_m = '10 m'\n\n[currency]", r"near_m"),
        ("[currency]", "[conflicts.exceptions]\nemergncy = []\n\n[currency]", r"emergncy"),
        (
            "[currency]",
            "[conflicts.exceptions]\njoint = ['outside_powers']\n\n[currency]",
            r"about one project",
        ),
        ("[currency]", "[conflicts]\norder = [['pavement']]\n\n[currency]", r"order names pavement"),
        ('group = "heat"', "guarantee_months = 5", r"guarantee_months is 5"),
        (
            "[currency]",
            "[[powers.current]]\nworks = ['paving']\n\n[currency]",
            r"names neither bodies nor kinds",
        ),
        ("[currency]", "[currency", "Invalid|invalid|Expected"),
    ],
)
def test_a_profile_with_a_fault_is_refused_with_the_place_of_the_fault(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        read_city(changed(tmp_path, old, new))
    assert "city.toml" in str(refusal.value)
