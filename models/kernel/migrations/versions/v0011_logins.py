"""Whose a database login is, and Postgres's own check that nobody writes in somebody else's name.

An older program may go on reading and writing: the check is the database's. SQLite has no logins to check.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

BY = {
    "assignments": ("given_by", "ended_by"),
    "books": ("added_by",),
    "drafts": ("edited_by", "open_by", "asked_by", "approved_by", "returned_by"),
    "entries": ("author_id",),
    "incidents": ("declared_by",),
    "logins": ("mapped_by",),
    "offers": ("offered_by", "answered_by"),
    "places": ("added_by",),
    "skips": ("skipped_by",),
    "status_updates": ("published_by",),
    "tasks": ("added_by",),
}
"""Who did it, in each table."""

ME = """
    SELECT logins.person_id, people.name INTO me, my_name
    FROM {schema}.logins JOIN {schema}.people ON people.id = logins.person_id
    WHERE logins.login = session_user::text;
"""
OTHERS = """
    RAISE EXCEPTION 'Login % belongs to %: it cannot write as %.', session_user, my_name,
        coalesce((SELECT name FROM {schema}.people WHERE id = named), 'an unknown person')
        USING ERRCODE = 'insufficient_privilege',
        HINT = 'Start without --as, or ask an admin to map the login: `bridgewatch login map`.';
"""

OWN_NAME = """
DECLARE
    me bigint; my_name text; named bigint; who text; after jsonb; before jsonb;
BEGIN
    {ME}
    IF me IS NULL THEN
        RETURN NEW;
    END IF;
    after := to_jsonb(NEW);
    before := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
    FOREACH who IN ARRAY TG_ARGV LOOP
        named := (after ->> who)::bigint;
        CONTINUE WHEN named IS NULL OR named = me OR named = (before ->> who)::bigint;
        -- whoever accepts a role has it from who offered it
        CONTINUE WHEN TG_TABLE_NAME = 'assignments' AND who = 'given_by' AND EXISTS (
            SELECT FROM {schema}.offers
            WHERE role_id = (after ->> 'role_id')::bigint AND offered_by = named AND answer = 'accepted'
            AND to_id = me AND answered_by = me AND (after ->> 'person_id')::bigint = me);
        {OTHERS}
    END LOOP;
    RETURN NEW;
END
"""

OWN_WORDS = """
DECLARE
    me bigint; my_name text; named bigint; writer text := NEW.data ->> 'author';
BEGIN
    {ME}
    IF me IS NULL OR writer IS NULL OR NEW.kind IN ('approved', 'sent-back', 'retracted') THEN
        RETURN NEW;
    END IF;
    -- a note stays its first writer's, whoever revises it
    IF writer IS DISTINCT FROM coalesce(
        (SELECT coalesce(root.data ->> 'author', people.name)
         FROM {schema}.entries root JOIN {schema}.people ON people.id = root.author_id
         WHERE root.incident_id = NEW.incident_id AND root.n = NEW.revises), my_name)
    THEN
        named := (SELECT id FROM {schema}.people WHERE name = writer LIMIT 1);
        {OTHERS}
    END IF;
    RETURN NEW;
END
"""

AS_APPROVED = """
DECLARE
    me bigint; my_name text; named bigint;
BEGIN
    IF (NEW.revision, NEW.title, NEW.text, NEW.phase, NEW.components, NEW.next_update_at, NEW.expected_at)
        IS NOT DISTINCT FROM
        (OLD.revision, OLD.title, OLD.text, OLD.phase, OLD.components, OLD.next_update_at, OLD.expected_at)
    THEN
        RETURN NEW;
    END IF;
    IF NEW.approved_by IS NOT NULL THEN
        RAISE EXCEPTION 'What is edited is not approved any more.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    {ME}
    IF NEW.edited_by <> me THEN
        named := NEW.edited_by;
        {OTHERS}
    END IF;
    RETURN NEW;
END
"""

APPROVED = """
BEGIN
    IF NEW.approved_by IS NOT NULL AND NOT EXISTS (
        SELECT FROM {schema}.drafts
        WHERE incident_id = NEW.incident_id AND audience = NEW.audience AND revision = NEW.revision
        AND approved_by = NEW.approved_by AND text = NEW.text AND title = NEW.title)
    THEN
        RAISE EXCEPTION 'The draft that this update was has no such approval.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""


def upgrade() -> None:
    op.create_table(
        "logins",
        sa.Column("login", sa.String(length=63), nullable=False, comment="a role of Postgres that may connect"),
        sa.Column("person_id", ID, nullable=False, comment="whose it is: in nobody else's name does it write"),
        sa.Column("mapped_by", ID, nullable=False),
        sa.Column("mapped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("logins_person_id_fkey")),
        sa.ForeignKeyConstraint(["mapped_by"], ["people.id"], name=op.f("logins_mapped_by_fkey")),
        sa.PrimaryKeyConstraint("login", name=op.f("logins_pkey")),
    )
    if op.get_bind().dialect.name == "postgresql":
        check_names()
    op.execute("UPDATE meta SET schema = 11")


def check_names() -> None:
    for function, body in (
        ("own_name", OWN_NAME),
        ("own_words", OWN_WORDS),
        ("drafts_as_approved", AS_APPROVED),
        ("status_updates_approved", APPROVED),
    ):
        create_function(function, body)
    for table, columns in BY.items():
        names = ", ".join(f"'{column}'" for column in columns)
        row_trigger(f"{table}_own_name", f"INSERT OR UPDATE OF {', '.join(columns)}", table, f"own_name({names})")
    row_trigger("entries_own_words", "INSERT", "entries", "own_words()")
    row_trigger("drafts_as_approved", "UPDATE", "drafts", "drafts_as_approved()")
    row_trigger("status_updates_approved", "INSERT", "status_updates", "status_updates_approved()")


def create_function(name: str, body: str) -> None:
    """One that sees all rows whoever's login runs it, and whatever that login has set as its search path."""
    bind = op.get_bind()
    known = bind.execute(sa.text("SELECT current_schema()")).scalar_one()
    schema = bind.dialect.identifier_preparer.quote(known)
    for part, words in (("{ME}", ME), ("{OTHERS}", OTHERS), ("{schema}", schema)):
        body = body.replace(part, words.strip())
    bind.exec_driver_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = pg_catalog, pg_temp AS $body${body}$body$",
        execution_options={"no_parameters": True},
    )


def row_trigger(name: str, events: str, table: str, call: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {call}")
