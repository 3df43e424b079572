"""The queue in the database: enqueue in the caller's transaction, lease, heartbeat, progress, retry.

A job is never domain state: nothing here writes a ledger entry. What always holds: at most one worker holds a job at a time as
far as its lease goes; a killed worker's job is taken over once its lease has run out; so handlers must be safe to repeat.
"""
