"""What the charts draw: local time, the expected band, colours and marks, a calendar of what was observed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bellwether.pages.charts import clock, ribbon
from bellwether.verdicts.page import strips
from bellwether.verdicts.page.colours import inks
from bellwether.verdicts.page.timeline import band, by_day
from bellwether.verdicts.report.report import Series
from tests.verdicts.report.invented import report


def test_local_time_goes_on_over_the_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    axis = clock(datetime(2026, 10, 24, 22, tzinfo=UTC), timedelta(hours=1), 5, berlin)
    assert axis["shifts"] == [[0, 7_200_000], [3, 3_600_000]]
    assert clock(datetime(2026, 7, 1, tzinfo=UTC), timedelta(hours=1), 48, berlin)["shifts"] == [[0, 7_200_000]]


def test_the_expected_band_holds_what_is_usual_and_leaves_gaps_open() -> None:
    values = (*(float(90 + index % 21) for index in range(400)), None, 400.0)
    series = Series("x", datetime(2026, 1, 1, tzinfo=UTC), 60, values, (100.0,) * 401 + (None,))
    low, high = band(series)
    inside = [a <= y <= b for a, y, b in zip(low, values, high, strict=True) if None not in (a, y, b)]  # type: ignore[operator]
    assert 0.93 < sum(inside) / len(inside) <= 1
    assert low[-1] is None
    assert high[0] is not None
    assert high[0] < 115
    days = by_day(series)
    assert days.step_minutes == 1440
    assert len(days.values) == 17
    assert days.values[0] == sum(value for value in values[:24] if value is not None) / 24
    assert band(Series("x", series.start, 60, (None,), (None,))) == ([None], [None])


def test_the_band_is_open_where_nobody_looked() -> None:
    made = ribbon("usual", (1, 1, None, 2), (3, 3, None, 4), [10, 20, 30, 40])
    assert made["x"] == [10, 20, 20, 10, None, 40, 40, None]
    assert made["y"] == [3, 3, 1, 1, None, 4, 2, None]


def test_a_signal_keeps_its_colour_and_its_mark() -> None:
    used = inks(report())
    assert used["API outages"] != used["site outages"]
    assert used["traffic spikes"].mark != used["releases"].mark
    turned = report()
    assert inks(replace(turned, asked=turned.asked[::-1])) == used


def test_a_calendar_tells_states_apart_by_shape() -> None:
    strip = strips.Strip("x", "s", date(2026, 11, 2), (1000, 500, 0, 600), (0, 0, 0, 400), None, ())
    drawn = strips.calendar(strip)
    assert [drawn.count(f'class="{name}"') for name in ("full", "part", "provisional", "cross")] == [1, 1, 1, 1]
    assert [each.look for each in strips.stretches(strip)] == [
        strips.Look.IN_PART,
        strips.Look.NOT_OBSERVED,
        strips.Look.PROVISIONAL,
    ]
    assert strips.summary(strip) == "2.5 of 4 days observed (0.4 of them provisional), 1 day not at all"
