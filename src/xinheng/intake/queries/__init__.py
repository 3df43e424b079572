"""Reads of intake: batches, receipts, problems, held rows, figures, templates."""
