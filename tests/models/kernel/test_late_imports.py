"""What the first paint may import stays light."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import models

LIGHT = [
    "kernel.failures",
    "kernel.location",
    "kernel.text",
    "kernel.verbs",
    "kernel.wording",
    "board.due_times",
    "live.prefetch",
    "live.remembered",
    "policy.severity",
    "policy.phase",
]
HEAVY = ["alembic", "msgspec", "psycopg", "pydantic", "rich", "sqlalchemy", "textual"]

TELL = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sorted(sys.modules))"


def imported(module: str) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(models.__file__).parents[1])}
    told = subprocess.run([sys.executable, "-c", TELL, module], capture_output=True, text=True, env=environment)
    assert told.returncode == 0, told.stderr
    return set(told.stdout.split())


@pytest.mark.parametrize("module", LIGHT)
def test_the_first_paint_waits_for_nothing(module: str) -> None:
    assert imported(f"models.{module}").isdisjoint(HEAVY)


def test_the_desk_paints_before_it_loads_what_reads_and_writes() -> None:
    assert imported("tui.app").isdisjoint({"alembic", "msgspec", "psycopg", "pydantic", "sqlalchemy"})


@pytest.mark.parametrize("module", ["models.kernel.store", "models.live.link", "models.updates.editing"])
def test_models_run_without_a_terminal(module: str) -> None:
    assert imported(module).isdisjoint({"textual", "rich"})


def test_opening_what_is_up_to_date_does_not_wait_for_alembic() -> None:
    assert "alembic" not in imported("models.kernel.store")


def test_the_first_board_waits_for_no_validator_and_no_other_database() -> None:
    assert imported("models.kernel.store").isdisjoint({"pydantic", "psycopg", "sqlalchemy.dialects.postgresql"})


def test_the_first_board_waits_for_nothing_that_writes_or_sends() -> None:
    assert imported("models.kernel.store").isdisjoint(
        {"models.kernel.transaction", "models.delivery.sending", "models.status_page.public_data"}
    )


@pytest.mark.parametrize("module", ["models.live.link", "models.kernel.store", "models.updates.publishing"])
def test_what_sends_waits_until_there_is_something_to_send(module: str) -> None:
    assert imported(module).isdisjoint({"apprise", "keyring", "models.delivery.sender", "requests"})


def test_the_first_paint_waits_for_no_field_and_no_dialog() -> None:
    assert imported("tui.app").isdisjoint(
        {"screens.kernel.fields", "screens.kernel.form", "screens.roles.actions", "textual.document"}
    )
