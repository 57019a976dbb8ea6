"""Format amounts as text: counts, shares, differences, p-values, durations and times."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

UNKNOWN = "not known"
MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"


def count(value: float | None) -> str:
    """
    >>> count(12345.0), count(12.34), count(0), count(None)
    ('12,345', '12.3', '0', 'not known')
    """
    if value is None:
        return UNKNOWN
    if abs(value) >= 100 or float(value).is_integer():
        return with_minus(f"{value:,.0f}")
    return with_minus(f"{value:.1f}".removesuffix(".0") if abs(value) >= 1 else f"{value:.2g}")


def percent(share: float | None) -> str:
    """
    >>> percent(0.344), percent(0.004), percent(0.0), percent(None)
    ('34 %', '0.4 %', '0 %', 'not known')
    """
    return UNKNOWN if share is None else f"{_hundredths(share, fine_below=5)} %"


def signed(share: float | None, *, unit: str) -> str:
    """A difference of shares in percentage points, or a ratio's increase in percent.

    >>> signed(0.25, unit="share"), signed(0.0034, unit="ratio"), signed(0.01, unit="share"), signed(None, unit="ratio")
    ('+25 points', '+0.3 %', '+1 point', 'not known')
    """
    if share is None:
        return UNKNOWN
    text = bare(share)
    if unit == "ratio":
        return f"{text} %"
    return f"{text} point" if text in ("+1", f"{MINUS}1") else f"{text} points"


def bare(share: float) -> str:
    """Hundredths with their sign; whole numbers from 1 on.

    >>> bare(0.118), bare(0.02), bare(0.0)
    ('+12', '+2', '0')
    """
    text = _hundredths(abs(share), fine_below=1)
    return text if text == "0" else ("+" if share > 0 else MINUS) + text


def p_value(p: float | None) -> str:
    """
    >>> p_value(0.0005), p_value(0.0316), p_value(1e-9), p_value(1.0), p_value(None)
    ('0.0005', '0.032', 'below 0.0001', '1', 'not known')
    """
    if p is None:
        return UNKNOWN
    return "below 0.0001" if p < 0.0001 else f"{p:.2g}"


def minutes(number: int) -> str:
    """
    >>> minutes(30), minutes(60), minutes(240), minutes(90), minutes(1)
    ('30 minutes', '60 minutes', '4 hours', '90 minutes', '1 minute')
    """
    if number >= 120 and number % 60 == 0:
        return f"{number // 60} hours"
    return "1 minute" if number == 1 else f"{number} minutes"


def span(length: timedelta) -> str:
    """A duration in words: its two largest units.

    >>> span(timedelta(minutes=12)), span(timedelta(hours=26, minutes=5)), span(timedelta(seconds=20))
    ('12 minutes', '1 day and 2 hours', 'less than a minute')
    """
    whole = int(length.total_seconds() // 60)
    if whole < 1:
        return "less than a minute"
    days, rest = divmod(whole, 24 * 60)
    parts = [("day", days), ("hour", rest // 60), ("minute", rest % 60)]
    first = next(index for index, (_, number) in enumerate(parts) if number)
    words = [f"{number} {unit}{'' if number == 1 else 's'}" for unit, number in parts[first : first + 2] if number]
    return " and ".join(words)


def moment(at: datetime | float | None, zone: str) -> str:
    """A time, or seconds since 1970, as local time.

    >>> moment(0, "Europe/Berlin"), moment(None, "UTC")
    ('1970-01-01 01:00', 'not known')
    """
    if at is None:
        return UNKNOWN
    local = at.astimezone(ZoneInfo(zone)) if isinstance(at, datetime) else datetime.fromtimestamp(at, ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}"


def numeral(number: int) -> str:
    """
    >>> numeral(5), numeral(12)
    ('five', '12')
    """
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if 0 <= number < len(words) else str(number)


def with_minus(text: str) -> str:
    """A number's text with its hyphen replaced by a minus sign."""
    return text.replace("-", MINUS)


def sentence_of(text: str) -> str:
    """The text with a capital letter at its start and a full stop at its end; an empty text stays empty.

    >>> sentence_of("two of them"), sentence_of("Really?"), sentence_of(" ")
    ('Two of them.', 'Really?', '')
    """
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else f"{text}."


def _hundredths(share: float, fine_below: float) -> str:
    """A share in hundredths, with one decimal below ``fine_below``, so that 0.4 % is not shown as 0 %."""
    value = share * 100
    if value == 0:
        return "0"
    if abs(value) < 0.05:
        return f"{value:.1g}"
    return f"{value:.{1 if abs(value) < fine_below else 0}f}".removesuffix(".0")
