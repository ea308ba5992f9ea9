"""Begin an incident with the roles of the current role book."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from models.kernel.transaction import Transaction
from models.roles.book import RoleBook
from models.roles.book_versions import to_declare_under
from models.roles.tables import incident_roles


def begin_incident(tx: Transaction, **columns: Any) -> RoleBook:
    """Begin the transaction's incident under the book that counts now, with every role of it; returns the book."""
    edition = to_declare_under(tx.connection, tx.now)
    tx.begin_incident(book=edition.key, book_version=edition.version, **columns)
    tx.connection.execute(
        insert(incident_roles),
        [
            {
                "incident_id": tx.incident_id,
                "key": role.key,
                "book_role": role.key,
                "name": role.name.en,
                "single": role.holders == "one",
                "position": position,
            }
            for position, role in enumerate(edition.book.roles)
        ],
    )
    return edition.book
