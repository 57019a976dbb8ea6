"""The page on verdicts: a report as one HTML file."""

from bellwether.pages.registry import Kept, Page

KEPT = Kept(
    prefix="reports/",
    file="report.html",
    dag="verdicts",
    one="report",
    subject="The verdicts",
    nothing="There are no verdicts yet",
    advice=(
        "The DAG verdicts makes reports from what the sources have said. Unpause it, or run it once: "
        "airflow dags test verdicts",
        "It needs tables that have been filled: run the DAG warehouse and the sources' DAGs first.",
    ),
)
PAGE = Page(name="verdicts", title="Verdicts", position=10, kept=KEPT)
