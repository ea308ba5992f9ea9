"""What the command line answers: short aligned text for people, or one JSON document for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from models.board.due_times import age, maintenance_stage, next_update
from models.kernel import times
from models.kernel.damage import MEND
from models.kernel.entry import latest
from models.kernel.text import clean
from models.kernel.wording import named, sentence, the
from models.policy.audience import Audience
from models.policy.task import UNDONE, TaskState
from models.roles.views import Answer, brief_of
from models.updates.draft_times import spoken_time
from tui import output

if TYPE_CHECKING:
    from models.board.views import IncidentRow, IncidentView
    from models.delivery.views import DeliveryView, DestinationView
    from models.kernel.entry import EntryView
    from models.process.views import StepView
    from models.roles.views import BookView, OfferView, ResponsibilityView, RoleView
    from models.tasks.views import TaskView
    from models.theories.views import TheoryView
    from models.updates.views import DraftView, UpdateView

_first: list[str] = []


def first(line: str) -> None:
    """Let the answer begin with this line, once there is one; a JSON document names the people by itself."""
    _first.append(line)


def say(text: str) -> None:
    """Print text whose lines may hold people's words."""
    while _first:
        output.put(safe(_first.pop(0)))
    output.put(safe(text))


def safe(text: str) -> str:
    """The text without what a terminal would obey; characters that no file could hold become question marks."""
    return clean(text.encode(errors="replace").decode(), lines=True)


def document(thing: object) -> None:
    """Print a view, or a list of views, as one JSON document; it is ASCII, so no terminal obeys any of it."""
    from msgspec import to_builtins

    _first.clear()
    output.put(json.dumps(to_builtins(thing), indent=2))


def table(rows: Sequence[IncidentRow], now: datetime) -> str:
    """Incidents, one a line."""
    lines = [("", "REF", "TITLE", "PHASE", "AGE", "UPDATE", "MANAGER")]
    lines += [
        (
            row.severity,
            row.ref,
            clean(row.title, lines=False),
            row.phase,
            _span(age(row, now)),
            _due(row, now),
            clean(row.manager or "unassigned", lines=False),
        )
        for row in rows
    ]
    return output.aligned(lines, gives_way=2)


def incident(view: IncidentView, versions: Sequence[EntryView], updates: Sequence[UpdateView], now: datetime) -> str:
    """An incident with its roster, its draft and its timeline; `versions`: every entry, in the order of the numbers."""
    kind = [named(view.impact)] if view.impact else []
    kind += [view.category] if view.category else []
    facts = [
        f"{view.ref}  {clean(view.title, lines=False)}",
        " · ".join([named(view.severity), view.phase, *kind]),
        f"declared by {view.declared_by} at {_stamp(view.declared_at)}, "
        + (f"resolved at {_stamp(view.resolved_at)} after " if view.resolved_at else "")
        + _span(age(view, now))
        + ("" if view.resolved_at else " ago"),
    ]
    for promise in view.promises:
        was = "was " if promise.due_at < now else ""
        owner = f", owner: {view.updater or 'unassigned'}" if was else ""
        facts.append(f"next update to {the(promise.audience)} {was}due at {_stamp(promise.due_at)}{owner}")
    if view.damaged:
        facts.append(damaged((view,)))
    parts = [
        "\n".join(facts),
        _titled("Roster", output.aligned([_role(role, view.offers, now) for role in view.roles])),
        _titled("Tasks", output.aligned([_task(task, now) for task in view.tasks])) if view.tasks else "",
        _titled("Theories", theories(view.theories)) if view.theories else "",
        _titled("Steps", steps(view.steps)) if view.steps else "",
        *(_titled(f"Draft for {the(to)}", draft(each)) for to, each in view.drafts.items() if each.text),
        _titled("Published", "\n".join(map(_update, updates))) if updates else "",
        _titled("Deliveries", output.aligned([*map(_delivery, view.deliveries)])) if view.deliveries else "",
        _titled("Timeline, newest first", "\n".join(_timeline(versions))),
    ]
    return "\n\n".join(filter(None, parts))


def damaged(rows: Sequence[IncidentRow]) -> str:
    """What cannot be read of these, in words; empty: nothing."""
    found = [f"{row.ref} ({', '.join(row.damaged)})" for row in rows if row.damaged]
    return f"Damaged: {', '.join(found)}. {MEND}" if found else ""


def maintenances(rows: Sequence[IncidentRow], now: datetime) -> str:
    """Maintenances, one a line."""
    lines = [("REF", "TITLE", "STARTS", "ENDS", "", "COMPONENTS")]
    for row in rows:
        if row.maintenance is not None:
            window = row.maintenance
            parts = clean(", ".join(window.components), lines=False)
            starts, ends = _stamp(window.starts_at), _stamp(window.ends_at)
            lines.append((row.ref, clean(row.title, lines=False), starts, ends, maintenance_stage(row, now), parts))
    return output.aligned(lines, gives_way=1)


def places(found: Sequence[DestinationView], lacking: Mapping[str, str]) -> str:
    """Places that updates go to, one a line; `lacking`: what each cannot be sent to from here without."""
    lines = [("DESTINATION", "TYPE", "AUDIENCES", "", "UNSENT", "ADDRESS", "")]
    lines += [
        (
            place.key,
            place.kind,
            ", ".join(place.audiences),
            "" if place.active else "paused",
            str(place.unsent),
            clean(place.address, lines=False),
            f"{lacking[place.key]} is not set here" if lacking.get(place.key) else "",
        )
        for place in found
    ]
    return output.aligned(lines, gives_way=5)


def duties(found: Sequence[ResponsibilityView]) -> str:
    """Duties with who does each now and why, one a line."""
    from models.roles.responsibilities import answer

    return output.aligned([(clean(duty.text, lines=False), clean(answer(duty), lines=False)) for duty in found])


def theories(found: Sequence[TheoryView]) -> str:
    """Theories, those that are believed first, each with why it is and with its evidence, the newest first."""
    from models.theories.views import by_belief

    return "\n".join(line for theory in by_belief(found) for line in _theory(theory))


def _theory(theory: TheoryView) -> Iterator[str]:
    yield f"{theory.n:>3}  {theory.state:<12}  {_one_line(theory.text)}"
    by, at = theory.moved_by or theory.author, theory.moved_at or theory.occurred_at
    yield f"{'':19}{_one_line(by)} {_stamp(at)}" + (f": {_one_line(theory.why)}" if theory.why else "")
    for evidence in theory.evidence:
        told = f"{_stamp(evidence.occurred_at)} {evidence.author}: {evidence.text}"
        yield f"{'':19}{evidence.weight:<7}  {_one_line(told)}"


def _one_line(words: str) -> str:
    return clean(words, lines=False)


def steps(found: Sequence[StepView]) -> str:
    """The steps of a response, each with since when, by whom and by what it is done, or what it lacks."""
    return output.aligned([_step(step) for step in found])


def books(versions: Sequence[BookView]) -> str:
    """Versions of role books, one a line."""
    return output.aligned([("PLAYBOOK", "VERSION", "USE", "SINCE", "BY", "NAME"), *map(_book, versions)])


def done(entry: EntryView) -> str:
    """What somebody has just done, in one line; below it the handover brief of a role that they accepted."""
    said = f"{entry.ref} #{entry.n} {entry.author} {sentence(entry.kind, entry.data, entry.text)}"
    return clean(said, lines=False) + (_brief(entry) if entry.kind == Answer.ACCEPTED else "")


def _book(book: BookView) -> tuple[str, ...]:
    return (
        book.key,
        "—" if book.version is None else str(book.version),
        "new incidents" if book.default else "latest" if book.counts else "earlier",
        _stamp(book.added_at) if book.added_at else "—",
        clean(book.added_by or "Bridgewatch", lines=False),
        clean(book.name, lines=False),
    )


def _titled(title: str, text: str) -> str:
    return f"{title}\n{_indented(text, '  ')}"


def _indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}" for line in text.split("\n"))


def _role(role: RoleView, offers: Iterable[OfferView], now: datetime) -> tuple[str, ...]:
    if role.holders:
        held = ", ".join(
            f"{holder.person} ({_span(now - holder.since)}{'' if holder.confirmed else ', not confirmed'})"
            for holder in role.holders
        )
    else:
        covered = "partly covered" if role.partly else "covered"
        held = f"unassigned; {covered} by {role.stand_in}" if role.stand_in else "unassigned; not covered"
    for offer in offers:
        if offer.role == role.key:
            held += f"; offered to {offer.to} ({_span(now - offer.at)} ago)"
    return role.key, clean(role.name, lines=False), clean(held, lines=False)


def _task(task: TaskView, now: datetime) -> tuple[str, ...]:
    held = {"owner": "", "role": f" ({task.role_name})", "stand-in": f" ({task.role_name} is unassigned)", "nobody": ""}
    who = f"{', '.join(task.people) or 'unassigned'}{held[task.why]}"
    due = task.due_at if task.state in UNDONE else None
    reason = f": {task.reason}" if task.reason else ""
    late = "" if due is None else f"due in {_span(due - now)}" if due >= now else f"{_span(now - due)} overdue"
    state = f"{task.state}{reason}"
    if task.unconfirmed and task.state is TaskState.OPEN:
        state += ", not confirmed"
    return str(task.number), clean(task.title, lines=False), clean(who, lines=False), late, state


def _step(step: StepView) -> tuple[str, ...]:
    told = f"{_stamp(step.since)} by {step.by}: {step.why}" if step.since else ", ".join(step.missing)
    state = step.state if step.since else "not done"
    return step.key, clean(step.name, lines=False), state, clean(told, lines=False)


def draft(draft: DraftView) -> str:
    """A draft with where it stands."""
    states = "".join(f"\n{name}: {state}" for name, state in draft.components.items())
    review = ""
    if draft.approved_by:
        review = f", approved by {draft.approved_by}"
    elif draft.asked_by:
        review = f", awaiting approval since {_stamp(draft.asked_at or datetime.now(UTC))}"
    elif draft.returned_by:
        review = f", changes requested by {draft.returned_by}: {draft.returned}"
    first = f"r{draft.revision} [{draft.phase}] by {draft.edited_by or 'unknown'}{review}"
    next_update = spoken_time(draft.next_update_at, draft.next_in, _stamp)
    expected = spoken_time(draft.expected_at, draft.expected_in, _stamp)
    times = (next_update and f"next update: {next_update}", expected and f"expected resolution: {expected}")
    return "\n".join(filter(None, (first, draft.title, f"{draft.text}{states}", *times)))


def _update(update: UpdateView) -> str:
    text = _indented(update.text, "  ").lstrip()
    to = "" if update.audience is Audience.CUSTOMERS else f" for {the(update.audience)}"
    title = f"{update.title}: " if update.title else ""
    by = f"{update.published_by}, approved by {update.approved_by}" if update.approved_by else update.published_by
    return f"{_stamp(update.published_at)} [{update.phase}]{to} {by}: {title}{text}"


def _delivery(delivery: DeliveryView) -> tuple[str, ...]:
    if delivery.left_out:
        return f"#{delivery.n}", delivery.place, "skipped", "", f"by {clean(delivery.left_out, lines=False)}"
    state = delivery.state if delivery.active or delivery.sent_at else "paused"
    at = f"next retry {_stamp(delivery.next_at)}" if delivery.sent_at is None else _stamp(delivery.sent_at)
    return f"#{delivery.n}", delivery.place, state, at, clean(delivery.said, lines=False)


def _timeline(versions: Sequence[EntryView]) -> Iterator[str]:
    """Each entry in its latest version, with the numbers of those that it replaces, so that none is missed."""
    numbers: dict[int, list[int]] = {}
    for version in versions:
        numbers.setdefault(version.root, []).append(version.n)
    for entry in latest(versions):
        before = ", ".join(map(str, numbers[entry.root][:-1]))
        words = _indented(sentence(entry.kind, entry.data, entry.text), "    ").lstrip()
        replaces = f" (replaces {before})" if before else ""
        at = f"{entry.occurred_at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
        yield f"{entry.n:>3} {at} {entry.author} {words}{replaces}{_brief(entry)}"


def _brief(entry: EntryView) -> str:
    """On lines of its own."""
    return f"\n{_indented(brief_of(entry), '      ')}" if brief_of(entry) else ""


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}"


def _due(row: IncidentRow, now: datetime) -> str:
    due = next_update(row)
    if due is None:
        return "—"
    return f"in {_span(due - now)}" if due >= now else f"{_span(now - due)} overdue"


def _span(span: timedelta) -> str:
    return times.age(span.total_seconds())
