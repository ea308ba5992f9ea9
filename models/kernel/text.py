"""The one door through which people's text enters.

A terminal obeys some characters instead of showing them, and others make text look like what it is not. They go
here, before anything is stored. What scripts and emoji need stays, so that ordinary text comes out as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LIMITS: Final = {
    "title": 200,
    "name": 64,
    "note": 20_000,
    "draft": 20_000,
    "brief": 2_000,
    "objectives": 1_000,
    "risks": 1_000,
    "handover": 10_000,
    "reason": 500,
    "word": 500,
    "role": 64,
    "responsibility": 200,
    "component": 64,
    "step": 64,
}
"""The most characters that each kind of text may have."""

MARKS: Final = 4
"""The most combining marks that one character keeps: more climb over the lines above."""

_RAW = 10
"""How many times a limit a text may be before cleaning: far longer ones are refused without the work."""

# Plain strings, not compiled: that takes 3 ms, which the first paint need not wait for.
_STOP = r"\x18\x1a\x1b\x80-\x9f"
_ESCAPES = (
    rf"(?:\x1b\]|\x9d)[^\x07{_STOP}]*+(?:\x07|\x1b\\|\x9c)"  # OSC: title, clipboard, links
    rf"|(?:\x1b[PXk^_]|[\x90\x98\x9e\x9f])[^{_STOP}]*+(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC, tmux's own title
    r"|(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # CSI: colour, cursor, clear
    r"|\x1b(?:[ -/]*+[0-~])?"  # the short ones, and the start of one that never ends
    r"|[\x80-\x9f]"
)
_CONTROLS = (
    r"[\x00-\x09\x0e-\x1f\x7f"
    r"\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, zero width, notes
    r"\u3164\uffa0\ufdd0-\ufdef\ufff0-\ufff8\ufffe\uffff]+"  # blank letters and non-characters
)
_TAGS = r"(\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f)|[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+"
_LINE_ENDS = r"\r\n?|[\x0b\x0c\u2028\u2029]"
_SHAPED = r"\u0600-\u1cff\ua800-\uabff\U00010a00-\U00011fff\U0001e900-\U0001e95f"
_PICTURES = r"\u2190-\u2bff\u3030\U0001f000-\U0001faff"
_JOINERS = (
    r"[\u200c\u200d]"
    rf"(?!(?<=[{_SHAPED}][\u200c\u200d])(?=[{_SHAPED}])|(?<=[{_PICTURES}\ufe0f]\u200d)(?=[{_PICTURES}]))"
)
_BLANKS = r"\s{2,}|\n"
_SURROGATES = r"[\ud800-\udfff]"


def clean(text: str, *, lines: bool) -> str:
    """The text without what a terminal could obey, what hides, and what turns its direction.

    With `lines`, line ends become newlines, a tab four spaces, and other blanks stay as typed. Without, every run of
    blanks becomes one space, and none stay at the ends. Only tabs make text longer, and cleaning it again changes
    nothing. Accents stay composed or not, as typed: compare with `key`.

    An escape sequence goes with all that it carries; of one that never ends, only its start goes and the rest shows.
    Joiners stay where they shape a script or bind an emoji. Marks with nothing to stand on go, as do more than four.
    A character that is half of a pair raises ValueError, in words for the author.
    """
    if text.isascii() and text.isprintable():
        return text if lines else " ".join(text.split())
    if re.search(_SURROGATES, text):
        raise ValueError("The text contains an incomplete character, which cannot be stored. Type it again.")
    text = re.sub(_ESCAPES, "", text)
    text = re.sub(_LINE_ENDS, "\n", text).replace("\t", "    " if lines else " ")
    text = re.sub(_CONTROLS, "", text)
    if text.isascii():
        return text if lines else " ".join(text.split())
    if max(text) >= "\U000e0000":
        text = re.sub(_TAGS, r"\1", text)
    text = re.sub(_JOINERS, "", text)
    if not lines:
        text = re.sub(_BLANKS, " ", text).strip()
    return re.sub(_JOINERS, "", _with_fewer_marks(text, lines=lines))


def checked(text: str, *, what: str, limit: int, lines: bool, empty: bool = False) -> str:
    """The cleaned text, or ValueError with a sentence that says what is wrong and what to do.

    `what` names the text in that sentence: "note" gives "The note has ...". `empty` allows nothing at all.
    """
    if len(text) <= limit * _RAW:
        text = clean(text, lines=lines)
    if len(text) > limit:
        remedy = "Shorten it, or add a link." if lines else "Shorten it."
        raise ValueError(f"The {what} has {len(text):,} characters; the limit is {limit:,}. {remedy}")
    if not empty and not text.strip():
        raise ValueError(f"The {what} is empty. Enter a text.")
    return text


def key(name: str) -> str:
    """The form under which two spellings of a name are the same: width, case, accents' encoding and blanks ignored."""
    folded = unicodedata.normalize("NFKC", clean(name, lines=False)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _with_fewer_marks(text: str, *, lines: bool) -> str:
    marks = "".join(character for character in set(text) if unicodedata.category(character)[0] == "M")
    if not marks:
        return text
    # Joiners count as marks here, else a pile of marks could go on behind each of them.
    mark = f"[{marks}\u200c\u200d]"
    text = re.sub(f"(?m:^){mark}+" if lines else rf"\A(?:\s|{mark})+", "", text)
    return re.sub(f"({mark}{{{MARKS}}}){mark}+", r"\1", text)
