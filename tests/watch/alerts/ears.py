"""The other ends of the channels, each a real server on a port of its own, with what it heard.

- `slack()`: what Slack's incoming webhooks answer; `.texts`, and `.fail_with(…)`.
- `mail()`: an SMTP server; `.mails` as email.message.EmailMessage.
- `sns()`: SNS and SQS of moto, a queue subscribed to a topic; `.messages()` as (subject, text).

Each has `.connection`, the Airflow connection to it as JSON.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from moto.server import ThreadedMotoServer

from local.services.ports import free_port

TOKEN = "T0SECRET0/B0SECRET0/webhook-token-0123456789"
PASSWORD = "mail-password-0123456789"


@dataclass
class Slack:
    connection: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    answer: tuple[int, str] = (200, "ok")

    @property
    def texts(self) -> list[str]:
        return [each["text"] for each in self.asked]

    def fail_with(self, status: int, body: str) -> None:
        self.answer = (status, body)

    def behave(self) -> None:
        self.answer = (200, "ok")


@contextmanager
def slack() -> Iterator[Slack]:
    made = Slack()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != f"/services/{TOKEN}":
                made.answer = (403, "invalid_token")
            status, text = made.answer
            if status == 200:
                made.asked.append(body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    host = f"http://127.0.0.1:{server.server_port}/services"
    made.connection = json.dumps({"conn_type": "slackwebhook", "host": host, "password": TOKEN})
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mail:
    connection: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"

    def text(self, number: int = -1) -> str:
        """The body of a mail as it was sent, HTML."""
        part = self.mails[number].get_body(("html",))
        assert part
        return str(part.get_content())


@contextmanager
def mail(password: str = PASSWORD, **extra: Any) -> Iterator[Mail]:
    made = Mail()

    def authenticate(_: Any, __: Any, ___: Any, ____: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)

    port = free_port()
    controller = Controller(
        made, hostname="127.0.0.1", port=port, authenticator=authenticate, auth_required=True, auth_require_tls=False
    )
    controller.start()
    made.connection = mail_connection(port, password, **extra)
    try:
        yield made
    finally:
        controller.stop()


def mail_connection(port: int, password: str = PASSWORD, **extra: Any) -> str:
    extra = {
        "from_email": "bellwether@example.com", "to": ["you@example.com", "me@example.com"],
        "disable_ssl": True, "disable_tls": True, "timeout": 5, "retry_limit": 0,
    } | extra  # fmt: skip
    return json.dumps(
        {
            "conn_type": "smtp", "host": "127.0.0.1", "port": port, "login": "bellwether", "password": password,
            "extra": extra,
        }
    )  # fmt: skip


@dataclass
class Sns:
    connection: str
    sqs: Any
    queue: str

    def messages(self) -> list[tuple[str, str]]:
        """Subjects and texts that have arrived since the last call."""
        found = []
        while got := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for each in got:
                body = json.loads(each["Body"])
                found.append((body.get("Subject", ""), body["Message"]))
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return found


@contextmanager
def sns() -> Iterator[Sns]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "sns-secret-key-0123456789"}
    where = {"endpoint_url": f"http://{host}:{port}", "region_name": "eu-central-1"}
    try:
        topics, queues = boto3.client("sns", **where, **keys), boto3.client("sqs", **where, **keys)
        topic = topics.create_topic(Name="bellwether")["TopicArn"]
        queue = queues.create_queue(QueueName="heard")["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        connection = {
            "conn_type": "aws", "login": keys["aws_access_key_id"], "password": keys["aws_secret_access_key"],
            "extra": where | {"target_arn": topic},
        }  # fmt: skip
        yield Sns(json.dumps(connection), queues, queue)
    finally:
        server.stop()
