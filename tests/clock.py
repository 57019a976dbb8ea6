"""The tests' "now".

The process that runs the tests has its clock set to `TODAY` before the first test, and the clock goes on from there:
what a test sees does not depend on the day, the hour or the year in which it runs. `pytest --now 2028-02-29T12:00:00Z`
sets another moment, and `tests/days/run` runs the tests that ask for the time at each of `DAYS`.

Programs that a test starts (PostgreSQL, SeaweedFS, Chromium, a process of ours) have the machine's clock, and so do the
tests of `local/`, which are about such programs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import botocore.auth
import pytest
import time_machine

NOW = datetime(2026, 11, 20, 12, 3, 30, tzinfo=UTC)
"""Where the sandbox's clock stands for tests about the past: a Friday with releases, outages and rain before it."""
TODAY = NOW + timedelta(weeks=1)
"""The day on which the tests run: every moment that a test names is over."""

DAYS = {
    "a Saturday": datetime(2026, 12, 5, 23, 58, 20, tzinfo=UTC),
    "a Sunday": datetime(2026, 12, 6, 5, 1, tzinfo=UTC),
    "1 January": datetime(2027, 1, 1, 0, 0, 40, tzinfo=UTC),
    "29 February": datetime(2028, 2, 29, 12, tzinfo=UTC),
    "clocks go forward in Berlin": datetime(2027, 3, 28, 1, 2, 30, tzinfo=UTC),
    "clocks go back in Berlin": datetime(2027, 10, 31, 1, 2, 30, tzinfo=UTC),
}
ZONES = ("Pacific/Kiritimati", "America/St_Johns")


def moment(text: str) -> datetime:
    """`--now`'s value, an ISO 8601 moment with its offset; ValueError for another."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC; write for instance 2028-02-29T12:00:00Z")
    return read.astimezone(UTC)


def this_minute() -> datetime:
    """The present without its seconds: the end of a window that is over."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


@contextmanager
def set_to(now: datetime) -> Iterator[None]:
    """Set this process's clock, which goes on from there."""
    with time_machine.travel(now.astimezone(UTC), tick=True):
        yield


@contextmanager
def machine_time() -> Iterator[None]:
    """Set this process's clock right: the certificates made for a program have to be valid for it."""
    with set_to(time_machine.escape_hatch.datetime.datetime.now(UTC)):
        yield


def sign_by_the_machine_s_clock() -> None:
    """SeaweedFS has the machine's clock, and S3 refuses a request that was signed more than 15 minutes off."""

    def machine_now(remove_tzinfo: bool = True) -> datetime:
        now = time_machine.escape_hatch.datetime.datetime.now(UTC)
        return now.replace(tzinfo=None) if remove_tzinfo else now

    botocore.auth.get_current_datetime = machine_now


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "set the clock to this moment, as ISO 8601 with its offset (default: %(default)s)"
    parser.addoption("--now", default=TODAY.isoformat(), help=text)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    sign_by_the_machine_s_clock()
    travel = time_machine.travel(moment(config.getoption("--now")), tick=True)
    travel.start()
    config.add_cleanup(travel.stop)
