"""What enters is harmless, and what people of any script type enters as typed."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.kernel.text import LIMITS, MARKS, checked, clean, key

ESCAPES = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGk=\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bkname\x1b\\",
    "\x1b",
    "\x1bc",
]
ODD = [*ESCAPES, "\x9b31m", "\x9d0;t\x9c", "\x00", "\r\n", "\t", "\u202e", "\u2066", "\u200b", "\u200d", "\u200c"]
ODD += [
    "👩‍👩‍👧",
    "👍🏽",
    "❤️",
    "🇫🇷",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\U000e0041",
    "e\u0301",
    "\u0301" * 9,
    "می‌خواهم",
    "क्‍ष",
    "日本語",
    " ",
    "\u3000",
]
characters = st.characters(exclude_categories=["Cs"])
texts = st.lists(st.one_of(st.sampled_from(ODD), characters, st.text(characters))).map("".join)

FORBIDDEN = [*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
FORBIDDEN += [0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, 0xE0001]
HARMFUL = frozenset(map(chr, FORBIDDEN))


@given(texts, st.booleans())
@example("a" + "\u0930\u0903" + "\u0301" * 3 + "\u200d\u0301x", True)
@example(" \u0301x", False)
@example("a \u200d b", False)
def test_cleaned_text_is_harmless_and_stays_so(text: str, lines: bool) -> None:
    cleaned = clean(text, lines=lines)
    assert not HARMFUL.intersection(cleaned)
    assert clean(cleaned, lines=lines) == cleaned
    assert len(cleaned) <= len(text) + 3 * text.count("\t")
    assert lines or ("\n" not in cleaned and cleaned == cleaned.strip())


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]0;title\x1b\\b", "ab"),
        ("a\x1b]52;c;aGVsbG8=\x07b", "ab"),
        ("a\x9d52;c;aGk=\x9cb", "ab"),
        ("a\x1bPq#0;2;0;0;0\n#0~~\x1b\\b", "ab"),
        ("a\x1b_app\x1b\\b\x1b^pm\x1b\\c\x1bXsos\x1b\\d\x1bkname\x1b\\e", "abcde"),
        ("a\x1b[2J\x1b[1;31mb\x9b0mc", "abc"),
        ("a\x1b(Bb\x1bcc\x1b7d", "abcd"),
        ("a\x1b]0;never ended", "a0;never ended"),
        ("a\x1b[31", "a31"),
        ("\x1b\x1b[0m[31mx", "[31mx"),
        ("a\x00b\x08c\x7fd\x85e", "abcde"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("a\tb", "a    b"),
        ("a\u202eb\u2069c\u200fd\u200be\ufefff\u00adg", "abcdefg"),
        ("\u0301a\n\u0301b", "a\nb"),
        ("z" + "\u0301\u0316" * 50 + "y", "z\u0301\u0316\u0301\u0316y"),
        ("a\u200db\u200cc \u200d", "abc "),
        ("x\U000e0048\U000e0049y", "xy"),
    ],
)
def test_each_kind_of_harm(text: str, cleaned: str) -> None:
    assert clean(text, lines=True) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "[/] [@click=app.quit]x[/]",
        "Zażółć gęślą jaźń, ça où, Ünïcödé",
        "e\u0301 stays apart, é stays one",
        "日本語のテキスト 한국어 ไทย ก็",
        "العربية می‌خواهم עברית שָׁלוֹם",
        "हिन्दी क्‍ष বাংলা தமிழ் ශ්‍රී မြန်မာ",
        "👩‍👩‍👧‍👦 👩🏽‍🚒 🏴‍☠️ ❤️‍🔥 🙂‍↔️ 🏳️‍🌈 👍🏽 1️⃣ 🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ☎︎",
        "Erreur\u00a0: 5\u202f%",
    ],
)
@pytest.mark.parametrize("lines", [True, False])
def test_ordinary_text_stays_as_typed(text: str, lines: bool) -> None:
    assert clean(text, lines=lines) == text


def test_one_line() -> None:
    assert clean("  a\n\tb \u3000 c\r\n", lines=False) == "a b c"


@pytest.mark.parametrize("half", ["\ud800", "a\udc80", "\ud83d\ude00"])
def test_half_a_character_is_refused_in_words(half: str) -> None:
    with pytest.raises(ValueError, match="contains an incomplete character, which cannot be stored"):
        clean(half, lines=True)


def test_too_long_says_by_how_much() -> None:
    with pytest.raises(
        ValueError, match=r"^The note has 1,048,576 characters; the limit is 20,000\. Shorten it, or add"
    ):
        checked("\x1b]" * 524_288, what="note", limit=LIMITS["note"], lines=True)
    with pytest.raises(ValueError, match=r"^The title has 201 characters; the limit is 200\. Shorten it\.$"):
        checked("a" * 201, what="title", limit=LIMITS["title"], lines=False)


def test_what_is_cleaned_away_does_not_count() -> None:
    assert checked("a" * 64 + "\x1b[0m", what="name", limit=LIMITS["name"], lines=False) == "a" * 64


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b\u3164", "\x1b[2J"])
def test_nothing_is_refused_unless_allowed(nothing: str) -> None:
    with pytest.raises(ValueError, match="The reason is empty"):
        checked(nothing, what="reason", limit=LIMITS["reason"], lines=True)
    assert not checked(nothing, what="reason", limit=LIMITS["reason"], lines=True, empty=True).strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoé", "ZOE\u0301"), ("ana", "Ａｎａ"), ("Straße", "STRASSE"), (" a  b ", "A B"), ("an\u200ba", "ana")],
)
def test_two_spellings_of_a_name(one: str, other: str) -> None:
    assert key(one) == key(other)


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_how_accents_are_encoded_makes_no_other_name(name: str) -> None:
    assert key(unicodedata.normalize("NFD", name)) == key(unicodedata.normalize("NFC", name))


@given(texts)
def test_no_character_is_buried_under_marks(text: str) -> None:
    run = 0
    for character in clean(text, lines=True):
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        assert run <= MARKS
