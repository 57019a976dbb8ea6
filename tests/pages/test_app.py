"""The pages inside a real api-server of Airflow, behind its own login, over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from tests.verdicts.report.invented import REPORT_ID as ID

Served = Any
PAGES = ["/", "/view", "/reports", f"/reports/{ID}", "/status", "/status.txt", "/status.json"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_logging_in(served: Served, shelved: Any, warehouse: Any, path: str) -> None:
    assert served.anonymously(path).status_code == 401
    assert served.anonymously(path, Authorization="Bearer made.up.token").status_code in (401, 403)
    assert served.get(path).status_code == 200


def test_the_page_is_the_one_in_the_lake_and_may_not_reach_airflow(served: Served, shelved: Any) -> None:
    answer = served.get("/")
    assert answer.content == shelved.read("reports/latest.html")
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_without_a_report_the_page_says_what_makes_one(served: Served, lake: Any) -> None:
    answer = served.get("/")
    assert answer.status_code == 200
    assert "There is no report yet" in answer.text
    assert "airflow dags test verdicts" in answer.text
    assert "There are none yet" in served.get("/reports").text


def test_earlier_reports_are_listed_by_their_moment(served: Served, shelved: Any) -> None:
    listed = served.get("/reports").text
    assert f'href="view?report={ID}">2026-11-22 06:00 UTC' in listed
    assert "half-written" not in listed
    assert f'<iframe src="reports/{ID}"' in served.get(f"/view?report={ID}").text
    assert served.get(f"/reports/{ID}").content == shelved.read(f"reports/{ID}/report.html")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/reports/20261121T060000Z--20260927T060000Z", id="not there"),
        pytest.param("/reports/latest.json", id="another object of the folder"),
        pytest.param("/reports/..%2F..%2Fraw", id="out of the folder"),
        pytest.param("/view?report=%22%3E%3Cscript%3E", id="markup"),
        pytest.param("/nothing", id="no page of ours"),
    ],
)
def test_what_is_no_report_is_not_found(served: Served, shelved: Any, path: str) -> None:
    answer = served.get(path)
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
    served: Served, shelved: Any, warehouse: Any, accept: str, kind: str
) -> None:
    answer = served.get("/status", Accept=accept)
    assert answer.headers["Content-Type"].split(";")[0] == kind
    assert "API outages follow traffic spikes." in answer.text
    if kind == "application/json":
        assert {"at", "text", "lines"} == set(answer.json())


def test_a_lake_out_of_order_tells_no_secret(
    served: Served, services: Any, lake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = services.seaweedfs.secret_key
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", lake.connection.replace(secret, "wrong-one"))
    refused = served.get("/")
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", '{"conn_type": "aws"}')
    unnamed = served.get("/reports")
    assert [refused.status_code, unnamed.status_code] == [502, 502]
    assert "names no bucket" in unnamed.text
    for answer in (refused, unnamed):
        assert "wrong-one" not in answer.text
        assert "Traceback" not in answer.text


def test_airflow_shows_the_page_in_its_sidebar(served: Served) -> None:
    plugins = served.session.get(f"{served.url}/api/v2/plugins", timeout=60).json()["plugins"]
    views = next(plugin for plugin in plugins if plugin["name"] == "bellwether")["external_views"]
    assert [(view["destination"], view["href"]) for view in views] == [("nav", "bellwether/view")]


def test_the_verdicts_open_inside_airflow_in_a_browser(
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
    frame = next(each for each in page.frames if each.url.endswith("/bellwether/"))
    assert frame.evaluate("self.origin") == "null"
    around.get_by_role("link", name="Earlier reports").click()
    around.get_by_role("link", name="2026-11-22 06:00 UTC").click()
    around.frame_locator("iframe").get_by_role("heading", name="Verdicts", exact=True).wait_for()
    around.get_by_role("link", name="Status in words").click()
    around.get_by_text("API outages follow traffic spikes.").wait_for()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {served.url.split("/")[2]}
    context.close()
