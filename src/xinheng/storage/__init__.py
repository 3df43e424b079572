"""Django bases: ledgered and append-only models, locks, guards in the database, bulk load, keys and sealed values."""
