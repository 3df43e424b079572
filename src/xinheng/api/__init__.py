"""The front end for machines: `/api/v1/`, described by OpenAPI, errors as problem details (RFC 9457)."""
