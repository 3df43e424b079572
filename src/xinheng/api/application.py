"""The API as a whole: its parts, its errors, its description."""

from typing import Any, Final

from ninja import NinjaAPI

from xinheng.api import problems
from xinheng.api.describing import finished
from xinheng.api.frame import StrictParser, Written
from xinheng.api.gate import ServiceToken
from xinheng.api.views import batches, catalogue, held, licences, open_data, publicity, records, subjects

PREFIX: Final = "/api/v1"

DESCRIPTION: Final = """部门业务系统与信用平台之间的接口。使用说明见 docs/api/README.md。

凭 `Authorization: Bearer xht_…` 使用，令牌由安全管理员签发；公示、目录、单位、日历、账本不用令牌。令牌能做的不超过该单位填报员能做的。
写操作请带 `Idempotency-Key`：24 小时内同一个键、同样的内容只生效一次，得到同一个回答。
说“不”的回答都是 `application/problem+json`（RFC 9457），`code` 是稳定的英文代码，`detail` 是给人看的中文。
不认识的参数和字段一律退回。"""


def build() -> NinjaAPI:
    """A new API with all its endpoints."""
    api = NinjaAPI(
        title="信衡 接口",
        version="1.0.0",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url="",
        urls_namespace="api",
        auth=ServiceToken(),
        parser=StrictParser(),
        renderer=Written(),
        servers=[{"url": "/"}],
    )
    problems.install(api)
    api.add_router(f"{PREFIX}/me", catalogue.who)
    api.add_router(f"{PREFIX}/batches", batches.router)
    api.add_router(f"{PREFIX}/records", records.router)
    api.add_router(f"{PREFIX}/held", held.router)
    api.add_router(f"{PREFIX}/subjects", subjects.router)
    api.add_router(f"{PREFIX}/licences", licences.router)
    api.add_router(f"{PREFIX}/publicity", publicity.router)
    api.add_router(f"{PREFIX}/open-data", open_data.router)
    api.add_router(f"{PREFIX}/catalogue", catalogue.router)
    api.add_router(f"{PREFIX}/units", catalogue.units)
    api.add_router(f"{PREFIX}/calendar", catalogue.calendar)
    api.add_router(f"{PREFIX}/ledger", catalogue.proofs)
    return api


API: Final = build()


def description() -> dict[str, Any]:
    """The OpenAPI description, the same each time; `docs/api/openapi.json` is this, written out."""
    return finished(dict(API.get_openapi_schema(path_prefix="")))
