"""A page is found by being in its system's folder; one that does not import takes no other away."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

import bellwether
from bellwether.pages import app, registry
from local.environment import CHECKOUT

PLANTED = """
from bellwether.pages.registry import Page

PAGE = Page(name="planted", title="Planted & <b>", routes={"/planted": "bellwether.planted.page:show"}, position=1)


def show(request):
    from fastapi.responses import PlainTextResponse

    return PlainTextResponse("here I am")
"""
BROKEN = {
    "import": "import no_such_module",
    "syntax": "def (:",
    "no page": "OTHER = 1",
    "another's name": PLANTED.replace('"planted"', '"verdicts"'),
}
Plant = Callable[[str, str], None]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """Makes a system with a page, in a folder that the bundle's package has as well."""
    monkeypatch.setattr(bellwether, "__path__", [*bellwether.__path__, str(tmp_path)])

    def make(system: str, source: str) -> None:
        (tmp_path / system).mkdir()
        (tmp_path / system / "__init__.py").write_text("")
        (tmp_path / system / "page.py").write_text(source)

    yield make
    for name in [name for name in sys.modules if name.startswith(("bellwether.planted", "bellwether.unsound"))]:
        del sys.modules[name]
    for system in ("planted", "unsound"):
        vars(bellwether).pop(system, None)


def served() -> TestClient:
    """The application without Airflow around it, for somebody who is logged in."""
    made = app.build()
    made.dependency_overrides[get_user] = lambda: None
    return TestClient(made)


def test_the_pages_of_the_house_are_in_order_and_all_import() -> None:
    found = registry.find()
    assert found.broken == ()
    names = [page.name for page in found.pages]
    assert names[:2] == ["verdicts", "demand"]
    assert names[-1] == "status"
    shown = [view["url_route"] for view in registry.sidebar(found.pages)]
    assert shown == [name for name in names if name != "status"]


def test_a_planted_page_is_in_the_navigation_and_at_its_route(plant: Plant) -> None:
    plant("planted", PLANTED)
    client = served()
    assert client.get("/planted").text == "here I am"
    frame = client.get("/verdicts").text
    assert '<a href="planted">Planted &amp; &lt;b&gt;</a>' in frame
    assert '<a href="verdicts" aria-current="page">Verdicts</a>' in frame
    views = registry.sidebar(registry.find().pages)
    assert {
        "name": "Planted & <b>",
        "href": "bellwether/planted",
        "destination": "nav",
        "url_route": "planted",
    } in views


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_page_is_named_and_takes_no_other_away(plant: Plant, kind: str) -> None:
    before = {page.name for page in registry.find().pages}
    plant("unsound", BROKEN[kind])
    found = registry.find()
    assert {page.name for page in found.pages} == before
    assert [page.system for page in found.broken] == ["unsound"]
    frame = served().get("/demand").text
    assert "The page of <strong>unsound</strong> cannot be shown." in frame
    assert 'href="verdicts"' in frame


def test_what_fails_at_a_request_fails_at_its_own_route_only(plant: Plant) -> None:
    plant("planted", PLANTED.replace("page:show", "nowhere:show"))
    client = served()
    answer = client.get("/planted")
    assert answer.status_code == 502
    assert "Traceback" not in answer.text
    assert client.get("/verdicts").status_code == 200


def test_finding_the_pages_imports_nothing_that_draws_one() -> None:
    code = (
        "import sys; from bellwether.pages import registry; pages = registry.find().pages; assert len(pages) > 2; "
        "print([name for name in ('airflow', 'fastapi', 'jinja2', 'numpy', 'pandas', 'plotly', 'boto3') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT / "plugins", capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
