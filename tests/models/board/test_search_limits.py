"""Where a search stops, and what comes first of what it finds."""

import pytest

from models.board import incidents
from models.incident.phase import SetPhase
from models.kernel.search import rank
from models.kernel.store import Store
from tests import reads
from tests.models.acting import Acting


def plain(query: str, *texts: str) -> list[str]:
    return rank(query, texts, lambda text: (text,))


class TestOrder:
    @pytest.mark.parametrize("query", ["tec le", "le tec", "lead tech", "tech l"])
    def test_beginnings_of_words_in_any_order_are_better_than_what_is_inside_words(self, query: str) -> None:
        inside = "Biotechnical misleading"
        assert plain(query, inside, "Tech Lead") == ["Tech Lead", inside]

    def test_every_word_has_to_begin_one(self) -> None:
        assert plain("lead tech", "Lead biotechnician", "Lead of some tech") == [
            "Lead of some tech",
            "Lead biotechnician",
        ]

    def test_beginnings_of_words_are_better_than_initials(self) -> None:
        assert plain("de", "Duty Engineer", "On deck") == ["On deck", "Duty Engineer"]

    def test_initials_are_those_of_the_first_words(self) -> None:
        assert plain("de", "Big Dog Eats", "Model") == ["Model"]

    def test_the_best_of_its_names_counts(self) -> None:
        roles = [("Tech Lead",), ("Misleading", "lead")]
        assert rank("lead", roles, lambda names: names) == [roles[1], roles[0]]

    def test_words_in_their_order_are_no_better_than_in_another_one(self) -> None:
        texts = ["Chief lead of tech", "Chief tech lead"]
        assert plain("tech lead", *texts) == texts
        assert plain("lead tech", *reversed(texts)) == [*reversed(texts)]


class TestIncidents:
    @pytest.fixture(autouse=True)
    def small_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(incidents, "FOUND", 3)
        monkeypatch.setattr(incidents, "SEARCHED", 4)

    def declare(self, store: Store, *titles: str) -> None:
        for title in titles:
            Acting(store, title=title)(SetPhase, "ana", phase="canceled")

    def found(self, store: Store, words: str, below: int | None = None) -> tuple[list[str], int | None]:
        rows, further = reads.found(store, words, below)
        return [row.ref for row in rows], further

    def test_as_many_as_are_enough_end_it_although_older_ones_fit_as_well(self, store: Store) -> None:
        self.declare(store, *["Slow"] * 6)
        assert self.found(store, "slow") == (["INC-6", "INC-5", "INC-4"], None)

    def test_one_less_is_not_enough(self, store: Store) -> None:
        self.declare(store, *["Slow"] * 4, "Down", "Slow")
        assert self.found(store, "slow") == (["INC-6", "INC-4", "INC-3"], None)
        self.declare(store, "Down")
        assert self.found(store, "slow") == (["INC-6", "INC-4"], 4)
        assert self.found(store, "slow", 4) == (["INC-3", "INC-2", "INC-1"], None)

    def test_the_first_incident_ends_it(self, store: Store) -> None:
        self.declare(store, "Slow", "Down", "Down", "Down")
        assert self.found(store, "slow") == (["INC-1"], None)
        self.declare(store, "Down")
        assert self.found(store, "slow") == ([], 2)
        assert self.found(store, "slow", 2) == (["INC-1"], None)
