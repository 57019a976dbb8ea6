"""HealthOperator: red when what is meant to be covered is not, and word to people when that changes."""

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
"""The Airflow Variable with a source's own minutes: {"github": 120, "postman": null}; null is not watched."""
TOLD, AWAITED = "told", "awaited"
"""What the operator keeps with its asset from run to run: what each channel was told, what is waited for since when."""


class HealthOperator(BaseOperator):
    """Looks whether all that is meant to be covered is, whether every source's module imports, and whether warehouse
    and lake can be reached.

    A source is meant to be covered when its connection exists, its DAG is not paused, and the Variable
    `health_late_minutes` does not give it null. The problems are pushed as the XCom `problems`, people are told
    of them when they change, and the task fails. What each channel was told last is kept with the outlet's asset
    (Airflow's asset state): a channel that could not be reached is told in the next run.

    :param late_minutes: (templated) how many minutes after it was due a stream is late, unless the Variable
        says otherwise
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
            self._problems += [problem for each in watched for problem in late(each, asked_until, now)]
            self._problems += self._never_read(watched, asked_until, store, now)
        texts = [problem.text for problem in self._problems]
        context["ti"].xcom_push(key="problems", value=texts)
        self._tell(store, now, is_blind=asked_until is None, log_url=context["ti"].log_url)
        if texts:
            raise AirflowFailException(plain("\n".join(texts), LONGEST_TEXT))
        return [each.source for each in watched]

    def _watched(self, task: Any) -> Iterator[Watched]:
        """The sources that somebody means to read; the log names the others."""
        named, minutes = self._named_subjects(), self._minutes()
        left_alone = {source for source, own in minutes.items() if own is None}
        for name, broken in broken_sources().items():
            if name not in left_alone:
                self._note(f"{title(name)}: import", str(broken))
        for source in sources():
            why = "the Variable says so" if source.name in left_alone else _why_not(source.name, task)
            if why:
                self.log.info("%s is not watched: %s.", source.title, why)
                continue
            patience = timedelta(minutes=minutes.get(source.name) or int(self.late_minutes))
            subjects = named.get(source.name, frozenset())
            yield Watched(source.name, source.schedule, self._listed(source), subjects, patience)

    def _listed(self, source: Source) -> Mapping[str, frozenset[str] | None]:
        """By stream the subjects that are named for it; None where only the vendor could tell, or nobody can."""
        try:
            hook = hook_of(source.name)()
            named = {stream.name: hook.named_subjects(stream) for stream in source.streams}
        # Whatever one of them cannot read, its connection or a file of cities, the others are looked at.
        except (BadConnection, ValueError) as error:
            what = "connection" if isinstance(error, BadConnection) else "subjects"
            self._note(f"{source.title}: {what}", str(error))
            return {stream.name: None for stream in source.streams}
        return {name: None if subjects is None else frozenset(subjects) for name, subjects in named.items()}

    def _named_subjects(self) -> dict[str, frozenset[str]]:
        try:
            return _by_source(read_services())
        except IncludeError as error:
            self._note("services.toml", str(error))
            return {}

    def _minutes(self) -> dict[str, int | None]:
        """Minutes by source, of the Variable; without those that are none, which are a problem."""
        try:
            # Not deserialized by Airflow, which takes a Variable that is no JSON for one that is not there.
            said = json.loads(Variable.get(VARIABLE, default="{}"))
        except ValueError:
            said = None
        items = said.items() if isinstance(said, dict) else ()
        right = {name: value for name, value in items if value is None or (type(value) is int and value > 0)}
        if not isinstance(said, dict) or right != said:
            self._note(
                VARIABLE,
                f"The Airflow Variable '{VARIABLE}' should be minutes by source, null for those not to be watched, "
                'for example {"github": 120, "postman": null}.',
            )
        return right

    def _never_read(
        self, watched: Iterable[Watched], asked_until: AskedUntil, store: Any, now: datetime
    ) -> Iterator[Problem]:
        """What was never read although it has been waited for longer than its source's patience."""
        before, awaited = store.get(AWAITED, {}), {}
        for each in watched:
            for problem in never_read(each, asked_until):
                key = f"{problem.about} {problem.mark}"
                awaited[key] = before.get(key, now.isoformat())
                if now - datetime.fromisoformat(awaited[key]) > each.patience:
                    yield problem
        if awaited != before:
            store.set(AWAITED, awaited)

    def _ask(self, what: str, ask: Callable[[], Any]) -> Any:
        """The answer; None, and a problem, where there is none."""
        try:
            return within(self.patience_seconds, ask)
        except Exception as error:
            self._note(what, f"{what} cannot be reached: {_reason(error)}")
            return None

    def _note(self, about: str, text: str) -> None:
        self._problems.append(Problem(about, line(text, 600)))

    def _tell(self, store: Any, now: datetime, *, is_blind: bool, log_url: str) -> None:
        """Tell each channel what is new to it."""
        told: dict[str, Any] = store.get(TOLD, {})
        marks = {problem.about: problem.mark for problem in self._problems}
        for channel in open_channels(self.log):
            before = _last_message(told.get(channel.conn_id))
            unchecked = [about for about in (before.marks if before else ()) if about.endswith((LATE, NEVER_READ))]
            unchecked = unchecked if is_blind else []
            message = news(before, self._problems, unchecked, now)
            if message is None:
                continue
            message = Message.of(message.subject, f"{message.text}\n\n{log_url}")
            if channel.tell(message, self.log, self.patience_seconds):
                kept = {about: before.marks[about] for about in unchecked} if before else {}
                told[channel.conn_id] = {"at": now.isoformat(), "marks": kept | marks}
                store.set(TOLD, told)


def _last_message(kept: Mapping[str, Any] | None) -> LastMessage | None:
    return LastMessage(kept["marks"], datetime.fromisoformat(kept["at"])) if kept else None


def _why_not(source: str, task: Any) -> str:
    """Why nobody means to read a source at present; empty where somebody does."""
    try:
        BaseHook.get_connection(source)
    except AirflowNotFoundException:
        return f"there is no connection '{source}'"
    try:
        is_paused = task.get_dag(source).is_paused
    except AirflowRuntimeError:
        # A DAG that Airflow does not know is missed, not paused.
        return ""
    return f"the DAG '{source}' is paused" if is_paused else ""


def _by_source(known: Services) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for service in known.services:
        for source, subjects in service.subjects.items():
            found[source] = found.get(source, frozenset()) | frozenset(subjects)
    return found


def _asked_until(conn_id: str) -> AskedUntil:
    found: dict[tuple[str, str], dict[str, datetime]] = {}
    for source, stream, subject, at in connect(conn_id).select(render("health/asked_until.sql")):
        found.setdefault((source, stream), {})[subject] = at
    return found


def _check_lake(lake: Lake) -> None:
    client = lake.client
    client.head_bucket(Bucket=lake.bucket)


def _reason(error: Exception) -> str:
    """Why, in our own words only: what a library raises may hold a password."""
    if isinstance(error, BadConnection | WarehouseError | TimeoutError):
        return str(error)
    if is_missing_table(error):
        return "the table coverage is missing; the DAG 'warehouse' makes it."
    return f"{type(error).__name__}. Look whether it runs, and at its connection in Airflow."
