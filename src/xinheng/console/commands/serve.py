"""`xinheng serve`: the web server with a worker beside it."""

from argparse import Namespace
from typing import Any

from xinheng.console import output
from xinheng.console.server import Place, serve


def register(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("serve", help="启动网站和后台任务进程")
    parser.add_argument("--address", default="127.0.0.1", metavar="地址", help="监听地址（默认 127.0.0.1）")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="监听端口（默认 8000）")
    parser.add_argument("--threads", type=int, default=8, metavar="数目", help="同时处理的请求数（默认 8）")
    parser.add_argument("--no-worker", action="store_true", help="不随同启动后台任务进程")


def run(args: Namespace) -> int:
    """Serve until told to stop."""
    place = Place(args.address, args.port, args.threads, worker=not args.no_worker)
    serve(place, ready=lambda: output.note(f"正在提供服务：{place.url}（Ctrl+C 停止）"))
    return output.DONE
