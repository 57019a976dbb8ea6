"""What came now, into clean: one row per event, the copy received first, placed in time and on a timeline.

A device's clock is judged by all its requests of a received day, and whether a path part names a device by all its
starts: what comes later may move events that are in clean already. Those are recalled, placed anew, and written anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from bellwether.events.state import Part
from bellwether.events.work import Work, day_number

MOST_PARTS = 8
"""So many parts of a day lie beside each other before they are made one."""
_DAY_MS = 86_400_000


def arrive(work: Work) -> int:
    """Leave the relations `added` and `removed`, and clean, requests and instances as they are to be.

    Needs incoming, launches and the declared relations. Returns how many rows clean gets.
    """
    _first_copies(work)
    days = set(work.values("select distinct received_day from incoming"))
    _judge_clocks(work, days)
    _judge_kinds(work)
    _recall(work)
    more = set(work.values("select distinct received_day from recalled")) - days
    if more:
        work.days("requests_before", "requests", days | more)
        work.make("requests")
        work.make("clocks")
    for name in ("arrivals", "placed", "added", "removed", "instances_seen", "touches"):
        work.make(name)
    for day in days:
        work.replace("requests", "requests", day)
    work.replace("instances", "instances_seen")
    _write(work)
    work.drop("first_received", "copies", "fresh", "arrivals", "placed", "superseded")
    return work.count("added")


def _first_copies(work: Work) -> None:
    work.days("touched", "clean", work.values("select distinct client_day from incoming"))
    for name in ("copies", "first_received", "fresh", "superseded"):
        work.make(name)


def _judge_clocks(work: Work, days: Iterable[int]) -> None:
    """Leave requests, clocks and changed_clocks for received days."""
    work.days("requests_before", "requests", days)
    work.con.execute("create or replace temp view requests as select * from requests_before")
    work.make("clocks", into="clocks_before")
    work.con.execute("drop view requests")
    work.make("requests")
    work.make("clocks")
    work.make("changed_clocks")


def _judge_kinds(work: Work) -> None:
    """Leave instances, kinds and changed_kinds."""
    work.con.execute("create or replace temp view instances as select * from instances_before")
    work.make("kinds", into="kinds_before")
    work.con.execute("drop view instances")
    work.make("instances")
    work.make("kinds")
    work.make("changed_kinds")


def _recall(work: Work) -> None:
    received = [(day * _DAY_MS, (day + 1) * _DAY_MS) for day in _days_of_changed_clocks(work)]
    at = work.row("select min(first_ms), max(last_ms) from changed_kinds")
    happened = [] if at[0] is None else [(at[0], at[1] + 1)]

    def wanted(_: str, part: Part) -> bool:
        return touches(part.received, received) or touches(part.at, happened)

    work.view("recallable", "clean", wanted)
    work.make("recalled")


def _days_of_changed_clocks(work: Work) -> list[int]:
    return work.values("select distinct received_day from changed_clocks")


def touches(span: tuple[int, int], stretches: Iterable[tuple[int, int]]) -> bool:
    """Whether a part's first and last moment lie around any moment of half-open stretches."""
    return any(span[0] < end and span[1] >= start for start, end in stretches)


def _write(work: Work) -> None:
    """Rows that are only added are put beside a day's parts, until there are many or rows go."""
    anew = set(work.values("select distinct client_day from removed"))
    days = set(work.values("select distinct client_day from added")) | anew
    full = {day_number(label) for label, parts in work.pending("clean").items() if len(parts) >= MOST_PARTS}
    anew |= full & days
    for day in sorted(days - anew):
        work.add("clean", "added", day)
    for day in sorted(anew):
        work.days("clean_before", "clean", [day])
        work.con.execute(f"create or replace temp view added_of_day as select * from added where client_day = {day}")
        work.make("rewritten")
        work.replace("clean", "rewritten", day)
    work.drop("rewritten")
