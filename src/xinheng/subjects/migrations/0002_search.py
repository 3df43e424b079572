"""The search table: one row a subject, its id and its bigrams, in FTS5 on SQLite and as tsvector with GIN on PostgreSQL.

Django has no model for it. The tokeniser keeps every letter, digit and unassigned code point, because rare characters of names are
younger than SQLite's tables, and keeps marks on letters, because PostgreSQL compares tokens as they are.
"""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE subjects_search USING fts5("
    "grams, tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* Co Cn'\")",
)
POSTGRESQL = (
    "CREATE TABLE subjects_search (subject_id bigint PRIMARY KEY, grams tsvector NOT NULL)",
    "CREATE INDEX subjects_search_grams ON subjects_search USING gin (grams)",
)


def create(apps, schema_editor):
    """Make the table this database can search."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    """Remove it; everything in it can be made again from the names."""
    schema_editor.execute("DROP TABLE subjects_search")


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_subjects")]

    operations = [migrations.RunPython(create, drop)]
