"""The ways to people: a connection each, behind it what Airflow's providers have for it.

The providers' notifiers are told, never called: a call reads their fields as templates, and what is said here was
partly written by others.
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
    """A channel's connection is not what it should be; the message says what is."""


@dataclass(frozen=True)
class Channel:
    """A way to people: it is there when its Airflow connection is."""

    conn_id: str
    conn_type: str
    example: str
    send: Callable[[Message, Any], None]

    def exists(self) -> bool:
        """Whether somebody has set the connection up, rightly or not."""
        try:
            BaseHook.get_connection(self.conn_id)
        except AirflowNotFoundException:
            return False
        except Exception:
            return True
        return True

    def tell(self, message: Message, log: Any, patience_seconds: float = PATIENCE_SECONDS) -> bool:
        """Send a message; tells whether that worked. Why it did not is logged, without the connection's secrets."""
        connection = None
        try:
            connection = BaseHook.get_connection(self.conn_id)
            if connection.conn_type != self.conn_type:
                raise ChannelError(f"its type is '{connection.conn_type}' and should be '{self.conn_type}'")
            within(patience_seconds, lambda: self.send(message, connection))
        except Exception as error:
            reason = line(without_secrets(str(error), connection), _LONGEST_REASON)
            log.error(
                "Nobody was told by '%s': %s: %s. Its connection should be like %s.",
                self.conn_id, type(error).__name__, reason.rstrip("."), self.example,
            )  # fmt: skip
            return False
        log.info("Told by '%s': %s", self.conn_id, message.subject)
        return True


def without_secrets(text: str, connection: Any) -> str:
    """The text without the secrets of a connection, as they are and as they stand in an address."""
    if connection is None:
        return "the connection cannot be read"
    found = "|".join(re.escape(secret) for secret in sorted(_secrets(connection), key=len, reverse=True))
    return re.sub(found, "***", text) if found else text


def _secrets(connection: Any) -> Iterator[str]:
    extra = connection.extra_dejson
    values = [connection.password, *(value for name, value in extra.items() if _SECRET.search(name))]
    for value in values:
        if isinstance(value, str) and value.strip():
            # Of a webhook's address the path is the secret, and errors may show it without the host.
            path = re.sub(r"^\w+://[^/]*/", "", value.strip())
            yield from {value, value.strip(), quote(value, safe=""), json.dumps(value)[1:-1]}
            yield from {path, quote(path)} if path else ()


def _slack(message: Message, connection: Any) -> None:
    # What the provider's notifier calls. The notifier itself, and the client by its logger, log the webhook's address.
    from airflow.providers.slack.hooks.slack_webhook import SlackWebhookHook

    # https://docs.slack.dev/messaging/formatting-message-text/#escaping: <!channel> and links are then just text.
    text = html.escape(f"{message.subject}\n{message.text}", quote=False)
    hook = SlackWebhookHook(slack_webhook_conn_id=connection.conn_id, logger=_client_log)
    hook.send(text=text, unfurl_links=False, unfurl_media=False)


def _mail(message: Message, connection: Any) -> None:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    extra = connection.extra_dejson
    if not extra.get("from_email") or not extra.get("to"):
        raise ChannelError("its extra should hold 'from_email' and 'to'")
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
        raise ChannelError("its extra should hold 'target_arn'")
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: a subject of ASCII, below 100 characters.
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
    """The channels whose connections exist; where there is none, the log says what to set up."""
    found = [channel for channel in CHANNELS if channel.exists()]
    if not found:
        names = ", ".join(f"'{channel.conn_id}'" for channel in CHANNELS)
        log.warning(
            "There is nobody to tell: none of the Airflow connections %s exists. For example AIRFLOW_CONN_%s='%s'.",
            names, CHANNELS[0].conn_id.upper(), CHANNELS[0].example,
        )  # fmt: skip
    return found
