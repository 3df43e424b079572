"""The journeys over the API begin with full buckets."""

from api.conftest import full_buckets

__all__ = ["full_buckets"]
