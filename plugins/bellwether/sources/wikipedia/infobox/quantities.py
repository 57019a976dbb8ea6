"""Numbers, units and dates as infoboxes write them. Each function raises ValueError for what it cannot read."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")
SQUARE_KM_PER_SQUARE_MILE = 2.589988110336
METRES_PER_FOOT = 0.3048
HECTARES_PER_SQUARE_KM = 100

# Thousands' marks are of one kind: "1,48,400" and "12.345.678" are numbers of other conventions, and not read.
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:['\u2019]\d{3})+|\d+)(?:\.\d+)?"
# A number stands by itself: what comes before is neither a digit nor a mark inside a longer number.
_STARTS = r"(?<![\d.,'\u2019])(?<!\d )"
_ENDS = r"(?![\d'\u2019]|[.,]\d)"
_SCALES = {"thousand": 1_000, "lakh": 100_000, "million": 1_000_000, "crore": 10_000_000, "billion": 1_000_000_000}
_COUNT = re.compile(
    rf"(?:c\.|ca\.|circa|about|around|approx\.|approximately|over|~|≈)?\s*(?P<number>{_NUMBER}){_ENDS}"
    rf"(?:\s*(?P<scale>{'|'.join(_SCALES)})\b)?"
    r"(?=\s*(?:$|[(\[;]|(?:people|persons|inhabitants|residents|in|as of|est\.|estimated?)(?![a-z])))",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(-?\d+(?:\.\d+)?)\s*(?:°\s*(?:(\d+(?:\.\d+)?)\s*['\u2032\u2019]\s*)?"
    r"(?:(\d+(?:\.\d+)?)\s*[\"\u2033\u201d]\s*)?)?([NSEW]?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<y>(?:1[5-9]|20)\d\d)"
_DATES = (
    re.compile(rf"\b{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}}) (?P<m>{_MONTH}),? {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<m>{_MONTH}) (?P<d>\d{{1,2}}), {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<m>{_MONTH}),? {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"(?<![\d,.]){_YEAR}(?![\d,]|\.\d)"),
)
_EDITED = re.compile(r"\bon (\d{1,2}) ([A-Z][a-z]+) (\d{4}), at (\d{1,2}):(\d\d)")


def told(parse: Callable[[str], T | None]) -> Callable[[str | None], T | None]:
    """The parser for what a page need not tell."""
    return lambda text: None if text is None else parse(text)


def count(text: str) -> int:
    """How many people: without rank, footnote or thousands' marks.

    >>> count("4,933,210 (120th)"), count("3 662 381"), count("c. 14.9 million"), count("345 thousand")
    (4933210, 3662381, 14900000, 345000)
    """
    read = _COUNT.match(text)
    people = _decimal(read["number"]) * _SCALES.get((read["scale"] or "").lower(), 1) if read else Decimal(0)
    if people == 0 or people != int(people):
        raise ValueError(f"no count of people: {text!r:.80}")
    return int(people)


def square_km(text: str) -> float:
    """An area in km2, converted where only square miles or hectares are told.

    >>> square_km("606.96 sq mi (1,572.03 km2)"), square_km("10,010 ha (38.6 sq mi)")
    (1572.03, 100.1)
    """
    for unit, factor in (
        (r"(?:km2|km²|sq\.? ?km)", 1.0),
        (r"(?:ha|hectares?)", 1 / HECTARES_PER_SQUARE_KM),
        (r"(?:sq\.? ?mi|mi2|mi²|square miles?)", SQUARE_KM_PER_SQUARE_MILE),
    ):
        if found := re.search(rf"{_STARTS}({_NUMBER})\s*{unit}(?![a-z])", text):
            return round(_float(found[1]) * factor, 4)
    raise ValueError(f"no area: {text!r:.80}")


def metres(text: str) -> float:
    """A height in metres: the average that a range gives, else its middle; feet where there are no metres.

    >>> metres("112 ft (34 m)"), metres("28 to 131 m (92 to 430 ft) (avg. 78 m or 256 ft)"), metres("-3 to 15 m")
    (34.0, 78.0, 6.0)
    >>> metres("34 m (112 ft) to 120 m (394 ft)"), metres("2 m (7 ft) below sea level")
    (77.0, -2.0)
    """
    for unit, factor in ((r"(?:m|metres|meters)\b", 1.0), (r"(?:ft|feet)\b", METRES_PER_FOOT)):
        ends = _heights(text, unit)
        if ends:
            below = -1 if re.search(r"\bbelow\b", text, re.IGNORECASE) and min(ends) > 0 else 1
            return round(below * sum(ends) / len(ends) * factor, 2)
    raise ValueError(f"no height: {text!r:.80}")


def _heights(text: str, unit: str) -> list[float]:
    """The average in this unit, else the one height or the two ends of a range; the other unit may stand between."""
    number = rf"{_STARTS}(-?{_NUMBER})"
    until = r"\s*(?:[\u2013\u2014-]|to)\s*"
    aside = r"(?:\s*\([^)]*\))?"
    found = (
        re.search(rf"(?:avg\.?|average|mean)[: ]+{number}()\s*{unit}", text)
        or re.search(rf"{number}\s*{unit}{aside}{until}{number}\s*{unit}", text)
        or re.search(rf"\({number}\s*{unit}\){until}[^()]*\({number}\s*{unit}\)", text)
        or re.search(rf"{number}(?:{until}(-?{_NUMBER}))?\s*{unit}", text)
    )
    return [_float(end) for end in found.groups() if end] if found else []


def latitude(text: str) -> float:
    """Decimal degrees, north positive.

    >>> latitude("41°17'S"), latitude("52.52000°N"), latitude("-33.87")
    (-41.283333, 52.52, -33.87)
    """
    return _degrees(text, "NS", 90)


def longitude(text: str) -> float:
    """Decimal degrees, east positive."""
    return _degrees(text, "EW", 180)


def told_date(text: str) -> str:
    """The date in a text as ISO 8601, as exactly as it is told: a day, a month or a year; empty without one.

    >>> told_date("(31 December 2015)"), told_date("Total (Jan. 2023)"), told_date("2021 census"), told_date("Total")
    ('2015-12-31', '2023-01', '2021', '')
    """
    for pattern in _DATES:
        if found := pattern.search(text):
            parts = found.groupdict()
            # A 31 February is read again as a February.
            with suppress(ValueError):
                return _iso(int(parts["y"]), parts.get("m"), parts.get("d"))
    return ""


def told_year(text: str) -> int | None:
    """The year of the date in a text."""
    return int(found[:4]) if (found := told_date(text)) else None


def edited_at(text: str) -> datetime | None:
    """When a page was last edited, as its footer says it (UTC); None when it does not.

    >>> edited_at("This page was last edited on 21 August 2023, at 14:48 (UTC).").isoformat()
    '2023-08-21T14:48:00+00:00'
    """
    found = _EDITED.search(text)
    if not found or found[2][:3].lower() not in _MONTHS:
        return None
    day = date.fromisoformat(_iso(int(found[3]), found[2], found[1]))
    return datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), tzinfo=UTC)


def _iso(year: int, month: str | None, day: str | None) -> str:
    if month is None:
        return f"{year:04d}"
    number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
    first = date(year, number, int(day or 1))
    return first.isoformat() if day else f"{first:%Y-%m}"


def _decimal(text: str) -> Decimal:
    return Decimal(re.sub("[, '\u2019]", "", text))


def _float(text: str) -> float:
    return float(_decimal(text))


def _degrees(text: str, hemispheres: str, most: int) -> float:
    found = _DEGREES.fullmatch(text)
    if not found or (found[4] and found[4] not in hemispheres):
        raise ValueError(f"no degrees: {text!r:.80}")
    degrees, minutes, seconds = (float(part or 0) for part in found.groups()[:3])
    value = abs(degrees) + minutes / 60 + seconds / 3600
    if value > most or minutes >= 60 or seconds >= 60:
        raise ValueError(f"out of range: {text!r:.80}")
    return round(-value if found[4] in ("S", "W") or degrees < 0 else value, 6)
