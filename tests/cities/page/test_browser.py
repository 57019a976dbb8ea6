"""The page on demand in a real browser, on one page for all tests: wide, narrow, dark, printed, by the keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from bellwether.cities.page.document import document_of
from tests.cities.page.invented import MADE_AT, cities, model

DRAWN = re.compile(r"\bdrawn\b")
# Two cores may be busy with other things.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """At the end nothing has gone wrong in it, and nothing was asked for."""
    complaints: list[str] = []
    requests: list[str] = []
    file = tmp_path_factory.mktemp("demand") / "demand.html"
    file.write_text(document_of(MADE_AT, model(), cities()))
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    opened.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message) or dialog.dismiss())
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(file.as_uri())
    yield opened
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
    context.close()


def drawn(page: Any, name: str) -> Any:
    plot = page.locator(f"#{name}")
    plot.scroll_into_view_if_needed()
    expect(plot).to_have_class(DRAWN)
    return plot


def test_the_first_place_of_a_city_is_drawn_and_the_others_when_opened(page: Any, artefacts: Path) -> None:
    plot = drawn(page, "city-1-place-1")
    assert plot.locator(".scatterlayer path.js-line").count() >= 4
    assert plot.locator(".xtick text").first.text_content().startswith("Fri 23 Oct")
    assert page.locator("#city-1-place-2").is_visible() is False
    page.locator("#city-1 summary", has_text="Mitte").click()
    drawn(page, "city-1-place-2")
    drawn(page, "city-2-place-1")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=artefacts / "demand_light.png", full_page=True)


def test_the_keyboard_reaches_the_advice_and_opens_a_table(page: Any) -> None:
    page.reload()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the advice"
    assert page.locator(".skip").first.bounding_box()["x"] >= 0
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "The hours as a table":
            break
    page.keyboard.press("Enter")
    assert page.locator("#city-1 details.data[open] tbody tr").count() == 120


def test_dark_mode_is_dark_and_charts_follow(page: Any, artefacts: Path) -> None:
    page.emulate_media(color_scheme="dark")
    plot = drawn(page, "city-1-place-1")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 27, 32)"
    expect(plot.locator(".xtick text").first).to_have_css("fill", "rgb(232, 234, 237)")
    page.screenshot(path=artefacts / "demand_dark.png")
    page.emulate_media(color_scheme="light")


def test_a_narrow_screen_needs_no_sideways_scrolling(page: Any, artefacts: Path) -> None:
    opened = page.locator("#city-1 summary", has_text="Mitte")
    opened.click()
    plot = drawn(page, "city-1-place-2")
    opened.click()
    page.set_viewport_size({"width": 360, "height": 780})
    opened.click()
    # Drawn wide, closed, and opened again on a screen that has become narrow.
    expect(plot.locator("svg").first).to_have_attribute("width", re.compile(r"^[23]\d\d$"))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=artefacts / "demand_narrow.png")
    page.set_viewport_size({"width": 1200, "height": 900})


def test_the_print_has_every_chart(page: Any, artefacts: Path) -> None:
    page.pdf(path=artefacts / "demand.pdf", format="A4")
    assert page.locator(".plot.drawn").count() == 6


def test_hostile_names_did_nothing(page: Any) -> None:
    assert page.locator("img").count() == 0
    assert page.locator("script").count() in (4, 5)
