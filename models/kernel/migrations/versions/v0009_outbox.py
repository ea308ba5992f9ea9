"""Places that updates go to besides the published page, and what is on its way there.

An older program may go on reading. It must not write: what it publishes would go to none of the places.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")
IN_USE = sa.text("removed_at IS NULL")
UNSENT = sa.text("state <> 'sent'")


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "address", sa.Text(), nullable=False, comment="with {names} in place of secrets, which are never kept here"
        ),
        sa.Column("headers", JSON, nullable=False, comment="name -> value, with {names} in place of secrets"),
        sa.Column("audiences", JSON, nullable=False, comment="whose updates go there"),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column(
            "removed_at", MOMENT, nullable=True, comment="what had been sent there until then stays on the record"
        ),
        sa.CheckConstraint("kind IN ('statuspage', 'webhook', 'apprise')", name=op.f("places_kind")),
        sa.CheckConstraint("length(key) > 0", name=op.f("places_key")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("places_added_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("places_pkey")),
    )
    op.create_index("places_in_use", "places", ["key"], unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE)
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("update_id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column(
            "key",
            sa.String(length=36),
            nullable=False,
            comment="the same at every attempt: the idempotency key",
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", MOMENT, nullable=False, comment="not before"),
        sa.Column("leased_by", sa.String(length=36), nullable=True, comment="who sends it at the moment"),
        sa.Column("leased_until", MOMENT, nullable=True, comment="then somebody else may"),
        sa.Column(
            "said",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="why it was not sent, or what was left out",
        ),
        sa.Column("remote_id", sa.String(length=200), nullable=True, comment="what the place calls the incident"),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("deliveries_state")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("deliveries_sent_at_some_time")),
        sa.CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name=op.f("deliveries_leased_by_somebody")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("deliveries_place_id_fkey")),
        sa.ForeignKeyConstraint(["update_id"], ["status_updates.id"], name=op.f("deliveries_update_id_fkey")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("deliveries_incident_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("deliveries_pkey")),
        sa.UniqueConstraint("key", name=op.f("deliveries_key_key")),
        sa.UniqueConstraint("place_id", "update_id", name=op.f("deliveries_place_id_update_id_key")),
    )
    op.create_index("deliveries_unsent", "deliveries", ["next_at"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_index("deliveries_incident_id_place_id", "deliveries", ["incident_id", "place_id"])
    op.execute("UPDATE meta SET schema = 9, min_writer = 9")
