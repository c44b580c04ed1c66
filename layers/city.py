"""The city profile: everything that is true of one city only, read from a TOML file and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gis_core.errors import InputError
from gis_core.layer import Label, Language

CITIES = Path(__file__).resolve().parents[1] / "data" / "cities"

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]


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
    """

    spellings: tuple[str, ...] = ()
    group: str | None = None


class Shapes(Struct, frozen=True, forbid_unknown_fields=True):
    """What lines and points become where areas are asked for: half-width and radius in metres."""

    line_m: Positive = 3.0
    point_m: Positive = 10.0


class ConflictRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of DESIGN section 4. Overlaps up to `min_shared_m2` square metres count as touching."""

    min_shared_m2: Positive = 1.0


class NeedRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of the parts of need, which add up to one, and the breaks of the 3 x 3 classes.

    `near_m`: an appeal outside every place belongs to the nearest within so many metres.
    `condition`: how much of a repair each condition asks for. `need_breaks` are multiples of the city's mean
    need of a courtyard, `amount_breaks` whole units of money; both hold for every year.
    """

    appeals: Share = 0.5
    open: Share = 0.2
    condition: Share = 0.3
    near_m: Positive = 50.0
    condition_weights: dict[str, Share] = msgspec.field(
        default_factory=lambda: {"needs_repair": 1.0, "in_works": 0.5}
    )
    need_breaks: tuple[float, float] = (1.0, 2.0)
    amount_breaks: tuple[int, int] = (1, 20_000_000)

    def __post_init__(self) -> None:
        total = self.appeals + self.open + self.condition
        if abs(total - 1) > 1e-9:  # noqa: PLR2004  rounding of three decimal weights
            raise ValueError(f"the weights appeals, open and condition add up to {total:g}, not to 1")


class City(Struct, frozen=True, forbid_unknown_fields=True):
    """One city. `crs` is metric; `bounds` (west, south, east, north, degrees) hold every row of every layer.

    `spellings[layer][field]` lists names under which files carry a field; `values[layer][field][value]` lists
    what files write for a value. `unknown[list]` says what becomes of a word that a list lacks: its row is
    rejected, the word is added, or the row counts as `other`.
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
    needs: NeedRules = NeedRules()
    work_types: dict[str, Term] = {}
    appeal_categories: dict[str, Term] = {}
    spellings: dict[str, dict[str, tuple[str, ...]]] = {}
    values: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    unknown: dict[str, Literal["reject", "add", "other"]] = {}

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
        return msgspec.toml.decode(path.read_bytes(), type=City)
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in CITIES.glob("*.toml")))
        raise InputError(f"{path}: no such city profile; give a file, or one of: {known}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{path}: {fault}; correct the profile (docs/city.md names every key)") from None
