"""The published page and maintenance, from the command line."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from models.kernel.location import Location
from tests.end_to_end.commanding import Desk


def test_the_page_once(run: Desk, tmp_path: Path) -> None:
    run("declare", "Checkout returns 502", "--severity", "P2")
    run("draft", "1", "We know.", "--title", "Checkout fails", "--component", "API=major outage")
    run("publish", "1")
    folder = tmp_path / "page"
    told = run(
        "status-page", str(folder), "--name", "Acme", "--url", "https://status.example.com/", "--page-language", "pl"
    )
    assert (told.code, told.out, told.err) == (0, f"Status page written to {folder}: Major System Outage.\n", "")
    assert run.json("status-page", str(folder), "--name", "Acme")["indicator"] == "critical"
    assert "Poważna awaria" not in (folder / "index.html").read_text()
    assert "Poważna awaria" in (folder / "pl" / "index.html").read_text()
    summary = json.loads((folder / "api/v2/summary.json").read_text())
    assert summary["incidents"][0]["name"] == "Checkout fails"


def test_what_cannot_be_a_page(here: Desk, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    assert "contains files that do not belong to this page" in here("status-page", str(tmp_path / "mine")).err
    wrong = here("status-page", str(tmp_path / "page"), "--url", "status.example.com", "--json")
    assert (wrong.code, wrong.error["kind"]) == (2, "usage")


def test_a_maintenance_from_announcing_to_calling_off(run: Desk) -> None:
    assert run("maintenances").out == "No scheduled maintenance. To schedule one, use `bridgewatch schedule`.\n"
    announced = run.json(
        "schedule", "New cables", "We replace cables.", "--starts", "in 2h", "--lasts", "90",
        "--component", "API", "--component", "Web",
    )  # fmt: skip
    assert announced["data"]["maintenance"]["components"] == ["API", "Web"]
    run("reschedule", "1", "Later.", "--starts", "in 3h", "--lasts", "30")
    (row,) = run.json("maintenances")
    assert (row["ref"], row["maintenance"]["canceled_at"]) == ("INC-1", None)
    assert "INC-1  New cables  " in run("maintenances").out
    assert "canceled maintenance" in run("end-maintenance", "1", "Not needed.").out
    assert run.json("maintenances") == []
    assert "is not a valid future time" in run("schedule", "x", "y", "--starts", "yesterday", "--lasts", "9").err


def test_it_is_kept_up_to_date_until_it_is_told_to_end(sqlite_location: Location, tmp_path: Path, here: Desk) -> None:
    folder = tmp_path / "page"
    arguments = ["--database", sqlite_location.url, "--as", "ana", "status-page", str(folder), "--watch"]
    with subprocess.Popen([sys.executable, "-m", "tui", *arguments], stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stderr
        assert "written" in watching.stderr.readline()
        here("schedule", "New cables", "We replace cables.", "--starts", "in 2h", "--lasts", "90")
        assert "written" in watching.stderr.readline()
        assert "New cables" in (folder / "index.html").read_text()
        watching.send_signal(signal.SIGTERM)
    assert watching.returncode == 0
