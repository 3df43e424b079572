"""The client's tests use the API's cast."""

from api.conftest import full_buckets, issue, market, one_connection, own_open_data, world

__all__ = ["full_buckets", "issue", "market", "one_connection", "own_open_data", "world"]
