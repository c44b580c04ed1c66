"""Squares on paper: shapes in the city's metres, counted from the corner of the drawing."""

X0, Y0, SRID = 660_000, 5_660_000, 32642


def box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle with its lower left corner at (x, y)."""
    return many((x, y, width, height))


def many(*boxes: tuple[float, float, float, float]) -> str:
    """Rectangles (x, y, width, height) as one multipolygon."""
    return f"SRID={SRID};MULTIPOLYGON({', '.join(f'({ring(*each)})' for each in boxes)})"


def with_hole(outer: tuple[float, float, float, float], hole: tuple[float, float, float, float]) -> str:
    """A rectangle with a rectangular hole."""
    return f"SRID={SRID};MULTIPOLYGON(({ring(*outer)}, {ring(*hole)}))"


def ring(x: float, y: float, width: float, height: float) -> str:
    west, south, east, north = X0 + x, Y0 + y, X0 + x + width, Y0 + y + height
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return "(" + ", ".join(f"{x} {y}" for x, y in corners) + ")"


def point(x: float, y: float) -> str:
    return f"SRID={SRID};POINT({X0 + x} {Y0 + y})"
