"""The share of rejected records above which the remaining records are not trusted either."""

from __future__ import annotations

FEWEST = 10


def are_too_many(rejected: int, records: int, most: float) -> bool:
    """Whether more than the share `most` of all records was rejected, and at least ten: fewer prove nothing."""
    return rejected >= FEWEST and rejected > most * records
