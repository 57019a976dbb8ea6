"""Alert: a notifier for callbacks that sends through all configured channels."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from bellwether.watch.alerts.channels import open_channels
from bellwether.watch.alerts.failure import failure
from bellwether.watch.alerts.message import Message

if TYPE_CHECKING:
    from airflow.sdk import Context


class Alert(BaseNotifier):
    """Sends a message by Slack, mail and SNS, through the connections that exist (docs/notifications.md).

    The connections are `alert_slack`, `alert_mail` and `alert_sns`. A failing channel affects neither the others nor
    the caller; the log states the error, or what to set up if there is no connection.

    :param text: (templated) the text; by default which DAG, run and task failed and why
    :param subject: (templated) the subject line
    """

    template_fields: Sequence[str] = ("subject", "text")

    def __init__(self, text: str | None = None, subject: str | None = None) -> None:
        super().__init__()
        self.text = text
        self.subject = subject

    def __call__(self, *args: Any) -> None:
        """Render and notify on a copy: rendering replaces the templates, and the next call would render the results."""
        super(Alert, copy(self)).__call__(*args)

    def notify(self, context: Context) -> None:
        """Send the message through all open channels."""
        message = failure(context) if self.text is None else Message.of(self.subject or "bellwether", self.text)
        for channel in open_channels(self.log):
            channel.deliver(message, self.log)
