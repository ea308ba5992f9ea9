"""The steps of a response: what a book may say of them, and how facts make them done."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.languages import LANGUAGES, Phrase
from models.policy.severity import Severity
from models.process.standing import Fact, Skip, lacking, named, standings
from models.process.views import StepState
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


STEPS = st.lists(
    st.tuples(st.lists(NEED, min_size=1, max_size=3), st.lists(st.sampled_from(Severity), min_size=1, unique=True)),
    max_size=3,
).map(
    lambda drawn: tuple(
        step(f"s{n}", *needs, severities=tuple(severities)) for n, (needs, severities) in enumerate(drawn)
    )
)


class TestStandings:
    @given(STEPS, st.sampled_from(Severity), FACTS, SKIPS)
    def test_a_step_is_done_exactly_when_everything_it_needs_is_there(
        self, steps: tuple[Step, ...], severity: Severity, facts: dict[str, Fact], skips: dict[str, Skip]
    ) -> None:
        found = standings(steps, severity, facts, skips)
        assert [one.step for one in found] == [one for one in steps if severity in one.severities]
        for one in found:
            lacks = [need for need in one.step.needs if not {*need} & {*facts}]
            if not lacks:
                assert (one.state, one.missing) == (StepState.DONE, ())
                assert one.since == facts[one.shown_by]
                assert any(one.shown_by in need for need in one.step.needs)
            elif one.step.key in skips:
                assert (one.state, one.since) == (StepState.SKIPPED, skips[one.step.key])
            else:
                assert (one.state, list(one.missing), one.since) == (StepState.MISSING, lacks, None)

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

    @given(STEPS, FACTS)
    def test_it_is_done_since_its_last_evidence_came(self, steps: tuple[Step, ...], facts: dict[str, Fact]) -> None:
        for one in standings(steps, Severity.P1, facts, {}):
            if one.state is StepState.DONE:
                assert one.since is not None
                came = [min(facts[key].at for key in need if key in facts) for need in one.step.needs]
                assert one.since.at == max(came)


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
