"""What jobs and periodic work are called, and where their handlers live: dotted strings, imported only by the worker.

A handler is `handle(context: JobContext) -> Mapping | None`. A page enqueues by name and never imports what the name
stands for.
"""

HANDLERS: dict[str, str] = {
    "ledger.follow": "xinheng.console.duties.follow",
    "ledger.checkpoint": "xinheng.console.duties.checkpoint",
    "ledger.verify": "xinheng.workbench.overview.verifying.verify",
    "publicity.open_data": "xinheng.console.duties.open_data",
    "intake.load": "xinheng.intake.batch.handlers.handle_load",
    "intake.clear": "xinheng.intake.batch.handlers.handle_clear",
    "intake.erase": "xinheng.intake.batch.handlers.handle_erase",
    "intake.survey": "xinheng.intake.batch.survey.handle_survey",
    "procedures.tick": "xinheng.console.duties.time_limits",
    "accounts.sessions": "xinheng.console.duties.end_sessions",
    "accounts.idempotency": "xinheng.console.duties.forget_idempotency",
    "accounts.watch": "xinheng.console.duties.watch",
    "accounts.sample": "xinheng.console.duties.sample",
    "jobs.tidy": "xinheng.console.duties.tidy",
}

# Periodic work: name of a handler → how many seconds apart. `tick` and the worker enqueue what is due.
SCHEDULE: dict[str, int] = {
    "ledger.follow": 5,
    "ledger.checkpoint": 24 * 3600,
    "publicity.open_data": 60,
    "intake.clear": 15 * 60,
    "intake.erase": 24 * 3600,
    "intake.survey": 24 * 3600,
    "procedures.tick": 15 * 60,
    "accounts.sessions": 5 * 60,
    "accounts.idempotency": 3600,
    "accounts.watch": 5 * 60,
    "accounts.sample": 24 * 3600,
    "jobs.tidy": 3600,
}
