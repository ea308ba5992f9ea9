"""What moves the reader around the desk, declared as the commands are; together they are all that a key can do."""

from __future__ import annotations

from models.kernel.verbs import VERBS, Verb

MOVES: tuple[Verb, ...] = (
    Verb("next", "Next", "Go to the next thing that needs you.", "exclamation_mark"),
    Verb("who", "Who does what", "Find a duty, and who does it now and why.", "w"),
    Verb("theories", "Theories", "Show what we believe and what we have ruled out, and why.", "b"),
    Verb("steps", "Response", "Say which steps of the response are done, and what the others lack.", "i"),
    Verb("help", "Help", "Say what the keys do here.", "question_mark"),
    Verb("card", "Open", "Show the focused row in full; on the draft: title, phase and more.", "enter"),
    Verb("audience", "For whom", "Go on to the draft for the team, then executives, then customers.", "M", "status"),
    Verb("components", "Components", "Say which components the draft is about, and how each is.", "K", "status"),
    Verb("difference", "Difference", "Show what the draft says that has not been told yet.", "D", "status"),
    Verb("preview", "Preview", "Show the draft as its readers see it, and what should stay inside.", "V", "status"),
    Verb("editor", "Own editor", "Write the draft in your own editor, $VISUAL or $EDITOR.", "E", "status"),
    Verb("filter", "Filter", "Show only the rows that have these words; among incidents, earlier ones too.", "slash"),
    Verb("zoom", "Zoom", "Give the focused pane the whole screen, or take it back.", "z"),
    Verb("palette", "Find", "Find anything to do, or any incident on the board, by its name.", "colon"),
    Verb("incidents", "Incidents", "Go to the incidents.", "1"),
    Verb("roster", "Roster", "Go to the roster.", "2"),
    Verb("timeline", "Timeline", "Go to the timeline.", "3"),
    Verb("status", "Status page", "Go to the status page's draft.", "4"),
    Verb("tasks", "Tasks", "Go to the tasks, which share the timeline's place.", "5"),
    Verb("theme", "Theme", "Choose the desk's colours.", "f9"),
    Verb("quit", "Quit", "Go back, or leave the desk.", "q"),
)

ACTIONS: tuple[Verb, ...] = (*VERBS, *MOVES)
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
