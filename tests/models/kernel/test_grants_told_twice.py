"""What responders may change, told once more by hand: the SQL that grants and the check that looks read one table."""

import pytest
from psycopg import sql
from sqlalchemy import Connection, text

from models.board.reader import Reader
from models.kernel.access import check, give
from models.kernel.location import Location
from models.kernel.postgres.grants import renew
from models.kernel.postgres.privileges import Roles, known
from models.kernel.store import Store
from tests.models.acting import Acting
from tests.team import Team, team

__all__ = ["team"]

KEEPERS = {"settings", "meta", "logins", "places", "alembic_version"}
"""Tables in which a responder changes and adds nothing."""

SAID = {"entries", "status_updates", "people", "books", "skips"}
"""Tables whose rows stay as they were written."""

STAYS = {
    "head": "one names",
    "maintenances": "incident_id components",
    "deliveries": "id place_id update_id incident_id key",
    "incidents": "id book book_version declared_by declared_at origin approval_severity",
    "incident_roles": "id incident_id book_role name label single position whole",
    "assignments": "id incident_id role_id single person_id given_by since asks",
    "offers": "id incident_id role_id from_id to_id offered_by offered_at brief",
    "tasks": "id incident_id number title role_id template added_by added_at update_for",
    "drafts": "incident_id audience",
    "promises": "incident_id audience",
    "components": "id name description position origin",
    "theories": "incident_id n",
    "evidence": "incident_id n theory weight",
}
"""What nobody who works incidents may change in a row of the other tables: who did what, when, and where it belongs."""

COLUMNS = text(
    "SELECT table_name, column_name,"
    " has_column_privilege(quote_ident(table_name), column_name, 'UPDATE') AS changes,"
    " has_column_privilege(quote_ident(table_name), column_name, 'INSERT') AS adds,"
    " has_column_privilege(quote_ident(table_name), column_name, 'REFERENCES') AS refers"
    " FROM information_schema.columns WHERE table_schema = current_schema()"
)
TABLES = text(
    "SELECT relname, has_table_privilege(oid, 'DELETE') AS deletes,"
    " has_table_privilege(oid, 'TRUNCATE, TRIGGER') AS more"
    " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


def stays(table: str, column: str) -> bool:
    return table in KEEPERS | SAID or column in STAYS[table].split()


def own(connection: Connection) -> set[str]:
    """The owners of all that a trigger of the database runs."""
    owners = "SELECT rolname FROM pg_proc JOIN pg_roles ON pg_roles.oid = proowner"
    return set(
        connection.execute(text(f"{owners} WHERE pronamespace = current_schema()::regnamespace")).scalars().all()
    )


class TestAResponder:
    def test_changes_no_column_that_stays_and_every_other(self, team: Team) -> None:
        with team.responder("ana").reading(Reader) as read:
            rights = read.connection.execute(COLUMNS).all()
        assert [(row.table_name, row.column_name) for row in rights if row.changes] == [
            (row.table_name, row.column_name) for row in rights if not stays(row.table_name, row.column_name)
        ]
        assert not any(row.refers for row in rights)

    def test_adds_rows_but_where_keepers_do_and_says_of_no_book_that_somebody_wrote_it(self, team: Team) -> None:
        with team.responder("ana").reading(Reader) as read:
            rights = read.connection.execute(COLUMNS).all()
        assert {row.table_name for row in rights if not row.adds} == {*KEEPERS, "head", "books", "people"}
        assert [row.column_name for row in rights if row.table_name == "books" and not row.adds] == ["added_by"]

    def test_takes_back_a_skipped_step_and_deletes_nothing_else(self, team: Team) -> None:
        with team.responder("ana").reading(Reader) as read:
            rights = read.connection.execute(TABLES).all()
        assert [row.relname for row in rights if row.deletes] == ["skips"]
        assert not any(row.more for row in rights)


def test_an_observer_changes_and_adds_nothing(team: Team) -> None:
    with team.store("vera", "observer").reading(Reader) as read:
        columns, tables = (read.connection.execute(what).all() for what in (COLUMNS, TABLES))
    assert not any(row.changes or row.adds or row.refers for row in columns)
    assert not any(row.deletes or row.more for row in tables)


class TestCheck:
    def test_a_right_to_one_column_too_many_is_told_and_taken_back(self, team: Team) -> None:
        responder, observer = sql.Identifier(team.roles.responder), sql.Identifier(team.roles.observer)
        team.run("GRANT UPDATE (declared_by, declared_at) ON incidents TO {}", responder)
        team.run("GRANT UPDATE (text) ON entries TO {}", responder)
        team.run("GRANT INSERT (added_by) ON books TO {}", observer)
        assert set(check(team.above)) == {
            f"{team.roles.responder} must not have UPDATE on incidents (declared_at, declared_by).",
            f"{team.roles.responder} must not have UPDATE on entries (text).",
            f"{team.roles.observer} must not have INSERT on books (added_by).",
        }
        give(team.above)
        assert check(team.above) == ()

    def test_a_responder_who_is_no_observer_any_more(self, team: Team) -> None:
        team.run("REVOKE {} FROM {}", sql.Identifier(team.roles.observer), sql.Identifier(team.roles.responder))
        assert check(team.above) == (f"{team.roles.responder} is not a member of {team.roles.observer}.",)
        give(team.above)
        assert check(team.above) == ()


class TestTriggers:
    """Whoever owns what a trigger runs can have it refuse nothing: so the keepers' role does."""

    def test_what_they_run_belongs_to_the_keepers(self, team: Team) -> None:
        with team.above.reading(Reader) as read:
            assert own(read.connection) == {team.roles.keeper}

    def test_what_somebody_else_took_is_given_back(self, team: Team) -> None:
        team.run("ALTER FUNCTION entries_stay() OWNER TO bridgewatch")
        given = give(team.above).statements
        assert sum(one.startswith("ALTER FUNCTION") for one in given) == 1
        with team.above.reading(Reader) as read:
            assert own(read.connection) == {team.roles.keeper}


class TestRenewedAfterAnUpgrade:
    """A copy of the database on another server names roles of which that server has all, some or none."""

    @pytest.fixture
    def store(self, team: Team) -> Store:
        team.run("REVOKE SELECT ON people FROM {}", sql.Identifier(team.roles.observer))
        return team.above

    @staticmethod
    def drop(team: Team, *names: str) -> None:
        for name in names:
            team.run("DROP OWNED BY {}", sql.Identifier(name))
            team.run("DROP ROLE {}", sql.Identifier(name))

    def renewed(self, store: Store) -> tuple[str, ...]:
        with store.writing() as (connection, _):
            renew(connection)
        return check(store)

    def test_all_of_them_have_again_what_they_should(self, team: Team, store: Store) -> None:
        assert check(store) != ()
        assert self.renewed(store) == ()

    def test_where_one_is_missing_nothing_is_granted_and_the_upgrade_goes_on(self, team: Team, store: Store) -> None:
        self.drop(team, team.roles.responder)
        assert self.renewed(store) == (f"Role {team.roles.responder} does not exist.",)
        with store.reading(Reader) as read:
            assert known(read.connection, team.roles) == {team.roles.observer, team.roles.keeper}
            reads = text("SELECT has_table_privilege(:role, 'people', 'SELECT')")
            assert read.connection.execute(reads, {"role": team.roles.observer}).scalar_one() is False

    def test_where_there_are_none_the_upgrade_goes_on(self, team: Team, store: Store) -> None:
        team.run("REASSIGN OWNED BY {} TO bridgewatch", sql.Identifier(team.roles.keeper))
        self.drop(team, *team.roles.every)
        assert len(self.renewed(store)) == 3
        assert Acting(store).ref == "INC-1"


def test_a_database_without_roles_is_upgraded_all_the_same(postgres_location: Location) -> None:
    store = Store(postgres_location)
    store.open(create=False)
    with store.writing() as (connection, _):
        renew(connection)
    assert check(store, "nobody_") == tuple(f"Role {name} does not exist." for name in sorted(Roles("nobody_").every))
    store.close()
