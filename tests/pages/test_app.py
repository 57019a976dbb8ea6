"""The pages: in Airflow's own api-server where its login and its frame matter, else the application by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from bellwether.pages import app
from tests.verdicts.report.invented import REPORT_ID as ID

Served = Any
PREFIX = "/bellwether"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The application without Airflow around it, for somebody who is logged in."""
    made = app.build()
    made.dependency_overrides[get_user] = lambda: None
    with TestClient(made, root_path=PREFIX, follow_redirects=False) as opened:
        yield opened


def test_every_route_refuses_who_is_not_logged_in(served: Served, shelved: Any, warehouse: Any) -> None:
    paths = [route.path.replace("{page_id}", ID) for route in app.build().routes]
    assert {"/", "/verdicts", f"/demand/earlier/{ID}", "/status.txt"} < set(paths)
    for path in paths:
        assert served.anonymously(path).status_code == 401, path
        assert served.anonymously(path, Authorization="Bearer made.up.token").status_code in (401, 403), path
    assert served.get("/verdicts/latest").content == shelved.read("reports/latest.html")
    assert served.get("/").url.endswith("/bellwether/verdicts")


def test_airflow_shows_the_pages_in_its_sidebar(served: Served) -> None:
    plugins = served.session.get(f"{served.url}/api/v2/plugins", timeout=60).json()["plugins"]
    views = next(plugin for plugin in plugins if plugin["name"] == "bellwether")["external_views"]
    shown = [(view["destination"], view["name"], view["href"]) for view in views]
    assert shown[:2] == [("nav", "Verdicts", "bellwether/verdicts"), ("nav", "Demand", "bellwether/demand")]


def test_the_page_is_the_one_in_the_lake_and_may_not_reach_airflow(client: TestClient, shelved: Any) -> None:
    answer = client.get("/verdicts/latest")
    assert answer.content == shelved.read("reports/latest.html")
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["verdicts", "demand"])
def test_without_a_kept_page_it_says_what_makes_one(client: TestClient, lake: Any, name: str) -> None:
    answer = client.get(f"/{name}/latest")
    assert answer.status_code == 200
    assert "<h1>There " in answer.text
    assert f"airflow dags test {name}" in answer.text
    assert "There are none yet" in client.get(f"/{name}/earlier").text


def test_the_start_leads_to_the_first_page_below_airflow(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"{PREFIX}/verdicts")


def test_earlier_pages_are_listed_by_their_moment(client: TestClient, shelved: Any) -> None:
    listed = client.get("/verdicts/earlier").text
    assert f'href="../verdicts?of={ID}">2026-11-22 06:00 UTC' in listed
    assert "half-written" not in listed
    assert f'<iframe src="verdicts/earlier/{ID}"' in client.get(f"/verdicts?of={ID}").text
    assert client.get(f"/verdicts/earlier/{ID}").content == shelved.read(f"reports/{ID}/report.html")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/verdicts/earlier/20261121T060000Z--20260927T060000Z", id="not there"),
        pytest.param("/verdicts/earlier/latest.json", id="another object of the folder"),
        pytest.param("/verdicts/earlier/..%2F..%2Fraw", id="out of the folder"),
        pytest.param("/verdicts?of=%22%3E%3Cscript%3E", id="markup"),
        pytest.param("/demand/earlier/99999999T999999Z", id="no date"),
        pytest.param("/nothing", id="no page of ours"),
    ],
)
def test_what_is_no_page_is_not_found(client: TestClient, shelved: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
    ],
)
def test_the_status_comes_as_it_is_asked_for(
    client: TestClient, shelved: Any, warehouse: Any, accept: str, kind: str
) -> None:
    answer = client.get("/status", headers={"Accept": accept})
    assert answer.headers["Content-Type"].split(";")[0] == kind
    assert "API outages follow traffic spikes." in answer.text
    if kind == "application/json":
        assert {"at", "text", "lines"} == set(answer.json())


def test_a_lake_out_of_order_tells_no_secret(
    client: TestClient, services: Any, lake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = services.seaweedfs.secret_key
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", lake.connection.replace(secret, "wrong-one"))
    refused = client.get("/verdicts/latest")
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", '{"conn_type": "aws"}')
    unnamed = client.get("/demand/earlier")
    assert [refused.status_code, unnamed.status_code] == [502, 502]
    assert "names no bucket" in unnamed.text
    for answer in (refused, unnamed):
        assert "wrong-one" not in answer.text
        assert "Traceback" not in answer.text


def test_the_pages_open_inside_airflow_in_a_browser(
    served: Served, shelved: Any, browser: Any, artefacts: Path
) -> None:
    context = browser.new_context(viewport={"width": 1300, "height": 850})
    token = served.session.headers["Authorization"].removeprefix("Bearer ")
    context.add_cookies([{"name": "_token", "value": token, "url": served.url, "sameSite": "Lax"}])
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/plugin/verdicts")
    around = page.frame_locator("iframe")
    inner = around.frame_locator("iframe")
    inner.get_by_role("heading", name="Verdicts", exact=True).wait_for()
    inner.locator("#question-2-timeline").scroll_into_view_if_needed()
    inner.locator("#question-2-timeline.drawn").wait_for()
    page.screenshot(path=artefacts / "verdicts_in_airflow.png")
    # Its scripts cannot reach what Airflow has in this browser.
    frame = next(each for each in page.frames if each.url.endswith("/verdicts/latest"))
    assert frame.evaluate("self.origin") == "null"
    around.get_by_role("link", name="Earlier reports").click()
    around.get_by_role("link", name="2026-11-22 06:00 UTC").click()
    around.frame_locator("iframe").get_by_role("heading", name="Verdicts", exact=True).wait_for()
    around.get_by_role("link", name="Demand").click()
    inner.get_by_role("heading", name="There is no forecast of demand yet").wait_for()
    around.get_by_role("link", name="Status in words").click()
    around.get_by_text("API outages follow traffic spikes.").wait_for()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {served.url.split("/")[2]}
    context.close()
