"""Which spellings are put side by side for a person to judge."""

from __future__ import annotations

from gis_core.likeness import groups


def test_case_spaces_accents_and_slips_of_a_letter_are_one_group() -> None:
    spellings = {"Управление транспорта": 9, "УПРАВЛЕНИЕ ТРАНСПОРТА": 2, "Управление  транспорта.": 1,
                 "Управлние транспорта": 1, "Pôle transports": 3, "Pole transports": 1, "Ville deParis": 1,
                 "Ville de Paris": 5}  # fmt: skip
    assert groups(spellings) == [
        ["Управление транспорта", "УПРАВЛЕНИЕ ТРАНСПОРТА", "Управление  транспорта.", "Управлние транспорта"],
        ["Ville de Paris", "Ville deParis"],
        ["Pôle transports", "Pole transports"],
    ]


def test_numbers_abbreviations_and_sides_of_the_city_tell_bodies_apart() -> None:
    apart = ["RATP Ligne 11", "RATP Ligne 14", "DVD SAP", "DVD SAGP", "STV Sud Est", "STV Sud Ouest",
             "ГКП № 1 Астана тазалық", "ГКП № 2 Астана тазалық"]  # fmt: skip
    assert groups(dict.fromkeys(apart, 1)) == [[each] for each in sorted(apart)]
