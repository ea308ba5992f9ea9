"""Tasks on the command line."""

from models.tasks.views import TaskView
from tests.end_to_end.commanding import Desk


def test_a_task_from_adding_to_finishing(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P3")
    kinds = [
        run.json("add-task", "1", "Call the bank", "--role", "secrétaire", "--due", "15")["kind"],
        run.json("claim", "1", "1", by="bo")["kind"],
        run.json("assign-task", "1", "1", "cy")["kind"],
        run.json("block", "1", "1", "no line")["kind"],
        run.json("claim", "1", "1", "--saw", "cy", by="bo")["kind"],
        run.json("complete", "1", "1", by="bo")["kind"],
        run.json("add-task", "1", "Ring them", "--person", "dee")["kind"],
        run.json("cancel-task", "1", "2", "no use")["kind"],
    ]
    assert kinds == [
        f"task-{what}" for what in ("added", "claimed", "given", "blocked", "claimed", "finished", "added", "dropped")
    ]
    first, second = run.json("show", "1")["tasks"]
    assert set(first) == set(TaskView.__struct_fields__)
    assert (first["state"], first["owner"], first["role"]) == ("done", "bo", "scribe")
    assert (second["state"], second["owner"], second["reason"]) == ("dropped", "dee", "no use")


def test_claiming_what_somebody_has(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P3")
    run("add-task", "1", "Call the bank")
    run("claim", "1", "1", by="bo")
    conflict = run("claim", "1", "1", "--json", by="cy")
    assert conflict.code == 3
    assert conflict.error["kind"] == "conflict"
    assert conflict.error["message"].startswith("Task 1 is assigned to bo: bo claimed task 1 “Call the bank” at ")


def test_showing_for_people(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P3")
    here("add-task", "1", "Call the bank", "--role", "scribe", "--due", "15")
    here("add-task", "1", "検索 it", "--person", "bo")
    here("block", "1", "2", "no line")
    shown = here("show", "1").out.partition("Tasks\n")[2].splitlines()
    assert shown[:2] == [
        "  1  Call the bank  ana (Scribe is unassigned)  due in 14m  open",
        "  2  検索 it        bo                                      blocked: no line",
    ]
