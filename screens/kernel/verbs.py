"""What moves the reader around the desk, declared as the commands are; together they are all that a key can do."""

from __future__ import annotations

from models.kernel.verbs import Verb, verbs

MOVES: tuple[Verb, ...] = (
    Verb("next", "Next", "Go to the next thing that needs you.", "exclamation_mark", footer=260),
    Verb("who", "Who does what", "Find a duty, and who does it now and why.", "w", footer=270),
    Verb("theories", "Theories", "Show what we believe and what we have ruled out, and why.", "b", footer=290),
    Verb("steps", "Response", "Say which steps of the response are done, and what the others lack.", "i", footer=280),
    Verb("help", "Help", "Say what the keys do here.", "question_mark"),
    Verb("card", "Open", "Show the focused row in full; on the draft: title, phase and more.", "enter"),
    Verb(
        "audience",
        "For whom",
        "Go on to the draft for the team, then executives, then customers.",
        "M",
        "status",
        footer=110,
    ),
    Verb(
        "components",
        "Components",
        "Say which components the draft is about, and how each is.",
        "K",
        "status",
        footer=120,
    ),
    Verb("diff", "Difference", "Show what the draft says that has not been told yet.", "D", "status", footer=140),
    Verb(
        "preview",
        "Preview",
        "Show the draft as its readers see it, and what should stay inside.",
        "V",
        "status",
        footer=150,
    ),
    Verb("editor", "Own editor", "Write the draft in your own editor, $VISUAL or $EDITOR.", "E", "status", footer=160),
    Verb(
        "filter",
        "Filter",
        "Show only the rows that have these words; among incidents, earlier ones too.",
        "slash",
        footer=300,
    ),
    Verb("zoom", "Zoom", "Give the focused pane the whole screen, or take it back.", "z", footer=310),
    Verb("palette", "Find", "Find anything to do, or any incident on the board, by its name.", "colon"),
    Verb("incidents", "Incidents", "Go to the incidents.", "1"),
    Verb("roster", "Roster", "Go to the roster.", "2"),
    Verb("timeline", "Timeline", "Go to the timeline.", "3"),
    Verb("status", "Status page", "Go to the status page's draft.", "4"),
    Verb("tasks", "Tasks", "Go to the tasks, which share the timeline's place.", "5"),
    Verb("theme", "Theme", "Choose the desk's colours.", "f9"),
    Verb("quit", "Quit", "Go back, or leave the desk.", "q", footer=400),
)

ACTIONS: tuple[Verb, ...] = (*verbs(), *MOVES)
"""Everything that a key can do."""

SIGNS = {
    "exclamation_mark": "!",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "enter": "⏎",
    "plus": "+",
}
"""How keys are written whose names are words."""


def sign(key: str) -> str:
    """The key as it is printed on a keyboard."""
    return SIGNS.get(key, key)
