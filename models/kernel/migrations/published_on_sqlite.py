"""The conditions of version 13 by which SQLite refuses an update or a window of maintenance."""

import re

SQLITE_PUBLISHED = (
    (
        """NEW.origin IS NULL AND NEW.published_at < (
            SELECT max(published_at) FROM status_updates WHERE incident_id = NEW.incident_id AND origin IS NULL)""",
        "An update is not older than the one before it.",
    ),
    (
        """{KIND} = 'emergency-published' AND (NEW.approved_by IS NOT NULL OR coalesce((
            SELECT trim(json_extract(data, '$.reason')) FROM entries
            WHERE incident_id = NEW.incident_id AND n = NEW.n), '') = '')""",
        "An update without approval needs a reason.",
    ),
    (
        """NEW.origin IS NULL AND NEW.audience = 'customers' AND NEW.approved_by IS NULL
            AND {KIND} <> 'emergency-published'
            AND NOT ({KIND} IN ('declared', 'maintenance-moved', 'maintenance-ended')
                AND EXISTS (SELECT 1 FROM maintenances WHERE incident_id = NEW.incident_id))
            AND (SELECT severity FROM incidents WHERE id = NEW.incident_id) <= coalesce((
                SELECT CASE json_type(value, '$.approval') WHEN 'null' THEN '' WHEN 'text'
                    THEN json_extract(value, '$.approval') END
                FROM settings WHERE key = 'policy'), 'P1')""",
        "This update needs an approval, or a reason to be published without one.",
    ),
    (
        """NEW.approved_by IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM (
                SELECT *,
                    coalesce(next_update_at,
                        julianday(NEW.published_at) + coalesce(next_in, approved_next_in) / 1440.0) AS next_at,
                    coalesce(expected_at, julianday(NEW.published_at) + expected_in / 1440.0) AS resolved_at
                FROM drafts WHERE incident_id = NEW.incident_id AND audience = NEW.audience) d
            WHERE d.revision = NEW.revision AND d.approved_by = NEW.approved_by AND d.text = NEW.text
            AND d.title = NEW.title AND json(d.components) = json(NEW.components) AND d.approved_phase = NEW.phase
            AND {SAME NEW.next_update_at d.next_at}
            AND (NEW.expected_at IS NULL AND NEW.phase = 'resolved' OR {SAME NEW.expected_at d.resolved_at}))""",
        "The draft that this update was has no such approval.",
    ),
)
"""What is wrong with an update, and how the database says so."""

SQLITE_ANNOUNCED = """
    (SELECT origin FROM incidents WHERE id = NEW.incident_id) IS NULL
    AND NEW.ends_at > NEW.starts_at AND coalesce((SELECT kind {LAST}), '') <> 'maintenance-ended' AND (
        NEW.canceled_at IS NOT NULL
        OR NOT {SAME NEW.starts_at (SELECT coalesce(json_extract(data, '$.now.starts_at'),
            json_extract(data, '$.maintenance.starts_at')) {LAST})}
        OR NOT {SAME NEW.ends_at (SELECT coalesce(json_extract(data, '$.now.ends_at'),
            json_extract(data, '$.maintenance.ends_at')) {LAST})})"""

SQLITE = {
    "{KIND}": "(SELECT kind FROM entries WHERE incident_id = NEW.incident_id AND n = NEW.n)",
    "{LAST}": """FROM entries WHERE incident_id = NEW.incident_id
        AND kind IN ('declared', 'maintenance-moved', 'maintenance-ended') ORDER BY n DESC LIMIT 1""",
}


SAME = re.compile(r"\{SAME (\S+) ([^}]+)\}")
"""Two times to be compared."""


def in_full(condition: str) -> str:
    """A condition with its parts in place; two times are the same where less than a second lies between them."""
    for part, words in SQLITE.items():
        condition = condition.replace(part, words)
    return SAME.sub(
        r"((\1) IS NULL AND (\2) IS NULL OR coalesce(abs(julianday(\1) - julianday(\2)), 1) < 0.00001)", condition
    )
