"""The order in which runs become ready."""

from django.db import connection


def next_closed() -> int:
    """The place of a run that becomes ready now, greater than that of every run whose rows it can have seen.

    To be drawn after the last row was saved, in the transaction that makes the run ready: whoever changed one of these rows before
    had drawn its own before its commit, and this one waited for that commit. Ids do not tell: they are drawn when a run begins.
    Cost: one statement.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval('ledger_run_closed_seq')")
        else:
            cursor.execute("SELECT COALESCE(MAX(closed), 0) + 1 FROM ledger_run")
        return int(cursor.fetchone()[0])
