"""A message after a verdict has changed, through any notifier of Airflow's.

A notifier of Slack, SNS or SMTP takes the text as `{{ verdict_changes }}` in its own templated fields, for instance
``SlackNotifier(text="{{ verdict_changes }}")``; this one writes it to the task's log.
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
"""What the text is called in a notifier's context."""


def changes_text(report: Report) -> str:
    """What changed since the report before, a paragraph for each verdict; empty where none did."""
    return "\n\n".join(_paragraph(report, change) for change in report.changes)


class LogNotifier(BaseNotifier):
    """Writes a message to the log.

    :param message: (templated) what to write; the changed verdicts by default
    """

    template_fields: Sequence[str] = ("message",)

    def __init__(self, message: str = "{{ verdict_changes }}") -> None:
        super().__init__()
        self.message = message

    def notify(self, context: Context) -> None:
        self.log.info("%s", self.message)


def _paragraph(report: Report, change: Change) -> str:
    asked = [each for each in report.asked if (each.question, each.services) == (change.question, change.services)]
    whose = f" ({change.services})" if change.services else ""
    head = (
        f"{asked[0].ask if asked else change.question}{whose} The verdict was {change.before}, and is {change.after}."
    )
    said = [sentence(asked[0])] if asked else []
    return " ".join([head, *said, *(sentence_of(line) for line in change.data)])
