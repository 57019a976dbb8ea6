from datetime import date

import numpy as np

from bellwether.verdicts.stats.calendar import SLOTS, Calendar, mask
from bellwether.verdicts.stats.events import onsets, points

CALENDAR = Calendar("UTC", date(2026, 3, 2), 28)
START = CALENDAR.start_at
ALL = np.ones((28, SLOTS), dtype=bool)
HOUR = 3600


def test_outages_that_open_again_within_the_hour_are_one_episode() -> None:
    starts = np.array([0, 3000, 6600, 10_201]) + START
    events, exclusions = onsets(starts, starts + 60, CALENDAR, ALL)
    assert (events.at - START).tolist() == [0, 10_201]
    assert [each.number for each in exclusions] == [2]


def test_an_outage_open_at_the_start_has_no_onset() -> None:
    starts, ends = np.array([-500, 90_000]) + START, np.array([500, 90_060]) + START
    events, exclusions = onsets(starts, ends, CALENDAR, ALL)
    assert (events.at - START).tolist() == [90_000]
    assert [(each.number, each.reason) for each in exclusions] == [(1, "open before the first day: no onset")]


def test_an_outage_over_before_the_start_is_no_exclusion() -> None:
    events, exclusions = onsets([START - 90_000], [START - 89_000], CALENDAR, ALL)
    assert len(events.at) == 0
    assert exclusions == ()


def test_an_outage_still_open_has_an_onset() -> None:
    events, _ = onsets([START + 7200], [np.iinfo(np.int64).max], CALENDAR, ALL, now=START + 7260)
    assert (events.at - START).tolist() == [7200]


def test_what_starts_after_now_is_not_known() -> None:
    events, _ = onsets([START + 7200], [START + 7300], CALENDAR, ALL, now=START + 7100)
    assert len(events.at) == 0


def test_an_onset_in_unobserved_time_is_left_out_and_counted() -> None:
    observed = mask(CALENDAR, [START + 86_400], [CALENDAR.end_at])
    events, exclusions = onsets(np.array([600, 90_000]) + START, np.array([900, 90_900]) + START, CALENDAR, observed)
    assert (events.at - START).tolist() == [90_000]
    assert [(each.number, each.reason) for each in exclusions] == [(1, "in time that was not observed")]


def test_the_order_of_the_input_does_not_matter() -> None:
    starts = np.array([50_000, 0, 3000, 200_000]) + START
    backwards = starts[::-1]
    one, other = (onsets(each, each + 60, CALENDAR, ALL)[0] for each in (starts, backwards))
    assert one.at.tolist() == other.at.tolist()


def test_points_are_merged_only_when_asked() -> None:
    at = np.array([0, 1800, 1800, 90_000]) + START
    assert len(points(at, CALENDAR, ALL)[0].at) == 4
    merged, exclusions = points(at, CALENDAR, ALL, merge_seconds=HOUR)
    assert (merged.at - START).tolist() == [0, 90_000]
    assert exclusions[0].number == 2


def test_the_second_pass_of_a_doubled_hour_leaves_an_event_out() -> None:
    calendar = Calendar("Europe/Berlin", date(2026, 10, 19), 28)
    first = int(calendar.at(6 * SLOTS + 30))
    events, exclusions = points([first, first + HOUR], calendar, np.ones((28, SLOTS), dtype=bool))
    assert events.at.tolist() == [first]
    assert "second pass" in exclusions[0].reason


def test_no_events_at_all_are_no_trouble() -> None:
    assert len(points([], CALENDAR, ALL)[0].at) == 0
    assert len(onsets([], [], CALENDAR, ALL)[0].at) == 0
