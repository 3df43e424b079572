"""Bulk entry of subjects: facts by code, new subjects with their leaves, sealed values, search rows, clearing. For batches and loads."""
