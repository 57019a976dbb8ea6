"""The reports in the lake, read: the latest one, one by its id, and which there are."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from bellwether.lake.bucket import Lake, NotInLake
from bellwether.verdicts.report.report import Report

PREFIX = "reports/"
LATEST_JSON, LATEST_HTML = f"{PREFIX}latest.json", f"{PREFIX}latest.html"
LONGEST_BYTES = 64 * 1024 * 1024
_STAMP = r"\d{8}T\d{6}Z"
_ID = re.compile(rf"{_STAMP}(?:--{_STAMP}){{1,2}}")


class NoReport(LookupError):
    """There is no such report; the message says what to do."""


class TooLarge(ValueError):
    """An object that no report of ours can be."""


def is_id(text: str) -> bool:
    """Whether a text can be a report's id: the moment it is of, then its window.

    >>> is_id("20261122T060000Z--20260927T000000Z--20261122T060000Z"), is_id("../raw"), is_id("")
    (True, False, False)
    """
    return _ID.fullmatch(text) is not None


def folder(report_id: str) -> str:
    """Where a report lies in the lake."""
    return f"{PREFIX}{report_id}/"


class Shelf:
    """Reads reports of a lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def latest_page(self) -> bytes:
        """The newest report's HTML. Raises NoReport, TooLarge."""
        return self._read(LATEST_HTML)

    def page(self, report_id: str) -> bytes:
        """A report's HTML. Raises NoReport, TooLarge."""
        if not is_id(report_id):
            raise NoReport("That is no report's name.")
        return self._read(f"{folder(report_id)}report.html")

    def latest(self) -> Report:
        """The newest report. Raises NoReport, TooLarge, and msgspec.ValidationError for one of another version."""
        return Report.from_json(self._read(LATEST_JSON))

    def ids(self, most: int = 200) -> list[str]:
        """The ids of the newest reports, the newest first."""
        return list(deque(self._all_ids(), maxlen=most))[::-1]

    def _all_ids(self) -> Iterator[str]:
        client = self._lake.client
        listed = client.get_paginator("list_objects_v2").paginate(
            Bucket=self._lake.bucket, Prefix=PREFIX, Delimiter="/"
        )
        for page in listed:
            for found in page.get("CommonPrefixes", ()):
                name = found["Prefix"].removeprefix(PREFIX).rstrip("/")
                if is_id(name):
                    yield name

    def _read(self, key: str) -> bytes:
        client = self._lake.client
        try:
            size = client.head_object(Bucket=self._lake.bucket, Key=key)["ContentLength"]
            if size > LONGEST_BYTES:
                raise TooLarge(f"{key} has {size:,} bytes; a report has {LONGEST_BYTES:,} at the most.")
            return self._lake.get(key)[0]
        except (client.exceptions.ClientError, NotInLake) as error:
            if isinstance(error, NotInLake) or _status(error) == 404:
                raise NoReport("There is no such report. The DAG 'verdicts' makes them: run it once.") from None
            raise


def moment_of(report_id: str) -> str:
    """The moment in a report's id, as people write it.

    >>> moment_of("20261122T060000Z--20260927T000000Z--20261122T060000Z")
    '2026-11-22 06:00 UTC'
    """
    stamp = report_id[:15]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[9:11]}:{stamp[11:13]} UTC"


def _status(error: Exception) -> int:
    answer = getattr(error, "response", {})
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
