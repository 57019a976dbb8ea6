"""A report as rows of the append-only tables `verdicts` and `verdict_windows`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from bellwether.arrow import pa
from bellwether.sql import render
from bellwether.verdicts.page import KEPT
from bellwether.verdicts.report.report import Asked, Report
from bellwether.verdicts.report.store import folder
from bellwether.warehouse.database import Batch, Warehouse

KEY = ("as_of", "window_start", "window_end", "question", "services")
_TIME = pa.timestamp("us", tz="UTC")
_KEY_TYPES = dict(zip(KEY, (_TIME, _TIME, _TIME, pa.string(), pa.string()), strict=True))
_VERDICTS = _KEY_TYPES | {
    "verdict": pa.string(), "reason": pa.string(), "effect_unit": pa.string(), "effect": pa.float64(),
    "effect_low": pa.float64(), "effect_high": pa.float64(), "effect_observed": pa.float64(),
    "effect_expected": pa.float64(), "lag_minutes": pa.int64(), "followed_count": pa.int64(), "p": pa.float64(),
    "p_adjusted": pa.float64(), "p_strict": pa.float64(), "cause_count": pa.int64(), "effect_count": pa.float64(),
    "direction": pa.string(), "direction_p": pa.float64(), "smallest_detectable": pa.float64(),
    "day_count": pa.int64(), "cause_observed_share": pa.float64(), "effect_observed_share": pa.float64(),
    "seed": pa.int64(), "permutations": pa.int64(), "code_version": pa.string(), "report_key": pa.string(),
}  # fmt: skip
_WINDOWS = _KEY_TYPES | {
    "minutes": pa.int64(), "event_count": pa.int64(), "followed_count": pa.int64(), "observed": pa.float64(),
    "expected": pa.float64(), "z": pa.float64(), "p": pa.float64(),
}  # fmt: skip


def append(warehouse: Warehouse, report_id: str, report: Report) -> int:
    """Append a report's rows to both tables or neither; existing rows stay. Return the number of new verdicts."""
    verdicts = [_verdict(report, asked, folder(report_id)) for asked in report.asked]
    windows = [row for asked in report.asked for row in _windows(report, asked)]
    new, _ = warehouse.append(
        # A group of rows is appended as a whole: an existing verdict gets no further windows.
        *(
            Batch(table, KEY, tuple(types), [pa.Table.from_pylist(rows, pa.schema(list(types.items())))])
            for table, types, rows in (("verdicts", _VERDICTS, verdicts), ("verdict_windows", _WINDOWS, windows))
        )
    )
    return new


class PreviousReport(NamedTuple):
    """A report in the table `verdicts`: its time, its id, and whether any of its questions has an answer."""

    as_of: datetime
    report_id: str
    has_answers: bool


def previous_report(warehouse: Warehouse, before: datetime) -> PreviousReport | None:
    """The latest report as of a time before ``before``."""
    for as_of, key, answers in warehouse.select(render("verdicts/reports.sql"), {"before": before}):
        return PreviousReport(as_of, key.removeprefix(KEPT.prefix).rstrip("/"), answers > 0)
    return None


def _key(report: Report, asked: Asked) -> dict[str, Any]:
    values = (report.as_of, report.since, report.until, asked.question, asked.services)
    return dict(zip(KEY, values, strict=True))


def _verdict(report: Report, asked: Asked, report_key: str) -> dict[str, Any]:
    answer, effect = asked.answer, asked.answer.effect
    tested = [window for window in answer.forward if window.z is not None]
    lag = max(tested, key=lambda window: abs(window.z or 0), default=None)
    return _key(report, asked) | {
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "effect_unit": effect.unit if effect else None,
        "effect": effect.value if effect else None,
        "effect_low": effect.low if effect else None,
        "effect_high": effect.high if effect else None,
        "effect_observed": effect.observed if effect else None,
        "effect_expected": effect.expected if effect else None,
        "lag_minutes": effect.minutes if effect else lag.minutes if lag else None,
        "followed_count": effect.followed if effect else None,
        "p": answer.p,
        "p_adjusted": answer.p_adjusted,
        "p_strict": answer.p_strict,
        "cause_count": answer.causes,
        "effect_count": answer.effects,
        "direction": answer.order.value,
        "direction_p": answer.order_p,
        "smallest_detectable": answer.detectable,
        "day_count": answer.days,
        "cause_observed_share": asked.cause_observed,
        "effect_observed_share": asked.effect_observed,
        "seed": answer.seed,
        "permutations": answer.permutations,
        "code_version": report.code_version,
        "report_key": report_key,
    }


def _windows(report: Report, asked: Asked) -> list[dict[str, Any]]:
    return [
        _key(report, asked)
        | {
            "minutes": window.minutes,
            "event_count": window.n,
            "followed_count": window.followed,
            "observed": window.observed,
            "expected": window.expected,
            "z": window.z,
            "p": window.p,
        }
        for window in (*asked.answer.forward, *asked.answer.backward)
    ]
