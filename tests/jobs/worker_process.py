"""A real worker process on the test database, with the handlers of the tests: `python worker_process.py [options]`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.conf import settings

    from jobs.handlers_for_tests import HANDLERS
    from xinheng.console.main import run

    settings.XINHENG_HANDLERS = HANDLERS
    settings.XINHENG_SCHEDULE = {}
    sys.exit(run(["worker", *sys.argv[1:]]))
