"""Keys of other layouts: what stands at that place."""

import pytest

from screens.kernel.layouts import _OF_COUNTRY, at_place


@pytest.mark.parametrize(
    ("sign", "spoken", "meant"),
    [
        ("т", "", "n"),
        ("Т", "", "N"),
        ("в", "ru", "d"),
        ("г", "uk", "u"),
        ("і", "uk", "s"),
        ("і", "be", "b"),
        ("н", "ru", "y"),
        ("н", "sr", "n"),
        ("у", "bg", "w"),
        ("ν", "", "n"),
        ("Ν", "el", "N"),
        ("σ", "el", "s"),
        ("Σ", "el", "S"),
        ("ς", "el", "w"),
        ("מ", "he", "n"),
        ("ى", "ar", "n"),
        ("ნ", "ka", "n"),
        ("შ", "ka", "S"),
        ("ㅜ", "ko", "n"),
        ("ื", "th", "n"),
        ("ě", "cs", "2"),
        ("ě", "", "2"),
        ("á", "sk", "8"),
        ("é", "cs", "0"),
        ("é", "fr", "2"),
        ("(", "fr", "5"),
        ("(", "cs", None),
        ("+", "cs", "1"),
        ("+", "en", None),
        ("é", "", None),
        ("á", "hu", None),
        ("ã", "", None),
        ("ß", "", None),
        ("n", "", None),
    ],
)
def test_what_stands_at_the_place_of_a_sign(sign: str, spoken: str, meant: str | None) -> None:
    assert at_place(sign, spoken) == meant


@pytest.mark.parametrize("spoken", ["", *_OF_COUNTRY])
def test_no_latin_letter_and_no_figure_is_taken_for_another(spoken: str) -> None:
    for code in range(32, 127):
        if chr(code).isalnum():
            assert at_place(chr(code), spoken) is None
