"""The figures of a report as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bellwether.amounts import DASH, UNKNOWN, bare, count, minutes, moment, p_value, percent, with_minus
from bellwether.pages.charts import local_ms
from bellwether.pages.tables import Cell, Table, table_of
from bellwether.verdicts.report.report import Asked, Report, Series, Track
from bellwether.verdicts.stats.answer import Answer, Coincidence, WindowResult

LONG_DAYS = 120


def windows(asked: Asked) -> Table:
    """Every lag window that was tested, backward ones marked as secondary."""
    answer, share = asked.answer, _is_share(asked)
    unit = "share followed" if share else "mean, standard deviations"
    head = ("window", "events", "followed", unit, "expected by chance", "z", "adjusted p")
    rows = [_window(each, asked, share) for each in (*answer.forward, *answer.backward)]
    caption = "Windows, fixed beforehand; p is adjusted for all windows of its direction"
    return Table(caption, head if share else (*head[:2], *head[3:]), tuple(rows))


def coincidences(asked: Asked, zone: str) -> Table:
    """Every event of the cause, with what followed it."""
    found = asked.answer.coincidences
    if _is_share(asked):
        head: tuple[str, ...] = (asked.cause, f"{asked.effect} after it", "minutes later")
        rows = tuple(_followed(each, zone) for each in found)
    else:
        head = (asked.cause, f"{asked.effect} in the window", "at matched times", "difference")
        rows = tuple(_counted(each, zone) for each in found)
    return Table(f"Events in the order of time, {zone}", head, rows)


def checks(answer: Answer) -> Table:
    """The self-checks and what they found."""
    words = {True: "passed", False: "failed", None: "could not be made"}
    rows = [(each.name, words[each.passed], each.found) for each in answer.checks]
    return table_of("Robustness checks", ("check", "outcome", "found"), rows)


def exclusions(answer: Answer) -> Table:
    """What was left out, how much of it, and why."""
    rows = [(each.what, count(each.number), each.reason) for each in answer.exclusions]
    if unmatched := _unmatched(answer):
        rows.append(("events", count(unmatched), "no comparable time beside them: not part of the effect's size"))
    return table_of("Left out", ("what", "number", "why"), rows)


def _unmatched(answer: Answer) -> int:
    """Events that count in the effect's window, but not in the comparison with matched times."""
    effect = answer.effect
    if effect is None:
        return 0
    return sum(window.n - effect.n for window in answer.forward if window.minutes == effect.minutes)


def curve(answer: Answer) -> Table:
    """The effect curve's points."""
    head = ("minutes", "observed", "expected", "band from", "to")
    found = answer.curve
    if found is None:
        return Table("Effect by lag", head, ())
    columns = zip(found.minutes, found.values, found.expected, found.low, found.high, strict=True)
    rows = [(with_minus(str(at)), *(_figure(value) for value in values)) for at, *values in columns]
    return table_of("Effect by lag; the band is simultaneous for all lags", head, rows)


def histogram(answer: Answer) -> Table:
    """How many reshuffles fell into each class."""
    found, head = answer.histogram, ("z from", "to", "reshuffles")
    if found is None:
        return Table("Reshuffles", head, ())
    edges = zip(found.edges, found.edges[1:], found.counts, strict=False)
    rows = [(_figure(low), _figure(high), count(number)) for low, high, number in edges]
    return table_of(f"Reshuffles by their largest z; observed: {_figure(found.observed)}", head, rows)


def series(each: Series, zone: str) -> Table:
    """Counts by local day, by week where there are many days; what was not observed is not counted."""
    step = timedelta(minutes=each.step_minutes)
    days = len(each.values) * each.step_minutes / 1440
    by_week = days > LONG_DAYS
    sums: dict[str, list[float]] = {}
    local = ZoneInfo(zone)
    for index, (value, expected) in enumerate(zip(each.values, each.expected, strict=True)):
        day = (each.start + index * step).astimezone(local).date()
        key = str(day - timedelta(days=day.weekday()) if by_week else day)
        sums.setdefault(key, [0, 0, 0, 0])
        sums[key][3] += 1
        if value is not None:
            sums[key][0] += value
            sums[key][1] += expected or 0
            sums[key][2] += 1
    rows = [
        (day, count(value), count(round(mu)), percent(seen / slots)) for day, (value, mu, seen, slots) in sums.items()
    ]
    first = "week from" if by_week else "day"
    return table_of(f"{each.label}, local time", (first, "counted", "expected", "observed"), rows)


def track(each: Track, zone: str) -> Table:
    """The times of one lane."""
    if all(start == end for start, end in each.spans):
        return Table(
            f"{each.label}: {len(each.spans)}",
            ("at",),
            tuple((_at(start.timestamp(), zone),) for start, _ in each.spans),
        )
    rows = [
        (
            _at(start.timestamp(), zone),
            Cell("still open" if end is None else moment(end, zone)),
            Cell(DASH if end is None else minutes(round((end - start).total_seconds() / 60))),
        )
        for start, end in each.spans
    ]
    return Table(f"{each.label}: {len(each.spans)}", ("from", "to", "length"), tuple(rows))


def computed(report: Report, asked: Asked) -> tuple[tuple[str, str], ...]:
    """How an answer was computed: enough to compute it again."""
    answer = asked.answer
    effect = answer.effect
    return (
        ("window of data", f"{moment(report.since, report.zone)} to {moment(report.until, report.zone)}"),
        ("time zone", report.zone),
        ("whole local days", str(answer.days)),
        (f"{asked.cause} observed", percent(asked.cause_observed)),
        (f"{asked.effect} observed", percent(asked.effect_observed)),
        (f"{asked.cause} that count", count(answer.causes)),
        (asked.effect, count(answer.effects)),
        ("test", f"days of {asked.cause} reshuffled, whole, among days of one kind (working, rest) of one fortnight"),
        ("statistic", "largest standardised statistic over the windows, compared with the largest of each reshuffle"),
        ("windows", ", ".join(minutes(each) for each in asked.minutes)),
        ("sides", asked.sides),
        ("reshuffles", count(answer.permutations)),
        ("seed", str(answer.seed)),
        ("p", p_value(answer.p)),
        ("p after correction over the questions", p_value(answer.p_adjusted)),
        ("p, strict (also against whole weeks)", p_value(answer.p_strict)),
        ("smallest p these events could reach", p_value(answer.smallest_p)),
        ("interval", effect.method if effect is not None else UNKNOWN),
        ("code version", report.code_version),
    )  # fmt: skip


def _window(each: WindowResult, asked: Asked, share: bool) -> tuple[Cell, ...]:
    label = minutes(abs(each.minutes)) + (" after" if each.minutes >= 0 else " before (secondary)")
    chosen = asked.answer.effect is not None and each.minutes == asked.answer.effect.minutes
    middle = [percent(each.observed), percent(each.expected)]
    if not share:
        middle = [_figure(each.observed), _figure(each.expected)]
    followed = [DASH if each.followed is None else str(each.followed)] if share else []
    texts = [
        label + (" ← largest z" if chosen else ""),
        str(each.n),
        *followed,
        *middle,
        _figure(each.z),
        p_value(each.p),
    ]
    return tuple(Cell(DASH if text == UNKNOWN else text) for text in texts)


def _followed(each: Coincidence, zone: str) -> tuple[Cell, ...]:
    if each.effect_at is None:
        return _at(each.cause_at, zone), Cell("none in the window"), Cell(DASH)
    later = (each.effect_at - each.cause_at) / 60
    return _at(each.cause_at, zone), _at(each.effect_at, zone), Cell(count(round(later)))


def _counted(each: Coincidence, zone: str) -> tuple[Cell, ...]:
    ratio = each.count / each.expected - 1 if each.count is not None and each.expected else None
    texts = (count(each.count), count(each.expected), DASH if ratio is None else f"{bare(ratio)} %")
    return _at(each.cause_at, zone), *(Cell(DASH if text == UNKNOWN else text) for text in texts)


def _is_share(asked: Asked) -> bool:
    effect = asked.answer.effect
    if effect is not None:
        return effect.unit == "share"
    return all(each.count is None for each in asked.answer.coincidences)


def _figure(value: float | None) -> str:
    return DASH if value is None else with_minus(f"{value:.3g}")


def _at(seconds: float, zone: str) -> Cell:
    return Cell(moment(seconds, zone), local_ms(datetime.fromtimestamp(seconds, UTC), ZoneInfo(zone)))
