import pytest

from models.kernel.languages import LANGUAGES
from models.policy.severity import Severity
from models.roles import book as rolebook
from models.roles.book import RoleBook, all_names, keys, load, parse

SMALL = """
key = "small"
manager = "lead"
update_duty = "status-page"
name = {en = "Small", fr = "Petit", pl = "Mały"}
remainder = {en = "The rest", fr = "Le reste", pl = "Reszta"}

[required]
P1 = ["lead", "writer"]

[duties]
decide = {en = "Decides", fr = "Décide", pl = "Decyduje"}
status-page = {en = "Tells", fr = "Informe", pl = "Informuje"}

[[roles]]
key = "lead"
holders = "one"
name = {en = "Lead", fr = "Chef", pl = "Szef"}
primary = ["decide"]
secondary = ["status-page"]

[[roles]]
key = "writer"
holders = "many"
name = {en = "Writer", fr = "Rédacteur", pl = "Autor"}
aliases = {fr = ["plume"]}
primary = ["status-page"]
secondary = []

[[tasks]]
key = "tell"
role = "writer"
severities = ["P1", "P2"]
within = 15
title = {en = "Tell them", fr = "Informer", pl = "Powiedz"}

[[tasks]]
key = "decide-it"
role = "lead"
severities = ["P1"]
title = {en = "Decide it", fr = "Décider", pl = "Zdecyduj"}
"""


@pytest.fixture(params=keys())
def book(request: pytest.FixtureRequest) -> RoleBook:
    return load(request.param)


def test_the_four_books_with_the_default_first() -> None:
    assert keys() == ("high-velocity", "it-service", "policy", "response-team")


@pytest.mark.parametrize(
    ("key", "one", "many"),
    [
        (
            "high-velocity",
            {
                "incident-manager",
                "tech-lead",
                "communications-manager",
                "customer-support-lead",
                "social-media-lead",
                "scribe",
                "problem-manager",
            },
            {"subject-matter-expert"},
        ),
        (
            "it-service",
            {"incident-manager", "communication-coordinator"},
            {
                "first-line",
                "second-line",
                "it-security",
                "network",
                "application",
                "dba",
                "change-management",
                "quality-assurance",
            },
        ),
        (
            "response-team",
            {"incident-manager", "communication-lead"},
            {"subject-matter-expert", "operations", "support", "management"},
        ),
        ("policy", {"manager"}, {"member", "stakeholder"}),
    ],
)
def test_which_roles_have_one_holder(key: str, one: set[str], many: set[str]) -> None:
    roles = load(key).roles
    assert {role.key for role in roles if role.holders == "one"} == one
    assert {role.key for role in roles if role.holders == "many"} == many


def test_a_book_is_complete_in_every_language(book: RoleBook) -> None:
    phrases = [book.name, book.remainder, *(d.text for d in book.duties), *(r.name for r in book.roles)]
    assert all(len(phrase.every()) == len(LANGUAGES) for phrase in phrases)
    aliases = {role.key: role.aliases for role in book.roles} | {duty.key: duty.aliases for duty in book.duties}
    for key, also in aliases.items():
        given = {bool(also.en), bool(also.fr), bool(also.pl)}
        assert len(given) == 1, f"{key} has aliases in some languages only"


def test_a_book_is_named_like_its_file_and_read_once(book: RoleBook) -> None:
    assert load(book.key) is book


def test_duties_fit_a_terminal_roster_and_no_two_say_the_same(book: RoleBook) -> None:
    for language in LANGUAGES:
        texts = [duty.text.spoken(language) for duty in book.duties]
        assert [text for text in texts if len(text) > 70] == []
        assert len(set(texts)) == len(texts)


def test_the_status_page_has_an_owner_in_every_book(book: RoleBook) -> None:
    assert [role.key for role in book.roles if book.update_duty in role.primary] != [book.manager]
    assert book.duty(book.update_duty).key == book.update_duty


def test_a_higher_severity_needs_no_fewer_roles_and_always_the_manager(book: RoleBook) -> None:
    first, second = book.required[Severity.P1], book.required[Severity.P2]
    assert first[0] == second[0] == book.manager
    assert set(second) <= set(first)
    assert Severity.P3 not in book.required


def test_one_duty_stands_under_two_roles() -> None:
    book = load("high-velocity")
    communications, social = book.role("communications-manager"), book.role("social-media-lead")
    assert communications is not None
    assert "status-page" in communications.primary
    assert social is not None
    assert "status-page" in social.secondary


def test_an_alias_of_two_roles_stands_under_both() -> None:
    roles = load("high-velocity").roles

    def called(name: str) -> set[str]:
        return {role.key for role in roles if name in all_names(role)}

    assert called("technical lead") == {"tech-lead", "subject-matter-expert"}
    assert called("communications lead") == {"communications-manager", "social-media-lead"}
    assert called("kierownik ds. komunikacji") == {"communications-manager", "social-media-lead"}


def test_all_names_come_in_three_languages_without_repeats(book: RoleBook) -> None:
    for role in book.roles:
        names = all_names(role)
        assert names[0] == role.name.en
        assert {role.name.en, role.name.fr, role.name.pl} <= set(names)
        assert len(set(names)) == len(names)


def test_an_unknown_language_falls_back_to_english() -> None:
    scribe = load("high-velocity").role("scribe")
    assert scribe is not None
    assert [scribe.name.spoken(language) for language in ("fr", "en", "de", "", "spoken")] == [
        "Secrétaire",
        "Scribe",
        "Scribe",
        "Scribe",
        "Scribe",
    ]


def test_a_role_that_is_not_in_the_book_is_none_and_a_duty_is_an_error() -> None:
    assert load("policy").role("drone-pilot") is None
    with pytest.raises(KeyError):
        load("policy").duty("flying")


def test_a_book_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        load("policy").manager = "member"  # type: ignore[misc]


@pytest.mark.parametrize("key", ["nonsense", "", "../rolebooks/policy", "policy.toml"])
def test_an_unknown_book_names_those_there_are(key: str) -> None:
    with pytest.raises(ValueError, match="available: high-velocity, it-service, policy, response-team"):
        rolebook.load(key)


def test_a_small_book_is_read() -> None:
    book = parse(SMALL)
    writer = book.role("writer")
    assert writer is not None
    assert book.required == {Severity.P1: ("lead", "writer")}
    assert all_names(writer) == ("Writer", "Rédacteur", "Autor", "plume")
    assert [(task.key, task.role, task.severities, task.within) for task in book.tasks] == [
        ("tell", "writer", ("P1", "P2"), 15),
        ("decide-it", "lead", ("P1",), None),
    ]
    assert book.task("tell") is book.tasks[0]
    assert book.task("dance") is None


def test_every_book_has_tasks_that_fit_a_line(book: RoleBook) -> None:
    assert 3 <= len(book.tasks) <= 6
    assert all(len(task.title.spoken(language)) <= 60 for task in book.tasks for language in LANGUAGES)
    assert any(task.key == "first-update" and task.within == 15 for task in book.tasks)


def test_a_text_is_in_english_where_a_language_is_missing() -> None:
    book = parse(SMALL.replace('fr = "Rédacteur", ', ""))
    writer = book.role("writer")
    assert writer is not None
    assert [writer.name.spoken(language) for language in LANGUAGES] == ["Writer", "Writer", "Autor"]
    assert all_names(writer) == ("Writer", "Autor", "plume")


@pytest.mark.parametrize("text", ["", "roles = 1", 'key = "x"'])
def test_what_is_no_book_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"`(\$\.roles|name|key)`"):
        parse(text)
