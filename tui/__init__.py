"""The program. Importing it settles that ``models`` and ``screens`` are the packages installed beside this one."""

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

from tui.strangers import stop_among_strangers


def _pin(name: str, folder: str) -> None:
    """Load the package ``name`` from ``folder``, so that no stranger of that name on the path is taken for it."""
    spec = PathFinder.find_spec(name, [folder])
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is not installed beside {__name__}", name=name)
    sys.modules[name] = package = module_from_spec(spec)
    spec.loader.exec_module(package)


# Textual draws on a beat; the usual 60 a second let a colleague's key wait 17 ms, this 4; at rest there is no beat
os.environ.setdefault("TEXTUAL_FPS", "240")

OURS = ("models", "screens")
"""The packages that belong to this one."""

for _name in OURS:
    if _name not in sys.modules:
        try:
            _pin(_name, str(Path(__file__).parent.parent))
        except Exception:
            stop_among_strangers(failed=True)
            raise
