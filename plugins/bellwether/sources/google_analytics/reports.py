"""Google Analytics 4 reports: rows with their headers put back, and the property's local minutes in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bellwether.hooks.answer import Answer, NotAsDocumented
from bellwether.window import Window

_LOCAL_MINUTE = "%Y%m%d%H%M"
_QUARTER = timedelta(minutes=15)
_LONGEST_FOLD = timedelta(hours=2)
_DOUBTS = {
    "subjectToThresholding": "thresholded",
    "samplingMetadatas": "sampled",
    "dataLossFromOtherRow": "other_row",
}
OTHER = "(other)"


class _Name(msgspec.Struct):
    name: str


class _Value(msgspec.Struct):
    value: str = ""


class _Row(msgspec.Struct):
    dimensionValues: list[_Value] = []
    metricValues: list[_Value] = []


class Quota(msgspec.Struct):
    """One of a property's token budgets."""

    consumed: int = 0
    remaining: int = 1


class Metadata(msgspec.Struct):
    """What a report says about its own figures."""

    timeZone: str | None = None
    subjectToThresholding: bool = False
    samplingMetadatas: list[msgspec.Raw] = []
    dataLossFromOtherRow: bool = False


class Report(msgspec.Struct):
    """A runReport or runRealtimeReport answer; lists that are empty are absent from it."""

    kind: str = ""
    dimensionHeaders: list[_Name] = []
    metricHeaders: list[_Name] = []
    rows: list[_Row] = []
    rowCount: int = 0
    metadata: Metadata = msgspec.field(default_factory=Metadata)
    propertyQuota: dict[str, Quota] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The property's time zone. Raises NotAsDocumented for a report that does not tell it."""
        try:
            return ZoneInfo(self.metadata.timeZone or "")
        except (LookupError, ValueError, OSError):
            raise NotAsDocumented(f"no time zone: {str(self.metadata.timeZone)[:40]!r}") from None

    @property
    def flags(self) -> frozenset[str]:
        """Doubts about the figures, as `coverage` has them."""
        return frozenset(flag for name, flag in _DOUBTS.items() if getattr(self.metadata, name))

    def records(self) -> Iterator[dict[str, str]]:
        """The rows as objects, named by the report's headers; all values are text, as the vendor sends them."""
        names = [header.name for header in (*self.dimensionHeaders, *self.metricHeaders)]
        for row in self.rows:
            values = [value.value for value in (*row.dimensionValues, *row.metricValues)]
            yield dict(zip(names, values, strict=True))


def read_report(answer: Answer) -> Report:
    """The report in an answer. Raises NotAsDocumented for one that is none: a report tells at least what it counts."""
    report = msgspec.json.decode(answer.body, type=Report, strict=False)
    if not report.metricHeaders and not report.kind.startswith("analyticsData#"):
        raise NotAsDocumented("it has neither `$.metricHeaders` nor a `$.kind`, which every report has")
    return report


def minute_in_utc(local_minute: str, zone: ZoneInfo) -> datetime | None:
    """A ``dateHourMinute`` in UTC, the first of two where clocks were set back; None where it is no time.

    >>> minute_in_utc("202610250230", ZoneInfo("Europe/Berlin")).isoformat()
    '2026-10-25T00:30:00+00:00'
    """
    try:
        return datetime.strptime(local_minute, _LOCAL_MINUTE).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def folded_hours(window: Window, zone: ZoneInfo) -> list[Window]:
    """The stretches of the window whose local minutes came twice.

    >>> [str(w) for w in folded_hours(Window(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)),
    ...                               ZoneInfo("Europe/Berlin"))]
    ['[2026-10-25 00:00:00, 2026-10-25 02:00:00)']
    """
    found: list[Window] = []
    moment = window.start.replace(minute=window.start.minute // 15 * 15, second=0, microsecond=0) - _LONGEST_FOLD
    while moment < window.end + _LONGEST_FOLD:
        twin = _twin(moment, zone)
        if twin and (quarter := _within(Window(moment, moment + _QUARTER), window)):
            if found and found[-1].end == quarter.start:
                quarter = Window(found.pop().start, quarter.end)
            found.append(quarter)
        moment += _QUARTER
    return found


def _twin(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether another moment has the same reading on the clocks there. Offsets are whole quarters of an hour."""
    reading = moment.astimezone(zone)
    both = {reading.replace(fold=fold).utcoffset() for fold in (0, 1)}
    is_skipped = reading.replace(fold=0).utcoffset() < reading.replace(fold=1).utcoffset()  # type: ignore[operator]
    return len(both) == 2 and not is_skipped


def _within(stretch: Window, window: Window) -> Window | None:
    if not stretch.overlaps(window):
        return None
    return Window(max(stretch.start, window.start), min(stretch.end, window.end))
