"""Checking penalty rows by columns, against merely reading the file and against pydantic row by row.

    python benchmarks/bench_check_rows.py [--rows 1000000] [--peer-rows 50000] [--seed 7] [--repeat 5]

Budget: reading and checking together ≤ 6 × reading alone, and ≥ 5 × faster than pydantic. Figures, never a test.
"""

import argparse
import json
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pydantic

from check_rows_peer import Penalty
from xinheng.catalogue.readers.source import package_data, parse
from xinheng.catalogue.values.items import parse_code_lists, parse_item, sheet_of
from xinheng.engine.columns import FrameResult, check_frame
from xinheng.engine.declare import Sheet
from xinheng.engine.problems import Context
from xinheng.kernel.identifiers import orgcode, uscc

ON = date(2026, 11, 21)
DIRTY_SHARE = 0.02
FRESH_DAYS = 7
"""Decided so many days ago at most is on time: seven working days are allowed."""
FINE, WARNING, GAINS = "罚款", "警告", "没收违法所得"


def penalty_sheet() -> Sheet:
    """The sheet of the catalogue as shipped."""
    root = package_data()
    lists = parse_code_lists(parse((root / "code_lists.yaml").read_text("utf-8"), "code_lists.yaml"), "code_lists.yaml")
    name = "administrative-penalty.yaml"
    return sheet_of(parse_item(parse((root / "items" / name).read_text("utf-8"), name), name), lists)


def code(random_: random.Random, prefix: str) -> str:
    """A valid code in a division that does not exist."""
    body = "".join(random_.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=8))
    first17 = f"{prefix}990101{body}{orgcode.check_character(body)}"
    return first17 + uscc.check_digit(first17)


def made(rows: int, seed: int, *, fresh_share: float = 0.0) -> pl.DataFrame:
    """Penalty rows of invented firms: one in two with a fine, texts of the length real ones have, two in a hundred dirty.

    They are decided over five years, so nearly all come in late (W201), but for `fresh_share` of them, decided in the last week.
    """
    rng = random.Random(seed)
    subjects = [code(rng, "91") for _ in range(max(1, rows // 4))]
    units = [code(rng, "11") for _ in range(60)]
    pick = pl.Series(rng.choices(range(len(subjects)), k=rows))
    unit = pl.Series(rng.choices(range(len(units)), k=rows))
    days = [ON - timedelta(days=back) for back in range(1, 1800)]
    decided = pl.Series(rng.choices(days, k=rows))
    if fresh_share:
        week = pl.Series(rng.choices(days[:FRESH_DAYS], k=rows))
        late = pl.Series(rng.choices([False, True], [fresh_share, 1 - fresh_share], k=rows))
        decided = decided.zip_with(late, week)
    wan = pl.Series(rng.choices([f"{n / 100:g}" for n in range(5, 2500)], k=rows))
    kinds = pl.Series(rng.choices([FINE, f"{WARNING};{FINE}", f"{FINE};{GAINS}", "责令停产停业"], k=rows))
    number = pl.int_range(rows, eager=True)
    frame = pl.DataFrame({"n": number, "s": pick, "u": unit, "d": decided, "w": wan, "k": kinds})
    fined = pl.col("k").str.contains(FINE)
    day = pl.col("d").dt.strftime("%Y/%m/%d")
    amount = pl.col("w").cast(pl.Float64)
    yuan = (amount * 10_000).round().cast(pl.Int64).cast(pl.String)
    made_rows = frame.select(
        CF_XDR_MC=pl.format("样区第{}号启明商贸有限公司", pl.col("s")),
        CF_XDR_LB=pl.lit("法人及非法人组织"),
        CF_XDR_SHXYM=pl.lit(pl.Series(subjects)).gather(pl.col("s")),
        CF_XDR_GSZC=pl.lit(None, pl.String),
        CF_FRDB=pl.format("甲{}", pl.col("s") % 5000),
        CF_WSH=pl.format("样市监罚〔{}〕{}号", pl.col("d").dt.year(), pl.col("n") + 1),
        CF_WFXW=pl.format("违反第{}项管理规定", pl.col("n") % 300),
        CF_SY=pl.format(
            "经查，当事人于{}在其经营场所内销售未按规定标注信息的商品共{}件，货值金额较小，现场检查笔录、询问笔录及相关票据予以证实，事实清楚。",
            day,
            pl.col("n") % 977,
        ),
        CF_YJ=pl.format("依据有关管理条例第{}条第一款的规定", pl.col("n") % 90 + 1),
        CF_CFLB=pl.col("k"),
        CF_NR=pl.when(fined)
        .then(pl.format("责令改正，处以罚款人民币{}元，上缴国库。", yuan))
        .otherwise(pl.lit("责令停产停业整顿三十日。")),
        CF_NR_FK=pl.when(fined).then(pl.col("w")),
        CF_NR_WFFF=pl.when(pl.col("k").str.contains(GAINS)).then(pl.lit("0.35")),
        CF_JDRQ=day,
        CF_YXQ=pl.col("d").dt.offset_by("1y").dt.strftime("%Y/%m/%d"),
        CF_CFJG=pl.format("样区第{}监督管理局", pl.col("u")),
        CF_CFJGDM=pl.lit(pl.Series(units)).gather(pl.col("u")),
        CF_SJLY=pl.format("样区第{}监督管理局", pl.col("u")),
        CF_SJLYDM=pl.lit(pl.Series(units)).gather(pl.col("u")),
    )
    return soiled(made_rows, rng)


DIRT: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("CF_XDR_SHXYM", lambda v: v[:-1] + ("0" if v[-1] != "0" else "1")),
    ("CF_XDR_SHXYM", lambda _: "9.13E+17"),
    ("CF_XDR_SHXYM", lambda v: v[:17]),
    ("CF_XDR_SHXYM", lambda v: "\t" + v.lower()),
    ("CF_XDR_MC", lambda v: v + "\u00a0"),
    ("CF_XDR_MC", lambda _: "— —"),
    ("CF_XDR_LB", lambda _: "企业"),
    ("CF_XDR_LB", lambda _: "个体工商户"),
    ("CF_FRDB", lambda _: None),
    ("CF_WSH", lambda v: v.replace("〔", "[").replace("〕", "]")),
    ("CF_SY", lambda v: v + "联系电话13800138000。"),
    ("CF_SY", lambda v: v + "\x00"),
    ("CF_CFLB", lambda _: "警告&警告"),
    ("CF_CFLB", lambda _: "责令改正"),
    ("CF_NR_FK", lambda _: "5万元"),
    ("CF_NR_FK", lambda _: "50000"),
    ("CF_NR_FK", lambda _: None),
    ("CF_JDRQ", lambda _: "2027/02/01"),
    ("CF_JDRQ", lambda _: "2024/02/30"),
    ("CF_JDRQ", lambda v: v.replace("/", ".")),
    ("CF_YXQ", lambda _: "2001/01/01"),
    ("CF_CFJGDM", lambda v: v[:10]),
)


def soiled(frame: pl.DataFrame, rng: random.Random) -> pl.DataFrame:
    """The same rows with one damage in each of two per cent of them."""
    records = rng.sample(range(frame.height), int(frame.height * DIRTY_SHARE))
    columns = {name: frame.get_column(name).clone() for name in frame.columns}
    for place, (name, damage) in enumerate(DIRT):
        mine = pl.Series(records[place :: len(DIRT)], dtype=pl.UInt32)
        damaged = [damage(value or "") for value in columns[name].gather(mine).to_list()]
        columns[name] = columns[name].scatter(mine, pl.Series(damaged, dtype=pl.String))
    return pl.DataFrame(columns)


def best(repeat: int, runs: tuple[Callable[[], Any], ...]) -> list[tuple[float, Any]]:
    """The shortest time of each of some runs and its last result; taken in turns, so that a busy machine slows all of them alike."""
    seconds: list[list[float]] = [[] for _ in runs]
    results: list[Any] = [None for _ in runs]
    for _ in range(repeat):
        for place, run in enumerate(runs):
            results[place] = None
            started = time.perf_counter()
            results[place] = run()
            seconds[place].append(time.perf_counter() - started)
    return [(min(each), result) for each, result in zip(seconds, results, strict=True)]


def peer_seconds(frame: pl.DataFrame) -> tuple[float, int]:
    """Seconds pydantic takes for rows already in memory as dictionaries, and how many it refuses."""
    rows = frame.to_dicts()
    refused = 0
    started = time.perf_counter()
    for row in rows:
        try:
            Penalty.model_validate(row)
        except pydantic.ValidationError:
            refused += 1
    return time.perf_counter() - started, refused


def measured(arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures of one run."""
    sheet, context = penalty_sheet(), Context(ON)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "penalties.csv"
        made(arguments.rows, arguments.seed).write_csv(path)
        size = path.stat().st_size

        def read() -> pl.DataFrame:
            return pl.read_csv(path, infer_schema=False)

        def read_and_check() -> FrameResult:
            return check_frame(sheet, read(), context)

        slice_ = read().head(min(arguments.peer_rows, arguments.rows))
        [(reading, _), (checking, result)] = best(arguments.repeat, (read, read_and_check))
    peer, refused = peer_seconds(slice_)
    scaled = peer * arguments.rows / slice_.height
    return {
        "rows": arguments.rows,
        "file_mb": round(size / 1e6, 1),
        "read_s": round(reading, 3),
        "read_and_check_s": round(checking, 3),
        "ratio_to_read": round(checking / reading, 2),
        "pydantic_s_scaled": round(scaled, 1),
        "times_faster_than_pydantic": round(scaled / checking, 1),
        "problems": result.problems.height,
        "records_with_problems": int(result.effects.is_not_null().sum()),
        "peer_rows": slice_.height,
        "peer_refused": refused,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "versions": {"python": platform.python_version(), "polars": pl.__version__, "pydantic": pydantic.VERSION},
        "threads": pl.thread_pool_size(),
        "within_budget": checking <= 6 * reading and scaled >= 5 * checking,
    }


def main() -> int:
    """Print the figures as JSON; 0 within the budget, 1 outside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer-rows", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeat", type=int, default=5)
    figures = measured(parser.parse_args())
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0 if figures["within_budget"] else 1


if __name__ == "__main__":
    sys.exit(main())
