"""Executive bodies as rows of the layer `bodies`."""

from __future__ import annotations

from typing import Any

from data.boundaries import draw
from data.sample.ground import table
from data.sample.spaces import CODES

Row = dict[str, Any]


def bodies() -> list[Row]:
    """The hand-written bodies and an akimat for each district, by code."""
    names = draw.source("astana_districts.toml")["names"]
    listed = [_listed(body) for body in table("bodies.toml")["body"]]
    return sorted([*listed, *(_akimat(code, names[code]) for code in CODES)], key=lambda row: row["code"])


def _listed(body: Row) -> Row:
    return {
        "code": body["code"],
        "name_ru": body["ru"],
        "name_kk": body["kk"],
        "name_en": body["en"],
        "kind": body["kind"],
        "district_code": None,
        "spellings": ";".join(body.get("spellings", [])) or None,
    }


def _akimat(district: str, names: Row) -> Row:
    ru, kk, en = names["name_ru"], names["name_kk"], names["name_en"]
    spellings = [
        f"Акимат района «{ru}»",
        f"аппарат акима р-на {ru}",
        f"Аппарат акима района «{kk}» города Астаны",
    ]
    return {
        "code": f"akimat_{district}",
        "name_ru": f"Аппарат акима района «{ru}»",
        "name_kk": f"«{kk}» ауданы әкімінің аппараты",
        "name_en": f"Akimat of {en} district",
        "kind": "district_akimat",
        "district_code": district,
        "spellings": ";".join(spellings),
    }
