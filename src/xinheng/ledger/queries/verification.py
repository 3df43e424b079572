"""Proving that history was not changed: everything is recomputed from the domain rows up to the signed checkpoints."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

from django.db import connection

from xinheng.kernel.canonical import canonical
from xinheng.ledger import models
from xinheng.ledger.queries.leaves import content_of, header_of, tile
from xinheng.ledger.queries.proofs import ledgered_models
from xinheng.ledger.rules import checkpoint as checkpoint_rules
from xinheng.ledger.rules.leaf import DIGEST_BYTES, SALT_BYTES, hasher, row_digest
from xinheng.ledger.rules.tree import TILE_WIDTH, Tree, full_root, grow, split
from xinheng.ledger.values import Checkpoint, CheckpointInvalid, Problem, Verification
from xinheng.storage.models import LedgeredModel

PROBLEMS_OF_A_KIND = 20
READ_AHEAD = 2000
FEW_RUNS = 400


class _Findings:
    """Problems as they come, at most twenty of a kind listed."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._seen: Counter[str] = Counter()

    def add(self, code: str, place: str, message: str) -> None:
        self._seen[code] += 1
        if self._seen[code] <= PROBLEMS_OF_A_KIND:
            self.problems.append(Problem(code, place, message))


def verify(*, key: bytes, outside: Sequence[str] = ()) -> Verification:
    """Recompute the ledger: numbers, leaves, tiles, rows of every ledgered table, checkpoints inside and `outside` the database.

    `outside` are texts of checkpoints kept elsewhere; only they can find a tail that was cut off together with everything
    that spoke of it. Cost: one pass over runs, leaves and every ledgered row (about 30 µs a row).
    """
    findings = _Findings()
    state = models.State.objects.filter(id=1).first() or models.State(id=1)
    leaves = _check_tree(findings, state)
    rows = {}
    by_model: dict[type[LedgeredModel], list[str]] = {}
    for name, model in ledgered_models().items():
        by_model.setdefault(model, []).append(name)
    for model, names in sorted(by_model.items(), key=lambda item: item[0].ledger_table):
        rows[model.ledger_table] = _check_table(findings, model, names)
    root, checked = _check_checkpoints(findings, state.size, key, outside)
    return Verification(state.size, root, leaves, rows, checked, tuple(findings.problems))


def _check_tree(findings: _Findings, state: models.State) -> int:
    """Numbers are dense, every leaf gives the hash its tile holds, every tile follows from the one below."""
    expected, leaves = 1, 0
    stored = _stored_hashes(state.size)
    recomputed = _recomputed_hashes(findings)
    for number, (kept, made) in enumerate(zip_longest(stored, recomputed), start=1):
        if made is not None:
            leaves += 1
        if number > state.size:
            continue
        if kept is None or made is None or kept != made:
            what = "缺失" if made is None else "与账本树中的散列不符"
            findings.add("leaf", f"entry {number}", f"第 {number} 号账目{what}：该账目或其抬头被改动、删除或调换过")
    for run in models.Run.objects.filter(first__isnull=False).order_by("first").iterator(chunk_size=READ_AHEAD):
        if run.first != expected:
            findings.add("number", f"run {run.id}", f"编号不连续：应从 {expected} 开始，实际为 {run.first}")
        expected = (run.first or 0) + run.count
        if not run.ready:
            findings.add("ready", f"run {run.id}", f"已编号的第 {run.first} 号起的账目被改为不可见")
    after = models.State.objects.filter(id=1).first() or models.State(id=1)
    # Whoever verifies a platform at work sees the sequencer go on meanwhile.
    if not min(state.numbered, after.numbered) < expected <= after.numbered + 1:
        findings.add("number", "state", f"编号到 {expected - 1}，而状态表记的是 {state.numbered}：尾部被截断或状态被改")
    for run in models.Run.objects.filter(ready=True, count__lt=1)[:PROBLEMS_OF_A_KIND]:
        findings.add("number", f"run {run.id}", f"业务 {run.operation} 的抬头下没有任何账目：不经业务操作写入")
    _check_tiles(findings, state.size)
    return leaves


def _stored_hashes(size: int) -> Iterator[bytes]:
    for position in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
        hashes = split(tile(0, position))
        wanted = min(TILE_WIDTH, size - position * TILE_WIDTH)
        yield from (*hashes[:wanted], *[b""] * (wanted - len(hashes)))


def _recomputed_hashes(findings: _Findings) -> Iterator[bytes]:
    """The hashes of all numbered leaves, in order; a place without its leaf gives an empty one."""
    for run, leaves in _runs_with_leaves():
        to_hash, index, single = hasher(header_of(run)), 0, run.kind == "operation"
        for leaf in leaves:
            while index < min(leaf.idx, run.count):
                yield b""
                index += 1
            if leaf.idx >= run.count or leaf.idx < index:
                findings.add("extra", f"run {run.id}", f"第 {run.first} 号起的一批多出一条账目（序号 {leaf.idx}）")
                continue
            if leaf.single != single:
                findings.add(
                    "leaf", f"run {run.id}", f"第 {run.first} 号起的账目被标成另一种，从而不在其行的历史中出现"
                )
            if (len(leaf.salt), len(leaf.digest)) != (SALT_BYTES, DIGEST_BYTES):
                # A longer salt could swallow the header, and leave one that was forged to be read.
                findings.add(
                    "leaf", f"run {run.id}", f"第 {(run.first or 0) + leaf.idx} 号账目的盐或摘要长度不对：被改动过"
                )
            yield to_hash(content_of(leaf))
            index += 1
        yield from [b""] * (run.count - index)


def _runs_with_leaves() -> Iterator[tuple[models.Run, Iterable[models.Leaf]]]:
    """Numbered runs in order, each with its leaves in order. Many small runs, as operations leave them, are asked for at once."""
    few: list[models.Run] = []
    for run in models.Run.objects.filter(first__isnull=False).order_by("first", "id").iterator(chunk_size=READ_AHEAD):
        if few and (len(few) == FEW_RUNS or sum(one.count for one in few) + run.count > READ_AHEAD):
            yield from _leaves_of_few(few)
            few = []
        few.append(run)
    yield from _leaves_of_few(few)


def _leaves_of_few(runs: Sequence[models.Run]) -> Iterator[tuple[models.Run, Iterable[models.Leaf]]]:
    found = models.Leaf.objects.filter(run_id__in=[run.id for run in runs]).order_by("run__first", "run_id", "idx")
    by_run = groupby(found.iterator(chunk_size=READ_AHEAD), key=lambda leaf: leaf.run_id)
    waiting = next(by_run, None)
    for run in runs:
        if waiting is None or waiting[0] != run.id:
            yield run, ()
            continue
        yield run, waiting[1]
        waiting = next(by_run, None)


def _check_tiles(findings: _Findings, size: int) -> None:
    """Each higher tile holds the roots of the full tiles below it."""
    level, width = 0, size
    while width >= TILE_WIDTH:
        full = width // TILE_WIDTH
        for position in range(full):
            parent = split(tile(level + 1, position // TILE_WIDTH))
            below = split(tile(level, position))
            wanted = parent[position % TILE_WIDTH] if position % TILE_WIDTH < len(parent) else b""
            if len(below) != TILE_WIDTH or full_root(below) != wanted:
                findings.add("tile", f"tile {level}/{position}", f"账本树的第 {level} 层第 {position} 块与上一层不符")
        level, width = level + 1, full


def _check_table(findings: _Findings, model: type[LedgeredModel], names: list[str]) -> int:
    """Every row gives the digest of the leaf it points at; every leaf's row is there, in its latest state."""
    table, count, last_id = model._meta.db_table, 0, 0
    while True:
        found = model.objects.select_related(*model.ledger_related) if model.ledger_related else model.objects.all()
        rows = list(found.filter(pk__gt=last_id).order_by("pk")[:READ_AHEAD])
        if not rows:
            break
        last_id = rows[-1].pk
        leaves, runs = _leaves_of(rows), _runs_of(rows)
        for row in rows:
            count += 1
            leaf = leaves.get((row.run_id, row.run_index))
            problem = _row_problem(row, leaf, names) or _run_problem(row, runs.get(row.run_id))
            if problem:
                findings.add("row", f"{table} {row.pk}", f"{table} 第 {row.pk} 行{problem}")
        if len(rows) < READ_AHEAD:
            break
    for row_id in _without_parent(model):
        findings.add("row", f"{table} {row_id}", f"{table} 第 {row_id} 行所属的上级行不在：被删除或改了编号")
    for row_id, number in _newer_leaves(table, names):
        if number is None:
            findings.add("deleted", f"{table} {row_id}", f"{table} 第 {row_id} 行在账本中有账目，表中却没有：被删除")
        else:
            told = f"账本第 {number} 号账目" if number else "账本中尚未编号的一条账目"
            findings.add("row", f"{table} {row_id}", f"{table} 第 {row_id} 行不是最新状态：{told}之后被还原或藏起")
    return count


def _leaves_of(rows: Sequence[LedgeredModel]) -> dict[tuple[int, int], models.Leaf]:
    """The leaves a page of rows points at."""
    found: dict[tuple[int, int], models.Leaf] = {}
    by_run: dict[int, list[int]] = {}
    for row in rows:
        by_run.setdefault(row.run_id, []).append(row.run_index)
    # Rows of operations point each into a run of its own.
    alone = [(run_id, indexes[0]) for run_id, indexes in by_run.items() if len(indexes) == 1]
    for start in range(0, len(alone), FEW_RUNS):
        for leaf in models.Leaf.objects.filter(pk__in=alone[start : start + FEW_RUNS]):
            found[leaf.run_id, leaf.idx] = leaf
    for run_id, indexes in by_run.items():
        if len(indexes) == 1:
            continue
        low, high = min(indexes), max(indexes)
        leaves = models.Leaf.objects.filter(run_id=run_id, idx__gte=low, idx__lte=high)
        found.update({(run_id, leaf.idx): leaf for leaf in leaves})
    return found


def _row_problem(row: LedgeredModel, leaf: models.Leaf | None, names: list[str]) -> str | None:
    if leaf is None:
        return "账本中没有它的账目：不经业务操作写入"
    if leaf.table_name not in names or leaf.row_id != row.pk:
        return "指向的账目说的不是它"
    if row_digest(bytes(leaf.salt), canonical(row.ledger_values(leaf.table_name))) != bytes(leaf.digest):
        return "的内容与账本不符：被改动过"
    if disagreeing := row.ledger_disagreements():
        return f"与其上级行不一致（{'、'.join(disagreeing)}）：上级行被改动过"
    return None


def _runs_of(rows: Sequence[LedgeredModel]) -> dict[int, tuple[str, bool]]:
    """Kind and readiness of the runs a page of rows points at. Asked after the rows: who was ready then is ready now."""
    found = models.Run.objects.filter(id__in={row.run_id for row in rows}).values_list("id", "kind", "ready")
    return {run_id: (kind, ready) for run_id, kind, ready in found}


def _run_problem(row: LedgeredModel, run: tuple[str, bool] | None) -> str | None:
    """A row may wait under the run of a load that is not visible yet; under any other run that is not ready it was put by hand."""
    if run is None:
        return "所属的业务不在账本中：不经业务操作写入"
    kind, ready = run
    if not ready and (kind == "operation" or row.ledger_operations_only):
        return "所属的业务从未生效：不经业务操作写入"
    return None


def _without_parent(model: type[LedgeredModel]) -> list[int]:
    """Rows whose parent without a leaf is gone: reading them together with it would pass them over."""
    gone: list[int] = []
    with connection.cursor() as cursor:
        for name in model.ledger_related:
            field = model._meta.get_field(name)
            above = field.related_model
            if not isinstance(above, type):
                raise TypeError(f"{model._meta.db_table}: {name} leads to no table")
            cursor.execute(
                f'SELECT t.id FROM "{model._meta.db_table}" t LEFT JOIN "{above._meta.db_table}" p '
                f'ON p.id = t."{name}_id" WHERE p.id IS NULL LIMIT 1000'
            )
            gone += [row[0] for row in cursor.fetchall()]
    return gone


def _newer_leaves(table: str, names: list[str]) -> list[tuple[int, int | None]]:
    """Rows that are gone (None), or that point at an older leaf than their newest (its number)."""
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT l.row_id FROM ledger_leaf l JOIN ledger_run r ON r.id = l.run_id "
            f'LEFT JOIN "{table}" t ON t.id = l.row_id '
            f"WHERE r.ready AND l.table_name IN ({marks}) AND t.id IS NULL LIMIT 1000",
            names,
        )
        gone: list[tuple[int, int | None]] = [(row[0], None) for row in cursor.fetchall()]
        cursor.execute(
            f"SELECT l.row_id, COALESCE(MAX(r.first + l.idx), 0) FROM ledger_leaf l JOIN ledger_run r ON r.id = l.run_id "
            f'JOIN "{table}" t ON t.id = l.row_id JOIN ledger_run p ON p.id = t.run_id '
            f"WHERE r.ready AND l.table_name IN ({marks}) AND ({_LATER}) GROUP BY l.row_id LIMIT 1000",
            names,
        )
        return gone + [(row[0], row[1]) for row in cursor.fetchall()]


# Numbers where both have one; what waits for a number comes after all that have one; a row under a run that is not ready is no
# state at all once another leaf of it was visible.
_LATER = (
    "r.first + l.idx > p.first + t.run_index OR (r.first IS NULL AND p.first IS NOT NULL) OR NOT p.ready "
    "OR (r.first IS NULL AND p.first IS NULL AND (r.closed > p.closed OR (r.id = p.id AND l.idx > t.run_index)))"
)


def _check_checkpoints(findings: _Findings, size: int, key: bytes, outside: Sequence[str]) -> tuple[bytes, int]:
    """Every checkpoint's root is the root of the tree at its size; rebuilt from the lowest tiles."""
    tree = Tree(size, _trusted_tiles(size))
    inside = [row.text for row in models.SignedCheckpoint.objects.order_by("id")]
    for place, written in [*(("库内", text) for text in inside), *(("库外", text) for text in outside)]:
        try:
            _check_checkpoint(findings, tree, place, checkpoint_rules.read(written, key=key))
        except CheckpointInvalid as problem:
            findings.add("checkpoint", place, f"{place}检查点不可用：{problem.message}")
    return _safe_root(tree, size) or b"", len(inside) + len(outside)


def _check_checkpoint(findings: _Findings, tree: Tree, place: str, signed: Checkpoint) -> None:
    where = f"checkpoint {signed.size}"
    if signed.size > tree.size:
        findings.add("truncated", where, f"{place}检查点记有 {signed.size} 条，账本现在只有 {tree.size} 条：尾部被截断")
    elif _safe_root(tree, signed.size) != signed.root:
        findings.add("checkpoint", where, f"前 {signed.size} 条的根与{place}检查点不符：历史被改动过")


def _safe_root(tree: Tree, size: int) -> bytes | None:
    try:
        return tree.root(size)
    except ValueError:
        return None


def _trusted_tiles(size: int) -> "_Rebuilt":
    """Tiles of all levels, rebuilt from level 0 so that a forged higher tile cannot help."""
    return _Rebuilt(size)


class _Rebuilt:
    """Rebuilds the higher levels once; level 0 is read as needed."""

    def __init__(self, size: int) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        level, width = 0, size
        while width >= TILE_WIDTH:
            full = width // TILE_WIDTH
            roots = [
                full_root(split(self(level, p)) or [b""]) for p in range(full) if len(self(level, p)) == TILE_WIDTH * 32
            ]
            for tile_level, position, hashes in grow(0, roots, lambda *_: b""):
                if tile_level == 0:
                    self._tiles[level + 1, position] = hashes
            level, width = level + 1, full

    def __call__(self, level: int, position: int) -> bytes:
        return tile(0, position) if level == 0 else self._tiles.get((level, position), b"")
