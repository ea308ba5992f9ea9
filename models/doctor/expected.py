"""Every table of every subject: what a database must have, whichever of them a program has needed so far."""

from __future__ import annotations

from models.kernel import tables as _kernel
from models.kernel.columns import metadata
from models.process import tables as _process
from models.roles import tables as _roles
from models.tasks import tables as _tasks
from models.theories import tables as _theories
from models.updates import outbox as _outbox
from models.updates import tables as _updates

SUBJECTS = (_kernel, _roles, _tasks, _theories, _process, _updates, _outbox)
"""The modules that define tables."""

METADATA = metadata
"""All of their tables."""
