"""Intake: batches in, receipts out, rows that wait for a person. From a department's file, or one typed row, to records in the archive.

A file is stored encrypted, checked whole, and loaded chunk by chunk into one ledger run that nobody sees until it is closed. A department
learns nothing of another unit's records: whatever is compared with the store is compared with the unit's own.

Source: domain digest, section 2.6 (codes, effects, what follows a second send); the checks themselves stand in the catalogue.
"""
