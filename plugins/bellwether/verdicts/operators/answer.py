"""AnswerOperator: the questions answered from the signals that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.include import IncludeError
from bellwether.lake import Lake
from bellwether.lake.bucket import NotInLake
from bellwether.warehouse import connect

if TYPE_CHECKING:
    from airflow.sdk import Context

    from bellwether.verdicts.report.report import Change, Report
    from bellwether.verdicts.report.store import Reports


class AnswerOperator(BaseOperator):
    """Computes a report and writes it to the lake, where there is none of that id yet; returns its id.

    :param signals: what the signals task returned (templated; its XCom)
    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection, whose table `verdicts` tells of the report before
    """

    template_fields = ("signals",)

    def __init__(
        self, *, signals: Any, lake_conn_id: str = "lake", warehouse_conn_id: str = "warehouse", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.signals = signals
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, str]:
        """Answer every question, and say which answers are others than before."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.verdicts.report.answering import answered
        from bellwether.verdicts.report.store import Reports, StoreError

        report, reports = self.signals["report"], Reports(Lake(self.lake_conn_id))
        try:
            kept = reports.kept(report)
            made = answered(kept.questions, reports.signals(report), kept.as_of)
        except (IncludeError, StoreError) as hopeless:
            raise AirflowFailException(str(hopeless)) from None
        written = reports.write(report, self._compared(reports, report, made))
        if written.code_version != made.code_version:
            self.log.warning("Report %s stays as other code made it (%s).", report, written.code_version)
        for asked in written.asked:
            name = f"{asked.question} ({asked.services})" if asked.services else asked.question
            self.log.info("%s: %s. %s", name, asked.answer.verdict, asked.answer.reason)
        return {"report": report}

    def _compared(self, reports: Reports, report: str, made: Report) -> Report:
        """The report with what changed since the one before."""
        from bellwether.verdicts.report.answering import with_changes
        from bellwether.verdicts.report.rows import report_before

        last = report_before(connect(self.warehouse_conn_id), made.as_of)
        if last is None:
            return made
        try:
            before = reports.read(last.report_id)
            return with_changes(made, before, self._changes(reports, report, last.report_id, before, made))
        except NotInLake as missing:
            self.log.warning("The report before cannot be compared with: %s is not in the lake.", missing)
            return made

    def _changes(
        self, reports: Reports, report: str, before_id: str, before: Report, made: Report
    ) -> tuple[Change, ...]:
        from bellwether.verdicts.report.changes import changes_between

        kept = reports.kept(report)
        return changes_between(before, made, kept.questions, reports.signals(before_id), reports.signals(report))
