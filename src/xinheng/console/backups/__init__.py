"""Backup and restore: everything an installation has but its keys, in one file, and back again with every proof intact."""
