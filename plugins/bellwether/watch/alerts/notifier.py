"""Alert, a notifier for callbacks: word to people by whichever way is set up."""

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
    """Tells people by Slack, mail and SNS, by each whose connection exists (docs/notifications.md).

    The connections are `alert_slack`, `alert_mail` and `alert_sns`. One that fails does not stop the others, and
    none fails what called; the log says what went wrong, or what to set up where there is none.

    :param text: (templated) what to say; unless given, which DAG, run and task failed and why
    :param subject: (templated) its subject line
    """

    template_fields: Sequence[str] = ("subject", "text")

    def __init__(self, text: str | None = None, subject: str | None = None) -> None:
        super().__init__()
        self.text = text
        self.subject = subject

    def __call__(self, *args: Any) -> None:
        """Render and tell. A copy does: rendering replaces the templates, and the next call would read what came of it
        as templates again.
        """
        super(Alert, copy(self)).__call__(*args)

    def notify(self, context: Context) -> None:
        """Tell everybody."""
        message = failure(context) if self.text is None else Message.of(self.subject or "bellwether", self.text)
        for channel in open_channels(self.log):
            channel.tell(message, self.log)
