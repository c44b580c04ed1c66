"""Which courtyard or public space, and which district, an appeal is about, and the hexagon of its point.

The place that contains the appeal, else the nearest within its category's distance, else its district. An
appeal of which only the street or the district is known belongs to its district alone. Of places equally near
the first by kind and id counts; of overlapping districts the first by id; of hexagons that meet at the point
the first by index. `appeal_ties` finds them.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Float, Text
from sqlalchemy.orm import Mapped

from gis_core.layer import Choices, Label, Layer, field
from layers.words import H3_INDEX, PLACE_KINDS

TIES: Choices = {
    "inside": Label("внутри места", "орын ішінде", "inside the place"),
    "near": Label("ближайшее место", "ең жақын орын", "nearest place"),
    "district": Label("только район", "тек аудан", "district only"),
    "none": Label("вне карты", "картадан тыс", "not on the map"),
}


class AppealPlace(Layer):
    __tablename__ = "appeal_places"
    label = Label("Обращения по местам", "Орындар бойынша өтініштер", "Appeals by place")
    derived = True

    appeal_id: Mapped[str] = field(
        Text, Label("Номер обращения", "Өтініш нөмірі", "Appeal id"), "appeal_id", key=True
    )
    tie: Mapped[str] = field(Text, Label("Связь", "Байланыс", "Tie"), "tie", choices=TIES, required=True)
    place_kind: Mapped[str | None] = field(
        Text, Label("Вид места", "Орын түрі", "Place kind"), "place_kind", choices=PLACE_KINDS
    )
    place_id: Mapped[str | None] = field(Text, Label("Номер места", "Орын нөмірі", "Place id"), "place_id")
    distance_m: Mapped[float | None] = field(
        Float, Label("Расстояние, м", "Қашықтық, м", "Distance, m"), "distance_m"
    )
    district_id: Mapped[str | None] = field(
        Text,
        Label("Версия границы района", "Аудан шекарасының нұсқасы", "Boundary version of the district"),
        "distr_id",
    )
    repeated: Mapped[bool] = field(
        Boolean, Label("Повторное", "Қайталанған", "Repeated"), "repeated", required=True
    )
    cell_id: Mapped[str | None] = field(Text, H3_INDEX, "cell_id")
