import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.search import folded, has, rank, words
from models.roles.book import all_names, keys, load


def roles(query: str, book: str = "high-velocity") -> list[str]:
    return [role.key for role in rank(query, load(book).roles, all_names)]


def plain(query: str, *texts: str) -> list[str]:
    return rank(query, texts, lambda text: (text,))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("secretaire", ["scribe"]),
        ("secrétaire", ["scribe"]),
        ("SECRE\u0301TAIRE", ["scribe"]),
        ("sme", ["subject-matter-expert", "tech-lead"]),
        ("technical lead", ["tech-lead", "subject-matter-expert"]),
        ("lead technical", ["tech-lead", "subject-matter-expert"]),
        ("communications lead", ["communications-manager", "social-media-lead"]),
        ("on-call", ["tech-lead", "subject-matter-expert"]),
        ("im", ["incident-manager"]),
        ("glowny menedzer", ["incident-manager"]),
        ("mediow spolecznosciowych", ["social-media-lead"]),
        ("gestionnaire d'incident", ["incident-manager"]),
        ("gestionnaire d’incident", ["incident-manager"]),
        ("causes profondes", ["problem-manager"]),
        ("scr", ["scribe"]),
    ],
)
def test_a_role_is_found_by_any_of_its_names(query: str, first: list[str]) -> None:
    assert roles(query)[: len(first)] == first


def test_kinds_of_match_from_best_to_worst() -> None:
    best_first = [
        "lead",
        "Lead Singer",
        "Tech Lead",
        "Late Evening After Dark",
        "misleading",
    ]
    assert plain("lead", *reversed(best_first)) == best_first


@pytest.mark.parametrize(
    ("query", "text"),
    [("lead", "label read"), ("chkt", "Checkout"), ("support", "Set up port"), ("tech lead", "Leave out the chad")],
)
def test_letters_with_gaps_between_them_match_nothing(query: str, text: str) -> None:
    assert plain(query, text) == []


def test_things_come_before_actions_and_those_before_what_describes_them() -> None:
    found = {
        "Note": (1, ()),
        "Notebook is lost": (0, ()),
        "Theory": (1, ("Add a note of a cause",)),
        "Nightly Office Team Exercise": (0, ()),
        "Denote": (0, ()),
    }
    ranked = rank(
        "note",
        [*reversed(found)],
        lambda name: (name,),
        described=lambda name: found[name][1],
        group=lambda name: found[name][0],
    )
    assert ranked == ["Note", "Notebook is lost", "Theory", "Nightly Office Team Exercise", "Denote"]
    assert rank("no", list(found), lambda name: (name,), group=lambda name: found[name][0])[:2] == [
        "Notebook is lost",
        "Note",
    ]


def test_a_description_is_found_by_beginnings_of_its_words_alone() -> None:
    def found(query: str) -> list[str]:
        return rank(query, ["Zoom"], lambda name: (name,), described=lambda _name: ("Maximize the pane",))

    assert found("pane max") == ["Zoom"]
    assert found("ane") == found("mtp") == []


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("node 3", "Node 3 does not drain", True),
        ("drain node", "Node 3 does not drain", True),
        ("rain", "Node 3 does not drain", True),
        ("9", "INC-19 is slow", False),
        ("inc-1", "INC-19 is slow", True),
        ("14:05", "since 14:05Z", True),
        ("14:05z", "since 14:05Z", True),
        ("5", "since 14:05Z", False),
        ("2026-03", "on 2026-03-01", True),
        ("zażółć", "ZAZOLC gęślą", True),
        ("gesla", "ZAZOLC gęślą", True),
        ("01 march", "d01 march", True),
        ("100%", "at 100 % of it", True),
        ("...", "anything", True),
        ("drain missing", "Node 3 does not drain", False),
    ],
)
def test_what_a_filter_finds(query: str, text: str, found: bool) -> None:
    assert has(folded(text), query) is found


def test_a_name_is_better_than_an_alias() -> None:
    people = [("bo", "ana"), ("ana", "bo")]
    assert rank("ana", people, lambda names: names) == [("ana", "bo"), ("bo", "ana")]


def test_all_words_are_needed_and_in_one_text() -> None:
    assert rank("ana smith", [("Ana", "Smith"), ("Smith, Ana",)], lambda names: names) == [("Smith, Ana",)]
    assert plain("ana xyz", "ana") == []


def test_what_does_not_match_is_left_out() -> None:
    assert plain("zz", "Scribe", "") == []


@pytest.mark.parametrize("query", ["", "  ", "\t", "-", "..."])
def test_a_query_without_words_keeps_the_order(query: str) -> None:
    assert plain(query, "b", "a", "") == ["b", "a", ""]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("lodz", "Łódź"),
        ("ŁÓDŹ", "lodz"),
        ("strasse", "Straße"),
        ("coeur", "Cœur"),
        ("istanbul", "İstanbul"),
        ("山田", "山田太郎"),
        ("🦊", "fox 🦊"),
        ("31", "INC-31"),
        ("inc-31", "INC-31 Checkout returns 502"),
        ("\ud800", "broken \ud800 name"),
        ("[/]b", "[/]bold"),
    ],
)
def test_writing_makes_no_difference(query: str, text: str) -> None:
    assert plain(query, text) == [text]


def test_no_role_is_lost_by_its_own_name() -> None:
    for key in keys():
        for role in load(key).roles:
            for name in all_names(role):
                assert role.key in roles(name, key)


TEXTS = st.text(alphabet=st.sampled_from("abcdéłŁ -.'"), max_size=12)


@given(TEXTS, st.lists(TEXTS, max_size=8))
def test_a_result_is_a_choice_of_the_candidates_and_repeating_it_changes_nothing(query: str, texts: list[str]) -> None:
    places = list(range(len(texts)))
    found = rank(query, places, lambda place: (texts[place],))
    assert len(set(found)) == len(found)
    assert set(found) <= set(places)
    assert rank(query, found, lambda place: (texts[place],)) == found


@given(st.lists(st.just("same"), max_size=5), st.sampled_from(["same", "sam", "ame", "am", "s"]))
def test_equal_matches_keep_their_order(texts: list[str], query: str) -> None:
    places = list(range(len(texts)))
    assert rank(query, places, lambda place: (texts[place],)) == places


@given(st.text(), st.text())
def test_a_text_is_found_by_itself_and_by_its_words_in_any_order(text: str, other: str) -> None:
    assert plain(text, text) == [text]
    assert plain(" ".join(reversed(words(text))), text) == [text]
    plain(other, text)


@given(st.lists(st.text(min_size=1), min_size=1), st.data())
def test_a_filter_finds_a_text_by_any_of_its_words(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    assert has(folded(text), " ".join(data.draw(st.permutations(words(text)))))
