"""The city profile: everything that is true of one city only, read from a TOML file and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gis_core.crs import defined
from gis_core.errors import InputError
from gis_core.layer import Label, Language
from layers.conflict_profile import ConflictRules, Power
from layers.need_profile import NeedRules, ProgrammeRules

CITIES = Path(__file__).resolve().parents[1] / "data" / "cities"

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
Months = Annotated[int, Meta(ge=0, le=120)]
SHORTEST_GUARANTEE = 12  # months; less is more likely a number of years


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in three languages."""

    ru: str
    kk: str
    en: str

    @property
    def label(self) -> Label:
        return Label(self.ru, self.kk, self.en)


class Term(Words, frozen=True, forbid_unknown_fields=True):
    """One word of a list (a work type, a category of appeals) with its accepted spellings.

    Works of one `group` do the same thing to a place; without a group a work type duplicates nothing.
    `disruptive` works open the ground. For `guarantee_months` after works the ground must not be opened.
    """

    spellings: tuple[str, ...] = ()
    group: str | None = None
    disruptive: bool = False
    guarantee_months: Months = 0

    def __post_init__(self) -> None:
        if 0 < self.guarantee_months < SHORTEST_GUARANTEE:
            raise ValueError(
                f"guarantee_months is {self.guarantee_months}: 0 for none, else 12 to 120 months"
            )


class Shapes(Struct, frozen=True, forbid_unknown_fields=True):
    """What lines and points become where areas are asked for: half-width and radius in metres.

    Only in the layers `widened`: a courtyard or a parcel drawn as a line is a mistake, a project is not.
    """

    line_m: Positive = 3.0
    point_m: Positive = 10.0
    widened: tuple[str, ...] = ("projects", "project_areas")


class DuplicateRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How near and how soon after an appeal another of its category repeats it; 0 metres: never."""

    metres: Annotated[float, Meta(ge=0, le=500)] = 25.0
    days: Annotated[int, Meta(ge=0, le=366)] = 14
    metres_of: dict[str, Annotated[float, Meta(ge=0, le=500)]] = {}
    days_of: dict[str, Annotated[int, Meta(ge=0, le=366)]] = {}


class City(Struct, frozen=True, forbid_unknown_fields=True):
    """One city. `crs` is metric; `bounds` (west, south, east, north, degrees) hold every row of every layer.

    `spellings[layer][field]` lists names under which files carry a field; `values[layer][field][value]` lists
    what files write for a value. `unknown[list]` says what becomes of a word that a list lacks: its row is
    rejected, the word is added, or the row counts as `other`. `powers[regime]` says who may do which
    works; the
    first entry that fits a project holds. `frame_budgets[district][year]` is the sum a district may plan.
    """

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    name: Words
    crs: str
    timezone: str
    bounds: tuple[float, float, float, float]
    currency: Words
    language: Language = "ru"
    shapes: Shapes = Shapes()
    conflicts: ConflictRules = ConflictRules()
    duplicates: DuplicateRules = DuplicateRules()
    needs: NeedRules = NeedRules()
    programme: ProgrammeRules = ProgrammeRules()
    frame_budgets: dict[str, dict[int, int]] = {}
    work_types: dict[str, Term] = {}
    appeal_categories: dict[str, Term] = {}
    powers: dict[str, tuple[Power, ...]] = {}
    districts: dict[str, Term] = {}
    spellings: dict[str, dict[str, tuple[str, ...]]] = {}
    values: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    unknown: dict[str, Literal["reject", "add", "other"]] = {}

    def __post_init__(self) -> None:
        """Refuse names of work types and regimes that this profile does not have."""
        ordered = [code for stage in self.conflicts.order for code in stage]
        powers = [code for entries in self.powers.values() for each in entries for code in each.works]
        measures = [each.work_type for each in self.programme.measures]
        works = {"conflicts.order": ordered, "powers": powers, "needs.renewing": self.needs.renewing}
        for key, codes in {**works, "programme.measures": measures}.items():
            strange = sorted({*codes} - {*self.work_types})
            if strange:
                raise ValueError(f"{key} names {strange[0]}, which is none of work_types")
        if len({*ordered}) < len(ordered):
            raise ValueError("conflicts.order names a work type twice")
        if self.powers and self.conflicts.regime not in self.powers:
            raise ValueError(f"conflicts.regime is {self.conflicts.regime}, which is none of powers")

    @property
    def vocabularies(self) -> Mapping[str, Mapping[str, Term]]:
        """The lists that stand in the profile, by the name that a field's `vocabulary` gives."""
        return {"work_types": self.work_types, "appeal_categories": self.appeal_categories}

    @property
    def work_groups(self) -> dict[str, str]:
        """Work type to group, without the types that have none."""
        return {code: term.group for code, term in self.work_types.items() if term.group}


def read_city(path: Path) -> City:
    """The profile in a file; a name without a path, such as `astana`, means the one shipped with Abat."""
    if not path.suffix:
        path = CITIES / f"{path.name}.toml"
    try:
        city = msgspec.toml.decode(path.read_bytes(), type=City)
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in CITIES.glob("*.toml")))
        raise InputError(f"{path}: no such city profile; give a file, or one of: {known}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{path}: {fault}; correct the profile (docs/city.md names every key)") from None
    return msgspec.structs.replace(city, crs=defined(city.crs))
