"""Rows of text in columns, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lines of columns two spaces apart; numbers stand right, with spaces between thousands.

    >>> print(table(["what", "n"], [["squares", 1200], ["lines", 3]]))
    what         n
    squares  1 200
    lines        3
    """
    cells = [[grouped(cell) if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    right = [bool(rows) and isinstance(cell, int) for cell in (rows[0] if rows else head)]
    lines = [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, right, strict=True)
        )
        for line in (list(head), *cells)
    ]
    return "\n".join(line.rstrip() for line in lines)


def grouped(number: int) -> str:
    """A whole number with spaces between thousands.

    >>> grouped(1234567)
    '1 234 567'
    """
    return f"{number:,}".replace(",", " ")
