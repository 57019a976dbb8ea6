"""PublishOperator: a report's verdicts into the warehouse, its page into the lake, and word to people."""

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
    """Appends a report to the tables `verdicts` and `verdict_windows`, writes its page, and tells what changed.

    Run again it changes no row and tells nobody twice. A notifier that fails does not fail the report.

    :param answered: what the answer task returned (templated; its XCom)
    :param on_change: notifiers to call when a verdict is not what the report before said; they find the text
        under `verdict_changes` in their context
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
        """Write what is not written yet; returns the keys of the report's figures, its page and its words."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.verdicts.page.document import document_of
        from bellwether.verdicts.report.rows import append
        from bellwether.verdicts.report.store import Reports, folder
        from bellwether.verdicts.report.words import short, verdict_lines

        report, reports = self.answered["report"], Reports(Lake(self.lake_conn_id))
        made = reports.read(report)
        new = append(connect(self.warehouse_conn_id, self.lake_conn_id), report, made)
        self.log.info("Report %s: %d of %d verdicts are new in the table.", report, new, len(made.asked))
        words, spoken = "\n".join(verdict_lines(made)) + "\n", " ".join(short(asked) for asked in made.asked)
        is_latest = reports.publish(report, made, document_of(made), words, spoken)
        if is_latest and made.changes and not reports.is_told(report):
            self._tell(context, made)
            reports.note_told(report)
        names = {"figures": "report.json", "page": "report.html", "words": "verdicts.txt"}
        return {what: folder(report) + name for what, name in names.items()}

    def _tell(self, context: Context, made: Report) -> None:
        from bellwether.verdicts.report.notice import changes_text

        text = changes_text(made)
        for notifier in self.on_change:
            try:
                notifier({**context, "verdict_changes": text})
            except Exception:
                self.log.exception("%s could not tell of what changed.", type(notifier).__name__)
