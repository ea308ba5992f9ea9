"""What moves the reader around the desk, declared as the commands are; together they are all that a key can do."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from string import punctuation

from models.kernel.verbs import Verb, verbs

MOVES: tuple[Verb, ...] = (
    Verb("next", "Next", "Go to the next thing that is waiting for you.", "exclamation_mark", footer=75),
    Verb("needs", "Needs you", "List everything that is waiting for you, and go to it.", "W"),
    Verb("who", "Responsibilities", "Show who is responsible for what, and why.", "w", footer=270),
    Verb("hints", "Hints", "Show all hints with their reasons, and dismiss one for an hour.", "asterisk"),
    Verb("theories", "Theories", "Show theories and evidence.", "b", footer=290),
    Verb("steps", "Steps", "Show the process steps and what is not done.", "i", footer=280),
    Verb("help", "Help", "Show what the keys do.", "question_mark"),
    Verb("card", "Open", "Open the selected row; on the draft: title, phase and more.", "enter"),
    Verb(
        "audience",
        "Audience",
        "Switch to the draft for the next audience: team, executives, customers.",
        "M",
        "status",
        footer=110,
    ),
    Verb(
        "components",
        "Components",
        "Set the affected components and their states.",
        "K",
        "status",
        footer=120,
    ),
    Verb("diff", "Diff", "Show what changed since the last published update.", "D", "status", footer=140),
    Verb(
        "preview",
        "Preview",
        "Preview the draft and check it for internal information.",
        "V",
        "status",
        footer=150,
    ),
    Verb("editor", "Editor", "Edit the draft in your own editor ($VISUAL or $EDITOR).", "E", "status", footer=160),
    Verb(
        "filter",
        "Filter",
        "Show only rows with these words; searches past incidents and all entries too.",
        "slash",
        footer=300,
    ),
    Verb("jump", "Jump", "Go to a time in the timeline, such as 14:05.", "J"),
    Verb("order", "Order", "Show the newest or the oldest entry first.", "F", "timeline"),
    Verb("zoom", "Zoom", "Maximize the focused pane, or restore it.", "z", footer=310),
    Verb("reconnect", "Reconnect", "Try to reach the database now.", "l"),
    Verb("messages", "Messages", "Show every message that this desk has shown.", "m"),
    Verb("copy", "Copy", "Copy the selected row, the reference, the brief or the draft.", "Y"),
    Verb("palette", "Find", "Find a person, role, incident, task, responsibility or action by name.", "colon"),
    Verb("incidents", "Incidents", "Go to the incidents.", "1"),
    Verb("roster", "Roster", "Go to the roster.", "2"),
    Verb("timeline", "Timeline", "Go to the timeline.", "3"),
    Verb("status", "Status page", "Go to the status page draft.", "4"),
    Verb("tasks", "Tasks", "Go to the tasks, shown in place of the timeline.", "5"),
    Verb("people", "People", "Rename, merge or retire people."),
    Verb("theme", "Theme", "Choose the color theme.", "f9"),
    Verb("quit", "Quit", "Go back, or quit the desk.", "q", footer=400),
)

ACTIONS: tuple[Verb, ...] = (*verbs(), *MOVES)
"""Everything that a key can do."""

_REPLACED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""What Textual calls keys that have another name in Unicode."""


def key_name(character: str) -> str:
    """What Textual calls the key of that character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _REPLACED.get(name, name)


_SIGNS = {key_name(character): character for character in punctuation} | {"enter": "⏎"}
"""How keys are written whose names are words."""


def sign(key: str) -> str:
    """The key as it is printed on a keyboard."""
    modifiers, plus, last = key.rpartition("+")
    if last not in _SIGNS and len(last) > 1:
        with suppress(KeyError):
            return f"{modifiers.capitalize()}{plus}{unicodedata.lookup(last.replace('_', ' '))}"
    return f"{modifiers.capitalize()}{plus}{_SIGNS.get(last, last)}"
