"""What is wrong with a role book that somebody wrote: every fault, on its line, in words."""

import pytest

from models.roles.book import keys, parse, shipped
from models.roles.book_check import MOST_BYTES, FaultyBook, check
from tests.models.roles.test_book import SMALL


def faults(text: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(FaultyBook) as refused:
        check(text.encode() if isinstance(text, str) else text, "small.toml")
    return [(fault.line, fault.reason) for fault in refused.value.faults]


def test_a_good_book() -> None:
    checked = check(SMALL.encode(), "small.toml")
    assert (checked.book, checked.text, checked.notes) == (parse(SMALL), SMALL, ())


@pytest.mark.parametrize("key", keys())
def test_the_books_that_come_with_the_program(key: str) -> None:
    text = shipped(key)
    assert len(text.encode()) < MOST_BYTES / 10
    checked = check(text.encode(), f"{key}.toml")
    for note in checked.notes:
        assert note.line is not None
        assert note.reason.split("“")[2].split("”")[0] in text.split("\n")[note.line - 1]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            '["decide"]',
            '["decide", "dance"]',
            19,
            "role “lead”: primary refers to unknown responsibility “dance”",
        ),
        ('["decide"]', '[\n"decide",\n"dance"\n]', 21, "role “lead”: primary refers to unknown responsibility “dance”"),
        ('fr = "Rédacteur"', 'fr = ""', 25, "role “writer”: name.fr is empty."),
        ('pl = "Autor"', 'pl = " "', 25, "role “writer”: name.pl is empty."),
        ('pl = "Autor"', "pl = 3", 25, "role “writer”: name.pl must be a text in quotes."),
        ('en = "Writer", ', "", 25, "role “writer”: name.en is missing."),
        (
            'pl = "Autor"',
            'pl = "Autor", de = "x"',
            25,
            "role “writer”: name.de is not a known setting; check the spelling.",
        ),
        ('{en = "Decides", ', "{", 12, "duties.decide: en is missing."),
        ('{en = "Decides"', '{de = "x", en = "Decides"', 12, "duties.decide: de is not a known setting"),
        ("decide = {", '"de cide" = {', 12, "duties.de cide: must be lowercase letters and digits"),
        ('name = {en = "Small", ', "name = {", 5, "name.en is missing."),
        ('manager = "lead"', 'manager = "boss"', 3, "manager refers to unknown role “boss”."),
        ('manager = "lead"', 'manager = "writer"', 24, "role “writer”: holders must be “one”"),
        ('manager = "lead"\n', "", None, "manager is missing."),
        ('role = "writer"', 'role = "boss"', 32, "task “tell”: role refers to unknown role “boss”"),
        ('key = "decide-it"', 'key = "tell"', 38, "task “tell”: key is used more than once."),
        ('key = "decide-it"', f'key = "{"d" * 65}"', 38, "key is longer than 64 characters."),
        ('en = "Tell them"', f'en = "{"t" * 201}"', 35, "task “tell”: title.en is longer than 200 characters."),
        ('fr = "Chef"', f'fr = "{"t" * 65}"', 18, "role “lead”: name.fr is longer than 64 characters."),
        ('["plume"]', f'["{"t" * 65}"]', 26, "role “writer”: aliases.fr is longer than 64 characters."),
        ('["plume"]', '"plume"', 26, "role “writer”: aliases.fr must be a list."),
        ('{en = "Decides"', '{aliases.en = [""], en = "Decides"', 12, "duties.decide: aliases.en is empty."),
        ('{en = "Decides"', '{aliases = "rule", en = "Decides"', 12, "duties.decide: aliases must be a table."),
        ('{en = "Decides"', '{aliases.en = "rule", en = "Decides"', 12, "duties.decide: aliases.en must be a list."),
        (
            '{en = "Decides"',
            '{aliases.de = ["x"], en = "Decides"',
            12,
            "duties.decide: aliases.de is not a known setting",
        ),
        (
            '{en = "Decides"',
            f'{{aliases.en = ["{"t" * 65}"], en = "Decides"',
            12,
            "duties.decide: aliases.en is longer than 64 characters.",
        ),
        ('"P1", "P2"', '"P4"', 33, "task “tell”: severities must be one of 'P1', 'P2' or 'P3'."),
        ('["P1", "P2"]', "[]", 33, "task “tell”: severities must have at least one."),
        ("within = 15", "within = 0", 34, "task “tell”: within must be more than 0."),
        ("within = 15", "within = 1441", 34, "task “tell”: within must be at most 1440."),
        ("within = 15", 'within = "15"', 34, "task “tell”: within must be a whole number."),
        ("within = 15", "within = true", 34, "task “tell”: within must be a whole number."),
        (
            'update_duty = "status-page"',
            'update_duty = "tweets"',
            4,
            "update_duty “tweets” is not a primary responsibility",
        ),
        (
            "secondary = []",
            'secondary = ["status-page"]',
            28,
            "role “writer”: secondary has responsibility “status-page”",
        ),
        ('primary = ["status-page"]', 'primary = ["status-page", "decide"]', 27, "is already primary in “lead”"),
        ('primary = ["decide"]', "primary = []", 12, "duties.decide: belongs to no role"),
        ('primary = ["decide"]', 'primary = ["decide", "decide"]', 19, "has responsibility “decide” twice"),
        ('holders = "many"', 'holders = "few"', 24, "role “writer”: holders must be 'one' or 'many'."),
        ('holders = "many"', 'holders = "many"\ncolour = "red"', 25, "role “writer”: colour is not a known setting"),
        ('key = "writer"\n', "", 22, "role number 2: key is missing."),
        ('key = "writer"', 'key = "Wr iter"', 23, "role “Wr iter”: key must be lowercase letters and digits"),
        ('fr = "Chef"', 'fr = "writer"', 25, "role “writer”: name.en (“Writer”) is already the name of “lead”."),
        ('["lead", "writer"]', '["lead", "boss"]', 9, "required.P1 refers to unknown role “boss”"),
        ('["lead", "writer"]', '["lead", "lead"]', 9, "required.P1 contains role “lead” twice."),
        ('P1 = ["lead", "writer"]', 'P4 = ["lead"]', 9, "required.P4 must be one of 'P1', 'P2' or 'P3'."),
        ("[duties]", "[duties", 11, "not valid TOML: expected ']' at the end of a table declaration."),
        ("within = 15", "within = 15\nwithin = 16", 35, "not valid TOML: this key already has a value."),
        ("within = 15", f"within = 1{'0' * 5000}", None, "not valid TOML: exceeds the limit"),
        ("Mały", "Mały\\u001b]0;you\\u0007", 5, "name.pl contains an invisible character."),
        ("Mały", "Ma\\nły", 5, "name.pl contains an invisible character."),
        ("Mały", "Ma\u202ely", 5, "the file contains a control or invisible character"),
        ("[required]", "# \x1b[2J\n[required]", 8, "the file contains a control or invisible character"),
        ("[required]", '"\\u0007" = 1\n[required]', 8, "contains an invisible character."),
    ],
)
def test_one_fault(old: str, new: str, line: int | None, reason: str) -> None:
    assert old in SMALL
    (found,) = faults(SMALL.replace(old, new, 1))
    assert found[0] == line
    assert reason in found[1]


def test_every_fault_at_once_in_the_order_of_the_lines() -> None:
    text = SMALL.replace('holders = "many"', 'holders = "few"').replace("within = 15", "within = 0")
    text = text.replace('manager = "lead"', "manager = 1").replace('{en = "Decides", ', "{")
    assert [line for line, _ in faults(text)] == [3, 12, 24, 34]
    text = SMALL.replace('["lead", "writer"]', '["boss"]').replace('role = "writer"', 'role = "boss"')
    assert [line for line, _ in faults(text)] == [9, 32]


def test_a_key_that_is_there_twice() -> None:
    assert (23, "role “lead”: key is used more than once.") in faults(SMALL.replace('key = "writer"', 'key = "lead"'))


@pytest.mark.parametrize(
    ("given", "line", "reason"),
    [
        (b"\xffkey = 1", 1, "byte 0xff is not UTF-8"),
        (b'key = "small"\nname = "caf\xe9"', 2, "byte 0xe9 is not UTF-8"),
        (b"a = 1\n" * MOST_BYTES, None, f"the file is larger than {MOST_BYTES:,} bytes."),
        (b"x = " + b"[" * 9000 + b"]" * 9000, None, "the file is nested too deeply."),
        (b"x." * 9000 + b"x = 1", None, "the file is nested too deeply."),
        (b"[[roles]]\nkey = ", 2, "not valid TOML: invalid value."),
        (b"key = \x00", 1, "the file contains a control or invisible character"),
    ],
)
def test_what_is_no_text(given: bytes, line: int | None, reason: str) -> None:
    (found,) = faults(given)
    assert found[0] == line
    assert reason in found[1]


@pytest.mark.parametrize(
    "given", ["", "roles = 1", "roles = [1]", "duties = 1", "duties = {decide = 1}", "steps = [1]"]
)
def test_a_document_of_another_kind(given: str) -> None:
    told = faults(given)
    assert (None, "manager is missing.") in told
    assert (1 in [line for line, _ in told]) == bool(given)


def test_a_mark_at_the_beginning_that_editors_leave() -> None:
    assert check(b"\xef\xbb\xbf" + SMALL.encode(), "small.toml").text == SMALL


def test_line_ends_of_another_system() -> None:
    (found,) = faults(SMALL.replace("within = 15", "within = 0").replace("\n", "\r\n"))
    assert found[0] == 34


def test_an_alias_of_two_roles_is_noted_and_no_fault() -> None:
    text = SMALL.replace('primary = ["decide"]', 'aliases.en = ["Plume"]\nprimary = ["decide"]')
    (note,) = check(text.encode(), "small.toml").notes
    assert note.line == 27
    assert note.reason == "role “writer”: aliases.fr (“plume”) is also an alias of “lead”: a search shows both."


def test_a_step_that_nothing_can_show() -> None:
    step = '[[steps]]\nkey = "a"\nname.en = "A"\ntext.en = "Do"\nevidence = ["nothing"]\n'
    ((line, reason),) = faults(SMALL + step)
    assert line == SMALL.count("\n") + 1
    assert reason.startswith("step “a”: unknown evidence 'nothing'")


def test_the_refusal_names_file_and_lines_and_is_short() -> None:
    with pytest.raises(FaultyBook) as refused:
        check("\n".join(f"x{n} = {n}" for n in range(50)).encode(), "own.toml")
    told = str(refused.value).split("\n")
    assert told[0] == "own.toml has 57 errors."
    assert told[1] == "own.toml: key is missing."
    assert told[8] == "own.toml:1: x0 is not a known setting; check the spelling."
    assert told[-1] == "… and 37 more."
    assert len(told) == 22


def test_an_alias_of_two_responsibilities_is_told() -> None:
    text = SMALL.replace('{en = "Decides"', '{aliases.fr = ["tweets"], en = "Decides"')
    line = next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith("status-page = "))
    text = text.replace("status-page = {", 'status-page = {aliases.en = ["Tweets"], ')
    (note,) = check(text.encode(), "small.toml").notes
    assert note.line == line
    assert note.reason == "duties.status-page: aliases.en (“Tweets”) is also an alias of “decide”: a search shows both."
