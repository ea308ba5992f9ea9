"""What the tests of the models share."""

from pathlib import Path

import pytest

from models.kernel.location import Location
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """A database without tables."""
    if request.param == "sqlite":
        return Location.file(tmp_path / "new.db")
    cluster: Cluster = request.getfixturevalue("postgres")
    return Location.parse(cluster.new_database())
