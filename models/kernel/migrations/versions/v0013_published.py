"""Times of a draft that count from its publication, publishing in an emergency, and what customers were told last.

The database itself holds that what customers read was approved as a whole, or was published with a reason; that it is
told by its entry; and, on Postgres, that its time is the database's own. An approval that was given before is for the
phase that the draft tells of now, and promises no next update but one that the draft names.

An older program may go on reading. It must not write: its updates would lack what is checked here.
"""

import sqlalchemy as sa
from alembic import op

from models.kernel.migrations.published_on_sqlite import SQLITE_ANNOUNCED, SQLITE_PUBLISHED, in_full
from models.kernel.migrations.versions.v0011_logins import create_function, row_trigger

revision = "0013"
down_revision = "0012"

PHASES = "'triage', 'investigating', 'identified', 'monitoring', 'resolved', 'closed', 'canceled', 'merged'"
OPEN = "'triage', 'investigating', 'identified', 'monitoring'"
AUDIENCES = "'customers', 'team', 'executives'"

COLUMNS = (
    ("drafts", "next_in INTEGER", "next_in_or_at", "next_in IS NULL OR next_update_at IS NULL"),
    ("drafts", "expected_in INTEGER", "expected_in_or_at", "expected_in IS NULL OR expected_at IS NULL"),
    ("drafts", "approved_phase VARCHAR(16)", "approved_phase", "(approved_by IS NULL) = (approved_phase IS NULL)"),
    (
        "drafts",
        "approved_next_in INTEGER",
        "approved_next_in",
        "approved_next_in IS NULL OR approved_by IS NOT NULL",
    ),
    ("incidents", "told VARCHAR(16)", "told", f"told IN ({PHASES})"),
    ("tasks", "update_for VARCHAR(16)", "update_for", f"update_for IN ({AUDIENCES})"),
)
"""By table: the column, and its constraint, which SQLite cannot add later."""

COMMENTS = {
    "drafts.next_update_at": "a fixed time; empty: next_in, else as the cadence has it",
    "drafts.expected_at": "a fixed time of the resolution; empty: expected_in, else nobody knows",
    "drafts.next_in": "minutes from publication to the next update",
    "drafts.expected_in": "minutes from publication to the expected resolution",
    "drafts.approved_phase": "the phase that was approved with it",
    "drafts.approved_next_in": "the cadence, in minutes, that was approved with it",
    "drafts.unapproved": "the entry of an update that no approver has seen, until one has",
    "incidents.told": "the phase that customers were told last",
    "tasks.update_for": "publishing to this audience completes it",
}

TOLD = """
    UPDATE incidents SET told = (
        SELECT phase FROM status_updates
        WHERE incident_id = incidents.id AND audience = 'customers' ORDER BY published_at DESC, id DESC LIMIT 1
    )"""

APPROVED_PHASE = """coalesce(phase, (
    SELECT CASE WHEN phase = 'triage' THEN 'investigating'
        WHEN phase IN ('closed', 'canceled', 'merged') THEN 'resolved' ELSE phase END
    FROM incidents WHERE id = drafts.incident_id))"""

SAME_DRAFT = "approvals.incident_id = drafts.incident_id AND approvals.audience = drafts.audience"

WRONG = "integrity_constraint_violation"

AS_APPROVED = """
DECLARE
    me bigint; my_name text; named bigint;
BEGIN
    IF NEW.approved_by IS NOT NULL AND NEW.approved_by = OLD.approved_by
        AND (NEW.approved_revision, NEW.approved_phase, NEW.approved_next_in)
            IS DISTINCT FROM (OLD.approved_revision, OLD.approved_phase, OLD.approved_next_in)
    THEN
        RAISE EXCEPTION 'What was approved is not changed later.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.revision, NEW.title, NEW.text, NEW.phase, NEW.components, NEW.next_update_at, NEW.next_in,
            NEW.expected_at, NEW.expected_in)
        IS NOT DISTINCT FROM (OLD.revision, OLD.title, OLD.text, OLD.phase, OLD.components, OLD.next_update_at,
            OLD.next_in, OLD.expected_at, OLD.expected_in)
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

PUBLISHED = """
DECLARE
    entry record; keeper boolean; newest timestamptz; level text; needed boolean;
BEGIN
    SELECT kind, data, text, author_id, recorded_at INTO entry
        FROM {schema}.entries WHERE incident_id = NEW.incident_id AND n = NEW.n;
    IF NOT FOUND OR entry.author_id <> NEW.published_by OR entry.text <> NEW.text OR EXISTS (
        SELECT FROM {schema}.status_updates WHERE incident_id = NEW.incident_id AND n = NEW.n)
    THEN
        RAISE EXCEPTION 'No entry says that this update was published.' USING ERRCODE = '{WRONG}';
    END IF;
    keeper := pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE');
    IF NEW.origin IS NOT NULL OR entry.data ? 'imported' THEN
        IF NEW.origin IS NULL OR NOT entry.data ? 'imported' OR entry.kind <> 'published'
            OR NEW.approved_by IS NOT NULL
        THEN
            RAISE EXCEPTION 'What is imported is marked so, and its entry too.' USING ERRCODE = '{WRONG}';
        ELSIF NOT keeper THEN
            RAISE EXCEPTION 'Only admins import updates, with the times that they had.'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    -- an admin's own time is the entry's; anyone else's lies within the transaction, by the database's clock
    SELECT max(published_at) INTO newest
        FROM {schema}.status_updates WHERE incident_id = NEW.incident_id AND origin IS NULL;
    IF (CASE WHEN keeper THEN NEW.published_at <> entry.recorded_at ELSE
        NEW.published_at < transaction_timestamp() OR NEW.published_at > greatest(clock_timestamp(), newest) END)
    THEN
        NEW.published_at := greatest(clock_timestamp(), newest);
    END IF;
    IF entry.kind IN ('declared', 'maintenance-moved', 'maintenance-ended') THEN
        IF NOT EXISTS (SELECT FROM {schema}.maintenances WHERE incident_id = NEW.incident_id)
            OR (NEW.audience, NEW.phase, NEW.title, NEW.components, NEW.next_update_at, NEW.expected_at,
                NEW.approved_by) IS DISTINCT FROM ('customers',
                CASE entry.kind WHEN 'maintenance-ended' THEN 'resolved' ELSE 'identified' END,
                CASE entry.kind WHEN 'declared' THEN entry.data ->> 'title' ELSE '' END,
                '{{}}'::jsonb, NULL::timestamptz, NULL::timestamptz, NULL::bigint)
        THEN
            RAISE EXCEPTION 'This is not what the entry says of the maintenance.' USING ERRCODE = '{WRONG}';
        END IF;
        RETURN NEW;
    END IF;
    IF entry.kind NOT IN ('published', 'emergency-published', 'told')
        OR (entry.kind = 'told') <> (NEW.audience <> 'customers')
        OR (entry.data ->> 'audience', entry.data ->> 'phase', entry.data ->> 'title', entry.data -> 'components',
            (entry.data ->> 'revision')::integer, (entry.data ->> 'next_update_at')::timestamptz,
            (entry.data ->> 'expected_at')::timestamptz)
        IS DISTINCT FROM (NEW.audience, NEW.phase, NEW.title, NEW.components, NEW.revision, NEW.next_update_at,
            NEW.expected_at)
    THEN
        RAISE EXCEPTION 'The entry of this update says something else.' USING ERRCODE = '{WRONG}';
    END IF;
    level := coalesce(
        (SELECT CASE jsonb_typeof(value -> 'approval') WHEN 'null' THEN '' WHEN 'string' THEN value ->> 'approval' END
         FROM {schema}.settings WHERE key = 'policy'), 'P1');
    SELECT NEW.audience = 'customers' AND severity COLLATE "C" <= level COLLATE "C" INTO needed
        FROM {schema}.incidents WHERE id = NEW.incident_id;
    IF entry.kind = 'emergency-published' THEN
        IF NEW.approved_by IS NOT NULL OR coalesce(btrim(entry.data ->> 'reason'), '') = '' THEN
            RAISE EXCEPTION 'An update without approval needs a reason.' USING ERRCODE = '{WRONG}';
        END IF;
    ELSIF needed AND NEW.approved_by IS NULL THEN
        RAISE EXCEPTION 'This update needs an approval, or a reason to be published without one.'
            USING ERRCODE = '{WRONG}';
    END IF;
    IF NEW.approved_by IS NOT NULL AND NOT EXISTS (
        SELECT FROM {schema}.drafts d
        WHERE d.incident_id = NEW.incident_id AND d.audience = NEW.audience AND d.revision = NEW.revision
        AND d.approved_by = NEW.approved_by AND d.text = NEW.text AND d.title = NEW.title
        AND d.components = NEW.components AND d.approved_phase = NEW.phase
        AND NEW.next_update_at IS NOT DISTINCT FROM coalesce(
            d.next_update_at, NEW.published_at + make_interval(mins => coalesce(d.next_in, d.approved_next_in)))
        AND (NEW.expected_at IS NULL AND NEW.phase = 'resolved'
            OR NEW.expected_at IS NOT DISTINCT FROM coalesce(
                d.expected_at, NEW.published_at + make_interval(mins => d.expected_in))))
    THEN
        RAISE EXCEPTION 'The draft that this update was has no such approval.' USING ERRCODE = '{WRONG}';
    END IF;
    RETURN NEW;
END
""".replace("{WRONG}", WRONG).replace("{{}}", "{}")

ANNOUNCED = """
DECLARE
    entry record; said jsonb;
BEGIN
    IF EXISTS (SELECT FROM {schema}.incidents WHERE id = NEW.incident_id AND origin IS NOT NULL)
        AND pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RETURN NEW;  -- what an admin imports has the times of its page
    END IF;
    SELECT kind, data, recorded_at INTO entry FROM {schema}.entries
        WHERE incident_id = NEW.incident_id AND kind IN ('declared', 'maintenance-moved', 'maintenance-ended')
        ORDER BY n DESC LIMIT 1;
    said := CASE entry.kind WHEN 'declared' THEN entry.data -> 'maintenance' ELSE entry.data -> 'now' END;
    IF NEW.ends_at <= NEW.starts_at OR (CASE entry.kind  -- a constraint says that
        WHEN 'maintenance-ended' THEN TG_OP = 'UPDATE' AND (
            (NEW.starts_at, NEW.canceled_at, NEW.ends_at)
                IS NOT DISTINCT FROM (OLD.starts_at, OLD.canceled_at, entry.recorded_at)
            OR (NEW.starts_at, NEW.canceled_at, NEW.ends_at)
                IS NOT DISTINCT FROM (OLD.starts_at, entry.recorded_at, OLD.ends_at))
        ELSE NEW.canceled_at IS NULL AND (NEW.starts_at, NEW.ends_at) IS NOT DISTINCT FROM
            ((said ->> 'starts_at')::timestamptz, (said ->> 'ends_at')::timestamptz)
            AND (entry.kind = 'maintenance-moved' OR NEW.components = said -> 'components')
        END)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'No entry says these times of the maintenance.' USING ERRCODE = 'integrity_constraint_violation';
END
"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:  # it cannot add a constraint later, so no approval may be there meanwhile
        op.execute("CREATE TABLE approvals AS SELECT * FROM drafts WHERE approved_by IS NOT NULL")
        op.execute("UPDATE drafts SET approved_by = NULL, approved_revision = NULL WHERE approved_by IS NOT NULL")
    else:
        op.execute("ALTER TABLE drafts ADD COLUMN approved_phase VARCHAR(16)")
        op.execute(f"UPDATE drafts SET approved_phase = {APPROVED_PHASE} WHERE approved_by IS NOT NULL")  # noqa: S608
    for table, column, name, check in COLUMNS:
        constraint = f"CONSTRAINT {table}_{name} CHECK ({check})"
        if name == "approved_phase" and not sqlite:
            op.execute(f"ALTER TABLE {table} ADD {constraint}")
        else:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {constraint}")
    if sqlite:
        op.execute(
            f"UPDATE drafts SET approved_phase = {APPROVED_PHASE}, (approved_by, approved_revision) = ("  # noqa: S608
            f"SELECT approved_by, approved_revision FROM approvals WHERE {SAME_DRAFT})"
            f" WHERE EXISTS (SELECT 1 FROM approvals WHERE {SAME_DRAFT})"
        )
        op.drop_table("approvals")
    op.execute("ALTER TABLE drafts ADD COLUMN unapproved INTEGER")
    op.execute(TOLD)
    op.execute("UPDATE tasks SET update_for = 'customers' WHERE template = 'first-update'")
    op.execute("UPDATE tasks SET update_for = 'executives' WHERE template IN ('executives-told', 'business-told')")
    for name, table, column, where in (
        ("drafts_unapproved", "drafts", "incident_id", "unapproved IS NOT NULL"),
        ("incidents_told_open", "incidents", "id", f"told IN ({OPEN})"),
    ):
        condition = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=condition, postgresql_where=condition)
    if sqlite:
        check_on_sqlite()
    else:
        for column, comment in COMMENTS.items():
            op.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")
        check_on_postgres()
    op.execute("UPDATE meta SET schema = 13, min_writer = 13")


def check_on_postgres() -> None:
    op.execute("DROP TRIGGER status_updates_approved ON status_updates")
    op.execute("DROP TRIGGER drafts_as_approved ON drafts")
    op.execute("DROP FUNCTION status_updates_approved()")
    op.execute("DROP FUNCTION drafts_as_approved()")
    create_function("drafts_as_approved", AS_APPROVED)
    create_function("status_updates_published", PUBLISHED)
    create_function("maintenances_announced", ANNOUNCED)
    row_trigger("drafts_as_approved", "UPDATE", "drafts", "drafts_as_approved()")
    row_trigger("status_updates_published", "INSERT", "status_updates", "status_updates_published()")
    row_trigger("maintenances_announced", "INSERT OR UPDATE", "maintenances", "maintenances_announced()")


def check_on_sqlite() -> None:
    refuse = " ".join(f"SELECT RAISE(ABORT, '{why}') WHERE {in_full(wrong)};" for wrong, why in SQLITE_PUBLISHED)
    connection = op.get_bind()
    connection.exec_driver_sql(
        f"CREATE TRIGGER status_updates_published BEFORE INSERT ON status_updates BEGIN {refuse} END"
    )
    refuse = f"SELECT RAISE(ABORT, 'No entry says these times of the maintenance.') WHERE {in_full(SQLITE_ANNOUNCED)};"
    for deed, name in (("INSERT", "maintenances_announced"), ("UPDATE", "maintenances_moved")):
        connection.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE {deed} ON maintenances BEGIN {refuse} END")
