"""What the profile of a city says of needs and of the programme: weights, distances, unit costs."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Share = Annotated[float, Meta(ge=0, le=1)]
Percentile = Annotated[float, Meta(gt=0, le=1)]
Metres = Annotated[float, Meta(gt=0, le=5000)]
Factor = Annotated[float, Meta(ge=0, le=10)]
Days = Annotated[int, Meta(ge=1, le=3660)]
Count = Annotated[int, Meta(ge=1, le=1000)]
Years = Annotated[int, Meta(ge=1, le=100)]
Amount = Annotated[int, Meta(ge=0)]
Price = Annotated[float, Meta(gt=0)]
Resolution = Annotated[int, Meta(ge=5, le=11)]
PlaceKind = Literal["courtyard", "public_space"]

FACTS = ("appeals", "repeated", "open", "age", "condition", "works", "residents")
"""What makes up need; the part of each stands in the column `need_FACT`."""


class NeedRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of the parts of need, which add up to one, and how each part is measured.

    An appeal outside every place belongs to the nearest within `near_m` metres, or the distance of its
    category in `near_m_of`; `category_weights` says how much an appeal of a category counts (else 1). It is
    repeated if it names an earlier one, or comes within `repeat_days` after one of its category at its place.
    `condition_weights`: how much of a repair a condition asks for. `renewing` work types make a place
    new; the
    years since then count up to `renewal_years`. A public space serves those who live within `walk_m`.
    Facts above the percentile `cap` of the places that have them count as that percentile. Hexagons are cells
    of H3 at `hexagon_resolution`. A place is tried for being among the `first`; a hot spot looks at so many
    `neighbours`. `need_breaks` are multiples of the city's mean need, `amount_breaks` whole
    units of money; both hold for every year.
    """

    appeals: Share = 0.5
    repeated: Share = 0.0
    open: Share = 0.2
    age: Share = 0.0
    condition: Share = 0.3
    works: Share = 0.0
    residents: Share = 0.0
    near_m: Metres = 50.0
    near_m_of: dict[str, Metres] = {}
    category_weights: dict[str, Factor] = {}
    repeat_days: Days = 30
    condition_weights: dict[str, Share] = field(
        default_factory=lambda: {"needs_repair": 1.0, "in_works": 0.5}
    )
    renewing: tuple[str, ...] = ()
    renewal_years: Years = 10
    walk_m: Metres = 500.0
    cap: Percentile = 0.95
    first: Count = 50
    neighbours: Count = 8
    hexagon_resolution: Resolution = 8
    need_breaks: tuple[float, float] = (1.0, 2.0)
    amount_breaks: tuple[int, int] = (1, 20_000_000)

    def __post_init__(self) -> None:
        total = sum(self.weights.values())
        if abs(total - 1) > 1e-9:  # noqa: PLR2004  rounding of decimal weights
            raise ValueError(f"the weights {', '.join(FACTS)} add up to {total:g}, not to 1")

    @property
    def weights(self) -> dict[str, float]:
        """Weight by fact, in the order of the columns."""
        return {fact: float(getattr(self, fact)) for fact in FACTS}


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to improve a kind of place: what it costs and which share of the need it takes away.

    It costs `fixed` and `per_m2` for each square metre, of which at most `most_m2` are done in one year: of a
    larger place it takes away less, by share of area.
    """

    work_type: str
    place_kind: PlaceKind
    per_m2: Price
    covers: Share = 1.0
    fixed: Amount = 0
    most_m2: Price | None = None


class ProgrammeRules(Struct, frozen=True, forbid_unknown_fields=True):
    """What `abat plan` chooses from. `kind_weights`: what the need of all places of a kind is worth.

    An open conflict at a place takes the share `conflict_penalty` of its worth; joint works with a project
    planned within `joint_m` metres save the share `joint_saving` of the cost.
    """

    measures: tuple[Measure, ...] = ()
    kind_weights: dict[PlaceKind, Factor] = field(
        default_factory=lambda: {"courtyard": 1.0, "public_space": 1.0}
    )
    conflict_penalty: Share = 0.2
    joint_m: Metres = 10.0
    joint_saving: Share = 0.1
