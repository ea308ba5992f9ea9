"""The command line: without a verb it opens the desk, with one it does that and ends.

It ends with 0 when the thing is done, 1 when a rule or the database refuses it, 2 for a slip in the command or the
settings, 3 for a conflict, 4 when the database cannot be reached, 70 for a defect of the program, 74 when the output
cannot be written, 130 after Ctrl-C, and 128 and its number after another signal.
Until the desk paints, this imports nothing that is slow: what a verb needs is imported when it is chosen.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from argparse import REMAINDER, SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

from models.kernel.failures import Conflict, Failure, Refused, Unreachable, Unusable
from models.kernel.verbs import by_name
from models.live.prefetch import prefetch
from models.live.remembered import RememberedBoard
from tui import output
from tui.files import with_piped_text
from tui.settings import LANGUAGES, Usage, load
from tui.strangers import strangers
from tui.terminal import loading
from tui.verbs import OWN, today

if TYPE_CHECKING:
    from tui.app import Bridgewatch

COLLECT = 50_000, 20, 100
"""How many new objects pass before Python looks for garbage among them while a verb is done, and so on: with its own
700, a fourteenth of the time went into looking."""

BROKEN_PIPE, DEFECT, INTERRUPTED = 141, 70, 130
"""Exit codes that no Failure has: nobody reads the output; the program is wrong; Ctrl-C."""

SIGNALED = 128
"""What is added to the number of a signal that ended the desk."""

IN_BROWSER = "textual.drivers.web_driver:WebDriver"
"""The driver that textual-serve asks for."""

_KINDS: tuple[tuple[type[Failure], str], ...] = (
    (Conflict, "conflict"),
    (Unusable, "refused"),
    (Unreachable, "unreachable"),
    (output.NotWritten, "output"),
    (Usage, "usage"),
    (Refused, "refused"),
)


class _Parser(ArgumentParser):
    """A parser that raises Usage instead of ending the program."""

    def __init__(self, prog: str, *, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=RawDescriptionHelpFormatter,
        )
        add = self.add_argument_group("everywhere").add_argument
        add("--as", metavar="PERSON", default=SUPPRESS, help="act as this person; default: you")
        add(
            "--new-person",
            action="store_true",
            default=SUPPRESS,
            help="a name that looks like a known one is a new person",
        )
        add("--database", metavar="DATABASE", default=SUPPRESS, help="a SQLite file, or a postgresql:// address")
        add("--lang", dest="language", choices=LANGUAGES, default=SUPPRESS, help="language of role names")
        add("--theme", default=SUPPRESS, help="color theme of the desk")
        add("--json", action="store_true", default=SUPPRESS, help="print one JSON document")

    def read(self, given: list[str], known: Namespace) -> Namespace:
        """What was given, added to what is known; options may stand among the arguments."""
        if "--" in given:  # behind it nothing is an option, which the other way forgets
            return self.parse_args(given, known)
        try:
            return self.parse_intermixed_args(given, known)
        except TypeError:  # a verb that has verbs of its own
            return self.parse_args(given, known)

    def _print_message(self, message: str, file: Any = None) -> None:
        output.put(message.rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        raise Usage(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See `{self.prog} --help`.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (or the command line's own) ask for; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            code = _run(given)
        except SystemExit:  # help was asked for
            output.flush()
            raise
        output.flush()
        return code
    except Failure as failure:
        _tell(failure, as_json="--json" in given)
        return failure.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except Exception as error:
        if os.environ.get("BRIDGEWATCH_DEBUG"):
            raise
        if isinstance(error, OSError) and error.strerror:  # the system would not: no defect of the program
            where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
            refused = Refused(f"The system refuses this: {where}{error.strerror}.", "Check the path, and try again.")
            _tell(refused, as_json="--json" in given)
            return refused.exit_code
        found = strangers()
        if found is not None and found.owners:
            _tell(Usage(str(found)), as_json="--json" in given)
            return Usage.exit_code
        # an error's own words may hold the database's password
        defect = Failure(
            f"Internal error ({type(error).__name__}). Please report it.", "For details, set BRIDGEWATCH_DEBUG=1."
        )
        _tell(defect, as_json="--json" in given)
        return DEFECT
    finally:
        output.settle()


def _run(given: list[str]) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    parser = _Parser("bridgewatch", description="An incident command desk in the terminal.", epilog=_verbs())
    parser.usage = "bridgewatch [OPTION ...] [VERB ...]"
    parser.add_argument("--version", action="store_true", help="show the version")
    parser.add_argument("verb", nargs="?", help=SUPPRESS)
    parser.add_argument("rest", nargs=REMAINDER, help=SUPPRESS)
    chosen = parser.parse_args(given)
    if chosen.version:
        from importlib.metadata import version

        output.put(f"bridgewatch {version('bridgewatch')}")
        return 0
    if chosen.verb is None:
        return _desk(chosen)
    gc.set_threshold(*COLLECT)
    return _do(today(chosen.verb), chosen)


def _verbs() -> str:
    helps = {name: own.help for name, own in OWN.items()} | {verb.name: verb.help for verb in by_name().values()}
    wide = max(map(len, helps))
    lines = [f"  {name:{wide}}  {text}" for name, text in helps.items()]
    return "\n".join(["verbs (without a verb, the desk opens; for details: VERB --help):", *lines])


def _desk(chosen: Namespace) -> int:
    if "json" in chosen:
        raise Usage("--json needs a verb.", "Example: `bridgewatch list --json`.")
    need_a_terminal()
    gc.disable()  # loading makes no garbage, and looking for it took a seventh of the time; the app enables it again
    with loading():
        settings = load(chosen)
        remembered = RememberedBoard(settings.cache, settings.database, settings.me)
        ahead = prefetch(settings.database, settings.language, remembered)
        from tui.app import made

        app = made(settings, ahead)
        app.run()
    return ended(app)


def ended(app: Bridgewatch) -> int:
    """The exit code of a desk that has ended. Raises what ended it, where nothing had told it to end."""
    code = app.ended()
    if code > SIGNALED and sys.stderr.isatty():
        print("The desk was ended. What you typed is kept for the next one.", file=sys.stderr)
    return code


def need_a_terminal() -> None:
    if os.environ.get("TEXTUAL_DRIVER") == IN_BROWSER:
        os.environ["TEXTUAL_DRIVER"] = "tui.browser:BrowserDriver"
    elif not (sys.stdin is not None and sys.stdin.isatty() and output.on_a_terminal()):
        raise Usage("The desk needs a terminal.", "Without a terminal, use a verb such as `bridgewatch list`.")


def _do(name: str, chosen: Namespace) -> int:
    own, verb = OWN.get(name), by_name().get(name)
    if own is None and verb is None:
        from difflib import get_close_matches

        near = get_close_matches(name, [*OWN, *by_name()], 1)
        remedy = f"Did you mean {near[0]}?" if near else "See the list: `bridgewatch --help`."
        raise Usage(f"Unknown verb {name!r}.", remedy)
    parser = _Parser(f"bridgewatch {name}", description=own.help if own else by_name()[name].help)
    if own is not None:
        own.add(parser)
    else:
        from tui.options import add_fields

        add_fields(parser, by_name()[name])
    arguments = parser.read(chosen.rest, Namespace(**vars(chosen)))
    with_piped_text(arguments)
    if name == "demo":
        return _demo(arguments)
    settings = load(arguments)
    if own is not None:
        return own.load()(arguments, settings) or 0
    from tui.commands import perform

    perform(by_name()[name], arguments, settings)
    return 0


def _demo(arguments: Namespace) -> int:
    need_a_terminal()
    with loading():
        from tui.demo import run

        app = run(load(arguments))
    return ended(app)


def _tell(failure: Failure, *, as_json: bool) -> None:
    if as_json:
        kind = next((name for family, name in _KINDS if isinstance(failure, family)), "defect")
        error = {"kind": kind, "message": failure.message, "remedy": failure.remedy, **failure.details()}
        output.tell(json.dumps({"error": error}))
    else:
        from tui.printing import safe

        output.tell(safe(str(failure)))
