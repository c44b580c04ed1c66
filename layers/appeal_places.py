"""Which courtyard or public space, and which district, an appeal is about."""

from __future__ import annotations

from sqlalchemy import Float, Select, Text, case, func, select, true
from sqlalchemy.orm import Mapped

from gis_core.joins import rounded
from gis_core.layer import Choices, Label, Layer, field
from layers.appeals import Appeal
from layers.city import City
from layers.places import district_at, places
from layers.words import PLACE_KINDS

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


def rows(city: City) -> Select[tuple[object, ...]]:
    """The place that contains the appeal, else the nearest within the profile's distance, else its district.

    Of places equally near the first by kind and id counts; of overlapping districts the first by id.
    """
    place = places("courtyard", "public_space")
    distance = func.ST_Distance(place.c.geom, Appeal.geom)
    nearest = (
        select(place.c.kind, place.c.id, distance.label("metres"))
        .where(func.ST_DWithin(place.c.geom, Appeal.geom, city.needs.near_m))
        .order_by(distance, place.c.kind, place.c.id)
        .limit(1)
        .lateral("nearest")
    )
    home = district_at(Appeal.geom, Appeal.requested_on)
    tie = case(
        (nearest.c.metres == 0, "inside"),
        (nearest.c.metres > 0, "near"),
        (home.c.id.is_not(None), "district"),
        else_="none",
    )
    return (
        select(Appeal.id, tie, nearest.c.kind, nearest.c.id, rounded(nearest.c.metres, 2), home.c.id)
        .select_from(Appeal)
        .outerjoin(nearest, true())
        .outerjoin(home, true())
    )
