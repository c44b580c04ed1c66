"""What stands in a courtyard: lighting, benches, bins, playgrounds, sports grounds; a row a kind."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import Choices, Label, Layer, Sourced, field
from layers.words import CONDITION, CONDITIONS

EQUIPMENT_KINDS: Choices = {
    "lighting": Label("освещение", "жарықтандыру", "lighting"),
    "benches": Label("скамейки", "орындықтар", "benches"),
    "bins": Label("урны", "қоқыс жәшіктері", "bins"),
    "playground": Label("детская площадка", "балалар алаңы", "playground"),
    "sport": Label("спортивная площадка", "спорт алаңы", "sports ground"),
}


class CourtyardEquipment(Sourced, Layer):
    __tablename__ = "courtyard_equipment"
    __table_args__ = (CheckConstraint("count >= 0", name="count"),)
    label = Label("Оснащение дворов", "Аулалардың жабдықталуы", "Courtyard equipment")

    courtyard_id: Mapped[str] = field(
        Text,
        Label("Номер двора", "Аула нөмірі", "Courtyard id"),
        "yard_id",
        references="courtyards.id",
        key=True,
    )
    kind: Mapped[str] = field(Text, Label("Вид", "Түрі", "Kind"), "kind", choices=EQUIPMENT_KINDS, key=True)
    count: Mapped[int] = field(Integer, Label("Количество", "Саны", "Count"), "count", required=True)
    condition: Mapped[str] = field(
        Text, CONDITION, "condition", choices=CONDITIONS, required=True, default="unknown"
    )
