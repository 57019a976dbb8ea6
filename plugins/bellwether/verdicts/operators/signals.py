"""SignalsOperator: what a report is about, read from the warehouse once and kept in the lake."""

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
# After a report without a single answer: more history may be arriving right now.
EMPTY_AT_MOST_EVERY = timedelta(minutes=30)


class SignalsOperator(BaseOperator):
    """Reads the questions' signals and returns the id of the report that they are kept for.

    The report's moment is the run's `as_of` param, else its logical date, else when it was asked for; its window
    the `since` and `until` params, each, where it was not given, by what the table `coverage` has. Signals that
    are kept already are not read again, so that an old `as_of` gives the figures it gave.

    A run that an asset started is skipped while the last report is younger than the questions' `at_most_every` (half
    an hour if none of its questions had an answer), and while there is nothing settled to report on.

    :param lookback_seconds: by table, for how long its vendor restates what it said; as the sources say unless given
    :param include: the folder with questions.toml, services.toml and sql/signals; the bundle's own unless given
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
        """Keep the signals, unless they are kept."""
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
            self._skip_if_soon(context, questions, warehouse, as_of)
            window = Window(since, until) if since and until else None
            report = None if bool(since) != bool(until) else reports.find(as_of, window)
            if report is None:
                window = window or self._window(questions, warehouse, as_of, since, until)
                is_asked = since is not None or until is not None
                report = self._kept(reports, questions, warehouse, as_of, window, is_asked)
            else:
                self.log.info("The signals of report %s are kept in the lake: they are taken as they are.", report)
        except WindowError as early:
            # In a house's first hours nothing is settled yet: no failure that anybody has to look at.
            raise (AirflowSkipException if _is_by_asset(context) else AirflowFailException)(str(early)) from None
        except (IncludeError, SignalError, SourceError) as hopeless:
            raise AirflowFailException(str(hopeless)) from None
        return {"report": report}

    @property
    def _folder(self) -> Path | None:
        return Path(self.include) if self.include else None

    @property
    def _lookbacks(self) -> dict[str, timedelta]:
        return {table: timedelta(seconds=seconds) for table, seconds in (self.lookback_seconds or {}).items()}

    def _skip_if_soon(self, context: Context, questions: Questions, warehouse: Warehouse, as_of: datetime) -> None:
        from bellwether.verdicts.report.rows import report_before

        if not _is_by_asset(context):
            return
        last = report_before(warehouse, as_of + _SECOND)
        if last is None:
            return
        pause = questions.at_most_every
        why = "at_most_every in questions.toml"
        if not last.has_answers and pause > EMPTY_AT_MOST_EVERY:
            pause, why = EMPTY_AT_MOST_EVERY, "it had no answer yet"
        if as_of - last.as_of < pause:
            raise AirflowSkipException(
                f"The last report is of {last.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC, and there is to be one every "
                f"{pause} at most ({why}). Trigger the DAG for one now."
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

        found = default_window(questions, warehouse, as_of, self._lookbacks)
        return Window(since or found.start, until or found.end)

    def _kept(
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
            tell=self.log.info,
        )
        report: str = reports.keep(as_of, signals, questions, is_window_asked=is_window_asked)
        self.log.info("The signals of report %s are in the lake.", report)
        return report


def _is_by_asset(context: Mapping[str, Any]) -> bool:
    run = context.get("dag_run")
    return run is not None and str(getattr(run.run_type, "value", run.run_type)) == "asset_triggered"
