"""Executive bodies: who plans, pays for and carries out improvement."""

from __future__ import annotations

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import Choices, Label, Layer, Sourced, field
from gis_core.personal import FreeText

BODY_KINDS: Choices = {
    "city_akimat": Label("акимат города", "қала әкімдігі", "city akimat"),
    "department": Label("городское управление", "қалалық басқарма", "city department"),
    "district_akimat": Label("аппарат акима района", "аудан әкімінің аппараты", "district akimat"),
    "utility": Label("коммунальное предприятие", "коммуналдық кәсіпорын", "utility"),
    "other": Label("иная организация", "өзге ұйым", "other"),
}


class Body(Sourced, Layer):
    __tablename__ = "bodies"
    label = Label("Исполнительные органы", "Атқарушы органдар", "Executive bodies")

    code: Mapped[str] = field(Text, Label("Код", "Коды", "Code"), "code", key=True)
    name_ru: Mapped[str] = field(
        FreeText, Label("Название по-русски", "Орысша атауы", "Name in Russian"), "name_ru", required=True
    )
    name_kk: Mapped[str | None] = field(
        FreeText, Label("Название по-казахски", "Қазақша атауы", "Name in Kazakh"), "name_kk"
    )
    name_en: Mapped[str | None] = field(
        FreeText, Label("Название по-английски", "Ағылшынша атауы", "Name in English"), "name_en"
    )
    kind: Mapped[str] = field(
        Text, Label("Вид", "Түрі", "Kind"), "kind", choices=BODY_KINDS, required=True, default="other"
    )
    district_code: Mapped[str | None] = field(
        Text, Label("Код района", "Аудан коды", "District code"), "distr_code"
    )
    spellings: Mapped[list[str] | None] = field(
        ARRAY(Text), Label("Другие написания", "Басқаша жазылуы", "Other spellings"), "spellings"
    )
