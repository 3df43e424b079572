"""The real files beside the repository, and how the tests turn them into files of an item.

Names and codes of these files appear in no test and no page: only counts and patterns do.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from xinheng.catalogue.door import package_edition
from xinheng.intake.batch.check import check_file

DATA = Path(__file__).parents[3] / "shared" / "data"
ON = date(2026, 11, 21)
LICENCE, PENALTY = "administrative-licence", "administrative-penalty"

Row = Mapping[str, str]


def records(name: str) -> list[dict[str, str]]:
    """The rows of a file of `records/`."""
    with (DATA / "records" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def registry() -> list[dict[str, str]]:
    """The registry sample: name, code, registration number, founding day and capital, all as found."""
    with gzip.open(DATA / "names" / "registry_sample.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def legal_names() -> list[str]:
    """The full registered names that were collected."""
    with gzip.open(DATA / "names" / "legal_names.tsv.gz", "rt", encoding="utf-8") as file:
        return [line.split("\t")[0] for line in file.read().splitlines()[1:]]


def columns_of(item: str) -> dict[str, str]:
    """The headings of an item's template by field code."""
    return {field.code: field.name for field in package_edition("").item(item).fields}


def write_csv(path: Path, item: str, rows: Iterable[Row], *, only: Iterable[str] = (), encoding: str = "utf-8") -> Path:
    """A file with the item's headings: all of them, or `only` those named."""
    headings = columns_of(item)
    codes = [code for code in headings if code in set(only)] or list(headings)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings[code] for code in codes)
        writer.writerows([row.get(code) or "" for code in codes] for row in rows)
    return path


def checked(path: Path, item: str) -> dict[str, Any]:
    """The receipt of a check without a database, as the command prints it."""
    return check_file(path, item, ON).to_json()


def counts(receipt: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Rows, accepted, held, rejected."""
    return receipt["rows"], receipt["accepted"], receipt["held"], receipt["rejected"]


def reasons(receipt: Mapping[str, Any]) -> Counter[tuple[str, str, str]]:
    """How often each code stands at each field with each effect."""
    return Counter((error["code"], error["field"], error["effect"]) for error in receipt["errors"])
