"""Who a command acts for: `--as LOGIN`, or the console's service account that `init` made."""

from argparse import ArgumentParser
from datetime import datetime

from xinheng.accounts.door import actor_by_login
from xinheng.console.installation import CONSOLE
from xinheng.kernel.actor import Actor
from xinheng.ledger.values import NotAllowed


def add_as(parser: ArgumentParser) -> None:
    """Declare `--as LOGIN`."""
    parser.add_argument(
        "--as", dest="login", default=CONSOLE, metavar="登录名", help=f"以谁的名义（默认服务账号 {CONSOLE}）"
    )


def asking(login: str, *, now: datetime, needs: str, code: str) -> Actor:
    """The actor of a login, who must hold a permission. Raises: PersonUnknown, NotAllowed."""
    actor = actor_by_login(login, now)
    if not actor.may(needs):
        raise NotAllowed(code, needs)
    return actor
