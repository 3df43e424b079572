"""Triggers and keys the database itself enforces, which Django cannot declare and which its SQLite table rebuilds silently drop.

A module registers its guards in `AppConfig.ready`; they are put back, idempotently, after every migrate. A guard stands against
mistakes and against hands in the database; whoever may drop a trigger is found by the ledger instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from xinheng.kernel.blank import BLANK


@dataclass(frozen=True, slots=True)
class Guard:
    """One enforced rule: `create` statements per vendor; `name` prefixes every object made, so that they can be dropped again.

    `sqlite` are whole CREATE TRIGGER statements, `postgresql` statements that may be run again and again (CREATE OR REPLACE
    FUNCTION, DROP TRIGGER IF EXISTS, CREATE TRIGGER, DO blocks). `{name}` and `{table}` are replaced.
    """

    name: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]

    def statements(self, vendor: str) -> list[str]:
        """The statements for a vendor, names filled in."""
        chosen = self.sqlite if vendor == "sqlite" else self.postgresql
        return [statement.replace("{name}", self.name).replace("{table}", self.table) for statement in chosen]


_guards: dict[str, Guard] = {}


def register(*guards: Guard) -> None:
    """Add guards to those installed after each migrate.

    Raises: ValueError when a name is taken by another guard.
    """
    for guard in guards:
        if _guards.setdefault(guard.name, guard) != guard:
            raise ValueError(f"guard {guard.name} is registered twice")


def registered() -> tuple[Guard, ...]:
    """All guards, by name."""
    return tuple(_guards[name] for name in sorted(_guards))


def install(using: str = "default") -> None:
    """Put every guard in place whose table exists. Cost: a few statements a guard."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        drop(using)
        for guard in registered():
            if guard.table in tables:
                for statement in guard.statements(connection.vendor):
                    cursor.execute(statement)


def _sqlite_triggers(using: str) -> list[str]:
    """The names of the triggers of our guards that are in the database now."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'xh\\_%' ESCAPE '\\'")
        return [row[0] for row in cursor.fetchall()]


def drop(using: str = "default") -> None:
    """SQLite only: take our triggers away, so that a table rebuild does not fail on one that names the table; `install` follows."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in drop_triggers_sql(using):
                cursor.execute(statement)


def drop_triggers_sql(using: str) -> list[str]:
    """SQLite only: statements that drop our triggers (Django's flush of a test database needs them gone)."""
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name in _sqlite_triggers(using)]


def refuse(name: str, table: str, event: str, when: str, says: str) -> Guard:
    """A guard that refuses `event` (`UPDATE`, `DELETE`, `INSERT`, `UPDATE OF a, b`) on `table` when the condition holds.

    `when` is one SQL condition over OLD and NEW that both databases understand; `says` the message.
    """
    name = f"xh_{name}"
    verb = event.split()[0]
    handed_back = "OLD" if verb == "DELETE" else "NEW"
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{{name}}" BEFORE {event} ON "{{table}}" FOR EACH ROW WHEN {when} '
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END",
        ),
        postgresql=(
            f'CREATE OR REPLACE FUNCTION "{{name}}"() RETURNS trigger LANGUAGE plpgsql AS $$ '
            f"BEGIN IF {when} THEN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {handed_back}; END $$",
            'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
            f'CREATE TRIGGER "{{name}}" BEFORE {event} ON "{{table}}" FOR EACH ROW EXECUTE FUNCTION "{{name}}"()',
        ),
    )


def append_only(table: str, *, unless: str = "FALSE") -> Sequence[Guard]:
    """Guards that refuse to change or delete a row of `table`, except where `unless` (SQL over OLD) holds."""
    condition = f"NOT ({unless})"
    return (
        refuse(f"{table}_no_update", table, "UPDATE", condition, f"{table} is append-only"),
        refuse(f"{table}_no_delete", table, "DELETE", condition, f"{table} is append-only"),
    )


def no_delete(table: str) -> Guard:
    """A guard that refuses to delete a row of `table`."""
    return refuse(f"{table}_no_delete", table, "DELETE", "TRUE", f"{table} keeps every row")


def not_blank(column: str, vendor: str) -> str:
    """SQL, NULL only for NULL: the column holds a text that is not blank, as `kernel.blank` says it.

    Most texts are seen at once by a digit or letter; only others are trimmed. SQLite's texts may hold NUL, behind which its own
    functions see nothing, and its columns take other types: neither is a text.
    """
    if vendor == "postgresql":
        # PostgreSQL holds no NUL.
        return f"({column} ~ '[0-9A-Za-z]' OR BTRIM({column}, '{BLANK.replace(_NUL, '')}') <> '')"
    seen = f"{column} GLOB '*[0-9A-Za-z]*' OR TRIM({column}, '{BLANK.replace(_NUL, '')}') <> ''"
    return f"(TYPEOF({column}) = 'text' AND INSTR(CAST({column} AS BLOB), X'00') = 0 AND ({seen}))"


_NUL = "\0"
