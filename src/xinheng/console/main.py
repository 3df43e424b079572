"""The `xinheng` command: finds the subcommand, and turns every error into a sentence and an exit status.

A command is a module in `console.commands` with `register(subparsers)` and `run(args) -> int`. Only the module that is asked for
is imported: some need a columnar library, which takes a second to load.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Never

from django.conf import settings
from django.db import DatabaseError, connection

from xinheng.console import clock, output
from xinheng.kernel.errors import XinhengError
from xinheng.ledger.door import sequence
from xinheng.storage.backup.marker import refuse_unfinished

COMMANDS = (
    "init",
    "serve",
    "worker",
    "tick",
    "doctor",
    "backup",
    "restore",
    "demo",
    "shots",
    "intake",
    "subject",
    "identifier",
    "workdays",
    "ledger",
)

UNTOUCHED = ("restore", "doctor", "identifier", "shots")
"""What may run although a restore is unfinished: it mends that, tells of it, or asks no data."""


class Parser(argparse.ArgumentParser):
    """Says in Chinese that the use was wrong; exit status 2."""

    def error(self, message: str) -> Never:
        """Print the usage and what is wrong with it."""
        self.print_usage(sys.stderr)
        self.exit(output.WRONG_USE, f"用法有误：{_in_chinese(message)}\n可用 {self.prog} --help 查看说明。\n")


_ARGPARSE = (
    (re.compile(r"the following arguments are required: (.*)"), r"缺少参数：\1"),
    (re.compile(r"one of the arguments (.*) is required"), r"须给出其中一个参数：\1"),
    (re.compile(r"unrecognized arguments: (.*)", re.DOTALL), r"不认识的参数：\1"),
    (
        re.compile(r"argument (.*?): invalid choice: (.*) \(choose from (.*)\)", re.DOTALL),
        r"参数 \1 的值 \2 不对，可用：\3",
    ),
    (re.compile(r"argument (.*?): invalid \w+ value: (.*)", re.DOTALL), r"参数 \1 的值 \2 不对"),
    (re.compile(r"argument (.*?): expected one argument"), r"参数 \1 后面要写一个值"),
    (re.compile(r"argument (.*?): expected at least one argument"), r"参数 \1 后面至少要写一个值"),
    (re.compile(r"argument (.*?): not allowed with argument (.*)"), r"参数 \1 和 \2 不能同时使用"),
    (re.compile(r"ambiguous option: (.*) could match (.*)"), r"参数 \1 不明确，可能是：\2"),
    (re.compile(r"argument (.*?): (.*)", re.DOTALL), r"参数 \1：\2"),
)
"""What argparse says, and how we say it."""


def _in_chinese(message: str) -> str:
    """What argparse found wrong. What it says in other words stays as it is."""
    for english, chinese in _ARGPARSE:
        if found := english.fullmatch(message):
            return found.expand(chinese)
    return message


def run(argv: Sequence[str]) -> int:
    """Run one command. Returns 0 done, 1 refused or problems found, 2 wrong use; never raises, never shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # `--json` may stand anywhere, whether or not a command declares it.
    words = [word for word in argv if word != "--json"]
    try:
        parser, modules = build(words)
        args = parser.parse_args(words)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else output.WRONG_USE
    args.json = len(words) != len(argv)
    return _run(modules[args.command], args)


def build(words: Sequence[str]) -> tuple[Parser, dict[str, ModuleType]]:
    """The parser with the subcommand that `words` ask for, or with all of them; and the module of each subcommand."""
    parser = Parser(prog="xinheng", description="信衡：以信用为基础的监管平台")
    parser.add_argument("--json", action="store_true", help="向标准输出打印一个 JSON 对象；提示信息在标准错误输出")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="命令", parser_class=Parser)
    modules: dict[str, ModuleType] = {}
    asked = next((word for word in words if not word.startswith("-")), "")
    for name in [asked] if asked in COMMANDS else COMMANDS:
        if find_spec(f"xinheng.console.commands.{name}") is None:
            continue
        module = import_module(f"xinheng.console.commands.{name}")
        module.register(subparsers)
        modules.update(dict.fromkeys(set(subparsers.choices) - set(modules), module))
    return parser, modules


def _run(module: ModuleType, args: argparse.Namespace) -> int:
    try:
        if args.command not in UNTOUCHED:
            refuse_unfinished()
        status = int(module.run(args))
        if _enters(args):
            # At once, and not when a worker comes by: what has no number yet can be rewritten without a trace (docs/ledger.md).
            sequence()
        return status
    except XinhengError as error:
        output.note(f"{error.message}（{error.code}）")
        if args.json:
            refused = {"status": "refused", "reason": error.code, "message": error.message, "kind": error.kind}
            output.emit(args, refused, ())
        return output.REFUSED
    except KeyboardInterrupt:
        output.note("已中断。")
        return 130
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; keep Python from complaining when it flushes at exit.
        sys.stderr.close()
        return output.REFUSED
    except Exception as error:  # noqa: BLE001 - the last door: people get a sentence, the log gets the place
        return _apologise(error, args)


def _enters(args: argparse.Namespace) -> bool:
    """Whether a command may leave entries that nobody else numbers; checking a file without the store needs no database at all."""
    if args.command == "backup":
        return not args.verify
    return args.command in ("init", "subject", "ledger", "restore") or (
        args.command == "intake" and args.action in ("load", "rows")
    )


def _apologise(error: Exception, args: argparse.Namespace) -> int:
    if isinstance(error, DatabaseError) and not _migrated():
        code, told = "console.database", _unusable()
    elif isinstance(error, PermissionError):
        place = f"XINHENG_HOME（{settings.XINHENG_HOME}）"
        code, told = "console.permission", f"没有权限读写 {error.filename}：请检查该文件、{place}及其权限。"
    else:
        code, told = "console.error", _logged(error)
    output.note(told)
    if args.json:
        output.emit(args, {"status": "refused", "reason": code, "message": told, "kind": "refused"}, ())
    return output.REFUSED


def _logged(error: Exception) -> str:
    try:
        log = write_log(error, clock.now())
    except OSError:
        return f"程序出错（{type(error).__name__}），且无法写入日志目录 {settings.XINHENG_HOME}/logs。"
    return f"抱歉，程序出错（{type(error).__name__}）。出错位置已记入 {log}，请交给管理员。"


def write_log(error: BaseException, now: datetime) -> Path:
    """Write where an unexpected error happened to a file under `XINHENG_HOME`/logs, and return the file.

    The exception's own words stay out, for they may quote personal data, except with `XINHENG_DEBUG`.
    """
    folder = Path(settings.XINHENG_HOME) / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"error-{now:%Y%m%dT%H%M%S%f}.log"
    lines = [f"{now.isoformat()} {type(error).__module__}.{type(error).__qualname__}"]
    if settings.DEBUG:
        lines.append(str(error))
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__qualname__}:")
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _unusable() -> str:
    """Why the database cannot be used, without the words of the driver."""
    place = connection.settings_dict
    try:
        connection.ensure_connection()
    except DatabaseError:
        if connection.vendor == "postgresql":
            where = f"{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"
            return (
                f"无法连接 PostgreSQL 数据库 {where}：请确认服务已启动、该数据库已建立（例如用 createdb）、"
                "用户和口令正确（XINHENG_DATABASE）。"
            )
        return f"无法打开数据库文件 {place['NAME']}：请检查 XINHENG_HOME（{settings.XINHENG_HOME}）及其权限。"
    return f"{_database()}尚未初始化：请检查 XINHENG_DATABASE，并运行 xinheng init。"


def _database() -> str:
    """Which database it is, without its password."""
    found = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return f"数据库文件 {found['NAME']} "
    return f"PostgreSQL 数据库“{found['NAME']}”（{found.get('HOST') or '本机'}:{found.get('PORT') or 5432}）"


def _migrated() -> bool:
    """Whether the database can be asked and has Django's table of migrations with something in it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM django_migrations")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False
