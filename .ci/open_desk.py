"""Run a shell command that opens a desk, in a terminal of 120 by 40; press q there, and pass on its exit code."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

LIMIT = 900.0
DESK = b"Incidents"


def read_until(terminal: int, wanted: bytes | None, deadline: float) -> bytes:
    """Read until ``wanted`` is seen or, without it, until the other side hangs up."""
    seen = b""
    while wanted is None or wanted not in seen:
        if not select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise SystemExit(f"nothing more within {LIMIT:.0f} s; the last was:\n{seen[-4000:]!r}")
        try:
            part = os.read(terminal, 65536)
        except OSError:
            part = b""
        if not part:
            if wanted is None:
                break
            raise SystemExit(f"it ended before the desk opened; the last was:\n{seen[-4000:].decode(errors='replace')}")
        seen += part
    return seen


def main() -> int:
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("bash", ["bash", "-euo", "pipefail", "-c", sys.argv[1]])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    deadline = time.monotonic() + LIMIT
    read_until(terminal, DESK, deadline)
    os.write(terminal, b"q")
    read_until(terminal, None, deadline)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(f"the desk opened, and closed with exit code {code}")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
