"""Writes docs/reference/keys-and-verbs.md from what the code declares: `PYTHONPATH=. python docs/reference.py`."""

from __future__ import annotations

from argparse import SUPPRESS, Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterable, Iterator
from pathlib import Path

import tui  # noqa: F401  (settles which models and screens are meant)
from models.kernel.verbs import Verb, verbs
from screens.kernel.verbs import MOVES, sign
from tui.options import add_fields
from tui.verbs import OWN

PAGE = Path(__file__).parent / "reference" / "keys-and-verbs.md"
RENEW = "PYTHONPATH=. .venv/bin/python docs/reference.py"

_TOP = """\
# Keys and verbs

<!-- Generated from the code by docs/reference.py: change the declarations there, not this page. -->

Every action has one name, its verb. On the desk a key does it, on the command line `bridgewatch VERB`, and `:` finds it
by its title.

## Keys

Each key has one meaning on the whole desk. A key that does nothing at the moment is dimmed,
and says why when you press it; a key of another pane says where it works. [Other keys](settings.md#your-own-keys) can
be set for all that acts on an incident.

In lists, the arrows or `j`, `k`, `g` and `G` move. `Tab` goes to the next pane, `Esc` closes what is open. The mouse
works everywhere, and is never needed. At 80 columns the panes are shortened; below 64, one pane is shown at a time.
"""

_VERBS = """\
## Verbs of the command line

`bridgewatch` alone opens the desk. These options work everywhere: `--as PERSON` says who acts, `--new-person` that a
name [like a known one](../how-to/people.md) is a new person, `--database DATABASE` names a file or a `postgresql://`
address, `--lang` is `en`, `fr` or `pl`, and `--json` answers with [one JSON
document](../how-to/scripting.md#json). `bridgewatch --version` prints the version.
"""

_PANES = {"roster": "In the roster", "timeline": "In the timeline", "tasks": "In the tasks", "status": "On the draft"}


def page() -> str:
    """The whole page."""
    return "\n".join([*_keys(), _VERBS, *_verbs()]).rstrip("\n") + "\n"


def _keys() -> Iterator[str]:
    yield _TOP
    yield from _table("In every pane, on the selected incident", (verb for verb in verbs() if not verb.pane))
    for pane in dict.fromkeys(verb.pane for verb in (*verbs(), *MOVES) if verb.pane):
        of_it = (verb for verb in (*verbs(), *MOVES) if verb.pane == pane)
        yield from _table(_PANES.get(pane, f"In the pane {pane}"), of_it)
    yield from _table("Around the desk", (verb for verb in MOVES if not verb.pane))
    yield "Without a key, found with `:` or on the command line:\n"
    yield from (f"- {verb.title} (`{verb.name}`): {verb.help}" for verb in verbs() if not verb.key)
    yield ""


def _table(title: str, verbs: Iterable[Verb]) -> Iterator[str]:
    yield f"### {title}\n\n| key | verb | what it does |\n|---|---|---|"
    yield from (f"| `{sign(verb.key)}` | `{verb.name}` | {_cell(verb.help)} |" for verb in verbs if verb.key)
    yield ""


def _verbs() -> Iterator[str]:
    for name, own in OWN.items():
        parser = ArgumentParser(f"bridgewatch {name}", add_help=False)
        own.add(parser)
        yield from _verb(name, own.help, parser)
    for verb in verbs():
        parser = ArgumentParser(f"bridgewatch {verb.name}", add_help=False)
        add_fields(parser, verb)
        yield from _verb(verb.name, verb.help, parser)


def _verb(name: str, told: str, parser: ArgumentParser) -> Iterator[str]:
    yield f"### {name}\n\n{told}\n"
    parts = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    if not parts:
        yield from _arguments(f"bridgewatch {name}", parser)
    elif not parts[0].required:
        yield f"    bridgewatch {name}\n"
    for action in parts:
        told_of = {choice.dest: choice.help for choice in action._choices_actions}
        for part, below in action.choices.items():
            yield f"`{name} {part}`: {told_of.get(part) or ''}\n"
            yield from _arguments(f"bridgewatch {name} {part}", below)


def _arguments(command: str, parser: ArgumentParser) -> Iterator[str]:
    shown = [action for action in parser._actions if action.help != SUPPRESS and "--help" not in action.option_strings]
    shown.sort(key=lambda action: bool(action.option_strings))
    optional = any(action.option_strings and not action.required for action in shown)
    words = [_usage(action) for action in shown if action.required or not action.option_strings]
    yield "    " + " ".join([command, *words, *(["[OPTION …]"] if optional else [])]) + "\n"
    for action in shown:
        name = f"{action.option_strings[0]} {_value(action)}".strip() if action.option_strings else _value(action)
        yield f"- `{name}`: {_described(action)}"
    if shown:
        yield ""


def _usage(action: Action) -> str:
    if action.option_strings:
        return f"{action.option_strings[0]} {_value(action)}"
    shown = _value(action)
    return {"?": f"[{shown}]", "*": f"[{shown} …]", "+": f"{shown} …"}.get(str(action.nargs), shown)


def _value(action: Action) -> str:
    return "" if action.nargs == 0 else str(action.metavar or action.dest.upper())


def _described(action: Action) -> str:
    choices = ", ".join(map(str, action.choices or ()))
    told = action.help or ""
    missing = choices if choices and not all(str(choice) in told for choice in action.choices or ()) else ""
    return "; ".join(filter(None, (told, f"one of {missing}" if missing else "")))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
