"""Names in three languages as pages carry them: [ru, kk, en] by code."""

from __future__ import annotations

import pandas as pd

NAME_COLUMNS = ["name_ru", "name_kk", "name_en"]
Triple = list[str | None]


def triples(frame: pd.DataFrame, key: str) -> dict[str, Triple]:
    """The names of each code; of several rows the last one holds. A name that is missing is None."""
    named = frame[[key, *NAME_COLUMNS]].astype(object).where(frame[[key, *NAME_COLUMNS]].notna(), None)
    found = {str(code): list(names) for code, *names in named.itertuples(index=False)}
    return dict(sorted(found.items()))
