"""Journeys go over the pages of the workbench, in its world."""

from workbench.conftest import clock, people, visitor, workbench_site, world

__all__ = ["clock", "people", "visitor", "workbench_site", "world"]
