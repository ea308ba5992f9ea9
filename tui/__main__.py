"""Where the command `bridgewatch` and `python -m tui` begin: only where our own files are still ours."""

import tui
from tui.strangers import stop_among_strangers, suspected

try:
    from tui import cli
except Exception:  # whatever a stranger's files do in place of ours
    stop_among_strangers(failed=True)
    raise

if suspected() or not hasattr(tui, "OURS"):
    stop_among_strangers(failed=False)

main = cli.main

if __name__ == "__main__":
    raise SystemExit(main())
