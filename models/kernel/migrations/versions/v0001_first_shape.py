"""The first shape of the tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB, "postgresql")
MOMENT = sa.DateTime(timezone=True)

PHASES = "'triage', 'investigating', 'identified', 'monitoring', 'resolved', 'closed', 'canceled', 'merged'"

APPEND_ONLY = {
    "entries": "Entries of a timeline are never changed or removed; revise or retract them with new ones.",
    "status_updates": "What was published stays published; publish a correction.",
}

UNIQUE = {
    "entries": "command_id = NEW.command_id OR incident_id = NEW.incident_id AND (n = NEW.n OR undoes = NEW.undoes)",
    "status_updates": "id = NEW.id OR origin = NEW.origin",
}


def upgrade() -> None:
    op.create_table(
        "components",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("components_pkey")),
        sa.UniqueConstraint("name", name=op.f("components_name_key")),
        sa.UniqueConstraint("origin", name=op.f("components_origin_key")),
    )
    op.create_table(
        "head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket", ID, nullable=False, comment="taken last in every transaction: tickets are in commit order"),
        sa.CheckConstraint("one = 1", name=op.f("head_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("head_pkey")),
    )
    op.create_table(
        "meta",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("min_reader", sa.Integer(), nullable=False, comment="the oldest program schema that may read"),
        sa.Column("min_writer", sa.Integer(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("meta_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("meta_pkey")),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the name as spellings are compared, at times longer"),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("people_pkey")),
        sa.UniqueConstraint("key", name=op.f("people_key_key")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("settings_pkey")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", ID, nullable=False, comment="INC-31 is 31"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("severity", sa.String(length=2), nullable=False),
        sa.Column("impact", sa.String(length=8), nullable=True),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the number of its last entry"),
        sa.Column("changed", ID, nullable=False, comment="the ticket of its last change"),
        sa.Column("declared_by", ID, nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True, comment="when customers were last told"),
        sa.Column("origin", sa.String(length=200), nullable=True, comment="where it was imported from"),
        sa.CheckConstraint(
            "category IN ('functionality', 'security', 'performance', 'maintenance')", name=op.f("incidents_category")
        ),
        sa.CheckConstraint("impact IN ('all', 'most', 'some', 'few')", name=op.f("incidents_impact")),
        sa.CheckConstraint(
            f"phase IN ({PHASES})",
            name=op.f("incidents_phase"),
        ),
        sa.CheckConstraint("severity IN ('P1', 'P2', 'P3')", name=op.f("incidents_severity")),
        sa.CheckConstraint("length(title) > 0", name=op.f("incidents_title")),
        sa.ForeignKeyConstraint(["declared_by"], ["people.id"], name=op.f("incidents_declared_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("incidents_pkey")),
        sa.UniqueConstraint("origin", name=op.f("incidents_origin_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("incidents_changed", "incidents", ["changed"], unique=False)
    op.create_index(
        "incidents_open",
        "incidents",
        ["id"],
        unique=False,
        sqlite_where=sa.text("phase IN ('triage', 'investigating', 'identified', 'monitoring')"),
        postgresql_where=sa.text("phase IN ('triage', 'investigating', 'identified', 'monitoring')"),
    )
    op.create_index("incidents_resolved_at", "incidents", ["resolved_at"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("incident_id", ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=True, comment="empty: the incident's own"),
        sa.Column("components", JSON, nullable=False, comment="name -> state"),
        sa.Column("edited_by", ID, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.Column("open_by", ID, nullable=True),
        sa.Column("open_at", MOMENT, nullable=True, comment="somebody has it open for editing; renewed while they do"),
        sa.CheckConstraint(
            f"phase IN ({PHASES})",
            name=op.f("drafts_phase"),
        ),
        sa.ForeignKeyConstraint(["edited_by"], ["people.id"], name=op.f("drafts_edited_by_fkey")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("drafts_incident_id_fkey")),
        sa.ForeignKeyConstraint(["open_by"], ["people.id"], name=op.f("drafts_open_by_fkey")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("drafts_pkey")),
    )
    op.create_table(
        "entries",
        sa.Column("incident_id", ID, nullable=False),
        sa.Column(
            "n", sa.Integer(), autoincrement=False, nullable=False, comment="gap-free: also the incident's version"
        ),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False, comment="when it happened"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="when it was written down"),
        sa.Column(
            "revises", sa.Integer(), nullable=True, comment="the first version of the entry that this one stands for"
        ),
        sa.Column("undoes", sa.Integer(), nullable=True, comment="the entry that this one takes back"),
        sa.CheckConstraint("n > 0", name=op.f("entries_counts_from_one")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("entries_author_id_fkey")),
        sa.ForeignKeyConstraint(
            ["incident_id", "revises"],
            ["entries.incident_id", "entries.n"],
            name=op.f("entries_incident_id_revises_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id", "undoes"],
            ["entries.incident_id", "entries.n"],
            name=op.f("entries_incident_id_undoes_fkey"),
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("entries_incident_id_fkey")),
        sa.PrimaryKeyConstraint("incident_id", "n", name=op.f("entries_pkey")),
        sa.UniqueConstraint("command_id", name=op.f("entries_command_id_key")),
        sa.UniqueConstraint("incident_id", "undoes", name=op.f("entries_incident_id_undoes_key")),
    )
    op.create_index("entries_by_author", "entries", ["incident_id", "author_id", "n"], unique=False)
    op.create_index("entries_timeline", "entries", ["incident_id", "occurred_at", "n"], unique=False)
    op.create_index("entries_versions", "entries", ["incident_id", "revises", "n"], unique=False)
    op.create_table(
        "incident_roles",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="tech-lead, tech-lead/database, dark-magic"),
        sa.Column(
            "book_role",
            sa.String(length=64),
            nullable=True,
            comment="the role of the book that it is, or is another copy of",
        ),
        sa.Column(
            "name", sa.String(length=64), nullable=False, comment="its English name, or the one somebody gave it"
        ),
        sa.Column("label", sa.String(length=64), server_default="", nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False, comment="one holder at a time"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("incident_roles_incident_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_roles_pkey")),
        sa.UniqueConstraint("id", "incident_id", "single", name=op.f("incident_roles_id_incident_id_single_key")),
        sa.UniqueConstraint("incident_id", "key", name=op.f("incident_roles_incident_id_key_key")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("role_id", ID, nullable=False),
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("given_by", ID, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.CheckConstraint("(until IS NULL) = (ended_by IS NULL)", name=op.f("assignments_ended_by_somebody")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("assignments_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("assignments_ended_by_fkey")),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("assignments_given_by_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("assignments_person_id_fkey")),
        sa.ForeignKeyConstraint(
            ["role_id", "incident_id", "single"],
            ["incident_roles.id", "incident_roles.incident_id", "incident_roles.single"],
            name=op.f("assignments_role_id_incident_id_single_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("assignments_pkey")),
    )
    op.create_index(
        "assignments_once_each",
        "assignments",
        ["role_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "assignments_one_holder",
        "assignments",
        ["role_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL AND single"),
        postgresql_where=sa.text("until IS NULL AND single"),
    )
    op.create_index(
        "assignments_open",
        "assignments",
        ["incident_id"],
        unique=False,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index("assignments_role_id_since", "assignments", ["role_id", "since"], unique=False)
    op.create_table(
        "status_updates",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="its entry"),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("components", JSON, nullable=False, comment="name -> state"),
        sa.Column("published_by", ID, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            f"phase IN ({PHASES})",
            name=op.f("status_updates_phase"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id", "n"], ["entries.incident_id", "entries.n"], name=op.f("status_updates_incident_id_n_fkey")
        ),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f("status_updates_published_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("status_updates_pkey")),
        sa.UniqueConstraint("origin", name=op.f("status_updates_origin_key")),
    )
    op.create_index(
        "status_updates_incident_id_published_at", "status_updates", ["incident_id", "published_at"], unique=False
    )

    op.execute("INSERT INTO meta (one, schema, min_reader, min_writer) VALUES (1, 1, 1, 1)")
    op.execute("INSERT INTO head (one, ticket) VALUES (1, 0)")
    for table, reason in APPEND_ONLY.items():
        if op.get_bind().dialect.name == "sqlite":
            protect_sqlite(table, reason)
        else:
            protect_postgres(table, reason)


def protect_sqlite(table: str, reason: str) -> None:
    for deed in ("UPDATE", "DELETE"):
        refuse = f"SELECT RAISE(ABORT, '{reason}')"
        op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} BEGIN {refuse}; END")
    # INSERT OR REPLACE deletes without a word to the trigger, unless the connection has recursive_triggers on
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {UNIQUE[table]})"  # noqa: S608
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} BEGIN {refuse}; END")


def protect_postgres(table: str, reason: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stay()"
    )
