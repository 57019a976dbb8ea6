"""What changed in a subject's list in time that was read long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Changes:
    """What a vendor tells of a list that gains and loses records of old times.

    :param mark: how the list stands now, in the vendor's words; what is asked with next time
    :param times: the times of the records that it gained or lost since the last mark; None where the vendor cannot
        tell any more, and all of them may be others
    """

    mark: str
    times: tuple[datetime, ...] | None = ()
