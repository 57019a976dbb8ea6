"""The message after a verdict has changed."""

from airflow.sdk import BaseNotifier

from bellwether.verdicts.report.notice import CHANGES, LogNotifier, changes_text
from tests.verdicts.report.hostile import HOSTILE, hostile
from tests.verdicts.report.invented import report


class Keeping(BaseNotifier):
    """Stands for a notifier of Slack's, SNS's or a mail server's, whose text is a template."""

    template_fields = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def notify(self, context: object) -> None:
        self.sent = self.text


def test_the_message_says_what_was_what_is_and_why() -> None:
    assert changes_text(report()) == (
        "Do site traffic spikes relate to outages of the API? The verdict was not supported, and is supported. "
        "API outages follow traffic spikes: 14 of 41 traffic spikes, 34 %, were followed within 30 minutes; at the "
        "same hours of comparable days 9 %; difference +25 points, interval +11 to +40; p 0.0013 after correction. "
        "7 more traffic spikes and 9 more API outages. Google Analytics restated 2026-11-18 to 2026-11-20."
    )
    assert changes_text(report(changes=())) == ""


def test_any_notifier_may_put_it_into_its_template() -> None:
    notifier = Keeping("Verdicts: {{ verdict_changes }}")
    notifier({CHANGES: changes_text(report())})
    assert notifier.sent == f"Verdicts: {changes_text(report())}"


def test_a_text_is_not_read_as_a_template_again() -> None:
    notifier = Keeping("{{ verdict_changes }}")
    notifier({CHANGES: changes_text(hostile())})
    assert HOSTILE in notifier.sent
    assert "{{7*7}}" in notifier.sent


def test_by_default_it_is_written_to_the_log(log_lines: list[str]) -> None:
    LogNotifier()({CHANGES: "API outages: now supported"})
    assert [line for line in log_lines if "API outages: now supported" in line]
