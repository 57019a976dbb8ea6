"""When the collector listened: what tells "no events" from "nobody was there"."""

from datetime import UTC, datetime

from bellwether.events.collector.account import Account

SECOND = 10**9
EVENING = int(datetime(2026, 11, 20, 23, 59, tzinfo=UTC).timestamp()) * SECOND
MIDNIGHT = EVENING + 60 * SECOND


def spans(account, until, **more):
    return {
        day: [(since[11:19], end[11:19]) for since, end in page.spans] for day, page in account.pages(until, **more)
    }


def test_a_span_grows_with_every_look():
    account = Account("a", EVENING)
    account.listen(EVENING + SECOND)
    account.listen(EVENING + 30 * SECOND)
    assert spans(account, EVENING) == {"2026-11-20": [("23:59:00", "23:59:30")]}


def test_refusing_ends_a_span_and_the_next_success_begins_one():
    account = Account("a", EVENING)
    account.refuse(EVENING + 10 * SECOND)
    account.refuse(EVENING + 20 * SECOND)
    account.listen(EVENING + 30 * SECOND)
    account.listen(EVENING + 40 * SECOND)
    assert spans(account, EVENING) == {"2026-11-20": [("23:59:00", "23:59:10"), ("23:59:30", "23:59:40")]}


def test_a_span_over_midnight_stands_in_both_days_until_the_first_is_stored():
    account = Account("a", EVENING)
    account.count(EVENING, "acme", 2, over_quota=False)
    account.count(MIDNIGHT, "acme", 3, over_quota=True)
    account.listen(MIDNIGHT + 5 * SECOND)
    account.settle(EVENING)
    assert spans(account, EVENING) == {
        "2026-11-20": [("23:59:00", "00:00:00")],
        "2026-11-21": [("00:00:00", "00:00:05")],
    }
    first, second = (page for _, page in account.pages(EVENING))
    assert (first.events, first.over_quota) == ({"acme": 2}, {})
    assert (second.events, second.over_quota) == ({"acme": 3}, {"acme": 3})
    account.settle(MIDNIGHT)
    assert list(spans(account, MIDNIGHT)) == ["2026-11-21"]


def test_a_lake_that_was_away_for_days_misses_no_day():
    account = Account("a", EVENING)
    account.listen(EVENING + 3 * 86_400 * SECOND)
    assert list(spans(account, EVENING)) == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]


def test_a_clock_that_goes_back_takes_nothing_back():
    account = Account("a", EVENING)
    account.listen(EVENING + 30 * SECOND)
    account.listen(EVENING + 10 * SECOND)
    assert spans(account, EVENING) == {"2026-11-20": [("23:59:00", "23:59:30")]}


def test_what_others_took_uses_up_the_quota_of_that_day():
    account, other = Account("a", EVENING), Account("b", EVENING)
    other.count(EVENING, "acme", 5, over_quota=False)
    account.remember(EVENING, [page for _, page in other.pages(EVENING)])
    account.count(EVENING, "acme", 1, over_quota=False)
    assert account.used(EVENING, "acme") == 6
    assert account.used(MIDNIGHT, "acme") == 0
    assert account.used(EVENING, "umbrella") == 0
