"""The journeys over the API use its cast."""

from api.conftest import full_buckets, one_connection

__all__ = ["full_buckets", "one_connection"]
