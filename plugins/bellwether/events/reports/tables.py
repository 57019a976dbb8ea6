"""The report tables: what they are told apart by, and which days of theirs a changed day changes."""

from __future__ import annotations

from dataclasses import dataclass

MONTH = 28
SETTLE_DAYS = 3


@dataclass(frozen=True)
class Report:
    """A table of the warehouse.

    :param ahead: so many days after a changed one are counted anew, too
    :param behind: so many days before it
    :param dates: the columns that are days since 1970 where they are counted, and dates in the warehouse
    """

    table: str
    key: tuple[str, ...]
    ahead: int = 0
    behind: int = 0
    dates: tuple[str, ...] = ("day",)


DAILY = (
    Report("active_users_daily", ("tracking_id", "day"), ahead=MONTH - 1),
    Report("sessions_daily", ("tracking_id", "day")),
    Report("feature_use_daily", ("tracking_id", "day", "event_type"), dates=("day", "first_seen_day")),
    Report(
        "devices_daily",
        (
            "tracking_id",
            "day",
            "brand",
            "model",
            "os",
            "os_version",
            "language",
            "app_code",
            "app_version",
            "zone_offset_minutes",
        ),
    ),
    Report("paths_daily", ("tracking_id", "day", "from_type", "to_type")),
    Report("event_quality_daily", ("tracking_id", "day")),
)
RETENTION = Report("retention_cohorts_weekly", ("tracking_id", "cohort_week", "week_offset"), dates=("cohort_week",))
FUNNELS = Report("funnel_steps_daily", ("tracking_id", "day", "funnel", "step"))
REJECTS = Report("event_rejects_daily", ("tracking_id", "day", "reason"))
ALL = (*DAILY, RETENTION, FUNNELS, REJECTS)
