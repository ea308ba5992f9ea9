"""Keyboard layouts on which other signs stand where the desk's keys are: which key was meant.

From the tables of X11's keyboard layouts (xkeyboard-config), the first variant of each country.
"""

from __future__ import annotations

import os
from functools import cache

_ROWS = "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"
"""The places, as they are named on an American keyboard."""

_LETTERS = (
    ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."),  # Russian
    (";ςερτυθιοπ[]", "ασδφγηξκλ'", "ζχψωβνμ,./"),  # Greek
    ("/'קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"),  # Hebrew
    ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرﻻىةوزظ"),  # Arabic
    ("ქწერტყუიოპ", "ასდფგჰჯკლ", "ზხცვბნმ"),  # Georgian
    ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ"),  # Korean
    ("ๆไำพะัีรนย", "ฟหกดเ้่าส", "ผปแอิืท"),  # Thai
)

_SHIFTED = "ჭღთშჟძჩ", "WRTSJZC"
"""Letters that stand on a Shifted key and are no capitals of another."""

_MORE = {"і": "s", "ї": "]", "є": "'", "ґ": "\\", "ў": "o", "ё": "`", **dict(zip("ěřľť", "2525", strict=True))}
"""Ukrainian, Belarusian, Russian; Czech and Slovak figures that no other layout has."""

_OF_COUNTRY = {
    "be": {"і": "b"},
    "bg": dict(zip("уеишщксдзцьяаожгтнвмчюйъэфхпрлб", "wertyuiop[asdfghjkl;'zxcvbnm,./", strict=True)),
    "cs": dict(zip("+ěščřžýáíé", "1234567890", strict=True)),
    "fr": dict(zip("&é\"'(-è_çà", "1234567890", strict=True)),
    "hu": {},
    "mk": dict(zip("љњертѕуиопшѓасдфгхјклчќзџцвбнм", "qwertyuiop[]asdfghjkl;'zxcvbnm", strict=True)),
    "sk": dict(zip("+ľščťžýáíé", "1234567890", strict=True)),
    "sr": dict(zip("љњертзуиопшђасдфгхјклчћѕџцвбнм", "qwertyuiop[]asdfghjkl;'zxcvbnm", strict=True)),
}
"""Layouts whose signs stand elsewhere on another one, by the language of the environment."""


def language() -> str:
    """The language of the environment, as two letters."""
    return next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")[:2]


@cache
def _places(spoken: str) -> dict[str, str]:
    places = dict(zip(*_SHIFTED, strict=True)) | _MORE
    for rows in _LETTERS:
        for row, keys in zip(rows, _ROWS, strict=True):
            places |= {sign: key for sign, key in zip(row, keys, strict=False) if not sign.isascii()}
    places |= _OF_COUNTRY["cs"] if spoken not in _OF_COUNTRY else _OF_COUNTRY[spoken]
    places = {sign: key for sign, key in places.items() if spoken in ("cs", "sk", "fr") or not sign.isascii()}
    if spoken not in ("cs", "sk", "fr"):
        places.pop("é", None)  # a 2 in France, a 0 in Prague
    capitals = {sign.upper(): key.upper() for sign, key in places.items() if key.isalpha() and len(sign.upper()) == 1}
    return capitals | places


def at_place(sign: str, spoken: str) -> str | None:
    """The character that an American keyboard has where this one has the sign; None: that is not known."""
    return _places(spoken).get(sign)
