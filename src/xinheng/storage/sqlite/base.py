"""The backend named in settings as `xinheng.storage.sqlite`."""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations as SQLiteOperations

from xinheng.storage.sqlite.turnstile import Turnstile


class DatabaseOperations(SQLiteOperations):
    """Flushing (tests only) has to step over the append-only triggers; `post_migrate` puts them back."""

    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """Django's statements, after those that drop our triggers."""
        from xinheng.storage.guards import drop_triggers_sql

        flush = super().sql_flush(style, tables, **options)
        return [*drop_triggers_sql(self.connection.alias), *flush] if flush else flush


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with fair write transactions."""

    ops_class = DatabaseOperations
    _turnstile: Turnstile | None = None

    def _start_transaction_under_autocommit(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._turnstile is None and ":memory:" not in name and "mode=memory" not in name:
            self._turnstile = Turnstile(name)
        if self._turnstile is not None:
            self._turnstile.enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave Django's private hooks out
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # the stubs leave Django's private hooks out
        finally:
            self._leave_if_done()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave Django's private hooks out
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave Django's private hooks out
        finally:
            if self._turnstile is not None:
                self._turnstile.close()
                self._turnstile = None

    def _leave(self) -> None:
        if self._turnstile is not None:
            self._turnstile.leave()

    def _leave_if_done(self) -> None:
        # A commit that failed (disk full) leaves the transaction open; Django rolls it back, and only then we leave.
        if self.connection is None or not self.connection.in_transaction:
            self._leave()
