"""What a vendor has said lately that it does not have: logged once as a warning, asked again once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bellwether.lake.marks import Marks

_AGAIN_AFTER = timedelta(days=1)


class Absences:
    """Remembers in the lake when a stream of a subject was last answered to be gone.

    :param marks: where that is remembered
    :param asks_anyway: ask of all, as runs by hand do
    """

    def __init__(self, marks: Marks, *, asks_anyway: bool) -> None:
        self._marks = marks
        self._known = frozenset() if asks_anyway else marks.kept("gone/")

    def lately(self, stream: str, subject: str) -> datetime | None:
        """When it was answered to be gone, if that is less than a day ago."""
        if not self._marks.is_in(self._known, f"gone/{stream}", subject):
            return None
        said_at = datetime.fromisoformat(self._marks.get(f"gone/{stream}", subject) or "1970-01-01T00:00:00+00:00")
        return said_at if datetime.now(UTC) - said_at < _AGAIN_AFTER else None

    def note(self, stream: str, subject: str, at: datetime) -> bool:
        """Remember an answer; tells whether it is the first of its kind."""
        is_first = self._marks.get(f"gone/{stream}", subject) is None
        self._marks.put(f"gone/{stream}", subject, at.isoformat())
        return is_first
