"""What the profile of a city says of conflicts: thresholds, order of works, exceptions, powers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Metres = Annotated[float, Meta(ge=0, le=1000)]
SquareMetres = Annotated[float, Meta(gt=0)]
Days = Annotated[int, Meta(ge=0, le=3660)]
Share = Annotated[float, Meta(ge=0, le=1)]
Years = Annotated[int, Meta(ge=1, le=100)]

Rule = Literal[
    "clash",
    "near_clash",
    "opportunity",
    "duplicate_function",
    "double_funding",
    "restriction_breach",
    "wrong_order",
    "outside_powers",
]
Exempt = Literal["emergency", "mandated", "connection", "joint"]
BodyKind = Literal["city_akimat", "department", "district_akimat", "utility", "other"]
PlaceKind = Literal["courtyard", "public_space", "parcel", "none"]
# An emergency asks nobody; what the law sets a day for cannot wait; a connection must cross what lies there;
# the parts of a declared joint project are one
EXCEPTIONS: dict[Exempt, tuple[Rule, ...]] = {
    "emergency": ("clash", "near_clash", "opportunity", "restriction_breach", "wrong_order"),
    "mandated": ("opportunity", "restriction_breach", "wrong_order"),
    "connection": ("restriction_breach", "wrong_order"),
    "joint": (
        *("clash", "near_clash", "opportunity", "duplicate_function", "double_funding"),
        *("restriction_breach", "wrong_order"),
    ),
}


class Reassess(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a conflict may change before a verdict on it must be given anew.

    Days of any of the four dates and of the days in common; shares of the area and money it had before.
    """

    days: Days = 7
    area: Share = 0.1
    money: Share = 0.1


class ConflictRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of DESIGN section 4; the unit stands at the end of each name.

    Overlaps up to `min_shared_m2` count as touching. Works that open the ground reach `near_disruptive_m`
    metres around them, others `near_m`. Works at most `window_days` apart could be joined. `order` lists work
    types by stages, those to be done first at the head; it is asked of works at most `order_days` apart.
    `exceptions` says which rules do not hold for a project of a kind, or, `joint`, between projects that were
    declared one; kinds it does not name are as in `EXCEPTIONS`. `regime` is the division of powers by which
    `outside_powers` is judged.
    """

    min_shared_m2: SquareMetres = 1.0
    near_m: Metres = 5.0
    near_disruptive_m: Metres = 10.0
    window_days: Days = 90
    order: tuple[tuple[str, ...], ...] = ()
    order_days: Days = 365
    opening_years: Years = 5
    regime: str = "current"
    reassess: Reassess = Reassess()
    exceptions: dict[Exempt, tuple[Rule, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "outside_powers" in self.exceptions.get("joint", ()):
            raise ValueError("exceptions.joint names outside_powers, which is about one project")

    def lifting(self, rule: str) -> list[Exempt]:
        """The kinds of exception for which a rule does not hold."""
        return [kind for kind, rules in {**EXCEPTIONS, **self.exceptions}.items() if rule in rules]


class Power(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may do these works on these kinds of place: bodies by code, or every body of a kind.

    An akimat of a district has powers in its district only. Without `places` the entry holds everywhere;
    "none" is a project on no recorded place. Works of a body without the power pass to the first of `bodies`,
    else to the body of the first of `kinds` (of the district, where it is a district's). With `money` the
    budget passes with the works.
    """

    works: tuple[str, ...]
    places: tuple[PlaceKind, ...] = ()
    bodies: tuple[str, ...] = ()
    kinds: tuple[BodyKind, ...] = ()
    money: bool = False

    def __post_init__(self) -> None:
        if not (self.bodies or self.kinds):
            raise ValueError("an entry of powers names neither bodies nor kinds")
