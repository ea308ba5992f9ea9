"""What terminals send is made harmless."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size

from tests.screens.desks import Place
from tests.screens.kernel.test_show import HARMFUL, texts
from tui.terminal import harmless


@given(texts)
def test_what_is_pasted_is_harmless_and_never_fails(text: str) -> None:
    assert not HARMFUL.search(harmless(text).replace("\u200d", ""))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("\n")))
def test_plain_words_are_pasted_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["\ud800", "a\udcffb"])
def test_half_a_character_that_is_pasted_is_replaced(text: str) -> None:
    harmless(text).encode()


async def test_a_size_that_nobody_told_is_found(place: Place) -> None:
    async with place.desk() as at:
        with patch.object(at.app, "terminal_size", lambda: Size(80, 24)):
            at.app.on_resize()
            await at.until(lambda: at.app.size == (80, 24))
        await at.until(lambda: at.pane("incidents").size.width < 80)
