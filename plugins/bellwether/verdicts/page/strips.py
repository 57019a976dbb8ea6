"""Coverage as a calendar: a column a week, a row a weekday; each state is a shape as well as a shade.

A day observed is a full square; in part, a square filled from below; restated still, striped; not at all, crossed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from markupsafe import Markup

from bellwether.amounts import count
from bellwether.verdicts.report.report import Strip

CELL, PITCH, LEFT, TOP = 11, 13, 30, 16
WIDE_WEEKS = 28
WHOLE = 1000
# Thousandths are rounded down, twice for a day in two parts; a day without one of its 288 slots has 996 at most.
NEARLY_WHOLE = 997


FLAGS = {
    "sampled": "computed from a sample",
    "thresholded": "small figures withheld",
    "other_row": "rows put together as (other)",
    "folded_hour": "the hour that clocks repeat",
    "not_seen": "not seen",
    "gone": "gone",
    "snapshot": "as it stood when read",
}
"""The flags of `coverage` in words."""


class Look(StrEnum):
    """How a day is drawn."""

    OBSERVED = "observed"
    IN_PART = "observed in part"
    PROVISIONAL = "provisional: observed, and may still be restated"
    NOT_OBSERVED = "not observed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that look the same, for the table beside the calendar."""

    first: date
    last: date
    look: Look
    observed: float
    """Share of the stretch that was observed."""


def look(observed: int, provisional: int) -> Look:
    """The state of a day: so many thousandths were observed for good, and so many more may be restated.

    >>> look(1000, 0).value, look(300, 0).value, look(0, 0).value, look(600, 400).name
    ('observed', 'observed in part', 'not observed', 'PROVISIONAL')
    """
    if provisional > 0:
        return Look.PROVISIONAL
    if observed <= 0:
        return Look.NOT_OBSERVED
    return Look.OBSERVED if observed >= NEARLY_WHOLE else Look.IN_PART


def calendar(strip: Strip) -> Markup:
    """The strip as an SVG image. Only our own numbers and month names go into it."""
    days = len(strip.observed)
    monday = strip.first - timedelta(days=strip.first.weekday())
    weeks = ((strip.first - monday).days + days + 6) // 7
    paths: dict[str, list[str]] = {"full": [], "part": [], "provisional": [], "frame": [], "cross": []}
    for index in range(days):
        column, row = divmod((strip.first - monday).days + index, 7)
        _cell(paths, LEFT + column * PITCH, TOP + row * PITCH, strip.observed[index], strip.provisional[index])
    drawn = "".join(f'<path class="{name}" d="{"".join(parts)}"/>' for name, parts in paths.items() if parts)
    width, height = LEFT + weeks * PITCH, TOP + 7 * PITCH
    wide = " wide" if weeks > WIDE_WEEKS else ""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return Markup(f'<svg class="calendar{wide}" {size} aria-hidden="true">{_texts(monday, weeks)}{drawn}</svg>')  # noqa: S704


def stretches(strip: Strip) -> list[Stretch]:
    """The days that are not wholly observed and settled, in runs."""
    found: list[tuple[Look, list[int]]] = []
    for index, (observed, provisional) in enumerate(zip(strip.observed, strip.provisional, strict=True)):
        seen = look(observed, provisional)
        if found and found[-1][0] is seen:
            found[-1][1].append(index)
        else:
            found.append((seen, [index]))
    return [_stretch(strip, seen, days) for seen, days in found if seen is not Look.OBSERVED]


def summary(strip: Strip) -> str:
    """The strip in words.

    >>> summary(Strip("visits", "ga", date(2026, 11, 1), (1000, 400, 0), (0, 100, 0), None, ()))
    '1.5 of 3 days observed (0.1 of them provisional), 1 day not at all'
    """
    observed, provisional = sum(shares(strip)) / WHOLE, sum(strip.provisional) / WHOLE
    blind = sum(each <= 0 for each in shares(strip))
    said = f"{count(round(observed, 1))} of {len(strip.observed)} days observed"
    if provisional:
        said += f" ({count(round(provisional, 1))} of them provisional)"
    return said + (f", {blind} day{'' if blind == 1 else 's'} not at all" if blind else "")


def missing(strip: Strip) -> str:
    """What is missing of the days that are over (the last one is the report's own), or may still change; else nothing.

    >>> missing(Strip("visits", "ga", date(2026, 11, 1), (1000, 500, 0, 600, 100), (0, 0, 0, 400, 0), None, ()))
    '1.5 of 4 days not observed, 0.4 days provisional'
    """
    over, provisional = shares(strip)[:-1], sum(strip.provisional[:-1]) / WHOLE
    lost = sum(WHOLE - each for each in over if each < NEARLY_WHOLE) / WHOLE
    said = [f"{count(max(round(lost, 1), 0.1))} of {len(over)} days not observed"] if lost else []
    if provisional:
        said.append(f"{count(max(round(provisional, 1), 0.1))} days provisional")
    return ", ".join(said)


def shares(strip: Strip) -> list[int]:
    """How much of each day was observed, provisional or not, in thousandths."""
    return [sum(both) for both in zip(strip.observed, strip.provisional, strict=True)]


def _stretch(strip: Strip, seen: Look, days: list[int]) -> Stretch:
    first, last = (strip.first + timedelta(days=days[end]) for end in (0, -1))
    return Stretch(first, last, seen, sum(shares(strip)[day] for day in days) / WHOLE / len(days))


def _cell(paths: dict[str, list[str]], x: int, y: int, observed: int, provisional: int) -> None:
    seen = look(observed, provisional)
    paths["frame"].append(f"M{x + 0.5} {y + 0.5}h{CELL - 1}v{CELL - 1}h-{CELL - 1}z")
    if seen is Look.NOT_OBSERVED:
        paths["cross"].append(f"M{x + 2} {y + 2}l{CELL - 4} {CELL - 4}m0 -{CELL - 4}l-{CELL - 4} {CELL - 4}")
        return
    tall = max(2, round(CELL * min(observed + provisional, WHOLE) / WHOLE))
    name = {Look.OBSERVED: "full", Look.IN_PART: "part"}.get(seen, "provisional")
    if seen is Look.PROVISIONAL:
        paths[name] += [f"M{x} {y + CELL - up}h{CELL}v1.6h-{CELL}z" for up in range(2, tall + 1, 3)]
    else:
        paths[name].append(f"M{x} {y + CELL - tall}h{CELL}v{tall}h-{CELL}z")


def _texts(monday: date, weeks: int) -> str:
    days = "".join(
        f'<text x="0" y="{TOP + row * PITCH + 9}">{name}</text>' for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))
    )
    months, last = [], -10
    for week in range(weeks):
        day = monday + timedelta(weeks=week)
        # The week in which a month begins carries its name, the first one where there is room before the next.
        if (day.day <= 7 or (week == 0 and day.day <= 14)) and week - last >= 3:
            months.append(f'<text x="{LEFT + week * PITCH}" y="10">{day:%b}</text>')
            last = week
    return days + "".join(months)
