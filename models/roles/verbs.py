"""What can be done about roles: assign, take, hand over, release, add."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb


def _held(names: list[str]) -> str:
    return f"{' and '.join(names)} held it" if names else "nobody held it"


def _assigned(data: Data) -> str:
    before = f"beside {' and '.join(data['was'])}" if data.get("beside") else _held(data["was"])
    if data.get("taken"):
        return f"took {data['name']} ({before})"
    return f"gave {data['name']} to {data['person']} ({before})"


def _released(data: Data) -> str:
    if data.get("own"):
        return f"released {data['name']}"
    return f"took {data['name']} from {data['person']}"


VERBS = (
    Verb(
        "assign",
        "Assign",
        "Give a role to somebody.",
        key="a",
        command="models.roles.commands:Assign",
        asks=("ref", "role", "person"),
        reads={"assigned": _assigned},
        footer=20,
    ),
    Verb(
        "take",
        "Take",
        "Take a role yourself.",
        key="t",
        command="models.roles.commands:Take",
        asks=("ref", "role"),
        footer=30,
    ),
    Verb(
        "offer",
        "Hand over",
        "Offer a role to somebody with a brief, or answer what is offered to you.",
        key="h",
        command="models.roles.handover:Offer",
        asks=("ref", "role", "person"),
        reads={"offered": lambda data: f"offered {data['name']} to {data['to']}; {data['from']} holds it until then"},
        footer=40,
    ),
    Verb(
        "accept",
        "Accept",
        "Accept a role that is offered to you; from then on you hold it.",
        command="models.roles.handover:Accept",
        asks=("ref", "role"),
        reads={"accepted": lambda data: f"accepted {data['name']} from {data['from']}"},
    ),
    Verb(
        "decline",
        "Decline",
        "Decline a role that is offered to you, with a word why.",
        command="models.roles.handover:Decline",
        asks=("ref", "role", "word"),
        reads={"declined": lambda data: f"declined {data['name']}; {data['from']} keeps it"},
    ),
    Verb(
        "withdraw",
        "Withdraw",
        "Withdraw your offer of a role that waits for an answer.",
        command="models.roles.handover:Withdraw",
        asks=("ref", "role"),
        reads={
            "withdrawn": lambda data: f"withdrew the offer of {data['name']} to {data['to']}; {data['from']} keeps it"
        },
    ),
    Verb(
        "release",
        "Release",
        "Let go of a role; the incident manager holds it meanwhile.",
        key="x",
        pane="roster",
        command="models.roles.commands:Release",
        asks=("ref", "role"),
        reads={"released": _released},
        footer=180,
    ),
    Verb(
        "add-role",
        "Add role",
        "Add a role of your own, or another copy of a book role with a label.",
        key="A",
        command="models.roles.commands:AddRole",
        asks=("ref", "name"),
        reads={"role-added": lambda data: f"added the role {data['name']}"},
        footer=350,
    ),
)
