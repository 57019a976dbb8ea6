"""Step: the pages in a browser without a window, logged in by the form, with screenshots."""

import os
import shutil
from typing import Any

from tests.compose.programs import Failed
from tests.compose.stack import Stack

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DAGS = ("github", "google_analytics", "postman", "statuscake", "verdicts", "warehouse")
MILLISECONDS = 120_000


def browser(stack: Stack) -> str:
    """The login form lets us in with what `start` told; the list of DAGs and the page of verdicts are drawn."""
    from playwright.sync_api import Error, sync_playwright

    path = os.environ.get("BELLWETHER_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not path:
        raise Failed("no Chromium: `apt-get install chromium`, or BELLWETHER_CHROMIUM=/path/to/chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = launched.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(MILLISECONDS)
        try:
            shown = _look(page, stack)
        except Error as error:
            page.screenshot(path=stack.artefacts / "compose-failed.png")
            raise Failed(f"{error}; what was there instead: {stack.artefacts}/compose-failed.png") from None
        finally:
            launched.close()
    return f"DAG list, and verdicts headed {shown!r}; screenshots in {stack.artefacts}"


def _look(page: Any, stack: Stack) -> str:
    url, user, password = stack.login()
    page.goto(url)
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda now: "login" not in now)
    page.goto(f"{url}/dags")
    for name in DAGS:
        page.get_by_role("link", name=name, exact=True).first.wait_for()
    page.screenshot(path=stack.artefacts / "compose-dags.png")
    page.goto(f"{url}/plugin/verdicts")
    # Airflow frames our view, and the view frames the report.
    headline = page.frame_locator("iframe").frame_locator("iframe").locator("h1").first
    shown: str = headline.inner_text()
    page.screenshot(path=stack.artefacts / "compose-verdicts.png")
    return shown
