"""The channels to people: an Airflow connection each, and the provider's notifier or hook.

Only the notifiers' method `notify` is used: calling a notifier renders its fields as templates, but messages contain
text from outside.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from bellwether.watch.alerts.message import Message, line
from bellwether.watch.alerts.patience import within

PATIENCE_SECONDS = 60.0
_LONGEST_REASON = 300
_SECRET = re.compile("pass|secret|token|key", re.IGNORECASE)
_client_log = logging.getLogger(f"{__name__}.slack")
_client_log.setLevel(logging.INFO)


class ChannelError(RuntimeError):
    """A channel's connection is wrong; the message states what is expected."""


@dataclass(frozen=True)
class Channel:
    """A way to send messages; it is open if its Airflow connection exists."""

    conn_id: str
    conn_type: str
    example: str
    send: Callable[[Message, Any], None]

    def exists(self) -> bool:
        """Whether the connection exists, valid or not."""
        try:
            BaseHook.get_connection(self.conn_id)
        except AirflowNotFoundException:
            return False
        except Exception:
            return True
        return True

    def deliver(self, message: Message, log: Any, patience_seconds: float = PATIENCE_SECONDS) -> bool:
        """Send a message; return whether that succeeded. Errors are logged without the connection's secrets."""
        connection = None
        try:
            connection = BaseHook.get_connection(self.conn_id)
            if connection.conn_type != self.conn_type:
                raise ChannelError(f"its type is '{connection.conn_type}' and should be '{self.conn_type}'")
            within(patience_seconds, lambda: self.send(message, connection))
        except Exception as error:
            reason = line(without_secrets(str(error), connection), _LONGEST_REASON)
            log.error(
                "No message was sent by '%s': %s: %s. Its connection should be like %s.",
                self.conn_id, type(error).__name__, reason.rstrip("."), self.example,
            )  # fmt: skip
            return False
        log.info("Sent by '%s': %s", self.conn_id, message.subject)
        return True


def without_secrets(text: str, connection: Any) -> str:
    """The text without the secrets of a connection, whether plain or quoted as in an address."""
    if connection is None:
        return "the connection cannot be read"
    pattern = "|".join(re.escape(secret) for secret in sorted(_secrets(connection), key=len, reverse=True))
    return re.sub(pattern, "***", text) if pattern else text


def _secrets(connection: Any) -> Iterator[str]:
    extra = connection.extra_dejson
    values = [connection.password, *(value for name, value in extra.items() if _SECRET.search(name))]
    for value in values:
        if isinstance(value, str) and value.strip():
            # The path of a webhook's address is the secret, and errors may contain it without the host.
            path = re.sub(r"^\w+://[^/]*/", "", value.strip())
            yield from {value, value.strip(), quote(value, safe=""), json.dumps(value)[1:-1]}
            yield from {path, quote(path)} if path else ()


def _slack(message: Message, connection: Any) -> None:
    # The provider's notifier calls this hook too, but logs the webhook's address, and so does the client's logger.
    from airflow.providers.slack.hooks.slack_webhook import SlackWebhookHook

    # https://docs.slack.dev/messaging/formatting-message-text/#escaping: escaped <!channel> and links are plain text.
    text = html.escape(f"{message.subject}\n{message.text}", quote=False)
    hook = SlackWebhookHook(slack_webhook_conn_id=connection.conn_id, logger=_client_log)
    hook.send(text=text, unfurl_links=False, unfurl_media=False)


def _mail(message: Message, connection: Any) -> None:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    extra = connection.extra_dejson
    if not extra.get("from_email") or not extra.get("to"):
        raise ChannelError("its extra should contain 'from_email' and 'to'")
    body = html.escape(message.text).replace("\n", "<br>\n")
    notifier = SmtpNotifier(
        smtp_conn_id=connection.conn_id,
        from_email=extra["from_email"],
        to=extra["to"],
        subject=message.subject,
        html_content=f"<p>{body}</p>",
    )
    notifier.notify({})


def _sns(message: Message, connection: Any) -> None:
    from airflow.providers.amazon.aws.notifications.sns import SnsNotifier

    target = connection.extra_dejson.get("target_arn")
    if not target:
        raise ChannelError("its extra should contain 'target_arn'")
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: subjects are ASCII, below 100 characters.
    subject = message.subject.encode("ascii", "replace").decode()
    notifier = SnsNotifier(
        aws_conn_id=connection.conn_id, target_arn=target, subject=subject or None, message=message.text
    )
    notifier.notify({})


CHANNELS = (
    Channel("alert_slack", "slackwebhook", '{"conn_type": "slackwebhook", "password": "T000/B000/XXXX"}', _slack),
    Channel(
        "alert_mail",
        "smtp",
        '{"conn_type": "smtp", "host": "smtp.example.com", "port": 465, "login": "bellwether", "password": "…", '
        '"extra": {"from_email": "bellwether@example.com", "to": ["you@example.com"], "disable_tls": true}}',
        _mail,
    ),
    Channel(
        "alert_sns",
        "aws",
        '{"conn_type": "aws", "extra": {"region_name": "eu-central-1", '
        '"target_arn": "arn:aws:sns:eu-central-1:123456789012:bellwether"}}',
        _sns,
    ),
)


def open_channels(log: Any) -> list[Channel]:
    """The channels whose connections exist; if there is none, the log states what to set up."""
    channels = [channel for channel in CHANNELS if channel.exists()]
    if not channels:
        names = ", ".join(f"'{channel.conn_id}'" for channel in CHANNELS)
        log.warning(
            "No message can be sent: none of the Airflow connections %s exists. For example AIRFLOW_CONN_%s='%s'.",
            names, CHANNELS[0].conn_id.upper(), CHANNELS[0].example,
        )  # fmt: skip
    return channels
