"""Whatever people do in whatever order: what is so now can be explained from the entries, and undoing restores."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from models.board.views import IncidentView
from models.doctor.examine import examine
from models.doctor.replay import Replay, Theories
from models.incident.fields import Rename, SetCategory, SetImpact, SetSeverity
from models.incident.phase import SetPhase
from models.kernel import seals
from models.kernel.command import IncidentCommand
from models.kernel.failures import Conflict, Refused
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.policy.phase import Phase, public
from models.policy.severity import Category, Impact, Severity
from models.policy.task import OpenTasks
from models.policy.theory import TheoryState, Weight
from models.process.commands import SkipStep
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.handover import Accept, Decline, Offer, Withdraw
from models.roles.splitting import Split
from models.tasks.commands import AddTask, AssignTask, BlockTask, CancelTask, ClaimTask, CompleteTask
from models.tasks.confirming import Confirm
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.rows import read_rows, write_rows

FRESH = settings(derandomize=False, print_blob=True)
"""Other examples at every run, in CI too; one that fails is printed, with the line that plays it again."""

PEOPLE = st.sampled_from(["ana", "bo", "cy"])
ROLES = st.sampled_from(["incident-manager", "scribe", "subject-matter-expert", "dark-magic", "tech-lead/database"])
WORDS = st.sampled_from(["one", "two", "three"])
SAW: st.SearchStrategy[Any] = st.sampled_from([None, (), ("ana",), ("bo",)])
NUMBERS = st.integers(1, 12)
TASKS = st.integers(1, 8)


def doing(command: type[IncidentCommand], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(command), PEOPLE, st.fixed_dictionaries(fields))


ACTS = st.one_of(
    doing(Rename, title=WORDS),
    doing(SetSeverity, severity=st.sampled_from(Severity), reason=WORDS),
    doing(SetCategory, category=st.sampled_from(Category)),
    doing(SetImpact, impact=st.sampled_from(Impact)),
    doing(SetPhase, phase=st.sampled_from(Phase), force_reason=st.none() | WORDS, tasks=st.sampled_from(OpenTasks)),
    doing(SkipStep, step=st.sampled_from(["categorise", "inform", "diagnose", "document"]), reason=WORDS),
    doing(Assign, role=ROLES, person=PEOPLE, saw=SAW),
    doing(Take, role=ROLES, saw=SAW),
    doing(Release, role=ROLES),
    doing(Offer, role=ROLES, person=PEOPLE, saw=SAW),
    doing(Accept, role=ROLES),
    doing(Decline, role=ROLES, word=WORDS),
    doing(Withdraw, role=ROLES),
    doing(AddRole, name=st.just("Dark magic"), holders=st.sampled_from(["one", "many"])),
    doing(
        AddRole,
        name=st.just("Tech Lead"),
        label=st.just("database"),
        takes=st.sampled_from([None, ("theories",), ("theories", "changes")]),
    ),
    doing(
        Split,
        duty=st.sampled_from(["theories", "changes"]),
        role=st.sampled_from(["tech-lead", "tech-lead/database"]),
    ),
    doing(Confirm),
    doing(Confirm, task=TASKS),
    doing(Note, text=WORDS, as_kind=st.sampled_from(NoteKind)),
    doing(EditNote, n=NUMBERS, text=WORDS),
    doing(RetractNote, n=NUMBERS, reason=WORDS),
    doing(EditDraft, title=st.just("It is slow"), text=WORDS),
    doing(EditDraft, phase=st.sampled_from([Phase.IDENTIFIED, Phase.RESOLVED])),
    doing(Publish),
    doing(AddTask, title=WORDS, role=st.none() | ROLES, person=st.none() | PEOPLE),
    doing(ClaimTask, number=TASKS, saw=st.none() | PEOPLE),
    doing(AssignTask, number=TASKS, person=PEOPLE),
    doing(BlockTask, number=TASKS, reason=WORDS),
    doing(CompleteTask, number=TASKS),
    doing(CancelTask, number=TASKS, reason=WORDS),
    doing(SetTheory, n=NUMBERS, state=st.sampled_from(TheoryState), saw=st.none() | st.sampled_from(TheoryState)),
    doing(AddEvidence, n=NUMBERS, weight=st.sampled_from(Weight), text=WORDS),
    doing(Undo),
)

MANY = {"subject-matter-expert"}
"""The roles that many may hold."""


def roster(now: IncidentView) -> dict[str, list[str]]:
    return {role.key: sorted(holder.person for holder in role.holders) for role in now.roles if role.holders}


def tasks(now: IncidentView) -> dict[int, dict[str, Any]]:
    return {task.number: {"state": task.state, "owner": task.owner, "reason": task.reason} for task in now.tasks}


def unconfirmed(now: IncidentView) -> set[str]:
    """Who was given what, and has not said that they have it."""
    what = {"roster": "{}: {}", "tasks": "task {}: {}"}
    return {what[given.pane].format(given.row, given.to) for given in now.given}


def splits(now: IncidentView) -> dict[str, dict[str, Any]]:
    return {
        role.key: {"whole": role.whole, "takes": sorted(role.takes)}
        for role in now.roles
        if role.takes or not role.whole
    }


def believed(now: IncidentView) -> dict[int, dict[str, Any]]:
    return {
        theory.n: {
            "text": theory.text,
            "state": theory.state,
            "evidence": {evidence.n: evidence.weight for evidence in theory.evidence},
        }
        for theory in now.theories
    }


def done(incident: Acting) -> dict[str, bool]:
    """Which steps of the response are done, worked out from the whole timeline."""
    now = incident.now
    notes = [entry for entry in incident.timeline if entry.kind in set(NoteKind)]
    told = [entry.data["phase"] for entry in incident.recorded if entry.kind == "published"]
    resolving = max(
        (entry.n for entry in incident.recorded if entry.kind == "phase" and entry.recorded_at == now.resolved_at),
        default=None,
    )
    return {
        "categorise": None not in (now.category, now.impact),
        "inform": bool(told),
        "diagnose": any(note.kind in ("theory", "decision", "action") for note in notes),
        "resolve": now.resolved_at is not None,
        "all-clear": told[-1:] == ["resolved"],
        "document": resolving is not None and any(note.root > resolving for note in notes),
    }


def follow_their_roles(now: IncidentView) -> bool:
    """Each task is done by its owner, else by who holds the role that it is owed to, else by who stands in for them."""
    roles = {role.key: role for role in now.roles}
    return all(
        task.people
        == (
            (task.owner,)
            if task.owner
            else tuple(holder.person for holder in roles[task.role].holders) or ((now.manager,) if now.manager else ())
            if task.role
            else ()
        )
        for task in now.tasks
    )


def sealed(incident: Acting) -> bool:
    """Each entry has the seal that what is read back gives, and the incident the one of its last entry."""
    with read_rows(incident.store) as connection:
        rows = connection.execute(text(f"{seals.ROWS} WHERE e.incident_id = {incident.id} ORDER BY e.n")).all()
        last = connection.execute(text(f"SELECT seal FROM incidents WHERE id = {incident.id}")).scalar()
    befores = [seals.NONE, *(row.seal for row in rows)]
    worked_out = [seals.of_row(before, row) for before, row in zip(befores, rows, strict=False)]
    return [*worked_out, last] == [*befores[1:], befores[-1]]


def check(incident: Acting) -> None:
    now, told = incident.now, incident.recorded
    assert [entry.n for entry in told] == list(range(1, now.version + 1))
    assert sealed(incident)
    replay = Replay(told, MANY)
    assert {name: getattr(now, name) for name in replay.fields} == replay.fields
    assert roster(now) == {role: sorted(names) for role, names in replay.holders.items() if names}
    assert {(offer.role, offer.holder, offer.to) for offer in now.offers} == replay.offers
    assert tasks(now) == replay.tasks
    open_ = {given: said for given, said in replay.confirmations.items() if not _over(given, replay)}
    assert {given: given not in unconfirmed(now) for given in open_} == open_
    assert splits(now) == replay.splits
    steps = {step.key: step for step in now.steps}
    assert {key: step.state == "done" for key, step in steps.items()} == {key: done(incident)[key] for key in steps}
    assert {key: step.why for key, step in steps.items() if step.state == "skipped"} == {
        key: reason for key, reason in replay.skips.items() if key in steps and steps[key].state != "done"
    }
    assert believed(now) == Theories(told).found()
    draft = replay.drafts.get("customers", {"revision": 0})
    chosen = draft.get("phase") or public(Phase(now.phase))
    assert {name: getattr(now.draft, name) for name in draft} | {"phase": now.draft.phase} == {**draft, "phase": chosen}
    assert now.tasks_open == sum(task["state"] in ("open", "blocked") for task in replay.tasks.values())
    assert follow_their_roles(now)
    assert all(len(role.holders) <= 1 for role in now.roles if role.single)
    assert (now.resolved_at is not None) == (now.phase in ("resolved", "closed"))
    roots = [entry.root for entry in incident.timeline]
    assert sorted(roots) == sorted({entry.root for entry in told})


def _over(given: str, replay: Replay) -> bool:
    """Whether it is a task that nobody has to do any more."""
    number = given.partition(":")[0].removeprefix("task ")
    return number.isdigit() and replay.tasks[int(number)]["state"] not in ("open", "blocked")


Act = tuple[type[IncidentCommand], str, dict[str, Any]]


def performed(incident: Acting, act: Act) -> bool:
    command, by, fields = act
    before = incident.now.version
    try:
        incident(command, by, **fields)
    except (Refused, Conflict):
        assert incident.now.version == before
        return False
    assert incident.now.version == before + 1
    return True


def every(store: Store) -> int:
    """After how many acts to look: on Postgres, where a look takes three times as long, at each fifth and the last."""
    return 1 if store.location.path is not None else 5


@pytest.mark.slow
@settings(FRESH, max_examples=40)
@given(st.lists(ACTS, max_size=25))
def test_the_entries_explain_what_is_so(shared_store: Store, acts: list[Act]) -> None:
    incident = Acting(shared_store)
    unseen = 0
    for act in acts:
        unseen += performed(incident, act)
        if unseen == every(shared_store):
            check(incident)
            unseen = 0
    check(incident)


@pytest.mark.slow
@settings(FRESH, max_examples=12)
@given(st.lists(ACTS, min_size=10, max_size=40))
def test_a_check_finds_nothing_whatever_people_did(shared_store: Store, acts: list[Act]) -> None:
    incident = Acting(shared_store)
    for act in acts:
        performed(incident, act)
    found = examine(shared_store.location, incident.recorded[-1].recorded_at).findings
    assert [finding for finding in found if finding.about != "durability"] == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE incidents SET phase = 'closed'",
        "UPDATE incidents SET version = version + 1",
        "UPDATE tasks SET owner_id = added_by",
        "INSERT INTO skips (incident_id, step, n, reason, skipped_by, skipped_at)"
        " SELECT incident_id, 'document', n, 'none', author_id, recorded_at FROM entries WHERE n = 1",
        "UPDATE theories SET state = 'ruled out'",
        "UPDATE theories SET said = NULL",
        "UPDATE evidence SET weight = 'against'",
        "UPDATE assignments SET until = since, ended_by = person_id",
        "UPDATE assignments SET confirmed_by = person_id",
        "UPDATE incident_roles SET duties = 'theories' WHERE key = 'scribe'",
    ],
)
def test_a_replay_finds_a_change_that_no_entry_tells(store: Store, tampering: str) -> None:
    incident = Acting(store)
    incident(Take, "bo", role="scribe")
    theory = incident(Note, "bo", text="dns", as_kind="theory").n
    incident(SetTheory, "cy", n=theory, state="being tested")
    incident(AddEvidence, "cy", n=theory, weight="for", text="graph")
    incident(Assign, "ana", role="tech-lead", person="bo")
    check(incident)
    with write_rows(store) as connection:
        connection.exec_driver_sql(tampering)
    with pytest.raises(AssertionError):
        check(incident)
