"""A Postgres server's settings, as far as what was acknowledged depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from models.doctor.report import Finding
from models.kernel.postgres.privileges import findings, kept_prefix, roles

_SETTING = text("SELECT current_setting(:name)")
_SAFE = {
    "fsync": "If the machine crashes, saved changes may be lost and the database may be damaged.",
    "full_page_writes": "After a crash, a half-written page may stay damaged.",
    "synchronous_commit": "If the machine crashes, the latest saved changes may be lost.",
}

UNCHECKED = "The pages of the database: use `pg_amcheck --heapallindexed` (needs the extension amcheck)."


def kept_safe(connection: Connection) -> Iterator[Finding]:
    for name, means in _SAFE.items():
        if _setting(connection, name) == "off":
            yield Finding(
                "durability", f"{name} is off.", means, f"Set {name} = on in postgresql.conf, and reload the server."
            )


def advice(connection: Connection) -> Iterator[Finding]:
    session: Any = connection.connection.driver_connection
    if session.pooled:
        yield Finding(
            "pooler",
            "A pooler stands between Bridgewatch and Postgres.",
            "Desks look for changes four times a second, and do not see who is online.",
            "Where this matters, give desks the address of Postgres itself.",
        )
    if _setting(connection, "data_checksums") == "off":
        yield Finding(
            "durability",
            "The cluster has no page checksums.",
            "Disk corruption is only detected when the damaged page is read.",
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
            "Some people have too many permissions, or too few.",
            "Run `bridgewatch grants --apply` as an admin to grant what is missing; use REVOKE for the rest.",
        )


def _setting(connection: Connection, name: str) -> str:
    return str(connection.execute(_SETTING, {"name": name}).scalar_one())
