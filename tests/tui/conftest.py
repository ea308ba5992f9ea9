"""What the tests of the program share with those of its screens."""

from tests.screens.conftest import _the_same_everywhere, place

__all__ = ["_the_same_everywhere", "place"]
