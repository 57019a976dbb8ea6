"""Reports kept: signals, figures and page in the lake, verdicts in the warehouse. Nothing is changed once written."""

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
    """What is kept of a report is not what was written; the message says what to do."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is computed from: written last, so that signals are kept whole or not at all.

    :param is_window_asked: whether the run was told its window; else it came from the coverage
    :param digests: SHA-256 of each file of signals
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
    """Where a report lies in the lake."""
    return f"{KEPT.prefix}{report}/"


class Reports:
    """The reports of a lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def find(self, as_of: datetime, window: Window | None = None) -> str | None:
        """The report of that moment whose signals are kept: of the window, or of the one that coverage gave."""
        prefix = f"{KEPT.prefix}{as_of:{STAMP}}--"
        names = [key.split("/")[1] for key in self._lake.keys(prefix) if key.endswith(f"/{_KEPT}")]
        if window is not None:
            wanted = report_id(as_of, window)
            return wanted if wanted in names else None
        return next(iter(sorted(names, key=lambda name: (self.kept(name).is_window_asked, name))), None)

    def keep(self, as_of: datetime, signals: Signals, questions: Questions, *, is_window_asked: bool) -> str:
        """Keep what a report is computed from, unless that is kept; returns the report's id."""
        from bellwether.verdicts.signals.parquet import written

        report = report_id(as_of, signals.window)
        files = written(signals)
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
        """What was kept beside the signals. Raises NotInLake."""
        return msgspec.json.decode(self._lake.get(folder(report) + _KEPT)[0], type=Kept)

    def signals(self, report: str) -> Signals:
        """The signals of a report. Raises StoreError when they are not those that were kept."""
        from bellwether.verdicts.signals.parquet import read_back

        digests = self.kept(report).digests
        files = {name: self._lake.get(_signals_key(report, name))[0] for name in digests}
        for name, body in files.items():
            if hashlib.sha256(body).hexdigest() != digests[name]:
                raise StoreError(
                    f"{_signals_key(report, name)} is not what was kept for this report. Restore the object's "
                    "earlier version, or make a report of another as_of."
                )
        return read_back(files)

    def write(self, report: str, made: Report) -> Report:
        """Write the figures unless they are there; returns those that are."""
        # Through JSON once, so that what is written is what reading and writing it again gives.
        self._lake.put_if_absent(_figures_key(report), Report.from_json(made.to_json()).to_json())
        return self.read(report)

    def read(self, report: str) -> Report:
        """A report's figures. Raises NotInLake."""
        return Report.from_json(self._lake.get(_figures_key(report))[0])

    def publish(self, report: str, made: Report, page: str, words: str, spoken: str) -> bool:
        """Write the page and the answers in words, and all as the latest unless a later report is that.

        spoken: the answers in a few sentences for the ear. Tells whether this one is the latest.
        """
        shelf = Shelf(self._lake, KEPT)
        shelf.put(report, page)
        self._lake.put(folder(report) + "verdicts.txt", words.encode())
        is_latest = shelf.put_latest(made.as_of, page, spoken)
        if is_latest:
            self._lake.put(_LATEST, made.to_json())
        return is_latest

    def note_told(self, report: str) -> None:
        """Write down that people were told what changed."""
        self._lake.put_if_absent(folder(report) + _TOLD, b"")

    def is_told(self, report: str) -> bool:
        """Whether people were told what changed."""
        return any(True for _ in self._lake.keys(folder(report) + _TOLD))


_KEPT, _TOLD = "signals/kept.json", "told"


def _signals_key(report: str, name: str) -> str:
    return f"{folder(report)}signals/{name}.parquet"


def _figures_key(report: str) -> str:
    return folder(report) + "report.json"
