"""Word to people, by Slack, mail and SNS: whichever of their connections exists."""

from bellwether.watch.alerts.notifier import Alert

__all__ = ["Alert"]
