"""Names of tables and columns by which people call one thing; light enough for a reader of files."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Latin letters that look like Cyrillic ones: «ЕCИЛЬ» typed with a Latin C is the same word
LOOKALIKES = str.maketrans("aceopxyikmhtb", "асеорхуікмнтв")


@lru_cache(maxsize=100_000)
def plain(name: object) -> str:
    """A name without case, outer spaces and punctuation, so that spellings of one word meet."""
    folded = re.sub(r"[\W_]+", " ", str(name).casefold().replace("ё", "е")).strip()
    return folded.translate(LOOKALIKES) if re.search(r"[а-яәіңғүұқөһ]", folded) else folded


class Meant(NamedTuple):
    """How the table of a layer is known among several: by its name, or by a column for each of these."""

    names: tuple[str, ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
