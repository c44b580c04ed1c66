"""Equal texts have equal hashes, however they lie in memory; plain text is told from odd."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_core.buffers import is_plain
from gis_core.hashing import of_blobs, of_columns

TEXTS = ["", "a", "a\0", "ab", "eightlet", "eightlett", "Кенесары, 7", "x" * 511, "x" * 512, "x" * 513, None]


def test_a_hash_does_not_depend_on_where_a_text_lies() -> None:
    whole = pa.array(TEXTS)
    hashes = of_blobs(whole, len(whole))
    assert hashes[-1] == 0
    assert len(set(hashes.tolist())) == len(TEXTS)
    for at in range(len(TEXTS)):
        assert of_blobs(whole.slice(at, 1), 1)[0] == hashes[at]
        assert of_blobs(pa.array([TEXTS[at]], pa.string()), 1)[0] == hashes[at]
    assert (
        of_blobs(pa.array([text and text.encode() for text in TEXTS]), len(TEXTS)).tolist() == hashes.tolist()
    )


def test_texts_that_differ_a_little_do_not_meet() -> None:
    texts = [f"{street} {house}-{flat}" for street in "абв" for house in range(200) for flat in range(200)]
    assert len(np.unique(of_blobs(pa.array(texts), len(texts)))) == 120_000


def test_a_row_is_known_by_all_its_columns_in_their_order() -> None:
    rows = pa.table({"a": ["x", "y", "x", None], "b": ["y", "x", "y", "y"], "n": [1, 1, 1, 1]})
    hashes = of_columns(rows, ["a", "b", "n"])
    assert hashes[0] == hashes[2]
    assert len(set(hashes.tolist())) == 3
    assert of_columns(rows, []).tolist() == [0] * 4


@given(st.lists(st.none() | st.text(max_size=6), max_size=5))
def test_plain_texts_have_nothing_to_trim(texts: list[str | None]) -> None:
    if is_plain(pa.array(texts, pa.string())):
        assert all(text == text.strip() and text and "\0" not in text for text in texts if text is not None)


@pytest.mark.parametrize(
    "space", [" ", "\t", "\x85", "\xa0", "\u1680", "\u2003", "\u2028", "\u205f", "\u3000"]
)
def test_spaces_of_every_kind_are_seen(space: str) -> None:
    assert is_plain(pa.array(["«Кенесары»", "дом 7", None]))
    assert not is_plain(pa.array(["ok", f"{space}ok"]))
    assert not is_plain(pa.array([f"ok{space}", "ok"]))
    assert not is_plain(pa.array([space]))
