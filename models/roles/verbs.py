"""What can be done about roles: assign, take, hand over, release, add."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb


def _held(names: list[str]) -> str:
    return f"previously {' and '.join(names) or 'unassigned'}"


def _assigned(data: Data) -> str:
    before = f"alongside {' and '.join(data['was'])}" if data.get("beside") else _held(data["was"])
    if data.get("taken"):
        return f"took over {data['name']} ({before})"
    return f"assigned {data['name']} to {data['person']} ({before})"


def _released(data: Data) -> str:
    if data.get("own"):
        return f"stepped down as {data['name']}"
    return f"removed {data['person']} from {data['name']}"


def _added(data: Data) -> str:
    takes = len(data.get("takes", ()))
    return f"added the role {data['name']}" + (f", with {takes} of its responsibilities" if takes else "")


VERBS = (
    Verb(
        "assign",
        "Assign",
        "Assign a role to someone.",
        key="a",
        command="models.roles.commands:Assign",
        asks=("ref", "role", "person"),
        reads={"assigned": _assigned},
        footer=20,
    ),
    Verb(
        "take",
        "Take",
        "Assign a role to yourself.",
        key="t",
        command="models.roles.commands:Take",
        asks=("ref", "role"),
        footer=30,
    ),
    Verb(
        "offer",
        "Hand over",
        "Hand over a role with a brief, or answer an offer made to you.",
        key="h",
        command="models.roles.handover:Offer",
        asks=("ref", "role", "person"),
        reads={
            "offered": lambda data: (
                f"offered {data['name']} to {data['to']}; {data['from']} stays assigned until they accept"
            )
        },
        footer=40,
    ),
    Verb(
        "accept",
        "Accept",
        "Accept a role offered to you; it is then assigned to you.",
        command="models.roles.handover:Accept",
        asks=("ref", "role"),
        reads={"accepted": lambda data: f"accepted {data['name']} from {data['from']}"},
    ),
    Verb(
        "decline",
        "Decline",
        "Decline a role offered to you, with a message.",
        command="models.roles.handover:Decline",
        asks=("ref", "role", "word"),
        reads={"declined": lambda data: f"declined {data['name']}; {data['from']} stays assigned"},
    ),
    Verb(
        "withdraw",
        "Withdraw",
        "Withdraw your pending offer of a role.",
        command="models.roles.handover:Withdraw",
        asks=("ref", "role"),
        reads={
            "withdrawn": lambda data: (
                f"withdrew the offer of {data['name']} to {data['to']}; {data['from']} stays assigned"
            )
        },
    ),
    Verb(
        "release",
        "Release",
        "Step down from a role; the incident manager covers it.",
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
        "Add a new role, or a second copy of a playbook role with a label.",
        key="A",
        command="models.roles.commands:AddRole",
        asks=("ref", "name"),
        reads={"role-added": _added},
        footer=350,
    ),
    Verb(
        "split",
        "Split",
        "Settle which copy of a role does a responsibility.",
        command="models.roles.splitting:Split",
        asks=("ref", "duty", "role"),
        reads={"split": lambda data: f"gave “{data['text']}” to {data['name']} alone"},
    ),
)
