"""How need against money looks on every map: nine classes of places, and the coverage of districts."""

from __future__ import annotations

from gis_core.layer import Label, Ratio

# Need in rows (low first), money in columns (none first). The smallest difference between any two of the nine
# is 11.5 CAM02-UCS for readers with deuteranopia; the usual bivariate palettes have 1.4 to 3.9.
NEED_BY_MONEY = (
    "#f2f0ea", "#a9c8dc", "#4f8fb8",
    "#f0bf8b", "#a79f9b", "#4d6f8f",
    "#d9731a", "#96603f", "#3d3b45",
)  # fmt: skip

# Share of the city's money by share of its need: 1 is money in proportion. The breaks lie evenly about 1 (a
# half and double, four fifths and five quarters) and hold for every year, else the slider would lie.
COVERAGE_BREAKS = (0.5, 0.8, 1.25, 2.0)
COVERAGE = ("#b35806", "#f1a340", "#f3efe6", "#9ecae1", "#3182bd")

NEEDS = (
    Label("малая потребность", "қажеттілігі аз", "little need"),
    Label("средняя потребность", "қажеттілігі орташа", "middling need"),
    Label("большая потребность", "қажеттілігі үлкен", "great need"),
)
MONEY = (
    Label("денег нет", "қаржы жоқ", "no money"),
    Label("денег мало", "қаржы аз", "little money"),
    Label("денег много", "қаржы көп", "much money"),
)

# For `Style`: the two classes of a place joined by «/»
CLASSED = ("need_class", "funding_class")
CLASS_COLOURS = {f"{n // 3}/{n % 3}": NEED_BY_MONEY[n] for n in reversed(range(9))}
CLASS_NAMES = {
    f"{need}/{money}": Label(*(", ".join(words) for words in zip(NEEDS[need], MONEY[money], strict=True)))
    for need in range(3)
    for money in range(3)
}
COVERED = Ratio(
    ("funding", "need"),
    COVERAGE_BREAKS,
    COVERAGE,
    Label("деньги к потребности", "қаржының қажеттілікке қатынасы", "money to need"),
)
