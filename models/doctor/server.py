"""A Postgres server's settings, as far as what was acknowledged depends on them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from models.doctor.report import Finding
from models.kernel.postgres.privileges import findings, kept_prefix, roles

_SETTING = text("SELECT current_setting(:name)")
_SAFE = {
    "fsync": "Whatever was acknowledged may be lost, and the database damaged, when the machine stops.",
    "full_page_writes": "A page that was half written when the machine stopped may stay damaged.",
    "synchronous_commit": "What was acknowledged in the last moments may be lost when the machine stops.",
}

UNCHECKED = "The pages of the database: `pg_amcheck --heapallindexed` looks at them, and needs the extension amcheck."


def kept_safe(connection: Connection) -> Iterator[Finding]:
    for name, means in _SAFE.items():
        if _setting(connection, name) == "off":
            yield Finding(
                "durability", f"{name} is off.", means, f"Set {name} = on in postgresql.conf, and reload the server."
            )


def advice(connection: Connection) -> Iterator[Finding]:
    if _setting(connection, "data_checksums") == "off":
        yield Finding(
            "durability",
            "The cluster has no checksums of its pages.",
            "What a disk spoils is found only when somebody trips over it.",
            "Stop the server and run `pg_checksums --enable`.",
        )


def privileges(connection: Connection) -> Iterator[Finding]:
    """Where the database has roles: whether they may do what they should, and nothing else."""
    if kept_prefix(connection) is None:
        return
    for found in findings(connection, roles(connection)):
        yield Finding(
            "privileges",
            found,
            "Somebody may do more than they should, or cannot do their work.",
            "`bridgewatch grants --apply`, as a keeper, gives the roles what is theirs; REVOKE takes the rest.",
        )


def _setting(connection: Connection, name: str) -> str:
    return str(connection.execute(_SETTING, {"name": name}).scalar_one())
