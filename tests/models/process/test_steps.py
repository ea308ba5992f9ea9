"""The steps of a response: what a book may say of them, and how facts make them done."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.languages import LANGUAGES, Phrase
from models.policy.severity import Severity
from models.policy.step import StepState
from models.process.progress import Fact, Skip, lacking, named, standings
from models.roles.book import RoleBook, keys, load
from models.roles.step import EVIDENCE, ROLE, Step, step_faults

NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)

ONE = st.sampled_from([*EVIDENCE, f"{ROLE}scribe"])
NEED = ONE | st.lists(ONE, min_size=1, max_size=3).map(tuple)
FACT = st.builds(Fact, st.integers(0, 1000).map(lambda s: NOW + timedelta(seconds=s)), st.sampled_from(["ana", "bo"]))
FACTS = st.dictionaries(ONE, FACT)
SKIPS = st.dictionaries(st.sampled_from(["s0", "s1", "s2"]), st.builds(Skip, st.just(NOW), st.just("cy"), st.text()))


def phrase(words: str) -> Phrase:
    return Phrase(en=words, fr=words, pl=words)


def step(key: str = "assess", *evidence: str | tuple[str, ...], **more: object) -> Step:
    fields = {"evidence": evidence or ("note",), "name": phrase("Assess"), "text": phrase("Assess it"), **more}
    return Step(key=key, **fields)  # type: ignore[arg-type]


def came(minute: int, by: str = "ana") -> Fact:
    return Fact(NOW + timedelta(minutes=minute), by)


STEPS = st.lists(
    st.tuples(st.lists(NEED, min_size=1, max_size=3), st.lists(st.sampled_from(Severity), min_size=1, unique=True)),
    max_size=3,
).map(
    lambda drawn: tuple(
        step(f"s{n}", *needs, severities=tuple(severities)) for n, (needs, severities) in enumerate(drawn)
    )
)


class TestStandings:
    @pytest.mark.parametrize(
        ("needs", "there", "missing"),
        [
            (("impact",), "", ["impact"]),
            (("impact",), "impact", []),
            (("impact",), "severity category", ["impact"]),
            (("category", "impact"), "category", ["impact"]),
            (("category", "impact"), "impact category", []),
            (("severity", "category", "impact"), "category", ["severity", "impact"]),
            ((("theory", "action"),), "note", ["theory or action"]),
            ((("theory", "action"),), "action", []),
            ((("theory", "action"), "impact"), "theory action", ["impact"]),
            ((("theory", "action"), "impact"), "impact", ["theory or action"]),
            ((("theory", "action"), ("note", "action")), "action", []),
            (("role:scribe",), "note", ["role:scribe"]),
            (("role:scribe",), "role:scribe", []),
        ],
    )
    def test_all_of_what_it_needs_has_to_be_there_and_of_a_list_one(
        self, needs: tuple[str | tuple[str, ...], ...], there: str, missing: list[str]
    ) -> None:
        (found,) = standings([step("assess", *needs)], Severity.P1, {key: came(1) for key in there.split()}, {})
        assert [" or ".join(need) for need in found.missing] == missing
        assert found.state is (StepState.MISSING if missing else StepState.DONE)
        assert (found.since is None) == bool(missing)

    def test_it_is_done_since_the_last_of_its_evidence_came_and_of_a_list_the_first(self) -> None:
        facts = {"note": came(1), "action": came(2, "bo"), "theory": came(3), "impact": came(4), "category": came(9)}
        steps = (step("a", ("theory", "action"), "note"), step("b", "impact", "action"), step("c", ("impact", "note")))
        found = standings(steps, Severity.P1, facts, {})
        assert [(one.shown_by, one.since) for one in found] == [
            ("action", came(2, "bo")),
            ("impact", came(4)),
            ("note", came(1)),
        ]

    def test_what_was_left_out_is_so_until_it_is_done_after_all(self) -> None:
        steps, skips = (step("a", "impact"), step("b", "impact")), {"a": Skip(NOW, "cy", "a drill")}
        left_out, missing = standings(steps, Severity.P1, {}, skips)
        assert (left_out.state, left_out.since, left_out.missing) == (StepState.SKIPPED, skips["a"], ())
        assert (missing.state, missing.since, missing.missing) == (StepState.MISSING, None, (("impact",),))
        for done in standings(steps, Severity.P1, {"impact": came(1)}, skips):
            assert (done.state, done.since) == (StepState.DONE, came(1))

    def test_an_incident_has_the_steps_of_its_severity_in_their_order(self) -> None:
        only = {"a": "P1", "b": "P2 P3", "c": "P1 P2 P3", "d": "P3"}
        steps = [step(key, severities=tuple(map(Severity, those.split()))) for key, those in only.items()]
        found = {str(severity): [one.step.key for one in standings(steps, severity, {}, {})] for severity in Severity}
        assert found == {"P1": ["a", "c"], "P2": ["b", "c"], "P3": ["b", "c", "d"]}

    @given(STEPS, st.sampled_from(Severity), FACTS, FACTS, SKIPS)
    def test_more_facts_make_no_step_less_done(
        self,
        steps: tuple[Step, ...],
        severity: Severity,
        facts: dict[str, Fact],
        more: dict[str, Fact],
        skips: dict[str, Skip],
    ) -> None:
        before = standings(steps, severity, facts, skips)
        after = standings(steps, severity, {**more, **facts}, skips)
        for was, now in zip(before, after, strict=True):
            assert was.state is not StepState.DONE or now.state is StepState.DONE
            assert {*now.missing} <= {*was.missing}

    @given(STEPS, st.lists(ONE, unique=True), SKIPS)
    def test_what_made_it_done_stays_so_whatever_comes_later(
        self, steps: tuple[Step, ...], order: list[str], skips: dict[str, Skip]
    ) -> None:
        """The evidence comes piece by piece, and each step is done since the piece that it had still lacked."""
        facts: dict[str, Fact] = {}
        since: dict[str, str] = {}
        for minute, evidence in enumerate(order):
            facts[evidence] = came(minute)
            for one in standings(steps, Severity.P1, facts, skips):
                if one.state is StepState.DONE:
                    assert one.shown_by == since.setdefault(one.step.key, evidence)
                    assert one.since == facts[one.shown_by]
                else:
                    assert one.step.key not in since


class TestWords:
    def test_what_is_missing(self) -> None:
        role_name = {"scribe": "Secrétaire"}.__getitem__
        assert lacking(("impact",), role_name) == "no impact"
        assert lacking(("theory", "decision", "action"), role_name) == "no theory, decision or action"
        assert lacking(("role:scribe", "customers-told"), role_name) == "no Secrétaire or update to customers"

    def test_every_evidence_has_a_name(self) -> None:
        assert all(named(evidence, str) for evidence in EVIDENCE)


class TestFaults:
    @pytest.mark.parametrize(
        ("faulty", "words"),
        [
            (step("a", "ticked"), "unknown evidence 'ticked'; allowed: category, severity, impact, note,"),
            (step("a", ("note", "ticked")), "unknown evidence 'ticked'"),
            (step("a", "role:nurse"), "unknown role 'nurse' as evidence"),
            (step("a", duty="dusting"), "unknown responsibility 'dusting'"),
            (step("a", name=phrase("Seventeen letters")), "name is longer than 16 characters"),
        ],
    )
    def test_one_step(self, faulty: Step, words: str) -> None:
        ((key, told),) = step_faults([faulty], ["scribe"], ["facts"])
        assert key == "a"
        assert told.startswith(words)

    def test_twice_the_same(self) -> None:
        assert list(step_faults([step("a"), step("a")], [], [])) == [("a", "is there 2 times")]

    def test_none(self) -> None:
        assert list(step_faults([step("a", "role:scribe", duty="facts"), step("b")], ["scribe"], ["facts"])) == []


@pytest.fixture(params=keys())
def book(request: pytest.FixtureRequest) -> RoleBook:
    return load(request.param)


class TestTheFourBooks:
    def test_the_policy_has_its_six_steps(self) -> None:
        names = [one.name.en for one in load("policy").steps]
        assert names == ["Assess", "Categorize", "Inform", "Resolve", "All clear", "Document"]

    def test_each_is_resolved_at_some_step(self, book: RoleBook) -> None:
        for severity in Severity:
            needed = [one.needs for one in book.steps if severity in one.severities]
            assert (("resolved",),) in needed

    def test_each_step_is_named_in_every_language_and_belongs_to_a_duty(self, book: RoleBook) -> None:
        for one in book.steps:
            assert one.duty is not None
            assert len({one.name.spoken(language) for language in LANGUAGES}) > 1
            assert len({one.text.spoken(language) for language in LANGUAGES}) == len(LANGUAGES)
