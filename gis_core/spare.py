"""PyArrow without pandas: it looks for it at its first array, and pandas takes half a second to import."""

from __future__ import annotations

import sys

import pyarrow as pa


class NoPandas:
    """Says that there is no pandas."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Raises ModuleNotFoundError for pandas."""
        if name == "pandas":
            raise ModuleNotFoundError(name, name=name)


def spare_pandas() -> None:
    """Let PyArrow look for pandas now, and not find it unless somebody has it already.

    Whoever converts to pandas later gets it all the same: PyArrow looks again then. It does not for the other
    way, an array of a series, which must not come before (`store` sees to that).
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, NoPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(NoPandas)
