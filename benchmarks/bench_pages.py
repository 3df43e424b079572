"""Pages at a million subjects and four million records, against a bare Django view in the same run.

    python benchmarks/bench_pages.py [--subjects 1000000] [--database sqlite|postgresql] [--folder DIR] [--repeat 20] [--http]

The database (`pages_world.py`) is built once in `--folder` (PostgreSQL: in the database `xinheng_pages` of the server that
`XINHENG_BENCH_POSTGRES` names) and kept; a later run with more subjects goes on where it stopped.

Each page is asked of the WSGI application, in turns with the bare view (`pages_floor.py`: the same middleware, one row by primary key).
Processor seconds of this process and of the server process that serves it count, the least of each: other people's work on the machine
does not. `first` is the clock on the wall, the first time. Pages behind a sign-in are compared with the bare view asked by the same person;
the API's look-ups, open ones and those by token, with the bare view asked by anybody.
Budget: page ≤ 5 × bare view; public pages ≤ 12 queries. `--http` asks the public pages over granian too, by the clock on the wall. The
reads behind the API's look-up of a code are compared with a query by primary key. Figures, never a test.
"""

import argparse
import base64
import http.client
import json
import os
import platform
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
OWN = "xinheng_pages"
BUDGET, QUERIES = 5, 12
SERVICE = "system.market"
"""A department's system: it asks the API with a token."""
REGISTERED = "AND register_state = 'registered' AND substr(code, 9, 2) = 'MC'"


def main() -> None:
    """Run each database in a process of its own and print one table a database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/xinheng-bench-pages"))
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--http", action="store_true", help="over granian too")
    parser.add_argument("--as-it-is", action="store_true", help="measure what is there, build nothing")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(measured(args), ensure_ascii=False))
        return
    address = os.environ.get("XINHENG_BENCH_POSTGRES", "")
    for name in [args.database] if args.database else ["sqlite", *(["postgresql"] if address else [])]:
        show(_run(name, address, args))


def _run(name: str, address: str, args: argparse.Namespace) -> dict[str, Any]:
    home = args.folder / name
    home.mkdir(parents=True, exist_ok=True)
    database = _made(address) if name == "postgresql" else ""
    environment = {
        **os.environ,
        "XINHENG_HOME": str(home),
        "XINHENG_DATABASE": database,
        "XINHENG_TODAY": f"{NOW + timedelta(days=1):%Y-%m-%d}",
        "DJANGO_SETTINGS_MODULE": "xinheng.project.settings",
        "PYTHONPATH": os.pathsep.join(str(ROOT / each) for each in ("src", "tests", "tests/intake", "benchmarks")),
    }
    said = subprocess.run(
        [sys.executable, __file__, "--child", *sys.argv[1:]],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def _made(address: str) -> str:
    """The address of the database that is kept, made where it is not there."""
    import psycopg

    base = address.rpartition("/")[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWN]).fetchone():
            connection.execute(f"CREATE DATABASE {OWN}".encode())
    return f"{base}/{OWN}"


def measured(args: argparse.Namespace) -> dict[str, Any]:
    """All figures of one database."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    import pages_world
    from xinheng.console.server import collect_static
    from xinheng.storage.keys import make_keys

    home = Path(settings.XINHENG_HOME)
    if not (home / "keys" / "session").is_file():
        make_keys(home)
    if not args.as_it_is:
        call_command("migrate", verbosity=0)
        pages_world.build(args.subjects, NOW)
    collect_static()
    settings.ROOT_URLCONF = "pages_floor"
    ask = Asking(home)
    pages = addresses()
    figures: dict[str, Any] = {"size": sizes(), "database": version(), "pages": {}, "reads": reads(args.repeat)}
    for person, some in pages.items():
        figures["pages"] |= compared(ask, person, some, args.repeat)
    if args.http:
        figures["http"] = over_http(pages[""], args.repeat)
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return figures


def sizes() -> dict[str, int]:
    """How much there is."""
    from hands import sql

    tables = {"subjects": "subjects_subject", "records": "records_record", "publications": "publicity_publication"}
    return {name: sql(f"SELECT count(*) FROM {table}")[0][0] for name, table in tables.items()}


def version() -> str:
    """The database and its version."""
    from django.db import connection

    from hands import sql

    asked = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    return f"{connection.vendor} {sql(asked)[0][0]}"


def middle(table: str, condition: str = "") -> tuple[int, ...]:
    """A row about the middle of a table, with its day where it has one."""
    from hands import sql

    half = sql(f"SELECT MAX(id) / 2 FROM {table}")[0][0]
    return tuple(sql(f"SELECT id FROM {table} WHERE id > {half} {condition} ORDER BY id LIMIT 1")[0])


def addresses() -> dict[str, dict[str, str]]:
    """The pages by who asks for them ('' for the public), each with the address."""
    from hands import sql

    (firm,) = middle("subjects_subject", REGISTERED)
    name, code = sql("SELECT name, code FROM subjects_subject WHERE id = %s", firm)[0]
    (reported,) = middle("subjects_subject", "AND register_state = 'provisional'")
    reported_name = sql("SELECT name FROM subjects_subject WHERE id = %s", reported)[0][0]
    (busy,) = sql(
        "SELECT subject_id FROM publicity_publication WHERE id > (SELECT MAX(id) / 2 FROM publicity_publication) "
        "AND id < (SELECT MAX(id) / 2 + 20000 FROM publicity_publication) GROUP BY subject_id ORDER BY count(*) DESC LIMIT 1"
    )[0]
    last, day, record, number = sql(
        "SELECT p.id, p.public_from, p.record_id, v.document_number FROM publicity_publication p "
        "JOIN records_version v ON v.id = p.version_id WHERE p.shown AND p.item = 'administrative-penalty' "
        "AND p.public_until >= '2026-11-21' AND p.id > (SELECT MAX(id) / 2 FROM publicity_publication) ORDER BY p.id LIMIT 1"
    )[0]
    brand = name[3:6]
    deep = base64.urlsafe_b64encode(f"2.{firm}".encode()).decode().rstrip("=")
    public = {
        "first page": "/",
        "search: full name": f"/search?q={quote(name)}",
        "search: part of a name": f"/search?q={quote(brand)}",
        "search: code": f"/search?q={code}",
        "search: document number": f"/search?q={quote(number)}",
        "search: no hit": f"/search?q={quote('鑱鑳鑴鑵')}",
        "search: scattered words, no hit": f"/search?q={quote('科技鑱鑳')}",
        "search: very common word": f"/search?q={quote('科技')}",
        "search: very common word, deep": f"/search?q={quote('科技')}&after={deep}",
        "search: reported subject": f"/search?q={quote(reported_name)}",
        "code leads to subject": f"/s/{code}",
        "subject": f"/subjects/{firm}",
        "subject, reported": f"/subjects/{reported}",
        "subject with many records": f"/subjects/{busy}",
        "subject with many records, page 5": f"/subjects/{busy}?page=5",
        "record": f"/records/{record}",
        "penalties": "/penalties",
        "penalties, deep": f"/penalties?after={day}.{last}",
        "licences": "/licences",
    }
    plan = "/workbench/publicity"
    official = {
        "workbench": "/workbench/",
        "search: common word": f"/workbench/subjects?q={quote('科技')}",
        "search: no hit": f"/workbench/subjects?q={quote('鑱鑳鑴鑵')}",
        "subject": f"/workbench/subjects/{firm}",
        "subject with many records": f"/workbench/subjects/{busy}",
        "record": f"/workbench/records/{record}",
        "publicity plan": plan,
        "publicity plan, late": f"{plan}?stage=late",
        "publicity plan, of an item": f"{plan}?item=administrative-licence",
        "publicity plan, deep": f"{plan}?after={last}",
        "batches": "/workbench/batches",
        "held rows": "/workbench/held",
    }
    tax = {name: official[name] for name in ("workbench", "search: common word", "publicity plan")}
    open_api, api = look_ups(firm, name, code, record)
    return {"": public | open_api, "operator": official, "reporter.tax": tax, SERVICE: api}


def look_ups(firm: int, name: str, code: str, record: int) -> tuple[dict[str, str], dict[str, str]]:
    """The API's look-ups: those of what is public, and those that ask for a token."""
    everybody, own = "/api/v1/publicity", "/api/v1/subjects"
    return {
        "API: subject by code": f"{everybody}/subjects/{code}",
        "API: records of a subject": f"{everybody}/subjects/{code}/records?limit=20",
        "API: record": f"{everybody}/records/{record}",
        "API: search by name": f"{everybody}/subjects?q={quote(name)}",
    }, {
        "subject by code": f"{own}/by-code/{code}",
        "search by name": f"{own}?q={quote(name)}",
        "subject": f"{own}/{firm}",
        "records of a subject": f"{own}/{firm}/records",
    }


class Asking:
    """Asks the application as a server would, without a network."""

    def __init__(self, home: Path) -> None:
        from django.core.wsgi import get_wsgi_application

        self.application = get_wsgi_application()
        self.cookies: dict[str, str] = {"": ""}
        self.token = ""

    def sign_in(self, person: str) -> None:
        """Keep the cookie of a person, or a new token of the department's system."""
        if person == SERVICE:
            self.token, self.cookies[person] = issued(), ""
        from django.test import Client

        from world import PASSWORD

        if person not in self.cookies:
            client = Client(SERVER_NAME="127.0.0.1")
            answer = client.post("/workbench/sign-in", {"login": person, "password": PASSWORD})
            assert answer.status_code == 302, answer.content.decode()[:500]
            self.cookies[person] = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())

    def __call__(self, person: str, address: str) -> tuple[int, bytes]:
        """Status and content of one answer."""
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": _decoded(path),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": self.cookies[person],
            **({"HTTP_AUTHORIZATION": f"Bearer {self.token}"} if person == SERVICE else {}),
            "wsgi.input": sys.stdin.buffer,
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        told: list[str] = []
        answer = self.application(environ, lambda status, _headers: told.append(status))
        content = b"".join(answer)
        answer.close()
        return int(told[0][:3]), content


def issued() -> str:
    """A new token of the department's system, which is opened where it is not there."""
    from hands import sql
    from xinheng.accounts.door import TokenDraft, grant_role, issue_token, open_person, scope_words
    from xinheng.accounts.values import PersonDraft, PersonKind, Role
    from xinheng.kernel.actor import system

    office = system("init", "accounts.manage_people", "accounts.grant_roles", "accounts.manage_tokens")
    there = sql("SELECT id FROM accounts_person WHERE login = %s", SERVICE)
    if not there:
        (unit,) = sql("SELECT unit_id FROM accounts_person WHERE login = 'reporter.market'")[0]
        draft = PersonDraft(SERVICE, "业务系统", unit, PersonKind.SERVICE)
        opened = open_person(person=draft, actor=office, now=NOW).person_id
        grant_role(person_id=opened, role=Role.UNIT_SERVICE, actor=office, now=NOW)
    service = there[0][0] if there else opened
    token = TokenDraft(service, "测试", tuple(scope_words()), NOW + timedelta(days=90), ())
    return issue_token(token=token, actor=office, now=NOW).token


def _decoded(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def compared(ask: Asking, person: str, pages: dict[str, str], repeat: int) -> dict[str, Any]:
    """Each page of a person with its shortest time, the bare view's, and its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if person:
        ask.sign_in(person)
    (firm,) = middle("subjects_subject", REGISTERED)
    bare = f"/bare/{firm}"
    found: dict[str, Any] = {}
    slow: set[str] = set()
    times: dict[str, list[float]] = {bare: []}
    for name, address in pages.items():
        began = time.perf_counter()
        ask(person, address)
        cold = time.perf_counter() - began
        with CaptureQueriesContext(connection) as queries:
            status, content = ask(person, address)
        assert status in (200, 302), (name, status, content[:300])
        found[f"{person}: {name}" if person else name] = {"queries": len(queries), "first_ms": cold * 1e3}
        print(f"  {person}: {name}, {len(queries)} queries, first {cold * 1e3:.0f} ms", file=sys.stderr, flush=True)
        times[address] = []
        if cold > 1:
            slow.add(address)
    for turn in range(repeat):
        for address in times:
            if address not in slow or turn < 2:
                began = used()
                ask(person, address)
                spent = used() - began
                # A connection that is a minute old is opened anew, and another server process has spent another time.
                if spent > 0:
                    times[address].append(spent)
    for key, address in zip(found, pages.values(), strict=True):
        found[key] |= {
            "ms": min(times[address]) * 1e3,
            "bare_ms": min(times[bare]) * 1e3,
            "ratio": min(times[address]) / min(times[bare]),
            "median_ratio": statistics.median(times[address]) / statistics.median(times[bare]),
        }
    return found


def used() -> float:
    """Processor seconds of this process and, on PostgreSQL on the same machine, of the server process that serves it."""
    from django.db import connection

    server = 0
    if connection.vendor == "postgresql" and connection.connection is not None:
        own = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        server = int(own.read_text(encoding="ascii").split()[0])
    return time.process_time() + server / 1e9


def reads(repeat: int) -> dict[str, Any]:
    """The reads of a look-up by code over the API, against a query by primary key."""
    from hands import sql
    from xinheng.kernel.actor import PUBLIC
    from xinheng.kernel.dates import legal_date
    from xinheng.publicity import door as publicity
    from xinheng.subjects import door as subjects
    from xinheng.subjects.models import Subject

    on = legal_date(NOW)
    (firm,) = middle("subjects_subject", REGISTERED)
    code = sql("SELECT code FROM subjects_subject WHERE id = %s", firm)[0][0]

    def by_code() -> Any:
        return subjects.by_code(code, actor=PUBLIC, reach=publicity.public_reach(on))

    def whole() -> Any:
        found = by_code()
        family = subjects.members_of(found.id, reach=publicity.public_reach(on))
        return publicity.records_page(family, on=on, limit=20)

    runs: dict[str, Callable[[], Any]] = {
        "by primary key": lambda: Subject.objects.get(pk=firm),
        "subject by code": by_code,
        "subject by code, and its public records": whole,
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeat * 3):
        for name, run in runs.items():
            began = used()
            run()
            times[name].append(used() - began)
    key = min(times["by primary key"])
    return {name: {"ms": min(some) * 1e3, "ratio": min(some) / key} for name, some in times.items()}


def over_http(pages: dict[str, str], repeat: int) -> dict[str, Any]:
    """The same over granian on this machine, one connection, the bare view in turns."""
    (firm,) = middle("subjects_subject", REGISTERED)
    bare = f"/bare/{firm}"
    times: dict[str, list[float]] = {address: [] for address in (bare, *pages.values())}
    with serving() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for turn in range(repeat + 1):
            for address, some in times.items():
                began = time.perf_counter()
                connection.request("GET", address)
                answer = connection.getresponse()
                answer.read()
                assert answer.status in (200, 302), (address, answer.status)
                if turn:
                    some.append(time.perf_counter() - began)
    floor = min(times[bare])
    return {name: {"ms": min(times[it]) * 1e3, "ratio": min(times[it]) / floor} for name, it in pages.items()} | {
        "bare": {"ms": floor * 1e3, "ratio": 1.0}
    }


@contextmanager
def serving() -> Iterator[int]:
    """A granian of our own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", "8", "--no-ws", "--log-level", "warning", "pages_served:application"]
    own = subprocess.Popen(command, env=dict(os.environ))
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        own.send_signal(signal.SIGTERM)
        own.wait(30)


def show(figures: dict[str, Any]) -> None:
    """Print the table of one database."""
    size = figures["size"]
    print(f"{figures['database']}; {size}; {figures['machine']}; {figures['peak_mib']} MiB")
    for name, one in figures["reads"].items():
        print(f"  read {name:58} {one['ms']:9.2f} ms  {one['ratio']:7.1f} ×")
    for name, one in figures["pages"].items():
        over = "!" if one["ratio"] > BUDGET or (one["queries"] > QUERIES and ":" not in name) else " "
        print(
            f"{over} {name:50} {one['queries']:3} queries {one['ms']:9.2f} ms (first {one['first_ms']:9.1f}) / "
            f"{one['bare_ms']:6.2f}  {one['ratio']:7.1f} × (median {one['median_ratio']:.1f})"
        )
    for name, one in figures.get("http", {}).items():
        print(f"  over HTTP: {name:50} {one['ms']:9.2f} ms  {one['ratio']:7.1f} ×")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
