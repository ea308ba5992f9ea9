"""What keeps a start light besides late imports, each as two programs: the one that is, and the one that it spares."""

from __future__ import annotations

from typing import NamedTuple

from bench.fresh import loading


class Trick(NamedTuple):
    """`given` does what `without` does, and what the trick spares."""

    what: str
    without: str
    given: str


_DESK = loading("tui.cli", "tui.app")
_BOARD = loading("tui.cli", "msgspec", "models.board.board", "models.kernel.store")

_RECORDS = f"""{_DESK}
import dataclasses, typing
from models.board.due_times import Need
from models.board.guidance import Hint
from models.kernel.presence import Desks
from models.kernel.verbs import Verb
from models.live.news import News
from models.live.prefetch import Prefetched
from screens.incident.pane import _Wide
from screens.kernel.rows import Row
from tui.settings import _Choice
from tui.verbs import Own
shapes = [(kind.__name__, list(kind.__annotations__.items()))
          for kind in (Need, Hint, Desks, Verb, News, Prefetched, _Wide, Row, _Choice, Own)]
"""

_STRUCTS = f"""{_BOARD}
import dataclasses
from models.kernel.snapshot import Snapshot
def below(kind):
    for each in kind.__subclasses__():
        yield each
        yield from below(each)
shapes = [(kind.__name__, [(name, str) for name in kind.__struct_fields__]) for kind in below(Snapshot)]
"""

_PATTERNS = f"""{_DESK}
import re
from models.kernel import text
patterns = [text._SURROGATES, text._ESCAPES, text._LINE_ENDS, text._CONTROLS, text._TAGS, text._JOINERS, text._BLANKS]
"""

_AS_DATACLASSES = """
for name, fields in shapes:
    dataclasses.make_dataclass(name, fields, frozen=True, slots=True)
"""

TRICKS = (
    Trick(
        "ten small records as NamedTuple, not as frozen dataclass with slots",
        f"{_RECORDS}\nfor name, fields in shapes:\n    typing.NamedTuple(name, fields)\n",
        f"{_RECORDS}\n{_AS_DATACLASSES}",
    ),
    Trick(
        "every snapshot of the first board as msgspec struct, not as frozen dataclass with slots",
        f"{_STRUCTS}\nfor name, fields in shapes:\n    msgspec.defstruct(name, fields, frozen=True, gc=False)\n",
        f"{_STRUCTS}\n{_AS_DATACLASSES}",
    ),
    Trick(
        "seven patterns of `models/kernel/text.py` as plain strings, compiled at first use",
        _PATTERNS,
        f"{_PATTERNS}\nfor pattern in patterns:\n    re.compile(pattern)\n",
    ),
    Trick(
        "no garbage collection while the desk loads",
        loading("tui.cli", "tui.app", "models.board.board", "models.kernel.store"),
        f"gc.enable()\n{loading('tui.cli', 'tui.app', 'models.board.board', 'models.kernel.store')}",
    ),
    Trick(
        "declarations of verbs apart from their Commands",
        _DESK,
        f"{_DESK}import models.kernel.verbs\nmodels.kernel.verbs.load_all()\n",
    ),
)
