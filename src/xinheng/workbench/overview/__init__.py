"""The overview half of the workbench: subjects, records, publicity, calendar, audit, units and people, jobs.

Every read of non-public data goes through `reading`, which registers it before anything is shown.
"""
