"""Each rule by which events are placed in time, told apart, put on a timeline and flagged, on small tables."""

import gzip
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.events.segments import NOON, launch, line, views

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PYTHON = "Revolt Python SDK 1.0.1"


def shifts(house: Any) -> dict[str, tuple[Any, ...]]:
    """By event id its shift in minutes, what is thought of the clock, and whether its time is implausible."""
    return {
        row["id"]: (row["shift_ms"] / 60_000, row["clock"], row["is_implausible_time"]) for row in house.rows("clean")
    }


def test_clocks(house: Any) -> None:
    """Every device a case; all in one run."""

    def sent(
        case: str, lag: timedelta, received: Any = NOON, agent: str = "okhttp", number: int = 0, **more: Any
    ) -> Any:
        words = {"instance": case, "id": f"{case} {number}", "received": received, "agent": agent, **more}
        return line(at=received - lag, **words)

    python = {"app": {"type": "backend"}, "device": {"zoneOffset": 60}}
    new_york = {"app": {"type": "backend"}, "device": {"zoneOffset": 1140}}
    house.bucket.segments(
        [
            sent("delivered late", 4 * MINUTE),
            sent("a little ahead", -4 * MINUTE),
            sent("ahead", -20 * MINUTE),
            sent("ahead", -20 * MINUTE + DAY / 48, number=1),
            sent("offline for hours", 3 * HOUR),
            *[sent("offline, three requests at once", 3 * HOUR + n * MINUTE / 2, number=n) for n in range(3)],
            *[sent("behind", 50 * MINUTE + n * MINUTE / 2, NOON + n * HOUR, number=n) for n in range(3)],
            *[sent("behind twice", 50 * MINUTE, NOON + n * HOUR, number=n) for n in range(2)],
            sent("stamped", 5 * HOUR, number=0, sent_at=1_794_312_000_000 - 40 * 60_000),
            sent("python in warsaw", 61 * MINUTE, agent=PYTHON, type="system.appInstanceData", data=python),
            sent("python in new york", -300 * MINUTE, agent=PYTHON, type="system.appInstanceData", data=new_york),
            sent("python, late", 65 * MINUTE, agent=PYTHON, type="system.appInstanceData", data=python),
            sent("36 days old", 36 * DAY),
            sent("34 days old", 34 * DAY),
            sent("500 days ahead", -500 * DAY),
            sent("year 292 million", 0 * DAY, timestamp=2**63 - 1),
            sent("1970", 0 * DAY, timestamp=0),
        ]
    )
    house.collect()
    found = shifts(house)
    assert {one: found[f"{one} 0"] for one in (one.rsplit(" ", 1)[0] for one in found)} == {
        "delivered late": (0, "right", 0),
        "a little ahead": (0, "right", 0),
        "ahead": (-20, "ahead", 0),
        "offline for hours": (0, "uncertain", 0),
        "offline, three requests at once": (0, "uncertain", 0),
        "behind": (50, "behind", 0),
        "behind twice": (0, "uncertain", 0),
        "stamped": (40, "behind", 0),
        "python in warsaw": (60, "zone", 0),
        "python in new york": (-300, "zone", 0),
        "python, late": (0, "uncertain", 0),
        "36 days old": (36 * 1440, "uncertain", 1),
        "34 days old": (0, "uncertain", 0),
        "500 days ahead": (-500 * 1440, "right", 1),
        "year 292 million": (*found["year 292 million 0"][:1], "right", 1),
        "1970": (*found["1970 0"][:1], "uncertain", 1),
    }
    assert found["ahead 1"] == (-20, "ahead", 0), "all of the device's events of the day are shifted alike"
    assert all(
        row["at"] == row["received_at"] for row in house.rows("clean") if row["id"] in ("1970 0", "year 292 million 0")
    )


def test_the_first_copy_received_stays_whatever_comes_first(house: Any) -> None:
    late = line(id="A", received=NOON + HOUR, data={"copy": "late"}, at=NOON)
    early = line(id="a", received=NOON + MINUTE, data={"copy": "early"}, at=NOON)
    other = line(id="A", tracking="globex", received=NOON + HOUR, at=NOON)
    house.bucket.segments([late, other])
    house.collect()
    house.bucket.segments([early])
    house.collect()
    assert sorted((row["tracking"], row["id"], row["data"]) for row in house.rows("clean")) == [
        ("acme", "a", '{"copy": "early"}'),
        ("globex", "a", "null"),
    ]
    assert {(row["what"], row["tracking"]): row["events"] for row in house.rows("quality")} == {
        ("received", "acme"): 2, ("kept", "acme"): 1, ("received", "globex"): 1, ("kept", "globex"): 1,
        ("clock uncertain", "globex"): 1, ("late under 1 day", "globex"): 1
    }  # fmt: skip


def test_events_of_one_millisecond_are_in_the_order_of_their_request(house: Any) -> None:
    same = {"instance": "phone", "received": NOON + MINUTE, "request": "one"}
    steps = ["a", "b", "c", "d"]
    house.bucket.segments([launch(NOON), *[line(steps[n], NOON, offset=n + 1, **same) for n in (2, 0, 3, 1)]])
    house.collect()
    (session,) = house.rows("sessions")
    assert session["events"] == 5
    house.report(days=("2026-11-10",))
    moves = house.query(
        "select from_type, to_type from paths_daily where '(' not in (left(from_type, 1), left(to_type, 1))"
    )
    assert sorted(moves) == [("a", "b"), ("b", "c"), ("c", "d")]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([0, 30], [(0, 30, 3)]),
        ([0, 30.001], [(0, 0, 2), (30, 30, 1)]),
        ([0, 10, 40, 71], [(0, 40, 4), (71, 71, 1)]),
        ([690 + n * 29 for n in range(3)], [(0, 0, 1), (690, 748, 3)]),
        ([n * 29 for n in range(52)], [(0, 1421, 51), (1450, 1479, 2)]),
    ],
    ids=["gap of 30 minutes", "longer gap", "two sessions", "over midnight", "cut after 24 hours"],
)
def test_a_session_ends_with_a_gap_or_after_a_day(house: Any, minutes: list[float], expected: Any) -> None:
    house.bucket.segments([launch(NOON), *views("phone", NOON, minutes)])
    house.collect()
    start = int(NOON.timestamp() * 1000)
    found = sorted(
        ((s["started_ms"] - start) // 60_000, (s["ended_ms"] - start) // 60_000, s["events"])
        for s in house.rows("sessions")
    )
    assert found == expected


def test_a_sign_in_and_a_launch_split_no_session(house: Any) -> None:
    house.bucket.segments(
        [
            launch(NOON),
            line("user.signedIn", NOON + MINUTE, data={"appUserId": "u"}),
            launch(NOON + 2 * MINUTE),
            line("user.signedOut", NOON + 3 * MINUTE, data={"appUserId": "u"}),
        ]
    )
    house.collect()
    assert [(one["events"], one["launches"]) for one in house.rows("sessions")] == [(4, 2)]


@pytest.mark.parametrize(
    ("minutes", "type", "is_engaged"),
    [([0, 0.16], "x", 0), ([0, 0.17], "x", 1), ([0, 0.1], "page.viewed", 1), ([0], "page.viewed", 0)],
    ids=["10 seconds", "longer", "two views", "one view"],
)
def test_who_is_engaged(house: Any, minutes: list[float], type: str, is_engaged: int) -> None:
    house.bucket.segments([launch(NOON), *views("phone", NOON, minutes, type=type)])
    house.collect()
    assert [one["is_engaged"] for one in house.rows("sessions")] == [is_engaged]


def test_only_devices_have_sessions_and_servers_speak_for_the_users_they_name(house: Any) -> None:
    server = {"app": {"type": "backend"}}
    house.bucket.segments(
        [
            launch(NOON, "phone"),
            launch(NOON, "server", data=server),
            line(at=NOON, instance="server", data={"userId": 42}),
            line(at=NOON, instance="server"),
            line(at=NOON, instance="nobody said what"),
            line(at=NOON, instance="com.quidlo.timesheets.backend", tracking="timesheets"),
            launch(NOON, "com.quidlo.timesheets.backend", tracking="timesheets"),
        ]
    )
    house.collect()
    assert sorted((one["timeline"], one["events"]) for one in house.rows("sessions")) == [
        ("device:phone", 1),
        ("user:42", 1),
    ]
    assert len(house.rows("clean")) == 7
    house.report(days=("2026-11-10",))
    assert house.query("select dau from active_users_daily where day = '2026-11-10' and tracking_id = 'acme'") == [(2,)]
    assert house.query(
        "select users, events from feature_use_daily where event_type = 'page.viewed' and tracking_id = 'acme'"
    ) == [(1, 3)]


def test_a_device_that_says_so_later_has_its_sessions_all_the_same(house: Any) -> None:
    house.bucket.segments(views("phone", NOON, [0, 5]))
    house.collect()
    assert house.rows("sessions") == []
    house.bucket.segments([launch(NOON + 10 * MINUTE)])
    house.collect()
    assert [one["events"] for one in house.rows("sessions")] == [3]


def test_robots(house: Any) -> None:
    robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    web = {"app": {"type": "web"}, "browser": {"userAgent": robot}}
    fast = [n / 61 for n in range(600)]
    slow = [n / 59.5 for n in range(600)]
    many = [n / 4 for n in range(5_001)]
    house.bucket.segments(
        [
            *[launch(NOON.replace(hour=0), one) for one in ("fast", "slow", "many", "person")],
            launch(NOON, "by request", agent=robot),
            launch(NOON, "by browser", data=web),
            *views("fast", NOON, fast),
            *views("slow", NOON, slow),
            *views("many", NOON.replace(hour=1), many),
            *views("person", NOON, [0]),
        ]
    )
    house.collect()
    bots = {row["timeline"]: row["bot"] for row in house.rows("use") if row["local_day"] == 20767}
    assert bots == {
        "device:fast": "pace",
        "device:slow": "",
        "device:many": "volume",
        "device:by request": "agent",
        "device:by browser": "agent",
        "device:person": "",
    }
    house.report(days=("2026-11-10",))
    assert house.query(
        "select dau, bots_left_out, bot_events_left_out from active_users_daily where day = '2026-11-10'"
    ) == [(2, 4, 601 + 5002 + 2)]


def test_a_line_that_is_none_is_left_in_raw_and_counted(house: Any) -> None:
    good = msgspec.json.encode(launch(NOON))
    spoiled = [
        b"{",
        b"5",
        b'"x"',
        b'{"tracking": 5}',
        b"\xff\xfe",
        good.replace(b"2026-11-10T", b"someday"),
        b"[" * 500,
    ]
    house.bucket.put("raw/events/dt=2026-11-10/1.jsonl.gz", gzip.compress(b"\n".join([*spoiled, good, good[:40]])))
    house.bucket.put("raw/events/dt=2026-11-10/2.jsonl.gz", gzip.compress(good.replace(b"Id-", b"Jd-"))[:-9])
    house.bucket.put("raw/events/dt=2026-11-10/3.jsonl.gz", b"no gzip at all")
    summary = house.collect()
    assert (summary["segments"], summary["lines"], summary["unreadable"]) == (3, 2, len(spoiled) + 1)
    assert len(house.rows("clean")) == 2
