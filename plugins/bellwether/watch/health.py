"""HealthOperator: fails if data that should be covered are not, and notifies people of changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook, BaseOperator, Variable
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException, AirflowRuntimeError

from bellwether.hooks.errors import BadConnection
from bellwether.hooks.source import Source
from bellwether.include import IncludeError
from bellwether.lake import Lake
from bellwether.services import Services, read_services
from bellwether.sources import broken_sources, hook_of, sources
from bellwether.sql import render
from bellwether.warehouse import WarehouseError, connect
from bellwether.warehouse.database import is_missing_table
from bellwether.watch.alerts.channels import open_channels
from bellwether.watch.alerts.message import LONGEST_TEXT, Message, line, plain
from bellwether.watch.alerts.news import LastMessage, Problem, news
from bellwether.watch.alerts.patience import within
from bellwether.watch.status.lateness import title
from bellwether.watch.status.overdue import LATE, NEVER_READ, AskedUntil, Watched, late, never_read

if TYPE_CHECKING:
    from airflow.sdk import Context

VARIABLE = "health_late_minutes"
"""The Airflow Variable with minutes by source: {"github": 120, "postman": null}; null switches the check off."""
NOTIFIED, AWAITED = "told", "awaited"
"""Keys in the asset's state: the last message to each channel, and since when unread streams have been awaited."""


class HealthOperator(BaseOperator):
    """Checks that all watched sources are covered, that all sources' modules import, and that warehouse and lake can be
    reached.

    A source is watched if its connection exists, its DAG is not paused, and the Variable `health_late_minutes` is not
    null for it. The problems are pushed as the XCom `problems`, people are notified of changes, and the task fails.
    The last message to each channel is stored with the outlet's asset (Airflow's asset state): a channel that could
    not be reached gets the message in the next run.

    :param late_minutes: (templated) the minutes after its due time from which a stream is late, unless the Variable
        has the source
    :param warehouse_conn_id: the warehouse's connection
    :param lake_conn_id: the lake's connection
    :param patience_seconds: how long to wait for warehouse, lake, and each channel
    """

    template_fields = ("late_minutes",)

    def __init__(
        self,
        *,
        late_minutes: int | str = "{{ params.late_minutes }}",
        warehouse_conn_id: str = "warehouse",
        lake_conn_id: str = "lake",
        patience_seconds: float = 30.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.late_minutes = late_minutes
        self.warehouse_conn_id = warehouse_conn_id
        self.lake_conn_id = lake_conn_id
        self.patience_seconds = patience_seconds

    def execute(self, context: Context) -> list[str]:
        """Check, notify, and fail if something is wrong; otherwise return the watched sources."""
        now, store = datetime.now(UTC), context["asset_state_store"]
        self._problems: list[Problem] = []
        watched = list(self._watched(context["ti"]))
        self._ask("The lake", lambda: _check_lake(Lake(self.lake_conn_id)))
        asked_until = self._ask("The warehouse", lambda: _asked_until(self.warehouse_conn_id))
        if asked_until is not None:
            self._problems += [problem for source in watched for problem in late(source, asked_until, now)]
            self._problems += self._never_read(watched, asked_until, store, now)
        texts = [problem.text for problem in self._problems]
        context["ti"].xcom_push(key="problems", value=texts)
        self._notify(store, now, is_blind=asked_until is None, log_url=context["ti"].log_url)
        if texts:
            raise AirflowFailException(plain("\n".join(texts), LONGEST_TEXT))
        return [source.source for source in watched]

    def _watched(self, task: Any) -> Iterator[Watched]:
        """The watched sources; the log names the others with the reasons."""
        named, minutes = self._named_subjects(), self._minutes()
        switched_off = {source for source, own in minutes.items() if own is None}
        for name, broken in broken_sources().items():
            if name not in switched_off:
                self._note(f"{title(name)}: import", str(broken))
        for source in sources():
            reason = f"the Variable {VARIABLE} is null for it" if source.name in switched_off else ""
            reason = reason or _why_not_watched(source.name, task)
            if reason:
                self.log.info("%s is not watched: %s.", source.title, reason)
                continue
            patience = timedelta(minutes=minutes.get(source.name) or int(self.late_minutes))
            subjects = named.get(source.name, frozenset())
            yield Watched(source.name, source.schedule, self._listed(source), subjects, patience)

    def _listed(self, source: Source) -> Mapping[str, frozenset[str] | None]:
        """The configured subjects by stream; None if only the vendor knows them, or if they cannot be read."""
        try:
            hook = hook_of(source.name)()
            named = {stream.name: hook.named_subjects(stream) for stream in source.streams}
            left_out = {stream.name: hook.left_out(stream) for stream in source.streams}
        # A source's wrong connection or file of cities does not prevent the check of the other sources.
        except (BadConnection, ValueError) as error:
            about = "connection" if isinstance(error, BadConnection) else "subjects"
            self._note(f"{source.title}: {about}", str(error))
            return {stream.name: None for stream in source.streams}
        return {
            name: None if subjects is None else frozenset(subjects) - left_out[name] for name, subjects in named.items()
        }

    def _named_subjects(self) -> dict[str, frozenset[str]]:
        try:
            return _by_source(read_services())
        except IncludeError as error:
            self._note("services.toml", str(error))
            return {}

    def _minutes(self) -> dict[str, int | None]:
        """The Variable's valid minutes by source; invalid values are a problem."""
        try:
            # Not deserialized by Airflow, which treats a Variable with invalid JSON as missing.
            parsed = json.loads(Variable.get(VARIABLE, default="{}"))
        except ValueError:
            parsed = None
        items = parsed.items() if isinstance(parsed, dict) else ()
        valid = {name: value for name, value in items if value is None or (type(value) is int and value > 0)}
        if not isinstance(parsed, dict) or valid != parsed:
            self._note(
                VARIABLE,
                f"The Airflow Variable '{VARIABLE}' should be minutes by source, null for sources not to be watched, "
                'for example {"github": 120, "postman": null}.',
            )
        return valid

    def _never_read(
        self, watched: Iterable[Watched], asked_until: AskedUntil, store: Any, now: datetime
    ) -> Iterator[Problem]:
        """A problem for each stream that was never read, although it was awaited longer than its source's patience."""
        before, awaited = store.get(AWAITED, {}), {}
        for source in watched:
            for problem in never_read(source, asked_until):
                key = f"{problem.about} {problem.mark}"
                awaited[key] = before.get(key, now.isoformat())
                if now - datetime.fromisoformat(awaited[key]) > source.patience:
                    yield problem
        if awaited != before:
            store.set(AWAITED, awaited)

    def _ask(self, name: str, ask: Callable[[], Any]) -> Any:
        """The call's result; None, and a problem, if it fails."""
        try:
            return within(self.patience_seconds, ask)
        except Exception as error:
            self._note(name, f"{name} cannot be reached: {_reason(error)}")
            return None

    def _note(self, about: str, text: str) -> None:
        self._problems.append(Problem(about, line(text, 600)))

    def _notify(self, store: Any, now: datetime, *, is_blind: bool, log_url: str) -> None:
        """Send every channel the problems that are new to it."""
        sent: dict[str, Any] = store.get(NOTIFIED, {})
        marks = {problem.about: problem.mark for problem in self._problems}
        for channel in open_channels(self.log):
            before = _last_message(sent.get(channel.conn_id))
            unchecked = [about for about in (before.marks if before else ()) if about.endswith((LATE, NEVER_READ))]
            unchecked = unchecked if is_blind else []
            message = news(before, self._problems, unchecked, now)
            if message is None:
                continue
            message = Message.of(message.subject, f"{message.text}\n\n{log_url}")
            if channel.deliver(message, self.log, self.patience_seconds):
                kept = {about: before.marks[about] for about in unchecked} if before else {}
                sent[channel.conn_id] = {"at": now.isoformat(), "marks": kept | marks}
                store.set(NOTIFIED, sent)


def _last_message(kept: Mapping[str, Any] | None) -> LastMessage | None:
    return LastMessage(kept["marks"], datetime.fromisoformat(kept["at"])) if kept else None


def _why_not_watched(source: str, task: Any) -> str:
    """The reason why a source is not watched; empty if it is watched."""
    try:
        BaseHook.get_connection(source)
    except AirflowNotFoundException:
        return f"there is no connection '{source}'"
    try:
        is_paused = task.get_dag(source).is_paused
    except AirflowRuntimeError:
        # A DAG that Airflow does not know is missing, not paused: it is watched.
        return ""
    return f"the DAG '{source}' is paused" if is_paused else ""


def _by_source(known: Services) -> dict[str, frozenset[str]]:
    by_source: dict[str, frozenset[str]] = {}
    for service in known.services:
        for source, subjects in service.subjects.items():
            by_source[source] = by_source.get(source, frozenset()) | frozenset(subjects)
    return by_source


def _asked_until(conn_id: str) -> AskedUntil:
    by_stream: dict[tuple[str, str], dict[str, datetime]] = {}
    for source, stream, subject, at in connect(conn_id).select(render("health/asked_until.sql")):
        by_stream.setdefault((source, stream), {})[subject] = at
    return by_stream


def _check_lake(lake: Lake) -> None:
    client = lake.client
    client.head_bucket(Bucket=lake.bucket)


def _reason(error: Exception) -> str:
    """The reason in our own words only: a library's error may contain a password."""
    if isinstance(error, BadConnection | WarehouseError | TimeoutError):
        return str(error)
    if is_missing_table(error):
        return "the table coverage is missing; the DAG 'warehouse' creates it."
    return f"{type(error).__name__}. Check that it runs, and its connection in Airflow."
