"""The guard every table carries whose rows may harm: no permit, no row — whoever inserts it, by whatever road.

PostgreSQL: two composite foreign keys and a CHECK, and a statement trigger for what a key cannot say (matter, authority, the end of a
permit). SQLite: triggers that say the same, because it cannot add constraints to a table Django has made.
"""

from dataclasses import astuple, dataclass

from xinheng.catalogue.values.law import HARM_FLOOR
from xinheng.storage.guards import Guard, not_blank


@dataclass(frozen=True, slots=True)
class HarmColumns:
    """How the guarded columns are called in a table; all but item and polarity are null in rows that harm nobody."""

    item: str = "item"
    polarity: str = "polarity"
    permit_id: str = "permit_id"
    permit_rank: str = "permit_rank"
    permit_from: str = "permit_from"
    permit_to: str = "permit_to"
    subject_kind: str = "subject_kind"
    authority_code: str = "authority_code"
    act_date: str = "act_date"
    document_number: str = "document_number"


def harm_guard(table: str, *, columns: HarmColumns | None = None, matter: str = "record", run: str = "") -> Guard:
    """The guard for `table`; register it in the module's `AppConfig.ready`.

    Always: (item, polarity) is that of an item of the catalogue. Where polarity is `harm`: a document number that is not blank, a date of
    the act within the permit's days, a rank of at least `HARM_FLOOR`, and a permit with exactly these terms, for this matter and for
    this authority (or any), which had not ended by the date of the act. Guarded columns never change afterwards: corrections add.
    `run`: the column that leads to the row's run, where there is one: no act is of a later day than the run that enters it (E108).
    """
    columns = columns or HarmColumns()
    return Guard(f"xh_{table}_harm", table, _sqlite(columns, matter, run), _postgresql(columns, matter, run))


def _whole(c: HarmColumns, row: str, vendor: str) -> str:
    """SQL, never NULL: the row is harmless, or has everything a harmful row needs of itself."""
    wanted = (c.permit_id, c.permit_rank, c.permit_from, c.permit_to, c.subject_kind, c.authority_code, c.act_date)
    present = " AND ".join(f"{row}{column} IS NOT NULL" for column in (*wanted, c.document_number))
    return (
        f"{row}{c.item} IS NOT NULL AND {row}{c.polarity} IS NOT NULL AND ({row}{c.polarity} <> 'harm' OR ({present} "
        f"AND {not_blank(row + c.document_number, vendor)} AND {not_blank(row + c.authority_code, vendor)} "
        f"AND {row}{c.permit_rank} >= {HARM_FLOOR.value} "
        f"AND {row}{c.act_date} >= {row}{c.permit_from} AND {row}{c.act_date} <= {row}{c.permit_to}))"
    )


def _sqlite(c: HarmColumns, matter: str, run: str) -> tuple[str, ...]:
    permit = (
        f"SELECT 1 FROM catalogue_permit p WHERE p.id = NEW.{c.permit_id} AND p.item_code = NEW.{c.item} "
        f"AND p.subject_kind = NEW.{c.subject_kind} AND p.matter = '{matter}' AND p.rank = NEW.{c.permit_rank} "
        f"AND p.valid_from = NEW.{c.permit_from} AND p.valid_to = NEW.{c.permit_to} "
        f"AND p.authority IN ('', NEW.{c.authority_code}) AND NOT EXISTS "
        f"(SELECT 1 FROM catalogue_permit_end e WHERE e.permit_id = p.id AND e.last_day < NEW.{c.act_date})"
    )
    item = f"SELECT 1 FROM catalogue_item i WHERE i.code = NEW.{c.item} AND i.polarity = NEW.{c.polarity}"
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in astuple(c))
    # SQLite has no dates, only texts that read like one: 2026-02-30 would lie within every term. By way of the day's number, for
    # DATE alone hands a day like 02-30 back as it came.
    no_day = f"DATE(JULIANDAY(NEW.{c.act_date})) IS NOT NEW.{c.act_date}"
    known = f"SELECT 1 FROM ledger_run r WHERE r.id = NEW.{run} AND r.legal_date >= NEW.{c.act_date}"
    future = (
        f"SELECT RAISE(ABORT, '{{table}}: no act of a day to come') WHERE NEW.{c.polarity} = 'harm' AND NOT EXISTS ({known}); "
        if run
        else ""
    )
    return (
        'CREATE TRIGGER "{name}_insert" BEFORE INSERT ON "{table}" FOR EACH ROW BEGIN '
        f"SELECT RAISE(ABORT, '{{table}}: no basis, no effect') WHERE NOT ({_whole(c, 'NEW.', 'sqlite')}); "
        f"SELECT RAISE(ABORT, '{{table}}: no such day') WHERE NEW.{c.polarity} = 'harm' AND {no_day}; {future}"
        f"SELECT RAISE(ABORT, '{{table}}: no item of this polarity') WHERE NOT EXISTS ({item}); "
        f"SELECT RAISE(ABORT, '{{table}}: no permit with these terms') "
        f"WHERE NEW.{c.polarity} = 'harm' AND NOT EXISTS ({permit}); END",
        f'CREATE TRIGGER "{{name}}_update" BEFORE UPDATE ON "{{table}}" FOR EACH ROW WHEN {changed} '
        "BEGIN SELECT RAISE(ABORT, '{table}: guarded columns never change'); END",
    )


def _postgresql(c: HarmColumns, matter: str, run: str) -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in astuple(c))
    terms = f"{c.permit_id}, {c.item}, {c.subject_kind}, {c.permit_rank}, {c.permit_from}, {c.permit_to}"
    entered = f"LEFT JOIN ledger_run r ON r.id = f.{run} " if run else ""
    future = f" OR r.id IS NULL OR f.{c.act_date} > r.legal_date" if run else ""
    return (
        # Its first form knew the space alone as blank.
        'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}_row"',
        _constraint("whole", f"CHECK ({_whole(c, '', 'postgresql')})"),
        _constraint("item", f"FOREIGN KEY ({c.item}, {c.polarity}) REFERENCES catalogue_item (code, polarity)"),
        _constraint(
            "permit",
            f"FOREIGN KEY ({terms}) REFERENCES catalogue_permit (id, item_code, subject_kind, rank, valid_from, valid_to)",
        ),
        'CREATE OR REPLACE FUNCTION "{name}_insert"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF EXISTS (SELECT 1 FROM fresh f JOIN catalogue_permit p ON p.id = f.{c.permit_id} "
        f"LEFT JOIN catalogue_permit_end e ON e.permit_id = p.id {entered}"
        f"WHERE f.{c.polarity} = 'harm' AND (p.matter <> '{matter}' "
        f"OR p.authority NOT IN ('', f.{c.authority_code}) OR f.{c.act_date} > e.last_day{future})) THEN "
        "RAISE EXCEPTION '{table}: no permit with these terms, or an act of a day to come' "
        "USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NULL; END $$",
        'DROP TRIGGER IF EXISTS "{name}_insert" ON "{table}"',
        # One look at all rows of a statement: a bulk load pays once a chunk, not once a row.
        'CREATE TRIGGER "{name}_insert" AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS fresh '
        'FOR EACH STATEMENT EXECUTE FUNCTION "{name}_insert"()',
        'CREATE OR REPLACE FUNCTION "{name}_update"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        "RAISE EXCEPTION '{table}: guarded columns never change' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$",
        'DROP TRIGGER IF EXISTS "{name}_update" ON "{table}"',
        f'CREATE TRIGGER "{{name}}_update" BEFORE UPDATE ON "{{table}}" FOR EACH ROW WHEN ({changed}) '
        'EXECUTE FUNCTION "{name}_update"()',
    )


def _constraint(suffix: str, definition: str) -> str:
    """Add a constraint unless it is there; a changed definition needs a new guard name (or a migration that drops the old one)."""
    return (
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint "
        f"WHERE conname = '{{name}}_{suffix}' AND conrelid = '\"{{table}}\"'::regclass) "
        f'THEN ALTER TABLE "{{table}}" ADD CONSTRAINT "{{name}}_{suffix}" {definition}; END IF; END $$'
    )
