"""Who holds which role: giving, taking, letting go, adding; and what people are called."""

import pytest

from models.board.reader import Reader
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.roles.commands import AddRole, Assign, Release, Take
from models.timeline.commands import Undo
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


class TestAssign:
    def test_a_role_for_one_changes_hands(self, incident: Acting) -> None:
        given = incident(Assign, "ana", role="tech-lead", person="bo", saw=())
        assert told(given) == "ana assigned Tech Lead to bo (previously unassigned)"
        assert incident.holders("tech-lead") == ("bo",)
        holder = incident.role("tech-lead").holders[0]
        assert (holder.given_by, holder.since) == ("ana", given.recorded_at)
        assert told(incident(Assign, "ana", role="tech-lead", person="cy", saw=("bo",))) == (
            "ana assigned Tech Lead to cy (previously bo)"
        )
        assert incident.holders("tech-lead") == ("cy",)

    def test_a_role_for_many_gains_a_holder(self, incident: Acting) -> None:
        incident(Assign, "ana", role="subject-matter-expert", person="bo", saw=())
        joined = incident(Assign, "ana", role="subject-matter-expert", person="cy", saw=())
        assert told(joined) == "ana assigned Subject Matter Expert to cy (alongside bo)"
        assert incident.holders("subject-matter-expert") == ("bo", "cy")
        incident(Undo, "ana")
        assert incident.holders("subject-matter-expert") == ("bo",)

    def test_taking_it(self, incident: Acting) -> None:
        assert told(incident(Take, "bo", role="scribe")) == "bo took over Scribe (previously unassigned)"
        assert told(incident(Take, "cy", role="scribe")) == "cy took over Scribe (previously bo)"

    def test_who_holds_it_already(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="Incident Manager is already assigned to ana"):
            incident(Take, "ana", role="incident-manager")

    def test_somebody_was_faster(self, incident: Acting) -> None:
        incident(Take, "bo", role="tech-lead", saw=())
        with pytest.raises(Conflict) as told_so:
            incident(Assign, "ana", role="tech-lead", person="cy", saw=())
        assert told_so.value.message == (
            "Tech Lead has changed since you opened this: it was unassigned."
            " bo took over Tech Lead (previously unassigned) at 14:00:02Z."
        )
        assert told_so.value.remedy == "It is now assigned to bo."
        assert incident.holders("tech-lead") == ("bo",)
        replaced = incident(Assign, "ana", role="tech-lead", person="cy", saw=told_so.value.now)
        assert told(replaced) == "ana assigned Tech Lead to cy (previously bo)"

    def test_the_conflict_names_the_last_who_touched_that_role(self, incident: Acting) -> None:
        incident(Take, "bo", role="tech-lead")
        incident(Take, "bo", role="scribe")
        incident(Release, "bo", role="tech-lead")
        with pytest.raises(Conflict, match=r"it was assigned to bo\. bo stepped down as Tech Lead.*now unassigned"):
            incident(Take, "cy", role="tech-lead", saw=("bo",))
        with pytest.raises(Conflict, match=r"ana declared P1"):
            incident(Take, "cy", role="incident-manager", saw=())

    def test_an_undo_is_told_too(self, incident: Acting) -> None:
        incident(Take, "bo", role="tech-lead")
        incident(Undo, "bo")
        with pytest.raises(Conflict, match=r"bo reverted “took over Tech Lead"):
            incident(Take, "cy", role="tech-lead", saw=("bo",))

    def test_undo_gives_it_back(self, incident: Acting) -> None:
        incident(Assign, "ana", role="incident-manager", person="bo")
        incident(Assign, "ana", role="incident-manager", person="cy")
        assert told(incident(Undo, "ana")) == "ana reverted “assigned Incident Manager to cy (previously bo)”"
        assert incident.holders("incident-manager") == ("bo",)
        incident(Undo, "ana")
        assert incident.holders("incident-manager") == ("ana",)

    def test_undo_when_overtaken(self, incident: Acting) -> None:
        incident(Assign, "ana", role="tech-lead", person="bo")
        incident(Take, "cy", role="tech-lead")
        with pytest.raises(Refused, match="Tech Lead has been reassigned: it is now assigned to cy"):
            incident(Undo, "ana")
        assert incident.holders("tech-lead") == ("cy",)

    def test_stand_ins_follow_the_manager(self, incident: Acting) -> None:
        assert incident.role("scribe").stand_in == "ana"
        incident(Take, "bo", role="incident-manager")
        assert incident.role("scribe").stand_in == "bo"
        incident(Take, "cy", role="scribe")
        assert incident.role("scribe").stand_in is None


class TestRelease:
    def test_ones_own(self, incident: Acting) -> None:
        incident(Take, "bo", role="scribe")
        assert told(incident(Release, "bo", role="scribe")) == "bo stepped down as Scribe"
        assert incident.holders("scribe") == ()
        incident(Undo, "bo")
        assert incident.holders("scribe") == ("bo",)

    def test_the_only_holders(self, incident: Acting) -> None:
        incident(Take, "bo", role="scribe")
        assert told(incident(Release, "ana", role="scribe")) == "ana removed bo from Scribe"

    def test_one_of_several(self, incident: Acting) -> None:
        for person in ("bo", "cy", "dee"):
            incident(Take, person, role="subject-matter-expert")
        with pytest.raises(Refused, match=r"Subject Matter Expert is assigned to bo, cy, dee\. Name one"):
            incident(Release, "ana", role="subject-matter-expert")
        incident(Release, "ana", role="subject-matter-expert", person="cy")
        incident(Release, "dee", role="subject-matter-expert")
        assert incident.holders("subject-matter-expert") == ("bo",)

    def test_what_nobody_holds(self, incident: Acting) -> None:
        with pytest.raises(Refused, match="Scribe is unassigned"):
            incident(Release, "ana", role="scribe")
        incident(Take, "bo", role="scribe")
        with pytest.raises(Refused, match="Scribe is not assigned to cy; it is assigned to bo"):
            incident(Release, "ana", role="scribe", person="cy")

    def test_undo_when_overtaken(self, incident: Acting) -> None:
        incident(Take, "bo", role="scribe")
        incident(Release, "bo", role="scribe")
        incident(Take, "cy", role="scribe")
        with pytest.raises(Refused, match="Scribe has been reassigned: it is now assigned to cy"):
            incident(Undo, "bo")

    def test_the_manager_may_go(self, incident: Acting) -> None:
        incident(Release, "ana", role="incident-manager")
        assert incident.now.manager is None


class TestAddRole:
    def test_from_scratch(self, incident: Acting) -> None:
        assert told(incident(AddRole, "ana", name="Dark magic")) == "ana added the role Dark magic"
        added = incident.role("dark-magic")
        assert (added.name, added.single, added.ad_hoc, added.stand_in) == ("Dark magic", True, True, "ana")
        assert incident.now.roles[-1] == added
        incident(Take, "bo", role="Dark  MAGIC")
        assert incident.holders("dark-magic") == ("bo",)

    def test_for_many(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="Runner", holders="many")
        incident(Take, "bo", role="runner")
        incident(Take, "cy", role="runner")
        assert incident.holders("runner") == ("bo", "cy")

    def test_another_copy_of_a_book_role(self, incident: Acting) -> None:
        entry = incident(AddRole, "ana", name="responsable technique", label="Base de données")
        assert told(entry) == "ana added the role Tech Lead · Base de données"
        added = incident.role("tech-lead/base-de-donnees")
        assert (added.name, added.single, added.ad_hoc) == ("Tech Lead · Base de données", True, True)
        incident(Take, "bo", role="tech lead · base de données")
        incident(Take, "cy", role="Tech Lead")
        assert incident.holders(added.key) == ("bo",)
        assert incident.holders("tech-lead") == ("cy",)

    @pytest.mark.parametrize("name", ["Dark magic", "dark-magic", "DARK  MAGIC!", "Tech Lead", "tech-lead", "Scribe"])
    def test_doubled(self, incident: Acting, name: str) -> None:
        incident(AddRole, "ana", name="Dark magic")
        with pytest.raises(Refused, match=r"already has a role .*\. Use another "):
            incident(AddRole, "bo", name=name)

    def test_doubled_label(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="Tech Lead", label="database")
        with pytest.raises(Refused, match=r"already has a role Tech Lead · Database"):
            incident(AddRole, "bo", name="tech-lead", label="Database")

    def test_a_copy_of_what_the_book_does_not_have(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="Dark magic")
        with pytest.raises(Refused, match=r"Dark magic is not in the playbook"):
            incident(AddRole, "ana", name="Dark magic", label="white")
        with pytest.raises(Refused, match=r"has no role 'Light magic'\. Its roles: incident-manager, "):
            incident(AddRole, "ana", name="Light magic", label="white")

    def test_undo_and_again(self, incident: Acting) -> None:
        before = incident.now.roles
        for _ in range(2):
            incident(AddRole, "ana", name="Dark magic")
            incident(Undo, "ana")
            assert incident.now.roles == before
        incident(AddRole, "ana", name="Dark magic")
        assert [role.key for role in incident.now.roles][-1] == "dark-magic"

    def test_what_was_held_stays(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="Dark magic")
        incident(Take, "bo", role="dark-magic")
        incident(Release, "bo", role="dark-magic")
        with pytest.raises(Refused, match="has been assigned before, so it cannot be removed"):
            incident(Undo, "ana")

    @pytest.mark.parametrize("name", ["🔥", "💧", "ダーク", "Ученый", "!!!", "ﷺ" * 64])
    def test_any_script(self, incident: Acting, name: str) -> None:
        incident(AddRole, "ana", name=name)
        incident(Take, "bo", role=name)
        assert incident.now.roles[-1].name == name
        assert incident.now.roles[-1].holders[0].person == "bo"

    def test_signs_are_told_apart(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="🔥")
        incident(AddRole, "ana", name="💧")
        incident(Take, "bo", role="💧")
        assert [role.holders != () for role in incident.now.roles[-2:]] == [False, True]

    def test_a_name_that_looks_like_another_roles_key(self, incident: Acting) -> None:
        incident(AddRole, "ana", name="Tech Lead", label="database")
        with pytest.raises(Refused, match="already"):
            incident(AddRole, "ana", name="tech-lead/database")


class TestNaming:
    @pytest.mark.parametrize(
        ("called", "role"),
        [
            ("scribe", "scribe"),
            ("Scribe", "scribe"),
            ("  SCRIBE ", "scribe"),
            ("secrétaire", "scribe"),
            ("SECRETAIRE", "scribe"),
            ("tech-lead", "tech-lead"),
            ("menedzer ds incydentow", "incident-manager"),
            ("secre\u0301taire", "scribe"),
            ("menedżer ds. incydentów", "incident-manager"),
            ("incident commander", "incident-manager"),
            ("responsable des communications", "communications-manager"),
            ("Tech Lead", "tech-lead"),
        ],
    )
    def test_in_three_languages(self, incident: Acting, called: str, role: str) -> None:
        incident(Assign, "ana", role=called, person="bo")
        assert incident.holders(role) == ("bo",)

    def test_an_alias_of_two_roles_is_asked_about(self, incident: Acting) -> None:
        with pytest.raises(Refused, match=r"matches .* or .*\. Use the key of one"):
            incident(Take, "bo", role="on-call engineer")

    def test_what_no_role_is_called(self, incident: Acting) -> None:
        with pytest.raises(Refused, match=rf"{incident.ref} has no role 'plumber'\. Its roles: incident-manager, tech"):
            incident(Take, "bo", role="plumber")

    def test_roles_are_named_in_the_readers_language(self, incident: Acting) -> None:
        french = Store(incident.store.location, language="fr")
        french.open(create=False)
        with french.reading(Reader) as read:
            role = next(role for role in read.incident(incident.id).roles if role.key == "scribe")
        french.close()
        assert role.name.casefold() == "secrétaire"
        assert "Scribe" in role.also
