"""The sample city, read once a session."""

from __future__ import annotations

import pytest

from tests.data.sample_files import FILES, Row, Sample, read


@pytest.fixture(scope="session")
def sample() -> Sample:
    return Sample({name: read(name) for name in FILES})


@pytest.fixture(scope="session")
def almaty_yards(sample: Sample) -> list[Row]:
    return sample.of_district("courtyards.geojson", "ALM")
