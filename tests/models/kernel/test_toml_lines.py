"""Which line of a TOML document a part of it stands on."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.toml_lines import Path, lines
from models.roles import book as rolebook

DOCUMENT = """\
# a comment with "quotes" and [brackets]
title = "one"  # = [not a key]
dotted . "quoted key" = 'C:\\path # no comment'

[table]
list = [
  "a",  # [
  { x = 1, y = "}" },
  ["deep"],
]
long = \"\"\"
[not.a.table]
""quoted\"\"\"\"
after = '''
it's
'''

[table.inner]
when = 1979-05-27 07:32:00

[[many]]
name.en = "first"
[[many.part]]
n = 1
[many.part.sub]
n = 2
[[many.part]]
n = 3

[[many]]
inline = {a = [1, 2], b.c = {}}
[[many.part]]
"n" = 4
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("dotted",), 3),
        (("dotted", "quoted key"), 3),
        (("table",), 5),
        (("table", "list"), 6),
        (("table", "list", 0), 7),
        (("table", "list", 1), 8),
        (("table", "list", 1, "y"), 8),
        (("table", "list", 2), 9),
        (("table", "list", 2, 0), 9),
        (("table", "long"), 11),
        (("table", "after"), 14),
        (("table", "inner"), 18),
        (("table", "inner", "when"), 19),
        (("many",), 21),
        (("many", 0), 21),
        (("many", 0, "name", "en"), 22),
        (("many", 0, "part", 0, "n"), 24),
        (("many", 0, "part", 0, "sub"), 25),
        (("many", 0, "part", 0, "sub", "n"), 26),
        (("many", 0, "part", 1), 27),
        (("many", 0, "part", 1, "n"), 28),
        (("many", 1), 30),
        (("many", 1, "inline", "a", 1), 31),
        (("many", 1, "inline", "b", "c"), 31),
        (("many", 1, "part", 0), 32),
        (("many", 1, "part", 0, "n"), 33),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_where_it_stands(path: Path, line: int, end: str) -> None:
    assert lines(DOCUMENT.replace("\n", end))[path] == line


def paths(read: object, path: Path = ()) -> Iterator[Path]:
    inside = read.items() if isinstance(read, dict) else enumerate(read) if isinstance(read, list) else ()
    for part, value in inside:
        yield (*path, part)
        yield from paths(value, (*path, part))


@pytest.mark.parametrize("text", [DOCUMENT, "", "\n", *map(rolebook.shipped, rolebook.keys())])
def test_every_part_has_a_line_and_nothing_else_has(text: str) -> None:
    assert set(lines(text)) == set(paths(tomllib.loads(text)))


KEYS = st.text("abc-_1", min_size=1, max_size=4) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=6
).map(lambda text: f"'{text}'" if "'" not in text else "quote")
TEXTS = st.text(st.sampled_from("a'\"\\#[]{}=,.\n é"), max_size=12)
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


def written(text: str, form: int) -> str:
    if form == 0 and "'" not in text and "\n" not in text:
        return f"'{text}'"
    if form == 1 and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    if form == 2:
        return f'"""{text.translate(ESCAPES).replace(chr(92) + "n", chr(10))}"""'
    return f'"{text.translate(ESCAPES)}"'


VALUES = st.recursive(
    st.builds(written, TEXTS, st.integers(0, 3)) | st.sampled_from(["1", "-2.5e3", "true", "1979-05-27 07:32:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[\n" + "".join(f"  {item}, # ]\n" for item in items) + "]")
        | st.dictionaries(st.text("xyz", min_size=1, max_size=2), inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key} = {value}" for key, value in items.items()) + "}"
        )
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.lists(KEYS, min_size=1, max_size=3).map(lambda keys: f"[ {' . '.join(keys)} ]"),
    st.lists(KEYS, min_size=1, max_size=2).map(lambda keys: f"[[{'.'.join(keys)}]]"),
    st.just("# [comment] = '"),
    st.just(""),
)


@given(st.lists(STATEMENTS, max_size=8))
def test_whatever_tomllib_reads_has_its_lines(statements: list[str]) -> None:
    document: list[str] = []
    for statement in statements:
        try:
            tomllib.loads("\n".join([*document, statement]))
        except tomllib.TOMLDecodeError:
            continue
        document.append(statement)
    text = "\n".join(document)
    found = lines(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    for path, line in found.items():
        if isinstance(path[-1], str) and path[-1].isascii() and path[-1].isalnum():
            assert path[-1] in text.split("\n")[line - 1]
