"""Messages to people by Slack, mail and SNS, through the connections that exist."""

from bellwether.watch.alerts.notifier import Alert

__all__ = ["Alert"]
