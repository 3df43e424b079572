#!/usr/bin/env python3
"""Recount the duty table from its basic rows, and compare. Standard library only; shares no code with the platform.

    python tools/recount_duty.py duty-rows-….csv duty-figures-….csv

Both files come from the page 报送质量: the basic rows (one a row handed in, no personal data) and the figures of each unit, item and
month. Every figure is counted anew from the rows as docs/quality.md defines it. Exit status: 0 all agree, 1 differences, 2 wrong use.
"""

import csv
import sys
from calendar import monthrange
from collections import defaultdict

FRESH = {"accepted", "released"}
CHANGES = {"changed", "released_change"}
SAME = {"unchanged", "released_same"}
TAKEN = FRESH | CHANGES | SAME
BAD = {"held", "held_change", "rejected"}
SETTLED = {"released", "released_change", "released_same", "returned"}
FIRST = {"accepted", "held", "rejected", "repeated"}
FIGURES = (
    "rows",
    "first",
    "passed",
    "fresh",
    "timely",
    "late",
    "provisional",
    "bad",
    "corrected",
    "changes",
    "unchanged",
    "held",
    "rejected",
    "repeated",
)
ROWS = ("id", "unit", "item", "received", "decided", "deadline", "provisional", "outcome", "first", "answers")


class Unusable(Exception):
    """A file is not what it should be."""


def main(arguments):
    """Compare two files; returns the exit status."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        rows, table = read(arguments[0], ROWS), read(arguments[1], ("unit", "item", "month", *FIGURES))
        counted, decided = count(rows), decided_months(rows)
        wrong = list(differences(counted, decided, table))
    except (OSError, UnicodeDecodeError, csv.Error, Unusable, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for line in wrong:
        print(line)
    places = len(table)
    print(f"{len(rows)} rows, {places} cells: {'all agree' if not wrong else f'{len(wrong)} differences'}")
    return 1 if wrong else 0


def read(path, columns):
    """The rows of a file as mappings."""
    with open(path, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise Unusable(f"{path}: no column {', '.join(missing)}")
        return list(reader)


def count(rows):
    """The figures by unit, item and month of receipt."""
    put_right = defaultdict(int)
    for row in rows:
        if row["outcome"] in TAKEN and row["answers"]:
            put_right[row["answers"]] = max(put_right[row["answers"]], int(row["id"]))
    found = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for row in rows:
        figures, outcome = found[row["unit"], row["item"], row["received"][:7]], row["outcome"]
        first = row["first"] == "1"
        fresh, bad = outcome in FRESH, outcome in BAD
        limit = row["deadline"]
        corrected = bad and put_right[row["answers"] or row["id"]] > int(row["id"])
        counted = {
            "rows": outcome not in SETTLED,
            "first": first and outcome in FIRST,
            "passed": first and outcome == "accepted",
            "fresh": fresh,
            "timely": fresh and limit != "" and row["received"] <= limit,
            "late": fresh and limit != "" and row["received"] > limit,
            "provisional": fresh and limit != "" and row["provisional"] == "1",
            "bad": bad,
            "corrected": corrected,
            "changes": outcome in CHANGES,
            "unchanged": outcome in SAME,
            "held": outcome in ("held", "held_change"),
            "rejected": outcome == "rejected",
            "repeated": outcome == "repeated",
        }
        for name, counts in counted.items():
            figures[name] += counts
    return found


def decided_months(rows):
    """The months in which something that was taken was decided."""
    return {
        (row["unit"], row["item"], row["decided"][:7]) for row in rows if row["outcome"] in TAKEN and row["decided"]
    }


def differences(counted, decided, table):
    """What the table says otherwise than the rows."""
    months = {line["month"] for line in table}
    left = {key for key in counted if key[2] in months}
    for line in table:
        key = (line["unit"], line["item"], line["month"])
        left.discard(key)
        figures = counted.get(key, dict.fromkeys(FIGURES, 0))
        for name in FIGURES:
            if int(line[name]) != figures[name]:
                yield f"{' '.join(key)}: {name} is {line[name]} in the table, {figures[name]} by the rows"
        if line.get("state"):
            state = state_of(line, figures["rows"] > 0, key in decided)
            if state != line["state"]:
                yield f"{' '.join(key)}: the month is {line['state']} in the table, {state} by the rows"
    for key in sorted(left):
        yield f"{' '.join(key)}: rows of a unit and item the table does not name"


def state_of(line, handed_in, decided):
    """Where a month of a duty stands."""
    year, month = map(int, line["month"].split("-"))
    first, last = f"{line['month']}-01", f"{line['month']}-{monthrange(year, month)[1]:02d}"
    if last < line["since"]:
        return "before"
    if line["until"] and line["until"] < first:
        return "after"
    if line["nil"] == "1":
        return "contradicted" if decided else "nil"
    if handed_in or decided:
        return "reported"
    return "missing" if line["on"] > line["closes"] else "open"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
