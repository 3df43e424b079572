"""The application of `bench_pages.py` for a server: the project with the bare view beside it."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "pages_floor"
application = get_wsgi_application()
