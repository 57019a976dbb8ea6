"""Read a plan's jobs concurrently, and write the vendor's records into the lake."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime

from bellwether.hooks.api import ApiHook
from bellwether.hooks.errors import ApiError, BadConnection, NotAuthorized, NotFound, QuotaExhausted
from bellwether.hooks.sender import Log
from bellwether.lake import Extract, Failure, Lake, Manifest
from bellwether.lake.marks import Marks
from bellwether.lake.raw import RawWriter
from bellwether.operators.absences import Absences
from bellwether.operators.plan import Job, is_too_old
from bellwether.operators.spans import Spans
from bellwether.window import Window

_FINAL_ERRORS = (NotAuthorized, BadConnection, QuotaExhausted)
_PERMANENTLY_GONE = (410, 451)
"""Statuses of subjects that were removed, or withheld for legal reasons. A 404 may also be a misspelt name."""
_PROGRESS_SECONDS = 5.0


class Extraction:
    """Reads jobs with the hook's concurrency and counts the extracts.

    A subject that cannot be read becomes a Failure in its slice's manifest; the others continue. After an
    error that every further request would get too (credentials, quota) no more requests are sent.
    """

    def __init__(self, hook: ApiHook, lake: Lake, log: Log, absences: Absences | None = None) -> None:
        self._hook = hook
        self._lake = lake
        self._log = log
        self._absences = absences or Absences(Marks(lake, hook.source.name), asks_anyway=True)
        self._stop: ApiError | None = None
        self._progressed_at = time.monotonic()
        self.first_problem: ApiError | None = None
        self.extracts = 0
        self.spans = Spans()

    def run(self, jobs: Iterable[Job]) -> list[Manifest]:
        """Read all jobs and return their manifests, written, in the jobs' order."""
        jobs = list(jobs)
        results: dict[int, list[Extract | Failure]] = {number: [] for number in range(len(jobs))}
        manifests: dict[int, Manifest] = {}
        self._hook.sender  # noqa: B018  created once, before threads share it
        with ThreadPoolExecutor(max_workers=self._hook.source.concurrency) as pool:
            waiting: dict[Future[Extract | Failure], int] = {
                pool.submit(self._read, job, subject): number
                for number, job in enumerate(jobs)
                for subject in job.subjects
            }
            try:
                for done in as_completed(waiting):
                    number = waiting.pop(done)
                    results[number].append(done.result())
                    if len(results[number]) == len(jobs[number].subjects):
                        manifests[number] = self._finish(jobs[number], results.pop(number))
                        self._log_progress(manifests, len(jobs))
            except BaseException:
                # A full disk, an unreachable lake, a stopped task: start no further job.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [manifests[number] for number in sorted(manifests)]

    def _read(self, job: Job, subject: str) -> Extract | Failure:
        if self._stop:
            return Failure(subject, f"not requested, because of an earlier error: {self._stop}")
        try:
            if said_at := self._absences.lately(job.stream.name, subject):
                return _gone(job, subject, said_at)
            with self.spans.of(job.stream.name):
                return self._extract(job, subject)
        except NotFound as not_found:
            if not self._is_lasting(not_found, subject):
                return self._failure(subject, not_found)
            now = datetime.now(UTC)
            is_first = self._absences.note(job.stream.name, subject, now)
            (self._log.warning if is_first else self._log.info)("Skipped for a day: %s", not_found)
            return _gone(job, subject, now)
        except ApiError as problem:
            return self._failure(subject, problem)

    def _is_lasting(self, gone: NotFound, subject: str) -> bool:
        """Whether it will be gone the next time too, and no name is misspelt."""
        return self._hook.source.skips_missing or gone.status in _PERMANENTLY_GONE or self._hook.is_there(subject)

    def _failure(self, subject: str, problem: ApiError) -> Failure:
        self.first_problem = self.first_problem or problem
        if isinstance(problem, _FINAL_ERRORS):
            self._stop = problem
        return Failure(subject, str(problem))

    def _extract(self, job: Job, subject: str) -> Extract:
        if is_too_old(job.stream, job.window):
            return Extract(
                subject=subject, observed_at=job.window.end, records=0, flags=("not_seen",), not_seen=(job.window.key,)
            )
        writer = RawWriter(self._lake, self._hook.source.name, job.stream.name, job.window, subject)
        observed_at = datetime.now(UTC)
        flags: set[str] = {"snapshot"} if job.stream.snapshot else set()
        not_seen: list[Window] = []
        for page in self._hook.read(job.stream, subject, job.window):
            writer.write(page.records, page.reading)
            observed_at = min(observed_at, page.reading.observed_at)
            flags |= page.flags
            not_seen += [gap for gap in page.not_seen if gap not in not_seen]
        writer.close()
        return Extract(
            subject=subject,
            observed_at=observed_at,
            records=writer.records,
            parts=tuple(writer.keys),
            flags=tuple(sorted(flags)),
            not_seen=tuple(gap.key for gap in sorted(not_seen)),
        )

    def _finish(self, job: Job, results: list[Extract | Failure]) -> Manifest:
        extracts = [r for r in results if isinstance(r, Extract)]
        self.extracts += len(extracts)
        manifest = Manifest(
            source=self._hook.source.name,
            stream=job.stream.name,
            window_key=job.window.key,
            extracts=tuple(extracts),
            failures=tuple(r for r in results if isinstance(r, Failure)),
        )
        return manifest.write(self._lake, "raw")

    def _log_progress(self, manifests: dict[int, Manifest], total: int) -> None:
        now = time.monotonic()
        if len(manifests) < total and now - self._progressed_at < _PROGRESS_SECONDS:
            return
        self._progressed_at = now
        records = sum(extract.records for manifest in manifests.values() for extract in manifest.extracts)
        self._log.info("%s: %d of %d slices read, %d records.", self._hook.source.name, len(manifests), total, records)


def _gone(job: Job, subject: str, said_at: datetime) -> Extract:
    return Extract(subject=subject, observed_at=said_at, records=0, flags=("gone",), not_seen=(job.window.key,))
