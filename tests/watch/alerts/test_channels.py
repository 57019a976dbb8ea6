"""Word to people through Airflow's own notifiers, to real servers at the other end."""

import socket
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from typing import Any

import pytest

from bellwether.watch.alerts import Alert
from bellwether.watch.alerts.channels import CHANNELS
from bellwether.watch.alerts.message import LONGEST_SUBJECT, LONGEST_TEXT, Message
from tests.verdicts.report.hostile import HOSTILE
from tests.watch.alerts import ears

PINGS = f"<!channel> @channel <@U0123> <https://evil.example|click> & {HOSTILE}"
INJECTING = "v1\r\nBcc: everyone@example.com\r\n\r\n<html>\x00\N{RIGHT-TO-LEFT OVERRIDE}\ud800"


@pytest.fixture(scope="module")
def slack() -> Iterator[ears.Slack]:
    with ears.slack() as made:
        yield made


@pytest.fixture(scope="module")
def mail() -> Iterator[ears.Mail]:
    with ears.mail() as made:
        yield made


@pytest.fixture(scope="module")
def sns() -> Iterator[ears.Sns]:
    with ears.sns() as made:
        yield made


@pytest.fixture
def all_three(
    slack: ears.Slack, mail: ears.Mail, sns: ears.Sns, monkeypatch: pytest.MonkeyPatch
) -> tuple[ears.Slack, ears.Mail, ears.Sns]:
    monkeypatch.setenv("AIRFLOW_CONN_ALERT_SLACK", slack.connection)
    monkeypatch.setenv("AIRFLOW_CONN_ALERT_MAIL", mail.connection)
    monkeypatch.setenv("AIRFLOW_CONN_ALERT_SNS", sns.connection)
    slack.behave()
    slack.asked.clear()
    mail.mails.clear()
    sns.messages()
    return slack, mail, sns


def said(log_lines: list[str], *words: str) -> list[str]:
    """The lines with all of these words, their quotes as they were written."""
    lines = [line.replace("\\'", "'") for line in log_lines]
    return [line for line in lines if all(word in line for word in words)]


def the_only(mails: list[EmailMessage]) -> EmailMessage:
    assert len(mails) == 1
    return mails[0]


def test_each_channel_that_is_set_up_is_told(all_three: Any) -> None:
    slack, mail, sns = all_three
    Alert(text="GitHub: commits not covered\nLook at the DAG 'github'.", subject="bellwether: 1 problem")({})
    assert slack.texts == ["bellwether: 1 problem\nGitHub: commits not covered\nLook at the DAG 'github'."]
    told = the_only(mail.mails)
    assert (told["Subject"], told["From"], told["To"]) == (
        "bellwether: 1 problem",
        "bellwether@example.com",
        "you@example.com, me@example.com",
    )
    assert mail.text().strip() == ("<p>GitHub: commits not covered<br>\nLook at the DAG &#x27;github&#x27;.</p>")
    assert sns.messages() == [("bellwether: 1 problem", "GitHub: commits not covered\nLook at the DAG 'github'.")]


def test_a_channel_that_is_not_set_up_is_not_missed(
    all_three: Any, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    slack, mail, _ = all_three
    monkeypatch.delenv("AIRFLOW_CONN_ALERT_MAIL")
    Alert(text="one")({})
    assert len(slack.texts) == 1
    assert not mail.mails
    assert not said(log_lines, "No message was sent")


def test_with_none_set_up_the_log_says_what_to_set_up(log_lines: list[str]) -> None:
    Alert(text="one")({})
    names, example = "'alert_slack', 'alert_mail', 'alert_sns'", 'AIRFLOW_CONN_ALERT_SLACK=\'{"conn_type": "slackw'
    assert len(said(log_lines, "No message can be sent", names, example)) == 1


def test_what_a_vendor_says_pings_nobody_and_writes_no_headers(all_three: Any) -> None:
    slack, mail, sns = all_three
    Alert(text="{{ said }}", subject="{{ name }}")({"said": PINGS, "name": INJECTING})
    text = slack.texts[0]
    assert "<" not in text
    assert "&lt;!channel&gt; @channel &lt;@U0123&gt; &lt;https://evil.example|click&gt; &amp; " in text
    assert slack.asked[0]["unfurl_links"] is False
    told = the_only(mail.mails)
    assert told["Subject"] == "v1 Bcc: everyone@example.com <html>"
    assert told["Bcc"] is None
    assert mail.recipients[-1] == ["you@example.com", "me@example.com"]
    assert "<img" not in mail.text()
    assert "&lt;img src=x" in mail.text()
    subject, heard = sns.messages()[0]
    assert subject == "v1 Bcc: everyone@example.com <html>"
    assert heard.startswith("<!channel> @channel")
    assert "\u2028" not in heard


def test_a_text_from_outside_is_no_template(all_three: Any) -> None:
    slack, mail, sns = all_three
    alert = Alert(text="{{ said }}")
    for outside in ("{{ 7 * 7 }}", "{% for x in range(9) %}x{% endfor %}"):
        alert({"said": outside})
    assert [text.splitlines()[1] for text in slack.texts] == ["{{ 7 * 7 }}", "{% for x in range(9) %}x{% endfor %}"]
    assert "{{ 7 * 7 }}" in mail.text(0)
    assert sns.messages()[0][1] == "{{ 7 * 7 }}"


def test_texts_without_end_are_cut_to_what_each_medium_takes(all_three: Any) -> None:
    slack, mail, sns = all_three
    Alert(text="&" * 1_000_000, subject="\N{ELEPHANT}" * 1_000)({})
    assert len(slack.texts[0]) < 40_000
    assert slack.texts[0].endswith("&amp;…")
    subject, text = sns.messages()[0]
    assert len(subject) == LONGEST_SUBJECT
    assert subject.isascii()
    assert len(text) == LONGEST_TEXT
    assert len(the_only(mail.mails)["Subject"]) == LONGEST_SUBJECT


def test_one_that_fails_does_not_stop_the_others_nor_the_caller(all_three: Any, log_lines: list[str]) -> None:
    slack, mail, sns = all_three
    slack.fail_with(500, "the wheels came off")
    Alert(text="one")({})
    assert len(mail.mails) == 1
    assert len(sns.messages()) == 1
    assert said(log_lines, "'alert_slack'", "the wheels came off", '"conn_type": "slackwebhook"')


def test_a_mail_server_that_is_down_does_not_stop_the_others(
    all_three: Any, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    slack, _, sns = all_three
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_MAIL", ears.mail_connection(nobody.getsockname()[1]))
        Alert(text="one")({})
    assert len(slack.texts) == len(sns.messages()) == 1
    assert said(log_lines, "'alert_mail': ConnectionRefusedError")


def test_a_mail_server_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_MAIL", ears.mail_connection(silent.getsockname()[1], timeout=60))
        channel = next(one for one in CHANNELS if one.conn_id == "alert_mail")
        assert channel.deliver(Message("one", "one"), Alert().log, patience_seconds=0.2) is False
    assert said(log_lines, "TimeoutError: no answer within 0.2 seconds")


@pytest.mark.parametrize(
    ("conn_id", "wrong", "why"),
    [
        ("alert_slack", '{"conn_type": "slack", "password": "xoxb-0123"}', "should be 'slackwebhook'"),
        ("alert_slack", '{"conn_type": "slackwebhook"}', "does not contain password"),
        ("alert_mail", '{"conn_type": "smtp", "host": "127.0.0.1"}', "should contain 'from_email' and 'to'"),
        ("alert_sns", '{"conn_type": "aws", "extra": {"region_name": "eu-central-1"}}', "should contain 'target_arn'"),
    ],
)
def test_a_connection_that_is_wrong_is_named_with_a_right_one(
    conn_id: str, wrong: str, why: str, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", wrong)
    Alert(text="one")({})
    assert said(log_lines, f"'{conn_id}'", why, "Its connection should be like {")


def test_no_secret_is_logged_whatever_goes_wrong(
    all_three: Any, monkeypatch: pytest.MonkeyPatch, log_lines: list[str]
) -> None:
    slack, _, _ = all_three
    Alert(text="well")({})
    slack.fail_with(403, f"invalid_token {ears.TOKEN}")
    with ears.mail(password="mail-password-that-is-wrong") as mail:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_MAIL", mail.connection)
        Alert(text="unwell")({})
        assert not mail.mails
    # An address that no library can read is quoted by the error.
    address = "http://127.0.0.1:port-that-is-none/services/T1SECRET/very secret path"
    monkeypatch.setenv("AIRFLOW_CONN_ALERT_SLACK", f'{{"conn_type": "slackwebhook", "password": "{address}"}}')
    Alert(text="worse")({})
    assert said(log_lines, "SMTPAuthenticationError")
    assert len(said(log_lines, "No message was sent by 'alert_slack'")) == 2
    secrets = ["SECRET0", "webhook-token", ears.PASSWORD, "that-is-wrong", "very secret", "T1SECRET", "sns-secret-key"]
    assert not [(secret, line) for secret in secrets for line in log_lines if secret in line]
