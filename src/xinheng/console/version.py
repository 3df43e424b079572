"""Which version of the program this is."""

import tomllib
from importlib import metadata
from pathlib import Path


def version() -> str:
    """The version: in a checkout that of `pyproject.toml`, else that of the installed package."""
    project = Path(__file__).resolve().parents[3] / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    try:
        return metadata.version("xinheng")
    except metadata.PackageNotFoundError:
        return "0"
