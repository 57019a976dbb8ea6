"""Store reports in the lake: signals, figures and page. Written objects are never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from bellwether.lake import Lake
from bellwether.pages.shelf import Shelf
from bellwether.verdicts.page import KEPT
from bellwether.verdicts.questions import Questions
from bellwether.verdicts.report.report import Report
from bellwether.verdicts.signals import Signals
from bellwether.window import STAMP, Window

_LATEST = f"{KEPT.prefix}latest.json"


class StoreError(RuntimeError):
    """A stored object of a report was changed; the message states the remedy."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The inputs of a report beside its signals; written last, so that signals are stored entirely or not at all.

    :param is_window_asked: whether the run's params gave the window; else it was derived from the coverage
    :param digests: SHA-256 of the signals' files
    """

    as_of: datetime
    window_key: str
    is_window_asked: bool
    questions: Questions
    digests: dict[str, str]


def report_id(as_of: datetime, window: Window) -> str:
    """A report's name, e.g. ``20261122T060000Z--20260925T000000Z--20261120T000000Z``."""
    return f"{as_of:{STAMP}}--{window.key}"


def folder(report: str) -> str:
    """A report's prefix in the lake."""
    return f"{KEPT.prefix}{report}/"


class Reports:
    """The reports of a lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def find(self, as_of: datetime, window: Window | None = None) -> str | None:
        """The report as of that time whose signals are stored: for the window, or first for a derived window."""
        prefix = f"{KEPT.prefix}{as_of:{STAMP}}--"
        names = [key.split("/")[1] for key in self._lake.keys(prefix) if key.endswith(f"/{_KEPT}")]
        if window is not None:
            name = report_id(as_of, window)
            return name if name in names else None
        return next(iter(sorted(names, key=lambda name: (self.kept(name).is_window_asked, name))), None)

    def keep(self, as_of: datetime, signals: Signals, questions: Questions, *, is_window_asked: bool) -> str:
        """Store a report's inputs, unless they are stored; return the report's id."""
        from bellwether.verdicts.signals.parquet import to_files

        report = report_id(as_of, signals.window)
        files = to_files(signals)
        if self.find(as_of, signals.window):
            return report
        for name, body in files.items():
            self._lake.put(_signals_key(report, name), body)
        kept = Kept(
            as_of=as_of,
            window_key=signals.window.key,
            is_window_asked=is_window_asked,
            questions=questions,
            digests={name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())},
        )
        self._lake.put_if_absent(folder(report) + _KEPT, msgspec.json.encode(kept))
        return report

    def kept(self, report: str) -> Kept:
        """The stored inputs beside the signals. Raises NotInLake."""
        return msgspec.json.decode(self._lake.get(folder(report) + _KEPT)[0], type=Kept)

    def signals(self, report: str) -> Signals:
        """The signals of a report. Raises StoreError if they were changed."""
        from bellwether.verdicts.signals.parquet import from_files

        digests = self.kept(report).digests
        files = {name: self._lake.get(_signals_key(report, name))[0] for name in digests}
        for name, body in files.items():
            if hashlib.sha256(body).hexdigest() != digests[name]:
                raise StoreError(
                    f"{_signals_key(report, name)} was changed after it was stored for this report. Restore the "
                    "object's earlier version, or compute a report with another as_of."
                )
        return from_files(files)

    def write(self, report: str, figures: Report) -> Report:
        """Write the figures unless they exist; return the stored figures."""
        # Encoded twice, so that reading the figures and writing them again gives the same bytes.
        self._lake.put_if_absent(_figures_key(report), Report.from_json(figures.to_json()).to_json())
        return self.read(report)

    def read(self, report: str) -> Report:
        """A report's figures. Raises NotInLake."""
        return Report.from_json(self._lake.get(_figures_key(report))[0])

    def publish(self, report: str, figures: Report, page: str, words: str, spoken: str) -> bool:
        """Write the page and the answers as text, and store both as the latest unless a later report exists.

        spoken: the answers in a few sentences to be read aloud. Returns whether this report is the latest.
        """
        shelf = Shelf(self._lake, KEPT)
        shelf.put(report, page)
        self._lake.put(folder(report) + "verdicts.txt", words.encode())
        is_latest = shelf.put_latest(figures.as_of, page, spoken)
        if is_latest:
            self._lake.put(_LATEST, figures.to_json())
        return is_latest

    def mark_notified(self, report: str) -> None:
        """Record that the notifiers were called with the report's changes."""
        self._lake.put_if_absent(folder(report) + _NOTIFIED, b"")

    def is_notified(self, report: str) -> bool:
        """Whether the notifiers were called with the report's changes."""
        return any(True for _ in self._lake.keys(folder(report) + _NOTIFIED))


_KEPT, _NOTIFIED = "signals/kept.json", "told"


def _signals_key(report: str, name: str) -> str:
    return f"{folder(report)}signals/{name}.parquet"


def _figures_key(report: str) -> str:
    return folder(report) + "report.json"
