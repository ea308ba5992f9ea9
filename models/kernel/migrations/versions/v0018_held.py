"""The highest severity since customers were last told, whose approval holds; reopening; the phase of a draft's words.

The database itself keeps that severity: it is raised with the incident's, and comes down to it with an update to
customers alone. Responders do not write it. At this upgrade it is the incident's own.

An older program may go on reading. It must not write: it would lower a severity without a reason.
"""

from alembic import op

from models.kernel.migrations.published_on_sqlite import SQLITE_PUBLISHED, in_full
from models.kernel.migrations.versions.v0011_logins import create_function, row_trigger
from models.kernel.migrations.versions.v0013_published import PHASES, PUBLISHED

revision = "0018"
down_revision = "0017"

SEVERITIES = "'P1', 'P2', 'P3'"
COLUMNS = (
    (
        "incidents",
        "approval_severity VARCHAR(2) DEFAULT 'P1' NOT NULL",
        "approval_severity",
        f"approval_severity IN ({SEVERITIES})",
        "the highest since customers were last told: it says who approves",
    ),
    ("incidents", "reopened_at TIMESTAMP WITH TIME ZONE", "", "", "the update cadence begins anew"),
    (
        "drafts",
        "worded_phase VARCHAR(16)",
        "worded_phase",
        f"worded_phase IN ({PHASES})",
        "the phase that it told of when its words were last written",
    ),
)
"""By table: the column, and its constraint, which SQLite cannot add later."""

OWN, HELD = "SELECT severity FROM incidents", "SELECT approval_severity FROM incidents"
OWN_ON_POSTGRES, HELD_ON_POSTGRES = 'AND severity COLLATE "C" <= level', 'AND approval_severity COLLATE "C" <= level'

RAISED = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.approval_severity := NEW.severity;
    ELSIF NEW.approval_severity = OLD.approval_severity THEN
        NEW.approval_severity := least(OLD.approval_severity COLLATE "C", NEW.severity COLLATE "C");
    END IF;
    RETURN NEW;
END
"""

TOLD = """
BEGIN
    UPDATE {schema}.incidents SET approval_severity = severity
        WHERE id = NEW.incident_id AND approval_severity <> severity;
    RETURN NULL;
END
"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, name, check, comment in COLUMNS:
        kind = column.replace("TIMESTAMP WITH TIME ZONE", "DATETIME") if sqlite else column
        constraint = f" CONSTRAINT {table}_{name} CHECK ({check})" if check else ""
        op.execute(f"ALTER TABLE {table} ADD COLUMN {kind}{constraint}")
        if not sqlite:
            op.execute(f"COMMENT ON COLUMN {table}.{column.split()[0]} IS '{comment}'")
    op.execute("UPDATE incidents SET approval_severity = severity")
    if sqlite:
        hold_on_sqlite()
    else:
        hold_on_postgres()
    op.execute("UPDATE meta SET schema = 18, min_writer = 18")


def hold_on_sqlite() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("DROP TRIGGER status_updates_published")
    refuse = " ".join(
        f"SELECT RAISE(ABORT, '{why}') WHERE {in_full(wrong.replace(OWN, HELD))};" for wrong, why in SQLITE_PUBLISHED
    )
    for name, when, does in (
        ("status_updates_published", "BEFORE INSERT ON status_updates", refuse),
        (
            "incidents_approval_severity",
            "AFTER UPDATE OF severity ON incidents WHEN NEW.severity < NEW.approval_severity",
            "UPDATE incidents SET approval_severity = NEW.severity WHERE id = NEW.id;",
        ),
        (
            "status_updates_approval_severity",
            "AFTER INSERT ON status_updates WHEN NEW.audience = 'customers'",
            "UPDATE incidents SET approval_severity = severity WHERE id = NEW.incident_id;",
        ),
    ):
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} BEGIN {does} END")


def hold_on_postgres() -> None:
    op.execute("DROP TRIGGER status_updates_published ON status_updates")
    op.execute("DROP FUNCTION status_updates_published()")
    create_function("status_updates_published", PUBLISHED.replace(OWN_ON_POSTGRES, HELD_ON_POSTGRES))
    row_trigger("status_updates_published", "INSERT", "status_updates", "status_updates_published()")
    create_function("incidents_approval_severity", RAISED)
    events = "INSERT OR UPDATE OF severity, approval_severity"
    row_trigger("incidents_approval_severity", events, "incidents", "incidents_approval_severity()")
    create_function("status_updates_approval_severity", TOLD)
    op.execute(
        "CREATE TRIGGER status_updates_approval_severity AFTER INSERT ON status_updates FOR EACH ROW"
        " WHEN (NEW.audience = 'customers') EXECUTE FUNCTION status_updates_approval_severity()"
    )
