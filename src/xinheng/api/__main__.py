"""Writes the description of the API: `python -m xinheng.api > docs/api/openapi.json`."""

import os
import sys

import django


def main() -> None:
    """Print the OpenAPI description."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")
    django.setup()
    from xinheng.api.application import description
    from xinheng.api.describing import written

    sys.stdout.write(written(description()))


if __name__ == "__main__":
    main()
