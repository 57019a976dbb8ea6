"""A report as rows of `verdicts` and `verdict_windows`, which only ever grow."""

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
    """Append a report's rows, both tables or neither; rows that are there stay. Returns how many verdicts are new."""
    verdicts = [_verdict(report, asked, folder(report_id)) for asked in report.asked]
    windows = [row for asked in report.asked for row in _windows(report, asked)]
    new, _ = warehouse.append(
        # In this order: a verdict that is there brings no more windows either.
        *(
            Batch(table, KEY, tuple(types), [pa.Table.from_pylist(rows, pa.schema(list(types.items())))])
            for table, types, rows in (("verdicts", _VERDICTS, verdicts), ("verdict_windows", _WINDOWS, windows))
        )
    )
    return new


class Made(NamedTuple):
    """A report that the table `verdicts` knows: its moment, its id, and whether any of its questions has an answer."""

    as_of: datetime
    report_id: str
    has_answers: bool


def report_before(warehouse: Warehouse, moment: datetime) -> Made | None:
    """The newest report of before a moment."""
    for as_of, key, answers in warehouse.select(render("verdicts/reports.sql"), {"before": moment}):
        return Made(as_of, key.removeprefix(KEPT.prefix).rstrip("/"), answers > 0)
    return None


def _key(report: Report, asked: Asked) -> dict[str, Any]:
    values = (report.as_of, report.since, report.until, asked.question, asked.services)
    return dict(zip(KEY, values, strict=True))


def _verdict(report: Report, asked: Asked, report_key: str) -> dict[str, Any]:
    answer, effect = asked.answer, asked.answer.effect
    lag = max((one for one in answer.forward if one.z is not None), key=lambda one: abs(one.z or 0), default=None)
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
            "minutes": one.minutes,
            "event_count": one.n,
            "followed_count": one.followed,
            "observed": one.observed,
            "expected": one.expected,
            "z": one.z,
            "p": one.p,
        }
        for one in (*asked.answer.forward, *asked.answer.backward)
    ]
