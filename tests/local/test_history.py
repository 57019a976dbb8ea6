"""What is said of the history of `up`, and that Airflow answers it even where a part could not be loaded."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from local.airflow_api import AirflowApi
from local.history import AFTERWARDS, Progress, advice, answer, is_wanted
from local.services.process import ServiceError


class Airflow(BaseHTTPRequestHandler):
    """The four requests of Airflow's REST API that `answer` makes; `states` says how each DAG's run goes."""

    states: dict[str, list[str]]
    asked: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        dag_id = self.path.split("/")[4] if "/dags/" in self.path else ""
        self._answer("trigger", dag_id, {"access_token": "t", "dag_run_id": "manual__1"})

    def do_PATCH(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer("unpause", self.path.split("/")[4], {})

    def do_GET(self) -> None:
        states = self.states[self.path.split("/")[4]]
        self._answer("", "", {"state": states.pop(0) if len(states) > 1 else states[0]})

    def _answer(self, verb: str, dag_id: str, said: dict[str, Any]) -> None:
        if dag_id:
            self.asked.append(f"{verb} {dag_id}")
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def airflow() -> Iterator[type[Airflow]]:
    kind = type("Kind", (Airflow,), {"states": {}, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield kind
    server.shutdown()
    server.server_close()


def test_what_waited_for_the_history_is_run_before_it_is_let_go(airflow: Any, tmp_path: Path) -> None:
    airflow.states = {"demand": ["queued", "success"], "verdicts": ["success"]}
    progress = Progress(tmp_path / "history.json")
    answer(AirflowApi(airflow.url, "secret"), progress, lambda line: None)
    assert airflow.asked == ["trigger demand", "unpause demand", "trigger verdicts", "unpause verdicts"]


def test_a_run_that_failed_is_named(airflow: Any, tmp_path: Path) -> None:
    airflow.states = {"demand": ["success"], "verdicts": ["failed"]}
    with pytest.raises(ServiceError, match=r"^verdicts did not succeed"):
        answer(AirflowApi(airflow.url, "secret"), Progress(tmp_path / "history.json"), lambda line: None)
    assert {f"unpause {name}" for name in AFTERWARDS} <= {*airflow.asked}


def test_the_progress_is_kept_and_said_in_words(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    assert Progress.read(file) is None
    Progress(file).note(since="2026-10-01T00:00:00+00:00", run_count=3, run_total=14, now="github to 2026-11-26")
    assert file.stat().st_mode & 0o077 == 0
    progress = Progress.read(file)
    assert progress
    said = "3 of 14 runs over 8 weeks are loaded; now github to 2026-11-26."
    assert progress.words(is_running=True) == said
    assert progress.words(is_running=False) == "interrupted after 3 of 14 runs; `make up` continues it."
    progress.note(state="failed", error="github did not succeed")
    assert "after 3 of 14 runs: github did not succeed" in progress.words(is_running=False)
    progress.note(state="done")
    assert progress.words(is_running=False) == "8 weeks from the sandbox, since 2026-10-01, are loaded and answered."
    file.write_text("{half")
    assert Progress.read(file) is None


def test_history_is_loaded_until_it_is_done_and_only_from_the_sandbox(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "history.json")
    assert is_wanted(None, ["github"])
    assert is_wanted(progress, ["github"])
    assert not is_wanted(None, [])
    progress.note(state="done")
    assert not is_wanted(progress, ["github"])


def test_with_accounts_of_ones_own_none_is_invented_and_the_text_says_what_to_do() -> None:
    assert advice([], is_store_owned=False) == ""
    own = advice(["postman", "github"], is_store_owned=False)
    assert own.startswith("github, postman: with your own account, no history is simulated. ")
    assert "`since` and `until` (docs/windows.md" in own
    assert advice([], is_store_owned=True).startswith("the lake or the warehouse is your own: no history is simulated.")
