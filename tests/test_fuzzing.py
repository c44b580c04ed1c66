"""Ten thousand damaged files: each refused with a message, or taken with every row accounted for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from tests.fuzzing import Asked, fuzz, own_seeds, seeds_in, ways_in

MUTATIONS = 10_000
SHARED = (
    Path(__file__).parents[2] / "shared" / "bad_input"
)  # files that are bad by themselves, where they are


def test_ten_thousand_damaged_files_are_refused_or_accounted_for(empty: Connection, tmp_path: Path) -> None:
    """`python -m tests.fuzzing --mutations N --seeds FOLDER` goes on with other seeds."""
    seeds = [*own_seeds(tmp_path), *seeds_in(SHARED)]
    found = fuzz(seeds, Asked(MUTATIONS, 1, 2, ways_in(empty)))
    assert found.broken == []
    assert found.ended.total() == MUTATIONS
    ends = ("taken", "taken, some rejected", "refused")
    assert all(found.ended[end] > MUTATIONS // 50 for end in ends)
    died = MUTATIONS - sum(found.ended[end] for end in ends)  # the reading child, which is told as a refusal
    assert died < MUTATIONS // 1000, found.ended
