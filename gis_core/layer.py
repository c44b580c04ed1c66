"""What a layer declares of itself: fields with labels, units and short names, geometry kind, style.

A layer is a SQLAlchemy mapped class below `Layer`. Loader, table, comments, popup, legend, export, data
dictionary and tests read that class and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, cast

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
    TextClause,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from gis_core import languages

if TYPE_CHECKING:
    from geoalchemy2 import Geometry  # a tenth of a second to import, for layers with shapes

Language = languages.Language
LANGUAGES = languages.LANGUAGES
GeometryKind = Literal["POINT", "MULTILINESTRING", "MULTIPOLYGON"]


class Label(NamedTuple):
    """One text in the three languages of the product."""

    ru: str
    kk: str
    en: str

    def of(self, lang: Language) -> str:
        return str(getattr(self, lang))


Choices = Mapping[str, Label]


@dataclass(frozen=True)
class Field:
    """What a column says of itself beside its SQL type; it rides in `Column.info["field"]`.

    `vocabulary` names a list of the city profile (or the layer `bodies`) that values must come from.
    `required`: a row without it is rejected by the loader, unless `default` stands in for it.
    `hidden`: bookkeeping, in no export and no popup.
    """

    label: Label
    short: str
    unit: Label | None = None
    choices: Choices | None = None
    vocabulary: str | None = None
    required: bool = False
    hidden: bool = False
    default: str | bool | None = None

    def title(self, lang: Language) -> str:
        """The label with its unit: «Бюджет, тенге»."""
        return f"{self.label.of(lang)}, {self.unit.of(lang)}" if self.unit else self.label.of(lang)


@dataclass(frozen=True)
class Ratio:
    """One number field by another, in classes: one colour more than there are breaks."""

    of: tuple[str, str]
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    label: Label


@dataclass(frozen=True)
class Style:
    """How a layer is drawn, in a browser and in QGIS alike: colours as #rrggbb, widths in pixels.

    With `column` the fill is chosen by that field's value from `colours`, with `columns` by the values of
    several, joined by «/», which `classes` names; with `ratio` by that; else `fill` holds. `label` is the
    field written beside a shape, or the beginning of one in three languages (`name` of `name_ru`); it is
    written from 1 : `label_scale` on.
    """

    fill: str
    line: str
    width: float = 1.0
    opacity: float = 0.6
    column: str | None = None
    colours: Mapping[str, str] | None = None
    columns: tuple[str, ...] = ()
    classes: Mapping[str, Label] | None = None
    ratio: Ratio | None = None
    label: str | None = None
    label_scale: int | None = None


M2 = Label("м²", "м²", "m²")
KZT = Label("тенге", "теңге", "KZT")
SHARE = Label("доля", "үлес", "share")
DAYS = Label("дней", "күн", "days")

GEOM_SOURCES: Choices = {
    "surveyed": Label("съёмка", "түсірілім", "surveyed"),
    "drawn": Label("нарисовано", "сызылған", "drawn"),
    "buffered_line": Label("полоса вдоль линии", "сызық бойымен жолақ", "strip along a line"),
    "buffered_point": Label("круг вокруг точки", "нүкте айналасындағы шеңбер", "circle round a point"),
    "address": Label("по адресу", "мекенжай бойынша", "by address"),
    "centroid": Label("условный центр", "шартты орталық", "stand-in centre"),
    "none": Label("места нет", "орны жоқ", "no place"),
}


class Layer(DeclarativeBase):
    """Base of every layer. `label` names it, `style` draws it, `derived` layers are filled by a query.

    With `edited` only these fields may be written by hand, in QGIS or elsewhere.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    label: ClassVar[Label]
    style: ClassVar[Style | None] = None
    derived: ClassVar[bool] = False
    edited: ClassVar[tuple[str, ...] | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if table is None:
            return
        table.comment = " / ".join(cls.label)
        for column in table.columns:
            declared = column.info.get("field")
            if declared:
                column.comment = " / ".join(declared.title(lang) for lang in LANGUAGES)
            if declared and declared.choices:
                table.append_constraint(_one_of(column.name, declared.choices))
        if "geom" in table.columns:
            table.append_constraint(CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom"))
            Index(f"idx_{table.name}_geom", table.c.geom, postgresql_using="gist")


def _one_of(column: str, choices: Choices) -> CheckConstraint:
    listed = ", ".join(f"'{code}'" for code in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def field(  # noqa: PLR0913  a declaration has as many words as a field has properties
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    label: Label,
    short: str,
    *,
    unit: Label | None = None,
    choices: Choices | None = None,
    vocabulary: str | None = None,
    references: str | None = None,
    key: bool = False,
    required: bool = False,
    hidden: bool = False,
    default: str | bool | None = None,
) -> MappedColumn[Any]:
    """A column of a layer. `references` is "table.column"; keys are required.

    Text that identifies is compared byte by byte: quicker than by a language, and the same on every server.
    """
    needed = required or key
    declared = Field(label, short, unit, choices, vocabulary, needed, hidden, default)
    return mapped_column(
        Text(collation="C") if kind is Text and (key or references) else kind,
        *([ForeignKey(references)] if references else []),
        primary_key=key,
        nullable=not needed,
        server_default=None if default is None else _literal(default),
        info={"field": declared},
    )


def _literal(value: str | bool) -> TextClause:
    return text(str(value).lower() if isinstance(value, bool) else f"'{value}'")


def geometry(kind: GeometryKind, *, required: bool = True) -> MappedColumn[Any]:
    """The column `geom`: valid, two-dimensional, in the city's metric CRS (set when the table is made)."""
    return mapped_column(_shape(kind, -1), nullable=not required)


def _shape(kind: str, srid: int) -> Geometry:
    from geoalchemy2 import Geometry  # noqa: PLC0415

    return Geometry(kind, srid=srid, spatial_index=False)


class Sourced:
    """Where a row of a source layer came from: file name, row in it, load run."""

    source_file: Mapped[str | None] = field(
        Text, Label("Файл-источник", "Дереккөз файлы", "Source file"), "src_file"
    )
    source_row: Mapped[int | None] = mapped_column(
        info={"field": Field(Label("Строка источника", "Дереккөз жолы", "Source row"), "src_row")}
    )
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id"),
        info={"field": Field(Label("Загрузка", "Жүктеу", "Load run"), "run_id", hidden=True)},
    )


def table_of(layer: type[Layer]) -> Table:
    """The table of a layer."""
    return cast(Table, layer.__table__)


def fields(layer: type[Layer]) -> dict[str, Field]:
    """The declared fields of a layer by column name, in table order, without `geom`."""
    return {column.name: column.info["field"] for column in table_of(layer).columns if "field" in column.info}


def keys(layer: type[Layer]) -> list[str]:
    """Names of the primary key columns."""
    return [column.name for column in table_of(layer).primary_key]


def is_logical(layer: type[Layer], name: str) -> bool:
    """True for a field that says yes or no."""
    return isinstance(table_of(layer).c[name].type, Boolean)


def geometry_kind(layer: type[Layer]) -> GeometryKind | None:
    """POINT, MULTILINESTRING or MULTIPOLYGON; None for a layer without shapes."""
    geom = table_of(layer).columns.get("geom")
    return cast(GeometryKind, cast("Geometry", geom.type).geometry_type) if geom is not None else None


def in_srid(metadata: MetaData, srid: int) -> MetaData:
    """A copy of the tables whose geometry columns carry the SRID of one city."""
    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        made = table.to_metadata(copy)
        geom: Column[Any] | None = made.columns.get("geom")
        if geom is not None:
            geom.type = _shape(geom.type.geometry_type, srid)  # type: ignore[attr-defined]
    return copy
