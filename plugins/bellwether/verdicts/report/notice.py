"""The message about changed verdicts, sent through any Airflow notifier.

A notifier of Slack, SNS or SMTP takes the text as `{{ verdict_changes }}` in its own templated fields, for instance
``SlackNotifier(text="{{ verdict_changes }}")``; LogNotifier writes it to the task's log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseNotifier

from bellwether.amounts import sentence_of
from bellwether.verdicts.report.report import Change, Report
from bellwether.verdicts.report.words import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

CHANGES = "verdict_changes"
"""The text's name in a notifier's context."""


def changes_text(report: Report) -> str:
    """A paragraph for each verdict that changed since the previous report; empty if none changed."""
    return "\n\n".join(_paragraph(report, change) for change in report.changes)


class LogNotifier(BaseNotifier):
    """Writes a message to the log.

    :param message: (templated) the text to write; the changed verdicts by default
    """

    template_fields: Sequence[str] = ("message",)

    def __init__(self, message: str = "{{ verdict_changes }}") -> None:
        super().__init__()
        self.message = message

    def notify(self, context: Context) -> None:
        self.log.info("%s", self.message)


def _paragraph(report: Report, change: Change) -> str:
    name = (change.question, change.services)
    asked = next((asked for asked in report.asked if (asked.question, asked.services) == name), None)
    services = f" ({change.services})" if change.services else ""
    question = asked.ask if asked else change.question
    head = f"{question}{services} The verdict was {change.before}, and is {change.after}."
    answer = [sentence(asked)] if asked else []
    return " ".join([head, *answer, *(sentence_of(line) for line in change.data)])
