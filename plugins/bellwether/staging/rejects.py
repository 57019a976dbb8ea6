"""When so many records do not fit that the rest is not to be trusted either."""

from __future__ import annotations

FEWEST = 10


def are_too_many(rejected: int, records: int, most: float) -> bool:
    """Whether more than the share `most` of all records was rejected, and ten at least: of a few, one is no sign."""
    return rejected >= FEWEST and rejected > most * records
