"""PublishOperator: writes a report's verdicts to the warehouse and its page to the lake, and notifies of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from bellwether.lake import Lake
from bellwether.warehouse import connect

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier, Context

    from bellwether.verdicts.report.report import Report


class PublishOperator(BaseOperator):
    """Appends a report to the tables `verdicts` and `verdict_windows`, writes its page, and notifies of changes.

    A repeated run changes no row and sends no notice twice. A notifier that fails does not fail the task.

    :param answered: the answer task's XCom (templated)
    :param on_change: notifiers to call if a verdict differs from the previous report's; their context has the text
        as `verdict_changes`
    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    """

    template_fields = ("answered",)

    def __init__(
        self,
        *,
        answered: Any,
        on_change: Sequence[BaseNotifier] = (),
        lake_conn_id: str = "lake",
        warehouse_conn_id: str = "warehouse",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.answered = answered
        self.on_change = on_change
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, str]:
        """Write the missing rows and objects; return the keys of the report's figures, page and text."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.verdicts.page.document import document_of
        from bellwether.verdicts.report.rows import append
        from bellwether.verdicts.report.store import Reports, folder
        from bellwether.verdicts.report.words import short, verdict_lines

        report, reports = self.answered["report"], Reports(Lake(self.lake_conn_id))
        figures = reports.read(report)
        new = append(connect(self.warehouse_conn_id, self.lake_conn_id), report, figures)
        self.log.info("Report %s: %d of %d verdicts are new in the table.", report, new, len(figures.asked))
        words, spoken = "\n".join(verdict_lines(figures)) + "\n", " ".join(short(asked) for asked in figures.asked)
        is_latest = reports.publish(report, figures, document_of(figures), words, spoken)
        if is_latest and figures.changes and not reports.is_notified(report):
            self._notify(context, figures)
            reports.mark_notified(report)
        names = {"figures": "report.json", "page": "report.html", "words": "verdicts.txt"}
        return {content: folder(report) + name for content, name in names.items()}

    def _notify(self, context: Context, figures: Report) -> None:
        from bellwether.verdicts.report.notice import changes_text

        text = changes_text(figures)
        for notifier in self.on_change:
            try:
                notifier({**context, "verdict_changes": text})
            except Exception:
                self.log.exception("%s could not send the changed verdicts.", type(notifier).__name__)
