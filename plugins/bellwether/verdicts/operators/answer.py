"""AnswerOperator: answers the questions from the stored signals."""

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
    """Computes a report and writes it to the lake, unless a report of that id exists; returns its id.

    :param signals: the signals task's XCom (templated)
    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection, whose table `verdicts` lists the previous reports
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
        """Answer every question, and compare the answers with the previous report's."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.verdicts.report.answering import answered
        from bellwether.verdicts.report.store import Reports, StoreError

        report, reports = self.signals["report"], Reports(Lake(self.lake_conn_id))
        try:
            kept = reports.kept(report)
            computed = answered(kept.questions, reports.signals(report), kept.as_of)
        except (IncludeError, StoreError) as error:
            raise AirflowFailException(str(error)) from None
        written = reports.write(report, self._compared(reports, report, computed))
        if written.code_version != computed.code_version:
            self.log.warning("Report %s is kept as computed by other code (%s).", report, written.code_version)
        for asked in written.asked:
            name = f"{asked.question} ({asked.services})" if asked.services else asked.question
            self.log.info("%s: %s. %s", name, asked.answer.verdict, asked.answer.reason)
        return {"report": report}

    def _compared(self, reports: Reports, report: str, computed: Report) -> Report:
        """The report with its changes since the previous report."""
        from bellwether.verdicts.report.answering import with_changes
        from bellwether.verdicts.report.rows import previous_report

        previous = previous_report(connect(self.warehouse_conn_id), computed.as_of)
        if previous is None:
            return computed
        try:
            before = reports.read(previous.report_id)
            return with_changes(computed, before, self._changes(reports, report, previous.report_id, before, computed))
        except NotInLake as missing:
            self.log.warning("The previous report cannot be compared: %s is not in the lake.", missing)
            return computed

    def _changes(
        self, reports: Reports, report: str, before_id: str, before: Report, computed: Report
    ) -> tuple[Change, ...]:
        from bellwether.verdicts.report.changes import changes_between

        kept = reports.kept(report)
        return changes_between(before, computed, kept.questions, reports.signals(before_id), reports.signals(report))
