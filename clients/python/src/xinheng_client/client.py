"""The client: one method an operation, tried again where trying again is safe."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from xinheng_client.errors import FieldProblem, Problem, Unreachable, WaitedInVain
from xinheng_client.values import (
    Batch,
    Held,
    HeldRow,
    Licence,
    OpenData,
    PublicRecord,
    Record,
    RecordProblem,
    Results,
    Subject,
    Verified,
    Who,
)

T = TypeVar("T")
AGAIN = frozenset({429, 502, 503, 504})
IN_PROGRESS = "accounts.key_in_progress"
PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a request is tried, and the pauses between in seconds: the first, doubled each time, up to the longest."""

    attempts: int = 6
    first_pause: float = 0.5
    longest_pause: float = 30.0

    def pause(self, attempt: int) -> float:
        """The pause after the n-th attempt (from 1)."""
        return float(min(self.longest_pause, self.first_pause * 2 ** (attempt - 1)))


class Client:
    """Speaks to one platform with one token. Use it as a context manager, or call `close`.

    `transport` replaces the network (tests); `sleep` the waiting.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str = "",
        retry: Retry | None = None,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A redirect would carry the token elsewhere.
        self._http = httpx.Client(
            base_url=address.rstrip("/") + PREFIX,
            headers=headers,
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
        )
        self._retry = retry or Retry()
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __repr__(self) -> str:
        return f"Client({self._http.base_url})"

    # --- handing in ------------------------------------------------------------------------------------

    def who_am_i(self) -> Who:
        """Whose token this is, and what it may do."""
        return Who.of(self._get("/me"))

    def send_file(
        self, file: Path | tuple[str, bytes], *, item: str, reason: str = "", unit: str = "", key: str = ""
    ) -> Batch:
        """Hand in a file (a path, or name and content). `key` is made where none is given.

        Give the key of your own system's job where a crashed program must be able to send the same file again without doubling it.
        Raises: Problem, Unreachable.
        """
        name, content = (file.name, file.read_bytes()) if isinstance(file, Path) else file
        data = {"item": item} | ({"reason": reason} if reason else {}) | ({"unit": unit} if unit else {})
        answer = self._ask("POST", "/batches", key=key or str(uuid.uuid4()), data=data, files={"file": (name, content)})
        return Batch.of(answer)

    def send_records(
        self,
        records: Sequence[Mapping[str, str | None]],
        *,
        item: str,
        reason: str = "",
        check_only: bool = False,
        key: str = "",
    ) -> Results:
        """Hand in up to fifty records, field code → text. `check_only` writes nothing. Raises: Problem, Unreachable."""
        body: dict[str, Any] = {"item": item, "records": [dict(each) for each in records]}
        if reason:
            body["reason"] = reason
        if check_only:
            body["check_only"] = True
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return Results.of(self._ask("POST", "/records", key=key or str(uuid.uuid4()), content=content, headers=headers))

    def batch(self, batch_id: int) -> Batch:
        """One batch with its progress."""
        return Batch.of(self._get(f"/batches/{batch_id}"))

    def batches(self, *, item: str = "") -> Iterator[Batch]:
        """Batches of the own unit, the latest first."""
        return self._all("/batches", Batch.of, {"item": item} if item else {})

    def wait(self, batch_id: int, *, seconds: float = 600.0, pause: float = 1.0) -> Batch:
        """Wait until a batch has ended. Raises: WaitedInVain, Problem, Unreachable."""
        end, waits = time.monotonic() + seconds, pause
        while True:
            found = self.batch(batch_id)
            if found.ended:
                return found
            if time.monotonic() + waits > end:
                raise WaitedInVain(batch_id, seconds)
            self._sleep(waits)
            waits = min(waits * 1.5, 15.0)

    def receipt(self, batch_id: int) -> dict[str, Any]:
        """The receipt of a batch that has ended."""
        return dict(self._get(f"/batches/{batch_id}/receipt"))

    def problems(self, batch_id: int, *, effect: str = "") -> Iterator[RecordProblem]:
        """All problems of a batch in file order; `effect` is reject, hold, block or warn."""
        return self._all(f"/batches/{batch_id}/problems", RecordProblem.of, {"effect": effect} if effect else {})

    def held(self, *, batch_id: int | None = None) -> Iterator[Held]:
        """The rows of the own unit that wait."""
        return self._all("/held", Held.of, {} if batch_id is None else {"batch": str(batch_id)})

    def held_row(self, held_id: int) -> HeldRow:
        """A row that waits, with its content masked."""
        return HeldRow.of(self._get(f"/held/{held_id}"))

    # --- reading ---------------------------------------------------------------------------------------

    def subject_by_code(self, code: str) -> Subject:
        """A business or organisation by its code. Raises: Problem 404."""
        return Subject.of(self._get(f"/subjects/by-code/{code}"))

    def search(self, text: str) -> Iterator[Subject]:
        """Businesses and organisations by part of their name, or by code."""
        return self._all("/subjects", Subject.of, {"q": text})

    def records_of(
        self, subject_id: int, *, item: str = "", purpose: str = "", reference: str = ""
    ) -> Iterator[Record]:
        """The records of a subject that the own unit handed in; a look is registered. A natural person asks for a purpose."""
        asked = {"item": item, "purpose": purpose, "reference": reference}
        return self._all(
            f"/subjects/{subject_id}/records", Record.of, {name: value for name, value in asked.items() if value}
        )

    def record(self, record_id: int, *, purpose: str = "", reference: str = "") -> Record:
        """One record of the own unit; the look is registered."""
        asked = {"purpose": purpose, "reference": reference}
        return Record.of(self._get(f"/records/{record_id}", {name: value for name, value in asked.items() if value}))

    def licences_of(self, code: str, *, purpose: str = "", reference: str = "") -> tuple[Licence, ...]:
        """A holder's certificates, those that hold first; the look is registered. None where there is no such holder either.

        With the scope `records.read_licences` (a service window) those of every unit, and a purpose must be said; else those of the
        own unit and what is public.
        """
        asked = {"purpose": purpose, "reference": reference}
        found = self._get(f"/licences/by-holder/{code}", {name: value for name, value in asked.items() if value})
        return tuple(map(Licence.of, found["items"]))

    def licences_by_number(self, number: str, *, purpose: str = "", reference: str = "") -> tuple[Licence, ...]:
        """The certificates with exactly this number; as `licences_of`. A natural person's asks for a purpose, some for a case number."""
        asked = {"number": number, "purpose": purpose, "reference": reference}
        found = self._get("/licences/by-number", {name: value for name, value in asked.items() if value})
        return tuple(map(Licence.of, found["items"]))

    def verify_licence(self, code: str) -> Verified:
        """Whether a certificate holds now, by the code on it. Needs no token. Raises: Problem 404, 429 after many wrong codes."""
        return Verified.of(self._get("/licences/verify", {"verification_code": code}))

    def expiring_licences(
        self, *, days: int = 30, lapsed: bool = False, renewed: bool | None = None
    ) -> Iterator[Licence]:
        """Certificates of the own unit that end within some days, or ended within them (`lapsed`), by their last day."""
        asked = {"kind": "lapsed" if lapsed else "coming", "days": str(days)}
        if renewed is not None:
            asked["renewed"] = "true" if renewed else "false"
        return self._all("/licences/expiring", Licence.of, asked)

    def public_licences(self, code: str) -> tuple[Licence, ...]:
        """A subject's certificates as everybody sees them. Needs no token. Raises: Problem 404."""
        return tuple(map(Licence.of, self._get(f"/publicity/subjects/{code}/licences")["items"]))

    def open_data(self) -> OpenData:
        """The issues of open data, and the files of the present one. Needs no token."""
        return OpenData.of(self._get("/open-data"))

    def open_data_file(self, issue: str, name: str) -> bytes:
        """A file of an issue as it is sent (compressed but for `manifest.json`); compare its SHA-256 with `OpenFile.packed`.

        Raises: Problem 404 for content that a later issue replaced; 503 while what ended is being taken out, after trying again.
        """
        return self._send("GET", f"/open-data/{issue}/files/{name}").content

    def open_data_changes(self, since: str) -> bytes:
        """What leads from an earlier issue to the present one, compressed JSON lines: for tools/apply_open_data.py."""
        return self._send("GET", f"/open-data/{since}/changes").content

    def public_record(self, record_id: int) -> PublicRecord:
        """A record as everybody sees it. Raises: Problem 404."""
        return PublicRecord.of(self._get(f"/publicity/records/{record_id}"))

    def proof(self, record_id: int, *, of: str = "version", since: int | None = None) -> dict[str, Any]:
        """The proof that a public record (`version`), or its publication (`decision`), stands in the ledger: for tools/verify.py."""
        asked = {"of": of} | ({} if since is None else {"since": str(since)})
        return dict(self._get(f"/publicity/records/{record_id}/proof", asked))

    def ledger(self) -> dict[str, Any]:
        """The ledger's head, its public key, and the latest checkpoints."""
        return dict(self._get("/ledger"))

    def item(self, code: str) -> dict[str, Any]:
        """An item of the catalogue with its fields."""
        return dict(self._get(f"/catalogue/items/{code}"))

    def deadline(self, start: date, days: int) -> date:
        """The n-th working day after a day."""
        found = self._get("/calendar/deadline", {"date": start.isoformat(), "days": str(days)})
        return date.fromisoformat(found["deadline"])

    # --- asking ----------------------------------------------------------------------------------------

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self._ask("GET", path, params=dict(params or {}))

    def _all(self, path: str, make: Callable[[Mapping[str, Any]], T], params: Mapping[str, str]) -> Iterator[T]:
        asked = {**params, "limit": "200"}
        while True:
            page = self._get(path, asked)
            yield from map(make, page["items"])
            if page["next"] is None:
                return
            asked["cursor"] = page["next"]

    def _ask(self, method: str, path: str, *, key: str = "", **request: Any) -> Any:
        """The JSON of an answer; as `_send`."""
        return self._send(method, path, key=key, **request).json()

    def _send(self, method: str, path: str, *, key: str = "", **request: Any) -> httpx.Response:
        """An answer of yes. Reads, and writes under a key, are tried again; the key stays the same.

        Raises: Problem, also where the last attempt was told to come later; Unreachable where it had no answer.
        """
        headers = {**request.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        reason, problem = "", None
        for attempt in range(1, self._retry.attempts + 1):
            waits, problem = self._retry.pause(attempt), None
            try:
                answer = self._http.request(method, path, headers=headers, **request)
            except httpx.TransportError as error:
                reason = type(error).__name__
            else:
                if answer.is_success:
                    return answer
                problem = _problem(answer)
                if answer.status_code not in AGAIN and problem.code != IN_PROGRESS:
                    raise problem
                waits = max(waits, _retry_after(answer))
            if attempt < self._retry.attempts:
                self._sleep(waits)
        raise problem or Unreachable(f"{method} {path}（{reason}）", key)


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), 300.0) if text.isdecimal() else 0.0


def _problem(answer: httpx.Response) -> Problem:
    """The problem of an answer of no; something in between may answer in a shape of its own."""
    try:
        said = answer.json()
        errors = tuple(FieldProblem(each["field"], each["message"], each["code"]) for each in said.get("errors", ()))
        return Problem(answer.status_code, said["code"], said["detail"], errors, said.get("instance", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Problem(answer.status_code, "unknown", answer.reason_phrase)
