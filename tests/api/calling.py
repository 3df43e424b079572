"""How the tests call the API: with a token or without, and what they make of the answer."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

PENALTY = "administrative-penalty"


class Caller:
    """Somebody with a token ("": without)."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.client = Client(raise_request_exception=False)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | more

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self._headers(headers))

    def call(self, method: str, path: str, **more: Any) -> Any:
        return self.client.generic(method, f"/api/v1/{path}", headers=self._headers({}), **more)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
        return self.client.post(
            f"/api/v1/{path}", content, content_type="application/json", headers=self._headers(headers)
        )

    def send(self, content: bytes, key: str = "", name: str = "十一月.csv", **fields: str) -> Any:
        data: dict[str, Any] = {"item": PENALTY, "file": SimpleUploadedFile(name, content, "text/csv"), **fields}
        more = {"Idempotency-Key": key} if key else {}
        return self.client.post("/api/v1/batches", data, headers=self._headers(more))


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer of no; it is one in all its parts."""
    assert answer.status_code == status, answer.content.decode()[:500]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    said: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= said.keys()
    assert (said["status"], said["code"], said["type"]) == (status, code, f"urn:xinheng:problem:{code}")
    assert said["detail"]
    return said
