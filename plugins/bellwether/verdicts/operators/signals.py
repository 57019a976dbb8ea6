"""SignalsOperator: reads a report's signals from the warehouse once and stores them in the lake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from bellwether.include import IncludeError
from bellwether.lake import Lake
from bellwether.sources import SourceError, lookbacks
from bellwether.verdicts.questions import Questions, needed_tables, read
from bellwether.warehouse import connect
from bellwether.window import Window, WindowError, run_time, time_param

if TYPE_CHECKING:
    from airflow.sdk import Context

    from bellwether.warehouse.database import Warehouse

_SECOND = timedelta(seconds=1)
# The pause after a report without any answer: more history may be loading.
EMPTY_AT_MOST_EVERY = timedelta(minutes=30)


class SignalsOperator(BaseOperator):
    """Stores the questions' signals and returns the id of their report.

    The report is as of the run's `as_of` param, else its logical date, else the time at which it was requested. Its
    window is given by the `since` and `until` params; a missing param is derived from the table `coverage`. Stored
    signals are not read again, so that an old `as_of` gives the same figures again.

    A run that an asset triggered is skipped if the last report is younger than the questions' `at_most_every` (half
    an hour if none of its questions had an answer), or if no coverage is settled yet.

    :param lookback_seconds: by table, how long its vendor restates data; the default is declared by the sources
    :param include: the folder with questions.toml, services.toml and sql/signals; the default is the bundle's
    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    """

    def __init__(
        self,
        *,
        lookback_seconds: Mapping[str, int] | None = None,
        include: str | None = None,
        lake_conn_id: str = "lake",
        warehouse_conn_id: str = "warehouse",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.lookback_seconds = lookback_seconds
        self.include = include
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, str]:
        """Store the signals, unless they are stored."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.verdicts.report.store import Reports
        from bellwether.verdicts.signals import SignalError

        try:
            questions = read(self._folder)
            if self.lookback_seconds is None:
                self.lookback_seconds = lookbacks(needed_tables(questions))
            as_of = run_time(context)
            since, until = (time_param(context, name) for name in ("since", "until"))
            warehouse, reports = connect(self.warehouse_conn_id), Reports(Lake(self.lake_conn_id))
            self._skip_if_recent(context, questions, warehouse, as_of)
            window = Window(since, until) if since and until else None
            report = None if bool(since) != bool(until) else reports.find(as_of, window)
            if report is None:
                window = window or self._window(questions, warehouse, as_of, since, until)
                is_explicit = since is not None or until is not None
                report = self._store(reports, questions, warehouse, as_of, window, is_explicit)
            else:
                self.log.info("The signals of report %s are in the lake already and are used unchanged.", report)
        except WindowError as error:
            # In the first hours of an installation nothing is settled yet, which is no failure of a triggered run.
            raise (AirflowSkipException if _is_by_asset(context) else AirflowFailException)(str(error)) from None
        except (IncludeError, SignalError, SourceError) as error:
            raise AirflowFailException(str(error)) from None
        return {"report": report}

    @property
    def _folder(self) -> Path | None:
        return Path(self.include) if self.include else None

    @property
    def _lookbacks(self) -> dict[str, timedelta]:
        return {table: timedelta(seconds=seconds) for table, seconds in (self.lookback_seconds or {}).items()}

    def _skip_if_recent(self, context: Context, questions: Questions, warehouse: Warehouse, as_of: datetime) -> None:
        from bellwether.verdicts.report.rows import previous_report

        if not _is_by_asset(context):
            return
        last = previous_report(warehouse, as_of + _SECOND)
        if last is None:
            return
        pause = questions.at_most_every
        reason = "at_most_every in questions.toml"
        if not last.has_answers and pause > EMPTY_AT_MOST_EVERY:
            pause, reason = EMPTY_AT_MOST_EVERY, "it had no answer yet"
        if as_of - last.as_of < pause:
            raise AirflowSkipException(
                f"The last report is of {last.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC, and there is at most one "
                f"report every {pause} ({reason}). Trigger the DAG for a report now."
            )

    def _window(
        self,
        questions: Questions,
        warehouse: Warehouse,
        as_of: datetime,
        since: datetime | None,
        until: datetime | None,
    ) -> Window:
        from bellwether.verdicts.signals import default_window

        default = default_window(questions, warehouse, as_of, self._lookbacks)
        return Window(since or default.start, until or default.end)

    def _store(
        self,
        reports: Any,
        questions: Questions,
        warehouse: Warehouse,
        as_of: datetime,
        window: Window,
        is_window_asked: bool,
    ) -> str:
        from bellwether.verdicts.signals import read_signals

        signals = read_signals(
            questions,
            warehouse,
            window,
            known_until=as_of,
            lookbacks=self._lookbacks,
            folder=self._folder,
            log=self.log.info,
        )
        report: str = reports.keep(as_of, signals, questions, is_window_asked=is_window_asked)
        self.log.info("The signals of report %s are in the lake.", report)
        return report


def _is_by_asset(context: Mapping[str, Any]) -> bool:
    run = context.get("dag_run")
    return run is not None and str(getattr(run.run_type, "value", run.run_type)) == "asset_triggered"
