"""The program with one more subject."""

import sys

from models.kernel import verbs
from screens.kernel import actions

verbs.SUBJECTS.append("tests.end_to_end.toy.model")
actions.MODULES.append("tests.end_to_end.toy.screen")

from tui.cli import main  # noqa: E402

sys.exit(main())
