"""Labels of coded values in the language of the command: in tables, and beside codes in JSON and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from gis_core.layer import Label, Language, Layer, fields
from layers.city import City
from layers.naming import labels_of_bodies, labels_of_districts

DISTRICT = "district_code"


@dataclass(frozen=True)
class Labels:
    """A language, and the labels of the lists that fields draw on by the name of the list."""

    lang: Language
    lists: Mapping[str, Mapping[str, Label]]

    def of(self, layer: type[Layer], name: str) -> dict[str, str]:
        """The label of each code of a field; nothing for a field that is not coded."""
        declared = fields(layer).get(name)
        if declared is None:
            return {}
        words = "districts" if name == DISTRICT else declared.vocabulary
        known = declared.choices or self.lists.get(words or "", {})
        return {code: label.of(self.lang) for code, label in known.items()}

    def beside(self, layer: type[Layer], rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with a column `FIELD_label` behind each coded one; a code without a label has itself there."""
        made = rows.copy()
        for name in rows.columns:
            if known := self.of(layer, name):
                shown = [known.get(code, code) for code in rows[name]]
                made.insert(int(made.columns.get_loc(name)) + 1, f"{name}_label", shown)
        return made


def labels_in(connection: Connection, city: City, lang: Language) -> Labels:
    """The labels of bodies, districts and work types."""
    works = {code: term.label for code, term in city.work_types.items()}
    lists = {
        "bodies": labels_of_bodies(connection),
        "districts": labels_of_districts(connection),
        "work_types": works,
    }
    return Labels(lang, lists)
