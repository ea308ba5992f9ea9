"""What the tests of the program share with those of its screens."""

from tests.screens.conftest import place, the_same_everywhere

__all__ = ["place", "the_same_everywhere"]
