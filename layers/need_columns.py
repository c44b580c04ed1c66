"""The columns that every layer of need has: facts counted, parts of need, their sum, money, and the gap."""

from __future__ import annotations

from sqlalchemy import BigInteger, Float, Integer, Select, Subquery, Text, select
from sqlalchemy.orm import Mapped

from gis_core.layer import KZT, SHARE, Label, Layer, field, table_of


class Needed:
    """Appeals of a year, parts of need, the sum, how much of it is known, money and gap."""

    appeals: Mapped[int] = field(
        Integer,
        Label("Обращений за год", "Жыл бойғы өтініштер", "Appeals in the year"),
        "appeals",
        required=True,
    )
    appeals_repeated: Mapped[int] = field(
        Integer,
        Label("Из них повторных", "Оның ішінде қайталанғаны", "Of them repeated"),
        "app_rep",
        required=True,
    )
    appeals_open: Mapped[int] = field(
        Integer,
        Label("Не закрыто на конец года", "Жыл соңында жабылмағаны", "Still open at the end of the year"),
        "app_open",
        required=True,
    )
    need_appeals: Mapped[float] = field(
        Float,
        Label("Часть: обращения", "Бөлігі: өтініштер", "Part: appeals"),
        "n_appeals",
        unit=SHARE,
        required=True,
    )
    need_repeated: Mapped[float] = field(
        Float,
        Label("Часть: повторные", "Бөлігі: қайталанғандар", "Part: repeated appeals"),
        "n_repeat",
        unit=SHARE,
        required=True,
    )
    need_open: Mapped[float] = field(
        Float,
        Label("Часть: незакрытые", "Бөлігі: жабылмағандар", "Part: open appeals"),
        "n_open",
        unit=SHARE,
        required=True,
    )
    need_age: Mapped[float] = field(
        Float,
        Label("Часть: дни ожидания", "Бөлігі: күту күндері", "Part: days of waiting"),
        "n_age",
        unit=SHARE,
        required=True,
    )
    need_condition: Mapped[float] = field(
        Float,
        Label("Часть: состояние", "Бөлігі: жағдайы", "Part: condition"),
        "n_cond",
        unit=SHARE,
        required=True,
    )
    need_works: Mapped[float] = field(
        Float,
        Label("Часть: годы без работ", "Бөлігі: жұмыссыз жылдар", "Part: years without works"),
        "n_works",
        unit=SHARE,
        required=True,
    )
    need_residents: Mapped[float] = field(
        Float,
        Label("Часть: жители", "Бөлігі: тұрғындар", "Part: residents"),
        "n_people",
        unit=SHARE,
        required=True,
    )
    need: Mapped[float] = field(
        Float, Label("Потребность", "Қажеттілік", "Need"), "need", unit=SHARE, required=True
    )
    confidence: Mapped[float] = field(
        Float,
        Label("Доля известного", "Белгілінің үлесі", "Part that is known"),
        "confidence",
        unit=SHARE,
        required=True,
    )
    missing: Mapped[str | None] = field(
        Text,
        Label("Чего не хватает", "Не жетіспейді", "What is not known"),
        "missing",
    )
    amount_kzt: Mapped[int] = field(
        BigInteger,
        Label("Деньги за год", "Жыл бойғы қаржы", "Money in the year"),
        "amount_kzt",
        unit=KZT,
        required=True,
    )
    funding: Mapped[float] = field(
        Float, Label("Финансирование", "Қаржыландыру", "Funding"), "funding", unit=SHARE, required=True
    )
    gap: Mapped[float] = field(Float, Label("Разрыв", "Алшақтық", "Gap"), "gap", unit=SHARE, required=True)
    gap_kzt: Mapped[int] = field(
        BigInteger,
        Label("Разрыв в деньгах года", "Жыл қаржысындағы алшақтық", "Gap in the year's money"),
        "gap_kzt",
        unit=KZT,
        required=True,
    )
    gap_per_resident_kzt: Mapped[int | None] = field(
        BigInteger,
        Label("Разрыв на жителя", "Бір тұрғынға алшақтық", "Gap per resident"),
        "gap_person",
        unit=KZT,
    )
    gap_per_appeal_kzt: Mapped[int | None] = field(
        BigInteger,
        Label("Разрыв на обращение", "Бір өтінішке алшақтық", "Gap per appeal"),
        "gap_appeal",
        unit=KZT,
    )
    need_class: Mapped[int] = field(
        Integer,
        Label("Класс потребности (0–2)", "Қажеттілік класы (0–2)", "Class of need (0–2)"),
        "need_cls",
        required=True,
    )
    funding_class: Mapped[int] = field(
        Integer,
        Label("Класс денег (0–2)", "Қаржы класы (0–2)", "Class of money (0–2)"),
        "fund_cls",
        required=True,
    )


def in_order(layer: type[Layer], named: Subquery) -> Select[tuple[object, ...]]:
    """The columns of a layer from a query that names them, in the order of its table."""
    return select(*(named.c[column.name] for column in table_of(layer).columns))
