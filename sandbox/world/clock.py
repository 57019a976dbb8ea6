"""The sandbox's idea of now: the machine's clock, or a moment a test holds still."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """Tells the time in UTC; set `frozen` to an aware datetime to hold it still, to None to let it run."""

    def __init__(self, frozen: datetime | None = None) -> None:
        self.frozen = frozen

    def now(self) -> datetime:
        """The frozen moment if there is one, else the present, as an aware datetime in UTC."""
        if self.frozen is not None:
            return self.frozen.astimezone(UTC)
        return datetime.now(UTC)
