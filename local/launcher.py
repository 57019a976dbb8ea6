"""`make up`: starts the services, then Airflow's four components in sessions of their own, on loopback only.

`airflow standalone` is not used, because it opens log ports on every interface and leaves children behind on SIGTERM.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from local import dotenv, environment, events, history, metadata
from local.airflow_api import AirflowApi
from local.dag_runs import PROGRESS
from local.environment import CHECKOUT, LOGIN
from local.services.ports import free_port
from local.services.process import ServiceError, failure, start, uninterrupted
from local.shell import STAMP
from local.stack import Stack, answers
from local.state import Component, Tell, locked
from local.work import put_to_work, wait_for

USUAL_PORT = 8080
API_SERVER = "api-server"
HISTORY = "history"
COLLECTOR = "collector"
# --skip-serve-logs: their log servers would listen on every interface; the UI reads the same files.
OTHERS = {
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
READY_SECONDS = 180


def up(tell: Tell) -> None:
    """Start what does not run, wait until everything is healthy, and print the addresses.

    ServiceError if that fails; what did not run before is stopped again.
    """
    stack = Stack(tell=tell)
    with stack.lock("up"):
        was_up = API_SERVER in stack.running()
        try:
            stack.enter(keep=True)
            launcher = Launcher(stack, tell)
            launcher.start()
            stack.supply_rides(datetime.now(UTC))
            launcher.put_to_work()
            launcher.start_history()
        except BaseException:
            if not was_up:
                tell("stopping everything again")
                stack.stop()
            raise
    print(launcher.address())


def load_history(tell: Tell) -> None:
    """Load the history of this data folder in this process, and let the Airflow of `up` compute its results."""
    stack = Stack(tell=tell)
    progress = history.Progress(stack.home / history.FILE)
    sources, _ = history_sources(stack)
    with locked(stack.home / "demo.lock", tell):
        api = Launcher(stack, tell).api()
        env = stack.environment(once=True, log_level="WARNING") | PROGRESS | stack.own_connections()
        os.environ.clear()
        os.environ.update(env)
        history.bring(api, sources, progress, tell)


def history_sources(stack: Stack) -> tuple[list[str], str]:
    """Return the sources whose history the sandbox has, and the advice if accounts are the user's own."""
    vendors, own = stack.vendor_connections(), dotenv.read()
    owned = environment.owned(vendors, os.environ, own)
    is_store_owned = not environment.invented(vendors, own)
    sources = [] if is_store_owned else [name for name in stack.vendors if name not in owned]
    return sources, history.advice(owned, is_store_owned=is_store_owned)


def history_words(stack: Stack) -> str:
    """The progress of the history as a line of text."""
    progress = history.Progress.read(stack.home / history.FILE)
    if progress is None:
        return history_sources(stack)[1] or "none"
    return progress.words(is_running=HISTORY in stack.running())


def down(tell: Tell) -> list[str]:
    """Stop everything; return the names of what ran. Waits for a running `up`."""
    stack = Stack(tell=tell)
    with stack.lock("up"):
        return stack.stop()


class Launcher:
    """Starts Airflow's components on a stack whose services run."""

    def __init__(self, stack: Stack, tell: Tell) -> None:
        self.stack = stack
        self.tell = tell
        running = stack.running().get(API_SERVER)
        self.port = running.ports["http"] if running else free_port(USUAL_PORT)
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the components that do not run; the scheduler only after tasks can be executed."""
        env = self.stack.environment(once=False, api_port=self.port)
        metadata.migrate(Path(env["AIRFLOW_HOME"]) / STAMP, env, self.tell)
        self._start_collector(env)
        self._start(API_SERVER, [API_SERVER], {**env, "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING"})
        self._wait("the api-server", lambda: answers(f"{self.url}/api/v2/version"))
        # The server builds the execution API at the first request, which takes longer than a task's time-out.
        self._wait("the execution API", lambda: answers(f"{self.url}/execution/health", seconds=30))
        for name, words in OTHERS.items():
            self._start(name, words, env)
        self._wait("scheduler, dag-processor and triggerer", self._all_healthy)
        self._wait("the event collector", lambda: answers(f"{self._collector_url}/health"))

    def _start_collector(self, env: Mapping[str, str]) -> None:
        if COLLECTOR in self.stack.running():
            return
        port = free_port(events.COLLECTOR_PORT)
        folder = self.stack.home / COLLECTOR
        words = ["-m", "bellwether.events.collector", "--port", str(port), "--folder", str(folder)]
        # A connection of the user's own is in the environment and takes precedence.
        own = {events.CONNECTION: events.connection(self._events_file), **env, "PYTHONPATH": str(CHECKOUT / "plugins")}
        self._start_recorded(COLLECTOR, [sys.executable, *words], own, {"http": port})

    @property
    def _collector_url(self) -> str:
        return f"http://127.0.0.1:{self.stack.running()[COLLECTOR].ports['http']}"

    @property
    def _events_file(self) -> Path:
        return self.stack.home / "events.json"

    def put_to_work(self) -> None:
        """Create the tables, then unpause every DAG that has never run; DAGs that the user paused stay paused.

        DAGs that need the whole history stay paused until it is loaded.
        """
        paused = history.AFTERWARDS if self._is_history_wanted() else ()
        put_to_work(self.api(), self.stack.vendors, self._wait, paused=paused)

    def api(self) -> AirflowApi:
        return AirflowApi(self.url, self.stack.secrets.airflow["login"])

    def start_history(self) -> None:
        """Load the history in the background, unless it is loaded or the accounts are the user's own."""
        sources, advice = history_sources(self.stack)
        if advice:
            self.tell(advice)
        if self._is_history_wanted() and HISTORY not in self.stack.running():
            history.Progress(self._progress_file).note(now="Airflow", run_total=2 * len(sources))
            self._start_recorded(HISTORY, [sys.executable, "-m", "local", HISTORY], dict(os.environ))

    @property
    def _progress_file(self) -> Path:
        return self.stack.home / history.FILE

    def _is_history_wanted(self) -> bool:
        return history.is_wanted(history.Progress.read(self._progress_file), history_sources(self.stack)[0])

    def address(self) -> str:
        """Return the addresses and the login as text."""
        return "\n".join(
            (
                f"Airflow     {self.url}   user {LOGIN}   password {self.stack.secrets.airflow['login']}",
                f"verdicts    {self.url}/plugin/verdicts",
                f"history     {history_words(self.stack)}",
                f"sandbox     {self.stack.sandbox_url}",
                f"lake        {self.stack.s3_endpoint}   bucket lake",
                f"warehouse   {self.stack.warehouse_uri}",
                events.words(self._events_file, self._collector_url),
                f"logs        {self.stack.home / 'logs'}, of tasks {self.stack.home / 'airflow' / 'logs'}",
                "`make down` stops all of it; `make shell` has Airflow's command line",
            )
        )

    def _start(self, name: str, words: list[str], env: Mapping[str, str]) -> None:
        if name in self.stack.running():
            return
        ports = {"http": self.port} if name == API_SERVER else {}
        self._start_recorded(name, [sys.executable, "-m", "airflow", *words], env, ports)

    def _start_recorded(
        self, name: str, command: list[str], env: Mapping[str, str], ports: Mapping[str, int] | None = None
    ) -> None:
        self.tell(f"starting {name}")
        log = self.stack.home / "logs" / f"{name}.log"
        with uninterrupted():
            process = start(command, log=log, env=env, cwd=CHECKOUT)
            self.stack.add(name, Component(process, dict(ports or {}), str(log)))

    def _wait(self, what: str, ready: Callable[[], bool]) -> None:
        """Wait for `ready()`; ServiceError if a component ends, or after READY_SECONDS."""
        where = f"logs are in {self.stack.home / 'logs'}"
        wait_for(what, ready, self.tell, seconds=READY_SECONDS, where=where, check=self._check_alive)

    def _check_alive(self) -> None:
        for name, component in self.stack.recorded().items():
            # The history ends by itself.
            if name != HISTORY and not component.process.is_alive():
                raise ServiceError(failure(f"{name} has stopped", Path(component.log)))

    def _all_healthy(self) -> bool:
        parts = ("metadatabase", "scheduler", "dag_processor", "triggerer")
        return answers(
            f"{self.url}/api/v2/monitor/health",
            lambda health: all(health[part]["status"] == "healthy" for part in parts),
        )
