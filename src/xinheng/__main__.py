"""`python -m xinheng`, and the `xinheng` script of an installed package."""

import os
import sys
from datetime import date


def main(argv: list[str] | None = None) -> int:
    """Prepare Django and hand over to the console. Returns the exit status: 0 done, 1 refused or problems, 2 wrong use."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        return _start(arguments)
    except KeyboardInterrupt:
        # Loading what a command needs takes a second or two, in which people change their minds.
        sys.stderr.write("已中断。\n")
        return 130


def _start(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")
    today = _today(arguments)
    if today is not None:
        # Settings read the environment once, and the processes we start inherit it.
        os.environ["XINHENG_TODAY"] = today

    from xinheng.project.environment import SettingError

    try:
        import django

        django.setup()
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except PermissionError as error:
        # Somebody else's home folder, most likely: keys are readable by their owner alone.
        sys.stderr.write(f"没有权限读取 {error.filename}：请以该目录所有者的身份运行，或另设 XINHENG_HOME。\n")
        return 1

    from xinheng.console.main import run

    return run(arguments)


def _today(arguments: list[str]) -> str | None:
    """The value of `--today`, which must be known before settings are read; None where it is no day: the command says so itself."""
    for place, argument in enumerate(arguments):
        written = arguments[place + 1] if argument == "--today" and place + 1 < len(arguments) else None
        if argument.startswith("--today="):
            written = argument.partition("=")[2]
        if written is not None:
            return written if _is_day(written) else None
    return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
