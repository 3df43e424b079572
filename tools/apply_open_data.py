"""Apply a difference of Xinheng's open data to an earlier snapshot, and check every digest. Needs Python 3.9, nothing else.

    python apply_open_data.py EARLIER since-2026-11-21.1.jsonl.gz MANIFEST.json TARGET

EARLIER is the folder of the snapshot you kept (manifest.json and the files it names), MANIFEST.json the manifest of the newer one; the
newer snapshot is written to TARGET. Ends with 0 and "equal" only when each file there holds, byte for byte, what the manifest says.
With two arguments, FOLDER and its MANIFEST.json, nothing is applied: the files of a snapshot are checked.

What has ended is taken out: a difference names such a record by its number alone. Please remove it from your own copies too.
"""

import csv
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
OPS = ("added", "changed", "ended")


class Wrong(Exception):
    """Something does not fit; the message says what."""


def line_of(row):
    """A record as one line of JSON, as the platform writes it."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def cell(value):
    """A cell of a table: lists joined with `;`, nothing that a spreadsheet would run."""
    text = ";".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return "'" + text if text.startswith(DANGEROUS) else text


def table_line(row, columns):
    """A record as one line of a table, every cell quoted."""
    values = [row["fields"].get(name[7:]) if name.startswith("fields.") else row.get(name) for name in columns]
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([cell(value) for value in values])
    return target.getvalue().encode()


def apply(lines, changes):
    """The lines of one item after some changes, by rising number; each change must fit what is there.

    `lines` and `changes` come by rising number; memory: one of each.
    """
    lines, changes = iter(lines), iter(changes)
    line, change = next(lines, None), next(changes, None)
    while line is not None or change is not None:
        here = None if line is None else json.loads(line)["id"]
        wanted = None if change is None else change["id"] if change["op"] == "ended" else change["row"]["id"]
        if wanted is None or (here is not None and here < wanted):
            yield line
            line = next(lines, None)
            continue
        if (change["op"] == "added") == (here == wanted):
            raise Wrong(f"record {wanted}: {change['op']} does not fit the earlier snapshot")
        if change["op"] != "ended":
            yield line_of(change["row"])
        if here == wanted:
            line = next(lines, None)
        change = next(changes, None)


class Changes:
    """A difference, read once from its beginning to its end: what it leads between, then item by item, by their names."""

    def __init__(self, stream):
        self.head = json.loads(stream.readline())
        self._changes = (json.loads(line) for line in stream)
        self._next = next(self._changes, None)

    def of(self, item):
        """The changes of one item, by rising number; items are asked for in the order of their names."""
        while self._next is not None and self._next["item"] == item:
            if self._next.get("op") not in OPS:
                raise Wrong(f"unknown change {self._next.get('op')!r}")
            yield self._next
            self._next = next(self._changes, None)

    def close(self):
        """Raises: Wrong when something was left over."""
        if self._next is not None:
            raise Wrong(f"the difference speaks of an item that the manifest has not: {self._next['item']}")


def check(folder, manifest):
    """Compare every file a manifest names with its digest. Raises: Wrong."""
    for file in manifest["files"]:
        path = Path(folder) / file["name"]
        digest = hashlib.sha256()
        try:
            with gzip.open(path, "rb") as stream:
                for block in iter(lambda: stream.read(1 << 20), b""):
                    digest.update(block)
        except OSError as problem:
            raise Wrong(f"{file['name']}: {problem}") from None
        if digest.hexdigest() != file["digest"]:
            raise Wrong(f"{file['name']}: its content is not what the manifest says")


def run(earlier, difference, manifest_path, target):
    """Write the newer snapshot into `target` and check it. Raises: Wrong."""
    content = Path(manifest_path).read_bytes()
    manifest, old_content = json.loads(content), (Path(earlier) / "manifest.json").read_bytes()
    check(earlier, json.loads(old_content))
    columns = {file["item"]: file["columns"] for file in manifest["files"]}
    with gzip.open(difference, "rb") as stream:
        changes = Changes(stream)
        head = changes.head
        for name, said, there in (("earlier", head["from"], old_content), ("newer", head["to"], content)):
            if hashlib.sha256(there).hexdigest() != said["manifest"]:
                raise Wrong(f"the difference belongs to another {name} snapshot ({said['name']})")
        Path(target).mkdir(parents=True, exist_ok=True)
        for item in sorted(columns):
            write(Path(earlier) / f"{item}.jsonl.gz", Path(target), item, columns[item], changes.of(item))
        changes.close()
    (Path(target) / "manifest.json").write_bytes(content)
    check(target, manifest)


def write(old, target, item, columns, changes):
    """The lines and the table of one item."""
    with gzip.open(target / f"{item}.jsonl.gz", "wb") as lines, gzip.open(target / f"{item}.csv.gz", "wb") as table:
        table.write(b"\xef\xbb\xbf" + ",".join(f'"{name}"' for name in columns).encode() + b"\r\n")
        with gzip.open(old, "rb") if old.is_file() else io.BytesIO() as kept:
            for line in apply(kept, changes):
                lines.write(line)
                table.write(table_line(json.loads(line), columns))


def main(arguments):
    """The command; see the top of this file."""
    try:
        if len(arguments) == 2:
            check(arguments[0], json.loads(Path(arguments[1]).read_bytes()))
        elif len(arguments) == 4:
            run(*arguments)
        else:
            print(__doc__)
            return 2
    except (Wrong, OSError, ValueError, KeyError) as problem:
        print(f"not equal: {problem}")
        return 1
    print("equal")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
