"""Rates and quotas."""

import pytest

from bellwether.events.collector.limits import Bucket
from tests.events.collector.site import SECRET, TRACKINGS, event, lines_in, lines_of, tracking


def test_a_bucket_holds_ten_seconds_and_fills_by_its_rate():
    now = [0.0]
    bucket = Bucket(5, clock=lambda: now[0])
    assert bucket.wait() == 0
    bucket.take(60)
    assert bucket.wait() == 3
    now[0] = 2.0
    assert bucket.wait() == 1
    now[0] = 2.1
    assert bucket.wait() == 0
    now[0] = 1000.0
    assert bucket.wait() == 0
    bucket.take(50)
    assert bucket.wait() > 0


def test_more_than_the_rate_is_429_with_the_time_to_wait_and_nothing_stored(new_site):
    site = new_site(trackings={"acme": tracking(events_per_second=0.001), "umbrella": TRACKINGS["umbrella"]})
    assert site.post([event("a"), event("b")]).status_code == 200
    answer = site.post([event("c")])
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 2001
    assert answer.json()["eventError"]["errorCode"] == 429
    assert len(site.stored()) == 2
    assert site.post([event()], site.url("umbrella"), auth=("umbrella", "another secret")).status_code == 200


def test_beyond_the_quota_events_are_stored_and_marked(new_site):
    site = new_site(trackings={"acme": tracking(events_per_day=2)})
    for name in ("a", "b", "c", "d"):
        assert site.post([event(name)]).status_code == 200
    assert [line.get("over_quota", False) for line in site.stored()] == [False, False, True, True]


@pytest.mark.parametrize("kind", ["same day", "next day"])
def test_a_quota_outlasts_a_restart_but_not_the_day(new_site, emptied, kind):
    start = 1_795_651_200 * 10**9  # a day's first moment
    trackings = {"acme": tracking(events_per_day=2)}
    first = new_site(trackings=trackings, clock=lambda: start + 10**9)
    assert first.post([event("a"), event("b")]).status_code == 200
    first.stop()
    later = start + (10 if kind == "same day" else 86_400) * 10**9
    second = new_site(first.folder.with_name("second"), trackings=trackings, clock=lambda: later, name="beef")
    second.post([event("c")])
    [line] = lines_in(second.folder)
    assert line.get("over_quota", False) is (kind == "same day")
    assert len(lines_of(emptied)) == 2
    assert SECRET not in str(line)
